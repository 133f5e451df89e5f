//! Hooks and log records: the observer of every client that Python makes.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use palabre::observe::{Cancelled, Failure, Observer, Reply, Request, Response};
use palabre::{Error, Result};
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use tokio::sync::oneshot;

use crate::arguments::{Given, wrong};
use crate::desk::{self, Place};
use crate::events::{Event, Moment};
use crate::runtime::locked;
use crate::{aio, logging};

/// A callable that is told of requests.
pub(crate) struct Hook(Py<PyAny>);

impl Given for Hook {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        match value.is_callable() {
            true => Ok(Self(value.clone().unbind())),
            false => Err(wrong(name, "a callable", value)),
        }
    }
}

/// The hooks of a client: `on_request`, `on_response` and `on_error`.
#[derive(Clone, Default)]
pub(crate) struct Hooks(Option<Arc<[Option<Hook>; 3]>>);

static EXIST: AtomicBool = AtomicBool::new(false);

/// Whether any client of this process has hooks.
pub(crate) fn exist() -> bool {
    EXIST.load(Ordering::Relaxed)
}

impl Hooks {
    pub(crate) fn new(request: Option<Hook>, response: Option<Hook>, error: Option<Hook>) -> Self {
        let hooks = [request, response, error];
        if hooks.iter().all(Option::is_none) {
            return Self::default();
        }
        EXIST.store(true, Ordering::Relaxed);
        Self(Some(Arc::new(hooks)))
    }

    /// The hooks by the name of their argument.
    pub(crate) fn by_name(&self) -> [(&'static str, Option<&Py<PyAny>>); 3] {
        [Moment::Request, Moment::Response, Moment::Error]
            .map(|moment| (moment.hook(), self.hook(moment).map(|hook| &hook.0)))
    }

    fn hook(&self, moment: Moment) -> Option<&Hook> {
        let [request, response, error] = &**self.0.as_ref()?;
        match moment {
            Moment::Request => request.as_ref(),
            Moment::Response => response.as_ref(),
            Moment::Error => error.as_ref(),
        }
    }

    /// The observer that runs them, and writes log records where the program wants them.
    pub(crate) fn observer(&self) -> Arc<dyn Observer> {
        Arc::new(Watcher(self.clone()))
    }
}

/// Hands every event to Python, if anything there wants it.
struct Watcher(Hooks);

impl Watcher {
    fn tell(
        &self,
        moment: Moment,
        level: logging::Level,
        event: impl FnOnce() -> Event,
    ) -> Option<Reply> {
        let is_logged = level >= desk::level();
        let is_hooked = self.0.hook(moment).is_some();
        if !is_logged && !is_hooked {
            return None;
        }
        let event = event();
        let hooks = self.0.clone();
        let (answer, asked) = oneshot::channel();
        let answer = Answer {
            moment,
            reply: Mutex::new(Some(answer)),
        };
        desk::put(Box::new(move |place| {
            let py = place.py;
            let event = moment.object(py, event)?;
            if is_logged && let Err(error) = logging::write(place, level, event.bind(py)) {
                report(py, error, None)?;
            }
            match hooks.hook(moment) {
                Some(hook) => ask(place, hook.0.bind(py), event.bind(py), answer),
                None => Ok(()),
            }
        }));
        is_hooked.then(|| -> Reply {
            Box::pin(async move {
                // Whoever had to ask the hook is gone: nobody let the request through.
                let refused = || Error::invalid(moment.hook(), "was not asked");
                match asked.await {
                    Ok(Some(answer)) => answer,
                    // It is about to be dropped: what a cancelled hook raised is no veto.
                    Ok(None) => std::future::pending().await,
                    Err(_) => Err(refused()),
                }
            })
        })
    }
}

impl Observer for Watcher {
    fn request(&self, request: &Request<'_>) -> Option<Reply> {
        self.tell(Moment::Request, logging::DEBUG, || Event::request(request))
    }

    fn response(&self, response: &Response<'_>) -> Option<Reply> {
        self.tell(Moment::Response, logging::INFO, || {
            Event::response(response)
        })
    }

    fn error(&self, failure: &Failure<'_>) -> Option<Reply> {
        let level = match failure.repeat_in {
            Some(_) => logging::WARNING,
            None => logging::INFO,
        };
        self.tell(Moment::Error, level, || Event::error(failure))
    }

