//! Conversations and templates.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::rules::Fields;
use super::{failure, paginator, rows, success};
use crate::call::{Answer, Call, Desk, Reply};
use crate::records::{Contact, Conversation, Template};
use crate::state::Account;

/// The states that a change takes. The documentation offers unread (4) too; the installs
/// refuse it, while the filter of the list takes it.
const STATES: std::ops::RangeInclusive<u8> = 0..=3;

/// The latest message first, under a key in the singular.
pub(super) fn list(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let account = &*desk.account;
    // What is no state from 1 to 4 filters nothing (a guess).
    let status = call.query("status").and_then(|text| text.parse().ok());
    let status: Option<u8> = status.filter(|status| (1..=4).contains(status));
    let search = call
        .query("search")
        .map(str::to_lowercase)
        .filter(|text| !text.is_empty());
    let contact = |conversation: &Conversation| account.contact_by_sequence(conversation.contact);
    let mut found: Vec<&Conversation> = account
        .conversations
        .iter()
        .filter(|conversation| status.is_none_or(|status| conversation.status == status))
        .filter(|conversation| {
            let matches = |needle: &String| {
                contact(conversation).is_some_and(|contact| contact.matches(needle))
            };
            search.as_ref().is_none_or(matches)
        })
        .collect();
    found.sort_by_key(|conversation| Reverse((conversation.last_message_at, conversation.id)));
    let page = paginator::page(call, &found, |conversation| {
        rows::conversation(conversation, contact(conversation).map(rows::contact))
    });
    let data = json!({"conversation": page});
    Ok(success(
        "inbox",
        "Conversation list fetched successfully",
        Some(data),
    ))
}

pub(super) fn change_status(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let mut fields = Fields::new(call);
    let given = fields.required("status");
    let status = given.parse().ok().filter(|status| STATES.contains(status));
    let Some(status) = status else {
        if !given.is_empty() {
            fields.broken("The selected status is invalid.");
        }
        return Err(fields.refusal());
    };
    let id = call.parameter("conversation_id");
    desk.account
        .set_conversation_status(id, status, desk.now)
        .map_err(|_| no_conversation())?;
    Ok(success(
        "status_updated",
        "Conversation status updated successfully",
        None,
    ))
}

/// What the body says is not read.
pub(super) fn details(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let account: &Account = desk.account;
    let conversation = account
        .conversation(call.parameter("conversation_id"))
        .map_err(|_| no_conversation())?;
    let contact: Option<&Contact> = account.contact_by_sequence(conversation.contact);
    let row = rows::conversation(conversation, contact.map(rows::labelled_contact));
    let data = json!({"conversation": row});
    Ok(success(
        "conversation_details",
        "Conversation details fetched successfully",
        Some(data),
    ))
}

/// Templates in every state, newest first (the order is a guess).
pub(super) fn templates(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let found: Vec<&Template> = desk.account.templates.iter().rev().collect();
    let templates: Value = paginator::page(call, &found, |template| rows::template(template));
    let data = json!({"templates": templates});
    Ok(success(
        "inbox",
        "Template list fetched successfully",
        Some(data),
    ))
}

fn no_conversation() -> Answer {
    failure("not_found", "The conversation was not found")
}
