//! Messages and template messages.

use serde_json::{Value, json};

use super::rules::{AUDIO, DOCUMENT, Fields, IMAGE, VIDEO};
use super::{failure, rows, success};
use crate::call::{Answer, Call, Desk, Reply};
use crate::inbox::Envelope;
use crate::records::{Content, MediaKind};
use crate::state::Refusal;

/// How many call-to-action buttons and lists the account has; no endpoint shows them.
const STORED_INTERACTIVE: u64 = 5;

/// Sends a message; a number that is not known becomes a contact, as the documentation has it.
pub(super) fn send_message(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let mut fields = Fields::new(call);
    let envelope = Envelope {
        dial_code: fields.digits("mobile_code"),
        number: fields.digits("mobile"),
        from: fields.text("from_number"),
    };
    let Some(content) = content(&mut fields) else {
        fields.broken("At least one kind of message is required.");
        return Err(fields.refusal());
    };
    fields.check()?;
    if let Content::CallToAction(id) | Content::List(id) = content
        && !(1..=STORED_INTERACTIVE).contains(&id)
    {
        return Err(failure(
            "not_found",
            "The interactive message was not found",
        ));
    }
    let message = desk
        .account
        .send(&envelope, content, desk.now)
        .map_err(refused)?;
    let data = json!({
        "conversation_id": message.conversation,
        "message": rows::message(message),
    });
    Ok(success("success", "Message sent successfully", Some(data)))
}

/// Sends an approved template.
///
/// The account's first number is used whatever `from_number` says, as in the installs.
pub(super) fn send_template(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let mut fields = Fields::new(call);
    let envelope = Envelope {
        dial_code: fields.digits("mobile_code"),
        number: fields.digits("mobile"),
        from: None,
    };
    // The documentation's own sample misspells this field and fails here.
    fields.required("template_id");
    let template = fields.integer("template_id");
    fields.check()?;
    let content = Content::Template(template.unwrap_or_default());
    let message = desk
        .account
        .send(&envelope, content, desk.now)
        .map_err(refused)?;
    if desk.settings.wapiflow_template_quirk {
        // By reading, the installs fail to build their answer after the message has gone out.
        return Err(failure(
            "exception",
            "Undefined variable while the answer was built",
        ));
    }
    let data = json!({"conversation_id": message.conversation});
    Ok(success(
        "template_sent",
        "Template message sent successfully",
        Some(data),
    ))
}

/// The one content that is sent when several are given.
///
/// Buttons, lists and commerce win over files, a button first of all; then image, document,
/// video, audio, place, text. A text beside a file becomes its caption.
fn content(fields: &mut Fields<'_>) -> Option<Content> {
    let text = fields.text("message");
    let button = fields.integer("cta_url_id").map(Content::CallToAction);
    let list = fields.integer("interactive_list_id").map(Content::List);
    let commerce = commerce(fields);
    let files = [
        ("image", MediaKind::Image, IMAGE),
        ("document", MediaKind::Document, DOCUMENT),
        ("video", MediaKind::Video, VIDEO),
        ("audio", MediaKind::Audio, AUDIO),
    ];
    // Every file is checked, also one that will not be sent.
    let media: Vec<Content> = files
        .into_iter()
        .filter_map(|(name, kind, rule)| {
            let file = fields.file(name, rule)?;
            Some(Content::Media {
                kind,
                file_name: file.name.clone(),
                mime_type: file
                    .content_type
                    .clone()
                    .unwrap_or_else(|| "application/octet-stream".to_owned()),
                caption: text.clone(),
            })
        })
        .collect();
    let place = place(fields);
    button
        .or(list)
        .or(commerce)
        .or(media.into_iter().next())
        .or(place)
        .or(text.map(Content::Text))
}

/// JSON inside a text field; not documented, what it holds is unknown.
fn commerce(fields: &mut Fields<'_>) -> Option<Content> {
    for name in ["product", "created_order_data"] {
        let Some(text) = fields.text(name) else {
            continue;
        };
        match serde_json::from_str::<Value>(&text) {
            Ok(data @ Value::Object(_)) => return Some(Content::Commerce(data)),
            _ => fields.broken(&format!("The {name} field must be a valid JSON string.")),
        }
    }
    None
}

/// Both coordinates make a place; a label counts only with both of its parts.
fn place(fields: &mut Fields<'_>) -> Option<Content> {
    let latitude = fields.coordinate("latitude", 90.0);
    let longitude = fields.coordinate("longitude", 180.0);
    match (latitude, longitude) {
        (Some(latitude), Some(longitude)) => Some(Content::Location {
            latitude,
            longitude,
            label: fields.text("name").zip(fields.text("address")),
        }),
        (None, None) => None,
        _ => {
            fields.broken("The latitude and longitude fields are required together.");
            None
        }
    }
}

/// A blocked contact and a missing number read like a missing thing in the installs.
fn refused(refusal: Refusal) -> Answer {
    let message = match refusal {
        Refusal::Blocked => "The contact is blocked",
        Refusal::UnknownNumber => "The WhatsApp account was not found",
        Refusal::NotApproved => "The template is not approved",
        _ => "The template was not found",
    };
    failure("not_found", message)
}