    fn cancelled(&self, cancelled: &Cancelled<'_>) {
        // Nobody waits for the hook: the call is gone.
        self.tell(Moment::Error, logging::INFO, || Event::cancelled(cancelled));
    }
}

impl fmt::Debug for Watcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.0.by_name();
        let given = given.iter().filter(|(_, hook)| hook.is_some());
        f.debug_list().entries(given.map(|(name, _)| name)).finish()
    }
}

/// Calls a hook; its answer goes to the call that waits for it.
fn ask<'py>(
    place: &Place<'_, 'py>,
    hook: &Bound<'py, PyAny>,
    event: &Bound<'py, PyAny>,
    answer: Answer,
) -> PyResult<()> {
    if place.asyncio.is_some() {
        let answer = Bound::new(place.py, answer)?;
        return aio::ask(place, hook, event, &answer);
    }
    match place.call(hook, std::slice::from_ref(event)) {
        Ok(given) => answer.give(hook, not_awaitable(answer.moment, &given).err()),
        Err(error) if error.is_instance_of::<PyException>(place.py) => {
            answer.give(hook, Some(error))
        }
        // Ctrl-C while the hook ran: it ends the call.
        Err(error) => Err(error),
    }
}

/// Refuses what only an event loop could wait for.
fn not_awaitable(moment: Moment, given: &Bound<'_, PyAny>) -> PyResult<()> {
    if given.is_none() || !given.hasattr("__await__")? {
        return Ok(());
    }
    if given.hasattr("close")? {
        // Or Python would warn that it was never awaited.
        given.call_method0("close")?;
    }
    let problem = format!(
        "{} is async, which only AsyncClient can wait for",
        moment.hook()
    );
    Err(PyTypeError::new_err(problem))
}

/// Reports what went wrong in a hook or in a handler of log records, and goes on.
fn report(py: Python<'_>, error: PyErr, place: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
    if !error.is_instance_of::<PyException>(py) {
        return Err(error);
    }
    error.write_unraisable(py, place);
    Ok(())
}

/// The answer of a hook, on its way to the call that waits for it.
#[pyclass(frozen, module = "palabre._palabre")]
pub(crate) struct Answer {
    moment: Moment,
    /// `None` says that the call is cancelled.
    reply: Mutex<Option<oneshot::Sender<Option<Result<()>>>>>,
}

#[pymethods]
impl Answer {
    /// Ends the waiting: with what the hook raised, or with None.
    fn __call__(&self, hook: &Bound<'_, PyAny>, error: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        self.give(hook, error.map(|error| PyErr::from_value(error.clone())))
    }
}

impl Answer {
    /// Says that nobody waits for the call any more, whatever becomes of the hook.
    pub(crate) fn call_is_cancelled(&self) {
        if let Some(reply) = locked(&self.reply).take() {
            let _ = reply.send(None);
        }
    }

    fn give(&self, hook: &Bound<'_, PyAny>, error: Option<PyErr>) -> PyResult<()> {
        let py = hook.py();
        let (answer, reported) = match (error, self.moment) {
            (None, _) => (Ok(()), Ok(())),
            (Some(error), Moment::Request) => (Err(vetoed(py, error)), Ok(())),
            // An answer of the vendor is not lost because somebody who watches has failed.
            (Some(error), _) => (Ok(()), report(py, error, Some(hook))),
        };
        if let Some(reply) = locked(&self.reply).take() {
            // The call may be over: its time, or somebody cancelled it.
            let _ = reply.send(Some(answer));
        }
        reported
    }
}

/// What a hook raised, carried to the exception that the caller sees.
struct Raised(Py<PyAny>);

impl fmt::Debug for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Raised")
    }
}

impl fmt::Display for Raised {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("raised by a hook")
    }
}

impl std::error::Error for Raised {}

fn vetoed(py: Python<'_>, raised: PyErr) -> Error {
    // Its text may hold anything, so only its class is told.
    let class = raised.get_type(py).name();
    let class = class.map_or_else(|_| "an exception".to_owned(), |name| name.to_string());
    let raised = Raised(raised.into_value(py).into_any());
    Error::invalid("on_request", format_args!("vetoed by {class}")).caused_by(Arc::new(raised))
}

/// What a hook raised to make an error, if one did.
pub(crate) fn cause(py: Python<'_>, error: &Error) -> Option<PyErr> {
    let Raised(raised) = std::error::Error::source(error)?.downcast_ref()?;
    Some(PyErr::from_value(raised.bind(py).clone()))
}
