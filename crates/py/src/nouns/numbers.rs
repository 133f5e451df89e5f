//! `client.numbers`.

use std::convert::Infallible;

use palabre::{ExposeSecret, SecretString};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::arguments::Id;
use crate::noun::noun;
use crate::results::Number;

/// A secret that was asked for by its name; to Python a text.
pub(crate) struct Key(SecretString);

impl<'py> IntoPyObject<'py> for Key {
    type Target = PyString;
    type Output = Bound<'py, PyString>;
    type Error = Infallible;

    fn into_pyobject(self, py: Python<'py>) -> Result<Self::Output, Self::Error> {
        Ok(PyString::new(py, self.0.expose_secret()))
    }
}

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

    call api_key [id, *,] (id: Id) -> Key
        /// Reads the key of one number for the vendor's API by number; 99digital has one.
        ///
        /// It is a secret: whoever has it sends in the name of the number. palabre finds it itself when it sends, so it is for other programs, and for a `Client` of the one number.
        ///
        /// Args:
        ///     id: The number's identifier, as numbers.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such number.
        |client| client.numbers().api_key(&id.0).await.map(Key);
}
