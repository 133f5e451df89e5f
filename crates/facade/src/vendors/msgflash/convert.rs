//! Wire types to the facade's and back.

use palabre_clients::msgflash::types;
use palabre_clients::scalar::TolerantText;
use palabre_model::{Contact, Group, Raw, Result, normalize_phone};
use serde_json::{Map, Value};

use crate::at::At;
use crate::vendors::{filled, integer, text, time};
use crate::{ContactChanges, GroupChanges, NewContact, NewGroup};

/// The wire's names of what has an argument of its own.
const CONTACT: &[(&str, &str)] = &[
    ("name", "name"),
    ("phone", "phone"),
    ("tags", "tags"),
    ("meta", "meta"),
];
const GROUP: &[(&str, &str)] = &[
    ("name", "name"),
    ("description", "description"),
    ("color", "color"),
];

/// Free fields; PHP writes an empty object as `[]`.
fn object(value: Option<Value>) -> Option<Map<String, Value>> {
    match value {
        Some(Value::Object(fields)) => Some(fields),
        Some(Value::Array(items)) if items.is_empty() => Some(Map::new()),
        _ => None,
    }
}

fn texts(values: Option<Vec<TolerantText>>) -> Option<Vec<String>> {
    values.map(|values| values.into_iter().map(|text| text.0).collect())
}

pub(super) fn contact_from_wire(at: &At, contact: types::Contact, raw: Raw) -> Result<Contact> {
    Ok(Contact {
        vendor: at.vendor(),
        account: at.account(),
        id: filled(contact.id).ok_or_else(|| at.missing("id of a contact"))?,
        name: text(contact.name),
        given_name: None,
        family_name: None,
        phone: filled(contact.phone).and_then(|phone| normalize_phone(&phone)),
        tags: texts(contact.tags),
        meta: object(contact.meta),
        address: None,
        blocked: None,
        created_at: time(contact.created_at),
        updated_at: time(contact.updated_at),
        raw,
    })
}

/// What a member looks like is not documented; it has a contact's fields as far as they are there.
pub(super) fn member_from_wire(
    at: &At,
    member: types::ContactGroupMember,
    raw: Raw,
) -> Result<Contact> {
    let contact = types::Contact {
        id: member.id,
        name: member.name,
        phone: member.phone,
        tags: member.tags,
        meta: member.meta,
        temperature: member.temperature,
        created_at: member.created_at,
        updated_at: member.updated_at,
    };
    contact_from_wire(at, contact, raw)
}

/// What an update answers is not documented: the identifier may be missing from it.
pub(super) fn updated_contact_from_wire(
    at: &At,
    id: &str,
    contact: Option<types::Contact>,
    raw: Raw,
) -> Result<Contact> {
    let is_one = |contact: &types::Contact| {
        contact.id.is_some() || contact.name.is_some() || contact.phone.is_some()
    };
    let mut contact = contact.filter(is_one).ok_or_else(|| at.unproven())?;
    contact
        .id
        .get_or_insert_with(|| TolerantText(id.to_owned()));
    contact_from_wire(at, contact, raw)
}

pub(super) fn contact_to_wire(at: &At, contact: NewContact) -> Result<types::NewContact> {
    at.refuse(&[
        ("given_name", contact.given_name.is_some()),
        ("family_name", contact.family_name.is_some()),
        ("address", contact.address.is_some()),
        ("image", contact.image.is_some()),
    ])?;
    at.check_extra(&contact.extra, CONTACT)?;
    let name = contact
        .name
        .filter(|name| !name.trim().is_empty())
        .ok_or_else(|| at.invalid("name", "is missing: MsgFlash needs one"))?;
    Ok(types::NewContact {
        name,
        phone: written_plain(contact.phone),
        tags: contact.tags,
        meta: contact.meta,
        extra: contact.extra.into_iter().collect(),
    })
}

/// A number without the separators that people write; what is none is left to the vendor's rule.
fn written_plain(phone: String) -> String {
    normalize_phone(&phone).unwrap_or(phone)
}

pub(super) fn contact_changes_to_wire(
    at: &At,
    changes: ContactChanges,
) -> Result<types::ContactUpdate> {
    at.refuse(&[
        ("given_name", changes.given_name.is_some()),
        ("family_name", changes.family_name.is_some()),
        ("address", changes.address.is_some()),
        ("image", changes.image.is_some()),
    ])?;
    at.check_extra(&changes.extra, CONTACT)?;
    let body = types::ContactUpdate {
        name: changes.name,
        phone: changes.phone.map(written_plain),
        tags: changes.tags,
        meta: changes.meta,
        extra: changes.extra.into_iter().collect(),
    };
    if body.name.is_none()
        && body.phone.is_none()
        && body.tags.is_none()
        && body.meta.is_none()
        && body.extra.is_empty()
    {
        return Err(at.invalid(
            "name",
            "nothing is changed: give at least one of name, phone, tags, meta",
        ));
    }
    Ok(body)
}

pub(super) fn group_from_wire(at: &At, group: types::ContactGroup, raw: Raw) -> Result<Group> {
    Ok(Group {
        vendor: at.vendor(),
        account: at.account(),
        id: filled(group.id).ok_or_else(|| at.missing("id of a group"))?,
        name: text(group.name),
        description: text(group.description),
        color: text(group.color),
        contact_count: integer(group.contact_count),
        created_at: time(group.created_at),
        raw,
    })
}

pub(super) fn updated_group_from_wire(
    at: &At,
    id: &str,
    group: Option<types::ContactGroup>,
    raw: Raw,
) -> Result<Group> {
    let is_one = |group: &types::ContactGroup| group.id.is_some() || group.name.is_some();
    let mut group = group.filter(is_one).ok_or_else(|| at.unproven())?;
    group.id.get_or_insert_with(|| TolerantText(id.to_owned()));
    group_from_wire(at, group, raw)
}

pub(super) fn group_to_wire(at: &At, group: NewGroup) -> Result<types::NewContactGroup> {
    at.check_extra(&group.extra, GROUP)?;
    if group.name.trim().is_empty() {
        return Err(at.invalid("name", "is empty"));
    }
    Ok(types::NewContactGroup {
        name: group.name,
        description: group.description,
        color: group.color,
        extra: group.extra.into_iter().collect(),
    })
}

pub(super) fn group_changes_to_wire(
    at: &At,
    changes: GroupChanges,
) -> Result<types::ContactGroupUpdate> {
    at.check_extra(&changes.extra, GROUP)?;
    let body = types::ContactGroupUpdate {
        name: changes.name,
        description: changes.description,
        color: changes.color,
        extra: changes.extra.into_iter().collect(),
    };
    if body.name.is_none()
        && body.description.is_none()
        && body.color.is_none()
        && body.extra.is_empty()
    {
        return Err(at.invalid(
            "name",
            "nothing is changed: give at least one of name, description, color",
        ));
    }
    Ok(body)
}
