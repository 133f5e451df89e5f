//! What one number has sent and got.

use palabre_clients::ninetynine_digital::{shapes, types};
use palabre_model::{Direction, Message, MessageStatus, Page, Raw, Result, normalize_digits};
use serde_json::Value;

use super::lists::seconds;
use super::paging::Position;
use super::{client, digits, number};
use crate::at::At;
use crate::vendors::{filled, integer};
use crate::{ListOptions, MessageFilter, slices};

/// What the wire calls the arguments.
const LIST: &[(&str, &str)] = &[("from", "number"), ("to", "to"), ("page", "cursor")];

pub(super) async fn messages(
    at: &At,
    filter: MessageFilter,
    options: ListOptions,
) -> Result<Page<Message>> {
    at.refuse(&[
        ("status", filter.status.is_some()),
        ("search", options.search.is_some()),
    ])?;
    let position = Position::read(at, &options)?;
    let to = filter.to.as_deref();
    let call = at.call(LIST);
    let request = types::HistoryPage {
        from: number(at, "number", options.number.as_deref())?,
        to: to.map(|to| digits(at, "to", to)).transpose()?,
        page: position.page,
        extra: Default::default(),
    };
    let answer = at.finish(&call, client(at, &call).get_history(&request).await)?;
    let messages = slices::convert(at, &answer.body, "", answer.value.0, |message, item| {
        message_from_wire(at, message, Raw::new(item, &shapes::HISTORY_MESSAGE))
    })?;
    position.page(at, &answer.body, messages)
}

fn message_from_wire(at: &At, message: types::HistoryMessage, raw: Raw) -> Result<Message> {
    let id = filled(message.unique).ok_or_else(|| at.missing("id of a message"))?;
    let (from, to) = (filled(message.from), filled(message.to));
    let direction = filled(message.direction).map(|direction| match &*direction {
        "1" => Direction::Inbound,
        "2" => Direction::Outbound,
        _ => Direction::Unknown,
    });
    let own = match direction {
        Some(Direction::Inbound) => to.clone(),
        Some(Direction::Outbound) => from.clone(),
        _ => None,
    };
    // Only messages that went out have a state, a number whose meaning the vendor does not tell.
    let state = integer(message.state);
    let time = filled(message.timestamp);
    Ok(Message {
        id: Some(id),
        number_id: own,
        direction,
        from: from.as_deref().and_then(normalize_digits),
        to: to.as_deref().and_then(normalize_digits),
        status: state.map(|_| MessageStatus::Unknown),
        status_text: state.map(|state| state.to_string()),
        kind: filled(message.type_).map(kind),
        text: said(message.message),
        created_at: time
            .and_then(|time| time.trim().parse().ok())
            .and_then(seconds),
        ..Message::new(at.vendor(), at.account(), raw)
    })
}

/// Our word for what the sample calls a chat; the vendor's own list of words has `text`.
fn kind(word: String) -> String {
    match &*word {
        "chat" => "text".to_owned(),
        _ => word,
    }
}

/// What a message says, where that is a text. What other contents look like is not documented; they
/// are in the raw answer.
fn said(message: Option<Value>) -> Option<String> {
    match message {
        Some(Value::String(said)) => Some(said).filter(|said| !said.trim().is_empty()),
        _ => None,
    }
}
