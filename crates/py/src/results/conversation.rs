//! Conversations and the messages in them.

use jiff::Timestamp;
use pyo3::prelude::*;

use super::{Contact, time};

record! {
    /// An exchange with one contact in the vendor's inbox.
    Conversation, shown: [vendor, account, id, status, last_message_at], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it.
        id: &'py str = |row| &row.id,
        /// none, done, pending, important, unread or unknown; None where the answer does not say.
        status: Option<&'py str> = |row| row.status.map(|status| status.as_str()),
        /// The status in the vendor's words; WapiFlow has numbers.
        status_text: Option<&'py str> = |row| row.status_text.as_deref(),
        /// The contact's identifier.
        contact_id: Option<&'py str> = |row| row.contact_id.as_deref(),
        /// The contact, where the answer holds it.
        contact: Option<Contact> = |row| row.contact.clone().map(Contact),
        /// The identifier of our number in it.
        number_id: Option<&'py str> = |row| row.number_id.as_deref(),
        /// When the last message came or went, UTC.
        last_message_at: Option<Timestamp> = |row| time(row.last_message_at),
        /// A person has to answer.
        needs_human_reply: Option<bool> = |row| row.needs_human_reply,
        /// What colleagues wrote about it; None where the answer does not hold notes.
        notes: Option<Vec<Note>> =
            |row| row.notes.as_ref().map(|notes| notes.iter().cloned().map(Note).collect()),
        /// When it was created, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
        /// When it was last changed, UTC.
        updated_at: Option<Timestamp> = |row| time(row.updated_at),
    }
}

result! {
    /// A remark that a colleague left at a conversation.
    Note, shown: [id, created_at], fields: {
        /// The vendor's identifier of it.
        id: Option<&'py str> = |row| row.id.as_deref(),
        /// The remark.
        text: Option<&'py str> = |row| row.text.as_deref(),
        /// When it was written, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
    }
}
