use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Raw, Vendor, raw::record};

/// A one-time code that was sent. The vendor keeps the code to itself.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SentOtp {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The identifier that `otp.verify` takes.
    pub id: String,
    /// The message that carries the code, for `messages.get`; `None` where the answer does not say.
    pub message_id: Option<String>,
    /// Until when the code is good, UTC.
    #[schemars(with = "Option<String>")]
    pub expires_at: Option<Timestamp>,
    /// The item as the vendor sent it.
    #[serde(skip)]
    #[schemars(skip)]
    pub raw: Raw,
}
crate::debug_only!(SentOtp {
    vendor,
    account,
    id,
    message_id,
    expires_at,
    raw
});
record!(SentOtp);

/// What the vendor says of a code that somebody typed. A wrong code is an answer, not an error.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OtpCheck {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The identifier of the code.
    pub id: String,
    /// Whether the code is the right one, and in time.
    pub valid: bool,
    /// Why it is not: ReachFlow has `invalidated`, `already_used`, `expired`, `max_attempts_reached`,
    /// `invalid_code` and `not_found`.
    pub reason: Option<String>,
    /// How many more tries there are.
    pub attempts_left: Option<i64>,
    /// The item as the vendor sent it.
    #[serde(skip)]
    #[schemars(skip)]
    pub raw: Raw,
}
crate::debug_only!(OtpCheck {
    vendor,
    account,
    id,
    valid,
    reason,
    attempts_left,
    raw
});
record!(OtpCheck);
