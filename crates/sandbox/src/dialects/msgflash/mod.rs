//! MsgFlash: contacts and contact groups, as the first generation of its documentation has them,
//! and the numbers and messages of the second.
//!
//! Successes are `{"data": …}`, failures `{"error": {"code", "message", "details"?}}`.

mod contacts;
mod cursor;
mod fields;
mod groups;
mod instances;
mod messages;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{Dialect, Missing, delete, get, post, put};
use crate::Vendor;
use crate::call::{Answer, Call, Desk};
use crate::state::Refusal;

pub(super) const DIALECT: Dialect = Dialect {
    vendor: Vendor::MsgFlash,
    prefixes: &["/msgflash"],
    routes: &[
        get("list_contacts", "/api/v1/contacts", contacts::list),
        post("create_contact", "/api/v1/contacts", contacts::create),
        post(
            "bulk_delete_contacts",
            "/api/v1/contacts/bulk-delete",
            contacts::bulk_delete,
        ),
        get(
            "list_contact_groups",
            "/api/v1/contacts/groups",
            groups::list,
        ),
        post(
            "create_contact_group",
            "/api/v1/contacts/groups",
            groups::create,
        ),
        get(
            "get_contact_group",
            "/api/v1/contacts/groups/{groupId}",
            groups::read,
        ),
        put(
            "update_contact_group",
            "/api/v1/contacts/groups/{groupId}",
            groups::update,
        ),
        delete(
            "delete_contact_group",
            "/api/v1/contacts/groups/{groupId}",
            groups::delete,
        ),
        get(
            "list_contact_group_members",
            "/api/v1/contacts/groups/{groupId}/members",
            groups::members,
        ),
        post(
            "add_contact_group_members",
            "/api/v1/contacts/groups/{groupId}/members",
            groups::add_members,
        ),
        delete(
            "remove_contact_group_members",
            "/api/v1/contacts/groups/{groupId}/members",
            groups::remove_members,
        ),
        get("get_contact", "/api/v1/contacts/{id}", contacts::read),
        put("update_contact", "/api/v1/contacts/{id}", contacts::update),
        delete("delete_contact", "/api/v1/contacts/{id}", contacts::delete),
        get(
            "list_groups_of_contact",
            "/api/v1/contacts/{id}/groups",
            contacts::groups,
        ),
        get("list_instances", "/api/v1/instances", instances::list),
        get("get_instance", "/api/v1/instances/{id}", instances::get),
        get(
            "get_instance_state",
            "/api/v1/instances/{id}/state",
            instances::state,
        ),
        post("send_message", "/api/v1/messages/send", messages::send),
        post(
            "schedule_message",
            "/api/v1/messages/schedule",
            messages::schedule,
        ),
        get("list_messages", "/api/v1/messages", messages::list),
        get("get_message", "/api/v1/messages/{id}", messages::get),
    ],
    admit,
    unrouted,
    messages: messages::sent,
};

fn success(status: u16, data: Value) -> Answer {
    Answer::json(status, json!({"data": data}))
}

fn failure(status: u16, code: &str, message: &str) -> Answer {
    Answer::json(status, json!({"error": {"code": code, "message": message}}))
}

/// A request that does not fit. The documentation shows `details`, always empty, here only.
fn invalid(message: &str) -> Answer {
    let error = json!({"code": "VALIDATION_ERROR", "message": message, "details": []});
    Answer::json(400, json!({"error": error}))
}

fn refused(refusal: Refusal) -> Answer {
    match refusal {
        // "Uniqueness, e.g. group name taken": that a contact's number must be unique as well
        // is a guess.
        Refusal::Taken => failure(409, "CONFLICT", "This name or number is taken."),
        Refusal::LimitReached => {
            let message = "The plan allows no further contact group.";
            failure(403, "MAX_CONTACT_GROUPS_REACHED", message)
        }
        _ => failure(404, "NOT_FOUND", "Nothing was found under this id."),
    }
}

/// A key in `x-api-key`; a team key needs its team in `X-Team-Id`, a personal key none.
fn admit(desk: &mut Desk<'_>, call: &Call) -> Result<(), Answer> {
    let key = call.header("x-api-key").unwrap_or_default();
    let team = call.header("x-team-id");
    let unauthorized = || failure(401, "UNAUTHORIZED", "This API key is not accepted.");
    let mut known = desk
        .credentials
        .msgflash
        .iter()
        .filter(|known| known.api_key == key)
        .peekable();
    let Some(first) = known.peek() else {
        return Err(unauthorized());
    };
    if first.team_id.is_none() && team.is_some() {
        let message = "Naming a team takes a team key.";
        return Err(failure(403, "TEAM_KEY_REQUIRED", message));
    }
    // A missing or wrong team reads like a bad key, says the vendor's page on teams.
    if !known.any(|known| known.team_id.as_deref() == team) {
        return Err(unauthorized());
    }
    if desk
        .account
        .access
        .is_within_limit(key, desk.settings.msgflash_rate_limit)
    {
        Ok(())
    } else {
        // No `Retry-After` is mentioned anywhere in the documentation.
        Err(failure(
            429,
            "API_RATE_LIMIT_EXCEEDED",
            "Too many requests in one second.",
        ))
    }
}

fn unrouted(_: &Call, _: Missing) -> Answer {
    failure(404, "NOT_FOUND", "There is no such route.")
}

/// ISO 8601 in UTC with milliseconds.
fn time(instant: Timestamp) -> String {
    format!("{instant:.3}")
}
