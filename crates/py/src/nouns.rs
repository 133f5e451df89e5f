//! The nouns of a client. Each is described once and becomes a sync and an async class.

use palabre::{
    ContactChanges, ConversationStatus, Error, GroupChanges, ListOptions, MonthRange, NewContact,
    NewGroup, NewMessage, NewTemplateMessage, Result,
};
use pyo3::prelude::*;
use serde_json::{Map, Value};

use crate::arguments::{Address, File, Id, Ids, Month, Object, Place, Whole, whole};
use crate::noun::noun;
use crate::results::{
    AddReport, Contact, Conversation, DeleteReport, Group, Message, Number, RemoveReport,
};
use crate::table::Table;

/// Python's None, for calls that answer nothing.
pub(crate) struct Nothing;

impl<'py> IntoPyObject<'py> for Nothing {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.None().into_bound(py))
    }
}

fn options(
    search: &Option<String>,
    cursor: &Option<String>,
    page_size: Option<Whole>,
) -> Result<ListOptions> {
    if cursor
        .as_deref()
        .is_some_and(|cursor| cursor.trim().is_empty())
    {
        let problem = "is empty: leave it out to start at the beginning";
        return Err(Error::invalid("cursor", problem));
    }
    Ok(ListOptions {
        search: search.clone(),
        cursor: cursor.clone(),
        page_size: page_size
            .map(|Whole(size)| whole("page_size", size, 1))
            .transpose()?,
        ..ListOptions::default()
    })
}

fn status(status: &Option<String>) -> Result<Option<ConversationStatus>> {
    status.as_deref().map(str::parse).transpose()
}

fn fields(argument: &str, object: Option<Object>) -> Result<Option<Map<String, Value>>> {
    object.map(|object| object.load(argument)).transpose()
}

/// Reads a file; `field` is its field of the body.
async fn file(
    client: &palabre::Client,
    argument: &str,
    field: &str,
    file: Option<File>,
) -> Result<Option<palabre::FilePart>> {
    match file {
        Some(file) => file.load(client, argument, field).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) fn months(start: Option<Month>, end: Option<Month>) -> Result<MonthRange> {
    let text = |month: &Option<Month>| month.as_ref().map(|month| month.0.clone());
    MonthRange::parse(text(&start).as_deref(), text(&end).as_deref())
}

noun! {
    /// The WhatsApp numbers of an account.
    "numbers": Numbers, AsyncNumbers

    listing list [*,] ()
        /// Lists the numbers; both vendors that can send the whole list at once.
        ///
        /// Args:
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.numbers().list()), from None;

    call get [id, *,] (id: Id) -> Number
        /// Reads one number; at ReachFlow with today's counters.
        ///
        /// Args:
        ///     id: The number's identifier, as numbers.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such number.
        |client| client.numbers().get(&id.0).await.map(Number);
}

