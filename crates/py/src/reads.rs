//! Reads of a fleet: on every account at once, in one table that says who could not answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use palabre::config::several_at_once;
use palabre::{ConversationStatus, Error, ErrorKind, Gathered, ListOptions, Result, Verb};
use pyo3::prelude::*;

use crate::arguments::{Month, named, seconds, take};
use crate::handle::Handle;
use crate::results::AccountFailure;
use crate::rows::Row;
use crate::table::Table;
use crate::{aio, error, nouns, runtime};

/// The accounts of a fleet.
pub(crate) type Handles = Arc<BTreeMap<String, Arc<Handle>>>;

/// Rows of one account, and what a reader has to know of them.
type Answer<T> = (Vec<T>, Vec<String>);

/// How a read is made.
struct Manner {
    verb: Verb,
    raises: bool,
    timeout: Option<Duration>,
}

impl Manner {
    fn new(verb: Verb, on_error: &str, timeout: Option<f64>) -> Result<Self> {
        if !matches!(on_error, "collect" | "raise") {
            return Err(Error::invalid(
                "on_error",
                format_args!("{on_error:?} is not \"collect\" or \"raise\""),
            ));
        }
        let timeout = timeout.map(|timeout| seconds("timeout", timeout));
        Ok(Self {
            verb,
            raises: on_error == "raise",
            timeout: timeout.transpose()?,
        })
    }

    /// Refuses a fleet whose clients are all closed; one that is closed is a failure like another.
    fn of(self, handles: &BTreeMap<String, Arc<Handle>>) -> Result<Arc<Self>> {
        let mut closed = Ok(());
        for handle in handles.values() {
            closed = handle.check_usable();
            if closed.is_ok() {
                break;
            }
        }
        closed.map(|()| Arc::new(self))
    }

    fn can(&self, handle: &Handle) -> bool {
        palabre::support(handle.settings.vendor, self.verb).is_supported()
    }

    /// Reads the secrets of the accounts that can answer; gives the errors of those that fail.
    fn open(&self, handles: &BTreeMap<String, Arc<Handle>>) -> BTreeMap<String, Error> {
        let closed: Vec<_> = handles
            .iter()
            .filter(|(_, handle)| !handle.is_open() && self.can(handle))
            .collect();
        let opened = several_at_once(&closed, |(_, handle)| handle.resolve().map(drop));
        let names = closed.into_iter().map(|(name, _)| name.clone());
        let failed = |(name, opened): (String, Result<()>)| Some((name, opened.err()?));
        names.zip(opened).filter_map(failed).collect()
    }

    /// A client for each account; one that cannot be used says why when it is asked.
    fn connect(
        &self,
        handles: &BTreeMap<String, Arc<Handle>>,
        mut failed: BTreeMap<String, Error>,
        connect: impl Fn(&Arc<Handle>) -> Result<palabre::Client>,
    ) -> Result<palabre::Fleet> {
        let mut clients = BTreeMap::new();
        for (name, handle) in handles {
            let connected = match failed.remove(name) {
                Some(error) => Err(error),
                None if handle.is_open() => connect(handle),
                // Its secrets are not needed: the vendor has no such thing.
                None => Err(Error::new(ErrorKind::Unsupported, "it was not opened")),
            };
            let client = match connected {
                Ok(client) => client.with_timeout(self.timeout),
                Err(error) => handle.unusable(error)?,
            };
            clients.insert(name.clone(), client);
        }
        Ok(palabre::Fleet::new(clients))
    }

    fn table<T: Row>(&self, gathered: Gathered<Answer<T>>) -> Result<Table> {
        // A wrong argument is the caller's affair and no account's: nothing was sent to anybody.
        let is_refused = gathered.items.is_empty()
            && gathered.failures.iter().all(|(_, error)| {
                error.kind() == ErrorKind::InvalidInput && error.get_status().is_none()
            });
        if (self.raises || is_refused)
            && let Some((_, error)) = gathered.failures.first()
        {
            return Err(error.clone());
        }
        if gathered.items.is_empty() && gathered.failures.is_empty() {
            // Nobody could: an empty table would say that there is nothing.
            let error = gathered
                .unsupported
                .into_iter()
                .map(|(_, error)| error)
                .next();
            return Err(
                error.unwrap_or_else(|| Error::new(ErrorKind::Unsupported, "no account has it"))
            );
        }
        let failure = |(account, error): (String, Error)| AccountFailure { account, error };
        let (rows, warnings): (Vec<Vec<T>>, Vec<Vec<String>>) = gathered.items.into_iter().unzip();
        Ok(Table {
            rows: Arc::new(rows.into_iter().flatten().collect::<Vec<T>>()),
            warnings: warnings.into_iter().flatten().collect(),
            failures: gathered.failures.into_iter().map(failure).collect(),
            unsupported: gathered.unsupported.into_iter().map(failure).collect(),
        })
    }
}

/// Runs a read on every account and makes one table of the answers.
async fn gather<T, F, Fut>(fleet: palabre::Fleet, read: F) -> Gathered<Answer<T>>
where
    F: Fn(palabre::Client) -> Fut,
    Fut: Future<Output = Result<Answer<T>>>,
{
    fleet
        .gather(|client| {
            let answer = read(client);
            async move { Ok(vec![answer.await?]) }
        })
        .await
}

