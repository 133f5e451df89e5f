//! MsgFlash's errors: `{error: {code, message, details?}}`.

use palabre_clients::msgflash::types::MsgFlashError;
use palabre_model::ErrorKind;
use palabre_transport::{FailedAnswer, VendorError};

use crate::vendors::text;

/// Code, kind, what to do. The list is the vendor's "main codes", so others occur; the status tells then.
#[rustfmt::skip]
const CODES: &[(&str, ErrorKind, &str)] = &[
    ("VALIDATION_ERROR", ErrorKind::InvalidInput, ""),
    ("BAD_REQUEST", ErrorKind::InvalidInput, ""),
    ("UNAUTHORIZED", ErrorKind::Authentication, "check api_key; a team key needs its team_id, a personal key none"),
    ("FORBIDDEN", ErrorKind::Permission, ""),
    ("TEAM_KEY_REQUIRED", ErrorKind::Permission, "team_id goes with a team key only"),
    ("TEAM_KEY_NOT_ALLOWED", ErrorKind::Permission, "use a personal key"),
    ("SUBSCRIPTION_INACTIVE", ErrorKind::Permission, "renew the subscription at the vendor"),
    ("MAX_CONTACT_GROUPS_REACHED", ErrorKind::QuotaExceeded, "delete a group, or take a larger plan"),
    ("NOT_FOUND", ErrorKind::NotFound, ""),
    ("CONFLICT", ErrorKind::Conflict, ""),
    ("API_RATE_LIMIT_EXCEEDED", ErrorKind::RateLimited, "the vendor takes 10 requests a second for each key"),
    ("MONTHLY_API_REQUEST_QUOTA_EXCEEDED", ErrorKind::QuotaExceeded, "the plan's requests of this month are used up"),
    ("MONTHLY_OUTBOUND_QUOTA_EXCEEDED", ErrorKind::QuotaExceeded, "the plan's messages of this month are used up"),
    ("TEMPLATE_INVALID", ErrorKind::InvalidInput, ""),
    ("TEMPLATE_VARIABLES_MISSING", ErrorKind::InvalidInput, "give variables a value for each placeholder"),
    ("TEMPLATE_CONTEXT_UNAVAILABLE", ErrorKind::InvalidInput, ""),
    ("INVALID_DESTINATION", ErrorKind::InvalidInput, "the number cannot be written to"),
    ("PROVIDER_ERROR", ErrorKind::Unavailable, ""),
    ("PROVIDER_TIMEOUT", ErrorKind::Unavailable, ""),
    ("PROVIDER_UNAVAILABLE", ErrorKind::Unavailable, ""),
    ("INTERNAL_ERROR", ErrorKind::Unavailable, ""),
];

pub(super) fn read(failed: &FailedAnswer<'_>) -> VendorError {
    let body = serde_json::from_slice::<MsgFlashError>(failed.body).ok();
    let Some(detail) = body.and_then(|body| body.error) else {
        return VendorError::default();
    };
    let code = text(detail.code);
    let row = CODES
        .iter()
        .find(|(known, _, _)| Some(*known) == code.as_deref());
    VendorError {
        kind: row.map(|(_, kind, _)| *kind),
        hint: row
            .map(|(_, _, hint)| (*hint).to_owned())
            .filter(|hint| !hint.is_empty()),
        message: text(detail.message),
        code,
        // The vendor's servers, or WhatsApp's behind them, failed at the work: before it or after it,
        // whatever the status is.
        outcome_unknown: row.is_some_and(|(_, kind, _)| *kind == ErrorKind::Unavailable),
    }
}
