//! The sandbox inside the package.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::sync::Arc;

use jiff::Timestamp;
use palabre::{Error, Result};
use palabre_sandbox::{Chaos, ClientPair, Config, Credentials, Fault, MsgFlashKey, Settings};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use serde_json::{Map, Value};

use crate::arguments::{Given, Secrets, named, whole, wrong};
use crate::client::{AsyncClient, Client};
use crate::results::SentMessage;
use crate::{error, json, python, told};

/// A server on this machine that speaks like the four vendors. It runs until it is closed, or until
/// it and the clients that it made are gone.
///
/// Args:
///     seed: Same seed, same data.
///     host: The address to listen on, one of this machine's own: 127.0.0.1 if None. Others are refused.
///     port: The port to listen on; 0 takes a free one.
///     clock: The time that it starts at and that stands still; the real time if None.
///     credentials: What it accepts, by vendor: the keyword arguments of Client. Defaults for vendors that are missing.
///
/// Raises:
///     UnavailableError: The port is taken.
///     InvalidInputError: An argument is wrong.
#[pyclass(frozen, module = "palabre")]
pub struct Sandbox {
    /// Shared with the clients that are made here, which are of no use without it.
    server: Arc<Server>,
    clock: Option<Timestamp>,
}

/// The server, which only the process that it runs in can end.
struct Server {
    inner: ManuallyDrop<palabre_sandbox::Sandbox>,
    process: u32,
}

impl Drop for Server {
    fn drop(&mut self) {
        // A forked child has no server thread: waiting for its end would never end.
        if self.process == std::process::id() {
            // SAFETY: dropped once, here, and not used after.
            unsafe { ManuallyDrop::drop(&mut self.inner) }
        }
    }
}

impl Deref for Server {
    type Target = palabre_sandbox::Sandbox;

    fn deref(&self) -> &Self::Target {
        &self.inner
    }
}

/// A time as text, or as a datetime that knows its time zone.
pub(crate) struct Time(Timestamp);

impl Given for Time {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !value.is_instance_of::<PyString>() {
            let wanted = "a time such as \"2026-11-22T10:00:00Z\", or a datetime with a time zone";
            return value
                .extract()
                .map(Self)
                .map_err(|_: PyErr| wrong(name, wanted, value));
        }
        let text = String::read(name, value)?;
        text.parse().map(Self).map_err(|_| {
            let problem = format!("{text:?} is not a time");
            let error = Error::invalid(name, problem).hint("write it as 2026-11-22T10:00:00Z");
            error::to_py(value.py(), error)
        })
    }
}

fn credentials(given: BTreeMap<String, BTreeMap<String, String>>) -> Result<Credentials> {
    let mut credentials = Credentials::default();
    for (vendor, mut secrets) in given {
        let wrong =
            |name: &str| Error::invalid("credentials", format_args!("{vendor}: {name} is missing"));
        let mut take = |name: &str| secrets.remove(name).filter(|secret| !secret.is_empty());
        match vendor.as_str() {
            "reachflow" => {
                credentials.reachflow = vec![take("api_key").ok_or_else(|| wrong("api_key"))?]
            }
            "msgflash" => {
                let key = take("api_key").ok_or_else(|| wrong("api_key"))?;
                credentials.msgflash = vec![match take("team_id") {
                    Some(team) => MsgFlashKey::team(key, team),
                    None => MsgFlashKey::personal(key),
                }];
            }
            "99digital" | "wapiflow" => {
                let id = take("client_id").ok_or_else(|| wrong("client_id"))?;
                let secret = take("client_secret").ok_or_else(|| wrong("client_secret"))?;
                let pair = vec![ClientPair::new(id, secret)];
                // Which of its own numbers a client sends from is no affair of the sandbox.
                if vendor == "99digital" {
                    take("number");
                }
                match vendor.as_str() {
                    "99digital" => credentials.ninetynine_digital = pair,
                    _ => credentials.wapiflow = pair,
                }
            }
            _ => {
                let known: Vec<_> = palabre::Vendor::ALL
                    .iter()
                    .map(|known| known.id())
                    .collect();
                let problem =
                    format_args!("{vendor:?} is not a vendor; one of {}", known.join(", "))
                        .to_string();
                return Err(Error::invalid("credentials", problem));
            }
        }
        if let Some(name) = secrets.keys().next() {
            return Err(Error::invalid(
                "credentials",
                format_args!("{vendor}: {name} is not a credential"),
            ));
        }
    }
    Ok(credentials)
}

