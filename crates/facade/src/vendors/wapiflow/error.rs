//! WapiFlow's errors: HTTP 200 with `status: "error"`, a `remark`, and sentences in `message`.

use palabre_model::ErrorKind;
use palabre_transport::{FailedAnswer, VendorError};
use serde_json::Value;

/// Remark, kind, what to do. Remarks drift between versions; an unknown one is a plain failure, that proves nothing.
#[rustfmt::skip]
const REMARKS: &[(&str, ErrorKind, &str)] = &[
    ("unauthorized", ErrorKind::Authentication, "check client_id and client_secret, Developer Tools in the dashboard"),
    ("user_error", ErrorKind::Authentication, ""),
    ("subscription_required", ErrorKind::Permission, "the account has no plan, or it has expired"),
    ("not_available", ErrorKind::Permission, "the plan does not include the API"),
    ("validation_error", ErrorKind::InvalidInput, ""),
    ("not_found", ErrorKind::NotFound, ""),
    ("unknown_contact", ErrorKind::NotFound, ""),
    ("contact_limit_error", ErrorKind::QuotaExceeded, "delete contacts, or take a larger plan"),
    ("contact_error", ErrorKind::Conflict, "a contact with messages or a blocked one is not deleted"),
    ("image_upload_error", ErrorKind::Vendor, ""),
    ("exception", ErrorKind::Vendor, ""),
];

/// "Anything else": also raised after a message has gone out, so a write may have happened.
const EXCEPTION: &str = "exception";

pub(super) fn read(failed: &FailedAnswer<'_>) -> VendorError {
    let Ok(body) = serde_json::from_slice::<Value>(failed.body) else {
        return VendorError::default();
    };
    let remark = body["remark"].as_str().map(str::to_owned);
    let message = match &body["message"] {
        Value::Array(lines) => {
            let lines: Vec<_> = lines.iter().filter_map(Value::as_str).collect();
            (!lines.is_empty()).then(|| lines.join(" "))
        }
        Value::String(line) => Some(line.clone()),
        // Laravel's own validation answers with the sentences of each field.
        Value::Object(fields) => {
            let lines = fields.values().flat_map(|lines| match lines {
                Value::Array(lines) => lines.as_slice(),
                line => std::slice::from_ref(line),
            });
            let lines: Vec<_> = lines.filter_map(Value::as_str).collect();
            (!lines.is_empty()).then(|| lines.join(" "))
        }
        _ => None,
    };
    let lower = remark.as_deref().map(str::to_ascii_lowercase);
    let row = REMARKS
        .iter()
        .find(|(known, _, _)| Some(*known) == lower.as_deref());
    let hint = match message.as_deref().and_then(refused_address) {
        Some(address) => Some(format!(
            "add {address} to the IP Whitelist in the account's dashboard"
        )),
        None => row
            .map(|(_, _, hint)| (*hint).to_owned())
            .filter(|hint| !hint.is_empty()),
    };
    VendorError {
        kind: row.map(|(_, kind, _)| *kind),
        outcome_unknown: lower.as_deref() == Some(EXCEPTION),
        code: remark,
        message,
        hint,
    }
}

/// The address that the vendor names when it is not on the account's whitelist: `… (::1) …`.
fn refused_address(message: &str) -> Option<String> {
    let mut rest = message;
    while let Some(start) = rest.find('(') {
        let end = start + rest[start..].find(')')?;
        if let Ok(address) = rest[start + 1..end].trim().parse::<std::net::IpAddr>() {
            return Some(address.to_string());
        }
        rest = &rest[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_refused_address_is_found_in_the_vendor_s_words() {
        let found = |text| refused_address(text);
        assert_eq!(
            found("please add your IP address (::1) to the list").as_deref(),
            Some("::1")
        );
        assert_eq!(
            found("(see below) add (203.0.113.7)").as_deref(),
            Some("203.0.113.7")
        );
        assert_eq!(found("no address (at all"), None);
    }
}
