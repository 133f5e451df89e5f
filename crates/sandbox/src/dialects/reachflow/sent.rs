//! What of a sending request is the message.

use serde_json::Value;

use crate::Vendor;
use crate::call::Call;
use crate::sent::SentMessage;

/// The messages of a request that sends some; what became of them is filled in later.
pub(super) fn messages(call: &Call) -> Vec<SentMessage> {
    let body = call.payload.to_json();
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let (to, kind, words) = match call.operation {
        Some("send_message") => (text("to"), "text".to_owned(), text("message")),
        Some("send_media_message") => {
            let kind = text("mediaType").unwrap_or_else(|| "unknown".to_owned());
            (text("to"), kind, text("caption"))
        }
        // The code is not in the request: the text comes with what became of it.
        Some("send_otp") => (text("phoneNumber"), "text".to_owned(), None),
        Some("send_bulk_messages") => {
            let recipients = body.get("recipients").and_then(Value::as_array);
            let recipients = recipients.into_iter().flatten();
            return recipients
                .map(|one| {
                    let to = one.get("to").and_then(Value::as_str);
                    let template = text("messageTemplate");
                    message(to, "text".to_owned(), template, text("providerId"), None)
                })
                .collect();
        }
        _ => return Vec::new(),
    };
    let file = text("mediaUrl");
    vec![message(
        to.as_deref(),
        kind,
        words,
        text("providerId"),
        file,
    )]
}

fn message(
    to: Option<&str>,
    kind: String,
    text: Option<String>,
    from: Option<String>,
    file: Option<String>,
) -> SentMessage {
    SentMessage {
        sequence: 0,
        vendor: Vendor::ReachFlow,
        to: super::super::international(to.unwrap_or_default()),
        from,
        kind,
        text,
        template: None,
        variables: Vec::new(),
        header_variables: Vec::new(),
        files: file.into_iter().collect(),
        at: Default::default(),
        accepted: false,
    }
}
