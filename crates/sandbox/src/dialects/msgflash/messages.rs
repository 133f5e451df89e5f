//! Messages that go out now or later, and the history of messages.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::cursor::{LARGEST, Paging, is_older};
use super::{failure, fields, invalid, success, time};
use crate::Vendor;
use crate::call::{Answer, Call, Desk, Reply};
use crate::outbox::{Outgoing, Stage};
use crate::sent::SentMessage;

/// The template that is stored; no call of the sandbox lists it.
const TEMPLATE: &str = "7c6b5a49-3827-4165-8f0e-1d2c3b4a5968";
const TEMPLATE_TEXT: &str = "Votre commande {{custom.code}} est prête.";

/// The owner of the account; no call shows it.
const USER: &str = "11aa22bb-33cc-44dd-8ee5-66ff77001122";

const TYPES: [&str; 9] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "voice_note",
    "location",
    "contact",
    "buttons",
];

pub(super) fn send(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let now = desk.now;
    let message = take(desk, fields::body(call)?, now)?;
    // The page is cut off after these two.
    Ok(success(201, json!({"id": message.id, "status": "queued"})))
}

pub(super) fn schedule(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = fields::body(call)?;
    let given = fields::required(body, "scheduledAt")?;
    let when: Option<Timestamp> = given.parse().ok();
    let when = when.filter(|when| *when > desk.now);
    let when = when.ok_or_else(|| invalid("scheduledAt must be a time that is to come."))?;
    let message = take(desk, body, when)?;
    Ok(success(
        201,
        json!({"id": message.id, "status": "queued", "scheduledAt": time(when)}),
    ))
}

pub(super) fn list(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let wanted = |name: &str| call.query(name).unwrap_or_default();
    let (number, status) = (wanted("instanceId"), wanted("status"));
    let scope = format!("messages/{number}/{status}");
    let paging = Paging::read(call, &scope, Some(LARGEST))?;
    let found = desk.account.outbox.messages.iter().zip(1_u64..);
    let mut found: Vec<(&Outgoing, u64)> = found
        .filter(|(message, _)| number.is_empty() || message.number == number)
        .filter(|(message, _)| status.is_empty() || word(message.stage(desk.now)) == status)
        .collect();
    // The newest first: the order is not documented.
    found.reverse();
    let page = paging.cut(found, |(_, place)| (String::new(), *place), is_older);
    let rows = page.items.iter().map(|(message, _)| row(desk, message));
    Ok(success(
        200,
        json!({
            "messages": rows.collect::<Vec<_>>(),
            "hasMore": page.next.is_some(),
            "nextCursor": page.next,
        }),
    ))
}

pub(super) fn get(desk: &mut Desk<'_>, call: &Call) -> Reply {
    match desk.account.outbox.message(call.parameter("id")) {
        Some(message) => Ok(success(200, row(desk, message))),
        None => Err(failure(404, "NOT_FOUND", "There is no such message.")),
    }
}

fn row(desk: &Desk<'_>, message: &Outgoing) -> Value {
    let stage = message.stage(desk.now);
    let mut numbers = desk.account.numbers.iter();
    let from = numbers.find(|number| number.id == message.number);
    let seconds = match stage {
        Stage::Queued | Stage::Processing => 0,
        Stage::Sent => 4,
        Stage::Failed => 5,
        Stage::Delivered => 9,
        Stage::Read => 3600,
    };
    let whatsapp_id = format!("wamid.{}", message.id.replace('-', "").to_uppercase());
    let left = !matches!(stage, Stage::Queued | Stage::Processing);
    json!({
        "id": message.id,
        "userId": USER,
        "instanceId": message.number,
        "contactId": null,
        "campaignId": null,
        "direction": "outbound",
        "type": message.kind,
        "from": from.and_then(|number| number.phone.clone()),
        "to": format!("+{}", message.to),
        "body": message.text,
        "mediaUrl": message.media_url,
        "status": word(stage),
        "error": (stage == Stage::Failed).then_some("The message could not be delivered."),
        "meta": {},
        "providerMessageId": left.then_some(whatsapp_id),
        "createdAt": time(message.taken_at),
        "updatedAt": time(if left { message.after(seconds) } else { message.taken_at }),
    })
}

fn word(stage: Stage) -> &'static str {
    match stage {
        Stage::Queued | Stage::Processing => "queued",
        Stage::Sent => "sent",
        Stage::Delivered => "delivered",
        Stage::Read => "read",
        Stage::Failed => "failed",
    }
}

