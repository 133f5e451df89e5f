//! How a fleet is read: every account at once, in one table that says who could not answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use palabre::config::several_at_once;
use palabre::{Error, ErrorKind, Gathered, Outcome, Result, Verb};
use pyo3::exceptions::PyAttributeError;
use pyo3::prelude::*;

use crate::aio::Shown;
use crate::bar::{self, Bar};
use crate::handle::Handle;
use crate::results::AccountFailure;
use crate::retry::{Patience, RetryPolicy};
use crate::rows::Row;
use crate::table::Table;
use crate::{aio, error, runtime};

/// The accounts of a fleet.
pub(crate) type Handles = Arc<BTreeMap<String, Arc<Handle>>>;

/// The representation of what is about the accounts of a fleet.
pub(crate) fn shown(class: &str, handles: &Handles) -> String {
    let names: Vec<_> = handles.keys().map(String::as_str).collect();
    format!("{class}({})", names.join(", "))
}

/// The error of an attribute that a noun of a fleet has not: it may be a verb of one account.
pub(crate) fn lacking(noun: &Bound<'_, PyAny>, handles: &Handles, name: &str) -> PyErr {
    let of_one = || -> PyResult<Option<String>> {
        let class = noun.get_type().name()?.to_string();
        let of_client = class.replace("Fleet", "");
        let core = PyModule::import(noun.py(), "palabre._palabre")?;
        if name.starts_with('_') || !core.getattr(&*of_client)?.hasattr(name)? {
            return Ok(None);
        }
        let account = handles.keys().next().map_or("", String::as_str);
        let noun = of_client.trim_start_matches("Async").to_lowercase();
        let way = format!("fleet[{account:?}].{noun}.{name}");
        let problem = format!("{class} has no {name}: it is of one account, as in {way}");
        Ok(Some(problem))
    };
    match of_one() {
        Ok(Some(problem)) => PyAttributeError::new_err(problem),
        Ok(None) => {
            let class = noun.get_type();
            let class = class
                .name()
                .map_or_else(|_| String::new(), |name| name.to_string());
            PyAttributeError::new_err(format!("'{class}' object has no attribute '{name}'"))
        }
        Err(error) => error,
    }
}

/// Rows of one account, and what a reader has to know of them.
pub(crate) type Answer<T> = (Vec<T>, Vec<String>);

/// How a read is made.
pub(crate) struct Manner {
    verb: Verb,
    raises: bool,
    patience: Patience,
}

impl Manner {
    pub(crate) fn new(
        verb: Verb,
        on_error: &str,
        timeout: Option<f64>,
        retry: Option<RetryPolicy>,
    ) -> Result<Self> {
        if !matches!(on_error, "collect" | "raise") {
            return Err(Error::invalid(
                "on_error",
                format_args!("{on_error:?} is not \"collect\" or \"raise\""),
            ));
        }
        Ok(Self {
            verb,
            raises: on_error == "raise",
            patience: Patience::new(timeout, retry)?,
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

    /// A bar over the accounts that can answer.
    pub(crate) fn bar(&self, py: Python<'_>, handles: &Handles) -> PyResult<Bar> {
        let able = handles.iter().filter(|(_, handle)| self.can(handle));
        let names = able.map(|(name, _)| name.clone()).collect();
        Bar::new(py, self.verb.as_str(), names)
    }

    fn can(&self, handle: &Handle) -> bool {
        let settings = &handle.settings;
        palabre::support_with(settings.vendor, self.verb, |keyword| settings.has(keyword))
            .is_supported()
    }

    /// Why an account cannot, as far as the vendor and its kind of credentials tell.
    fn refusal(&self, handle: &Handle) -> Error {
        let settings = &handle.settings;
        let support =
            palabre::support_with(settings.vendor, self.verb, |keyword| settings.has(keyword));
        let why = support.note().unwrap_or("the vendor has no such thing");
        Error::new(ErrorKind::Unsupported, why)
            .located(settings.vendor, settings.name(), self.verb.as_str())
            .outcome(Outcome::NotSent)
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
                // Its secrets are not needed: it has no such thing.
                None => Err(self.refusal(handle)),
            };
            let client = match connected {
                Ok(client) => self.patience.on(&client),
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
async fn gather<T, F, Fut>(fleet: palabre::Fleet, bar: Option<Bar>, read: F) -> Gathered<Answer<T>>
where
    F: Fn(palabre::Client) -> Fut,
    Fut: Future<Output = Result<Answer<T>>>,
{
    fleet
        .gather(|client| {
            let name = client.name().to_owned();
            let answer = read(bar::moving(bar.as_ref(), &client));
            let bar = bar.clone();
            async move {
                let answer = answer.await;
                if let Some(bar) = bar {
                    bar.end(name, answer.as_ref().map(|(rows, _)| rows.len()));
                }
                Ok(vec![answer?])
            }
        })
        .await
}

/// The read of `Fleet`.
pub(crate) fn now<T, F, Fut>(
    py: Python<'_>,
    handles: &Handles,
    manner: Result<Manner>,
    progress: bool,
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
    let bar = progress.then(|| manner.bar(py, handles)).transpose()?;
    let gathered = bar::shown(py, bar.as_ref(), || {
        let mut failed = BTreeMap::new();
        if handles.values().any(|handle| !handle.is_open()) {
            let (opener, closed) = (manner.clone(), handles.clone());
            failed = runtime::apart(py, move || opener.open(&closed))?;
        }
        let fleet = manner.connect(handles, failed, runtime::connected);
        runtime::block_on(py, gather(fleet.map_err(raised)?, bar.clone(), read))
    })?;
    manner.table(gathered).map_err(raised)
}

/// The read of `AsyncFleet`.
pub(crate) fn later<'py, T, F, Fut>(
    py: Python<'py>,
    handles: &Handles,
    manner: Result<Manner>,
    progress: bool,
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
    let bar = progress.then(|| manner.bar(py, handles)).transpose()?;
    let shown = bar.clone().map(|bar| Shown {
        bar,
        goes_on: false,
    });
    let handles = handles.clone();
    let task = async move {
        let (opener, closed) = (manner.clone(), handles.clone());
        // A thread that may wait: commands may run for the secrets.
        let failed = tokio::task::spawn_blocking(move || opener.open(&closed))
            .await
            .map_err(|error| Error::config("secrets", error))?;
        let fleet = manner.connect(&handles, failed, |handle| handle.background_client())?;
        manner.table(gather(fleet, bar, read).await)
    };
    aio::spawn_task(py, name.into(), (shown, None), task)
}
