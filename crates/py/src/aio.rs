//! asyncio: a call becomes a coroutine of the running event loop.
//!
//! The worker thread never touches Python. It leaves what a call gave in the inbox of the event
//! loop and rings: a byte in a socket that the loop watches. The loop's own thread makes the Python
//! objects, all that arrived at once. A thread that enters the interpreter while it is being taken
//! down would panic or abort the process.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use palabre::{Error, Result};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyRuntimeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::panic::PanicException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use tokio::task::AbortHandle;

use crate::bar::Bar;
use crate::desk::{self, Desk, Errand, Place};
use crate::given_up::PendingWrite;
use crate::handle::Handle;
use crate::hooks::Answer;
use crate::python;
use crate::runtime::{self, MOMENT, locked};
use crate::{error, hooks, logging};

#[cfg(not(unix))]
use std::net::TcpStream as Stream;
#[cfg(unix)]
use std::os::unix::net::UnixStream as Stream;

/// What a call gave, made into an object on the loop's thread.
type Outcome = Box<dyn FnOnce(Python<'_>) -> PyResult<Py<PyAny>> + Send>;

type Start = Box<dyn FnOnce(Python<'_>, Arc<Letterbox>, u64) -> PyResult<Started> + Send>;

/// Makes the coroutine of a call. Nothing is sent before it is awaited; when it is cancelled, the
/// request is dropped: a write that has left may have happened.
pub(crate) fn spawn<'py, T, F, Fut>(
    py: Python<'py>,
    handle: &Arc<Handle>,
    verb: impl Into<Cow<'static, str>>,
    call: F,
) -> PyResult<Bound<'py, PyAny>>
where
    T: for<'a> IntoPyObject<'a> + Send + 'static,
    F: FnOnce(palabre::Client) -> Fut + Send + 'static,
    Fut: Future<Output = palabre::Result<T>> + Send + 'static,
{
    spawn_shown(py, handle, verb, None, call)
}

/// The same with a bar, closed when the call fails or is cancelled; at its end only if it was opened
/// for this call alone.
pub(crate) fn spawn_shown<'py, T, F, Fut>(
    py: Python<'py>,
    handle: &Arc<Handle>,
    verb: impl Into<Cow<'static, str>>,
    bar: Option<Shown>,
    call: F,
) -> PyResult<Bound<'py, PyAny>>
where
    T: for<'a> IntoPyObject<'a> + Send + 'static,
    F: FnOnce(palabre::Client) -> Fut + Send + 'static,
    Fut: Future<Output = palabre::Result<T>> + Send + 'static,
{
    let handle = Arc::clone(handle);
    let verb = verb.into();
    let name = verb.clone();
    let write = PendingWrite::of(&handle, &verb);
    let watch = write.clone();
    let task = async move {
        let client = match handle.is_open() {
            true => handle.background_client(),
            false => open(Arc::clone(&handle)).await,
        };
        let answer = match client {
            Ok(client) => call(watch.map_or(client.clone(), |write| write.watched(&client))).await,
            Err(error) => Err(error),
        };
        answer.map_err(|error| handle.located(error, &verb))
    };
    spawn_task(py, name, (bar, write), task)
}

/// Opens a client on a thread that may wait: a command may run for its secrets.
async fn open(handle: Arc<Handle>) -> Result<palabre::Client> {
    tokio::task::spawn_blocking(move || handle.background_client())
        .await
        .map_err(|error| Error::config("secrets", error))?
}

