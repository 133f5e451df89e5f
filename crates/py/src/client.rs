//! Clients: one account at one vendor, in a sync and an async class with the same methods.

use std::collections::BTreeMap;
use std::sync::Arc;

use palabre::{Argument, Credentials, Options, Result, Vendor, Verb};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use serde_json::{Map, Value};

use crate::arguments::{
    File, Given, Object, Pem, Rate, Whole, ZoneName, account_name, named, seconds, take, whole,
};
use crate::handle::Handle;
use crate::hooks::{Hook, Hooks};
use crate::results::Support;
use crate::retry::{Patience, RetryPolicy};
use crate::settings::{Secrets, Settings, proxy_at, time_zone};
use crate::{aio, error, json, nouns, pickle, runtime};

/// An argument of a generic call; a file is read when the call runs.
enum CallArgument {
    Value(Value),
    File(File),
}

type CallArguments = BTreeMap<String, CallArgument>;

/// The arguments of a generic call: JSON values, and files as a path or as bytes with a name.
fn call_arguments(arguments: Option<&Bound<'_, PyDict>>) -> PyResult<Result<CallArguments>> {
    let mut values = BTreeMap::new();
    for (name, value) in arguments.into_iter().flatten() {
        let name: String = name.extract()?;
        // A path as text is a text here: which fields are files is the spec's affair.
        let may_be_file = value.is_instance_of::<PyTuple>() || value.hasattr("__fspath__")?;
        let file = may_be_file
            .then(|| File::read(&name, &value).ok())
            .flatten();
        let argument = match file {
            Some(file) => CallArgument::File(file),
            None => match json::from_py(&value) {
                Ok(value) => CallArgument::Value(value),
                Err(problem) => return Ok(Err(problem.of(&name))),
            },
        };
        values.insert(name, argument);
    }
    Ok(Ok(values))
}

async fn call(
    client: &palabre::Client,
    operation: &str,
    arguments: CallArguments,
    extra: Map<String, Value>,
) -> Result<Json> {
    let mut loaded = BTreeMap::new();
    for (name, argument) in arguments {
        let argument = match argument {
            CallArgument::Value(value) => Argument::Value(value),
            CallArgument::File(file) => Argument::File(file.load(client, &name, &name).await?),
        };
        loaded.insert(name, argument);
    }
    client
        .call_with_extra(operation, loaded, extra)
        .await
        .map(Json)
}

/// A JSON answer on its way to Python.
pub(crate) struct Json(Value);

impl<'py> IntoPyObject<'py> for Json {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json::to_py(py, &self.0).map(|value| value.into_bound(py))
    }
}

