//! Messages to one and to many, and what became of them.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use jiff::Timestamp;
use palabre_clients::reachflow::{open, shapes, types};
use palabre_model::{
    BulkReport, Content, Direction, Message, MessageStatus, Raw, Rejection, Result,
    international_digits, normalize_digits,
};
use serde_json::{Map, Value};

use super::{ReachFlow, client};
use crate::at::At;
use crate::vendors::{filled, integer, text, time};
use crate::{NewBulk, NewMessage, Recipient, sender};

/// The wire's names of a message's fields, and ours.
const MESSAGE: &[(&str, &str)] = &[
    ("providerId", "from_"),
    ("to", "to"),
    ("message", "text"),
    ("mediaUrl", "image"),
    ("caption", "text"),
    ("scheduleAt", "at"),
];

/// The wire's names of what has an argument of its own.
const TAKEN: &[(&str, &str)] = &[
    ("providerId", "from_"),
    ("to", "to"),
    ("message", "text"),
    ("mediaUrl", "image, document, video or audio"),
    ("mediaType", "image, document, video or audio"),
    ("caption", "text"),
    ("scheduleAt", "at"),
];

const BULK: &[(&str, &str)] = &[
    ("providerId", "from_"),
    ("messageTemplate", "text"),
    ("recipients", "recipients"),
    ("scheduleAt", "at"),
];

/// Sends a message now, or a text at `when`.
pub(super) async fn send(
    at: &At,
    mut message: NewMessage,
    when: Option<Timestamp>,
) -> Result<Message> {
    at.check_extra(&message.extra, TAKEN)?;
    let to = international_digits("to", &message.to).map_err(|error| at.located(error))?;
    let media = message.take_media();
    if let (Some((content, _)), Some(_)) = (&media, when) {
        return Err(at
            .unsupported_option(content.as_str())
            .hint("ReachFlow schedules texts only"));
    }
    let provider_id = sender::find(&ReachFlow, at, message.from.as_deref()).await?;
    let known = Message {
        number_id: Some(provider_id.clone()),
        direction: Some(Direction::Outbound),
        to: normalize_digits(&to),
        kind: Some(
            media
                .as_ref()
                .map_or("text", |(content, _)| content.as_str())
                .to_owned(),
        ),
        scheduled_at: when,
        ..Message::new(at.vendor(), at.account(), Raw::default())
    };
    let call = at.call(MESSAGE).with_key(message.idempotency_key);
    let client = client(at, &call);
    let extra = message.extra.into_iter().collect();
    let answer = match media {
        Some((content, media)) => {
            let body = types::MediaMessageToSend {
                provider_id,
                to,
                media_url: media.into_link().unwrap_or_default(),
                media_type: media_type(content),
                caption: message.text,
                save_contact: None,
                extra,
            };
            at.finish(&call, client.send_media_message(&body).await)?
        }
        None => {
            let body = types::MessageToSend {
                provider_id,
                to,
                message: message.text.unwrap_or_default(),
                schedule_at: when.map(moment),
                variables: None,
                save_contact: None,
                extra,
            };
            at.finish(&call, client.send_message(&body).await)?
        }
    };
    at.written(queued(at, answer.value, known, &answer.body))
}

fn media_type(content: Content) -> open::MediaType {
    match content {
        Content::Image => open::MediaType::Image,
        Content::Video => open::MediaType::Video,
        Content::Audio => open::MediaType::Audio,
        _ => open::MediaType::Document,
    }
}

/// The form of `scheduleAt` is not documented; all other times of the API are like this.
fn moment(when: Timestamp) -> String {
    format!("{when:.3}")
}

fn queued(at: &At, queued: types::QueuedMessage, known: Message, body: &Bytes) -> Result<Message> {
    let (status, status_text) = status(queued.status);
    Ok(Message {
        id: Some(filled(queued.message_id).ok_or_else(|| at.missing("messageId"))?),
        status,
        status_text,
        created_at: time(queued.queued_at),
        raw: Raw::new(body.clone(), &shapes::QUEUED_MESSAGE),
        ..known
    })
}

