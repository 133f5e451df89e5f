//! What came back from a vendor.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use palabre_model::{Error, ErrorKind};
use reqwest::header::HeaderMap;
use secrecy::SecretString;

use crate::Operation;
use crate::sent::Sent;

/// A failed answer, for the vendor's reader of errors.
#[derive(Clone, Copy)]
pub struct FailedAnswer<'a> {
    /// What was asked.
    pub operation: &'static Operation,
    /// The HTTP status; 200 when only the body says that it failed.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl fmt::Debug for FailedAnswer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            status,
            body,
        } = self;
        write!(
            f,
            "FailedAnswer({}, HTTP {status}, {} bytes)",
            operation.id,
            body.len()
        )
    }
}

/// What a vendor's reader of errors found in a [`FailedAnswer`].
#[derive(Clone, Default, PartialEq, Eq)]
pub struct VendorError {
    /// The kind, where the vendor's code is known and tells more than the status does.
    pub kind: Option<ErrorKind>,
    /// The vendor's code.
    pub code: Option<String>,
    /// The vendor's words.
    pub message: Option<String>,
    /// What the caller can do.
    pub hint: Option<String>,
    /// A write that failed this way may have happened all the same. So it is without this where the
    /// status does not say no: with a good one and a code that has no `kind`.
    pub outcome_unknown: bool,
}
palabre_model::debug_only!(VendorError {
    kind,
    outcome_unknown
});

/// A good answer: the typed value and the bytes that it was read from.
#[derive(Clone)]
pub struct Answer<T> {
    /// The value.
    pub value: T,
    /// The body as received.
    pub body: Bytes,
    /// The HTTP status.
    pub status: u16,
    /// The time of the vendor's clock, UTC: its `Date` header, or our clock without one.
    pub observed_at: Timestamp,
}

impl<T> fmt::Debug for Answer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer(HTTP {}, {} bytes)", self.status, self.body.len())
    }
}

/// The state that the hooks of a generated client and its caller share.
#[derive(Default)]
pub(crate) struct Record {
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// What the caller wrote, which a vendor may repeat in what it says of it.
    pub(crate) sent: Sent,
    /// The token that the request carries.
    pub(crate) token: Option<SecretString>,
    /// The key that the request carries in its body.
    pub(crate) key: Option<SecretString>,
    /// A key of this request that the vendor refused.
    pub(crate) refused_key: Option<SecretString>,
    /// The key under which a repeat does no harm.
    pub(crate) repeat_key: Option<Arc<str>>,
    /// The fields of a form, in a rehearsal only.
    pub(crate) fields: Option<serde_json::Value>,
    /// When a write left for the last time, by our clock.
    pub(crate) attempted_at: Option<Timestamp>,
    /// The finished error; what progenitor makes of it is a stand-in without a status.
    pub(crate) failure: Option<Error>,
}

/// When the vendor answered, by its own clock: that clock decides which month is the current one.
pub(crate) fn observed_at(headers: &HeaderMap) -> Timestamp {
    date(headers).unwrap_or_else(Timestamp::now)
}

/// What the vendor's clock showed when it answered.
pub(crate) fn date(headers: &HeaderMap) -> Option<Timestamp> {
    let date = headers.get(reqwest::header::DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(date).ok()?.timestamp())
}

/// The identifier under which a vendor, or the network in front of it, can find the request.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<String> {
    ["x-request-id", "request-id", "x-correlation-id", "cf-ray"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
        .map(|id| {
            id.chars()
                .filter(char::is_ascii_graphic)
                .take(128)
                .collect()
        })
        .filter(|id: &String| !id.is_empty())
}

/// The kind that an HTTP status stands for when the vendor's code says nothing better.
pub(crate) fn kind_of_status(status: u16) -> ErrorKind {
    match status {
        400 | 422 => ErrorKind::InvalidInput,
        401 => ErrorKind::Authentication,
        402 => ErrorKind::QuotaExceeded,
        403 => ErrorKind::Permission,
        404 | 410 => ErrorKind::NotFound,
        409 => ErrorKind::Conflict,
        413 | 415 => ErrorKind::InvalidInput,
        429 => ErrorKind::RateLimited,
        // A redirect is maintenance mode at WapiFlow; we follow none, and cannot be served.
        300..=399 | 408 | 500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Vendor,
    }
}
