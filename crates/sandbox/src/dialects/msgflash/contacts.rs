//! Contacts.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::cursor::{LARGEST, Paging, is_behind, is_older};
use super::groups::group_row;
use super::{fields, invalid, refused, success, time};
use crate::call::{Answer, Call, Desk, Reply};
use crate::records::{Contact, ContactChange};

/// `createdAt_desc` and `name_asc` are on the later reference page of this list.
pub(super) fn list(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let sort = call.query("sort").unwrap_or("createdAt_desc");
    let by_name = match sort {
        "createdAt_desc" => false,
        "name_asc" => true,
        _ => return Err(invalid("sort must be createdAt_desc or name_asc.")),
    };
    let paging = Paging::read(call, &format!("contacts/{sort}"), Some(LARGEST))?;
    let mut found: Vec<&Contact> = desk
        .account
        .contacts
        .iter()
        .filter(|contact| {
            paging
                .search
                .as_ref()
                .is_none_or(|needle| contact.matches(needle))
        })
        .collect();
    let name = |contact: &Contact| contact.given_name.to_lowercase();
    let page = if by_name {
        found.sort_by_cached_key(|contact| (name(contact), contact.sequence));
        paging.cut(
            found,
            |contact| (name(contact), contact.sequence),
            is_behind,
        )
    } else {
        found.sort_by_key(|contact| Reverse(contact.sequence));
        paging.cut(found, |contact| (String::new(), contact.sequence), is_older)
    };
    let contacts: Vec<Value> = page.items.into_iter().map(contact_row).collect();
    Ok(success(
        200,
        json!({
            "contacts": contacts,
            "total": page.total,
            "limit": paging.limit,
            "sort": sort,
            "hasMore": page.next.is_some(),
            "nextCursor": page.next,
        }),
    ))
}

pub(super) fn create(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = fields::body(call)?;
    fields::required(body, "name")?;
    fields::required(body, "phone")?;
    let contact = desk
        .account
        .create_contact(change(call)?, desk.now)
        .map_err(refused)?;
    // Only these three are on the reference page of this call.
    Ok(success(
        201,
        json!({"id": contact.id, "name": contact.given_name, "phone": contact.number}),
    ))
}

pub(super) fn read(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let contact = desk
        .account
        .contact(call.parameter("id"))
        .map_err(refused)?;
    Ok(success(200, whole_contact(contact)))
}

/// `tags` and `meta` replace what is stored; what is not given stays.
pub(super) fn update(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let change = change(call)?;
    let id = call.parameter("id");
    let contact = desk
        .account
        .update_contact(id, change, desk.now)
        .map_err(refused)?;
    Ok(success(200, whole_contact(contact)))
}

/// Neither status nor body of a deletion is documented.
pub(super) fn delete(desk: &mut Desk<'_>, call: &Call) -> Reply {
    desk.account
        .delete_contact(call.parameter("id"))
        .map_err(refused)?;
    Ok(success(200, json!({})))
}

pub(super) fn bulk_delete(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let ids = fields::contact_ids(call)?;
    if ids.len() > fields::MOST_DELETED {
        return Err(invalid("contactIds must hold 1 to 500 ids."));
    }
    // An id that comes twice counts once: that the first of them deletes does not make it unknown.
    let different: BTreeSet<&String> = ids.iter().collect();
    let mut deleted = 0;
    let mut not_found = Vec::new();
    for id in different {
        match desk.account.delete_contact(id) {
            Ok(_) => deleted += 1,
            Err(_) => not_found.push(id),
        }
    }
    Ok(success(
        200,
        json!({
            "requested": ids.len(),
            "deleted": deleted,
            "notFound": not_found,
        }),
    ))
}

pub(super) fn groups(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let contact = desk
        .account
        .contact(call.parameter("id"))
        .map_err(refused)?;
    let groups: Vec<Value> = desk
        .account
        .groups
        .iter()
        .filter(|group| group.members.contains(&contact.id))
        .map(group_row)
        .collect();
    Ok(success(200, json!({"groups": groups})))
}

fn change(call: &Call) -> Result<ContactChange, Answer> {
    let body = fields::body(call)?;
    Ok(ContactChange {
        given_name: fields::text(body, "name")?,
        number: fields::phone(body)?,
        tags: fields::texts(body, "tags")?,
        meta: fields::meta(body)?,
        ..ContactChange::default()
    })
}

/// A contact as lists show it: without `meta`, which is in none of the samples.
pub(super) fn contact_row(contact: &Contact) -> Value {
    json!({
        "id": contact.id,
        "name": contact.given_name,
        "phone": contact.number,
        "tags": contact.tags,
        "temperature": null,
        "createdAt": time(contact.created_at),
        "updatedAt": time(contact.updated_at),
    })
}

fn whole_contact(contact: &Contact) -> Value {
    let mut row = contact_row(contact);
    row["meta"] = contact.meta.clone().into();
    row
}
