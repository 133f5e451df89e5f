//! Several accounts by name: their clients, and reads on all of them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use palabre::Error;
use palabre::config::AccountConfig;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyType};

use crate::arguments::{account_name, named, pairs, take, wrong};
use crate::client::{AsyncClient, Client};
use crate::handle::Handle;
use crate::hooks::{Hook, Hooks};
use crate::settings::Settings;
use crate::{aio, config, error, fleet_nouns, reads, runtime};

/// The accounts of the configuration that a fleet is made of.
fn handles(
    py: Python<'_>,
    path: Option<PathBuf>,
    profile: Option<&str>,
    accounts: Option<Vec<String>>,
    hooks: &Hooks,
) -> PyResult<BTreeMap<String, Arc<Handle>>> {
    let load = || {
        let config = config::load(path.as_deref(), profile)?;
        let chosen = match accounts {
            Some(names) => names
                .iter()
                .map(|name| config.account(name))
                .collect::<palabre::Result<Vec<_>>>()?,
            None => {
                config.check()?;
                config.accounts().iter().collect()
            }
        };
        if chosen.is_empty() {
            return Err(config.no_accounts());
        }
        let handle = |account: &AccountConfig| {
            let settings = Settings::of_account(&config, account, hooks.clone());
            (account.name().to_owned(), Handle::later(settings))
        };
        Ok(chosen.into_iter().map(handle).collect())
    };
    load().map_err(|error: Error| error::to_py(py, error))
}

