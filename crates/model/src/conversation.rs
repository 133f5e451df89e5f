use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Contact, ConversationStatus, Raw, Vendor, raw::record};

/// An exchange with one contact in the vendor's inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Conversation {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The vendor's identifier.
    pub id: String,
    /// Where it stands; `None` where the answer does not say.
    pub status: Option<ConversationStatus>,
    /// The status in the vendor's words; WapiFlow has numbers.
    pub status_text: Option<String>,
    /// The contact's identifier.
    pub contact_id: Option<String>,
    /// The contact, where the answer holds it.
    pub contact: Option<Contact>,
    /// The identifier of our number in it.
    pub number_id: Option<String>,
    /// When the last message came or went, UTC.
    #[schemars(with = "Option<String>")]
    pub last_message_at: Option<Timestamp>,
    /// A person has to answer.
    pub needs_human_reply: Option<bool>,
    /// What colleagues wrote about it; `None` where the answer does not hold notes.
    pub notes: Option<Vec<Note>>,
    /// When it was created, UTC.
    #[schemars(with = "Option<String>")]
    pub created_at: Option<Timestamp>,
    /// When it was last changed, UTC.
    #[schemars(with = "Option<String>")]
    pub updated_at: Option<Timestamp>,
    /// The item as the vendor sent it.
    #[serde(skip)]
    #[schemars(skip)]
    pub raw: Raw,
}
record!(Conversation);

/// A remark that a colleague left at a conversation.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Note {
    /// The vendor's identifier.
    pub id: Option<String>,
    /// The remark.
    pub text: Option<String>,
    /// When it was written, UTC.
    #[schemars(with = "Option<String>")]
    pub created_at: Option<Timestamp>,
}
crate::debug_only!(Note { id, created_at });
