//! 99digital's errors: `status` FAIL and a `reason` whose meaning depends on the operation.

use palabre_clients::ninetynine_digital::types::Failure;
use palabre_model::ErrorKind;
use palabre_transport::{FailedAnswer, VendorError};

use crate::vendors::integer;

/// Operation (empty: any other), reason, kind, what it means, what to do.
pub(super) type Row = (&'static str, i64, ErrorKind, &'static str, &'static str);

#[rustfmt::skip]
const REASONS: &[Row] = &[
    ("create_access_token", 2, ErrorKind::Authentication, "wrong client_id or client_secret", "take both from the partner dashboard"),
    ("create_access_token", 3, ErrorKind::Authentication, "this address is blocked for a while, after too many wrong tries", "wait, then use the right client_id and client_secret"),
    ("", 2, ErrorKind::Authentication, "wrong credentials", "take them from the partner dashboard"),
    ("", 3, ErrorKind::Authentication, "the access token is missing or has expired", "pass client_id and client_secret, and it is renewed"),
    ("", 4, ErrorKind::NotFound, "the number is not one of this account", "see numbers.list"),
    ("", 13, ErrorKind::Vendor, "the vendor wants another HTTP method", "report this as a bug of palabre"),
];

/// What a reason means to an operation.
pub(super) fn row(operation: &str, reason: i64) -> Option<&'static Row> {
    let find = |operation: &str| {
        REASONS
            .iter()
            .find(|row| row.0 == operation && row.1 == reason)
    };
    find(operation).or_else(|| find(""))
}

pub(super) fn read(failed: &FailedAnswer<'_>) -> VendorError {
    let body = serde_json::from_slice::<Failure>(failed.body).ok();
    let Some(reason) = body.and_then(|body| integer(body.reason)) else {
        return VendorError::default();
    };
    let code = Some(reason.to_string());
    match row(failed.operation.id, reason) {
        Some((_, _, kind, message, hint)) => VendorError {
            kind: Some(*kind),
            code,
            message: Some((*message).to_owned()),
            hint: Some((*hint).to_owned()),
            outcome_unknown: false,
        },
        // Codes are per page and not all pages could be read.
        None => VendorError {
            kind: (failed.status < 300).then_some(ErrorKind::Vendor),
            message: Some(format!(
                "the vendor answered FAIL with reason {reason}, which is not documented for {}",
                failed.operation.id
            )),
            code,
            ..VendorError::default()
        },
    }
}
