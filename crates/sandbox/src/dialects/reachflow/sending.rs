//! Messages to one and to many.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::{failure, invalid, is_uuid};
use crate::call::{Answer, Call, Desk, Reply};
use crate::form::Payload;
use crate::outbox::{Outgoing, Stage};

const MEDIA: [&str; 4] = ["image", "document", "audio", "video"];

pub(super) fn send(desk: &mut Desk<'_>, call: &Call) -> Reply {
    once(desk, call, |desk, body| {
        let number = provider(desk, body)?;
        let to = recipient(body, "to")?;
        let text = required(body, "message")?;
        let due_at = due_at(desk, body)?;
        let text = filled(&text, body.get("variables"))?;
        Ok(queued(desk, number, to, "text", Some(text), None, due_at))
    })
}

pub(super) fn send_media(desk: &mut Desk<'_>, call: &Call) -> Reply {
    once(desk, call, |desk, body| {
        let number = provider(desk, body)?;
        let to = recipient(body, "to")?;
        let url = required(body, "mediaUrl")?;
        if !url.starts_with("https://") {
            return Err(invalid("mediaUrl doit commencer par https://."));
        }
        let kind = required(body, "mediaType")?;
        let kind = MEDIA.into_iter().find(|known| *known == kind);
        let kind = kind.ok_or_else(|| invalid("mediaType n'est pas connu."))?;
        let caption = text(body, "caption")?;
        let now = desk.now;
        Ok(queued(desk, number, to, kind, caption, Some(url), now))
    })
}

pub(super) fn send_bulk(desk: &mut Desk<'_>, call: &Call) -> Reply {
    once(desk, call, |desk, body| {
        let number = provider(desk, body)?;
        let template = required(body, "messageTemplate")?;
        let due_at = due_at(desk, body)?;
        let recipients = body.get("recipients").and_then(Value::as_array);
        let recipients = recipients.filter(|recipients| !recipients.is_empty());
        let recipients =
            recipients.ok_or_else(|| invalid("recipients est une liste qui n'est pas vide."))?;
        let (mut ids, mut rejections) = (Vec::new(), Vec::new());
        for one in recipients {
            let empty = Map::new();
            let one = one.as_object().unwrap_or(&empty);
            let Ok(to) = recipient(one, "to") else {
                let to = one.get("to").and_then(Value::as_str).unwrap_or_default();
                rejections.push(json!({"to": to, "reason": "Ce numéro n'est pas valide."}));
                continue;
            };
            match filled(&template, one.get("variables")) {
                Ok(text) => {
                    let message = take(desk, &number, to, "text", Some(text), None, due_at);
                    ids.push(message.id);
                }
                Err(_) => {
                    rejections.push(json!({"to": to, "reason": "Une variable n'a pas de valeur."}));
                }
            }
        }
        let answer = json!({
            "bulkId": desk.account.ids.uuid(),
            "accepted": ids.len(),
            "rejected": rejections.len(),
            "rejections": rejections,
            "messageIds": ids,
        });
        Ok(Answer::json(202, answer))
    })
}

pub(super) fn get(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let message = desk.account.outbox.message(call.parameter("messageId"));
    let Some(message) = message else {
        let problem = "Aucun message ne porte cet identifiant.";
        return Err(failure(404, "not_found", problem));
    };
    let stage = message.stage(desk.now);
    let failed = stage == Stage::Failed;
    let came = |wanted: &[Stage], seconds| {
        wanted
            .contains(&stage)
            .then(|| format!("{:.3}", message.after(seconds)))
    };
    let sent = [Stage::Sent, Stage::Delivered, Stage::Read];
    Ok(Answer::json(
        200,
        json!({
            "messageId": message.id,
            "to": message.to,
            "providerId": message.number,
            "status": status(stage),
            "queuedAt": format!("{:.3}", message.taken_at),
            "sentAt": came(&sent, 4),
            "deliveredAt": came(&sent[1..], 9),
            "failedAt": came(&[Stage::Failed], 5),
            "failureCode": failed.then_some("delivery_failed"),
            "failureReason": failed.then_some("Le message n'est pas arrivé."),
        }),
    ))
}

/// The vendor does not tell whether a message was read.
fn status(stage: Stage) -> &'static str {
    match stage {
        Stage::Queued => "queued",
        Stage::Processing => "processing",
        Stage::Sent => "sent",
        Stage::Delivered | Stage::Read => "delivered",
        Stage::Failed => "failed",
    }
}

