//! Where a verb runs: which account, which connections, how long.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use palabre_model::{Error, ErrorKind, Outcome, Result, Support, TimeZoneSource, Vendor, Verb};
use palabre_transport::{Answer, Call, RetryPolicy, Session, is_segment};
use progenitor_client::ResponseValue;
use serde_json::{Map, Value};

use crate::adapter::Adapter;
use crate::progress::count;
use crate::{Progress, Tell, support};

/// The place of one verb's run, handed to the vendor's adapter.
#[derive(Clone)]
pub(crate) struct At {
    pub(crate) session: Session,
    pub(crate) verb: Verb,
    timeout: Duration,
    retry: Option<RetryPolicy>,
    began: Instant,
    progress: Option<Tell>,
    last: Arc<Last>,
}

/// What is known of the last good answer; zeros before there is one.
#[derive(Default)]
struct Last {
    /// For an error about what it holds.
    status: AtomicU16,
    /// Tells its body from that of another answer.
    body: AtomicU64,
    /// When the request left, if it changes something, and under which key.
    sent: Mutex<(Option<Timestamp>, Option<Arc<str>>)>,
}

impl At {
    pub(crate) fn new(
        session: Session,
        verb: Verb,
        timeout: Option<Duration>,
        retry: Option<RetryPolicy>,
        progress: Option<Tell>,
    ) -> Self {
        Self {
            timeout: timeout.unwrap_or(session.account().options().timeout),
            began: Instant::now(),
            retry,
            session,
            verb,
            progress,
            last: Arc::default(),
        }
    }

    /// The same place with all of its time again: for the next page of a list, the next of many.
    pub(crate) fn again(&self) -> Self {
        Self {
            began: Instant::now(),
            last: Arc::default(),
            ..self.clone()
        }
    }

    /// The time that is left for the verb.
    pub(crate) fn left(&self) -> Duration {
        self.timeout.saturating_sub(self.began.elapsed())
    }

    /// Tells how far the verb has come.
    pub(crate) fn progress(&self, done: usize, total: Option<u64>) {
        if let Some(tell) = &self.progress {
            tell(Progress {
                done: count(done),
                total,
            });
        }
    }

    pub(crate) fn vendor(&self) -> Vendor {
        self.session.account().vendor()
    }

    pub(crate) fn account(&self) -> Arc<str> {
        self.session.name().clone()
    }

    /// Starts a request with the time that is left; `arguments` translates the wire's names to ours
    /// in errors.
    pub(crate) fn call(&self, arguments: &'static [(&'static str, &'static str)]) -> Call {
        let verb = self.verb.as_str();
        Call::new(self.session.clone(), verb, Some(self.timeout), arguments)
            .after(self.began.elapsed())
            .with_retry(self.retry)
    }

    /// Turns what a generated method returned into the answer, or into the finished error.
    pub(crate) fn finish<T, E>(
        &self,
        call: &Call,
        result: std::result::Result<ResponseValue<T>, progenitor_client::Error<E>>,
    ) -> Result<Answer<T>> {
        let answer = call.finish(result)?;
        let mut hasher = DefaultHasher::new();
        answer.body.hash(&mut hasher);
        self.last.status.store(answer.status, Ordering::Relaxed);
        self.last.body.store(hasher.finish(), Ordering::Relaxed);
        *self.last_sent() = (call.attempted_at(), call.idempotency_key());
        Ok(answer)
    }

    /// Refuses a page whose answer is the very one of the page `before`, and keeps it for the next: a
    /// list of such pages would never end.
    pub(crate) fn check_page(&self, before: &mut Option<u64>) -> Result<()> {
        let page = self.last.body.load(Ordering::Relaxed);
        match before.replace(page) {
            Some(before) if before == page => Err(self.unreadable(
                "the vendor sent the page that it had sent before, so the list would never end",
            )),
            _ => Ok(()),
        }
    }

    /// The address that generated clients put before their paths.
    pub(crate) fn base_url(&self) -> &str {
        self.session
            .account()
            .base_url()
            .as_str()
            .trim_end_matches('/')
    }

    /// The time zone in which the account's months are months, its name, and how it is known.
    pub(crate) fn time_zone(&self) -> (TimeZone, String, TimeZoneSource) {
        let Some(zone) = &self.session.account().options().time_zone else {
            return (TimeZone::UTC, "UTC".to_owned(), TimeZoneSource::Assumed);
        };
        let offset = zone.to_fixed_offset().map(|offset| offset.to_string());
        let name = match (zone.iana_name(), offset) {
            (Some(name), _) => name.to_owned(),
            (None, Ok(offset)) => offset,
            (None, Err(_)) => "unnamed".to_owned(),
        };
        (zone.clone(), name, TimeZoneSource::Account)
    }

    /// Whether this is a rehearsal in which nothing may be read either.
    pub(crate) fn may_not_ask(&self) -> bool {
        let rehearsal = self.session.rehearsal();
        rehearsal.is_some_and(|rehearsal| rehearsal.holds_back_reads())
    }

    /// What was read before a write: when that fails, nothing was written.
    pub(crate) fn unwritten<T>(&self, read: Result<T>) -> Result<T> {
        read.map_err(|error| error.outcome(Outcome::NotSent))
    }

    /// Makes what follows from a good answer to a write: whatever is wrong with it, the vendor took
    /// the write.
    pub(crate) fn written<T>(&self, made: Result<T>) -> Result<T> {
        made.map_err(|error| match error.get_outcome() {
            Some(Outcome::Unknown) => error,
            _ => error
                .outcome(Outcome::Accepted)
                .hint("the vendor took the request; read what it did before you repeat it"),
        })
    }

