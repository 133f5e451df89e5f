//! The contacts and groups of MsgFlash.

use jiff::Timestamp;
use serde_json::{Map, json};

use super::{contact, hours_before, people, tables};
use crate::records::Group;
use crate::state::Account;

/// How many contacts there are.
const CONTACTS: usize = 324;

pub(super) fn fill(account: &mut Account, now: Timestamp) {
    for index in 0..CONTACTS {
        let mut contact = contact(account, index, CONTACTS, people::WEST_AFRICA_FIRST, now);
        // One field for the name, one for the number.
        let family_name = std::mem::take(&mut contact.family_name);
        // Some people gave their first name only.
        if !family_name.is_empty() && index % 19 != 7 {
            contact.given_name = format!("{} {family_name}", contact.given_name);
        }
        contact.number = format!("+{}{}", contact.dial_code, contact.number);
        contact.dial_code.clear();
        let city = contact.address.city.clone();
        contact.meta = if index % 5 == 3 {
            Map::new()
        } else {
            [
                ("city".to_owned(), json!(city)),
                ("points".to_owned(), json!(index * 7 % 400)),
            ]
            .into_iter()
            .collect()
        };
        account.contacts.push(contact);
    }
    // The bulk-delete sample deletes the first id and does not find the second; searching
    // the group of the members sample for "awa" finds nobody, with or without this contact.
    if let Some(first) = account.contacts.first_mut() {
        first.id = "CONTACT_UUID_1".to_owned();
        first.given_name = "Koffi Mensah".to_owned();
    }

    for (index, (name, description, color)) in tables::GROUPS.into_iter().enumerate() {
        let (sequence, id) = account.ids.group();
        let is_sample = name == tables::SAMPLE_GROUP;
        let random = &mut account.ids.random;
        let is_empty = name == tables::EMPTY_GROUP;
        let members = account
            .contacts
            .iter()
            .enumerate()
            .filter(|_| !is_empty)
            .filter(|(place, _)| *place > 0 && random.usize(..index + 4) == 0)
            .filter(|(_, contact)| !(is_sample && contact.matches("awa")))
            .map(|(_, contact)| contact.id.clone())
            .collect();
        account.groups.push(Group {
            id: if is_sample { "GROUP_ID".to_owned() } else { id },
            sequence,
            name: name.to_owned(),
            description: description.map(str::to_owned),
            color: color.map(str::to_owned),
            members,
            created_at: hours_before(now, 24 * (400 - 35 * i64::try_from(index).unwrap_or(0))),
        });
    }
}
