//! `client.groups`.

use palabre::{GroupChanges, NewGroup};
use pyo3::prelude::*;

use super::{Nothing, fields, options};
use crate::arguments::{Id, Ids, Object, Whole};
use crate::noun::noun;
use crate::results::{AddReport, Group, RemoveReport};

noun! {
    /// The groups of contacts of an account. They are the vendor's, not WhatsApp groups.
    "groups": Groups, AsyncGroups

    listing list [*, search=None, cursor=None, page_size=None,]
        (search: Option<String>, cursor: Option<String>, page_size: Option<Whole>)
        /// Lists groups.
        ///
        /// Args:
        ///     search: Part of a name or description.
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Groups in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.groups().list(options(&search, &cursor, page_size)?)), from cursor.clone();

    listing members [id, *, search=None, cursor=None, page_size=None,]
        (id: Id, search: Option<String>, cursor: Option<String>, page_size: Option<Whole>)
        /// Lists the contacts of a group.
        ///
        /// Args:
        ///     id: The group's identifier, as groups.list gives it.
        ///     search: Part of a name or number.
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Contacts in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.groups().members(&id.0, options(&search, &cursor, page_size)?)), from cursor.clone();

    call get [id, *,] (id: Id) -> Group
        /// Reads one group.
        ///
        /// Args:
        ///     id: The group's identifier, as groups.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such group.
        |client| client.groups().get(&id.0).await.map(Group);

    call create [*, name, description=None, color=None, extra=None,]
        (name: String, description: Option<String>, color: Option<String>, extra: Option<Object>) -> Group
        /// Creates a group.
        ///
        /// Args:
        ///     name: The name, unique in the account.
        ///     description: What it is for.
        ///     color: A colour as #RRGGBB.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     ConflictError: The name is taken.
        ///     QuotaExceededError: The plan allows no more groups.
        ///     OutcomeUnknownError: It may have been created (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was created ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not created ("not_sent").
        |client| {
            let extra = fields("extra", extra)?.unwrap_or_default();
            client.groups().create(NewGroup { name, description, color, extra }).await.map(Group)
        };

    call update [id, *, name=None, description=None, color=None, extra=None,]
        (id: Id, name: Option<String>, description: Option<String>, color: Option<String>,
         extra: Option<Object>) -> Group
        /// Changes a group; what is not given stays as it is.
        ///
        /// Args:
        ///     id: The group's identifier, as groups.list gives it.
        ///     name: The name, unique in the account.
        ///     description: What it is for.
        ///     color: A colour as #RRGGBB.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such group.
        ///     ConflictError: The name is taken.
        ///     OutcomeUnknownError: It may have been changed (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was changed ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not changed ("not_sent").
        |client| {
            let extra = fields("extra", extra)?.unwrap_or_default();
            client.groups().update(&id.0, GroupChanges { name, description, color, extra }).await.map(Group)
        };

    call delete [id, *,] (id: Id) -> Nothing
        /// Deletes a group; its contacts stay.
        ///
        /// Args:
        ///     id: The group's identifier, as groups.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such group.
        ///     OutcomeUnknownError: It may have been deleted (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was deleted ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not deleted ("not_sent").
        |client| client.groups().delete(&id.0).await.map(|()| Nothing);

    call add_members [id, contact_ids, *,] (id: Id, contact_ids: Ids) -> AddReport
        /// Adds contacts to a group.
        ///
        /// Args:
        ///     id: The group's identifier, as groups.list gives it.
        ///     contact_ids: The contacts' identifiers.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such group, or none of the contacts exists.
        ///     OutcomeUnknownError: It may have been done (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was done ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not done ("not_sent").
        |client| client.groups().add_members(&id.0, &contact_ids.0).await.map(AddReport);

    call remove_members [id, contact_ids, *,] (id: Id, contact_ids: Ids) -> RemoveReport
        /// Removes contacts from a group; they stay in the address book.
        ///
        /// Args:
        ///     id: The group's identifier, as groups.list gives it.
        ///     contact_ids: The contacts' identifiers.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such group.
        ///     OutcomeUnknownError: It may have been done (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was done ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not done ("not_sent").
        |client| client.groups().remove_members(&id.0, &contact_ids.0).await.map(RemoveReport);
}