/// Our word and the vendor's, whose client compares statuses without case.
fn status(status: Option<open::MessageStatus>) -> (Option<MessageStatus>, Option<String>) {
    let text = status.map(|status| status.to_string());
    let status = text.as_deref().map(|text| {
        let word = text.to_ascii_lowercase();
        match &*word {
            "processing" => MessageStatus::Queued,
            word => word.parse().unwrap_or(MessageStatus::Unknown),
        }
    });
    (status, text)
}

pub(super) async fn get(at: &At, id: &str) -> Result<Message> {
    let call = at.call(&[("messageId", "id")]);
    let answer = at.finish(&call, client(at, &call).get_message(id).await)?;
    let message = answer.value;
    let (status, status_text) = status(message.status);
    Ok(Message {
        id: Some(filled(message.message_id).ok_or_else(|| at.missing("messageId"))?),
        number_id: filled(message.provider_id),
        direction: Some(Direction::Outbound),
        to: filled(message.to).and_then(|to| normalize_digits(&to)),
        status,
        status_text,
        created_at: time(message.queued_at),
        sent_at: time(message.sent_at),
        delivered_at: time(message.delivered_at),
        failed_at: time(message.failed_at),
        failure_code: filled(message.failure_code),
        failure_text: filled(message.failure_reason),
        ..Message::new(
            at.vendor(),
            at.account(),
            Raw::new(answer.body, &shapes::MESSAGE_DETAIL),
        )
    })
}

pub(super) async fn send_bulk(at: &At, bulk: NewBulk) -> Result<BulkReport> {
    at.check_extra(&bulk.extra, BULK)?;
    let recipients = recipients(at, bulk.recipients)?;
    let provider_id = sender::find(&ReachFlow, at, bulk.from.as_deref()).await?;
    let call = at.call(BULK).with_key(bulk.idempotency_key);
    let body = types::BulkToSend {
        provider_id,
        message_template: bulk.text,
        recipients,
        schedule_at: bulk.at.map(moment),
        save_contact: None,
        extra: bulk.extra.into_iter().collect(),
    };
    let answer = at.finish(&call, client(at, &call).send_bulk_messages(&body).await)?;
    let result = answer.value;
    let says_nothing =
        result.bulk_id.is_none() && result.accepted.is_none() && result.message_ids.is_none();
    if says_nothing {
        return Err(at.unproven());
    }
    let rejections = result.rejections.into_iter().flatten();
    Ok(BulkReport {
        vendor: at.vendor(),
        account: at.account(),
        id: filled(result.bulk_id),
        accepted: integer(result.accepted),
        rejected: integer(result.rejected),
        rejections: rejections
            .map(|rejection| Rejection {
                to: filled(rejection.to).and_then(|to| normalize_digits(&to)),
                reason: text(rejection.reason),
            })
            .collect(),
        message_ids: result
            .message_ids
            .into_iter()
            .flatten()
            .map(|id| id.0)
            .collect(),
        raw: Raw::new(answer.body, &shapes::BULK_RESULT),
    })
}

/// The recipients as the wire has them. A number that comes twice would get two messages.
fn recipients(at: &At, given: Vec<Recipient>) -> Result<Vec<types::BulkRecipient>> {
    let mut seen = HashSet::new();
    let convert = |(index, recipient): (usize, Recipient)| {
        let argument = format!("recipients[{index}]");
        let to =
            international_digits(&argument, &recipient.to).map_err(|error| at.located(error))?;
        if !seen.insert(to.clone()) {
            return Err(at.invalid(&argument, "is a number that is there before"));
        }
        let variables = variables(at, &argument, recipient.variables)?;
        Ok(types::BulkRecipient {
            to,
            variables: (!variables.is_empty()).then_some(variables),
            extra: Default::default(),
        })
    };
    given.into_iter().enumerate().map(convert).collect()
}

/// Values for the placeholders, which are texts on the wire.
fn variables(
    at: &At,
    argument: &str,
    given: Map<String, Value>,
) -> Result<BTreeMap<String, String>> {
    let convert = |(name, value): (String, Value)| match value {
        Value::String(text) => Ok((name, text)),
        Value::Number(_) | Value::Bool(_) => Ok((name, value.to_string())),
        _ => Err(at.invalid(argument, format_args!("no value for {name:?}"))),
    };
    given.into_iter().map(convert).collect()
}
