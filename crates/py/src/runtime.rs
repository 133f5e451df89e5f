//! Where requests run: sync calls on the caller's own thread, async calls on one worker thread.
//!
//! A hop to another thread costs more than all of HTTP, so each thread that calls has a runtime
//! and connections of its own. Both are made anew in a forked child.

use std::cell::RefCell;
use std::collections::HashMap;
use std::mem::ManuallyDrop;
use std::rc::Rc;
use std::sync::mpsc::RecvTimeoutError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use palabre::{Error, Result};
use pyo3::prelude::*;
use tokio::runtime::{Builder, Runtime};

use crate::desk::{Desk, Queue};
use crate::error;
use crate::given_up::PendingWrite;
use crate::handle::Handle;
use crate::process::PerProcess;

/// How long a call waits before it lets Python look at signals: Ctrl-C takes effect within it.
const SLICE: Duration = Duration::from_millis(100);

/// How long a campaign that was ended may take to write down what has become of its rows.
pub(crate) const MOMENT: Duration = Duration::from_millis(800);

thread_local! {
    static LOCAL: RefCell<Option<Local>> = const { RefCell::new(None) };
}

/// The runtime of one thread and the clients that are connected through it.
struct Local {
    process: u32,
    runtime: ManuallyDrop<Rc<Runtime>>,
    clients: ManuallyDrop<HashMap<usize, (Weak<Handle>, palabre::Client)>>,
}

impl Local {
    fn new() -> Result<Self> {
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| Error::config("runtime", error))?;
        Ok(Self {
            process: std::process::id(),
            runtime: ManuallyDrop::new(Rc::new(runtime)),
            clients: ManuallyDrop::default(),
        })
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // In a forked child the sockets and the event queue are the parent's: leave them alone.
        if self.process == std::process::id() {
            // SAFETY: dropped once, here, and not used after.
            let runtime = unsafe {
                ManuallyDrop::drop(&mut self.clients);
                ManuallyDrop::take(&mut self.runtime)
            };
            if let Some(runtime) = Rc::into_inner(runtime) {
                // An address that is still being looked up is not waited for.
                runtime.shutdown_background();
            }
        }
    }
}

/// Does something with what belongs to this thread.
fn with_local<T>(work: impl FnOnce(&mut Local) -> Result<T>) -> Result<T> {
    LOCAL.with_borrow_mut(|slot| {
        if slot
            .as_ref()
            .is_none_or(|local| local.process != std::process::id())
        {
            *slot = Some(Local::new()?);
        }
        match slot.as_mut() {
            Some(local) => work(local),
            None => Err(Error::config("runtime", "is missing")),
        }
    })
}

/// The runtime of this thread.
fn runtime() -> Result<Rc<Runtime>> {
    with_local(|local| Ok(Rc::clone(&local.runtime)))
}

/// The runtime of this thread, and a client that is connected through it.
fn local(handle: &Arc<Handle>) -> Result<(Rc<Runtime>, palabre::Client)> {
    handle.check_usable()?;
    with_local(|local| {
        let key = Arc::as_ptr(handle) as usize;
        let known = local
            .clients
            .get(&key)
            .filter(|(owner, _)| owner.strong_count() > 0);
        let client = match known {
            Some((_, client)) => client.clone(),
            None => {
                local
                    .clients
                    .retain(|_, (owner, _)| owner.strong_count() > 0);
                let client = palabre::Client::from_account(handle.account()?)?;
                local
                    .clients
                    .insert(key, (Arc::downgrade(handle), client.clone()));
                client
            }
        };
        Ok((Rc::clone(&local.runtime), client))
    })
}

/// Ends a client and the connections that this thread has for it. Other threads have theirs until they
/// connect to something else, or end.
pub(crate) fn close(py: Python<'_>, handle: &Arc<Handle>) {
    handle.close();
    let runtime = LOCAL.with_borrow_mut(|slot| {
        let local = slot
            .as_mut()
            .filter(|local| local.process == std::process::id())?;
        local.clients.remove(&(Arc::as_ptr(handle) as usize))?;
        Some(Rc::clone(&local.runtime))
    });
    if let Some(runtime) = runtime {
        let runtime: &Runtime = &runtime;
        py.detach(|| runtime.block_on(look_at_connections()));
    }
}

