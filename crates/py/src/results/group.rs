//! Groups, and what became of their members.

use jiff::Timestamp;
use pyo3::prelude::*;

use super::time;

record! {
    /// A named set of contacts. It is the vendor's own, not a WhatsApp group.
    Group, shown: [vendor, account, id, name, contact_count], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it.
        id: &'py str = |row| &row.id,
        /// The name, unique in an account.
        name: Option<&'py str> = |row| row.name.as_deref(),
        /// What it is for.
        description: Option<&'py str> = |row| row.description.as_deref(),
        /// A colour as #RRGGBB.
        color: Option<&'py str> = |row| row.color.as_deref(),
        /// How many contacts are in it.
        contact_count: Option<i64> = |row| row.contact_count,
        /// When it was created, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
    }
}

result! {
    /// What became of the contacts given to groups.add_members; None where the vendor did not say.
    AddReport, shown: [requested, added, already_in_group, not_found], fields: {
        /// How many identifiers were given.
        requested: usize = |row| row.requested,
        /// How many are new in the group.
        added: Option<i64> = |row| row.added,
        /// How many were in it already.
        already_in_group: Option<i64> = |row| row.already_in_group,
        /// How many do not exist.
        not_found: Option<i64> = |row| row.not_found,
    }
}

result! {
    /// What became of the contacts given to groups.remove_members; None where the vendor did not say.
    RemoveReport, shown: [requested, removed, not_in_group], fields: {
        /// How many identifiers were given.
        requested: usize = |row| row.requested,
        /// How many have left the group.
        removed: Option<i64> = |row| row.removed,
        /// How many were not in it.
        not_in_group: Option<i64> = |row| row.not_in_group,
    }
}
