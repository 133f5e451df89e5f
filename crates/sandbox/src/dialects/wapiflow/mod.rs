//! WapiFlow: contacts, the inbox, sending, templates.
//!
//! Every answer has `status`, `remark` and, unless empty, `message` and `data`. Only missing
//! credentials and unknown routes have an HTTP status of their own; all else is 200, known from
//! two published installs of the script that WapiFlow runs ("the installs" below).

mod contacts;
mod inbox;
mod paginator;
mod rows;
mod rules;
mod sending;
mod sent;

use serde_json::{Value, json};

use super::{Dialect, Missing, delete, get, post};
use crate::Vendor;
use crate::call::{Answer, Call, Desk};

pub(super) const DIALECT: Dialect = Dialect {
    vendor: Vendor::WapiFlow,
    // Its prose and routes say `external-api`, all its samples say `extern-api`: both work here, so
    // that its samples can be replayed.
    prefixes: &["/wapiflow/external-api", "/wapiflow/extern-api"],
    routes: &[
        get("list_contacts", "/contact/list", contacts::list),
        post("store_contact", "/contact/store", contacts::store),
        post(
            "update_contact",
            "/contact/update/{contactId}",
            contacts::update,
        ),
        delete(
            "delete_contact",
            "/contact/delete/{contactId}",
            contacts::delete,
        ),
        get(
            "list_conversations",
            "/inbox/conversation-list",
            inbox::list,
        ),
        post(
            "change_conversation_status",
            "/inbox/change-conversation-status/{conversation_id}",
            inbox::change_status,
        ),
        get(
            "get_conversation",
            "/inbox/conversation-details/{conversation_id}",
            inbox::details,
        ),
        post("send_message", "/inbox/send-message", sending::send_message),
        post(
            "send_template_message",
            "/inbox/send-template-message",
            sending::send_template,
        ),
        get("list_templates", "/inbox/template-list", inbox::templates),
    ],
    admit,
    unrouted,
    messages: |call| sent::message(call).into_iter().collect(),
};

/// The account that owns everything here.
const USER_ID: u64 = 7;

fn success(remark: &str, message: &str, data: Option<Value>) -> Answer {
    let mut body = json!({"status": "success", "remark": remark, "message": [message]});
    if let Some(data) = data {
        body["data"] = data;
    }
    Answer::json(200, body)
}

fn refusal(status: u16, remark: &str, messages: &[String]) -> Answer {
    let body = json!({"remark": remark, "status": "error", "message": messages});
    Answer::json(status, body)
}

/// A failure with HTTP 200, which is nearly all of them.
fn failure(remark: &str, message: &str) -> Answer {
    refusal(200, remark, &[message.to_owned()])
}

/// Two headers and an address on the whitelist; `The client secret is required` is the sample's.
fn admit(desk: &mut Desk<'_>, call: &Call) -> Result<(), Answer> {
    let unauthorized = |messages: &[String]| Err(refusal(401, "Unauthorized", messages));
    let Some(id) = call.header("client-id") else {
        return unauthorized(&["The client id is required".to_owned()]);
    };
    let Some(secret) = call.header("client-secret") else {
        return unauthorized(&["The client secret is required".to_owned()]);
    };
    let mut pairs = desk.credentials.wapiflow.iter();
    if !pairs.any(|pair| pair.client_id == id && pair.client_secret == secret) {
        return unauthorized(&["The client id or the client secret is not valid".to_owned()]);
    }
    // The address of the connection counts, not a header.
    match &desk.settings.wapiflow_allowed_ips {
        Some(allowed) if !allowed.contains(&call.peer) => unauthorized(&[
            "This endpoint answers only addresses that are on the white list.".to_owned(),
            format!(
                "Please add your IP address ({}) to the white list in the dashboard.",
                call.peer
            ),
        ]),
        _ => Ok(()),
    }
}

fn unrouted(call: &Call, missing: Missing) -> Answer {
    match missing {
        Missing::Path => refusal(404, "not_found", &["There is no such route.".to_owned()]),
        // By reading, the installs report a wrong method like any other exception.
        Missing::Method => failure(
            "exception",
            &format!(
                "The {} method is not supported for this route.",
                call.method
            ),
        ),
    }
}
