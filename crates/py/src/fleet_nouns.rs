//! The nouns of a fleet: what can be read of all accounts at once.

use palabre::{ConversationStatus, Error, ListOptions, Result, Verb};
use pyo3::prelude::*;

use crate::arguments::{Month, named, take};
use crate::reads::{self, Manner, later, now};
use crate::rows::Row;
use crate::table::Table;
use crate::{error, nouns};

macro_rules! fleet_noun {
    ($(#[doc = $doc:literal])+ $class:ident, $async_class:ident
        $(read $method:ident $verb:ident [$($signature:tt)*] ($($argument:ident: $type:ty),*)
            $(#[doc = $method_doc:literal])+
            $(let $bound:ident = $bind:expr;)*
            |$client:ident| $read:expr;)+
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        pub struct $class(pub(crate) reads::Handles);

        #[pymethods]
        impl $class {
            fn __repr__(&self) -> String {
                reads::shown(stringify!($class), &self.0)
            }

            /// Asked for what is not there.
            fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
                Err(reads::lacking(slf.as_any(), &slf.get().0, name))
            }

            $(
                $(#[doc = $method_doc])+
                #[pyo3(signature = (*, $($signature)* on_error="collect", timeout=None, retry=None, progress=false))]
                #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
                fn $method(
                    &self,
                    py: Python<'_>,
                    $($argument: Option<Bound<'_, PyAny>>,)*
                    #[pyo3(from_py_with = named::on_failure)]
                    on_error: &str,
                    timeout: Option<Bound<'_, PyAny>>,
                    retry: Option<Bound<'_, PyAny>>,
                    #[pyo3(from_py_with = named::progress)]
                    progress: bool,
                ) -> PyResult<Table> {
                    $(let $argument: $type = take(py, stringify!($argument), $argument)?;)*
                    let timeout = take(py, "timeout", timeout)?;
                    let retry = take(py, "retry", retry)?;
                    $(let $bound = $bind.map_err(|error: Error| error::to_py(py, error))?;)*
                    let manner = Manner::new(Verb::$verb, on_error, timeout, retry);
                    now(py, &self.0, manner, progress, move |$client| $read)
                }
            )+
        }

        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        pub struct $async_class(pub(crate) reads::Handles);

        #[pymethods]
        impl $async_class {
            fn __repr__(&self) -> String {
                reads::shown(stringify!($async_class), &self.0)
            }

            /// Asked for what is not there.
            fn __getattr__(slf: &Bound<'_, Self>, name: &str) -> PyResult<Py<PyAny>> {
                Err(reads::lacking(slf.as_any(), &slf.get().0, name))
            }

            $(
                $(#[doc = $method_doc])+
                #[pyo3(signature = (*, $($signature)* on_error="collect", timeout=None, retry=None, progress=false))]
                #[allow(clippy::too_many_arguments, reason = "keywords in Python")]
                fn $method<'py>(
                    &self,
                    py: Python<'py>,
                    $($argument: Option<Bound<'py, PyAny>>,)*
                    #[pyo3(from_py_with = named::on_failure)]
                    on_error: &str,
                    timeout: Option<Bound<'py, PyAny>>,
                    retry: Option<Bound<'py, PyAny>>,
                    #[pyo3(from_py_with = named::progress)]
                    progress: bool,
                ) -> PyResult<Bound<'py, PyAny>> {
                    $(let $argument: $type = take(py, stringify!($argument), $argument)?;)*
                    let timeout = take(py, "timeout", timeout)?;
                    let retry = take(py, "retry", retry)?;
                    $(let $bound = $bind.map_err(|error: Error| error::to_py(py, error))?;)*
                    let manner = Manner::new(Verb::$verb, on_error, timeout, retry);
                    later(py, &self.0, manner, progress, move |$client| $read)
                }
            )+
        }
    };
}

/// The rows of a listing, with nothing to warn of.
async fn rows<T: Row>(listing: palabre::Listing<T>) -> Result<(Vec<T>, Vec<String>)> {
    Ok((listing.collect().await?, Vec::new()))
}

/// The rows of a table, and its warnings with the account that they are about.
fn statistics<T>(
    client: &palabre::Client,
    table: palabre::StatisticsTable<T>,
) -> (Vec<T>, Vec<String>) {
    let name = client.name();
    let warnings = table
        .warnings
        .iter()
        .map(|warning| format!("{name}: {warning}"));
    (table.rows, warnings.collect())
}

fleet_noun! {
    /// WhatsApp numbers of all accounts.
    FleetNumbers, AsyncFleetNumbers
    read list NumbersList [] ()
        /// Lists the numbers of all accounts.
        ///
        /// Args:
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that each page of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        |client| async move { rows(client.numbers().list()).await };
}

fleet_noun! {
    /// Contacts of all accounts.
    FleetContacts, AsyncFleetContacts
    read list ContactsList [search=None,] (search: Option<String>)
        /// Lists the contacts of all accounts.
        ///
        /// Args:
        ///     search: Part of a name or number.
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that each page of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        |client| {
            let options = ListOptions { search: search.clone(), ..ListOptions::default() };
            async move { rows(client.contacts().list(options)).await }
        };
}

fleet_noun! {
    /// Groups of all accounts.
    FleetGroups, AsyncFleetGroups
    read list GroupsList [search=None,] (search: Option<String>)
        /// Lists the groups of all accounts.
        ///
        /// Args:
        ///     search: Part of a name or description.
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that each page of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        |client| {
            let options = ListOptions { search: search.clone(), ..ListOptions::default() };
            async move { rows(client.groups().list(options)).await }
        };
}

fleet_noun! {
    /// Conversations of all accounts.
    FleetConversations, AsyncFleetConversations
    read list ConversationsList [status=None, search=None,] (status: Option<String>, search: Option<String>)
        /// Lists the conversations of all accounts.
        ///
        /// Args:
        ///     status: Only those of this status: none, done, pending, important or unread.
        ///     search: Part of a contact's name or number.
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that each page of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        let status = status.as_deref().map(str::parse::<ConversationStatus>).transpose();
        |client| {
            let options = ListOptions { status, search: search.clone(), ..ListOptions::default() };
            async move { rows(client.conversations().list(options)).await }
        };
}

fleet_noun! {
    /// Messages of all accounts.
    FleetMessages, AsyncFleetMessages
    read list MessagesList [status=None,] (status: Option<String>)
        /// Lists the messages of all accounts.
        ///
        /// Args:
        ///     status: Only those of this status: queued, sent, delivered, read, failed or cancelled.
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that each page of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        let filter = nouns::sending::filter(&status, &None);
        |client| {
            let filter = filter.clone();
            async move { rows(client.messages().list(filter, ListOptions::default())).await }
        };
}

fleet_noun! {
    /// Templates of all accounts.
    FleetTemplates, AsyncFleetTemplates
    read list TemplatesList [] ()
        /// Lists the templates of all accounts.
        ///
        /// Args:
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that each page of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        |client| async move { rows(client.templates().list(ListOptions::default())).await };
}

fleet_noun! {
    /// Statistics of all accounts. Nothing is added up: each vendor has definitions of its own.
    FleetStats, AsyncFleetStats
    read monthly StatsMonthly [start=None, end=None,] (start: Option<Month>, end: Option<Month>)
        /// Conversations by month and category, of every account that keeps a history.
        ///
        /// Args:
        ///     start: The first month, as "2025-01" or a date in it; the vendor's first if None.
        ///     end: The last month, included; the current one if None.
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that the call of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        let range = nouns::months(start, end);
        |client| {
            let range = range.clone();
            async move {
                let table = client.stats().monthly(range).await?;
                Ok(statistics(&client, table))
            }
        };
    read current_month StatsCurrentMonth [] ()
        /// Conversations of this month so far, of every account that counts them.
        ///
        /// Args:
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that the call of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        |client| async move {
            let table = client.stats().current_month().await?;
            Ok(statistics(&client, table))
        };
    read today StatsToday [] ()
        /// What each number has sent today, of every account that counts it.
        ///
        /// Args:
        ///     on_error: "collect" puts accounts that fail under `failures` of the table; "raise" raises the first one's error.
        ///     timeout: Seconds that the call of an account may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far the accounts have come, and which have failed.
        ///
        /// Returns:
        ///     A table of all rows, account by account. `failures` and `unsupported` say which accounts are missing.
        ///
        /// Raises:
        ///     UnsupportedError: No account's vendor has it.
        |client| async move {
            let table = client.stats().today().await?;
            Ok(statistics(&client, table))
        };
}
