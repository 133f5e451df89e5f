//! Wire types to the facade's and back.

use std::borrow::Cow;

use palabre_clients::wapiflow::{forms, shapes, types};
use palabre_model::{
    Address, Contact, Conversation, ConversationStatus, Note, Raw, Result, Template,
    TemplateStatus, join_phone, split_phone,
};
use palabre_transport::Argument;
use serde_json::Value;

use super::contacts::CONTACT;
use crate::at::At;
use crate::vendors::{filled, flag, id, integer, text, time};
use crate::{ContactChanges, NewContact, slices};

/// The documentation's numbers: 1 done, 2 pending, 3 important, 4 unread. 0 is what installs start with.
const STATUSES: [(i64, ConversationStatus); 5] = [
    (0, ConversationStatus::None),
    (1, ConversationStatus::Done),
    (2, ConversationStatus::Pending),
    (3, ConversationStatus::Important),
    (4, ConversationStatus::Unread),
];

/// Fields of a form by their wire names.
pub(super) type Given = Vec<(Cow<'static, str>, Argument)>;

pub(super) fn status_to_wire(at: &At, status: ConversationStatus) -> Result<i64> {
    let row = STATUSES.iter().find(|(_, known)| *known == status);
    row.map(|(number, _)| *number)
        .ok_or_else(|| at.invalid("status", "is no status that can be sent"))
}

fn status_from_wire(number: i64) -> ConversationStatus {
    let row = STATUSES.iter().find(|(known, _)| *known == number);
    row.map_or(ConversationStatus::Unknown, |(_, status)| *status)
}

/// The country code and the national part as one number; kept as given where that is none.
fn phone(code: Option<String>, mobile: Option<String>) -> Option<String> {
    join_phone(&code.unwrap_or_default(), &mobile?)
}

pub(super) fn contact_from_wire(at: &At, contact: types::Contact, raw: Raw) -> Result<Contact> {
    let given_name = filled(contact.firstname);
    let family_name = filled(contact.lastname);
    let parts: Vec<&str> = [&given_name, &family_name]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    Ok(Contact {
        vendor: at.vendor(),
        account: at.account(),
        id: id(contact.id).ok_or_else(|| at.missing("id of a contact"))?,
        name: (!parts.is_empty()).then(|| parts.join(" ")),
        given_name,
        family_name,
        phone: phone(filled(contact.mobile_code), filled(contact.mobile)),
        tags: None,
        meta: None,
        address: contact.address.map(|address| Address {
            address: filled(address.address),
            city: filled(address.city),
            state: filled(address.state),
            post_code: filled(address.post_code),
            country: filled(address.country),
        }),
        blocked: flag(contact.is_blocked),
        created_at: time(contact.created_at),
        updated_at: time(contact.updated_at),
        raw,
    })
}

/// A name in two parts: `Awa Doe` is split at the first space, and reads back the same.
fn split_name(at: &At, name: &str) -> Result<(String, String)> {
    match name.trim().split_once(char::is_whitespace) {
        Some((given, family)) => Ok((given.to_owned(), family.trim_start().to_owned())),
        None => Err(at
            .invalid("name", "WapiFlow needs a given and a family name")
            .hint("write both, as in name=\"Awa Doe\", or pass given_name and family_name")),
    }
}

/// The two parts of a name, from the whole or from the parts, never from both.
fn names(
    at: &At,
    name: Option<&str>,
    given_name: Option<String>,
    family_name: Option<String>,
) -> Result<(Option<String>, Option<String>)> {
    match name {
        Some(_) if given_name.is_some() || family_name.is_some() => {
            Err(at.invalid("name", "is given beside given_name or family_name"))
        }
        Some(name) => {
            let (given, family) = split_name(at, name)?;
            Ok((Some(given), Some(family)))
        }
        None => Ok((given_name, family_name)),
    }
}

pub(super) fn contact_to_wire(at: &At, contact: NewContact) -> Result<forms::NewContact> {
    at.refuse(&[
        ("tags", contact.tags.is_some()),
        ("meta", contact.meta.is_some()),
        ("address.country", has_country(contact.address.as_ref())),
    ])?;
    at.check_extra(&contact.extra, &CONTACT)?;
    let (given, family) = names(
        at,
        contact.name.as_deref(),
        contact.given_name,
        contact.family_name,
    )?;
    let part = |part: Option<String>, argument| {
        part.filter(|part| !part.trim().is_empty()).ok_or_else(|| {
            at.invalid(
                argument,
                "is missing: WapiFlow needs a given and a family name",
            )
        })
    };
    let (firstname, lastname) = match (given, family) {
        (None, None) => {
            return Err(at.invalid(
                "name",
                "is missing: WapiFlow needs a given and a family name",
            ));
        }
        (given, family) => (part(given, "given_name")?, part(family, "family_name")?),
    };
    let phone = split_phone("phone", &contact.phone).map_err(|error| at.located(error))?;
    let address = contact.address.unwrap_or_default();
    Ok(forms::NewContact {
        firstname,
        lastname,
        mobile_code: phone.country_code,
        mobile: phone.national,
        city: address.city,
        state: address.state,
        post_code: address.post_code,
        address: address.address,
        profile_image: contact.image,
        extra: contact.extra.into_iter().collect(),
    })
}

/// The vendor works the country out from the number.
fn has_country(address: Option<&Address>) -> bool {
    address.is_some_and(|address| address.country.is_some())
}

/// Checks changes before the contact is read, and gives those whose values have rules on the wire.
pub(super) fn check_changes(at: &At, changes: &ContactChanges) -> Result<Given> {
    at.refuse(&[
        ("tags", changes.tags.is_some()),
        ("meta", changes.meta.is_some()),
        ("address.country", has_country(changes.address.as_ref())),
    ])?;
    at.check_extra(&changes.extra, &CONTACT)?;
    let is_empty = changes.name.is_none()
        && changes.given_name.is_none()
        && changes.family_name.is_none()
        && changes.phone.is_none()
        && changes.address.is_none()
        && changes.image.is_none()
        && changes.extra.is_empty();
    if is_empty {
        return Err(at.invalid(
            "name",
            "nothing is changed: give at least one of name, phone, address, image",
        ));
    }
    let (given, family) = names(
        at,
        changes.name.as_deref(),
        changes.given_name.clone(),
        changes.family_name.clone(),
    )?;
    if let Some(phone) = &changes.phone {
        split_phone("phone", phone).map_err(|error| at.located(error))?;
    }
    let text = |part: String| Argument::Value(Value::from(part));
    let mut fields = Vec::new();
    fields.extend(given.map(|part| ("firstname".into(), text(part))));
    fields.extend(family.map(|part| ("lastname".into(), text(part))));
    fields.extend(
        changes
            .image
            .clone()
            .map(|image| ("profile_image".into(), Argument::File(image))),
    );
    Ok(fields)
}

/// The whole contact as it will be: the current one with the changes in it.
pub(super) fn contact_changes_to_wire(
    at: &At,
    changes: ContactChanges,
    current: &Contact,
) -> Result<forms::ContactUpdate> {
    let (given, family) = names(
        at,
        changes.name.as_deref(),
        changes.given_name,
        changes.family_name,
    )?;
    // The number goes back exactly as the vendor has it, unless it is changed.
    let raw = current.raw.value();
    let (mobile_code, mobile) = match &changes.phone {
        Some(phone) => {
            let phone = split_phone("phone", phone).map_err(|error| at.located(error))?;
            (phone.country_code, phone.national)
        }
        None => match (raw_text(&raw, "mobile_code"), raw_text(&raw, "mobile")) {
            (Some(code), Some(mobile)) => (code, mobile),
            _ => return Err(at.invalid("current", "holds no phone number; give phone")),
        },
    };
    let needed = |part: Option<String>, old: &Option<String>, argument| {
        part.or_else(|| old.clone()).ok_or_else(|| {
            at.invalid(
                argument,
                "is missing: the contact has none, and WapiFlow needs one",
            )
        })
    };
    if raw.get("address").is_none() {
        return Err(at
            .invalid(
                "current",
                "holds no address, and an update without one empties it",
            )
            .hint("leave out current, and the contact is read first"));
    }
    let new = changes.address.unwrap_or_default();
    let old = current.address.clone().unwrap_or_default();
    Ok(forms::ContactUpdate {
        firstname: needed(given, &current.given_name, "given_name")?,
        lastname: needed(family, &current.family_name, "family_name")?,
        mobile_code,
        mobile,
        city: new.city.or(old.city),
        state: new.state.or(old.state),
        post_code: new.post_code.or(old.post_code),
        address: new.address.or(old.address),
        profile_image: changes.image,
        extra: changes.extra.into_iter().collect(),
    })
}

fn raw_text(raw: &Value, field: &str) -> Option<String> {
    match &raw[field] {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn conversation_from_wire(
    at: &At,
    conversation: types::Conversation,
    raw: Raw,
    item: &bytes::Bytes,
) -> Result<Conversation> {
    let number = integer(conversation.status);
    let contact = match conversation.contact {
        Some(contact) => contact_of_conversation(at, contact, item)?,
        None => None,
    };
    Ok(Conversation {
        vendor: at.vendor(),
        account: at.account(),
        id: id(conversation.id).ok_or_else(|| at.missing("id of a conversation"))?,
        status: number.map(status_from_wire),
        status_text: number.map(|number| number.to_string()),
        contact_id: id(conversation.contact_id),
        contact,
        number_id: id(conversation.whatsapp_account_id),
        last_message_at: time(conversation.last_message_at),
        needs_human_reply: flag(conversation.needs_human_reply),
        notes: conversation
            .notes
            .map(|notes| notes.into_iter().map(note_from_wire).collect()),
        created_at: time(conversation.created_at),
        updated_at: time(conversation.updated_at),
        raw,
    })
}

/// The contact inside a conversation is a contact with labels beside it.
fn contact_of_conversation(
    at: &At,
    contact: types::ConversationContact,
    item: &bytes::Bytes,
) -> Result<Option<Contact>> {
    let Some(slice) = slices::slice(item, "/contact") else {
        return Ok(None);
    };
    let Ok(plain) = serde_json::from_slice::<types::Contact>(&slice) else {
        return Ok(None);
    };
    if plain.id.is_none() {
        return Ok(None);
    }
    let mut plain = contact_from_wire(at, plain, Raw::new(slice, &shapes::CONVERSATION_CONTACT))?;
    plain.tags = contact
        .tags
        .map(|tags| tags.into_iter().filter_map(|tag| text(tag.name)).collect());
    Ok(Some(plain))
}

fn note_from_wire(note: types::Note) -> Note {
    Note {
        id: id(note.id),
        text: text(note.note),
        created_at: time(note.created_at),
    }
}

pub(super) fn template_from_wire(at: &At, template: types::Template, raw: Raw) -> Result<Template> {
    let number = integer(template.status);
    Ok(Template {
        vendor: at.vendor(),
        account: at.account(),
        id: id(template.id).ok_or_else(|| at.missing("id of a template"))?,
        whatsapp_id: filled(template.whatsapp_template_id),
        name: text(template.name),
        status: number.map(|number| match number {
            0 => TemplateStatus::Pending,
            1 => TemplateStatus::Approved,
            2 => TemplateStatus::Rejected,
            3 => TemplateStatus::Disabled,
            _ => TemplateStatus::Unknown,
        }),
        status_text: number.map(|number| number.to_string()),
        language_id: id(template.language_id),
        category_id: id(template.category_id),
        header: template.header,
        body: template.body,
        buttons: template.buttons,
        footer: text(template.footer),
        rejected_reason: text(template.rejected_reason),
        created_at: time(template.created_at),
        updated_at: time(template.updated_at),
        raw,
    })
}
