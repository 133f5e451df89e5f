use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{MessageStatus, Raw, Record, Vendor, raw::hashed_by_id};

/// A message that a vendor took.
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
    /// How far it has come; `None` where the answer does not say.
    pub status: Option<MessageStatus>,
    /// The status in the vendor's words.
    pub status_text: Option<String>,
    /// `text`, `image`, `document`, `video`, `audio`, `location`, `cta`, `list`, `template`, or the vendor's word.
    pub kind: Option<String>,
    /// When the vendor took it, UTC.
    #[schemars(with = "Option<String>")]
    pub created_at: Option<Timestamp>,
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
    status,
    kind,
    created_at,
    raw
});

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
