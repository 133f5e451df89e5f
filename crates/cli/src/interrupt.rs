//! Ctrl-C and SIGTERM: whatever goes on is left, and what may have happened is said.

use std::future::{Future, poll_fn};
use std::io;
use std::task::Poll;

#[cfg(unix)]
use tokio::signal::unix::{Signal as Listener, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC as Listener, ctrl_c};

use crate::exit::Failure;
use crate::writing;

/// What asks for the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// SIGTERM, by which `docker stop` and systemd end a program.
    #[cfg_attr(not(unix), expect(dead_code, reason = "only Unix has it"))]
    Terminate,
}

/// Hears the signals that ask for the end. Once it listens, they do not end the program by
/// themselves, even if nobody hears them any more.
pub(crate) struct Signals(Vec<(Signal, Listener)>);

impl Signals {
    pub(crate) fn listen() -> Self {
        let listeners = listeners().into_iter();
        // What cannot be heard ends the program by itself.
        let heard = listeners.filter_map(|(signal, listener)| Some((signal, listener.ok()?)));
        Self(heard.collect())
    }

    /// Waits for the next signal.
    pub(crate) async fn next(&mut self) -> Signal {
        poll_fn(|context| {
            let heard = self.0.iter_mut().find_map(|(signal, listener)| {
                let is_heard = listener.poll_recv(context).is_ready();
                is_heard.then_some(*signal)
            });
            heard.map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}

#[cfg(unix)]
fn listeners() -> [(Signal, io::Result<Listener>); 2] {
    [
        (Signal::Interrupt, signal(SignalKind::interrupt())),
        (Signal::Terminate, signal(SignalKind::terminate())),
    ]
}

#[cfg(windows)]
fn listeners() -> [(Signal, io::Result<Listener>); 1] {
    [(Signal::Interrupt, ctrl_c())]
}

/// Does something unless a signal comes first.
pub(crate) async fn or_interrupt<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut signals = Signals::listen();
    tokio::select! {
        biased;
        signal = signals.next() => Err(Failure::Interrupted(signal, writing::interrupted())),
        done = work => done,
    }
}
