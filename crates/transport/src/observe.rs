//! Watching requests: what an observer is told before, after and instead of an answer.
//!
//! Nothing here holds a body, a credential, a query or the identifiers in an address: an observer
//! sees the template of the path, counts, and headers from a list.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use palabre_model::{Error, ErrorKind, Outcome, Result, Vendor, mask_numbers};
use reqwest::header::HeaderMap;

use crate::record::request_id;
use crate::{Call, Operation};

/// Watches the requests of an account; one is given to [`Options`](crate::Options).
///
/// Each try of a request is told once before it leaves, and then once more: as answered, or as
/// failed, or as cancelled when the call was dropped before its end.
///
/// ```
/// use palabre_transport::observe::{Observer, Reply, Request, veto};
///
/// /// Lets nothing be deleted.
/// #[derive(Debug)]
/// struct Keep;
///
/// impl Observer for Keep {
///     fn request(&self, request: &Request<'_>) -> Option<Reply> {
///         (request.operation.method == "DELETE").then(|| veto("this program deletes nothing"))
///     }
/// }
/// ```
pub trait Observer: fmt::Debug + Send + Sync {
    /// Before a request leaves, and before a token is fetched for it. An error keeps it from
    /// leaving: the call ends with that error, whose outcome is `not_sent`.
    ///
    /// `None` lets it leave at once. A future is waited for, within the call's time-out.
    fn request(&self, request: &Request<'_>) -> Option<Reply> {
        let _ = request;
        None
    }

    /// After a good answer. What a future gives makes no difference to it.
    fn response(&self, response: &Response<'_>) -> Option<Reply> {
        let _ = response;
        None
    }

    /// After a try that failed, by the vendor's word, on the way, or by a veto.
    fn error(&self, failure: &Failure<'_>) -> Option<Reply> {
        let _ = failure;
        None
    }

    /// When the call was dropped before the end of a try: nobody waits for an answer any more.
    fn cancelled(&self, cancelled: &Cancelled<'_>) {
        let _ = cancelled;
    }
}

/// What an observer does before the call goes on.
pub type Reply = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// The reply that keeps a request from leaving.
#[must_use]
pub fn veto(reason: impl fmt::Display) -> Reply {
    let error = Error::new(ErrorKind::InvalidInput, format!("vetoed: {reason}"));
    Box::pin(std::future::ready(Err(error)))
}

/// One try of a request.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The vendor.
    pub vendor: Vendor,
    /// The account's name.
    pub account: &'a str,
    /// The facade's `noun.verb`; for a generic call the operation's identifier.
    pub verb: &'a str,
    /// The operation: identifier, method, template of the path.
    pub operation: &'static Operation,
    /// The host that it goes to.
    pub host: &'a str,
    /// The port that it goes to.
    pub port: Option<u16>,
    /// The same for all tries of one request, and different for all others of the process.
    pub call: u64,
    /// 1 for the first try.
    pub attempt: u32,
    /// The key under which a repeat does no harm, where the vendor honours one. All tries have it.
    pub idempotency_key: Option<&'a str>,
    /// The size of the body.
    pub bytes: usize,
}

/// What is told of an answer.
#[derive(Clone, Copy)]
pub struct Answered<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The size of the body.
    pub bytes: usize,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) call: &'a Call,
}

/// A good answer.
#[derive(Clone, Copy, Debug)]
pub struct Response<'a> {
    /// What it answers.
    pub request: Request<'a>,
    /// The answer.
    pub answer: Answered<'a>,
    /// How long this try took.
    pub duration: Duration,
}

/// A try that failed.
#[derive(Clone, Copy)]
pub struct Failure<'a> {
    /// What failed.
    pub request: Request<'a>,
    /// The answer, if there was one.
    pub answer: Option<Answered<'a>>,
    /// How long this try took; zero for one that did not leave.
    pub duration: Duration,
    /// After what time it is tried again; `None` if the call ends with this failure.
    pub repeat_in: Option<Duration>,
    pub(crate) error: &'a Error,
}

/// A try whose call was dropped.
#[derive(Clone, Copy, Debug)]
pub struct Cancelled<'a> {
    /// What was dropped.
    pub request: Request<'a>,
    /// After what time; zero for one that had not left.
    pub duration: Duration,
    /// Whether a write happened, in this try or an earlier one; `None` for reads.
    pub outcome: Option<Outcome>,
}

/// The headers of answers that are shown; all others may hold anything.
const SHOWN: &[&str] = &[
    "cf-ray",
    "content-length",
    "content-type",
    "date",
    "ratelimit-limit",
    "ratelimit-remaining",
    "ratelimit-reset",
    "request-id",
    "retry-after",
    "x-correlation-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
];

