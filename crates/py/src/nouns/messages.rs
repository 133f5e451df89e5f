//! `client.messages`.

use palabre::{Content, Media, NewMessage, NewTemplateMessage, Result};
use pyo3::prelude::*;

use super::fields;
use crate::arguments::{Attachment, Id, Object, Place, Values};
use crate::noun::noun;
use crate::results::Message;

/// A file of a message, or the address of one.
async fn media(
    client: &palabre::Client,
    content: Content,
    given: Option<Attachment>,
) -> Result<Option<Media>> {
    match given {
        Some(given) => given.load(client, content).await.map(Some),
        None => Ok(None),
    }
}

noun! {
    /// Sending. Nothing here is ever repeated on a guess.
    "messages": Messages, AsyncMessages

    call send
        [*, to, text=None, image=None, document=None, video=None, audio=None, location=None, cta_id=None, list_id=None, from_=None, extra=None,]
        (to: String, text: Option<String>, image: Option<Attachment>, document: Option<Attachment>,
         video: Option<Attachment>, audio: Option<Attachment>, location: Option<Place>, cta_id: Option<Id>, list_id: Option<Id>,
         from_: Option<String>, extra: Option<Object>) -> Message
        /// Sends a message to one person. It has one content; a text beside a file is its caption.
        ///
        /// Args:
        ///     to: The recipient in international form.
        ///     text: The text, or the caption of a file.
        ///     image: A picture: a path or (name, bytes), or its https address; each vendor takes one of the two.
        ///     document: A document.
        ///     video: A video.
        ///     audio: A sound.
        ///     location: (latitude, longitude), or a mapping that holds name and address too.
        ///     cta_id: A call-to-action button that is stored at the vendor.
        ///     list_id: An interactive list that is stored at the vendor.
        ///     from_: The number to send from: its identifier at the vendor, or the phone number. If None the account's default, or its only connected number.
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
                image: media(&client, Content::Image, image).await?,
                document: media(&client, Content::Document, document).await?,
                video: media(&client, Content::Video, video).await?,
                audio: media(&client, Content::Audio, audio).await?,
                location: location.map(|place| place.0).transpose()?,
                cta_id: cta_id.map(|id| id.0),
                list_id: list_id.map(|id| id.0),
                idempotency_key: None,
                extra: fields("extra", extra)?.unwrap_or_default(),
            };
            client.messages().send(message).await.map(Message)
        };

    call send_template [*, to, template, variables=None, header_variables=None, from_=None, extra=None,]
        (to: String, template: Id, variables: Option<Values>, header_variables: Option<Vec<String>>,
         from_: Option<String>, extra: Option<Object>) -> Message
        /// Sends a template.
        ///
        /// Args:
        ///     to: The recipient in international form.
        ///     template: The template's identifier, as templates.list gives it.
        ///     variables: Values for the placeholders of the body: in order, or at MsgFlash by name.
        ///     header_variables: Values for the placeholders of the header, in order.
        ///     from_: The number to send from: its identifier at the vendor, or the phone number. If None the account's default, or its only connected number.
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
                variables: variables.map(Values::load).transpose()?.unwrap_or_default(),
                header_variables: header_variables.unwrap_or_default(),
                extra,
                ..NewTemplateMessage::default()
            };
            client.messages().send_template(message).await.map(Message)
        };
}
