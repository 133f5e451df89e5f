//! 99digital's WhatsApp API, version 2: what one number sends, receives and knows.
//!
//! Everything is a POST, with the credentials in the body. The pages of the sends could be read in
//! part only, so their answers and some of their reasons are guesses; the spec says which.

use serde_json::{Map, Value, json};

use super::reason::{
    BAD_TOKEN as WRONG_KEY, OK, WRONG_CREDENTIALS as UNKNOWN_SENDER, WRONG_METHOD,
};
use super::{Dialect, Missing, failure, post};
use crate::Vendor;
use crate::call::{Answer, Call, Desk, Reply};
use crate::chats::ChatMessage;
use crate::form::Payload;
use crate::sent::SentMessage;

mod templates;

pub(crate) const DIALECT: Dialect = Dialect {
    vendor: Vendor::NinetyNineDigital,
    prefixes: &["/99digital/whatsapp/v2"],
    routes: &[
        post("send_message", "/sendMessage", send_message),
        post("send_file", "/sendFile", send_file),
        post("send_location", "/sendLocation", send_location),
        post("send_template", "/sendTemplate", send_template),
        post("get_templates", "/getTemplates", get_templates),
        post("get_contacts", "/getContacts", get_contacts),
        post("get_history", "/getHistory", get_history),
        post("mark_as_read", "/readStatus", mark_as_read),
    ],
    admit,
    unrouted,
    messages: |call| message(call).into_iter().collect(),
};

/// What the vendor answers with besides the reasons that all its calls have.
mod reason {
    /// Documented for marking as read; a guess for sends.
    pub(super) const UNKNOWN_RECIPIENT: u8 = 4;
    /// A guess.
    pub(super) const BAD_CONTENT: u8 = 5;
    /// A guess.
    pub(super) const BAD_VARIABLES: u8 = 6;
    /// Documented for reactions; a guess for messages.
    pub(super) const OUTSIDE_THE_WINDOW: u8 = 7;
}

/// Rows of a page of contacts or of history.
const PAGE: usize = 50;

fn unrouted(_: &Call, missing: Missing) -> Answer {
    match missing {
        Missing::Method => failure(WRONG_METHOD),
        Missing::Path => Answer::text(404, "Not Found"),
    }
}

fn admit(desk: &mut Desk<'_>, call: &Call) -> Result<(), Answer> {
    let body = body(call)?;
    let from = text(body, "from").unwrap_or_default();
    let mut numbers = desk.account.numbers.iter();
    let number = numbers.find(|number| number.phone.as_deref() == Some(from));
    match number {
        None => Err(failure(UNKNOWN_SENDER)),
        Some(number) if text(body, "apiKey") == Some(&number.api_key) => Ok(()),
        Some(_) => Err(failure(WRONG_KEY)),
    }
}

fn body(call: &Call) -> Result<&Map<String, Value>, Answer> {
    match &call.payload {
        Payload::Json(Value::Object(body)) => Ok(body),
        _ => Err(failure(UNKNOWN_SENDER)),
    }
}

fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    body.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// The text of a field, or the refusal with that reason.
fn needed<'a>(body: &'a Map<String, Value>, name: &str, reason: u8) -> Result<&'a str, Answer> {
    text(body, name).ok_or_else(|| failure(reason))
}

/// The recipient: digits.
fn recipient(body: &Map<String, Value>) -> Result<&str, Answer> {
    let to = needed(body, "to", reason::UNKNOWN_RECIPIENT)?;
    let is_number = (7..=15).contains(&to.len()) && to.bytes().all(|byte| byte.is_ascii_digit());
    match is_number {
        true => Ok(to),
        false => Err(failure(reason::UNKNOWN_RECIPIENT)),
    }
}

/// Takes a message, unless the person has been silent for too long.
fn take(
    desk: &mut Desk<'_>,
    body: &Map<String, Value>,
    kind: &'static str,
    content: Value,
    is_template: bool,
) -> Reply {
    let (own, to) = (text(body, "from").unwrap_or_default(), recipient(body)?);
    let must_be_open = desk.settings.ninetynine_digital_window && !is_template;
    if must_be_open && !desk.account.chats.is_open(own, to, desk.now) {
        return Err(failure(reason::OUTSIDE_THE_WINDOW));
    }
    let (_, id) = desk.account.ids.message();
    let answer = json!({
        "status": "OK",
        "reason": OK,
        "unique": id,
        "timestamp": desk.now.as_second(),
        "from": own,
        "to": to,
    });
    let message = ChatMessage {
        id,
        own: own.to_owned(),
        peer: to.to_owned(),
        is_incoming: false,
        kind,
        content,
        at: desk.now,
        is_read: false,
    };
    desk.account.chats.add(message, None);
    Ok(Answer::json(200, answer))
}

fn send_message(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = body(call)?;
    recipient(body)?;
    let words = needed(body, "body", reason::BAD_CONTENT)?;
    take(desk, body, "chat", words.into(), false)
}

/// The kind of file behind a link and the most bytes of that kind.
fn file(link: &str) -> (&'static str, u64) {
    let path = link.split(['?', '#']).next().unwrap_or_default();
    let ending = path.rsplit('.').next().unwrap_or_default();
    let (kind, megabytes) = match ending.to_ascii_lowercase().as_str() {
        "jpg" | "jpeg" | "png" | "webp" => ("image", 5),
        "mp4" | "3gp" => ("video", 16),
        "mp3" | "ogg" | "aac" | "amr" | "m4a" => ("audio", 16),
        _ => ("document", 100),
    };
    (kind, megabytes << 20)
}

