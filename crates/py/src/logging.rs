//! Records for `logging.getLogger("palabre")`, for programs that have imported `logging`.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyDict;

use crate::desk::Place;
use crate::python;

/// A level of Python's `logging`.
pub(crate) type Level = i32;

pub(crate) const DEBUG: Level = 10;
pub(crate) const INFO: Level = 20;
pub(crate) const WARNING: Level = 30;

/// Above every level: nothing is logged.
pub(crate) const SILENT: Level = Level::MAX;

/// The least level that the program wants to see now; [`SILENT`] if it has not imported `logging`.
pub(crate) fn level(py: Python<'_>) -> Level {
    // Whatever goes wrong here is no reason to fail a call.
    let asked = logger(py).and_then(|logger| {
        let logger = logger.map(|logger| python::call_method(logger, "getEffectiveLevel", &[]));
        logger.transpose()?.map(|level| level.extract()).transpose()
    });
    asked.ok().flatten().unwrap_or(SILENT)
}

fn logger(py: Python<'_>) -> PyResult<Option<&Bound<'_, PyAny>>> {
    static LOGGER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    if let Some(logger) = LOGGER.get(py) {
        return Ok(Some(logger.bind(py)));
    }
    if !modules(py)?.contains("logging")? {
        return Ok(None);
    }
    let logger = LOGGER.get_or_try_init(py, || module(py)?.getattr("logger").map(Bound::unbind))?;
    Ok(Some(logger.bind(py)))
}

fn modules(py: Python<'_>) -> PyResult<&Bound<'_, PyDict>> {
    static MODULES: PyOnceLock<Py<PyDict>> = PyOnceLock::new();
    let modules = MODULES.get_or_try_init(py, || {
        let modules = PyModule::import(py, "sys")?.getattr("modules")?;
        PyResult::Ok(modules.cast_into::<PyDict>()?.unbind())
    })?;
    Ok(modules.bind(py))
}

fn module(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static MODULE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let module = MODULE.get_or_try_init(py, || {
        python::import(py, c"palabre._logging").map(Bound::unbind)
    })?;
    Ok(module.bind(py))
}

/// Writes a record about an event.
pub(crate) fn write<'py>(
    place: &Place<'_, 'py>,
    level: Level,
    event: &Bound<'py, PyAny>,
) -> PyResult<()> {
    let write = module(place.py)?.getattr("write")?;
    let level = level.into_pyobject(place.py)?.into_any();
    place.call(&write, &[level, event.clone()]).map(drop)
}
