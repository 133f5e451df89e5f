//! What of a sending request is the message.

use serde_json::Value;

use crate::Vendor;
use crate::call::Call;
use crate::sent::SentMessage;

/// The fields that name a kind of message, the one that wins first.
const KINDS: [(&str, &str); 8] = [
    ("cta_url_id", "cta"),
    ("interactive_list_id", "list"),
    ("image", "image"),
    ("document", "document"),
    ("video", "video"),
    ("audio", "audio"),
    ("latitude", "location"),
    ("message", "text"),
];

const FILES: [&str; 4] = ["image", "document", "video", "audio"];

/// The message of a request that sends one; time, number and outcome are filled in later.
pub(super) fn message(call: &Call) -> Option<SentMessage> {
    let is_template = match call.operation? {
        "send_message" => false,
        "send_template_message" => true,
        _ => return None,
    };
    let digits = |name: &str| {
        let text = call.payload.text(name).unwrap_or_default();
        text.chars()
            .filter(char::is_ascii_digit)
            .collect::<String>()
    };
    let number = digits("mobile_code") + &digits("mobile");
    let fields = call.payload.to_json();
    let has = |name: &&(&str, &str)| fields.get(name.0).is_some_and(|value| !value.is_null());
    let kind = if is_template {
        "template"
    } else {
        KINDS.iter().find(has).map_or("unknown", |(_, kind)| kind)
    };
    let files = FILES.iter().filter_map(|name| call.payload.file(name));
    Some(SentMessage {
        sequence: 0,
        vendor: Vendor::WapiFlow,
        to: if number.is_empty() {
            number
        } else {
            format!("+{number}")
        },
        from: call.payload.text("from_number"),
        kind: kind.to_owned(),
        text: call.payload.text("message"),
        template: call.payload.text("template_id").filter(|_| is_template),
        variables: texts(&fields, "body_variables"),
        header_variables: texts(&fields, "header_variables"),
        files: files.map(|file| file.name.clone()).collect(),
        at: Default::default(),
        accepted: false,
    })
}

/// A list of texts; forms write its name with brackets.
fn texts(fields: &Value, name: &str) -> Vec<String> {
    let list = fields.get(name).or_else(|| fields.get(format!("{name}[]")));
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match list {
        Some(Value::Array(items)) => items.iter().map(text).collect(),
        Some(Value::Null) | None => Vec::new(),
        Some(one) => vec![text(one)],
    }
}
