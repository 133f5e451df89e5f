//! asyncio: a call becomes an awaitable of the running event loop.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use palabre::Result;
use pyo3::prelude::*;
use pyo3_async_runtimes::{TaskLocals, generic};
use tokio::task::JoinHandle;

use crate::client::Handle;
use crate::{error, runtime};

/// Starts a call and returns its awaitable. Cancelling the awaitable drops the request: a write
/// that has left may have happened.
pub(crate) fn spawn<'py, T, F, Fut>(
    py: Python<'py>,
    handle: &Arc<Handle>,
    call: F,
) -> PyResult<Bound<'py, PyAny>>
where
    T: for<'a> IntoPyObject<'a> + Send + 'static,
    F: FnOnce(palabre::Client) -> Fut + Send + 'static,
    Fut: Future<Output = Result<T>> + Send + 'static,
{
    let client = handle
        .background_client()
        .map_err(|error| error::to_py(py, error))?;
    future_into_py(py, async move {
        call(client)
            .await
            .map_err(|error| Python::attach(|py| error::to_py(py, error)))
    })
}

/// An awaitable of anything.
pub(crate) fn future_into_py<'py, T>(
    py: Python<'py>,
    future: impl Future<Output = PyResult<T>> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    T: for<'a> IntoPyObject<'a> + Send + 'static,
{
    // Fails here, with an error of ours, rather than panicking inside the bridge.
    runtime::background().map_err(|error| error::to_py(py, error))?;
    generic::future_into_py::<Tokio, _, _>(py, future)
}

/// Our runtime for the bridge: its own one would hang in a forked child.
struct Tokio;

struct Join(JoinHandle<()>);

struct JoinError(tokio::task::JoinError);

impl generic::JoinError for JoinError {
    fn is_panic(&self) -> bool {
        self.0.is_panic()
    }

    fn into_panic(self) -> Box<dyn std::any::Any + Send + 'static> {
        self.0.into_panic()
    }
}

impl Future for Join {
    type Output = std::result::Result<(), JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map_err(JoinError)
    }
}

tokio::task_local! {
    static LOCALS: TaskLocals;
}

#[expect(clippy::expect_used, reason = "`future_into_py` has made the runtime")]
fn background() -> Arc<tokio::runtime::Runtime> {
    runtime::background().expect("a runtime")
}

impl generic::Runtime for Tokio {
    type JoinError = JoinError;
    type JoinHandle = Join;

    fn spawn<F: Future<Output = ()> + Send + 'static>(future: F) -> Join {
        Join(background().spawn(future))
    }

    fn spawn_blocking<F: FnOnce() + Send + 'static>(work: F) -> Join {
        Join(background().spawn_blocking(work))
    }
}

impl generic::ContextExt for Tokio {
    fn scope<F, R>(locals: TaskLocals, future: F) -> Pin<Box<dyn Future<Output = R> + Send>>
    where
        F: Future<Output = R> + Send + 'static,
    {
        Box::pin(LOCALS.scope(locals, future))
    }

    fn get_task_locals() -> Option<TaskLocals> {
        LOCALS.try_with(TaskLocals::clone).ok()
    }
}
