//! Telling the observer of an account what becomes of a request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use palabre_model::{Error, ErrorKind, Outcome, Result};

use crate::execute::Received;
use crate::observe::{Answered, Cancelled, Failure, Observer, Reply, Request, Response};
use crate::{Call, Effect, Operation};

/// The tries of one request, as its observer sees them.
pub(crate) struct Watch<'a> {
    call: &'a Call,
    observer: &'a Arc<dyn Observer>,
    request: Request<'a>,
    deadline: Instant,
    started: Option<Instant>,
    /// Whether the end of the last try was told.
    is_told: bool,
    /// Whether an earlier try may have been carried out.
    is_open: bool,
}

impl<'a> Watch<'a> {
    /// Watches a request, if anybody wants to know of it.
    pub(crate) fn start(
        call: &'a Call,
        operation: &'static Operation,
        key: Option<&'a str>,
        bytes: usize,
        deadline: Instant,
    ) -> Option<Self> {
        static CALLS: AtomicU64 = AtomicU64::new(1);
        let account = call.session.account();
        let observer = account.options.observer.as_ref()?;
        let address = account.address(operation);
        Some(Self {
            call,
            observer,
            request: Request {
                vendor: account.vendor(),
                account: call.session.name(),
                verb: call.verb,
                operation,
                host: address.host_str().unwrap_or_default(),
                port: address.port_or_known_default(),
                call: CALLS.fetch_add(1, Ordering::Relaxed),
                attempt: 0,
                idempotency_key: key,
                bytes,
            },
            deadline,
            started: None,
            is_told: true,
            is_open: false,
        })
    }

    /// Tells of the next try; an error if it must not leave.
    pub(crate) async fn request(&mut self) -> Result<()> {
        self.request.attempt += 1;
        self.started = None;
        self.is_told = false;
        if let Some(reply) = self.observer.request(&self.request) {
            let left = self.left();
            let reply = tokio::time::timeout(left, reply).await;
            reply
                .map(|reply| reply.map_err(Error::veto))
                .unwrap_or_else(|_| {
                    let problem = "the time was over before the request was let through";
                    Err(self.call.error(ErrorKind::Timeout, problem))
                })
                .map_err(|error| self.vetoed(error))?;
        }
        Ok(())
    }

    /// Gives the call more time.
    pub(crate) fn extend(&mut self, by: Duration) {
        self.deadline += by;
    }

    /// From now on bytes may leave.
    pub(crate) fn leaves(&mut self) {
        self.started = Some(Instant::now());
    }

    /// Tells of a good answer.
    pub(crate) async fn response(&mut self, received: &Received) {
        self.is_told = true;
        let reply = self.observer.response(&Response {
            request: self.request,
            answer: self.answered(received),
            duration: self.duration(),
        });
        self.wait(reply).await;
    }

    /// Tells of a try that failed.
    pub(crate) async fn error(
        &mut self,
        error: &Error,
        received: Option<&Received>,
        repeat_in: Option<Duration>,
    ) {
        self.is_told = true;
        self.is_open |= error.get_outcome() == Some(Outcome::Unknown);
        let reply = self.observer.error(&Failure {
            request: self.request,
            answer: received.map(|received| self.answered(received)),
            duration: self.duration(),
            repeat_in,
            error,
        });
        self.wait(reply).await;
    }

    fn answered<'r>(&self, received: &'r Received) -> Answered<'r>
    where
        'a: 'r,
    {
        Answered {
            status: received.status,
            bytes: received.body.len(),
            headers: &received.headers,
            call: self.call,
        }
    }

    fn vetoed(&self, error: Error) -> Error {
        let Request {
            vendor,
            account,
            verb,
            ..
        } = self.request;
        error
            .located(vendor, account, verb)
            .outcome(Outcome::NotSent)
    }

    /// Waits for an observer that is told afterwards, but not longer than the call may take: what
    /// the vendor said is not lost to it.
    async fn wait(&self, reply: Option<Reply>) {
        if let Some(reply) = reply {
            let _ = tokio::time::timeout(self.left(), reply).await;
        }
    }

    fn duration(&self) -> Duration {
        self.started.map_or(Duration::ZERO, |start| start.elapsed())
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if self.is_told {
            return;
        }
        let may_have_happened = self.is_open || self.started.is_some();
        let outcome = match self.request.operation.effect {
            Effect::Read => None,
            Effect::Write | Effect::Send if may_have_happened => Some(Outcome::Unknown),
            Effect::Write | Effect::Send => Some(Outcome::NotSent),
        };
        self.observer.cancelled(&Cancelled {
            request: self.request,
            duration: self.duration(),
            outcome,
        });
    }
}
