//! Clients in pickles: where their secrets are, never the secrets.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use palabre::{Error, Options, Proxy, Result, Vendor};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::arguments::named;
use crate::error;
use crate::handle::Handle;
use crate::hooks::Hooks;
use crate::retry::RetryPolicy;
use crate::settings::{Reference, Secrets, Settings, proxy_at};

/// The class's function that makes a client of a pickle, and what it takes.
pub(crate) fn reduce<'py>(
    client: &Bound<'py, PyAny>,
    handle: &Handle,
) -> PyResult<(Bound<'py, PyAny>, (Bound<'py, PyDict>,))> {
    let state = state(client.py(), &handle.settings)?;
    Ok((client.get_type().getattr("_restore")?, (state,)))
}

fn state<'py>(py: Python<'py>, settings: &Settings) -> PyResult<Bound<'py, PyDict>> {
    let secrets = match &settings.secrets {
        Secrets::Inline(credentials) => {
            let given: Vec<_> = credentials.keywords().collect();
            return Err(error::to_py(py, refusal(settings, &given)));
        }
        Secrets::Environment => None,
        Secrets::File(Reference {
            path,
            profile,
            account,
            ..
        }) => Some((path.clone(), profile.clone(), account.clone())),
    };
    let options = &settings.options;
    let proxy = options.proxy.as_ref();
    if proxy.is_some_and(Proxy::has_credentials) {
        let problem = "cannot be pickled: it holds a password, and a pickle holds no secrets";
        let error = Error::config("proxy", problem).hint("set HTTPS_PROXY instead");
        return Err(error::to_py(
            py,
            error.vendor(settings.vendor).account(settings.name()),
        ));
    }
    let state = PyDict::new(py);
    state.set_item("vendor", settings.vendor.id())?;
    state.set_item("account", &settings.name)?;
    state.set_item("secrets", secrets)?;
    state.set_item("base_url", &settings.base_url)?;
    state.set_item("timeout", settings.timeout)?;
    state.set_item("connect_timeout", options.connect_timeout)?;
    state.set_item("retry", settings.retry.map(RetryPolicy))?;
    state.set_item("rate_limit", settings.rate_limit)?;
    state.set_item("max_in_flight", settings.max_in_flight)?;
    state.set_item("max_response_bytes", options.max_response_bytes)?;
    state.set_item("timezone", &settings.timezone)?;
    state.set_item("validate", options.validate)?;
    let ca_pem = options.ca_pem.as_ref();
    state.set_item("ca_pem", ca_pem.map(|pem| PyBytes::new(py, pem)))?;
    state.set_item("proxy", proxy.map(Proxy::expose))?;
    for (name, hook) in settings.hooks.by_name() {
        state.set_item(name, hook)?;
    }
    Ok(state)
}

fn refusal(settings: &Settings, given: &[&str]) -> Error {
    let vendor = settings.vendor;
    let variables: Vec<_> = given
        .iter()
        .map(|name| palabre::Credentials::variable(vendor, name))
        .collect();
    let problem = format!(
        "the client cannot be pickled: its {} came from the program, and a pickle holds no secrets",
        given.join(" and ")
    );
    Error::new(palabre::ErrorKind::Config, problem)
        .vendor(vendor)
        .account(settings.name())
        .hint(format!(
            "leave them out and set {}, or take the client from palabre.Fleet.from_config(), \
             or make the client in the worker",
            variables.join(" and ")
        ))
}

/// The client of a pickle.
///
/// Its secrets are read at the first call: an error while a worker unpickles its task would leave
/// some pools waiting for ever.
pub(crate) fn restore(state: &Bound<'_, PyDict>) -> PyResult<Arc<Handle>> {
    let settings = settings(state)?.map_err(|error| error::to_py(state.py(), error))?;
    Ok(Handle::later(settings))
}

fn settings(state: &Bound<'_, PyDict>) -> PyResult<Result<Settings>> {
    let field = |name: &str| {
        state.get_item(name)?.ok_or_else(|| {
            PyValueError::new_err(format!(
                "not a pickle of this version of palabre: no {name}"
            ))
        })
    };
    let secrets: Option<(PathBuf, Option<String>, String)> = field("secrets")?.extract()?;
    let vendor: String = field("vendor")?.extract()?;
    let vendor: Vendor = match vendor.parse() {
        Ok(vendor) => vendor,
        Err(error) => return Ok(Err(error)),
    };
    let proxy: Option<String> = field("proxy")?.extract()?;
    let proxy = match proxy.as_deref().map(proxy_at).transpose() {
        Ok(proxy) => proxy,
        Err(error) => return Ok(Err(error)),
    };
    Ok(Ok(Settings {
        vendor,
        name: field("account")?.extract()?,
        base_url: field("base_url")?.extract()?,
        timeout: field("timeout")?.extract::<Option<Duration>>()?,
        timezone: field("timezone")?.extract()?,
        retry: field("retry")?
            .extract::<Option<RetryPolicy>>()?
            .map(|retry| retry.0),
        rate_limit: field("rate_limit")?.extract()?,
        max_in_flight: field("max_in_flight")?.extract()?,
        secrets: match secrets {
            None => Secrets::Environment,
            Some((path, profile, account)) => Secrets::File(Reference {
                path,
                profile,
                account,
                read: None,
            }),
        },
        hooks: Hooks::new(
            named::on_request(&field("on_request")?)?,
            named::on_response(&field("on_response")?)?,
            named::on_error(&field("on_error")?)?,
        ),
        options: Options {
            connect_timeout: field("connect_timeout")?.extract()?,
            max_response_bytes: field("max_response_bytes")?.extract()?,
            validate: field("validate")?.extract()?,
            ca_pem: field("ca_pem")?.extract()?,
            proxy,
            ..Options::default()
        },
    }))
}