impl Sandbox {
    /// Whether the server runs in this process.
    fn is_here(&self) -> bool {
        self.server.process == std::process::id()
    }

    /// The server, for what only the process that it runs in can do.
    fn server(&self, py: Python<'_>) -> PyResult<&palabre_sandbox::Sandbox> {
        if self.is_here() {
            return Ok(&self.server);
        }
        let error = Error::config(
            "sandbox",
            "runs in the process that this one was forked from",
        )
        .hint("steer it there, or over HTTP under /_sandbox");
        Err(error::to_py(py, error))
    }

    /// Makes a client of the class `class` for this sandbox.
    fn connect<'py>(
        &self,
        py: Python<'py>,
        class: &str,
        vendor: &str,
        options: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let known: Result<palabre::Vendor> = vendor.parse();
        let vendor = known.map_err(|error| error::to_py(py, error))?.id();
        let arguments = PyDict::new(py);
        arguments.set_item("base_url", self.server.base_url(vendor))?;
        // Nobody waits for a limit that is not there.
        let settings = self.server.settings();
        let limit = match vendor {
            "msgflash" => settings.msgflash_rate_limit,
            "reachflow" => settings.reachflow_rate_limit,
            _ => None,
        };
        if limit.is_none() {
            arguments.set_item("rate_limit", 0)?;
        }
        // Whoever gives the credentials of another way to sign in means that one alone.
        let is_other_way = |known: &Map<String, Value>| -> PyResult<bool> {
            let Some(options) = options else {
                return Ok(false);
            };
            for keyword in ["api_key", "access_token", "client_id"] {
                if options.contains(keyword)? && !known.contains_key(keyword) {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        if let Value::Object(credentials) = &self.server.credentials().to_json()[vendor]
            && !is_other_way(credentials)?
        {
            arguments.update(json::object_to_py(py, credentials)?.as_mapping())?;
        }
        if let Some(options) = options {
            arguments.update(options.as_mapping())?;
        }
        let client = PyModule::import(py, "palabre._palabre")?
            .getattr(class)?
            .call((vendor,), Some(&arguments))?;
        let handle = match client.cast::<Client>() {
            Ok(client) => &client.get().handle,
            Err(_) => &client.cast::<AsyncClient>()?.get().handle,
        };
        handle.keep(Arc::clone(&self.server));
        Ok(client)
    }

    fn object(fields: Option<&Bound<'_, PyDict>>) -> Result<Map<String, Value>> {
        match fields {
            Some(fields) => {
                json::object_from_py(fields.as_mapping()).map_err(|problem| problem.of("argument"))
            }
            None => Ok(Map::new()),
        }
    }
}

#[pymethods]
impl Sandbox {
    #[new]
    #[pyo3(signature = (*, seed=7, host=None, port=0, clock=None, credentials=None))]
    fn new(
        py: Python<'_>,
        #[pyo3(from_py_with = named::seed)] seed: i128,
        #[pyo3(from_py_with = named::host)] host: Option<String>,
        #[pyo3(from_py_with = named::port)] port: i128,
        #[pyo3(from_py_with = named::clock)] clock: Option<Time>,
        #[pyo3(from_py_with = named::credentials)] credentials: Option<Secrets>,
    ) -> PyResult<Self> {
        let clock = clock.map(|time| time.0);
        let start = || {
            let credentials =
                self::credentials(credentials.map(|given| given.0).unwrap_or_default())?;
            let usual = Config::default();
            let config = Config {
                host: host.unwrap_or(usual.host),
                port: whole("port", port, 0)?,
                seed: whole("seed", seed, 0)?,
                credentials,
                clock,
                settings: usual.settings,
            };
            let server = palabre_sandbox::Sandbox::start(config).map_err(|error| {
                let kind = match error {
                    palabre_sandbox::Error::NotLoopback { .. } => palabre::ErrorKind::InvalidInput,
                    _ => palabre::ErrorKind::Unavailable,
                };
                Error::new(kind, error.to_string())
            })?;
            let server = Server {
                inner: ManuallyDrop::new(server),
                process: std::process::id(),
            };
            Ok(Self {
                server: Arc::new(server),
                clock,
            })
        };
        py.detach(start).map_err(|error| error::to_py(py, error))
    }

    /// The address of the sandbox.
    #[getter]
    fn url(&self) -> &str {
        self.server.url()
    }

    /// The address of each vendor's API, for `Client(base_url=…)`.
    #[getter]
    fn base_urls(&self) -> BTreeMap<&'static str, String> {
        self.server.base_urls().into_iter().collect()
    }

    /// What each vendor accepts: the keyword arguments of Client.
    #[getter]
    fn credentials(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        json::to_py(py, &self.server.credentials().to_json())
    }

    /// Makes a client for a vendor of this sandbox.
    ///
    /// Args:
    ///     vendor: The vendor's identifier.
    ///     **options: Arguments of Client; they replace the sandbox's.
    #[pyo3(signature = (vendor, **options))]
    fn client<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = named::vendor)] vendor: String,
        options: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.connect(py, "Client", &vendor, options.as_ref())
    }

    /// Makes an async client for a vendor of this sandbox.
    ///
    /// Args:
    ///     vendor: The vendor's identifier.
    ///     **options: Arguments of AsyncClient; they replace the sandbox's.
    #[pyo3(signature = (vendor, **options))]
    fn async_client<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = named::vendor)] vendor: String,
        options: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.connect(py, "AsyncClient", &vendor, options.as_ref())
    }

    /// The requests that arrived, oldest first: operation, method, path, query, body, status and more.
    ///
    /// It holds the newest 10,000; `configure(journal_limit=…)` says otherwise. Each is a dict. Printed, it shows no number and no text.
    fn journal(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let entries = serde_json::to_value(self.server(py)?.journal()).unwrap_or_default();
        let entries = json::to_py(py, &entries)?;
        let module = python::import(py, c"palabre._journal")?;
        let made = python::call_method(&module, "entries", &[entries.into_bound(py)])?;
        Ok(made.unbind())
    }

    /// The messages among the requests that arrived since the journal was cleared, oldest first.
    ///
    /// Those that a vendor refused, or that a fault answered, are there with `accepted` False. A
    /// connection that a fault closed before it was read brought no message. All are there, also those whose request is no longer in the journal, which holds
    /// the newest 10,000.
    ///
    /// Returns:
    ///     A list of SentMessage.
    fn sent(&self, py: Python<'_>) -> PyResult<Vec<SentMessage>> {
        let sent = self.server(py)?.sent();
        Ok(sent.into_iter().map(SentMessage).collect())
    }

    /// A delivery of MsgFlash about its latest message, signed: what an endpoint gets. Nothing is sent anywhere.
    ///
    /// Args:
    ///     event: What it tells, such as "message.delivered".
    ///     secret: The endpoint's secret, for the signature.
    ///
    /// Returns:
    ///     The headers, and the body as bytes.
    #[pyo3(signature = (event, *, secret))]
    fn webhook<'py>(
        &self,
        py: Python<'py>,
        event: &str,
        secret: &str,
    ) -> PyResult<(BTreeMap<&'static str, String>, Bound<'py, PyBytes>)> {
        let delivery = self.server(py)?.webhook(event, secret);
        let headers = delivery.headers.into_iter().collect();
        Ok((headers, PyBytes::new(py, &delivery.body)))
    }

    /// Forgets the requests that arrived, and the messages in them.
    fn clear_journal(&self, py: Python<'_>) -> PyResult<()> {
        self.server(py)?.clear_journal();
        Ok(())
    }

    /// Makes a fault happen.
    ///
    /// Args:
    ///     **fault: Which requests: vendor, operation, times (default 1, None for always), after. What goes wrong, in any combination that makes sense: status with headers, body and perform; again; replace with pointer and value; pad; gzip; length_off_by; endless; delay_ms; drip_ms; clock_seconds; one of truncate, cut and close ("before" or "after"); end ("close", "reset" or "hold").
    ///
    /// Raises:
    ///     InvalidInputError: There is no such fault.
    #[pyo3(signature = (**fault))]
    fn add_fault(&self, py: Python<'_>, fault: Option<Bound<'_, PyDict>>) -> PyResult<()> {
        let read = || {
            let fault = Self::object(fault.as_ref())?;
            told::read("fault", &fault, |fault| {
                serde_json::from_value::<Fault>(Value::Object(fault))
            })
        };
        let fault = read().map_err(|error| error::to_py(py, error))?;
        self.server(py)?.add_fault(fault);
        Ok(())
    }

    /// Makes a random mix of faults happen, beside and after those that were added.
    ///
    /// Args:
    ///     seed: Same seed and same requests, same faults.
    ///     rate: To which part of the requests something happens, from 0 to 1; 0 ends it.
    ///     faults: What happens, each as likely as the others: dicts of the arguments of add_fault. A bit of everything if None.
    ///
    /// Raises:
    ///     InvalidInputError: An argument is wrong.
    #[pyo3(signature = (*, seed=7, rate=0.3, faults=None))]
    fn set_chaos(
        &self,
        py: Python<'_>,
        seed: i128,
        rate: f64,
        faults: Option<Vec<Bound<'_, PyDict>>>,
    ) -> PyResult<()> {
        let read = || {
            let mut chaos = Map::new();
            chaos.insert("seed".to_owned(), whole::<u64>("seed", seed, 0)?.into());
            chaos.insert("rate".to_owned(), rate.into());
            if let Some(faults) = faults {
                let faults = faults.iter().map(|fault| Self::object(Some(fault)));
                let faults: Result<Vec<_>> = faults.collect();
                chaos.insert("faults".to_owned(), faults?.into());
            }
            told::read("chaos", &chaos, |chaos| {
                serde_json::from_value::<Chaos>(Value::Object(chaos))
            })
        };
        let chaos = read().map_err(|error| error::to_py(py, error))?;
        self.server(py)?.set_chaos(Some(chaos));
        Ok(())
    }

    /// Takes back all faults, and ends chaos.
    fn clear_faults(&self, py: Python<'_>) -> PyResult<()> {
        self.server(py)?.clear_faults();
        Ok(())
    }

    /// Sets the sandbox's time, which stands still then.
    ///
    /// Args:
    ///     time: A time that knows its time zone; None goes back to the time of the start.
    #[pyo3(signature = (time))]
    fn set_time(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = named::time)] time: Option<Time>,
    ) -> PyResult<()> {
        let time = time.map(|time| time.0).or(self.clock);
        self.server(py)?
            .set_time(time.unwrap_or_else(Timestamp::now));
        Ok(())
    }

    /// Changes how vendors behave; settings that are not given stay as they are.
    ///
    /// Args:
    ///     **settings: msgflash_rate_limit, msgflash_group_limit, reachflow_rate_limit, reachflow_scopes, reachflow_plan, wapiflow_allowed_ips, wapiflow_template_quirk, journal_limit.
    ///
    /// Raises:
    ///     InvalidInputError: There is no such setting.
    #[pyo3(signature = (**settings))]
    fn configure(&self, py: Python<'_>, settings: Option<Bound<'_, PyDict>>) -> PyResult<()> {
        let server = self.server(py)?;
        let read = || {
            let now = serde_json::to_value(server.settings()).unwrap_or_default();
            told::read("settings", &Self::object(settings.as_ref())?, |changes| {
                let mut all = now.clone();
                if let Value::Object(all) = &mut all {
                    all.extend(changes);
                }
                serde_json::from_value::<Settings>(all)
            })
        };
        let settings = read().map_err(|error| error::to_py(py, error))?;
        server.set_settings(settings);
        Ok(())
    }

    /// Makes everything as at the start: data, journal, faults, settings, time.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        self.server(py)?.reset();
        Ok(())
    }

    /// Stops the sandbox.
    fn close(&self, py: Python<'_>) {
        if self.is_here() {
            py.detach(|| self.server.stop());
        }
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
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

    fn __repr__(&self) -> String {
        format!("Sandbox({:?})", self.server.url())
    }
}
