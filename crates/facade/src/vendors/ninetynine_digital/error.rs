//! 99digital's errors: `status` FAIL and a `reason` whose meaning depends on the operation.

use palabre_clients::ninetynine_digital::types::Failure;
use palabre_model::ErrorKind;
use palabre_transport::{FailedAnswer, Operation, VendorError};

use crate::vendors::integer;

/// Operation (empty: any other), reason, kind, what it means, what to do.
pub(super) type Row = (&'static str, i64, ErrorKind, &'static str, &'static str);

#[rustfmt::skip]
const REASONS: &[Row] = &[
    ("create_access_token", 2, ErrorKind::Authentication, "wrong client_id or client_secret", "take both from the partner dashboard"),
    ("create_access_token", 3, ErrorKind::Authentication, "this address is blocked for a while, after too many wrong tries", "wait, then use the right client_id and client_secret"),
    // The WhatsApp API: one row an operation that has a meaning of its own. What a guess is, the spec says.
    ("send_message", 5, ErrorKind::InvalidInput, "the vendor does not take the text", ""),
    ("send_file", 5, ErrorKind::InvalidInput, "the vendor does not take the file behind the address", "at most 5 MB for an image, 16 MB for video and audio, 100 MB for a document"),
    ("send_location", 5, ErrorKind::InvalidInput, "the vendor does not take the place", ""),
    ("send_template", 5, ErrorKind::NotFound, "there is no approved template of that name", "see templates.list"),
    ("send_template", 6, ErrorKind::InvalidInput, "the variables or the header do not fit the template", "give as many variables as the template has placeholders, and the header that it has"),
    ("mark_as_read", 4, ErrorKind::NotFound, "nobody of that number is known to the sending number", "see contacts.list"),
    ("", 2, ErrorKind::Authentication, "wrong credentials", "take them from the partner dashboard"),
    ("", 3, ErrorKind::Authentication, "the access token is missing or has expired", "pass client_id and client_secret, and it is renewed"),
    ("", 4, ErrorKind::NotFound, "the number is not one of this account", "see numbers.list"),
    ("", 13, ErrorKind::Vendor, "the vendor wants another HTTP method", "report this as a bug of palabre"),
];

/// Reasons of the WhatsApp API, whatever the operation.
#[rustfmt::skip]
const NUMBER_REASONS: &[Row] = &[
    ("", 2, ErrorKind::InvalidInput, "the vendor does not know the sending number", "see numbers.list"),
    ("", 3, ErrorKind::Authentication, "the vendor refuses the key of the sending number", "pass the api_key that belongs to the number; see numbers.list"),
    ("", 4, ErrorKind::InvalidInput, "the vendor does not take the recipient", "write the number in international form"),
    ("", 7, ErrorKind::Conflict, "the last message of this person is older than 24 hours", "send a template: messages.send_template"),
    ("", 13, ErrorKind::Vendor, "the vendor wants another HTTP method", "report this as a bug of palabre"),
];

/// What a reason means to an operation.
pub(super) fn row(operation: &Operation, reason: i64) -> Option<&'static Row> {
    let find =
        |rows: &'static [Row], id: &str| rows.iter().find(|row| row.0 == id && row.1 == reason);
    find(REASONS, operation.id).or_else(|| match operation.server {
        Some(_) => find(NUMBER_REASONS, ""),
        None => find(REASONS, ""),
    })
}

pub(super) fn read(failed: &FailedAnswer<'_>) -> VendorError {
    let body = serde_json::from_slice::<Failure>(failed.body).ok();
    let Some(reason) = body.and_then(|body| integer(body.reason)) else {
        return VendorError::default();
    };
    let code = Some(reason.to_string());
    match row(failed.operation, reason) {
        Some((_, _, kind, message, hint)) => VendorError {
            kind: Some(*kind),
            code,
            message: Some((*message).to_owned()),
            hint: (!hint.is_empty()).then(|| (*hint).to_owned()),
            outcome_unknown: false,
        },
        // Codes are per page and not all pages could be read. What it means for a send is not known.
        None => VendorError {
            message: Some(format!(
                "the vendor answered FAIL with reason {reason}, which is not documented for {}",
                failed.operation.id
            )),
            code,
            ..VendorError::default()
        },
    }
}
