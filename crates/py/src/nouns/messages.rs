//! `client.messages`.

use palabre::{NewMessage, NewTemplateMessage};
use pyo3::prelude::*;

use super::{fields, file};
use crate::arguments::{File, Id, Object, Place};
use crate::noun::noun;
use crate::results::Message;

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