/// Makes the coroutine of something that runs on the worker.
pub(crate) fn spawn_task<'py, T>(
    py: Python<'py>,
    name: Cow<'static, str>,
    (bar, write): (Option<Shown>, Option<PendingWrite>),
    task: impl Future<Output = Result<T>> + Send + 'static,
) -> PyResult<Bound<'py, PyAny>>
where
    T: for<'a> IntoPyObject<'a> + Send + 'static,
{
    let campaign = write.as_ref().map(|write| write.campaign.clone());
    let campaign = campaign.unwrap_or_default();
    let start: Start = Box::new(move |py, letterbox, number| {
        let runtime = runtime::background().map_err(|error| error::to_py(py, error))?;
        let level = logging::level(py);
        let is_watched = level < logging::SILENT || hooks::exist();
        let context = is_watched.then(|| context(py)).transpose()?;
        let desk = Desk::of_loop(level, letterbox.clone(), number, campaign);
        let task = async move {
            let call = desk.serve(task);
            let outcome = AssertUnwindSafe(call).catch_unwind().await;
            letterbox.put(
                number,
                Letter::Outcome(Box::new(move |py| match outcome {
                    Ok(Ok(value)) => value.into_py_any(py),
                    Ok(Err(error)) => Err(error::to_py(py, error)),
                    Err(_) => Err(PanicException::new_err("a call panicked: see stderr")),
                })),
            );
        };
        Ok(Started {
            task: runtime.spawn(task).abort_handle(),
            context,
        })
    });
    let call = Call {
        start: Mutex::new(Some(start)),
        bar,
        write,
    };
    let call = call.into_bound_py_any(py)?;
    let coroutine = python::call_method(module(py)?, "call", &[call])?;
    // "coroutine 'contacts.get' was never awaited" says more than the function's own name.
    coroutine.setattr("__qualname__", name)?;
    Ok(coroutine)
}

/// The coroutine of something that is there already.
pub(crate) fn ready<'py>(
    py: Python<'py>,
    value: impl IntoPyObject<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    python::call_method(module(py)?, "ready", &[value.into_bound_py_any(py)?])
}

/// `palabre._aio`: what asyncio needs from Python.
pub(crate) fn module(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static MODULE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    MODULE
        .get_or_try_init(py, || {
            python::import(py, c"palabre._aio").map(Bound::unbind)
        })
        .map(|module| module.bind(py))
}

/// The bar of a call, and whether it is the bar of other calls too.
pub(crate) struct Shown {
    pub(crate) bar: Bar,
    pub(crate) goes_on: bool,
}

/// A call that has not started.
#[pyclass(frozen, module = "palabre._palabre")]
pub(crate) struct Call {
    start: Mutex<Option<Start>>,
    bar: Option<Shown>,
    write: Option<PendingWrite>,
}

#[pymethods]
impl Call {
    /// Starts the call, whose end sets `future`; returns the number under which `inbox` knows it.
    fn start(&self, py: Python<'_>, inbox: &Inbox, future: Py<PyAny>) -> PyResult<u64> {
        let start = locked(&self.start).take();
        let start = start.ok_or_else(|| PyRuntimeError::new_err("a call starts once"))?;
        if let Some(shown) = &self.bar {
            shown.bar.start(py)?;
        }
        let number = inbox.next.fetch_add(1, Ordering::Relaxed);
        // Only this thread empties the inbox, so the call cannot end before it waits here.
        let Started { task, context } = start(py, Arc::clone(&inbox.letterbox), number)?;
        let waiting = Waiting {
            future,
            task,
            context,
            hook: None,
        };
        locked(&inbox.waiting).insert(number, waiting);
        Ok(number)
    }

    /// Closes the bar, if there is one: after a failure, or if no other call goes on with it.
    fn close(&self, py: Python<'_>, failed: bool) {
        if let Some(Shown { bar, goes_on }) = &self.bar
            && (failed || !goes_on)
        {
            bar.close(py);
        }
    }

    /// Asks a campaign to end, for which `future` waits from now on. Returns the seconds in which it
    /// should have; None for any other call, which is dropped at once.
    fn end(&self, inbox: &Inbox, number: u64, mut future: Py<PyAny>) -> Option<f64> {
        self.write.as_ref().filter(|write| write.ask_to_end())?;
        match locked(&inbox.waiting).get_mut(&number) {
            Some(waiting) => std::mem::swap(&mut waiting.future, &mut future),
            // It has ended just now.
            None => return Some(0.0),
        }
        Some(MOMENT.as_secs_f64())
    }

