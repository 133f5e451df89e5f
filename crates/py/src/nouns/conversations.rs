//! `client.conversations`.

use palabre::ListOptions;
use pyo3::prelude::*;

use super::{Nothing, options};
use crate::arguments::{Id, Whole};
use crate::noun::noun;
use crate::results::Conversation;

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
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| {
            let status = status.as_deref().map(str::parse).transpose()?;
            let options = ListOptions { status, ..options(&search, &cursor, page_size)? };
            Ok(client.conversations().list(options))
        }, from cursor.clone();

    call get [id, *,] (id: Id) -> Conversation
        /// Reads one conversation with its contact and notes.
        ///
        /// Args:
        ///     id: The conversation's identifier, as conversations.list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
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
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such conversation.
        ///     InvalidInputError: The vendor does not take that status.
        ///     OutcomeUnknownError: It may have been done (`error.outcome` is "unknown"), or it was and the vendor's answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: It was done ("accepted"), and the vendor's answer cannot be read.
        ///     PalabreError: Every other error means that it was not done ("not_sent").
        |client| {
            let status = status.parse()?;
            client.conversations().set_status(&id.0, status).await.map(|()| Nothing)
        };
}
