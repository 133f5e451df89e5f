//! ReachFlow's errors: `{statusCode, error, message}`, after the vendor's own client.

use palabre_clients::reachflow::types::ReachFlowError;
use palabre_model::ErrorKind;
use palabre_transport::{FailedAnswer, VendorError};
use serde_json::Value;

use crate::vendors::text;

/// Codes that say more than the status does.
const KINDS: &[(&str, ErrorKind)] = &[
    ("unauthorized", ErrorKind::Authentication),
    ("plan_required", ErrorKind::Permission),
    ("insufficient_scope", ErrorKind::Permission),
    ("rate_limit_exceeded", ErrorKind::RateLimited),
    // A lock-out after repeated bad keys: waiting does not mend the key.
    ("too_many_auth_failures", ErrorKind::Authentication),
];

pub(super) fn read(failed: &FailedAnswer<'_>) -> VendorError {
    let Ok(body) = serde_json::from_slice::<ReachFlowError>(failed.body) else {
        return VendorError::default();
    };
    let code = text(body.error);
    let kind = KINDS
        .iter()
        .find(|(known, _)| Some(*known) == code.as_deref());
    VendorError {
        kind: kind.map(|(_, kind)| *kind),
        message: body.message.as_ref().map(message),
        hint: match code.as_deref() {
            Some("insufficient_scope") => Some(match scope(failed.operation.id) {
                Some(scope) => format!("give the key the scope {scope}"),
                None => "give the key the scope of this call".to_owned(),
            }),
            Some("plan_required") => Some("the plan does not include the API".to_owned()),
            _ => None,
        },
        code,
        outcome_unknown: false,
    }
}

/// The scope that an operation needs, as far as it is documented.
fn scope(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "list_providers" | "get_provider" => "providers:read",
        "send_message" => "messages:send",
        "send_otp" => "otp:send",
        "verify_otp" => "otp:verify",
        _ => return None,
    })
}

/// NestJS, which the shape looks like, sends a list of sentences when it validates.
fn message(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(message).collect::<Vec<_>>().join("; "),
        other => other.to_string(),
    }
}
