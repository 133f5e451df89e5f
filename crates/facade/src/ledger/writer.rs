//! The one thread that writes a ledger, so that no runtime waits for a disk.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use palabre_model::{Error, ErrorKind, Result};
use tokio::sync::oneshot;

use super::Stop;
use super::file::Lock;
use super::store::Store;

enum Work {
    Do(Box<dyn FnOnce(&mut Store) + Send>),
    /// The end: the ledger is handed over.
    End(oneshot::Sender<Store>),
}

/// How long somebody who gives up waits for the last thing to be written.
const PATIENCE: Duration = Duration::from_secs(5);

/// A ledger that is being written. Work is done in the order in which it is given; dropping this
/// waits for the last of it, and frees the ledger.
pub(crate) struct Writer {
    work: Option<Sender<Work>>,
    thread: Option<JoinHandle<()>>,
    ended: Mutex<Receiver<()>>,
}

impl Writer {
    /// Starts the thread; `open` runs on it.
    pub(crate) async fn start(
        stop: Stop,
        open: impl FnOnce() -> Result<(Option<Lock>, Store)> + Send + 'static,
    ) -> Result<Self> {
        let (work, given) = channel::<Work>();
        let (end, ended) = channel();
        let (tell, told) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("palabre-ledger".to_owned())
            .spawn(move || {
                // Dropped last, whatever happens.
                let _end = end;
                match open() {
                    Ok((lock, mut store)) => {
                        if tell.send(Ok(())).is_ok() {
                            for work in given {
                                if stop.is_death() {
                                    return;
                                }
                                match work {
                                    Work::Do(work) => work(&mut store),
                                    Work::End(tell) => return drop(tell.send(store)),
                                }
                            }
                        }
                        // The file is closed before somebody else may have it.
                        drop(store);
                        drop(lock);
                    }
                    Err(error) => drop(tell.send(Err(error))),
                }
            })
            .map_err(|error| Error::config("ledger", format_args!("no thread: {error}")))?;
        let writer = Self {
            work: Some(work),
            thread: Some(thread),
            ended: Mutex::new(ended),
        };
        told.await.unwrap_or_else(|_| Err(gone()))?;
        Ok(writer)
    }

    /// Does something with the ledger and waits for it.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<T> + Send + 'static,
    ) -> impl Future<Output = Result<T>> + Send + 'static {
        let (tell, told) = oneshot::channel();
        self.leave(move |store| drop(tell.send(work(store))));
        async move { told.await.unwrap_or_else(|_| Err(gone())) }
    }

    /// Ends the thread and gets the ledger.
    pub(crate) async fn end(self) -> Result<Store> {
        let (tell, told) = oneshot::channel();
        if let Some(sender) = &self.work {
            let _ = sender.send(Work::End(tell));
        }
        told.await.map_err(|_| gone())
    }

    /// Does something with the ledger and does not wait for it.
    pub(crate) fn leave(&self, work: impl FnOnce(&mut Store) + Send + 'static) {
        if let Some(sender) = &self.work {
            // Who waits for an answer is told that there is none.
            let _ = sender.send(Work::Do(Box::new(work)));
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.work = None;
        // A disk that hangs is not waited for: the process could not be ended.
        let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
        let _ = ended.recv_timeout(PATIENCE);
        if self.thread.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(thread) = self.thread.take()
        {
            let _ = thread.join();
        }
    }
}

fn gone() -> Error {
    Error::new(
        ErrorKind::Config,
        "ledger: it is not being written any more",
    )
}
