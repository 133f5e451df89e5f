//! `client.messages`.

use palabre::ledger::Row;
use palabre::{Client, Content, Media, NewMessage, NewTemplateMessage, Result};
use pyo3::prelude::*;

use super::fields;
use crate::arguments::{Attachment, Id, Object, Place, Values, Whole};
use crate::many::{Contents, GivenRows, Json, Path, Plan, RunReport, many};
use crate::noun::noun;
use crate::results::Message;

/// A file of a message, or the address of one.
async fn media(
    client: &Client,
    content: Content,
    given: Option<Attachment>,
) -> Result<Option<Media>> {
    match given {
        Some(given) => given.load(client, content).await.map(Some),
        None => Ok(None),
    }
}

/// What holds for all rows of `send_many`.
struct Given {
    text: Option<String>,
    image: Option<Attachment>,
    document: Option<Attachment>,
    video: Option<Attachment>,
    audio: Option<Attachment>,
    location: Option<Json>,
    cta_id: Option<Id>,
    list_id: Option<Id>,
    template: Option<Id>,
    variables: Option<Values>,
    header_variables: Option<Vec<String>>,
    from_: Option<String>,
    extra: Option<Object>,
}

async fn messages(client: &Client, given: Given) -> Result<Row> {
    let mut contents = Contents::default()
        .text("text", given.text)
        .text("from_", given.from_)
        .id("cta_id", given.cta_id)
        .id("list_id", given.list_id)
        .id("template", given.template)
        .values("variables", given.variables)?
        .texts("header_variables", given.header_variables)
        .json("location", given.location)?
        .object("extra", given.extra)?;
    for (content, attachment) in [
        (Content::Image, given.image),
        (Content::Document, given.document),
        (Content::Video, given.video),
        (Content::Audio, given.audio),
    ] {
        let medium = media(client, content, attachment).await?;
        contents = contents.medium(content.as_str(), medium);
    }
    Ok(contents.row())
}

noun! {
    /// Sending. Nothing here is ever repeated on a guess.
    "messages": Messages, AsyncMessages

    batch send_many
        [rows, *, ledger, text=None, image=None, document=None, video=None, audio=None, location=None, cta_id=None, list_id=None, template=None, variables=None, header_variables=None, from_=None, extra=None, allow_duplicates=None, max_in_flight=None,]
        (rows: Option<GivenRows>, ledger: Path, text: Option<String>, image: Option<Attachment>,
         document: Option<Attachment>, video: Option<Attachment>, audio: Option<Attachment>, location: Option<Json>,
         cta_id: Option<Id>, list_id: Option<Id>, template: Option<Id>, variables: Option<Values>,
         header_variables: Option<Vec<String>>, from_: Option<String>, extra: Option<Object>,
         allow_duplicates: Option<bool>, max_in_flight: Option<Whole>) -> RunReport
        /// Sends to many people, each row once, whatever happens. A run that was ended anywhere goes on with the same call.
        ///
        /// Everything is written down in the ledger before it is sent. With a ledger that has begun, what was accepted is not sent again, and what may have been is left for `Ledger.resolve`.
        ///
        /// Args:
        ///     rows: The people: mappings of an iterable, a pandas or polars DataFrame, or an Arrow stream. Columns are called like the arguments of `send` and `send_template`: to, text, image, template, variables and so on. `key` is the caller's own name of a row. None goes on with what the ledger holds.
        ///     ledger: The file that the campaign is kept in. It is made if it is not there.
        ///     text: The text of all rows. Here and in other texts `{column}` is the row's value, and `{{` a brace; a row without the value is refused.
        ///     image: A picture for all rows: a path, (name, bytes), or a link.
        ///     document: A document for all rows.
        ///     video: A video for all rows.
        ///     audio: A sound for all rows.
        ///     location: A place for all rows.
        ///     cta_id: A call-to-action button that is stored at the vendor.
        ///     list_id: An interactive list that is stored at the vendor.
        ///     template: The template's identifier, for all rows.
        ///     variables: Values for the placeholders of the template's body, in order.
        ///     header_variables: Values for the placeholders of the template's header, in order.
        ///     from_: The number to send from; the account's default if None.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     allow_duplicates: Whether a second row for the same recipient is sent too; it is refused if not.
        ///     max_in_flight: How many requests are under way at the same time; 8 if None.
        ///     timeout: Seconds that each request may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        ///
        /// Returns:
        ///     How many rows are accepted, refused, not sent, unknown and left. Each row is in the ledger.
        ///
        /// Raises:
        ///     ConflictError: Another run is working on the ledger, or it is another campaign's: other rows, another account.
        ///     ConfigError: The ledger cannot be read or written.
        ///     PalabreError: Every further row would have failed the same way, such as with AuthenticationError. The rest is planned: go on with the same call.
        |client| {
            let contents = messages(&client, Given {
                text, image, document, video, audio, location, cta_id, list_id, template, variables,
                header_variables, from_, extra,
            }).await?;
            let many = many(ledger, contents, allow_duplicates, max_in_flight)?;
            let report = match rows {
                Some(rows) => client.messages().send_many(rows.stream(), many).await,
                None => client.resume(many).await,
            };
            RunReport::of(report?)
        };

    call plan
        [rows, *, text=None, image=None, document=None, video=None, audio=None, location=None, cta_id=None, list_id=None, template=None, variables=None, header_variables=None, from_=None, extra=None, allow_duplicates=None,]
        (rows: GivenRows, text: Option<String>, image: Option<Attachment>,
         document: Option<Attachment>, video: Option<Attachment>, audio: Option<Attachment>, location: Option<Json>,
         cta_id: Option<Id>, list_id: Option<Id>, template: Option<Id>, variables: Option<Values>,
         header_variables: Option<Vec<String>>, from_: Option<String>, extra: Option<Object>,
         allow_duplicates: Option<bool>) -> Plan
        /// Tells what `send_many` would do with each row: what would be sent, what would be refused, and why. No request is made.
        ///
        /// Args:
        ///     rows: As for `send_many`.
        ///     text: The text of all rows, with `{column}` for a row's value.
        ///     image: A picture for all rows: a path, (name, bytes), or a link.
        ///     document: A document for all rows.
        ///     video: A video for all rows.
        ///     audio: A sound for all rows.
        ///     location: A place for all rows.
        ///     cta_id: A call-to-action button that is stored at the vendor.
        ///     list_id: An interactive list that is stored at the vendor.
        ///     template: The template's identifier, for all rows.
        ///     variables: Values for the placeholders of the template's body, in order.
        ///     header_variables: Values for the placeholders of the template's header, in order.
        ///     from_: The number to send from; the account's default if None.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     allow_duplicates: Whether a second row for the same recipient would be sent too.
        ///     timeout: As everywhere, though nothing is sent.
        ///     retry: As everywhere, though nothing is sent.
        ///
        /// Returns:
        ///     How many rows would be sent and how many refused, with a table of them.
        |client| {
            let contents = messages(&client, Given {
                text, image, document, video, audio, location, cta_id, list_id, template, variables,
                header_variables, from_, extra,
            }).await?;
            let duplicates = allow_duplicates.unwrap_or_default();
            client.messages().plan(rows.stream(), contents, duplicates).await.map(Plan)
        };

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
        ///     retry: A RetryPolicy for this call; the client's if None.
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
        ///     retry: A RetryPolicy for this call; the client's if None.
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