fn send_file(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = body(call)?;
    recipient(body)?;
    let link = needed(body, "body", reason::BAD_CONTENT)?;
    let (kind, most) = file(link);
    // Nothing is fetched here: the setting says how large the files of the test are.
    let size = desk.settings.ninetynine_digital_file_bytes;
    if !link.starts_with("https://") || size.is_some_and(|size| size > most) {
        return Err(failure(reason::BAD_CONTENT));
    }
    take(desk, body, kind, link.into(), false)
}

fn send_location(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = body(call)?;
    recipient(body)?;
    let degrees = |name, most: f64| {
        let degrees: f64 = needed(body, name, reason::BAD_CONTENT)?
            .parse()
            .map_err(|_| failure(reason::BAD_CONTENT))?;
        if degrees.abs() <= most {
            return Ok(degrees);
        }
        Err(failure(reason::BAD_CONTENT))
    };
    let (latitude, longitude) = (degrees("lat", 90.0)?, degrees("lng", 180.0)?);
    let place = format!("{latitude},{longitude}");
    take(desk, body, "location", place.into(), false)
}

fn send_template(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = body(call)?;
    recipient(body)?;
    let name = needed(body, "name", reason::BAD_CONTENT)?;
    let template = templates::find(name).filter(|template| template.status == "approved");
    let template = template.ok_or_else(|| failure(reason::BAD_CONTENT))?;
    let is_right = template.variables() == variables(body).len()
        && body.get("headerType").and_then(Value::as_u64) == Some(template.header)
        && (template.header == 1
            || text(body, "headerLink").is_some_and(|link| link.starts_with("https://")));
    if !is_right {
        return Err(failure(reason::BAD_VARIABLES));
    }
    take(desk, body, "text", template.text.into(), true)
}

/// The values of a template's text, as far as they follow one another.
fn variables(body: &Map<String, Value>) -> Vec<String> {
    let values = (1..=10).map_while(|index| text(body, &format!("bodyVariable{index}")));
    values.map(str::to_owned).collect()
}

fn get_templates(_: &mut Desk<'_>, _: &Call) -> Reply {
    // The page's sample has no reason.
    let list: Vec<_> = templates::ALL.iter().map(templates::row).collect();
    Ok(Answer::json(200, json!({"status": "OK", "list": list})))
}

/// A page of rows; behind the last one there are none.
fn page<T>(call: &Call, rows: Vec<T>, row: impl Fn(&T) -> Value) -> Reply {
    let page = body(call)?.get("page").and_then(Value::as_u64);
    let page = page.and_then(|page| usize::try_from(page).ok()?.checked_sub(1));
    let first = page.ok_or_else(|| failure(UNKNOWN_SENDER))?;
    let rows = rows.iter().skip(first.saturating_mul(PAGE)).take(PAGE);
    Ok(Answer::json(200, rows.map(row).collect()))
}

fn get_contacts(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let own = text(body(call)?, "from").unwrap_or_default();
    page(call, desk.account.chats.people(own), |person| {
        json!({
            "contact_phone": person.phone,
            "contact_name": person.name,
            "update_time": person.updated_at.as_second(),
            "online_contact_id": person.id + 100,
            "online_conversation_id": person.id,
            "contact_profilePic": person.picture,
        })
    })
}

fn get_history(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = body(call)?;
    let own = text(body, "from").unwrap_or_default();
    let to = match body.get("to") {
        None | Some(Value::Null) => None,
        Some(_) => Some(recipient(body)?),
    };
    let now = desk.now;
    page(call, desk.account.chats.history(own, to), |message| {
        let (from, to) = match message.is_incoming {
            true => (&message.peer, &message.own),
            false => (&message.own, &message.peer),
        };
        let mut row = json!({
            "unique": message.id,
            "timestamp": message.at.as_second().to_string(),
            "direction": if message.is_incoming { "1" } else { "2" },
            "from": from,
            "to": to,
            "type": message.kind,
            "message": message.content,
        });
        if let Some(state) = message.state(now) {
            row["state"] = state.into();
        }
        row
    })
}

fn mark_as_read(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = body(call)?;
    let (own, to) = (text(body, "from").unwrap_or_default(), recipient(body)?);
    if !desk.account.chats.knows(own, to) {
        return Err(failure(reason::UNKNOWN_RECIPIENT));
    }
    desk.account.chats.mark_as_read(own, to);
    Ok(Answer::json(
        200,
        json!({"status": "OK", "reason": OK, "from": own, "to": to}),
    ))
}

/// The message of a request that sends one.
fn message(call: &Call) -> Option<SentMessage> {
    let body = body(call).ok()?;
    let given = |name: &str| text(body, name).map(str::to_owned);
    let link = given("body").unwrap_or_default();
    let (kind, words, template, files) = match call.operation? {
        "send_message" => ("text", given("body"), None, Vec::new()),
        "send_file" => (file(&link).0, given("caption"), None, vec![link]),
        "send_location" => ("location", given("caption"), None, Vec::new()),
        "send_template" => {
            let header = given("headerLink").into_iter().collect();
            ("template", None, given("name"), header)
        }
        _ => return None,
    };
    Some(SentMessage {
        sequence: 0,
        vendor: Vendor::NinetyNineDigital,
        to: given("to").map(|to| format!("+{to}")).unwrap_or_default(),
        from: given("from"),
        kind: kind.to_owned(),
        text: words,
        variables: template.iter().flat_map(|_| variables(body)).collect(),
        template,
        header_variables: Vec::new(),
        files,
        at: Default::default(),
        accepted: false,
    })
}
