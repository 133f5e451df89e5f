use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Raw, Vendor, raw::record};

/// A person or business in an account's address book.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The vendor's identifier.
    pub id: String,
    /// The whole name.
    pub name: Option<String>,
    /// The given name, where the vendor keeps names in two parts.
    pub given_name: Option<String>,
    /// The family name, where the vendor keeps names in two parts.
    pub family_name: Option<String>,
    /// The number in E.164 where it parses, as given otherwise.
    pub phone: Option<String>,
    /// Labels; `None` where the answer does not hold them.
    pub tags: Option<Vec<String>>,
    /// Free fields of the account; `None` where the answer does not hold them.
    pub meta: Option<Map<String, Value>>,
    /// WapiFlow: the postal address.
    pub address: Option<Address>,
    /// WapiFlow: the contact is blocked and cannot be written to.
    pub blocked: Option<bool>,
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
crate::debug_only!(Contact {
    vendor,
    account,
    id,
    blocked,
    created_at,
    updated_at,
    raw
});
record!(Contact);

/// A contact's postal address; an empty part is `None`.
#[derive(Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct Address {
    /// Street and house.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or region.
    pub state: Option<String>,
    /// Postal code.
    pub post_code: Option<String>,
    /// Country; WapiFlow derives it from the number.
    pub country: Option<String>,
}
crate::debug_only!(Address {});

/// What became of each identifier given to `contacts.delete_many`.
///
/// Every identifier is in exactly one of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DeleteReport {
    /// How many identifiers were given.
    pub requested: usize,
    /// Those that are gone.
    pub deleted: Vec<String>,
    /// Those that did not exist.
    pub not_found: Vec<String>,
    /// Those that the vendor refused to delete, and why.
    pub refused: Vec<DeleteFailure>,
    /// Those that were in a request whose outcome is not known.
    pub unknown: Vec<String>,
    /// Those that were not tried, since something failed before.
    pub not_attempted: Vec<String>,
}

/// One contact that the vendor did not delete.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DeleteFailure {
    /// The contact's identifier.
    pub id: String,
    /// Why, in one line.
    pub message: String,
}
