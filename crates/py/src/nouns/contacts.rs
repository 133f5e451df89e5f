//! `client.contacts`.

use palabre::{ContactChanges, ListOptions, NewContact};
use pyo3::prelude::*;

use super::{Nothing, fields, file, options};
use crate::arguments::{Address, File, Id, Object, Whole};
use crate::many::{Contents, Deleted, Files, GivenIds, GivenRows, Path, RunReport, many};
use crate::noun::noun;
use crate::results::Contact;

noun! {
    /// The address book of an account.
    "contacts": Contacts, AsyncContacts

    listing list [*, search=None, number=None, cursor=None, page_size=None,]
        (search: Option<String>, number: Option<String>, cursor: Option<String>, page_size: Option<Whole>)
        /// Lists contacts.
        ///
        /// Args:
        ///     search: Part of a name or number.
        ///     number: 99digital: of which of the account's numbers; the client's, or its only one, if None.
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Contacts in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| {
            let options = ListOptions { number: number.clone(), ..options(&search, &cursor, page_size)? };
            Ok(client.contacts().list(options))
        }, from cursor.clone();

    listing groups [id, *,] (id: Id)
        /// Lists the groups that a contact is in.
        ///
        /// Args:
        ///     id: The contact's identifier, as contacts.list gives it.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.contacts().groups(&id.0)), from None;

    batch import_many
        [rows, *, ledger, tags=None, meta=None, extra=None, allow_duplicates=None, max_in_flight=None,]
        (rows: Option<GivenRows>, ledger: Path, tags: Option<Vec<String>>, meta: Option<Object>,
         extra: Option<Object>, allow_duplicates: Option<bool>, max_in_flight: Option<Whole>) -> RunReport
        /// Creates many contacts, each row once, whatever happens. A run that was ended anywhere goes on with the same call.
        ///
        /// Args:
        ///     rows: The contacts: mappings of an iterable, a pandas or polars DataFrame, or an Arrow stream. Columns are called like the arguments of `create`: phone, name, given_name, tags and so on. `key` is the caller's own name of a row. None goes on with what the ledger holds.
        ///     ledger: The file that the import is kept in. It is made if it is not there.
        ///     tags: Labels of all contacts, at MsgFlash; `{column}` is the row's value.
        ///     meta: Free fields of all contacts, at MsgFlash.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     allow_duplicates: Whether a second row with the same number is sent too; it is refused if not.
        ///     max_in_flight: How many requests are under way at the same time; 8 if None.
        ///     timeout: Seconds that each request may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        ///
        /// Returns:
        ///     How many rows are accepted, refused, not sent, unknown and left. Each row is in the ledger.
        ///
        /// Raises:
        ///     ConflictError: Another run is working on the ledger, or it is another one's: other rows, another account.
        ///     ConfigError: The ledger cannot be read or written.
        ///     PalabreError: Every further row would have failed the same way, such as with AuthenticationError. The rest is planned: go on with the same call.
        |client| {
            let contents = Contents::default()
                .texts("tags", tags)
                .object("meta", meta)?
                .object("extra", extra)?;
            let many = many(ledger, contents.row(), allow_duplicates, max_in_flight)?;
            let report = match rows {
                Some(rows) => {
                    let rows = rows.stream(Files::of_contacts(&client));
                    client.contacts().import_many(rows, many).await
                }
                None => client.resume(many).await,
            };
            RunReport::of(report?)
        };

    batch delete_many [ids, *, ledger=None,] (ids: GivenIds, ledger: Option<Path>) -> Deleted
        /// Deletes contacts, in requests as large as the vendor takes.
        ///
        /// Args:
        ///     ids: The contacts' identifiers; one that is given twice counts once. With a ledger also a DataFrame or an Arrow stream with the column id, or None to go on with what the ledger holds.
        ///     ledger: The file in which each identifier is kept, so that a run that was ended anywhere goes on with the same call.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        ///
        /// Returns:
        ///     What became of each identifier: a DeleteReport, or a RunReport with a ledger.
        ///
        /// Raises:
        ///     PalabreError: A request failed. `error.report` says what became of each identifier before; those under `unknown` may be gone.
        |client| ids.delete(&client, ledger).await;

    call get [id, *,] (id: Id) -> Contact
        /// Reads one contact.
        ///
        /// Args:
        ///     id: The contact's identifier, as contacts.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such contact.
        |client| client.contacts().get(&id.0).await.map(Contact);

    call create
        [*, phone, name=None, given_name=None, family_name=None, tags=None, meta=None, address=None, image=None, extra=None,]
        (phone: String, name: Option<String>, given_name: Option<String>, family_name: Option<String>,
         tags: Option<Vec<String>>, meta: Option<Object>, address: Option<Address>, image: Option<File>,
         extra: Option<Object>) -> Contact
        /// Creates a contact. What the vendor cannot take is refused before anything is sent.
        ///
        /// Args:
        ///     phone: The number in international form.
        ///     name: The whole name; WapiFlow takes it split at the first space.
        ///     given_name: The given name, at WapiFlow.
        ///     family_name: The family name, at WapiFlow.
        ///     tags: Labels, at MsgFlash.
        ///     meta: Free fields, at MsgFlash.
        ///     address: The postal address, at WapiFlow: address, city, state, post_code.
        ///     image: A picture, at WapiFlow: a path, or (name, bytes).
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Returns:
        ///     What the vendor sent back, which may be less than was given: None is not known, not empty.
        ///
        /// Raises:
        ///     InvalidInputError: An argument is wrong.
        ///     ConflictError: The contact exists.
        ///     OutcomeUnknownError: It may have been created (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was created ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not created ("not_sent").
        |client| {
            let contact = NewContact {
                name,
                given_name,
                family_name,
                phone,
                tags,
                meta: fields("meta", meta)?,
                address: address.map(|address| address.0).transpose()?,
                image: file(&client, "image", "profile_image", image).await?,
                extra: fields("extra", extra)?.unwrap_or_default(),
            };
            client.contacts().create(contact).await.map(Contact)
        };

    call update
        [id, *, name=None, given_name=None, family_name=None, phone=None, tags=None, meta=None, address=None, image=None, extra=None, current=None,]
        (id: Id, name: Option<String>, given_name: Option<String>, family_name: Option<String>,
         phone: Option<String>, tags: Option<Vec<String>>, meta: Option<Object>, address: Option<Address>,
         image: Option<File>, extra: Option<Object>, current: Option<palabre::Contact>) -> Contact
        /// Changes a contact; what is not given stays as it is.
        ///
        /// Args:
        ///     id: The contact's identifier, as contacts.list gives it.
        ///     name: The whole name.
        ///     given_name: The given name, at WapiFlow.
        ///     family_name: The family name, at WapiFlow.
        ///     phone: The number in international form.
        ///     tags: Labels, at MsgFlash; they replace the old ones.
        ///     meta: Free fields, at MsgFlash; they replace the old ones.
        ///     address: The postal address, at WapiFlow; a part that is missing stays as it is.
        ///     image: A picture, at WapiFlow.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     current: The contact as it is now. WapiFlow replaces the whole contact, so it is read first unless given here.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such contact.
        ///     OutcomeUnknownError: It may have been changed (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was changed ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not changed ("not_sent", or None if the contact could not be read before).
        |client| {
            let changes = ContactChanges {
                name,
                given_name,
                family_name,
                phone,
                tags,
                meta: fields("meta", meta)?,
                address: address.map(|address| address.0).transpose()?,
                image: file(&client, "image", "profile_image", image).await?,
                extra: fields("extra", extra)?.unwrap_or_default(),
                current,
            };
            client.contacts().update(&id.0, changes).await.map(Contact)
        };

    call delete [id, *,] (id: Id) -> Nothing
        /// Deletes a contact.
        ///
        /// Args:
        ///     id: The contact's identifier, as contacts.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such contact.
        ///     ConflictError: The vendor refuses, as WapiFlow does for a contact with messages.
        ///     OutcomeUnknownError: It may have been deleted (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was deleted ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not deleted ("not_sent").
        |client| client.contacts().delete(&id.0).await.map(|()| Nothing);
}
