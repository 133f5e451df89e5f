//! `progress=True`: a bar that tqdm draws, moved by errands of the call.

use std::sync::Arc;

use palabre::{Error, Progress, Tell};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::desk;
use crate::handle::Handle;
use crate::python;

/// A bar of one listing, batch or read of a fleet, `palabre._progress.Bar`.
#[derive(Clone)]
pub(crate) struct Bar(Arc<Py<PyAny>>);

impl Bar {
    /// A bar that is not drawn yet; an error with what to install if tqdm is missing.
    pub(crate) fn new(py: Python<'_>, title: &str, accounts: Vec<String>) -> PyResult<Self> {
        let module = python::import(py, c"palabre._progress")?;
        let arguments = [
            python::argument(py, title)?,
            python::argument(py, accounts)?,
        ];
        let bar = python::call_method(&module, "Bar", &arguments)?;
        Ok(Self(Arc::new(bar.unbind())))
    }

    /// The bar of something that one account does.
    pub(crate) fn of(py: Python<'_>, handle: &Handle, verb: &str) -> PyResult<Self> {
        Self::new(py, verb, vec![handle.name()])
    }

    /// Draws the bar, unless it is there.
    pub(crate) fn start(&self, py: Python<'_>) -> PyResult<()> {
        python::call_method(self.0.bind(py), "start", &[]).map(drop)
    }

    /// What a client tells to move the bar.
    fn tell(&self, account: &str) -> Tell {
        let (bar, account) = (self.clone(), account.to_owned());
        Arc::new(move |Progress { done, total }| bar.ask("tell", (account.clone(), done, total)))
    }

    /// Says that an account has come to its end: how many rows it gave, or why it failed.
    pub(crate) fn end(&self, account: String, rows: Result<usize, &Error>) {
        let error = rows.err().map(|error| error.kind().as_str());
        self.ask("end", (account, rows.ok(), error));
    }

    /// Leaves an errand of the call: Python is not to be touched here.
    fn ask<A>(&self, method: &'static str, arguments: A)
    where
        A: for<'py> IntoPyObject<
                'py,
                Target = PyTuple,
                Output = Bound<'py, PyTuple>,
                Error = PyErr,
            > + Send
            + 'static,
    {
        let bar = self.0.clone();
        desk::put(Box::new(move |place| {
            let method = bar.bind(place.py).getattr(method)?;
            let arguments = arguments.into_pyobject(place.py)?;
            python::call(&method, &arguments, None).map(drop)
        }));
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
        Some(bar) => client.with_progress(Some(bar.tell(client.name()))),
        None => client.clone(),
    }
}
