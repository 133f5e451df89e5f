//! `client.numbers`.

use pyo3::prelude::*;

use crate::arguments::Id;
use crate::noun::noun;
use crate::results::Number;

noun! {
    /// The WhatsApp numbers of an account.
    "numbers": Numbers, AsyncNumbers

    listing list [*,] ()
        /// Lists the numbers.
        ///
        /// Args:
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.numbers().list()), from None;

    call get [id, *,] (id: Id) -> Number
        /// Reads one number; at ReachFlow with today's counters.
        ///
        /// Args:
        ///     id: The number's identifier, as numbers.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such number.
        |client| client.numbers().get(&id.0).await.map(Number);
}
