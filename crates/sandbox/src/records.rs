//! What an account holds: numbers, contacts, groups, conversations, messages, templates.
//!
//! One set of records serves all dialects; each vendor shows the part that it knows.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::statistics::Traffic;

/// A WhatsApp number of the account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Number {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Digits, without a plus sign; absent until the number is linked.
    pub(crate) phone: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) created_at: Timestamp,
    /// ReachFlow: day of the warm-up, 0 to 14.
    pub(crate) warmup_day: u8,
    /// ReachFlow: 0 to 100.
    pub(crate) risk_score: u8,
    /// ReachFlow: counters of the day.
    pub(crate) today: Today,
    /// 99digital: the business behind the number.
    pub(crate) business_name: String,
    /// 99digital: the key of the number at the per-number API.
    pub(crate) api_key: String,
    /// 99digital: account and inbox at the omnichannel product, if attached.
    pub(crate) inbox: Option<(u32, u32)>,
    /// 99digital: whether the number is shared with the phone application.
    pub(crate) coexistence: bool,
    /// 99digital: how many conversations the number has, month by month.
    pub(crate) traffic: Traffic,
}

/// A number's counters of the day.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Today {
    pub(crate) sent: u32,
    pub(crate) delivered: u32,
    pub(crate) failed: u32,
    pub(crate) messages_limit: Option<u32>,
    pub(crate) new_contacts_limit: Option<u32>,
}

/// A person.
///
/// A vendor with a single name field keeps it in `given_name`; one with a single phone field
/// keeps the whole number in `number`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Contact {
    pub(crate) id: String,
    /// Order of creation, and the id where the vendor counts.
    pub(crate) sequence: u64,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) dial_code: String,
    pub(crate) number: String,
    pub(crate) tags: Vec<String>,
    pub(crate) lists: Vec<String>,
    pub(crate) meta: Map<String, Value>,
    pub(crate) address: Address,
    pub(crate) image: Option<String>,
    pub(crate) is_blocked: bool,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

impl Contact {
    /// Whether `needle`, in lower case, is part of a name or of the number.
    pub(crate) fn matches(&self, needle: &str) -> bool {
        [&self.given_name, &self.family_name, &self.number]
            .iter()
            .any(|text| text.to_lowercase().contains(needle))
    }
}

/// The parts of an address; empty when not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) city: String,
    pub(crate) state: String,
    pub(crate) post_code: String,
    pub(crate) street: String,
}

/// The fields of a contact that a request sets; `None` leaves the stored value.
#[derive(Clone, Debug, Default)]
pub(crate) struct ContactChange {
    pub(crate) given_name: Option<String>,
    pub(crate) family_name: Option<String>,
    pub(crate) dial_code: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) tags: Option<Vec<String>>,
    pub(crate) meta: Option<Map<String, Value>>,
    pub(crate) address: Option<Address>,
    pub(crate) image: Option<String>,
}

impl ContactChange {
    pub(crate) fn apply(self, contact: &mut Contact) {
        fn set<T>(stored: &mut T, given: Option<T>) {
            if let Some(value) = given {
                *stored = value;
            }
        }
        set(&mut contact.given_name, self.given_name);
        set(&mut contact.family_name, self.family_name);
        set(&mut contact.dial_code, self.dial_code);
        set(&mut contact.number, self.number);
        set(&mut contact.tags, self.tags);
        set(&mut contact.meta, self.meta);
        set(&mut contact.address, self.address);
        contact.image = self.image.or(contact.image.take());
    }
}

/// A named list of contacts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    pub(crate) id: String,
    pub(crate) sequence: u64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) color: Option<String>,
    /// Ids of contacts, in the order in which they joined.
    pub(crate) members: Vec<String>,
    pub(crate) created_at: Timestamp,
}

/// The fields of a group that a request sets; `None` leaves the stored value.
#[derive(Clone, Debug, Default)]
pub(crate) struct GroupChange {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) color: Option<String>,
}

/// A thread with one contact.
#[derive(Clone, Debug, Default)]
pub(crate) struct Conversation {
    pub(crate) id: u64,
    pub(crate) contact: u64,
    pub(crate) account: u64,
    /// 0 none, 1 done, 2 pending, 3 important, 4 unread.
    pub(crate) status: u8,
    pub(crate) notes: Vec<Note>,
    pub(crate) last_message_at: Option<Timestamp>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
}

/// A remark that an agent wrote beside a conversation.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) id: u64,
    pub(crate) text: String,
    pub(crate) created_at: Timestamp,
}

/// A message that went out or came in.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: u64,
    pub(crate) conversation: u64,
    pub(crate) account: u64,
    pub(crate) vendor_id: String,
    pub(crate) content: Content,
    pub(crate) created_at: Timestamp,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Text(String),
    Media {
        kind: MediaKind,
        file_name: String,
        mime_type: String,
        caption: Option<String>,
    },
    Location {
        latitude: String,
        longitude: String,
        label: Option<(String, String)>,
    },
    CallToAction(u64),
    List(u64),
    Commerce(Value),
    Template(u64),
}

/// The media that a message can carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaKind {
    Image,
    Document,
    Video,
    Audio,
}

/// A message template.
#[derive(Clone, Debug)]
pub(crate) struct Template {
    pub(crate) id: u64,
    pub(crate) account: u64,
    pub(crate) text: TemplateText,
    pub(crate) created_at: Timestamp,
}

/// What a template says, and what became of it at Meta.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TemplateText {
    pub(crate) name: &'static str,
    /// 1 marketing, 2 utility, 3 authentication.
    pub(crate) category: u64,
    pub(crate) language: u64,
    pub(crate) header: Option<&'static str>,
    pub(crate) body: &'static str,
    pub(crate) footer: Option<&'static str>,
    pub(crate) button: Option<&'static str>,
    /// 0 pending, 1 approved, 2 rejected, 3 disabled.
    pub(crate) status: u8,
    pub(crate) rejected_reason: Option<&'static str>,
}