    /// What it means that the call is given up; None for one that changes nothing.
    fn note(&self) -> Option<String> {
        self.write.as_ref().map(PendingWrite::note)
    }

    /// The same with what the ledger of a campaign says. This takes a moment: not for an event loop.
    fn look(&self, py: Python<'_>) -> Option<String> {
        py.detach(|| self.write.as_ref().map(PendingWrite::look))
    }

    /// Makes the inbox of an event loop.
    #[staticmethod]
    fn inbox() -> PyResult<Inbox> {
        let (bell, listener) = pair()?;
        bell.set_nonblocking(true)?;
        listener.set_nonblocking(true)?;
        Ok(Inbox {
            letterbox: Arc::new(Letterbox {
                arrived: Mutex::new(Vec::new()),
                bell,
            }),
            waiting: Mutex::new(HashMap::new()),
            next: AtomicU64::new(0),
            listener,
        })
    }
}

/// What the worker leaves for the loop's thread.
enum Letter {
    Outcome(Outcome),
    Errand(Errand),
}

/// Where the worker leaves what calls gave and what they ask for.
pub(crate) struct Letterbox {
    arrived: Mutex<Vec<(u64, Letter)>>,
    bell: Stream,
}

impl Letterbox {
    pub(crate) fn put_errand(&self, number: u64, errand: Errand) {
        self.put(number, Letter::Errand(errand));
    }

    fn put(&self, number: u64, letter: Letter) {
        let is_first = {
            let mut arrived = locked(&self.arrived);
            arrived.push((number, letter));
            arrived.len() == 1
        };
        if is_first {
            // It fails when the loop is gone, or when it is full of rings that were not heard yet.
            let _ = (&self.bell).write(&[1]);
        }
    }
}

/// A call that runs.
struct Started {
    task: AbortHandle,
    context: Option<Py<PyAny>>,
}

struct Waiting {
    future: Py<PyAny>,
    task: AbortHandle,
    /// The context variables of whoever awaits the call.
    context: Option<Py<PyAny>>,
    /// The task of an async hook that the call waits for, and where its answer goes.
    hook: Option<(Py<PyAny>, Py<Answer>)>,
}

impl Waiting {
    /// Ends a hook that the call waits for no more.
    fn drop_hook(&self, py: Python<'_>) {
        let Some((hook, answer)) = &self.hook else {
            return;
        };
        answer.get().call_is_cancelled();
        if let Err(error) = python::call_method(hook.bind(py), "cancel", &[]) {
            error.write_unraisable(py, None);
        }
    }
}

/// A copy of the context variables.
fn context(py: Python<'_>) -> PyResult<Py<PyAny>> {
    static COPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let copy = COPY.import(py, "contextvars", "copy_context")?;
    copy.call0().map(Bound::unbind)
}

/// Calls a hook, and waits for it if it is async; `answer` is told what it raised.
pub(crate) fn ask<'py>(
    place: &Place<'_, 'py>,
    hook: &Bound<'py, PyAny>,
    event: &Bound<'py, PyAny>,
    answer: &Bound<'py, Answer>,
) -> PyResult<()> {
    let ask = module(place.py)?.getattr("ask")?;
    let task = place.call(
        &ask,
        &[hook.clone(), event.clone(), answer.as_any().clone()],
    )?;
    if !task.is_none()
        && let Some((inbox, number)) = place.asyncio
        && let Some(waiting) = locked(&inbox.waiting).get_mut(&number)
    {
        waiting.hook = Some((task.unbind(), answer.clone().unbind()));
    }
    Ok(())
}

/// The calls that one event loop waits for.
///
/// A loop that is closed meanwhile never sets their futures, which hold it, while it holds the inbox:
/// the garbage collector has to see that.
#[pyclass(frozen, weakref, module = "palabre._palabre")]
pub(crate) struct Inbox {
    letterbox: Arc<Letterbox>,
    waiting: Mutex<HashMap<u64, Waiting>>,
    next: AtomicU64,
    listener: Stream,
}

