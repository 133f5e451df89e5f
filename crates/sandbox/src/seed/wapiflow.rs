//! The numbers, contacts, conversations and templates of WapiFlow.

use jiff::Timestamp;

use super::{contact, hours_before, people, tables};
use crate::records::{Address, Conversation, Note, Number, Template};
use crate::state::Account;

/// How many contacts there are.
const CONTACTS: usize = 264;

/// How many conversations.
const CONVERSATIONS: u64 = 120;

pub(super) fn fill(account: &mut Account, now: Timestamp) {
    for (id, name, phone) in tables::WAPIFLOW_NUMBERS {
        account.numbers.push(Number {
            id: id.to_owned(),
            name: name.to_owned(),
            phone: Some(phone.to_owned()),
            created_at: hours_before(now, 24 * 500),
            ..Number::default()
        });
    }
    for index in 0..CONTACTS {
        let mut contact = contact(account, index, CONTACTS, people::BANGLADESH_FIRST, now);
        contact.is_blocked = index % 17 == 11;
        if index % 4 == 1 {
            contact.address = Address::default();
        }
        if index % 9 != 0 {
            contact.tags.truncate(1);
        }
        if index % 6 == 2 {
            contact.lists = vec![tables::LISTS[index % tables::LISTS.len()].to_owned()];
        }
        account.contacts.push(contact);
    }
    for _ in 0..CONVERSATIONS {
        let conversation = conversation(account, now);
        account.conversations.push(conversation);
    }
    account.templates = tables::TEMPLATES
        .into_iter()
        .zip(1..)
        .map(|(text, id)| Template {
            id,
            account: 1 + id % 2,
            text,
            created_at: hours_before(now, 24 * (200 - 12 * i64::try_from(id).unwrap_or(0))),
        })
        .collect();
}

/// A thread; all states occur, a few threads have no message yet.
fn conversation(account: &mut Account, now: Timestamp) -> Conversation {
    let id = account.ids.conversation();
    // Every second contact, for fewer conversations than half of the contacts.
    let contact = id * 2 + 1;
    let started_at = account
        .contact_by_sequence(contact)
        .map_or(now, |contact| contact.created_at);
    // Within the last two months, but not before the contact was there.
    let hours = now.duration_since(started_at).as_hours().clamp(1, 24 * 60);
    let age = account.ids.random.i64(0..hours);
    let last_message_at = (id % 30 != 17).then(|| hours_before(now, age));
    let notes = match id {
        2 => 2,
        _ if id.is_multiple_of(4) => 1,
        _ => 0,
    };
    let notes = (0..notes)
        .map(|index| Note {
            id: id * 3 + index,
            text: tables::NOTES[usize::try_from(id + index).unwrap_or(0) % tables::NOTES.len()]
                .to_owned(),
            created_at: hours_before(now, age),
        })
        .collect();
    if id == 2
        && let Some(contact) = account
            .contacts
            .iter_mut()
            .find(|found| found.sequence == contact)
    {
        contact.tags = vec!["vip".to_owned(), "newsletter".to_owned()];
        contact.lists = vec![tables::LISTS[0].to_owned()];
        contact.is_blocked = false;
    }
    Conversation {
        id,
        contact,
        account: 1 + id % 2,
        status: u8::try_from(id % 5).unwrap_or_default(),
        notes,
        last_message_at,
        created_at: started_at,
        updated_at: last_message_at.unwrap_or(started_at),
    }
}
