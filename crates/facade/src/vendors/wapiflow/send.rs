//! Sending: one content, the recipient split into country code and national part.

use bytes::Bytes;
use palabre_clients::wapiflow::{forms, shapes, types};
use palabre_model::{Message, MessageStatus, Raw, Result, split_phone};

use super::client;
use crate::at::At;
use crate::vendors::{filled, id, integer, time};
use crate::{Media, NewMessage, NewTemplateMessage};

/// The wire's names of a message's fields, and ours.
const MESSAGE: &[(&str, &str)] = &[
    ("mobile_code", "to"),
    ("mobile", "to"),
    ("from_number", "from_"),
    ("message", "text"),
    ("latitude", "location"),
    ("longitude", "location"),
    ("name", "location"),
    ("address", "location"),
    ("cta_url_id", "cta_id"),
    ("interactive_list_id", "list_id"),
    ("template_id", "template"),
    ("body_variables[]", "variables"),
    ("header_variables[]", "header_variables"),
];

/// The wire's names of what has an argument of its own in a message.
const TAKEN: &[(&str, &str)] = &[
    ("mobile_code", "to"),
    ("mobile", "to"),
    ("from_number", "from_"),
    ("message", "text"),
    ("image", "image"),
    ("document", "document"),
    ("video", "video"),
    ("audio", "audio"),
    ("latitude", "location"),
    ("longitude", "location"),
    ("name", "location"),
    ("address", "location"),
    ("cta_url_id", "cta_id"),
    ("interactive_list_id", "list_id"),
];

/// The same in a template message.
const TAKEN_BY_TEMPLATE: &[(&str, &str)] = &[
    ("mobile_code", "to"),
    ("mobile", "to"),
    ("from_number", "from_"),
    ("template_id", "template"),
    ("body_variables[]", "variables"),
    ("header_variables[]", "header_variables"),
];

pub(super) async fn send(at: &At, message: NewMessage) -> Result<Message> {
    at.check_extra(&message.extra, TAKEN)?;
    let to = split_phone("to", &message.to).map_err(|error| at.located(error))?;
    let location = message.location.as_ref();
    if let Some(location) = location {
        check_location(at, location)?;
    }
    let call = at.call(MESSAGE).with_key(message.idempotency_key);
    let form = forms::MessageToSend {
        mobile_code: to.country_code,
        mobile: to.national,
        from_number: message.from,
        message: message.text,
        image: message.image.and_then(Media::into_file),
        document: message.document.and_then(Media::into_file),
        video: message.video.and_then(Media::into_file),
        audio: message.audio.and_then(Media::into_file),
        latitude: location.map(|location| location.latitude),
        longitude: location.map(|location| location.longitude),
        name: location.and_then(|location| location.name.clone()),
        address: location.and_then(|location| location.address.clone()),
        cta_url_id: number(at, "cta_id", message.cta_id.as_deref())?,
        interactive_list_id: number(at, "list_id", message.list_id.as_deref())?,
        product: None,
        created_order_data: None,
        extra: message.extra.into_iter().collect(),
    };
    let answer = at.finish(&call, client(at, &call).send_message_form(form).await)?;
    let data = answer.value.data;
    let conversation_id = data
        .as_ref()
        .and_then(|data| id(data.conversation_id.clone()));
    let sent = data.and_then(|data| data.message);
    Ok(message_from_wire(at, sent, conversation_id, &answer.body))
}

pub(super) async fn send_template(at: &At, message: NewTemplateMessage) -> Result<Message> {
    at.check_extra(&message.extra, TAKEN_BY_TEMPLATE)?;
    at.refuse(&[
        ("header", message.header.is_some()),
        ("language", message.language.is_some()),
    ])?;
    let to = split_phone("to", &message.to).map_err(|error| at.located(error))?;
    let call = at.call(MESSAGE);
    let template_id = number(at, "template", Some(&message.template))?.unwrap_or_default();
    let form = forms::TemplateToSend {
        mobile_code: to.country_code,
        mobile: to.national,
        from_number: message.from,
        template_id,
        body_variables: message.variables.ordered(at)?,
        header_variables: message.header_variables,
        extra: message.extra.into_iter().collect(),
    };
    let answer = at.finish(
        &call,
        client(at, &call).send_template_message_form(form).await,
    )?;
    let conversation_id = answer.value.data.and_then(|data| id(data.conversation_id));
    let mut sent = message_from_wire(at, None, conversation_id, &answer.body);
    sent.kind = Some("template".to_owned());
    Ok(sent)
}

/// Identifiers are opaque texts to the facade and whole numbers on this wire.
fn number(at: &At, argument: &str, text: Option<&str>) -> Result<Option<i64>> {
    let Some(text) = text else { return Ok(None) };
    let number = text.trim().parse().map_err(|_| {
        at.invalid(
            argument,
            "is not an identifier of WapiFlow, which are whole numbers",
        )
    })?;
    Ok(Some(number))
}

fn check_location(at: &At, location: &crate::Location) -> Result<()> {
    if location.name.is_some() != location.address.is_some() {
        // The vendor's copies use the label only when both are there.
        return Err(at.invalid(
            "location",
            "name and address are shown only together; give both or none",
        ));
    }
    Ok(())
}

/// The vendor has taken the message when this is called, so a thin answer is no failure.
fn message_from_wire(
    at: &At,
    sent: Option<types::SentMessage>,
    conversation_id: Option<String>,
    body: &Bytes,
) -> Message {
    let Some(sent) = sent else {
        let raw = Raw::new(at.item(body, "/data"), &shapes::SENT_MESSAGE_DATA);
        return Message {
            conversation_id,
            ..Message::new(at.vendor(), at.account(), raw)
        };
    };
    let status = integer(sent.status);
    let raw = Raw::new(at.item(body, "/data/message"), &shapes::SENT_MESSAGE);
    Message {
        id: id(sent.id),
        whatsapp_id: filled(sent.whatsapp_message_id),
        conversation_id: id(sent.conversation_id).or(conversation_id),
        status: status.map(message_status),
        status_text: status.map(|status| status.to_string()),
        kind: integer(sent.message_type).map(kind),
        created_at: time(sent.created_at),
        ..Message::new(at.vendor(), at.account(), raw)
    }
}

fn message_status(number: i64) -> MessageStatus {
    match number {
        0 => MessageStatus::Queued,
        1 => MessageStatus::Sent,
        2 => MessageStatus::Delivered,
        3 => MessageStatus::Read,
        9 => MessageStatus::Failed,
        _ => MessageStatus::Unknown,
    }
}

fn kind(number: i64) -> String {
    match number {
        0 => "reply",
        1 => "text",
        2 => "image",
        3 => "video",
        4 => "document",
        5 => "audio",
        6 => "cta",
        7 => "button",
        8 => "location",
        9 => "list",
        other => return other.to_string(),
    }
    .to_owned()
}