#[pymethods]
impl Inbox {
    /// The socket that rings.
    fn fileno(&self) -> u64 {
        number_of(&self.listener)
    }

    /// Sets the futures of the calls that have ended, and runs the errands of others.
    fn open(&self, py: Python<'_>) -> PyResult<()> {
        self.hush()?;
        let arrived = std::mem::take(&mut *locked(&self.letterbox.arrived));
        let mut done = Ok(());
        for (number, letter) in arrived {
            let opened = match letter {
                Letter::Outcome(outcome) => self.end(py, number, outcome),
                Letter::Errand(errand) => self.run(py, number, errand),
            };
            // The other calls are not to wait for ever.
            done = done.and(opened);
        }
        done
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        // While another thread changes it, nothing in it is garbage.
        if let Ok(waiting) = self.waiting.try_lock() {
            for Waiting {
                future,
                context,
                hook,
                ..
            } in waiting.values()
            {
                visit.call(future)?;
                visit.call(context)?;
                visit.call(hook.as_ref().map(|(task, _)| task))?;
            }
        }
        Ok(())
    }

    fn __clear__(&self) {
        let waiting = std::mem::take(&mut *locked(&self.waiting));
        drop(waiting);
    }

    /// Drops a call that nobody waits for any more; does nothing for one that has ended.
    fn cancel(&self, py: Python<'_>, number: u64) {
        let waiting = locked(&self.waiting).remove(&number);
        if let Some(waiting) = waiting {
            waiting.task.abort();
            waiting.drop_hook(py);
        }
    }
}

impl Inbox {
    fn end(&self, py: Python<'_>, number: u64, outcome: Outcome) -> PyResult<()> {
        let waiting = locked(&self.waiting).remove(&number);
        if let Some(waiting) = waiting {
            waiting.drop_hook(py);
            if let Err(error) = set(waiting.future.bind(py), outcome) {
                error.write_unraisable(py, None);
            }
        }
        Ok(())
    }

    /// Also for a call that was cancelled: that it was is an errand too.
    fn run(&self, py: Python<'_>, number: u64, errand: Errand) -> PyResult<()> {
        let waiting = locked(&self.waiting);
        let context = waiting.get(&number).and_then(|call| call.context.as_ref());
        let context = context.map(|context| context.bind(py).clone());
        drop(waiting);
        let place = Place {
            py,
            asyncio: Some((self, number)),
            context,
        };
        desk::run(&place, errand)
    }

    /// Takes the rings out of the socket.
    fn hush(&self) -> PyResult<()> {
        let mut rings = [0; 64];
        loop {
            match (&self.listener).read(&mut rings) {
                Ok(count) if count == rings.len() => {}
                Ok(_) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

fn set(future: &Bound<'_, PyAny>, outcome: Outcome) -> PyResult<()> {
    if python::call_method(future, "done", &[])?.is_truthy()? {
        return Ok(());
    }
    match outcome(future.py()) {
        Ok(value) => python::call_method(future, "set_result", &[value.into_bound(future.py())])?,
        Err(error) => {
            let error = error.into_bound_py_any(future.py())?;
            python::call_method(future, "set_exception", &[error])?
        }
    };
    Ok(())
}

#[cfg(unix)]
fn pair() -> std::io::Result<(Stream, Stream)> {
    Stream::pair()
}

#[cfg(not(unix))]
fn pair() -> std::io::Result<(Stream, Stream)> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    let bell = Stream::connect(listener.local_addr()?)?;
    bell.set_nodelay(true)?;
    loop {
        let (listener, other) = listener.accept()?;
        // Anybody on this machine may have been faster.
        if other == bell.local_addr()? {
            return Ok((bell, listener));
        }
    }
}

#[cfg(unix)]
fn number_of(stream: &Stream) -> u64 {
    use std::os::fd::AsRawFd;
    stream.as_raw_fd().unsigned_abs().into()
}

#[cfg(not(unix))]
fn number_of(stream: &Stream) -> u64 {
    use std::os::windows::io::AsRawSocket;
    stream.as_raw_socket()
}
