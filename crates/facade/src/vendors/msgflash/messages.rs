//! Messages that go out now or later, and the history of messages.

use bytes::Bytes;
use jiff::Timestamp;
use palabre_clients::msgflash::{open, shapes, types};
use palabre_model::{
    Content, Direction, Message, MessageStatus, Page, Raw, Result, normalize_phone, split_phone,
};
use serde_json::Value;

use super::{MsgFlash, client, paging};
use crate::at::At;
use crate::vendors::{filled, text, time};
use crate::{ListOptions, MessageFilter, NewMessage, NewTemplateMessage, Outgoing, sender, slices};

/// The wire's names of a message's fields, and ours.
const MESSAGE: &[(&str, &str)] = &[
    ("instanceId", "from_"),
    ("to", "to"),
    ("text", "text"),
    ("mediaUrl", "image"),
    ("latitude", "location"),
    ("longitude", "location"),
    ("locationName", "location"),
    ("locationAddress", "location"),
    ("templateId", "template"),
    ("variables", "variables"),
    ("scheduledAt", "at"),
];

/// The wire's names of what has an argument of its own in a message.
const TAKEN: &[(&str, &str)] = &[
    ("instanceId", "from_"),
    ("to", "to"),
    ("text", "text"),
    ("type", "the content"),
    ("mediaUrl", "image, document, video or audio"),
    ("latitude", "location"),
    ("longitude", "location"),
    ("locationName", "location"),
    ("locationAddress", "location"),
    ("scheduledAt", "at"),
];

/// The same in a template message.
const TAKEN_BY_TEMPLATE: &[(&str, &str)] = &[
    ("instanceId", "from_"),
    ("to", "to"),
    ("templateId", "template"),
    ("variables", "variables"),
    ("scheduledAt", "at"),
];

/// What is sent, and what is known of it before it is.
struct Prepared {
    body: types::MessageToSend,
    known: Message,
    key: Option<String>,
}

pub(super) async fn send(at: &At, message: impl Into<Outgoing>) -> Result<Message> {
    let Prepared { body, known, key } = prepare(at, message.into()).await?;
    let call = at.call(MESSAGE).with_key(key);
    let answer = at.finish(&call, client(at, &call).send_message(&body).await)?;
    at.written(queued(at, answer.value, known, &answer.body))
}

pub(super) async fn schedule(at: &At, message: Outgoing, when: Timestamp) -> Result<Message> {
    let Prepared { body, known, key } = prepare(at, message).await?;
    let call = at.call(MESSAGE).with_key(key);
    let body = types::MessageToSchedule {
        scheduled_at: format!("{when:.3}"),
        buttons: body.buttons,
        contact_id: body.contact_id,
        description: body.description,
        footer: body.footer,
        instance_id: body.instance_id,
        latitude: body.latitude,
        location_address: body.location_address,
        location_name: body.location_name,
        longitude: body.longitude,
        media_url: body.media_url,
        template_id: body.template_id,
        text: body.text,
        title: body.title,
        to: body.to,
        type_: body.type_,
        variables: body.variables,
        extra: body.extra,
    };
    let known = Message {
        scheduled_at: Some(when),
        ..known
    };
    let answer = at.finish(&call, client(at, &call).schedule_message(&body).await)?;
    at.written(queued(at, answer.value, known, &answer.body))
}

async fn prepare(at: &At, message: Outgoing) -> Result<Prepared> {
    match message {
        Outgoing::Message(message) => prepare_message(at, *message).await,
        Outgoing::Template(message) => prepare_template(at, *message).await,
    }
}

/// The recipient as the vendor writes it: E.164. No digit is changed, none is added.
fn recipient(at: &At, to: &str) -> Result<String> {
    let phone = split_phone("to", to).map_err(|error| at.located(error))?;
    Ok(format!("+{}{}", phone.country_code, phone.national))
}

async fn prepare_message(at: &At, mut message: NewMessage) -> Result<Prepared> {
    at.check_extra(&message.extra, TAKEN)?;
    let to = recipient(at, &message.to)?;
    let media = message.take_media();
    let location = message.location.take();
    let content = match (&media, &location) {
        (Some((content, _)), _) => *content,
        (None, Some(_)) => Content::Location,
        (None, None) => Content::Text,
    };
    let instance_id = sender::find(&MsgFlash, at, message.from.as_deref()).await?;
    let known = known(at, &instance_id, &to, content.as_str());
    let location = location.unwrap_or_default();
    let is_place = content == Content::Location;
    let body = types::MessageToSend {
        instance_id,
        to,
        type_: Some(kind(content)),
        text: message.text,
        media_url: media.and_then(|(_, media)| media.into_link()),
        latitude: is_place.then_some(location.latitude),
        longitude: is_place.then_some(location.longitude),
        location_name: location.name,
        location_address: location.address,
        extra: message.extra.into_iter().collect(),
        ..nothing()
    };
    Ok(Prepared {
        body,
        known,
        key: message.idempotency_key,
    })
}

async fn prepare_template(at: &At, message: NewTemplateMessage) -> Result<Prepared> {
    at.check_extra(&message.extra, TAKEN_BY_TEMPLATE)?;
    at.refuse(&[
        ("header_variables", !message.header_variables.is_empty()),
        ("header", message.header.is_some()),
        ("language", message.language.is_some()),
    ])?;
    let to = recipient(at, &message.to)?;
    let variables = message.variables.named(at)?;
    let instance_id = sender::find(&MsgFlash, at, message.from.as_deref()).await?;
    let known = known(at, &instance_id, &to, "template");
    let body = types::MessageToSend {
        instance_id,
        to,
        template_id: Some(message.template),
        variables,
        extra: message.extra.into_iter().collect(),
        ..nothing()
    };
    Ok(Prepared {
        body,
        known,
        key: None,
    })
}