/// Checks a message and takes it.
fn take(
    desk: &mut Desk<'_>,
    body: &Map<String, Value>,
    due_at: Timestamp,
) -> Result<Outgoing, Answer> {
    let number = number(desk, body)?;
    let (kind, text) = content(body)?;
    let to = recipient(body)?;
    let message = Outgoing {
        id: desk.account.ids.uuid(),
        number,
        to,
        kind,
        text,
        media_url: fields::text(body, "mediaUrl")?,
        taken_at: desk.now,
        due_at,
    };
    desk.account.outbox.messages.push(message.clone());
    Ok(message)
}

/// The sending number. What is answered for one that is not connected is a guess.
fn number(desk: &Desk<'_>, body: &Map<String, Value>) -> Result<String, Answer> {
    let id = fields::required(body, "instanceId")?;
    let mut numbers = desk.account.numbers.iter();
    let number = numbers.find(|number| number.id == id);
    match number {
        None => Err(failure(404, "NOT_FOUND", "There is no such instance.")),
        Some(number) if number.status != "connected" => Err(failure(
            400,
            "BAD_REQUEST",
            "The instance is not connected.",
        )),
        Some(_) => Ok(id),
    }
}

fn recipient(body: &Map<String, Value>) -> Result<String, Answer> {
    let to = fields::required(body, "to")?;
    let digits = to.strip_prefix('+').unwrap_or_default();
    let is_e164 = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if is_e164 {
        Ok(digits.to_owned())
    } else {
        Err(failure(
            422,
            "INVALID_DESTINATION",
            "to must be an E.164 number.",
        ))
    }
}

/// What the message is, and its text.
fn content(body: &Map<String, Value>) -> Result<(&'static str, Option<String>), Answer> {
    if let Some(template) = fields::text(body, "templateId")? {
        if template != TEMPLATE {
            return Err(failure(404, "NOT_FOUND", "There is no such template."));
        }
        return rendered(body).map(|text| ("text", Some(text)));
    }
    let kind = fields::text(body, "type")?;
    let kind = kind.ok_or_else(|| invalid("type or templateId is required."))?;
    let kind = TYPES.into_iter().find(|known| *known == kind);
    let kind = kind.ok_or_else(|| invalid("type is not known."))?;
    let text = fields::text(body, "text")?;
    match kind {
        "text" if text.is_none() => Err(invalid("text is required.")),
        "image" | "video" | "audio" | "document" | "voice_note" => {
            let url = fields::required(body, "mediaUrl")?;
            if url.starts_with("https://") {
                Ok((kind, text))
            } else {
                Err(invalid("mediaUrl must be an https address."))
            }
        }
        "location" => {
            let is_number = |name: &str| body.get(name).is_some_and(Value::is_number);
            if is_number("latitude") && is_number("longitude") {
                Ok((kind, None))
            } else {
                Err(invalid("latitude and longitude are required."))
            }
        }
        "buttons" => {
            fields::required(body, "title")?;
            fields::required(body, "description").map(|text| (kind, Some(text)))
        }
        _ => Ok((kind, text)),
    }
}

fn rendered(body: &Map<String, Value>) -> Result<String, Answer> {
    let variables = match body.get("variables") {
        None => Map::new(),
        Some(Value::Object(variables)) => variables.clone(),
        Some(_) => return Err(invalid("variables must be an object.")),
    };
    match variables.get("custom.code") {
        Some(Value::String(code)) => Ok(TEMPLATE_TEXT.replace("{{custom.code}}", code)),
        Some(Value::Number(code)) => {
            Ok(TEMPLATE_TEXT.replace("{{custom.code}}", &code.to_string()))
        }
        _ => Err(failure(
            400,
            "TEMPLATE_VARIABLES_MISSING",
            "custom.code has no value.",
        )),
    }
}

/// The message of a request that sends one; what became of it is filled in later.
pub(super) fn sent(call: &Call) -> Vec<SentMessage> {
    if !matches!(call.operation, Some("send_message" | "schedule_message")) {
        return Vec::new();
    }
    let body = call.payload.to_json();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let template = text("templateId");
    let kind = match &template {
        Some(_) => "template".to_owned(),
        None => text("type").unwrap_or_else(|| "unknown".to_owned()),
    };
    let variables = body.get("variables").and_then(Value::as_object);
    let shown = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    vec![SentMessage {
        sequence: 0,
        vendor: Vendor::MsgFlash,
        to: super::super::international(&text("to").unwrap_or_default()),
        from: text("instanceId"),
        kind,
        text: text("text"),
        template,
        variables: variables.map_or(Vec::new(), |values| values.values().map(shown).collect()),
        header_variables: Vec::new(),
        files: text("mediaUrl").into_iter().collect(),
        at: Default::default(),
        accepted: false,
    }]
}