noun! {
    /// The address book of an account.
    "contacts": Contacts, AsyncContacts

    listing list [*, search=None, cursor=None, page_size=None,]
        (search: Option<String>, cursor: Option<String>, page_size: Option<Whole>)
        /// Lists contacts.
        ///
        /// Args:
        ///     search: Part of a name or number.
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Contacts in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.contacts().list(options(&search, &cursor, page_size)?)), from cursor.clone();

    listing groups [id, *,] (id: Id)
        /// Lists the groups that a contact is in.
        ///
        /// Args:
        ///     id: The contact's identifier, as contacts.list gives it.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.contacts().groups(&id.0)), from None;

    batch delete_many [ids, *,] (ids: Ids) -> DeleteReport
        /// Deletes contacts, in requests as large as the vendor takes.
        ///
        /// Args:
        ///     ids: The contacts' identifiers; one that is given twice counts once.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        ///
        /// Returns:
        ///     What became of each identifier.
        ///
        /// Raises:
        ///     PalabreError: A request failed. `error.report` says what became of each identifier before; those under `unknown` may be gone.
        |client| client.contacts().delete_many(&ids.0).await.map(DeleteReport);

    call get [id, *,] (id: Id) -> Contact
        /// Reads one contact.
        ///
        /// Args:
        ///     id: The contact's identifier, as contacts.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
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
        ///
        /// Returns:
        ///     What the vendor sent back, which may be less than was given: None is not known, not empty.
        ///
        /// Raises:
        ///     InvalidInputError: An argument is wrong.
        ///     ConflictError: The contact exists.
        ///     PalabreError: Every other error means that it was not created ("not_sent").
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
        ///
        /// Raises:
        ///     NotFoundError: There is no such contact.
        ///     PalabreError: Every other error means that it was not changed ("not_sent", or None if the contact could not be read before).
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
        ///
        /// Raises:
        ///     NotFoundError: There is no such contact.
        ///     ConflictError: The vendor refuses, as WapiFlow does for a contact with messages.
        ///     PalabreError: Every other error means that it was not deleted ("not_sent").
        ///     OutcomeUnknownError: It may have been deleted (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was deleted ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not deleted ("not_sent").
        |client| client.contacts().delete(&id.0).await.map(|()| Nothing);
}

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
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.groups().members(&id.0, options(&search, &cursor, page_size)?)), from cursor.clone();

    call get [id, *,] (id: Id) -> Group
        /// Reads one group.
        ///
        /// Args:
        ///     id: The group's identifier, as groups.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
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
        ///
        /// Raises:
        ///     ConflictError: The name is taken.
        ///     QuotaExceededError: The plan allows no more groups.
        ///     PalabreError: Every other error means that it was not created ("not_sent").
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
        ///
        /// Raises:
        ///     NotFoundError: There is no such group.
        ///     ConflictError: The name is taken.
        ///     PalabreError: Every other error means that it was not changed ("not_sent").
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
        ///
        /// Raises:
        ///     NotFoundError: There is no such group.
        ///     PalabreError: Every other error means that it was not deleted ("not_sent").
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
        ///
        /// Raises:
        ///     NotFoundError: There is no such group, or none of the contacts exists.
        ///     PalabreError: Every other error means that it was not done ("not_sent").
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
        ///
        /// Raises:
        ///     NotFoundError: There is no such group.
        ///     PalabreError: Every other error means that it was not done ("not_sent").
        ///     OutcomeUnknownError: It may have been done (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was done ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not done ("not_sent").
        |client| client.groups().remove_members(&id.0, &contact_ids.0).await.map(RemoveReport);
}

noun! {
    /// The inbox of an account.
    "conversations": Conversations, AsyncConversations

    listing list [*, status=None, search=None, cursor=None, page_size=None,]
        (status: Option<String>, search: Option<String>, cursor: Option<String>, page_size: Option<Whole>)
        /// Lists conversations, those with the latest message first.
        ///
        /// Args:
        ///     status: Only those of this status: none, done, pending, important or unread.
        ///     search: Part of a contact's name or number.
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Conversations in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| {
            let status = self::status(&status)?;
            let options = ListOptions { status, ..options(&search, &cursor, page_size)? };
            Ok(client.conversations().list(options))
        }, from cursor.clone();

    call get [id, *,] (id: Id) -> Conversation
        /// Reads one conversation with its contact and notes.
        ///
        /// Args:
        ///     id: The conversation's identifier, as conversations.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such conversation.
        |client| client.conversations().get(&id.0).await.map(Conversation);

    call set_status [id, status, *,] (id: Id, status: String) -> Nothing
        /// Sets the status of a conversation.
        ///
        /// Args:
        ///     id: The conversation's identifier, as conversations.list gives it.
        ///     status: none, done, pending, important or unread; the vendor may refuse some.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such conversation.
        ///     InvalidInputError: The vendor does not take that status.
        ///     PalabreError: Every other error means that it was not done ("not_sent").
        ///     OutcomeUnknownError: It may have been done (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was done ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not done ("not_sent").
        |client| {
            let status = status.parse()?;
            client.conversations().set_status(&id.0, status).await.map(|()| Nothing)
        };
}