/// The credentials that were given; those of the environment if none was.
fn secrets(given: [(&'static str, Option<String>); 6]) -> Secrets {
    let mut credentials = Credentials::default();
    for (keyword, secret) in given {
        if let Some(secret) = secret {
            credentials = credentials.with(keyword, secret);
        }
    }
    if credentials.keywords().next().is_none() {
        return Secrets::Environment;
    }
    Secrets::Inline(credentials)
}

macro_rules! client {
    (
        $(#[doc = $doc:literal])+
        $class:ident, operations: $operations:literal, nouns: { $($(#[doc = $noun_doc:literal])+ $noun:ident: $noun_class:ident),+ $(,)? }
        $($methods:tt)*
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, generic, module = "palabre")]
        pub struct $class {
            pub(crate) handle: Arc<Handle>,
        }

        #[pymethods]
        impl $class {
            #[new]
            #[pyo3(signature = (
                vendor, *, api_key=None, number=None, team_id=None, client_id=None, client_secret=None,
                access_token=None, account=None, base_url=None, timeout=None, connect_timeout=5.0,
                retry=None, rate_limit=None, max_in_flight=None, max_response_bytes=67_108_864, timezone=None, validate=true, ca_pem=None, proxy=None,
                on_request=None, on_response=None, on_error=None
            ))]
            #[expect(clippy::too_many_arguments, reason = "keywords in Python")]
            fn new(
                py: Python<'_>,
                #[pyo3(from_py_with = named::vendor)]
                vendor: String,
                #[pyo3(from_py_with = named::api_key)]
                api_key: Option<String>,
                #[pyo3(from_py_with = named::number)]
                number: Option<String>,
                #[pyo3(from_py_with = named::team_id)]
                team_id: Option<String>,
                #[pyo3(from_py_with = named::client_id)]
                client_id: Option<String>,
                #[pyo3(from_py_with = named::client_secret)]
                client_secret: Option<String>,
                #[pyo3(from_py_with = named::access_token)]
                access_token: Option<String>,
                #[pyo3(from_py_with = named::account)]
                account: Option<String>,
                #[pyo3(from_py_with = named::base_url)]
                base_url: Option<String>,
                #[pyo3(from_py_with = named::timeout)]
                timeout: Option<f64>,
                #[pyo3(from_py_with = named::connect_timeout)]
                connect_timeout: f64,
                #[pyo3(from_py_with = named::retry)]
                retry: Option<RetryPolicy>,
                #[pyo3(from_py_with = named::rate_limit)]
                rate_limit: Option<Rate>,
                #[pyo3(from_py_with = named::max_in_flight)]
                max_in_flight: Option<Whole>,
                #[pyo3(from_py_with = named::max_response_bytes)]
                max_response_bytes: i128,
                #[pyo3(from_py_with = named::timezone)]
                timezone: Option<ZoneName>,
                #[pyo3(from_py_with = named::validate)]
                validate: bool,
                #[pyo3(from_py_with = named::ca_pem)]
                ca_pem: Option<Pem>,
                #[pyo3(from_py_with = named::proxy)]
                proxy: Option<String>,
                #[pyo3(from_py_with = named::on_request)]
                on_request: Option<Hook>,
                #[pyo3(from_py_with = named::on_response)]
                on_response: Option<Hook>,
                #[pyo3(from_py_with = named::on_error)]
                on_error: Option<Hook>,
            ) -> PyResult<Self> {
                let make = || {
                    let vendor: Vendor = vendor.parse()?;
                    let timezone = timezone.map(|zone| zone.0);
                    timezone.as_deref().map(time_zone).transpose()?;
                    if let Some(name) = &account {
                        account_name("account", name)?;
                    }
                    let given = [
                        ("api_key", api_key),
                        ("number", number),
                        ("team_id", team_id),
                        ("client_id", client_id),
                        ("client_secret", client_secret),
                        ("access_token", access_token),
                    ];
                    Handle::new(Settings {
                        vendor,
                        name: account,
                        base_url,
                        timeout: timeout.map(|timeout| seconds("timeout", timeout)).transpose()?,
                        timezone,
                        retry: retry.map(|retry| retry.0),
                        rate_limit: rate_limit.map(|rate| rate.0),
                        max_in_flight: max_in_flight
                            .map(|count| whole("max_in_flight", count.0, 1))
                            .transpose()?,
                        secrets: secrets(given),
                        options: Options {
                            connect_timeout: seconds("connect_timeout", connect_timeout)?,
                            max_response_bytes: whole("max_response_bytes", max_response_bytes, 1)?,
                            validate,
                            ca_pem: ca_pem.map(|pem| pem.0),
                            proxy: proxy.as_deref().map(proxy_at).transpose()?,
                            ..Options::default()
                        },
                        hooks: Hooks::new(on_request, on_response, on_error),
                    })
                };
                let handle = make().map_err(|error| error::to_py(py, error))?;
                Ok(Self { handle })
            }

            /// The vendor: as a text its identifier, and its own operations by their names in the spec.
            #[getter]
            fn vendor<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                // Imported when it is asked for: few scripts do.
                let vendor = slf.get().handle.settings.vendor;
                let module = format!("palabre.vendors.{}", vendor.module());
                slf.py().import(module)?.getattr($operations)?.call1((slf,))
            }

            /// The account's name, as tables and errors show it.
            #[getter]
            fn account(&self) -> String {
                self.handle.name()
            }

            /// The address of the API.
            #[getter]
            fn base_url(&self, py: Python<'_>) -> PyResult<String> {
                self.handle.open(py)?;
                let account = self.handle.account().map_err(|error| error::to_py(py, error))?;
                Ok(account.base_url().as_str().to_owned())
            }

            $(
                $(#[doc = $noun_doc])+
                #[getter]
                fn $noun(&self) -> nouns::$noun_class {
                    nouns::$noun_class { handle: self.handle.clone() }
                }
            )+

            /// Tells whether the vendor can do something for this account, and how.
            ///
            /// Args:
            ///     verb: A noun and a verb, such as "contacts.delete_many".
            ///
            /// Raises:
            ///     InvalidInputError: There is no such verb.
            #[pyo3(signature = (verb))]
            fn supports(
                &self,
                py: Python<'_>,
                #[pyo3(from_py_with = named::verb)]
                verb: String,
            ) -> PyResult<Support> {
                let verb: Verb = verb.parse().map_err(|error| error::to_py(py, error))?;
                let settings = &self.handle.settings;
                Ok(Support::of(settings.vendor, verb, |keyword| settings.has(keyword)))
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyDict>,))> {
                pickle::reduce(slf.as_any(), &slf.get().handle)
            }

            #[staticmethod]
            fn _restore(state: &Bound<'_, PyDict>) -> PyResult<Self> {
                pickle::restore(state).map(|handle| Self { handle })
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

            fn __repr__(&self) -> String {
                self.handle.shown(stringify!($class))
            }

            $($methods)*
        }
    };
}

client! {
    /// One account at one vendor.
    ///
    /// Nothing is sent when a client is made. Threads may share it; in a forked child it connects
    /// anew. Credentials are given by keyword, or taken from the environment if none is given:
    /// PALABRE_MSGFLASH_API_KEY, PALABRE_99DIGITAL_CLIENT_ID and so on. Then base_url, timeout,
    /// timezone, rate_limit and max_in_flight come from there too unless they are given:
    /// PALABRE_MSGFLASH_BASE_URL and so on.
    ///
    /// A client whose secrets come from the environment or from a configuration file can be
    /// pickled: the pickle says where they are and never holds them. They are read again where it
    /// is unpickled, at the first call.
    ///
    /// Args:
    ///     vendor: "reachflow", "msgflash", "99digital" or "wapiflow".
    ///     api_key: ReachFlow and MsgFlash; 99digital, for one number alone.
    ///     number: 99digital: the number that is meant where a call names none.
    ///     team_id: MsgFlash, with a team key.
    ///     client_id: 99digital and WapiFlow.
    ///     client_secret: 99digital and WapiFlow.
    ///     access_token: 99digital, instead of the pair; it is not renewed.
    ///     account: The name under which tables and errors show the account.
    ///     base_url: Another address of the API: https, or http on this machine.
    ///     timeout: Seconds that a call may take in all, repeats included; 30 if nothing says otherwise.
    ///     connect_timeout: Seconds to wait for a connection.
    ///     retry: How often and how patiently requests are sent again where that cannot do harm; `RetryPolicy.off()` sends each once.
    ///     rate_limit: Requests a second that all clients with the same credentials make together; what the vendor documents if None, no limit if 0.
    ///     max_in_flight: How many requests all clients with the same credentials have under way together.
    ///     max_response_bytes: The largest answer that is read.
    ///     timezone: The time zone in which the account's months and days are counted: its name or a ZoneInfo.
    ///     validate: Whether the vendor's documented limits are checked before a request leaves.
    ///     ca_pem: Certificates, in PEM or as the pathlib.Path of a file, that are trusted beside the system's, or those that SSL_CERT_FILE and SSL_CERT_DIR name.
    ///     proxy: The address of a proxy, such as "http://proxy:3128". HTTPS_PROXY and NO_PROXY of the environment count if None; "" means no proxy.
    ///     on_request: Called with a RequestEvent before each try of a request. What it raises keeps the request from leaving; the caller sees an InvalidInputError that it caused.
    ///     on_response: Called with a ResponseEvent after each good answer.
    ///     on_error: Called with an ErrorEvent after each try that failed.
    ///
    /// Raises:
    ///     ConfigError: A credential is missing or empty.
    ///     InvalidInputError: Another argument is wrong.
    Client, operations: "Operations", nouns: {
        /// WhatsApp numbers of the account.
        numbers: Numbers,
        /// The address book.
        contacts: Contacts,
        /// Groups of contacts.
        groups: Groups,
        /// The inbox.
        conversations: Conversations,
        /// Sending.
        messages: Messages,
        /// One-time codes.
        otp: Otp,
        /// Templates.
        templates: Templates,
        /// Statistics.
        stats: Stats,
    }

    /// Calls any operation of the vendor's API by its name in the spec and returns plain data.
    ///
    /// Authentication, limits, time-outs and redaction are the client's.
    ///
    /// Args:
    ///     operation: The operationId, such as "list_contact_groups".
    ///     timeout: Seconds that the call may take.
    ///     retry: A RetryPolicy for this call; the client's if None.
    ///     extra: Fields that the spec does not have, for the body, or for the query if there is none.
    ///     **arguments: Parameters and fields of the body, by their wire names; files as a pathlib.Path or (name, bytes).
    ///
    /// Returns:
    ///     The answer as dicts and lists, secrets replaced; None for an empty answer.
    #[pyo3(signature = (operation, /, *, timeout=None, retry=None, extra=None, **arguments))]
    fn call(
        &self,
        py: Python<'_>,
        #[pyo3(from_py_with = named::operation)]
        operation: String,
        #[pyo3(from_py_with = named::timeout)]
        timeout: Option<f64>,
        #[pyo3(from_py_with = named::retry)]
        retry: Option<RetryPolicy>,
        extra: Option<Bound<'_, PyAny>>,
        arguments: Option<Bound<'_, PyDict>>,
    ) -> PyResult<Json> {
        let own = (timeout, retry);
        let (patience, arguments, extra) =
            prepare(py, &self.handle, &operation, own, arguments.as_ref(), extra)?;
        let operation = operation.as_str();
        runtime::block(py, &self.handle, operation, |client| async move {
            self::call(&patience.on(&client), operation, arguments, extra).await
        })
    }

    /// Closes the connections. Whoever uses the client afterwards, or a listing of it, gets a ConfigError.
    fn close(&self, py: Python<'_>) {
        runtime::close(py, &self.handle);
    }

    fn __enter__(slf: PyRef<'_, Self>) -> PyResult<PyRef<'_, Self>> {
        slf.handle.check_usable().map_err(|error| error::to_py(slf.py(), error))?;
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

client! {
    /// One account at one vendor, for asyncio: the methods of Client, to be awaited.
    ///
    /// The arguments are those of Client. Nothing is sent before a call is awaited. A call that is
    /// cancelled is dropped: a write that has left may have happened. Hooks run on the event loop's
    /// own thread, and may be async functions.
    AsyncClient, operations: "AsyncOperations", nouns: {
        /// WhatsApp numbers of the account.
        numbers: AsyncNumbers,
        /// The address book.
        contacts: AsyncContacts,
        /// Groups of contacts.
        groups: AsyncGroups,
        /// The inbox.
        conversations: AsyncConversations,
        /// Sending.
        messages: AsyncMessages,
        /// One-time codes.
        otp: AsyncOtp,
        /// Templates.
        templates: AsyncTemplates,
        /// Statistics.
        stats: AsyncStats,
    }

    /// Calls any operation of the vendor's API by its name in the spec and returns plain data.
    ///
    /// Authentication, limits, time-outs and redaction are the client's.
    ///
    /// Args:
    ///     operation: The operationId, such as "list_contact_groups".
    ///     timeout: Seconds that the call may take.
    ///     retry: A RetryPolicy for this call; the client's if None.
    ///     extra: Fields that the spec does not have, for the body, or for the query if there is none.
    ///     **arguments: Parameters and fields of the body, by their wire names; files as a pathlib.Path or (name, bytes).
    ///
    /// Returns:
    ///     The answer as dicts and lists, secrets replaced; None for an empty answer.
    #[pyo3(signature = (operation, /, *, timeout=None, retry=None, extra=None, **arguments))]
    fn call<'py>(
        &self,
        py: Python<'py>,
        #[pyo3(from_py_with = named::operation)]
        operation: String,
        #[pyo3(from_py_with = named::timeout)]
        timeout: Option<f64>,
        #[pyo3(from_py_with = named::retry)]
        retry: Option<RetryPolicy>,
        extra: Option<Bound<'py, PyAny>>,
        arguments: Option<Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let own = (timeout, retry);
        let (patience, arguments, extra) =
            prepare(py, &self.handle, &operation, own, arguments.as_ref(), extra)?;
        aio::spawn(py, &self.handle, operation.clone(), move |client| async move {
            self::call(&patience.on(&client), &operation, arguments, extra).await
        })
    }

    /// Closes the connections. Whoever uses the client afterwards, or a listing of it, gets a ConfigError.
    fn close<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.handle.close();
        aio::ready(py, py.None())
    }

    fn __aenter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, PyAny>> {
        slf.get().handle.check_usable().map_err(|error| error::to_py(slf.py(), error))?;
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

type Prepared = (Patience, CallArguments, Map<String, Value>);

fn prepare(
    py: Python<'_>,
    handle: &Handle,
    operation: &str,
    (timeout, retry): (Option<f64>, Option<RetryPolicy>),
    arguments: Option<&Bound<'_, PyDict>>,
    extra: Option<Bound<'_, PyAny>>,
) -> PyResult<Prepared> {
    let extra: Option<Object> = take(py, "extra", extra)?;
    let arguments = call_arguments(arguments)?;
    Patience::new(timeout, retry)
        .and_then(|patience| {
            let extra = extra.map(|extra| extra.load("extra")).transpose()?;
            Ok((patience, arguments?, extra.unwrap_or_default()))
        })
        .map_err(|error| error::to_py(py, handle.located(error, operation)))
}
