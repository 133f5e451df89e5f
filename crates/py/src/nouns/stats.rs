//! `client.stats`.

use palabre::MonthRange;
use pyo3::prelude::*;

use super::months;
use crate::arguments::Month;
use crate::noun::noun;
use crate::table::Table;

noun! {
    /// Statistics, in each vendor's own definitions.
    "stats": Stats, AsyncStats

    call monthly [*, start=None, end=None, number=None,]
        (start: Option<Month>, end: Option<Month>, number: Option<String>) -> Table
        /// Conversations by month and category, the history that the vendor keeps.
        ///
        /// Args:
        ///     start: The first month, as "2025-01" or a date in it; the vendor's first if None.
        ///     end: The last month, included; the current one if None.
        ///     number: One number; all numbers of the account together if None.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Returns:
        ///     A row for each month and category, oldest first. The running month says so. Months for which the vendor sent nothing have no row and a warning, never a zero.
        ///
        /// Raises:
        ///     InvalidInputError: A month is no month, or the end is before the start.
        |client| {
            let range = MonthRange { number, ..months(start, end)? };
            client.stats().monthly(range).await.map(Table::of_statistics)
        };

    call current_month [*,] () -> Table
        /// Conversations of this month so far, by number and category, and of all numbers together.
        ///
        /// Args:
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        |client| client.stats().current_month().await.map(Table::of_statistics);

    call today [*,] () -> Table
        /// What each number has sent today, and how much it may send.
        ///
        /// Args:
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        |client| client.stats().today().await.map(Table::of_statistics);
}