impl Answered<'_> {
    /// The identifier under which the vendor can find the request.
    #[must_use]
    pub fn request_id(&self) -> Option<String> {
        request_id(self.headers).map(|id| self.call.without_secrets(&id))
    }

    /// The headers that are shown, by name: dates, sizes, limits and identifiers of the request.
    #[must_use]
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        const LONGEST: usize = 128;
        let shown = SHOWN.iter().filter_map(|name| {
            let text = self.headers.get(*name)?.to_str().ok()?;
            let text: String = text.chars().take(LONGEST).collect();
            Some((*name, self.call.without_secrets(&text)))
        });
        shown.collect()
    }
}

impl fmt::Debug for Answered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answered")
            .field("status", &self.status)
            .field("bytes", &self.bytes)
            .field("headers", &self.headers())
            .finish()
    }
}

impl fmt::Debug for Failure<'_> {
    // The error holds the vendor's words, which are a part of a body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("request", &self.request)
            .field("answer", &self.answer)
            .field("duration", &self.duration)
            .field("repeat_in", &self.repeat_in)
            .field("kind", &self.kind())
            .field("outcome", &self.outcome())
            .field("vendor_code", &self.vendor_code())
            .field("reason", &self.reason())
            .finish()
    }
}

impl Failure<'_> {
    /// What the caller can do about it.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.error.kind()
    }

    /// Whether a write happened; `None` for reads.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        self.error.get_outcome()
    }

    /// The HTTP status, also of an answer that could not be read to its end.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.error.get_status()
    }

    /// The vendor's code, if it is a code and not a sentence.
    #[must_use]
    pub fn vendor_code(&self) -> Option<String> {
        const LONGEST: usize = 64;
        let code = self.error.get_vendor_code()?;
        let is_code = code.len() <= LONGEST && code.bytes().all(|byte| byte.is_ascii_graphic());
        is_code.then(|| mask_numbers(code))
    }

    /// What failed where there was no answer. A vendor's words are a part of a body: not here.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        self.answer.is_none().then(|| self.error.message())
    }
}

impl fmt::Display for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.vendor)?;
        if self.account != self.vendor.id() {
            write!(f, " [{}]", self.account)?;
        }
        let Operation { method, path, .. } = self.operation;
        write!(f, " {}: {method} {path}", self.verb)?;
        if self.attempt > 1 {
            write!(f, ", attempt {}", self.attempt)?;
        }
        Ok(())
    }
}

impl fmt::Display for Answered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {} bytes", self.status, self.bytes)?;
        match self.request_id() {
            Some(id) => write!(f, ", request {id}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Response<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = Time(self.duration);
        write!(f, "{}: {} in {time}", self.request, self.answer)
    }
}

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.request)?;
        if let Some(answer) = self.answer {
            write!(f, "{answer} in {}, ", Time(self.duration))?;
        }
        write!(f, "{}", self.kind())?;
        if let Some(code) = self.vendor_code() {
            write!(f, " ({code})")?;
        }
        if let Some(reason) = self.reason() {
            write!(f, ": {reason}")?;
        }
        match self.repeat_in {
            Some(wait) => write!(f, "; again in {}", Time(wait)),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Cancelled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = Time(self.duration);
        write!(f, "{}: cancelled after {time}", self.request)
    }
}

/// A time as people read it.
struct Time(Duration);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < Duration::from_secs(1) {
            write!(f, "{:.1} ms", self.0.as_secs_f64() * 1e3)
        } else {
            write!(f, "{:.2} s", self.0.as_secs_f64())
        }
    }
}

/// Writes a line before each try of a request and one after it, as `--verbose` shows them.
///
/// ```
/// use palabre_transport::{Options, observe::Lines};
///
/// let options = Options {
///     observer: Some(std::sync::Arc::new(Lines::new(|line| eprintln!("{line}")))),
///     ..Options::default()
/// };
/// ```
pub struct Lines(Box<dyn Fn(&str) + Send + Sync>);

impl Lines {
    /// Hands each line to `write`, without a line break.
    #[must_use]
    pub fn new(write: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Box::new(write))
    }
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lines")
    }
}

impl Observer for Lines {
    fn request(&self, request: &Request<'_>) -> Option<Reply> {
        (self.0)(&format!("> {request}"));
        None
    }

    fn response(&self, response: &Response<'_>) -> Option<Reply> {
        (self.0)(&format!("< {response}"));
        None
    }

    fn error(&self, failure: &Failure<'_>) -> Option<Reply> {
        (self.0)(&format!("! {failure}"));
        None
    }

    fn cancelled(&self, cancelled: &Cancelled<'_>) {
        (self.0)(&format!("! {cancelled}"));
    }
}