    /// The error of a good answer to a send that holds nothing of what such an answer holds: it may be
    /// anybody's, so nobody knows whether the vendor took the request.
    pub(crate) fn unproven(&self) -> Error {
        let problem = "the answer does not say what became of the request";
        let error = self.error(ErrorKind::OutcomeUnknown, problem);
        let error = error
            .status(self.last.status.load(Ordering::Relaxed))
            .outcome(Outcome::Unknown);
        let (time, key) = &*self.last_sent();
        let error = match time {
            Some(time) => error.attempted_at(*time),
            None => error,
        };
        match key {
            Some(key) => error
                .idempotency_key(&**key)
                .hint("look at the vendor, or send it again with the same idempotency_key"),
            None => error.hint("look at the vendor before you repeat it"),
        }
    }

    fn last_sent(&self) -> MutexGuard<'_, (Option<Timestamp>, Option<Arc<str>>)> {
        // It is plain, good even if a holder panicked.
        let locked = self.last.sent.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }

    /// What became of a message to one person: where nobody knows, with whom to look for and where.
    pub(crate) fn sent<T>(&self, to: &str, sent: Result<T>) -> Result<T> {
        sent.map_err(|error| {
            if error.kind() != ErrorKind::OutcomeUnknown {
                return error;
            }
            let may_repeat = error.get_idempotency_key().is_some();
            let error = error.to(to);
            if may_repeat || !support(self.vendor(), Verb::MessagesList).is_supported() {
                return error;
            }
            error.hint("look for it with messages.list() before you repeat it")
        })
    }

    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        self.located(Error::new(kind, message))
    }

    pub(crate) fn invalid(&self, argument: &str, problem: impl std::fmt::Display) -> Error {
        self.located(Error::invalid(argument, problem))
    }

    pub(crate) fn located(&self, error: Error) -> Error {
        let account = self.session.account();
        error.located(account.vendor(), self.session.name(), self.verb.as_str())
    }

    /// The error of an option that the vendor has no way to take.
    pub(crate) fn unsupported_option(&self, argument: &str) -> Error {
        self.error(
            ErrorKind::Unsupported,
            format!("{argument}: {} has no such thing", self.vendor().name()),
        )
        .outcome(Outcome::NotSent)
    }

    /// Refuses what is given although the vendor cannot take it.
    pub(crate) fn refuse(&self, options: &[(&str, bool)]) -> Result<()> {
        match options.iter().find(|(_, is_given)| *is_given) {
            Some((argument, _)) => Err(self.unsupported_option(argument)),
            None => Ok(()),
        }
    }

    /// Checks that a number to send from, if one is named, is one: vendors take nothing for their own
    /// choice.
    pub(crate) fn check_sender(&self, from: Option<&str>) -> Result<()> {
        match from {
            Some(from) if from.trim().is_empty() => Err(self.invalid("from_", "is empty")),
            _ => Ok(()),
        }
    }

    /// Checks an identifier before it becomes part of an address or is compared.
    pub(crate) fn check_id(&self, argument: &str, id: &str) -> Result<()> {
        if id.trim().is_empty() {
            return Err(self.invalid(argument, "is empty"));
        }
        if !is_segment(id) {
            return Err(self.invalid(
                argument,
                "is not an identifier: it would lead to another address",
            ));
        }
        Ok(())
    }

    /// Checks identifiers and that there are some.
    pub(crate) fn check_ids(&self, argument: &str, ids: &[String]) -> Result<()> {
        if ids.is_empty() {
            return Err(self.invalid(argument, "is empty: at least one identifier is needed"));
        }
        ids.iter()
            .enumerate()
            .try_for_each(|(index, id)| self.check_id(&format!("{argument}[{index}]"), id))
    }

    /// Refuses vendor fields in `extra` that have an argument of their own.
    pub(crate) fn check_extra(
        &self,
        extra: &Map<String, Value>,
        taken: &[(&str, &str)],
    ) -> Result<()> {
        match taken.iter().find(|(wire, _)| extra.contains_key(*wire)) {
            Some((wire, ours)) => Err(self.invalid(
                "extra",
                format_args!("{wire} is given by the argument {ours}"),
            )),
            None => Ok(()),
        }
    }

    /// Makes the only item of an answer, together with its part of the body.
    pub(crate) fn item(&self, body: &Bytes, pointer: &str) -> Bytes {
        crate::slices::slice(body, pointer).unwrap_or_else(|| body.clone())
    }

    /// The error of an answer without what was asked for.
    pub(crate) fn missing(&self, what: &str) -> Error {
        self.unreadable(format!("the answer holds no {what}"))
    }

    /// The error of an answer that makes no sense.
    pub(crate) fn unreadable(&self, problem: impl Into<String>) -> Error {
        let error = self.error(ErrorKind::Decode, problem);
        match self.last.status.load(Ordering::Relaxed) {
            0 => error,
            status => error.status(status),
        }
    }
}

/// The error of a verb that a vendor cannot do, with who can.
pub(crate) fn unsupported(vendor: Vendor, account: &str, verb: Verb, why: &str) -> Error {
    let others: Vec<_> = crate::who_can(verb).into_iter().map(Vendor::name).collect();
    Error::new(ErrorKind::Unsupported, why)
        .located(vendor, account, verb.as_str())
        .outcome(Outcome::NotSent)
        .hint(format!("{} can", others.join(", ")))
}

pub(crate) fn adapter_of(vendor: Vendor) -> &'static dyn Adapter {
    crate::vendors::adapter(vendor)
}

/// Shorthand of the table that says what a vendor can do.
pub(crate) type Capabilities = [(Verb, Support)];
