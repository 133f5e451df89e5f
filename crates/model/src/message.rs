use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Direction, MessageStatus, Raw, Record, Vendor, raw::hashed_by_id};

/// A message that a vendor took, or has in its history.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Message {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The vendor's identifier; `None` where its answer holds none (WapiFlow's template sends).
    pub id: Option<String>,
    /// WhatsApp's own identifier.
    pub whatsapp_id: Option<String>,
    /// The conversation that it is part of.
    pub conversation_id: Option<String>,
    /// The vendor's identifier of the number that it goes out from, or came in to.
    pub number_id: Option<String>,
    /// The vendor's identifier of the contact.
    pub contact_id: Option<String>,
    /// Which way it goes; `None` where the vendor does not say.
    pub direction: Option<Direction>,
    /// The number that it comes from, in E.164 where it parses.
    #[serde(rename = "from_")]
    pub from: Option<String>,
    /// The number that it goes to, in E.164 where it parses.
    pub to: Option<String>,
    /// How far it has come; `None` where the answer does not say.
    pub status: Option<MessageStatus>,
    /// The status in the vendor's words.
    pub status_text: Option<String>,
    /// `text`, `image`, `document`, `video`, `audio`, `location`, `cta`, `list`, `template`, or the vendor's word.
    pub kind: Option<String>,
    /// The text, or the caption of a file, where the answer holds it.
    pub text: Option<String>,
    /// The address of the file.
    pub media_url: Option<String>,
    /// When the vendor took it, UTC.
    #[schemars(with = "Option<String>")]
    pub created_at: Option<Timestamp>,
    /// When it is to go out, UTC; `None` where it goes out at once.
    #[schemars(with = "Option<String>")]
    pub scheduled_at: Option<Timestamp>,
    /// When it was handed to WhatsApp, UTC.
    #[schemars(with = "Option<String>")]
    pub sent_at: Option<Timestamp>,
    /// When it reached the recipient's device, UTC.
    #[schemars(with = "Option<String>")]
    pub delivered_at: Option<Timestamp>,
    /// When the recipient saw it, UTC.
    #[schemars(with = "Option<String>")]
    pub read_at: Option<Timestamp>,
    /// When it failed, UTC.
    #[schemars(with = "Option<String>")]
    pub failed_at: Option<Timestamp>,
    /// Why it failed, as the vendor's code.
    pub failure_code: Option<String>,
    /// Why it failed, in the vendor's words.
    pub failure_text: Option<String>,
    /// The item as the vendor sent it.
    #[serde(skip)]
    #[schemars(skip)]
    pub raw: Raw,
}
crate::debug_only!(Message {
    vendor,
    account,
    id,
    conversation_id,
    number_id,
    direction,
    status,
    kind,
    created_at,
    failure_code,
    raw
});

impl Message {
    /// A message of which nothing is known yet but where it comes from.
    #[must_use]
    pub fn new(vendor: Vendor, account: Arc<str>, raw: Raw) -> Self {
        Self {
            vendor,
            account,
            id: None,
            whatsapp_id: None,
            conversation_id: None,
            number_id: None,
            contact_id: None,
            direction: None,
            from: None,
            to: None,
            status: None,
            status_text: None,
            kind: None,
            text: None,
            media_url: None,
            created_at: None,
            scheduled_at: None,
            sent_at: None,
            delivered_at: None,
            read_at: None,
            failed_at: None,
            failure_code: None,
            failure_text: None,
            raw,
        }
    }
}

impl Record for Message {
    fn vendor(&self) -> Vendor {
        self.vendor
    }
    fn account(&self) -> &str {
        &self.account
    }
    fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
    fn raw(&self) -> &Raw {
        &self.raw
    }
}
hashed_by_id!(Message);

/// What became of one text for many people.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BulkReport {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The vendor's identifier of the whole; `None` where its answer holds none.
    pub id: Option<String>,
    /// How many recipients the vendor took; `None` where the answer does not say.
    pub accepted: Option<i64>,
    /// How many it refused; `None` where the answer does not say.
    pub rejected: Option<i64>,
    /// The recipients that it refused, and why.
    pub rejections: Vec<Rejection>,
    /// The vendor's identifiers of the messages. Their order is not documented.
    pub message_ids: Vec<String>,
    /// The item as the vendor sent it.
    #[serde(skip)]
    #[schemars(skip)]
    pub raw: Raw,
}
crate::debug_only!(BulkReport {
    vendor,
    account,
    id,
    accepted,
    rejected,
    raw
});

impl Record for BulkReport {
    fn vendor(&self) -> Vendor {
        self.vendor
    }
    fn account(&self) -> &str {
        &self.account
    }
    fn id(&self) -> &str {
        self.id.as_deref().unwrap_or_default()
    }
    fn raw(&self) -> &Raw {
        &self.raw
    }
}
hashed_by_id!(BulkReport);

/// A recipient to whom nothing was sent.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Rejection {
    /// The recipient, in E.164 where it parses.
    pub to: Option<String>,
    /// Why, in the vendor's words.
    pub reason: Option<String>,
}
crate::debug_only!(Rejection {});
