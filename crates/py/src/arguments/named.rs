//! Arguments that pyo3 reads with a function, so that the text of an error names them.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::PyString;

use super::{Given, Pem, Rate, Secrets, Whole, ZoneName, wrong};
use crate::hooks::Hook;
use crate::retry::RetryPolicy;
use crate::sandbox::Time;

/// One function an argument, for `from_py_with`.
macro_rules! named {
    ($($name:ident: $type:ty,)+) => {
        $(
            pub(crate) fn $name(value: &Bound<'_, PyAny>) -> PyResult<$type> {
                <$type>::read(stringify!($name), value)
            }
        )+
    };
}

named! {
    access_token: Option<String>,
    account: Option<String>,
    api_key: Option<String>,
    base_delay: f64,
    base_url: Option<String>,
    budget: Option<f64>,
    ca_pem: Option<Pem>,
    client_id: Option<String>,
    client_secret: Option<String>,
    clock: Option<Time>,
    connect_timeout: f64,
    credentials: Option<Secrets>,
    max_attempts: i128,
    max_delay: f64,
    max_in_flight: Option<Whole>,
    max_response_bytes: i128,
    host: Option<String>,
    name: String,
    on_error: Option<Hook>,
    on_request: Option<Hook>,
    on_response: Option<Hook>,
    number: Option<String>,
    online: bool,
    operation: String,
    path: Option<PathBuf>,
    port: i128,
    profile: Option<String>,
    progress: bool,
    proxy: Option<String>,
    rate_limit: Option<Rate>,
    retry: Option<RetryPolicy>,
    seed: i128,
    team_id: Option<String>,
    text: String,
    time: Option<Time>,
    timeout: Option<f64>,
    timezone: Option<ZoneName>,
    validate: bool,
    vendor: String,
    verb: String,
}

/// What a read of a fleet does with failures: `on_error`, which is a hook elsewhere.
pub(crate) fn on_failure<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<&'a str> {
    match value.cast::<PyString>() {
        Ok(text) => text.to_str(),
        Err(_) => Err(wrong("on_error", "a str", value)),
    }
}