/// Does what a request asks for, once under one key.
///
/// That a key which came with another body is refused, and how, is a guess.
fn once(
    desk: &mut Desk<'_>,
    call: &Call,
    act: impl FnOnce(&mut Desk<'_>, &Map<String, Value>) -> Reply,
) -> Reply {
    let body = body(call)?;
    let Some(key) = call.header("idempotency-key") else {
        return act(desk, body);
    };
    // The same key at another operation is another request.
    let key = format!("{} {key}", call.path);
    let whole = Value::Object(body.clone());
    match desk.account.outbox.answered(&key, &whole) {
        Ok(Some(answer)) => return Ok(answer),
        Ok(None) => {}
        Err(()) => {
            let problem = "Cette clé d'idempotence a déjà servi pour un autre contenu.";
            return Err(failure(409, "idempotency_key_reused", problem));
        }
    }
    let answer = act(desk, body)?;
    desk.account.outbox.remember(&key, whole, &answer);
    Ok(answer)
}

pub(super) fn body(call: &Call) -> Result<&Map<String, Value>, Answer> {
    match &call.payload {
        Payload::Json(Value::Object(object)) => Ok(object),
        _ => Err(invalid("Le corps doit être un objet JSON.")),
    }
}

pub(super) fn text(body: &Map<String, Value>, name: &str) -> Result<Option<String>, Answer> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(invalid(&format!("{name} doit être un texte."))),
    }
}

pub(super) fn required(body: &Map<String, Value>, name: &str) -> Result<String, Answer> {
    text(body, name)?.ok_or_else(|| invalid(&format!("{name} est obligatoire.")))
}

/// The sending number, which must be connected. What is answered if it is not is a guess.
pub(super) fn provider(desk: &Desk<'_>, body: &Map<String, Value>) -> Result<String, Answer> {
    let id = required(body, "providerId")?;
    if !is_uuid(&id) {
        return Err(invalid("providerId n'est pas un UUID valide."));
    }
    let mut numbers = desk.account.numbers.iter();
    let number = numbers.find(|number| number.id.eq_ignore_ascii_case(&id));
    match number {
        None => Err(failure(
            404,
            "provider_not_found",
            "Aucun numéro ne porte cet identifiant.",
        )),
        Some(number) if number.status != "connected" => Err(failure(
            422,
            "provider_disconnected",
            "Ce numéro n'est pas connecté.",
        )),
        Some(number) => Ok(number.id.clone()),
    }
}

/// Digits, as in the sample of one-time codes; a plus sign is let through.
pub(super) fn recipient(body: &Map<String, Value>, name: &str) -> Result<String, Answer> {
    let to = required(body, name)?;
    let digits = to.strip_prefix('+').unwrap_or(&to);
    let is_number = (8..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if is_number {
        Ok(digits.to_owned())
    } else {
        Err(invalid(&format!("{name} n'est pas un numéro valide.")))
    }
}

fn due_at(desk: &Desk<'_>, body: &Map<String, Value>) -> Result<Timestamp, Answer> {
    let Some(given) = text(body, "scheduleAt")? else {
        return Ok(desk.now);
    };
    let when: Option<Timestamp> = given.parse().ok();
    when.filter(|when| *when > desk.now)
        .ok_or_else(|| invalid("scheduleAt doit être une date à venir."))
}

/// The text with its placeholders filled in. One without a value is refused: a guess.
fn filled(template: &str, variables: Option<&Value>) -> Result<String, Answer> {
    let variables = match variables {
        None | Some(Value::Null) => None,
        Some(Value::Object(variables)) => Some(variables),
        Some(_) => return Err(invalid("variables doit être un objet.")),
    };
    let Some(variables) = variables else {
        return Ok(template.to_owned());
    };
    let mut text = template.to_owned();
    for (name, value) in variables {
        let Some(value) = value.as_str() else {
            return Err(invalid("Les variables sont des textes."));
        };
        text = text.replace(&format!("{{{{{name}}}}}"), value);
    }
    if text.contains("{{") {
        return Err(invalid("Une variable n'a pas de valeur."));
    }
    Ok(text)
}

/// Takes a message.
pub(super) fn take(
    desk: &mut Desk<'_>,
    number: &str,
    to: String,
    kind: &'static str,
    text: Option<String>,
    media_url: Option<String>,
    due_at: Timestamp,
) -> Outgoing {
    let message = Outgoing {
        id: desk.account.ids.uuid(),
        number: number.to_owned(),
        to,
        kind,
        text,
        media_url,
        taken_at: desk.now,
        due_at,
    };
    desk.account.outbox.messages.push(message.clone());
    message
}

fn queued(
    desk: &mut Desk<'_>,
    number: String,
    to: String,
    kind: &'static str,
    text: Option<String>,
    media_url: Option<String>,
    due_at: Timestamp,
) -> Answer {
    let message = take(desk, &number, to, kind, text, media_url, due_at);
    let answer = json!({
        "messageId": message.id,
        "status": "queued",
        "queuedAt": format!("{:.3}", message.taken_at),
    });
    Answer::json(202, answer)
}
