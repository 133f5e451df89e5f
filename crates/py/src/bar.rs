//! `progress=True`: a bar that tqdm draws, moved by errands of the call.

use std::sync::Arc;

use palabre::{Progress, Tell};
use pyo3::prelude::*;

use crate::desk;
use crate::handle::Handle;
use crate::python;

/// A bar of one listing or batch, `palabre._progress.Bar`.
#[derive(Clone)]
pub(crate) struct Bar(Arc<Py<PyAny>>);

impl Bar {
    /// A bar that is not drawn yet; an error with what to install if tqdm is missing.
    pub(crate) fn new(py: Python<'_>, handle: &Handle, verb: &str) -> PyResult<Self> {
        let title = format!("{} {verb}", handle.name());
        let module = python::import(py, c"palabre._progress")?;
        let bar = python::call_method(&module, "Bar", &[python::argument(py, title)?])?;
        Ok(Self(Arc::new(bar.unbind())))
    }

    /// Draws the bar, unless it is there.
    pub(crate) fn start(&self, py: Python<'_>) -> PyResult<()> {
        python::call_method(self.0.bind(py), "start", &[]).map(drop)
    }

    /// What a client tells to move the bar.
    pub(crate) fn tell(&self) -> Tell {
        let bar = self.0.clone();
        Arc::new(move |Progress { done, total }| {
            let bar = bar.clone();
            desk::put(Box::new(move |place| {
                let arguments = [
                    python::argument(place.py, done)?,
                    python::argument(place.py, total)?,
                ];
                python::call_method(bar.bind(place.py), "tell", &arguments).map(drop)
            }));
        })
    }

    /// Leaves the bar as it is.
    pub(crate) fn close(&self, py: Python<'_>) {
        if let Err(error) = python::call_method(self.0.bind(py), "close", &[]) {
            error.write_unraisable(py, None);
        }
    }
}

/// Runs something with a bar, if there is one.
pub(crate) fn shown<T>(
    py: Python<'_>,
    bar: Option<&Bar>,
    run: impl FnOnce() -> PyResult<T>,
) -> PyResult<T> {
    bar.map_or(Ok(()), |bar| bar.start(py))?;
    let result = run();
    if let Some(bar) = bar {
        bar.close(py);
    }
    result
}

/// The client whose progress moves the bar.
pub(crate) fn moving(bar: Option<&Bar>, client: &palabre::Client) -> palabre::Client {
    match bar {
        Some(bar) => client.with_progress(Some(bar.tell())),
        None => client.clone(),
    }
}
