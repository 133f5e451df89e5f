//! The rows that WapiFlow answers with. Field names and types are those of the installs.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::USER_ID;
use crate::records::{Contact, Content, Conversation, MediaKind, Message, Note, Template};

/// Always the default picture, even where a contact has one: so it is in the installs.
const AVATAR: &str = "https://wapiflow.cloud/assets/images/avatar.png";

/// Country of a dial code, for the address.
const COUNTRIES: [(&str, &str); 10] = [
    ("221", "Senegal"),
    ("225", "Ivory Coast"),
    ("228", "Togo"),
    ("229", "Benin"),
    ("233", "Ghana"),
    ("234", "Nigeria"),
    ("34", "Spain"),
    ("52", "Mexico"),
    ("880", "Bangladesh"),
    ("972", "Israel"),
];

/// ISO 8601 in UTC with microseconds.
pub(super) fn time(instant: Timestamp) -> String {
    format!("{instant:.6}")
}

pub(super) fn contact(contact: &Contact) -> Value {
    json!({
        "id": contact.sequence,
        "user_id": USER_ID,
        "firstname": contact.given_name,
        "lastname": contact.family_name,
        "mobile_code": contact.dial_code,
        "mobile": contact.number,
        "image": contact.image,
        "status": 1,
        "is_customer": 0,
        "is_blocked": u8::from(contact.is_blocked),
        "blocked_by": if contact.is_blocked { USER_ID } else { 0 },
        "details": null,
        "address": address(contact),
        "created_at": time(contact.created_at),
        "updated_at": time(contact.updated_at),
        "image_src": AVATAR,
        "full_name": full_name(contact),
    })
}

/// A contact just created: only what was set, the id, the times and what is worked out.
pub(super) fn new_contact(row: &Contact) -> Value {
    let whole = contact(row);
    let set = [
        "firstname",
        "lastname",
        "mobile_code",
        "mobile",
        "user_id",
        "address",
        "image",
        "updated_at",
        "created_at",
        "id",
        "image_src",
        "full_name",
    ];
    set.into_iter()
        .filter(|name| *name != "image" || row.image.is_some())
        .map(|name| (name.to_owned(), whole[name].clone()))
        .collect::<Map<_, _>>()
        .into()
}

/// A contact with its tags and lists, as conversation details show it.
pub(super) fn labelled_contact(row: &Contact) -> Value {
    let mut shown = contact(row);
    shown["tags"] = labels(row, &row.tags, "contact_tag_id");
    shown["lists"] = labels(row, &row.lists, "contact_list_id");
    shown
}

/// Labels are kept by name; their ids follow from the name alone.
fn labels(contact: &Contact, names: &[String], key: &str) -> Value {
    names
        .iter()
        .map(|name| {
            let id = name.bytes().map(u64::from).sum::<u64>() % 90 + 1;
            let mut pivot = json!({"contact_id": contact.sequence});
            pivot[key] = id.into();
            json!({
                "id": id,
                "user_id": USER_ID,
                "name": name,
                "created_at": time(contact.created_at),
                "updated_at": time(contact.created_at),
                "pivot": pivot,
            })
        })
        .collect()
}

fn address(contact: &Contact) -> Value {
    let country = COUNTRIES
        .iter()
        .find(|(code, _)| *code == contact.dial_code);
    json!({
        "city": contact.address.city,
        "state": contact.address.state,
        "post_code": contact.address.post_code,
        "address": contact.address.street,
        "country": country.map_or("", |(_, name)| name),
    })
}

fn full_name(contact: &Contact) -> String {
    format!("{} {}", contact.given_name, contact.family_name)
        .trim()
        .to_owned()
}

pub(super) fn conversation(conversation: &Conversation, contact: Option<Value>) -> Value {
    let notes: Vec<Value> = conversation
        .notes
        .iter()
        .map(|note| note_row(note, conversation.id))
        .collect();
    json!({
        "id": conversation.id,
        "user_id": USER_ID,
        "contact_id": conversation.contact,
        "whatsapp_account_id": conversation.account,
        "status": conversation.status,
        "last_message_at": conversation.last_message_at.map(time),
        "needs_human_reply": 0,
        "created_at": time(conversation.created_at),
        "updated_at": time(conversation.updated_at),
        "contact": contact,
        "notes": notes,
    })
}

