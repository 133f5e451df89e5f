//! The contacts, groups, numbers and messages of MsgFlash.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, json};

use super::{contact, hours_before, people, tables};
use crate::ids::uuid;
use crate::outbox::Outgoing;
use crate::records::{Group, Number};
use crate::state::Account;

/// How many contacts there are.
const CONTACTS: usize = 324;

/// How many messages have gone out before.
const MESSAGES: i64 = 130;

/// The only number that is connected.
const CONNECTED: &str = "8d3c5b21-90ab-4c4d-8e5f-112233445566";

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
    numbers(account, now);
    messages(account, now);
}

/// One number that can send, one that is being linked, one that never was.
fn numbers(account: &mut Account, now: Timestamp) {
    let rows = [
        (CONNECTED, "Boutique", Some("22997000000"), "connected"),
        (
            "4e5f6a7b-8c9d-4e0f-9a1b-2c3d4e5f6071",
            "Livraisons",
            Some("22961000000"),
            "connecting",
        ),
        (
            "0a9b8c7d-6e5f-4a3b-9c1d-2e3f4a5b6c7d",
            "Relances",
            None,
            "disconnected",
        ),
    ];
    for (id, name, phone, status) in rows {
        account.numbers.push(Number {
            id: id.to_owned(),
            name: name.to_owned(),
            phone: phone.map(str::to_owned),
            status,
            created_at: hours_before(now, 24 * 200),
            ..Number::default()
        });
    }
}

/// Messages to the contacts, the oldest first, the last one a few minutes ago.
fn messages(account: &mut Account, now: Timestamp) {
    // A sequence of its own: what was there before them keeps its ids.
    let mut random = fastrand::Rng::with_seed(account.ids.random.clone().u64(..));
    for index in 0..MESSAGES {
        let contact = &account.contacts[random.usize(..account.contacts.len())];
        let at = hours_before(now, 4 * (MESSAGES - 1 - index));
        let at = at.checked_sub(SignedDuration::from_mins(5)).unwrap_or(at);
        let is_picture = index % 7 == 3;
        account.outbox.messages.push(Outgoing {
            // The last one is the sample's.
            id: if index == MESSAGES - 1 {
                "c1d2e3f4-0a1b-4c2d-8e3f-a4b5c6d7e8f9".to_owned()
            } else {
                uuid(&mut random)
            },
            number: CONNECTED.to_owned(),
            to: contact.number.trim_start_matches('+').to_owned(),
            kind: if is_picture { "image" } else { "text" },
            text: (!is_picture).then(|| format!("Votre commande {} est prête.", 4000 + index)),
            media_url: is_picture.then(|| format!("https://files.example/{index}.png")),
            taken_at: at,
            due_at: at,
        });
    }
}
