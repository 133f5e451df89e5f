//! What a failure means: kind, outcome, what to do.

use palabre_model::{Error, ErrorKind, Outcome, presentable};
use secrecy::ExposeSecret;

use crate::execute::Received;
use crate::record::{kind_of_status, observed_at, request_id};
use crate::retry::retry_after;
use crate::{Call, Effect, FailedAnswer, Operation, Repeat, credentials};

impl Call {
    /// The error of a call whose time was over before its token was there.
    pub(crate) fn not_authorized_in_time(&self) -> Error {
        self.error(ErrorKind::Timeout, "no access token in time")
            .outcome(Outcome::NotSent)
    }

    /// The error of a request whose time was over before the limits let it leave.
    pub(crate) fn no_turn_in_time(&self) -> Error {
        let problem = "the time was over before the limits let the request leave";
        self.error(ErrorKind::Timeout, problem)
            .outcome(Outcome::NotSent)
            .hint("give it more time, or look at rate_limit and max_in_flight")
    }

    /// The error of a request whose time was over before it could leave.
    pub(crate) fn no_time_left(&self) -> Error {
        self.error(ErrorKind::Timeout, "no time was left for this request")
            .outcome(Outcome::NotSent)
    }

    /// The error of a request for which there was no connection.
    pub(crate) fn not_connected(&self, error: &reqwest::Error) -> Error {
        let kind = if error.is_timeout() {
            ErrorKind::Timeout
        } else {
            ErrorKind::Unavailable
        };
        let problem = format!("no connection to the vendor: {}", cause(error));
        self.error(kind, problem).outcome(Outcome::NotSent)
    }

    /// The error of a request that left, and whose answer did not come or broke off.
    pub(crate) fn broken_off(&self, error: &reqwest::Error, operation: &Operation) -> Error {
        let (kind, problem) = if error.is_timeout() {
            (ErrorKind::Timeout, "no answer in time".to_owned())
        } else {
            let problem = format!("the connection broke off: {}", cause(error));
            (ErrorKind::Unavailable, problem)
        };
        left_open(self.error(kind, problem), operation)
    }

    /// The one place where an HTTP answer becomes an error.
    pub(crate) fn failed(&self, received: &Received, operation: &'static Operation) -> Error {
        let found = (self.session.account().read_error)(&FailedAnswer {
            operation,
            status: received.status,
            body: &received.body,
        });
        let is_page = received.body.trim_ascii_start().starts_with(b"<");
        let (kind, hint) = match found.kind {
            Some(kind) => (kind, found.hint),
            // What is missing is the API, not the thing that was asked for.
            None if is_page && received.status == 404 => {
                let hint = "there is no API at this address: check base_url";
                (ErrorKind::Config, Some(hint.to_owned()))
            }
            None => (kind_of_status(received.status), found.hint),
        };
        let message = found
            .message
            .map(|message| self.presentable(&message))
            .filter(|message| !message.is_empty())
            .unwrap_or_else(|| {
                let words = match received.status {
                    300..=399 => "the vendor sends us to another address, where we do not follow",
                    _ if is_page => "the vendor answered with a web page",
                    408 | 500..=599 => "the vendor could not carry out the request",
                    _ => "the vendor refused the request",
                };
                words.to_owned()
            });
        let mut error = self.error(kind, message).status(received.status);
        if let Some(code) = found.code {
            error = error.vendor_code(self.presentable(&code));
        }
        if let Some(hint) = hint {
            error = error.hint(hint);
        }
        if let Some(id) = request_id(&received.headers) {
            error = error.request_id(self.without_secrets(&id));
        }
        let now = observed_at(&received.headers);
        if let Some(wait) = retry_after(&received.headers, now) {
            error = error.retry_after(wait);
        }
        if operation.effect == Effect::Read {
            return error;
        }
        let is_known = found.kind.is_some();
        if found.outcome_unknown || !is_refusal(received.status, is_known) {
            return left_open(error, operation);
        }
        error.outcome(Outcome::NotSent)
    }

    /// The error with which a request ends; `is_open` tells that one of its tries may have been
    /// carried out, whatever became of the last one.
    ///
    /// For a write, not to know means [`ErrorKind::OutcomeUnknown`].
    pub(crate) fn settled(&self, error: Error, operation: &Operation, is_open: bool) -> Error {
        if operation.effect == Effect::Read {
            return error;
        }
        let error = self.with_its_key(error);
        if !is_open {
            return error;
        }
        let what = match error.get_outcome() {
            Some(Outcome::NotSent) => "an earlier try",
            _ => "the request",
        };
        let message = format!("{}, and {what} may have been carried out", error.message());
        let hint = match operation.repeat {
            Repeat::WithKey(_) => {
                "look at the vendor, or send it again with the same idempotency_key"
            }
            Repeat::Freely => "look at the vendor, or do it again: twice is as good as once",
            Repeat::Never => "look at the vendor before you repeat it",
        };
        self.with_its_time(error)
            .with_kind(ErrorKind::OutcomeUnknown)
            .with_message(message)
            .outcome(Outcome::Unknown)
            .hint(hint)
    }

    /// Says under which key the request was sent, if it had one.
    pub(crate) fn with_its_key(&self, error: Error) -> Error {
        match self.record().repeat_key.clone() {
            Some(key) => error.idempotency_key(&*key),
            None => error,
        }
    }

    /// Says when the request left for the last time.
    fn with_its_time(&self, error: Error) -> Error {
        match self.attempted_at() {
            Some(time) => error.attempted_at(time),
            None => error,
        }
    }

    /// A vendor's words as an error may show them: one line, without secrets and full numbers.
    fn presentable(&self, text: &str) -> String {
        // Far more than is shown: a whole page need not be searched.
        const MOST: usize = 4000;
        let end = text
            .char_indices()
            .nth(MOST)
            .map_or(text.len(), |(end, _)| end);
        presentable(&self.without_secrets(&text[..end]))
    }

    /// A vendor's words without what we sent to be let in, and without what the caller wrote.
    pub(crate) fn without_secrets(&self, text: &str) -> String {
        let text = self.session.account().credentials.hide_in(text);
        let record = self.record();
        let token = record.token.as_ref().map(ExposeSecret::expose_secret);
        let key = record.key.as_ref().map(ExposeSecret::expose_secret);
        let text = token.into_iter().chain(key).fold(text, credentials::hide);
        record.sent.hide_in(text)
    }
}

/// Whether an answer that failed proves that nothing was done; `is_known` tells that the vendor's
/// code for the failure is one that it documents.
fn is_refusal(status: u16, is_known: bool) -> bool {
    match status {
        // A success in which something failed: what we do not know may have gone wrong afterwards.
        200..=299 => is_known,
        // They may lead to what was done.
        302 | 303 => false,
        // The vendor waited for something in vain.
        408 => false,
        300..=499 => true,
        // It failed on the vendor's side, before or after the work; or it is no status at all.
        _ => false,
    }
}

/// Marks the error of a try that a write may have survived.
pub(crate) fn left_open(error: Error, operation: &Operation) -> Error {
    if operation.effect == Effect::Read {
        return error;
    }
    error.outcome(Outcome::Unknown)
}

/// The innermost cause, without the address.
fn cause(error: &reqwest::Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    if std::ptr::addr_eq(source, error) {
        return "request failed".to_owned();
    }
    presentable(&source.to_string())
}
