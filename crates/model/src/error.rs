use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DeleteReport, Vendor, mask_phone};

/// The result of everything that can fail in palabre.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $kind:ident),+ $(,)?) => {
        /// What the caller can do about an [`Error`]: one kind for each answer to that question.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $($(#[doc = $doc])+ $kind,)+
        }

        impl ErrorKind {
            /// Every kind; Python has one exception class for each.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The kind's name, the same in Rust and Python.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)+ }
            }
        }
    };
}

kinds! {
    /// The vendor has no way to do this. Nothing was sent.
    Unsupported,
    /// An argument is wrong; the message names it. Either nothing was sent or the vendor refused it.
    InvalidInput,
    /// The credentials, or the address that the call came from, were refused.
    Authentication,
    /// The credentials are good, but do not reach this: a scope, a plan, a subscription.
    Permission,
    /// There is no such thing at the vendor.
    NotFound,
    /// It collides with something that exists.
    Conflict,
    /// Too many requests in a short time; wait and try again.
    RateLimited,
    /// An allowance is used up; waiting a moment does not help.
    QuotaExceeded,
    /// The vendor did not answer, or answered that it cannot work now.
    Unavailable,
    /// A read was not answered in time.
    Timeout,
    /// A write may or may not have happened. Look before you repeat it.
    OutcomeUnknown,
    /// The vendor's answer could not be read.
    Decode,
    /// The vendor reported a failure that fits no other kind.
    Vendor,
    /// A setting is missing or wrong: a credential, an address, a time-out.
    Config,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is known of a write that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It did not happen: nothing left this machine, or the vendor refused it.
    NotSent,
    /// It may have happened.
    Unknown,
    /// The vendor took it; only its answer could not be read.
    Accepted,
}

impl Outcome {
    /// `not_sent`, `unknown` or `accepted`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotSent => "not_sent",
            Self::Unknown => "unknown",
            Self::Accepted => "accepted",
        }
    }
}

/// The one error of palabre.
///
/// The text is one line: where it happened, what failed, and what to do. It never holds a key, a
/// message text or a full phone number: vendors' words pass through [`presentable`](crate::presentable).
///
/// ```
/// use palabre_model::{Error, ErrorKind, Vendor};
///
/// let error = Error::new(ErrorKind::NotFound, "no such contact")
///     .vendor(Vendor::MsgFlash)
///     .operation("contacts.get")
///     .status(404)
///     .vendor_code("NOT_FOUND");
/// assert_eq!(error.to_string(), "msgflash contacts.get: no such contact (HTTP 404, NOT_FOUND)");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Error(Box<Inner>);

#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
struct Inner {
    kind: ErrorKind,
    message: String,
    vendor: Option<Vendor>,
    account: Option<String>,
    operation: Option<String>,
    status: Option<u16>,
    vendor_code: Option<String>,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    idempotency_key: Option<String>,
    outcome: Option<Outcome>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    attempted_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<String>,
    hint: Option<String>,
    report: Option<DeleteReport>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    is_veto: bool,
    #[serde(skip)]
    cause: Cause,
}

/// What made an error, if it was no vendor and no network.
#[derive(Clone, Default)]
struct Cause(Option<Arc<dyn std::error::Error + Send + Sync>>);

