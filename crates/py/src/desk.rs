//! What a running call asks of the interpreter: errands, run where Python is.
//!
//! A sync call runs them on its own thread, between two looks at its request, so that what they do
//! may call palabre again. A call of asyncio leaves them in the letterbox of its event loop.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::task::Poll;

use palabre::ledger::Stop;
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::aio::{Inbox, Letterbox};
use crate::given_up::Campaign;
use crate::logging::{self, Level};
use crate::python;
use crate::runtime::locked;

/// Something to do in Python for a call that is under way.
pub(crate) type Errand = Box<dyn FnOnce(&Place<'_, '_>) -> PyResult<()> + Send>;

/// Where an errand is run.
pub(crate) struct Place<'a, 'py> {
    pub(crate) py: Python<'py>,
    /// The event loop's calls, and the number of the one that the errand is for.
    pub(crate) asyncio: Option<(&'a Inbox, u64)>,
    /// The context variables of whoever awaits that call.
    pub(crate) context: Option<Bound<'py, PyAny>>,
}

impl<'py> Place<'_, 'py> {
    /// Calls something with the context variables of whoever made the call.
    pub(crate) fn call(
        &self,
        function: &Bound<'py, PyAny>,
        arguments: &[Bound<'py, PyAny>],
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some(context) = &self.context else {
            return python::call(function, &PyTuple::new(self.py, arguments)?, None);
        };
        let all: Vec<_> = std::iter::once(function)
            .chain(arguments)
            .cloned()
            .collect();
        python::call_method(context, "run", &all)
    }
}

/// Where a call leaves its errands, and what it has to tell.
#[derive(Clone)]
pub(crate) struct Desk {
    to: To,
    /// The least level of log records that somebody wants.
    level: Level,
    /// The campaign that the call runs, for who ends it.
    campaign: Campaign,
}

#[derive(Clone)]
enum To {
    /// The thread that waits for the call.
    Caller(Arc<Queue>),
    /// The event loop that waits for it, under the call's number.
    Loop(Arc<Letterbox>, u64),
}

tokio::task_local! {
    static DESK: Desk;
}

impl Desk {
    /// The desk of a sync call.
    pub(crate) fn of_caller(py: Python<'_>, queue: Arc<Queue>, campaign: Campaign) -> Self {
        Self {
            to: To::Caller(queue),
            level: logging::level(py),
            campaign,
        }
    }

    /// The desk of a call of asyncio.
    pub(crate) fn of_loop(
        level: Level,
        letterbox: Arc<Letterbox>,
        number: u64,
        campaign: Campaign,
    ) -> Self {
        Self {
            to: To::Loop(letterbox, number),
            level,
            campaign,
        }
    }

    /// Runs a call whose errands are left here.
    pub(crate) fn serve<F: Future>(self, call: F) -> impl Future<Output = F::Output> {
        DESK.scope(self, call)
    }
}

/// Leaves an errand of the call that this task runs.
pub(crate) fn put(errand: Errand) {
    // Whoever runs a call gives it a desk; without one nobody could run the errand.
    let _ = DESK.try_with(|desk| match &desk.to {
        To::Caller(queue) => locked(&queue.0).push(errand),
        To::Loop(letterbox, number) => letterbox.put_errand(*number, errand),
    });
}

/// Says that the call of this task runs a campaign with a ledger; gives what it is asked to end by.
pub(crate) fn campaign(ledger: PathBuf) -> Stop {
    DESK.try_with(|desk| desk.campaign.begin(ledger))
        .unwrap_or_default()
}

/// The least level of log records that this task has to write.
pub(crate) fn level() -> Level {
    DESK.try_with(|desk| desk.level).unwrap_or(logging::SILENT)
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
        let place = Place {
            py,
            asyncio: None,
            context: None,
        };
        errands
            .into_iter()
            .try_for_each(|errand| run(&place, errand))
    }
}

/// Runs an errand. It is no part of the call: what goes wrong is reported, and the call goes on.
/// Only what is meant to end the program, such as Ctrl-C, ends the call too.
pub(crate) fn run(place: &Place<'_, '_>, errand: Errand) -> PyResult<()> {
    match errand(place) {
        Err(error) if error.is_instance_of::<PyException>(place.py) => {
            error.write_unraisable(place.py, None);
            Ok(())
        }
        done => done,
    }
}
