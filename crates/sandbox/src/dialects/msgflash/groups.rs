//! Contact groups: lists kept by MsgFlash, no WhatsApp groups.

use std::cmp::Reverse;

use serde_json::{Value, json};

use super::contacts::contact_row;
use super::cursor::{LARGEST, Paging, is_older};
use super::{fields, invalid, refused, success, time};
use crate::call::{Answer, Call, Desk, Reply};
use crate::records::{Contact, Group, GroupChange};

/// Searches names and descriptions, says the later reference page.
pub(super) fn list(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let paging = Paging::read(call, "groups", Some(LARGEST))?;
    let matches = |group: &&Group| {
        paging.search.as_ref().is_none_or(|needle| {
            let description = group.description.as_deref().unwrap_or_default();
            [group.name.as_str(), description]
                .iter()
                .any(|text| text.to_lowercase().contains(needle))
        })
    };
    let mut found: Vec<&Group> = desk.account.groups.iter().filter(matches).collect();
    found.sort_by_key(|group| Reverse(group.sequence));
    let page = paging.cut(found, |group| (String::new(), group.sequence), is_older);
    let groups: Vec<Value> = page.items.into_iter().map(group_row).collect();
    Ok(success(
        200,
        json!({
            "groups": groups,
            "total": page.total,
            "limit": paging.limit,
            "hasMore": page.next.is_some(),
            "nextCursor": page.next,
        }),
    ))
}

pub(super) fn create(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let GroupChange {
        name,
        description,
        color,
    } = change(call)?;
    let Some(name) = name else {
        return Err(invalid("name is required."));
    };
    let limit = desk.settings.msgflash_group_limit;
    let group = desk
        .account
        .create_group(name, description, color, limit, desk.now)
        .map_err(refused)?;
    let mut row = group_row(group);
    if let Some(row) = row.as_object_mut() {
        // Not in the sample of this call.
        row.shift_remove("createdAt");
    }
    Ok(success(201, row))
}

pub(super) fn read(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let group = desk
        .account
        .group(call.parameter("groupId"))
        .map_err(refused)?;
    Ok(success(200, group_row(group)))
}

pub(super) fn update(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let change = change(call)?;
    let group = desk
        .account
        .update_group(call.parameter("groupId"), change)
        .map_err(refused)?;
    Ok(success(200, group_row(group)))
}

pub(super) fn delete(desk: &mut Desk<'_>, call: &Call) -> Reply {
    desk.account
        .delete_group(call.parameter("groupId"))
        .map_err(refused)?;
    Ok(success(200, json!({})))
}

pub(super) fn members(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let group = desk
        .account
        .group(call.parameter("groupId"))
        .map_err(refused)?;
    let paging = Paging::read(call, &format!("groups/{}/members", group.id), None)?;
    let mut found: Vec<&Contact> = group
        .members
        .iter()
        .filter_map(|id| desk.account.contact(id).ok())
        .filter(|contact| {
            paging
                .search
                .as_ref()
                .is_none_or(|needle| contact.matches(needle))
        })
        .collect();
    found.sort_by_key(|contact| Reverse(contact.sequence));
    let page = paging.cut(found, |contact| (String::new(), contact.sequence), is_older);
    let members: Vec<Value> = page.items.into_iter().map(contact_row).collect();
    Ok(success(
        200,
        json!({
            "members": members,
            "nextCursor": page.next,
            "hasMore": page.next.is_some(),
        }),
    ))
}

/// Unknown ids are counted, as a number here; 404 only when the group or all of them are unknown.
pub(super) fn add_members(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let ids = fields::contact_ids(call)?;
    let report = desk
        .account
        .add_members(call.parameter("groupId"), &ids)
        .map_err(refused)?;
    Ok(success(
        200,
        json!({
            "added": report.changed,
            "alreadyInGroup": report.unchanged,
            "notFound": report.missing,
            "total": ids.len(),
        }),
    ))
}

/// A DELETE with a JSON body: the ids go nowhere else.
pub(super) fn remove_members(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let ids = fields::contact_ids(call)?;
    let report = desk
        .account
        .remove_members(call.parameter("groupId"), &ids)
        .map_err(refused)?;
    Ok(success(
        200,
        json!({"removed": report.changed, "notInGroup": report.unchanged}),
    ))
}

fn change(call: &Call) -> Result<GroupChange, Answer> {
    let body = fields::body(call)?;
    let color = fields::text(body, "color")?;
    let is_hex = |text: &String| {
        let digits = text.strip_prefix('#').unwrap_or_default();
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    if !color.as_ref().is_none_or(is_hex) {
        return Err(invalid("color must be hexadecimal, such as #12AB9F."));
    }
    // An empty description is how one would clear it: neither documented nor refused.
    let description = match body.get("description") {
        None => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => return Err(invalid("description must be a text.")),
    };
    Ok(GroupChange {
        name: fields::text(body, "name")?,
        description,
        color,
    })
}

pub(super) fn group_row(group: &Group) -> Value {
    json!({
        "id": group.id,
        "name": group.name,
        "description": group.description,
        "color": group.color,
        "contactCount": group.members.len(),
        "createdAt": time(group.created_at),
    })
}