macro_rules! fleet {
    (
        $(#[doc = $doc:literal])+
        $class:ident of $client:ident,
        from_config: { $(#[doc = $from_doc:literal])+ }
        nouns: { $($(#[doc = $noun_doc:literal])+ $noun:ident: $noun_class:ident),+ $(,)? }
        $($methods:tt)*
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, mapping, module = "palabre")]
        pub struct $class {
            clients: BTreeMap<String, Py<$client>>,
            handles: reads::Handles,
        }

        impl $class {
            fn of_clients(clients: BTreeMap<String, Py<$client>>) -> Self {
                let handle = |(name, client): (&String, &Py<$client>)| {
                    (name.clone(), client.get().handle.clone())
                };
                let handles = Arc::new(clients.iter().map(handle).collect());
                Self { clients, handles }
            }

            fn check_usable(&self, py: Python<'_>) -> PyResult<()> {
                let mut handles = self.handles.values();
                let checked = handles.try_for_each(|handle| handle.check_usable());
                checked.map_err(|error| error::to_py(py, error))
            }
        }

        #[pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (clients))]
            fn new(py: Python<'_>, clients: &Bound<'_, PyAny>) -> PyResult<Self> {
                let mut named = BTreeMap::new();
                let wanted = concat!("a dict of ", stringify!($client), ", by name");
                for (name, client) in pairs("clients", wanted, clients)? {
                    account_name("clients", &name).map_err(|error| error::to_py(py, error))?;
                    let place = format!("clients['{name}']");
                    let client = client
                        .cast_into::<$client>()
                        .map_err(|error| wrong(&place, stringify!($client), &error.into_inner()))?;
                    named.insert(name, client.unbind());
                }
                if named.is_empty() {
                    return Err(error::to_py(py, Error::invalid("clients", "is empty")));
                }
                Ok(Self::of_clients(named))
            }

            $(#[doc = $from_doc])+
            #[classmethod]
            #[pyo3(signature = (
                path=None, *, profile=None, accounts=None, on_request=None, on_response=None, on_error=None
            ))]
            #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
            fn from_config(
                _class: &Bound<'_, PyType>,
                py: Python<'_>,
                #[pyo3(from_py_with = named::path)]
                path: Option<PathBuf>,
                #[pyo3(from_py_with = named::profile)]
                profile: Option<String>,
                accounts: Option<Bound<'_, PyAny>>,
                #[pyo3(from_py_with = named::on_request)]
                on_request: Option<Hook>,
                #[pyo3(from_py_with = named::on_response)]
                on_response: Option<Hook>,
                #[pyo3(from_py_with = named::on_error)]
                on_error: Option<Hook>,
            ) -> PyResult<Self> {
                let accounts = take(py, "accounts", accounts)?;
                let hooks = Hooks::new(on_request, on_response, on_error);
                let clients = handles(py, path, profile.as_deref(), accounts, &hooks)?
                    .into_iter()
                    .map(|(name, handle)| Ok((name, Py::new(py, $client { handle })?)));
                Ok(Self::of_clients(clients.collect::<PyResult<_>>()?))
            }

            $(
                $(#[doc = $noun_doc])+
                #[getter]
                fn $noun(&self) -> fleet_nouns::$noun_class {
                    fleet_nouns::$noun_class(self.handles.clone())
                }
            )+

            /// The names of the accounts.
            fn keys<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                view("KeysView", slf.as_any())
            }

            /// The clients.
            fn values<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                view("ValuesView", slf.as_any())
            }

            /// The names and their clients.
            fn items<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                view("ItemsView", slf.as_any())
            }

            /// The client of an account; `default` if there is none of that name.
            #[pyo3(signature = (name, default=None, /))]
            fn get(&self, py: Python<'_>, name: &str, default: Option<Py<PyAny>>) -> Py<PyAny> {
                match self.clients.get(name) {
                    Some(client) => client.clone_ref(py).into_any(),
                    None => default.unwrap_or_else(|| py.None()),
                }
            }

            fn __getitem__(&self, py: Python<'_>, name: &str) -> PyResult<Py<$client>> {
                let client = self.clients.get(name).map(|client| client.clone_ref(py));
                client.ok_or_else(|| {
                    let names: Vec<_> = self.clients.keys().map(String::as_str).collect();
                    let names = names.join(", ");
                    PyKeyError::new_err(format!("there is no account {name:?} in the fleet, only {names}"))
                })
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
                reads::shown(stringify!($class), &self.handles)
            }

            // The clients say whether they can be pickled.
            fn __reduce__<'py>(
                slf: &Bound<'py, Self>,
            ) -> PyResult<(Bound<'py, PyType>, (Bound<'py, PyDict>,))> {
                let clients = PyDict::new(slf.py());
                for (name, client) in &slf.get().clients {
                    clients.set_item(name, client)?;
                }
                Ok((slf.get_type(), (clients,)))
            }

            // It never changes, so one is as good as two.
            fn __copy__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
                slf
            }

            #[pyo3(signature = (memo, /))]
            fn __deepcopy__<'py>(slf: PyRef<'py, Self>, memo: &Bound<'py, PyAny>) -> PyRef<'py, Self> {
                let _ = memo;
                slf
            }

            $($methods)*
        }
    };
}

/// A view of a mapping, as `dict` has them.
fn view<'py>(class: &str, mapping: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // This module is there since the interpreter started; `collections.abc` is another name for it.
    let module = PyModule::import(mapping.py(), "_collections_abc")?;
    module.getattr(class)?.call1((mapping,))
}