/// Runs a call on this thread, without the interpreter, and lets Python look at signals meanwhile.
///
/// When a signal handler raises, as Ctrl-C does, the call is dropped: a write that has left may
/// have happened.
pub(crate) fn block<T, F, Fut>(
    py: Python<'_>,
    handle: &Arc<Handle>,
    verb: &str,
    call: F,
) -> PyResult<T>
where
    T: Send,
    F: FnOnce(palabre::Client) -> Fut,
    Fut: Future<Output = Result<T>> + Send,
{
    handle
        .check_usable()
        .map_err(|error| error::to_py(py, handle.located(error, verb)))?;
    handle.open(py)?;
    let (runtime, mut client) = local(handle).map_err(|error| error::to_py(py, error))?;
    let write = PendingWrite::of(handle, verb);
    if let Some(write) = &write {
        client = write.watched(&client);
    }
    let located = |error| handle.located(error, verb);
    wait(py, &runtime, write.as_ref(), located, call(client))?
        .map_err(|error| error::to_py(py, located(error)))
}

/// Runs something on this thread that is no client's.
pub(crate) fn block_on<F>(py: Python<'_>, future: F) -> PyResult<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    let runtime = runtime().map_err(|error| error::to_py(py, error))?;
    wait(py, &runtime, None, |error| error, future)
}

fn wait<F>(
    py: Python<'_>,
    runtime: &Runtime,
    write: Option<&PendingWrite>,
    located: impl Fn(Error) -> Error,
    future: F,
) -> PyResult<F::Output>
where
    F: Future + Send,
    F::Output: Send,
{
    let process = std::process::id();
    let queue = Arc::<Queue>::default();
    let campaign = write
        .map(|write| write.campaign.clone())
        .unwrap_or_default();
    let mut future = Box::pin(
        Desk::of_caller(py, queue.clone(), campaign).serve(async move {
            look_at_connections().await;
            future.await
        }),
    );
    loop {
        let slice = queue.wait(future.as_mut());
        let done =
            py.detach(move || runtime.block_on(async { tokio::time::timeout(SLICE, slice).await }));
        let mut goes_on = queue.run(py);
        if !matches!(done, Ok(Some(_))) {
            goes_on = goes_on.and_then(|()| py.check_signals());
        }
        if std::process::id() != process {
            // A handler forked: the call goes on in the parent, and so do its sockets.
            std::mem::forget(future);
            let problem =
                "was made in the process that this one was forked from, and goes on there";
            let error = located(Error::config("the call", problem));
            return Err(goes_on.err().unwrap_or_else(|| error::to_py(py, error)));
        }
        if let Err(error) = goes_on {
            if write.is_some_and(PendingWrite::ask_to_end) {
                // What is under way has a moment to end: its outcome is known then.
                let until = Instant::now() + MOMENT;
                loop {
                    let end = queue.wait(future.as_mut());
                    let left = until.saturating_duration_since(Instant::now());
                    let done = py.detach(move || {
                        runtime.block_on(async { tokio::time::timeout(left, end).await })
                    });
                    // A hook may be waited for. What ends the program now ends the moment, too.
                    let told = queue.run(py);
                    if !matches!(done, Ok(None)) || told.is_err() {
                        break;
                    }
                }
            }
            drop(future);
            // A request that is dropped is told to whoever watches.
            if let Err(said) = queue.run(py) {
                said.write_unraisable(py, None);
            }
            return Err(match write {
                Some(write) => write.add_note(py, error),
                None => error,
            });
        }
        if let Ok(Some(result)) = done {
            return Ok(result);
        }
    }
}

/// Runs something that may wait for a command, in a thread, and lets Python look at signals meanwhile.
///
/// When a signal handler raises, the thread is left to itself: it ends with its command.
pub(crate) fn apart<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send + 'static,
) -> PyResult<T> {
    let (sender, mut receiver) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        // Nobody waits any more after a signal.
        let _ = sender.send(work());
    });
    loop {
        let (back, done) = py.detach(move || {
            let done = receiver.recv_timeout(SLICE);
            (receiver, done)
        });
        receiver = back;
        py.check_signals()?;
        match done {
            Ok(done) => return Ok(done),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => match thread.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(()) => {
                    let error = Error::config("secrets", "were not read");
                    return Err(error::to_py(py, error));
                }
            },
        }
    }
}

/// Lets connections notice that they were closed since the last call: nothing ran meanwhile.
///
/// A request that leaves on a dead connection gets no answer, and a send would have an unknown
/// outcome for no reason.
async fn look_at_connections() {
    // One round to see what happened to the sockets, one for their connections to act on it.
    for _ in 0..2 {
        tokio::task::yield_now().await;
    }
}

static BACKGROUND: PerProcess<Runtime> = PerProcess::new();

/// The runtime of async calls.
pub(crate) fn background() -> Result<Arc<Runtime>> {
    BACKGROUND.get(|| {
        Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("palabre")
            .enable_all()
            .build()
            .map_err(|error| Error::config("runtime", error))
    })
}

/// A client that is connected through this thread's runtime.
pub(crate) fn connected(handle: &Arc<Handle>) -> Result<palabre::Client> {
    Ok(local(handle)?.1)
}

/// Locks data that is plain, good even if a holder panicked.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
