//! What a running call asks of the interpreter: errands, run where Python is.
//!
//! A sync call runs them on its own thread, between two looks at its request, so that what they do
//! may call palabre again. A call of asyncio leaves them in the letterbox of its event loop.

use std::sync::{Arc, Mutex};
use std::task::Poll;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;

use crate::aio::Letterbox;
use crate::runtime::locked;

/// Something to do in Python for a call that is under way.
pub(crate) type Errand = Box<dyn FnOnce(Python<'_>) -> PyResult<()> + Send>;

/// Where a call leaves its errands.
#[derive(Clone)]
pub(crate) enum Desk {
    /// With the thread that waits for it.
    Caller(Arc<Queue>),
    /// With the event loop that waits for it, under the call's number.
    Loop(Arc<Letterbox>, u64),
}

tokio::task_local! {
    static DESK: Desk;
}

impl Desk {
    /// Runs a call whose errands are left here.
    pub(crate) fn serve<F: Future>(self, call: F) -> impl Future<Output = F::Output> {
        DESK.scope(self, call)
    }
}

/// Leaves an errand of the call that this task runs.
pub(crate) fn put(errand: Errand) {
    // Whoever runs a call gives it a desk; without one nobody could run the errand.
    let _ = DESK.try_with(|desk| match desk {
        Desk::Caller(queue) => locked(&queue.0).push(errand),
        Desk::Loop(letterbox, number) => letterbox.put_errand(*number, errand),
    });
}

/// The errands of a sync call.
#[derive(Default)]
pub(crate) struct Queue(Mutex<Vec<Errand>>);

impl Queue {
    /// Waits for the end of a call, or for an errand of it: `None` then.
    pub(crate) async fn wait<F: Future + Unpin>(&self, mut call: F) -> Option<F::Output> {
        std::future::poll_fn(
            move |context| match std::pin::Pin::new(&mut call).poll(context) {
                Poll::Ready(result) => Poll::Ready(Some(result)),
                // The call leaves errands while it is polled, and at no other time.
                Poll::Pending if !locked(&self.0).is_empty() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            },
        )
        .await
    }

    /// Runs the errands that are there.
    pub(crate) fn run(&self, py: Python<'_>) -> PyResult<()> {
        let errands = std::mem::take(&mut *locked(&self.0));
        errands.into_iter().try_for_each(|errand| run(py, errand))
    }
}

/// Runs an errand. It is no part of the call: what goes wrong is reported, and the call goes on.
/// Only what is meant to end the program, such as Ctrl-C, ends the call too.
pub(crate) fn run(py: Python<'_>, errand: Errand) -> PyResult<()> {
    match errand(py) {
        Err(error) if error.is_instance_of::<PyException>(py) => {
            error.write_unraisable(py, None);
            Ok(())
        }
        done => done,
    }
}