fleet! {
    /// Several accounts by name: a mapping of names to clients, with reads on all of them.
    ///
    /// Reads run on every account at the same time, eight at most. The rows say which account they
    /// come from, and the table says which accounts failed: `failures`. Accounts whose vendor has no
    /// such thing are under `unsupported`; if that is every account, the read raises
    /// UnsupportedError. A fleet can be pickled if all of its clients can.
    ///
    /// Args:
    ///     clients: Clients by the name of their account.
    Fleet of Client,
    from_config: {
        /// Makes a fleet of the accounts of the configuration file and the environment.
        ///
        /// Secrets are read when an account is used and not before: an account whose secret is not
        /// there is among the failures of a read, and its client raises ConfigError.
        ///
        /// Args:
        ///     path: The file; else the one that PALABRE_CONFIG names, else palabre/config.toml in the folder for configurations (~/.config on Linux), which need not exist.
        ///     profile: The profile; else the one that PALABRE_PROFILE names, else the one that the file names.
        ///     accounts: The names of some accounts; all if None.
        ///     on_request: As for the client of one account; it is told of all of them.
        ///     on_response: As for the client of one account.
        ///     on_error: As for the client of one account.
        ///
        /// Raises:
        ///     ConfigError: The file is missing or wrong, or there is no such account or profile.
    }
    nouns: {
        /// WhatsApp numbers of all accounts.
        numbers: FleetNumbers,
        /// Contacts of all accounts.
        contacts: FleetContacts,
        /// Groups of all accounts.
        groups: FleetGroups,
        /// Conversations of all accounts.
        conversations: FleetConversations,
        /// Messages of all accounts.
        messages: FleetMessages,
        /// Templates of all accounts.
        templates: FleetTemplates,
        /// Statistics of all accounts.
        stats: FleetStats,
    }

    /// Closes every client. Whoever uses one of them afterwards gets a ConfigError.
    fn close(&self, py: Python<'_>) {
        for handle in self.handles.values() {
            runtime::close(py, handle);
        }
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyResult<PyRef<'_, Self>> {
        slf.check_usable(slf.py())?;
        Ok(slf)
    }

    #[pyo3(signature = (kind, error, traceback, /))]
    fn __exit__(
        &self,
        py: Python<'_>,
        kind: Option<Bound<'_, PyAny>>,
        error: Option<Bound<'_, PyAny>>,
        traceback: Option<Bound<'_, PyAny>>,
    ) {
        let _ = (kind, error, traceback);
        self.close(py);
    }
}

fleet! {
    /// Several accounts by name, for asyncio: the reads of Fleet, to be awaited, in the same tables.
    ///
    /// Args:
    ///     clients: Async clients by the name of their account.
    AsyncFleet of AsyncClient,
    from_config: {
        /// Makes a fleet of the accounts of the configuration file and the environment.
        ///
        /// Secrets are read when an account is used and not before, on a thread of their own.
        ///
        /// Args:
        ///     path: The file; else the one that PALABRE_CONFIG names, else palabre/config.toml in the folder for configurations (~/.config on Linux), which need not exist.
        ///     profile: The profile; else the one that PALABRE_PROFILE names, else the one that the file names.
        ///     accounts: The names of some accounts; all if None.
        ///     on_request: As for the client of one account; it is told of all of them.
        ///     on_response: As for the client of one account.
        ///     on_error: As for the client of one account.
        ///
        /// Raises:
        ///     ConfigError: The file is missing or wrong, or there is no such account or profile.
    }
    nouns: {
        /// WhatsApp numbers of all accounts.
        numbers: AsyncFleetNumbers,
        /// Contacts of all accounts.
        contacts: AsyncFleetContacts,
        /// Groups of all accounts.
        groups: AsyncFleetGroups,
        /// Conversations of all accounts.
        conversations: AsyncFleetConversations,
        /// Messages of all accounts.
        messages: AsyncFleetMessages,
        /// Templates of all accounts.
        templates: AsyncFleetTemplates,
        /// Statistics of all accounts.
        stats: AsyncFleetStats,
    }

    /// Closes every client. Whoever uses one of them afterwards gets a ConfigError.
    fn close<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.handles.values().for_each(|handle| handle.close());
        aio::ready(py, py.None())
    }

    fn __aenter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        slf.get().check_usable(slf.py())?;
        aio::ready(slf.py(), slf)
    }

    #[pyo3(signature = (kind, error, traceback, /))]
    fn __aexit__<'py>(
        &self,
        py: Python<'py>,
        kind: Option<Bound<'py, PyAny>>,
        error: Option<Bound<'py, PyAny>>,
        traceback: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _ = (kind, error, traceback);
        self.close(py)
    }
}
