//! Several accounts by name: reads run on all of them and say which could not answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use palabre::{ConversationStatus, Error, ErrorKind, Gathered, ListOptions, Result};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyMapping};

use crate::arguments::{Month, seconds, take};
use crate::client::{Client, handles};
use crate::results::AccountFailure;
use crate::rows::Row;
use crate::table::Table;
use crate::{error, nouns, runtime};

/// Several accounts by name.
///
/// Reads run on every account at the same time. The rows say which account they come from, and
/// the table says which accounts failed: `failures`. Accounts whose vendor has no such thing are
/// under `unsupported`; if that is every account, the read raises UnsupportedError.
///
/// Args:
///     clients: Clients by the name of their account.
#[pyclass(frozen, mapping, module = "palabre")]
pub struct Fleet {
    clients: Arc<BTreeMap<String, Py<Client>>>,
}

impl Fleet {
    fn share(&self) -> Arc<BTreeMap<String, Py<Client>>> {
        self.clients.clone()
    }
}

#[pymethods]
impl Fleet {
    #[new]
    fn new(py: Python<'_>, clients: &Bound<'_, PyMapping>) -> PyResult<Self> {
        let clients = handles(clients)?;
        if clients.is_empty() {
            return Err(error::to_py(py, Error::invalid("clients", "is empty")));
        }
        Ok(Self {
            clients: Arc::new(clients),
        })
    }

    /// WhatsApp numbers of all accounts.
    #[getter]
    fn numbers(&self) -> FleetNumbers {
        FleetNumbers(self.share())
    }

    /// Contacts of all accounts.
    #[getter]
    fn contacts(&self) -> FleetContacts {
        FleetContacts(self.share())
    }

    /// Groups of all accounts.
    #[getter]
    fn groups(&self) -> FleetGroups {
        FleetGroups(self.share())
    }

    /// Conversations of all accounts.
    #[getter]
    fn conversations(&self) -> FleetConversations {
        FleetConversations(self.share())
    }

    /// Templates of all accounts.
    #[getter]
    fn templates(&self) -> FleetTemplates {
        FleetTemplates(self.share())
    }

    /// Statistics of all accounts.
    #[getter]
    fn stats(&self) -> FleetStats {
        FleetStats(self.share())
    }

    fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Py<Client>> {
        let client = self.clients.get(name).map(|client| client.clone_ref(py));
        client.ok_or_else(|| PyKeyError::new_err(name.to_owned()))
    }

    fn __len__(&self) -> usize {
        self.clients.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, self.clients.keys())?.try_iter()?.into_any())
    }

    fn __contains__(&self, name: &Bound<'_, PyAny>) -> bool {
        name.extract::<String>()
            .is_ok_and(|name| self.clients.contains_key(&name))
    }

    fn __repr__(&self) -> String {
        let names: Vec<_> = self.clients.keys().map(String::as_str).collect();
        format!("Fleet({})", names.join(", "))
    }
}

type Clients = Arc<BTreeMap<String, Py<Client>>>;

/// Runs a read on every account and makes one table of the answers.
fn gather<T, F, Fut>(
    py: Python<'_>,
    clients: &Clients,
    on_error: &str,
    timeout: Option<f64>,
    read: F,
) -> PyResult<Table>
where
    T: Row,
    F: Fn(palabre::Client) -> Fut + Send + Sync,
    Fut: Future<Output = Result<(Vec<T>, Vec<String>)>> + Send,
{
    let check = || {
        if !matches!(on_error, "collect" | "raise") {
            return Err(Error::invalid(
                "on_error",
                format_args!("{on_error:?} is not \"collect\" or \"raise\""),
            ));
        }
        timeout
            .map(|timeout| seconds("timeout", timeout))
            .transpose()
    };
    let timeout = check().map_err(|error| error::to_py(py, error))?;
    let handles: Vec<_> = clients
        .iter()
        .map(|(name, client)| (name, &client.get().handle))
        .collect();
    let Some((_, first)) = handles.first() else {
        return Err(error::to_py(py, Error::invalid("clients", "is empty")));
    };
    let connected = handles
        .iter()
        .map(|(name, handle)| {
            Ok((
                (*name).clone(),
                runtime::connected(handle)?.with_timeout(timeout),
            ))
        })
        .collect::<Result<BTreeMap<_, _>>>()
        .map_err(|error| error::to_py(py, error))?;
    let gathered: Gathered<(Vec<T>, Vec<String>)> =
        runtime::block(py, first, "fleet", |_| async move {
            let fleet = palabre::Fleet::new(connected);
            Ok(fleet
                .gather(|client| {
                    let answer = read(client);
                    async move { Ok(vec![answer.await?]) }
                })
                .await)
        })?;
    // A wrong argument is the caller's affair and no account's: nothing was sent to anybody.
    let is_refused = gathered.items.is_empty()
        && gathered.failures.iter().all(|(_, error)| {
            error.kind() == ErrorKind::InvalidInput && error.get_status().is_none()
        });
    if (on_error == "raise" || is_refused)
        && let Some((_, error)) = gathered.failures.first()
    {
        return Err(error::to_py(py, error.clone()));
    }
    let failure = |(account, error): (String, Error)| AccountFailure { account, error };
    if gathered.items.is_empty() && gathered.failures.is_empty() {
        // Nobody could: an empty table would say that there is nothing.
        let error = gathered
            .unsupported
            .into_iter()
            .map(|(_, error)| error)
            .next();
        return Err(error::to_py(
            py,
            error.unwrap_or_else(|| Error::new(ErrorKind::Unsupported, "no account has it")),
        ));
    }
    let (rows, warnings): (Vec<Vec<T>>, Vec<Vec<String>>) = gathered.items.into_iter().unzip();
    Ok(Table {
        rows: Arc::new(rows.into_iter().flatten().collect::<Vec<T>>()),
        warnings: warnings.into_iter().flatten().collect(),
        failures: gathered.failures.into_iter().map(failure).collect(),
        unsupported: gathered.unsupported.into_iter().map(failure).collect(),
    })
}

