//! ReachFlow: numbers ("providers") and their counters of the day, messages, one-time codes.
//!
//! Errors are `{statusCode, error, message}` with French messages, as the vendor's Python
//! client expects them; the wording is ours.

mod otp;
mod sending;
mod sent;

use serde_json::{Value, json};

use super::{Dialect, Missing, get, post};
use crate::Vendor;
use crate::call::{Answer, Call, Desk, Reply};
use crate::records::Number;

pub(super) const DIALECT: Dialect = Dialect {
    vendor: Vendor::ReachFlow,
    prefixes: &["/reachflow/api/v1"],
    routes: &[
        get("list_providers", "/providers", list_providers),
        get("get_provider", "/providers/{id}", get_provider),
        post("send_message", "/messages/send", sending::send),
        post(
            "send_media_message",
            "/messages/send-media",
            sending::send_media,
        ),
        post(
            "send_bulk_messages",
            "/messages/send-bulk",
            sending::send_bulk,
        ),
        get("get_message", "/messages/{messageId}", sending::get),
        post("send_otp", "/otp/send", otp::send),
        post("verify_otp", "/otp/verify", otp::verify),
    ],
    admit,
    unrouted,
    messages: sent::messages,
};

/// The scope that an operation needs. Those of files, of many and of a message's status are not
/// known: the first two are taken to be that of messages, the last to need none.
fn scope(operation: &str) -> Option<&'static str> {
    Some(match operation {
        "list_providers" | "get_provider" => "providers:read",
        "send_message" | "send_media_message" | "send_bulk_messages" => "messages:send",
        "send_otp" => "otp:send",
        "verify_otp" => "otp:verify",
        _ => return None,
    })
}

/// A request that does not fit: 400 and 422 are both known to the vendor's client.
fn invalid(message: &str) -> Answer {
    failure(400, "Bad Request", message)
}

fn failure(status: u16, error: &str, message: &str) -> Answer {
    Answer::json(
        status,
        json!({"statusCode": status, "error": error, "message": message}),
    )
}

fn admit(desk: &mut Desk<'_>, call: &Call) -> Result<(), Answer> {
    let key = call.header("x-api-key").unwrap_or_default();
    if !desk.credentials.reachflow.iter().any(|known| known == key) {
        return Err(failure(401, "unauthorized", "Clé API absente ou inconnue."));
    }
    if !desk
        .account
        .access
        .is_within_limit(key, desk.settings.reachflow_rate_limit)
    {
        let answer = failure(
            429,
            "rate_limit_exceeded",
            "Trop de requêtes, patientez un instant.",
        );
        return Err(answer.with_header("retry-after", "1"));
    }
    if !desk.settings.reachflow_plan {
        let message = "Votre abonnement ne comprend pas l'API publique.";
        return Err(failure(403, "plan_required", message));
    }
    let scope = call.operation.and_then(scope);
    if let Some(scope) = scope
        && !desk
            .settings
            .reachflow_scopes
            .iter()
            .any(|given| given == scope)
    {
        let message = format!("Cette clé n'a pas le droit {scope}.");
        return Err(failure(403, "insufficient_scope", &message));
    }
    Ok(())
}

// A server of this kind answers a wrong method like an unknown path (a guess).
fn unrouted(_: &Call, _: Missing) -> Answer {
    failure(404, "not_found", "Cette ressource n'existe pas.")
}

fn list_providers(desk: &mut Desk<'_>, _: &Call) -> Reply {
    let providers: Vec<Value> = desk.account.numbers.iter().map(provider).collect();
    Ok(Answer::json(200, json!({"providers": providers})))
}

fn get_provider(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let id = call.parameter("id");
    if !is_uuid(id) {
        // The documentation says uuid and nothing about other text: the answer is a guess.
        return Err(failure(
            400,
            "Bad Request",
            "L'identifiant n'est pas un UUID valide.",
        ));
    }
    let number = desk
        .account
        .numbers
        .iter()
        .find(|number| number.id.eq_ignore_ascii_case(id));
    let Some(number) = number else {
        return Err(failure(
            404,
            "not_found",
            "Aucun numéro ne porte cet identifiant.",
        ));
    };
    let today = number.today;
    let mut shown = provider(number);
    shown["dailyStats"] = json!({
        "sent": today.sent,
        "delivered": today.delivered,
        "failed": today.failed,
        "messagesLimit": today.messages_limit,
        "newContactsLimit": today.new_contacts_limit,
    });
    Ok(Answer::json(200, shown))
}

fn provider(number: &Number) -> Value {
    json!({
        "id": number.id,
        "name": number.name,
        "phoneNumber": number.phone,
        "status": number.status,
        "warmupDay": number.warmup_day,
        "riskScore": number.risk_score,
    })
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}