noun! {
    /// Sending. Nothing here is ever repeated on a guess.
    "messages": Messages, AsyncMessages

    call send
        [*, to, text=None, image=None, document=None, video=None, audio=None, location=None, cta_id=None, list_id=None, from_=None, extra=None,]
        (to: String, text: Option<String>, image: Option<File>, document: Option<File>, video: Option<File>,
         audio: Option<File>, location: Option<Place>, cta_id: Option<Id>, list_id: Option<Id>,
         from_: Option<String>, extra: Option<Object>) -> Message
        /// Sends a message to one person. It has one content; a text beside a file is its caption.
        ///
        /// Args:
        ///     to: The recipient in international form.
        ///     text: The text, or the caption of a file.
        ///     image: A picture: a path, or (name, bytes).
        ///     document: A document.
        ///     video: A video.
        ///     audio: A sound.
        ///     location: (latitude, longitude), or a mapping that holds name and address too.
        ///     cta_id: A call-to-action button that is stored at the vendor.
        ///     list_id: An interactive list that is stored at the vendor.
        ///     from_: The number to send from; the account's default if None.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///
        /// Raises:
        ///     OutcomeUnknownError: It may have gone out (`error.outcome` is "unknown"), or the vendor took it and its answer makes no sense ("accepted"): look before you send again.
        ///     DecodeError: The vendor took it ("accepted"), and its answer cannot be read: do not send it again.
        ///     PalabreError: Every other error means that it did not go out ("not_sent").
        |client| {
            let message = NewMessage {
                to,
                from: from_,
                text,
                image: file(&client, "image", "image", image).await?,
                document: file(&client, "document", "document", document).await?,
                video: file(&client, "video", "video", video).await?,
                audio: file(&client, "audio", "audio", audio).await?,
                location: location.map(|place| place.0).transpose()?,
                cta_id: cta_id.map(|id| id.0),
                list_id: list_id.map(|id| id.0),
                extra: fields("extra", extra)?.unwrap_or_default(),
            };
            client.messages().send(message).await.map(Message)
        };

    call send_template [*, to, template, variables=None, header_variables=None, from_=None, extra=None,]
        (to: String, template: Id, variables: Option<Vec<String>>, header_variables: Option<Vec<String>>,
         from_: Option<String>, extra: Option<Object>) -> Message
        /// Sends an approved template.
        ///
        /// Args:
        ///     to: The recipient in international form.
        ///     template: The template's identifier, as templates.list gives it.
        ///     variables: Values for the placeholders of the body, in order.
        ///     header_variables: Values for the placeholders of the header, in order.
        ///     from_: The number to send from; the account's default if None.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///
        /// Raises:
        ///     OutcomeUnknownError: It may have gone out (`error.outcome` is "unknown"), or the vendor took it and its answer makes no sense ("accepted"): look before you send again.
        ///     DecodeError: The vendor took it ("accepted"), and its answer cannot be read: do not send it again.
        ///     PalabreError: Every other error means that it did not go out ("not_sent").
        |client| {
            let extra = fields("extra", extra)?.unwrap_or_default();
            let message = NewTemplateMessage {
                to,
                from: from_,
                template: template.0,
                variables: variables.unwrap_or_default(),
                header_variables: header_variables.unwrap_or_default(),
                extra,
            };
            client.messages().send_template(message).await.map(Message)
        };
}

noun! {
    /// The templates of an account, whatever their status.
    "templates": Templates, AsyncTemplates

    listing list [*, cursor=None, page_size=None,] (cursor: Option<String>, page_size: Option<Whole>)
        /// Lists templates.
        ///
        /// Args:
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Templates in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.templates().list(options(&None, &cursor, page_size)?)), from cursor.clone();
}

noun! {
    /// Statistics, in each vendor's own definitions.
    "stats": Stats, AsyncStats

    call monthly [*, start=None, end=None, number=None,]
        (start: Option<Month>, end: Option<Month>, number: Option<String>) -> Table
        /// Conversations by month and category, the history that the vendor keeps.
        ///
        /// Args:
        ///     start: The first month, as "2025-01" or a date in it; the vendor's first if None.
        ///     end: The last month, included; the current one if None.
        ///     number: One number; all numbers of the account together if None.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///
        /// Returns:
        ///     A row for each month and category, oldest first. The running month says so. Months for which the vendor sent nothing have no row and a warning, never a zero.
        ///
        /// Raises:
        ///     InvalidInputError: A month is no month, or the end is before the start.
        |client| {
            let range = MonthRange { number, ..months(start, end)? };
            client.stats().monthly(range).await.map(Table::of_statistics)
        };

    call current_month [*,] () -> Table
        /// Conversations of this month so far, by number and category, and of all numbers together.
        ///
        /// Args:
        ///     timeout: Seconds that the call may take in all; the client's if None.
        |client| client.stats().current_month().await.map(Table::of_statistics);

    call today [*,] () -> Table
        /// What each number has sent today, and how much it may send.
        ///
        /// Args:
        ///     timeout: Seconds that the call may take in all; the client's if None.
        |client| client.stats().today().await.map(Table::of_statistics);
}