macro_rules! fleet_noun {
    ($(#[doc = $doc:literal])+ $class:ident
        $(read $method:ident [$($signature:tt)*] ($($argument:ident: $type:ty),*)
            $(#[doc = $method_doc:literal])+
            $(let $bound:ident = $bind:expr;)*
            |$client:ident| $read:expr;)+
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        pub struct $class(Clients);

        #[pymethods]
        impl $class {
            $(
                $(#[doc = $method_doc])+
                #[pyo3(signature = (*, $($signature)* on_error="collect", timeout=None))]
                fn $method(
                    &self,
                    py: Python<'_>,
                    $($argument: Option<Bound<'_, PyAny>>,)*
                    on_error: &str,
                    timeout: Option<Bound<'_, PyAny>>,
                ) -> PyResult<Table> {
                    $(let $argument: $type = take(py, stringify!($argument), $argument)?;)*
                    let timeout = take(py, "timeout", timeout)?;
                    $(let $bound = $bind.map_err(|error: Error| error::to_py(py, error))?;)*
                    gather(py, &self.0, on_error, timeout, move |$client| $read)
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
    FleetNumbers
    read list [] ()
        /// Lists the numbers of all accounts.
        |client| async move { rows(client.numbers().list()).await };
}

fleet_noun! {
    /// Contacts of all accounts.
    FleetContacts
    read list [search=None,] (search: Option<String>)
        /// Lists the contacts of all accounts.
        |client| {
            let options = ListOptions { search: search.clone(), ..ListOptions::default() };
            async move { rows(client.contacts().list(options)).await }
        };
}

fleet_noun! {
    /// Groups of all accounts.
    FleetGroups
    read list [search=None,] (search: Option<String>)
        /// Lists the groups of all accounts.
        |client| {
            let options = ListOptions { search: search.clone(), ..ListOptions::default() };
            async move { rows(client.groups().list(options)).await }
        };
}

fleet_noun! {
    /// Conversations of all accounts.
    FleetConversations
    read list [status=None, search=None,] (status: Option<String>, search: Option<String>)
        /// Lists the conversations of all accounts.
        let status = status.as_deref().map(str::parse::<ConversationStatus>).transpose();
        |client| {
            let options = ListOptions { status, search: search.clone(), ..ListOptions::default() };
            async move { rows(client.conversations().list(options)).await }
        };
}

fleet_noun! {
    /// Templates of all accounts.
    FleetTemplates
    read list [] ()
        /// Lists the templates of all accounts.
        |client| async move { rows(client.templates().list(ListOptions::default())).await };
}

fleet_noun! {
    /// Statistics of all accounts. Nothing is added up: each vendor has definitions of its own.
    FleetStats
    read monthly [start=None, end=None,] (start: Option<Month>, end: Option<Month>)
        /// Conversations by month and category, of every account that keeps a history.
        let range = nouns::months(start, end);
        |client| {
            let range = range.clone();
            async move {
                let table = client.stats().monthly(range).await?;
                Ok(statistics(&client, table))
            }
        };
    read current_month [] ()
        /// Conversations of this month so far, of every account that counts them.
        |client| async move {
            let table = client.stats().current_month().await?;
            Ok(statistics(&client, table))
        };
    read today [] ()
        /// What each number has sent today, of every account that counts it.
        |client| async move {
            let table = client.stats().today().await?;
            Ok(statistics(&client, table))
        };
}
