use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Raw, TemplateStatus, Vendor, raw::record};

/// A text that WhatsApp approved for messages that a business sends first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Template {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The vendor's identifier: the one that `messages.send_template` takes.
    pub id: String,
    /// Meta's identifier.
    pub whatsapp_id: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Whether it can be sent; `None` where the answer does not say.
    pub status: Option<TemplateStatus>,
    /// The status in the vendor's words; WapiFlow has numbers.
    pub status_text: Option<String>,
    /// The vendor's identifier of the language.
    pub language_id: Option<String>,
    /// The vendor's identifier of the category.
    pub category_id: Option<String>,
    /// The header as the vendor keeps it: text, or any JSON.
    pub header: Option<Value>,
    /// The body as the vendor keeps it: text, or any JSON.
    pub body: Option<Value>,
    /// The buttons as the vendor keeps them.
    pub buttons: Option<Value>,
    /// The footer.
    pub footer: Option<String>,
    /// Why it was rejected.
    pub rejected_reason: Option<String>,
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
record!(Template);