// Errors that say the same are equal, whatever made them.
impl PartialEq for Cause {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Cause {}

impl Hash for Cause {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Error {
    /// Makes an error that says `message` and nothing more yet.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            message: message.into(),
            vendor: None,
            account: None,
            operation: None,
            status: None,
            vendor_code: None,
            request_id: None,
            retry_after: None,
            idempotency_key: None,
            outcome: None,
            attempted_at: None,
            to: None,
            hint: None,
            report: None,
            is_veto: false,
            cause: Cause::default(),
        }))
    }

    /// Makes an [`ErrorKind::InvalidInput`] about one argument, before anything was sent.
    pub fn invalid(argument: &str, problem: impl fmt::Display) -> Self {
        Self::new(ErrorKind::InvalidInput, format!("{argument}: {problem}"))
            .outcome(Outcome::NotSent)
    }

    /// Makes an [`ErrorKind::Config`] about one setting.
    pub fn config(setting: &str, problem: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Config, format!("{setting}: {problem}"))
    }

    /// Says at which vendor it happened.
    #[must_use]
    pub fn vendor(mut self, vendor: Vendor) -> Self {
        self.0.vendor = Some(vendor);
        self
    }

    /// Says for which account it happened.
    #[must_use]
    pub fn account(mut self, account: impl Into<String>) -> Self {
        self.0.account = Some(account.into());
        self
    }

    /// Says what was being done: a verb of the facade (`contacts.get`) or an operation of the spec.
    #[must_use]
    pub fn operation(mut self, operation: impl Into<String>) -> Self {
        self.0.operation = Some(operation.into());
        self
    }

    /// Adds the HTTP status of the vendor's answer.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// Adds the vendor's own code for what went wrong.
    #[must_use]
    pub fn vendor_code(mut self, code: impl Into<String>) -> Self {
        self.0.vendor_code = Some(code.into());
        self
    }

    /// Adds the identifier under which the vendor can find the request.
    #[must_use]
    pub fn request_id(mut self, id: impl Into<String>) -> Self {
        self.0.request_id = Some(id.into());
        self
    }

    /// Adds how long the vendor asks to wait.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// Says under which key the write was sent: a repeat with the same does no harm.
    #[must_use]
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.0.idempotency_key = Some(key.into());
        self
    }

    /// Says whether the write happened.
    #[must_use]
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.0.outcome = Some(outcome);
        self
    }

    /// Says when a write left for the last time, by our clock: to look for what became of it.
    #[must_use]
    pub fn attempted_at(mut self, time: Timestamp) -> Self {
        self.0.attempted_at = Some(time);
        self
    }

    /// Says to whom a message was to go. The middle of the number is hidden.
    #[must_use]
    pub fn to(mut self, number: &str) -> Self {
        self.0.to = Some(mask_phone(number));
        self
    }

    /// Adds what the caller can do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// Adds what a bulk call had done when it failed.
    #[must_use]
    pub fn report(mut self, report: DeleteReport) -> Self {
        self.0.report = Some(report);
        self
    }

    /// Says that the program itself kept the request from leaving: no word of the vendor's, and
    /// nothing about what was to be sent.
    #[must_use]
    pub fn veto(mut self) -> Self {
        self.0.is_veto = true;
        self
    }

    /// Adds what made it; its words are no part of the error's own.
    #[must_use]
    pub fn caused_by(mut self, cause: Arc<dyn std::error::Error + Send + Sync>) -> Self {
        self.0.cause = Cause(Some(cause));
        self
    }

    /// Replaces the kind, when more is known than where the error was made.
    #[must_use]
    pub fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Replaces the message.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
        self
    }

    /// Fills in where it happened, as far as that is not known yet.
    #[must_use]
    pub fn located(mut self, vendor: Vendor, account: &str, operation: &str) -> Self {
        self.0.vendor.get_or_insert(vendor);
        self.0.account.get_or_insert_with(|| account.to_owned());
        self.0.operation.get_or_insert_with(|| operation.to_owned());
        self
    }

    /// What the caller can do about it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What failed, without where and what to do.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The vendor at which it happened.
    #[must_use]
    pub fn get_vendor(&self) -> Option<Vendor> {
        self.0.vendor
    }

    /// The account for which it happened.
    #[must_use]
    pub fn get_account(&self) -> Option<&str> {
        self.0.account.as_deref()
    }

    /// What was being done.
    #[must_use]
    pub fn get_operation(&self) -> Option<&str> {
        self.0.operation.as_deref()
    }

    /// The HTTP status of the vendor's answer, if there was one.
    #[must_use]
    pub fn get_status(&self) -> Option<u16> {
        self.0.status
    }

    /// The vendor's own code, if it gave one.
    #[must_use]
    pub fn get_vendor_code(&self) -> Option<&str> {
        self.0.vendor_code.as_deref()
    }

    /// The vendor's identifier of the request, if it gave one.
    #[must_use]
    pub fn get_request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// How long the vendor asks to wait, if it said.
    #[must_use]
    pub fn get_retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// The key under which the write was sent, where the vendor honours one.
    #[must_use]
    pub fn get_idempotency_key(&self) -> Option<&str> {
        self.0.idempotency_key.as_deref()
    }

    /// Whether the write happened; `None` for reads.
    #[must_use]
    pub fn get_outcome(&self) -> Option<Outcome> {
        self.0.outcome
    }

    /// When the write left for the last time, if nobody knows what became of it.
    #[must_use]
    pub fn get_attempted_at(&self) -> Option<Timestamp> {
        self.0.attempted_at
    }

    /// To whom the message was to go that may have gone out, with the middle of the number hidden.
    #[must_use]
    pub fn get_to(&self) -> Option<&str> {
        self.0.to.as_deref()
    }

    /// What the caller can do, in words.
    #[must_use]
    pub fn get_hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// Whether the program itself kept the request from leaving.
    #[must_use]
    pub fn is_veto(&self) -> bool {
        self.0.is_veto
    }

    /// What a bulk call had done when it failed.
    #[must_use]
    pub fn get_report(&self) -> Option<&DeleteReport> {
        self.0.report.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        if let Some(vendor) = inner.vendor {
            write!(f, "{vendor}")?;
            if let Some(account) = &inner.account
                && account != vendor.id()
            {
                write!(f, " [{account}]")?;
            }
            f.write_str(if inner.operation.is_some() { " " } else { ": " })?;
        }
        if let Some(operation) = &inner.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&inner.message)?;
        let mut details = Vec::new();
        details.extend(inner.status.map(|status| format!("HTTP {status}")));
        details.extend(inner.vendor_code.clone());
        details.extend(inner.request_id.as_ref().map(|id| format!("request {id}")));
        details.extend(
            inner
                .retry_after
                .map(|wait| format!("retry after {} s", wait.as_secs_f64())),
        );
        if !details.is_empty() {
            write!(f, " ({})", details.join(", "))?;
        }
        if let Some(hint) = &inner.hint {
            write!(f, "; {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({self})", self.0.kind)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.0.as_deref().map(|cause| cause as _)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_one_line_with_where_what_and_what_to_do() {
        let error = Error::invalid("to", "not an international number")
            .located(Vendor::WapiFlow, "sales", "messages.send")
            .hint("write it with + and the country code");
        assert_eq!(
            error.to_string(),
            "wapiflow [sales] messages.send: to: not an international number; \
             write it with + and the country code"
        );
    }

    #[test]
    fn what_is_known_first_is_kept() {
        let error = Error::new(ErrorKind::Vendor, "no")
            .operation("create_access_token")
            .located(Vendor::NinetyNineDigital, "main", "numbers.list");
        assert_eq!(error.get_operation(), Some("create_access_token"));
    }

    #[test]
    fn a_cause_is_told_by_source_and_not_by_the_text() {
        let cause: Arc<dyn std::error::Error + Send + Sync> = Arc::new(fmt::Error);
        let error = Error::new(ErrorKind::InvalidInput, "vetoed").caused_by(cause);
        assert!(std::error::Error::source(&error).is_some_and(|cause| cause.is::<fmt::Error>()));
        assert_eq!(error.to_string(), "vetoed");
        assert_eq!(error.clone(), error);
        assert_eq!(error, Error::new(ErrorKind::InvalidInput, "vetoed"));
    }
}
