//! Contacts, and what became of them.

use jiff::Timestamp;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::time;
use crate::json;

record! {
    /// A person or business in an account's address book.
    Contact, shown: [vendor, account, id, name, phone], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it.
        id: &'py str = |row| &row.id,
        /// The whole name.
        name: Option<&'py str> = |row| row.name.as_deref(),
        /// The given name, where the vendor keeps names in two parts.
        given_name: Option<&'py str> = |row| row.given_name.as_deref(),
        /// The family name, where the vendor keeps names in two parts.
        family_name: Option<&'py str> = |row| row.family_name.as_deref(),
        /// The number in E.164 where it parses, as given otherwise.
        phone: Option<&'py str> = |row| row.phone.as_deref(),
        /// Labels; None where the answer does not hold them.
        tags: Option<Vec<String>> = |row| row.tags.clone(),
        /// Free fields of the account; None where the answer does not hold them.
        meta: Option<Bound<'py, PyDict>> = |row, py| match &row.meta {
            Some(meta) => Some(json::object_to_py(py, meta)?),
            None => None,
        },
        /// WapiFlow: the postal address.
        address: Option<Address> = |row| row.address.clone().map(Address),
        /// WapiFlow: the contact is blocked and cannot be written to.
        blocked: Option<bool> = |row| row.blocked,
        /// When it was created, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
        /// When it was last changed, UTC.
        updated_at: Option<Timestamp> = |row| time(row.updated_at),
    }
}

result! {
    /// A contact's postal address; an empty part is None.
    Address, shown: [address, city, state, post_code, country], fields: {
        /// Street and house.
        address: Option<&'py str> = |row| row.address.as_deref(),
        /// City.
        city: Option<&'py str> = |row| row.city.as_deref(),
        /// State or region.
        state: Option<&'py str> = |row| row.state.as_deref(),
        /// Postal code.
        post_code: Option<&'py str> = |row| row.post_code.as_deref(),
        /// Country; WapiFlow derives it from the number.
        country: Option<&'py str> = |row| row.country.as_deref(),
    }
}

result! {
    /// What became of each identifier given to contacts.delete_many; each is in exactly one list.
    DeleteReport, shown: [requested, deleted, not_found, refused, unknown, not_attempted], fields: {
        /// How many different identifiers were given.
        requested: usize = |row| row.requested,
        /// Those that are gone.
        deleted: Vec<String> = |row| row.deleted.clone(),
        /// Those that did not exist.
        not_found: Vec<String> = |row| row.not_found.clone(),
        /// Those that the vendor refused to delete, and why.
        refused: Vec<DeleteFailure> = |row| row.refused.iter().cloned().map(DeleteFailure).collect(),
        /// Those that were in a request whose outcome is not known.
        unknown: Vec<String> = |row| row.unknown.clone(),
        /// Those that were not tried, since something failed before.
        not_attempted: Vec<String> = |row| row.not_attempted.clone(),
    }
}

result! {
    /// One contact that the vendor did not delete.
    DeleteFailure, shown: [id, message], fields: {
        /// The contact's identifier.
        id: &'py str = |row| &row.id,
        /// Why, in one line.
        message: &'py str = |row| &row.message,
    }
}