fn nothing() -> types::MessageToSend {
    types::MessageToSend {
        buttons: None,
        contact_id: None,
        description: None,
        footer: None,
        instance_id: String::new(),
        latitude: None,
        location_address: None,
        location_name: None,
        longitude: None,
        media_url: None,
        template_id: None,
        text: None,
        title: None,
        to: String::new(),
        type_: None,
        variables: None,
        extra: Default::default(),
    }
}

fn kind(content: Content) -> open::MessageType {
    match content {
        Content::Image => open::MessageType::Image,
        Content::Document => open::MessageType::Document,
        Content::Video => open::MessageType::Video,
        Content::Audio => open::MessageType::Audio,
        Content::Location => open::MessageType::Location,
        _ => open::MessageType::Text,
    }
}

fn known(at: &At, instance_id: &str, to: &str, kind: &str) -> Message {
    Message {
        number_id: Some(instance_id.to_owned()),
        direction: Some(Direction::Outbound),
        to: normalize_phone(to),
        kind: Some(kind.to_owned()),
        ..Message::new(at.vendor(), at.account(), Raw::default())
    }
}

/// Our word and the vendor's. Which words there are is known from samples and events only.
fn status(status: Option<open::MessageStatus>) -> (Option<MessageStatus>, Option<String>) {
    let text = status.map(|status| status.to_string());
    let status = text.as_deref().map(|text| {
        let word = text.to_ascii_lowercase();
        word.parse().unwrap_or(MessageStatus::Unknown)
    });
    (status, text)
}

fn queued(
    at: &At,
    answer: types::QueuedMessageEnvelope,
    known: Message,
    body: &Bytes,
) -> Result<Message> {
    let queued = answer.data.ok_or_else(|| at.missing("message"))?;
    let (status, status_text) = status(queued.status);
    Ok(Message {
        id: Some(filled(queued.id).ok_or_else(|| at.missing("id"))?),
        whatsapp_id: filled(queued.provider_message_id),
        status,
        status_text,
        created_at: time(queued.created_at),
        scheduled_at: time(queued.scheduled_at).or(known.scheduled_at),
        raw: Raw::new(at.item(body, "/data"), &shapes::QUEUED_MESSAGE),
        ..known
    })
}

pub(super) async fn get(at: &At, id: &str) -> Result<Message> {
    let call = at.call(&[]);
    let answer = at.finish(&call, client(at, &call).get_message(id).await)?;
    let message = answer.value.data.ok_or_else(|| at.missing("message"))?;
    let raw = Raw::new(at.item(&answer.body, "/data"), &shapes::MESSAGE);
    message_from_wire(at, message, raw)
}

pub(super) async fn list(
    at: &At,
    filter: MessageFilter,
    options: ListOptions,
) -> Result<Page<Message>> {
    at.refuse(&[
        ("to", filter.to.is_some()),
        ("search", options.search.is_some()),
    ])?;
    let instance_id = match options.number.as_deref() {
        Some(number) => Some(sender::named(&MsgFlash, at, "number", number).await?),
        None => None,
    };
    let call = at.call(&[
        ("limit", "page_size"),
        ("instanceId", "number"),
        ("status", "status"),
    ]);
    let (cursor, limit, _) = paging::parameters(&options);
    let status = filter.status.map(MessageStatus::as_str);
    let result = client(at, &call)
        .list_messages(cursor, instance_id.as_deref(), limit, status)
        .await;
    let answer = at.finish(&call, result)?;
    let page = answer.value.data.ok_or_else(|| at.missing("data"))?;
    let items = page.messages.ok_or_else(|| at.missing("messages"))?;
    let items = slices::convert(
        at,
        &answer.body,
        "/data/messages",
        items,
        |message, item| message_from_wire(at, message, Raw::new(item, &shapes::MESSAGE)),
    )?;
    paging::page(at, items, &answer.body)
}

fn message_from_wire(at: &At, message: types::Message, raw: Raw) -> Result<Message> {
    let (status, status_text) = status(message.status);
    let direction = message.direction.map(|direction| {
        let word = direction.to_string().to_ascii_lowercase();
        word.parse().unwrap_or(Direction::Unknown)
    });
    let (failure_code, failure_text) = failure(message.error);
    Ok(Message {
        id: Some(filled(message.id).ok_or_else(|| at.missing("id of a message"))?),
        whatsapp_id: filled(message.provider_message_id),
        number_id: filled(message.instance_id),
        contact_id: filled(message.contact_id),
        direction,
        from: filled(message.from).and_then(|from| phone(&from)),
        to: filled(message.to).and_then(|to| phone(&to)),
        status,
        status_text,
        kind: message.type_.map(|kind| kind.to_string()),
        text: text(message.body),
        media_url: filled(message.media_url),
        created_at: time(message.created_at),
        failure_code,
        failure_text,
        ..Message::new(at.vendor(), at.account(), raw)
    })
}

/// Samples have numbers of the account without a plus sign, and others with one.
fn phone(text: &str) -> Option<String> {
    palabre_model::normalize_digits(text)
}

/// What `error` holds is not documented: a text, or an object like that of a failed call.
fn failure(error: Option<Value>) -> (Option<String>, Option<String>) {
    match error {
        Some(Value::String(text)) if !text.trim().is_empty() => (None, Some(text)),
        Some(Value::Object(mut fields)) => {
            let mut part = |name: &str| match fields.remove(name) {
                Some(Value::String(text)) => Some(text),
                _ => None,
            };
            (part("code"), part("message"))
        }
        _ => (None, None),
    }
}
