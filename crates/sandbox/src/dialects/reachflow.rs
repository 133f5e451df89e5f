//! ReachFlow: numbers ("providers") and their counters of the day.
//!
//! Errors are `{statusCode, error, message}` with French messages, as the vendor's Python
//! client expects them; the wording is ours.

use serde_json::{Value, json};

use super::{Dialect, Missing, get};
use crate::Vendor;
use crate::call::{Answer, Call, Desk, Reply};
use crate::records::Number;

pub(super) const DIALECT: Dialect = Dialect {
    vendor: Vendor::ReachFlow,
    prefixes: &["/reachflow/api/v1"],
    routes: &[
        get("list_providers", "/providers", list_providers),
        get("get_provider", "/providers/{id}", get_provider),
    ],
    admit,
    unrouted,
    message: |_| None,
};

const SCOPE: &str = "providers:read";

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
    if !desk
        .settings
        .reachflow_scopes
        .iter()
        .any(|scope| scope == SCOPE)
    {
        let message = format!("Cette clé n'a pas le droit {SCOPE}.");
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