fn note_row(note: &Note, conversation: u64) -> Value {
    json!({
        "id": note.id,
        "user_id": USER_ID,
        "conversation_id": conversation,
        "note": note.text,
        "created_at": time(note.created_at),
        "updated_at": time(note.created_at),
    })
}

pub(super) fn message(message: &Message) -> Value {
    let mut row = json!({
        "id": message.id,
        "user_id": USER_ID,
        "whatsapp_account_id": message.account,
        "conversation_id": message.conversation,
        "cta_url_id": 0,
        "interactive_list_id": 0,
        "agent_id": 0,
        "whatsapp_message_id": message.vendor_id,
        // 1 sent, 2 received.
        "type": 1,
        "message_type": 1,
        "message": null,
        "media_id": null,
        "media_url": null,
        "media_path": null,
        "media_caption": null,
        "media_filename": null,
        "mime_type": null,
        "media_type": null,
        "location": null,
        "product_data": null,
        // 0 scheduled, 1 sent, 2 delivered, 3 read, 9 failed.
        "status": 1,
        "ordering": time(message.created_at),
        "created_at": time(message.created_at),
        "updated_at": time(message.created_at),
    });
    for (name, value) in content_fields(message) {
        row[name] = value;
    }
    row
}

/// The fields that tell one kind of message from another.
///
/// `message_type`: 0 reply, 1 text, 2 image, 3 video, 4 document, 5 audio, 6 url, 7 button,
/// 8 location, 9 list. What commerce messages have is unknown: 7 is a guess.
fn content_fields(message: &Message) -> Vec<(&'static str, Value)> {
    match &message.content {
        Content::Text(text) => vec![("message", json!(text))],
        Content::Media {
            kind,
            file_name,
            mime_type,
            caption,
        } => {
            let (number, word) = match kind {
                MediaKind::Image => (2, "image"),
                MediaKind::Video => (3, "video"),
                MediaKind::Document => (4, "document"),
                MediaKind::Audio => (5, "audio"),
            };
            vec![
                ("message_type", json!(number)),
                (
                    "media_id",
                    json!(format!("{}{:06}", 1_000_000_000, message.id)),
                ),
                (
                    "media_path",
                    json!(format!("conversation/{}/{file_name}", message.conversation)),
                ),
                ("media_caption", json!(caption)),
                ("media_filename", json!(file_name)),
                ("mime_type", json!(mime_type)),
                ("media_type", json!(word)),
            ]
        }
        Content::Location {
            latitude,
            longitude,
            label,
        } => {
            let (name, address) = label.clone().unzip();
            let place = json!({
                "latitude": latitude,
                "longitude": longitude,
                "name": name,
                "address": address,
            });
            vec![("message_type", json!(8)), ("location", place)]
        }
        Content::CallToAction(id) => vec![("message_type", json!(6)), ("cta_url_id", json!(id))],
        Content::List(id) => vec![
            ("message_type", json!(9)),
            ("interactive_list_id", json!(id)),
        ],
        Content::Commerce(data) => vec![("message_type", json!(7)), ("product_data", data.clone())],
        Content::Template(_) => Vec::new(),
    }
}

pub(super) fn template(template: &Template) -> Value {
    let text = &template.text;
    let buttons: Vec<Value> = text
        .button
        .iter()
        .map(|label| json!({"type": "QUICK_REPLY", "text": label}))
        .collect();
    json!({
        "id": template.id,
        "user_id": USER_ID,
        "whatsapp_account_id": template.account,
        "category_id": text.category,
        "language_id": text.language,
        // Meta's id, given once it has seen the template.
        "whatsapp_template_id": (text.status != 0)
            .then(|| format!("10987654321{:05}", template.id)),
        "name": text.name,
        "header": text.header.map(|text| json!({"format": "TEXT", "text": text})),
        "header_format": text.header.map(|_| "TEXT"),
        "header_media": null,
        "body": text.body,
        "footer": text.footer,
        "buttons": if buttons.is_empty() { Value::Null } else { buttons.into() },
        "add_security_recommendation": u8::from(text.category == AUTHENTICATION),
        "code_expiration_minutes": (text.category == AUTHENTICATION).then_some(10),
        "status": text.status,
        "rejected_reason": text.rejected_reason,
        "created_at": time(template.created_at),
        "updated_at": time(template.created_at),
    })
}

/// The category whose templates carry a code.
const AUTHENTICATION: u64 = 3;
