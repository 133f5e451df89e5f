//! Errors become the Python class of their kind.

use palabre::Error;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyTuple};

use crate::hooks;
use crate::many::Thrown;
use crate::python;
use crate::results::DeleteReport;

static ERRORS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// The Python exception that stands for `error`: class `<Kind>Error` of `palabre.errors`.
pub(crate) fn to_py(py: Python<'_>, error: Error) -> PyErr {
    let cause = std::error::Error::source(&error);
    if let Some(Thrown(thrown)) = cause.and_then(|cause| cause.downcast_ref()) {
        return thrown.clone_ref(py);
    }
    // If even that fails, the failure is what Python has to see.
    match instance(py, &error) {
        Ok(exception) => {
            let exception = PyErr::from_value(exception);
            if let Some(cause) = hooks::cause(py, &error) {
                exception.set_cause(py, Some(cause));
            }
            exception
        }
        Err(failure) => failure,
    }
}

/// The exception as an object.
pub(crate) fn instance<'py>(py: Python<'py>, error: &Error) -> PyResult<Bound<'py, PyAny>> {
    let module = ERRORS
        .get_or_try_init(py, || {
            python::import(py, c"palabre.errors").map(Bound::unbind)
        })?
        .bind(py);
    let class = module.getattr(format!("{}Error", error.kind()))?;
    let fields = PyDict::new(py);
    fields.set_item("vendor", error.get_vendor().map(palabre::Vendor::id))?;
    fields.set_item("account", error.get_account())?;
    fields.set_item("operation", error.get_operation())?;
    fields.set_item("status", error.get_status())?;
    fields.set_item("vendor_code", error.get_vendor_code())?;
    fields.set_item("request_id", error.get_request_id())?;
    fields.set_item(
        "retry_after",
        error.get_retry_after().map(|wait| wait.as_secs_f64()),
    )?;
    fields.set_item("idempotency_key", error.get_idempotency_key())?;
    fields.set_item("outcome", error.get_outcome().map(palabre::Outcome::as_str))?;
    fields.set_item("attempted_at", error.get_attempted_at())?;
    fields.set_item("to", error.get_to())?;
    fields.set_item("hint", error.get_hint())?;
    fields.set_item("report", error.get_report().cloned().map(DeleteReport))?;
    fields.set_item("text", error.to_string())?;
    let message = PyTuple::new(py, [error.message()])?;
    python::call(&class, &message, Some(&fields))
}