/// The read of `Fleet`.
fn now<T, F, Fut>(
    py: Python<'_>,
    handles: &Handles,
    manner: Result<Manner>,
    read: F,
) -> PyResult<Table>
where
    T: Row,
    F: Fn(palabre::Client) -> Fut + Send + Sync,
    Fut: Future<Output = Result<Answer<T>>> + Send,
{
    let raised = |error| error::to_py(py, error);
    let manner = manner
        .and_then(|manner| manner.of(handles))
        .map_err(raised)?;
    let mut failed = BTreeMap::new();
    if handles.values().any(|handle| !handle.is_open()) {
        let (opener, closed) = (manner.clone(), handles.clone());
        failed = runtime::apart(py, move || opener.open(&closed))?;
    }
    let fleet = manner.connect(handles, failed, runtime::connected);
    let gathered = runtime::block_on(py, gather(fleet.map_err(raised)?, read))?;
    manner.table(gathered).map_err(raised)
}

/// The read of `AsyncFleet`.
fn later<'py, T, F, Fut>(
    py: Python<'py>,
    handles: &Handles,
    manner: Result<Manner>,
    read: F,
) -> PyResult<Bound<'py, PyAny>>
where
    T: Row + 'static,
    F: Fn(palabre::Client) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Answer<T>>> + Send + 'static,
{
    let manner = manner.and_then(|manner| manner.of(handles));
    let manner = manner.map_err(|error| error::to_py(py, error))?;
    let name = manner.verb.as_str();
    let handles = handles.clone();
    let task = async move {
        let (opener, closed) = (manner.clone(), handles.clone());
        // A thread that may wait: commands may run for the secrets.
        let failed = tokio::task::spawn_blocking(move || opener.open(&closed))
            .await
            .map_err(|error| Error::config("secrets", error))?;
        let fleet = manner.connect(&handles, failed, |handle| handle.background_client())?;
        manner.table(gather(fleet, read).await)
    };
    aio::spawn_task(py, name.into(), (None, None), task)
}

macro_rules! fleet_noun {
    ($(#[doc = $doc:literal])+ $class:ident, $async_class:ident
        $(read $method:ident $verb:ident [$($signature:tt)*] ($($argument:ident: $type:ty),*)
            $(#[doc = $method_doc:literal])+
            $(let $bound:ident = $bind:expr;)*
            |$client:ident| $read:expr;)+
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        pub struct $class(pub(crate) Handles);

        #[pymethods]
        impl $class {
            $(
                $(#[doc = $method_doc])+
                #[pyo3(signature = (*, $($signature)* on_error="collect", timeout=None))]
                fn $method(
                    &self,
                    py: Python<'_>,
                    $($argument: Option<Bound<'_, PyAny>>,)*
                    #[pyo3(from_py_with = named::on_failure)]
                    on_error: &str,
                    timeout: Option<Bound<'_, PyAny>>,
                ) -> PyResult<Table> {
                    $(let $argument: $type = take(py, stringify!($argument), $argument)?;)*
                    let timeout = take(py, "timeout", timeout)?;
                    $(let $bound = $bind.map_err(|error: Error| error::to_py(py, error))?;)*
                    let manner = Manner::new(Verb::$verb, on_error, timeout);
                    now(py, &self.0, manner, move |$client| $read)
                }
            )+
        }

        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        pub struct $async_class(pub(crate) Handles);

        #[pymethods]
        impl $async_class {
            $(
                $(#[doc = $method_doc])+
                #[pyo3(signature = (*, $($signature)* on_error="collect", timeout=None))]
                fn $method<'py>(
                    &self,
                    py: Python<'py>,
                    $($argument: Option<Bound<'py, PyAny>>,)*
                    #[pyo3(from_py_with = named::on_failure)]
                    on_error: &str,
                    timeout: Option<Bound<'py, PyAny>>,
                ) -> PyResult<Bound<'py, PyAny>> {
                    $(let $argument: $type = take(py, stringify!($argument), $argument)?;)*
                    let timeout = take(py, "timeout", timeout)?;
                    $(let $bound = $bind.map_err(|error: Error| error::to_py(py, error))?;)*
                    let manner = Manner::new(Verb::$verb, on_error, timeout);
                    later(py, &self.0, manner, move |$client| $read)
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
        |client| async move { rows(client.numbers().list()).await };
}

fleet_noun! {
    /// Contacts of all accounts.
    FleetContacts, AsyncFleetContacts
    read list ContactsList [search=None,] (search: Option<String>)
        /// Lists the contacts of all accounts.
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
        let status = status.as_deref().map(str::parse::<ConversationStatus>).transpose();
        |client| {
            let options = ListOptions { status, search: search.clone(), ..ListOptions::default() };
            async move { rows(client.conversations().list(options)).await }
        };
}

fleet_noun! {
    /// Templates of all accounts.
    FleetTemplates, AsyncFleetTemplates
    read list TemplatesList [] ()
        /// Lists the templates of all accounts.
        |client| async move { rows(client.templates().list(ListOptions::default())).await };
}

fleet_noun! {
    /// Statistics of all accounts. Nothing is added up: each vendor has definitions of its own.
    FleetStats, AsyncFleetStats
    read monthly StatsMonthly [start=None, end=None,] (start: Option<Month>, end: Option<Month>)
        /// Conversations by month and category, of every account that keeps a history.
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
        |client| async move {
            let table = client.stats().current_month().await?;
            Ok(statistics(&client, table))
        };
    read today StatsToday [] ()
        /// What each number has sent today, of every account that counts it.
        |client| async move {
            let table = client.stats().today().await?;
            Ok(statistics(&client, table))
        };
}
