use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Raw, Vendor, raw::record};

/// A named set of contacts. It is the vendor's own, not a WhatsApp group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Group {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The vendor's identifier.
    pub id: String,
    /// The name, unique in an account.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// A colour as `#RRGGBB`.
    pub color: Option<String>,
    /// How many contacts are in it.
    pub contact_count: Option<i64>,
    /// When it was created, UTC.
    #[schemars(with = "Option<String>")]
    pub created_at: Option<Timestamp>,
    /// The item as the vendor sent it.
    #[serde(skip)]
    #[schemars(skip)]
    pub raw: Raw,
}
record!(Group);

/// What became of the contacts given to `groups.add_members`; a number is `None` where the vendor did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct AddReport {
    /// How many identifiers were given.
    pub requested: usize,
    /// How many are new in the group.
    pub added: Option<i64>,
    /// How many were in it already.
    pub already_in_group: Option<i64>,
    /// How many do not exist.
    pub not_found: Option<i64>,
}

/// What became of the contacts given to `groups.remove_members`; a number is `None` where the vendor did not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct RemoveReport {
    /// How many identifiers were given.
    pub requested: usize,
    /// How many have left the group.
    pub removed: Option<i64>,
    /// How many were not in it.
    pub not_in_group: Option<i64>,
}
