//! `client.messages`.

use palabre::ledger::Row;
use palabre::{Client, Content as Kind, Error, ListOptions, NewBulk, Outgoing, Result};
use pyo3::prelude::*;

use super::sending::{Content, Template, filter, header, media};
use super::{Nothing, fields, options};
use crate::arguments::{Attachment, Id, Moment, Object, Place, Recipients, Values, Whole};
use crate::many::{Contents, Files, GivenRows, Json, Path, Plan, RunReport, many};
use crate::noun::noun;
use crate::results::{BulkReport, Message};

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
    language: Option<String>,
    from_: Option<String>,
    extra: Option<Object>,
}

async fn messages(client: &Client, given: Given) -> Result<Row> {
    let mut contents = Contents::default()
        .text("text", given.text)
        .text("language", given.language)
        .text("from_", given.from_)
        .id("cta_id", given.cta_id)
        .id("list_id", given.list_id)
        .id("template", given.template)
        .values("variables", given.variables)?
        .texts("header_variables", given.header_variables)
        .json("location", given.location)?
        .object("extra", given.extra)?;
    for (content, attachment) in [
        (Kind::Image, given.image),
        (Kind::Document, given.document),
        (Kind::Video, given.video),
        (Kind::Audio, given.audio),
    ] {
        let medium = media(client, content, attachment).await?;
        contents = contents.medium(content.as_str(), medium);
    }
    Ok(contents.row())
}

noun! {
    /// Sending. Nothing here is ever repeated on a guess.
    "messages": Messages, AsyncMessages

    listing list [*, number=None, status=None, to=None, cursor=None, page_size=None,]
        (number: Option<String>, status: Option<String>, to: Option<String>, cursor: Option<String>, page_size: Option<Whole>)
        /// Lists messages, in the vendor's order.
        ///
        /// Args:
        ///     number: Only those of one of the account's numbers: its identifier at the vendor, or the phone number.
        ///     status: Only those of this status: queued, sent, delivered, read, failed or cancelled.
        ///     to: Only those with this person.
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Messages in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| {
            let filter = filter(&status, &to)?;
            let options = ListOptions { number: number.clone(), ..options(&None, &cursor, page_size)? };
            Ok(client.messages().list(filter, options))
        }, from cursor.clone();

    batch send_many
        [rows, *, ledger, text=None, image=None, document=None, video=None, audio=None, location=None, cta_id=None, list_id=None, template=None, variables=None, header_variables=None, language=None, from_=None, extra=None, allow_duplicates=None, max_in_flight=None,]
        (rows: Option<GivenRows>, ledger: Path, text: Option<String>, image: Option<Attachment>,
         document: Option<Attachment>, video: Option<Attachment>, audio: Option<Attachment>, location: Option<Json>,
         cta_id: Option<Id>, list_id: Option<Id>, template: Option<Id>, variables: Option<Values>,
         header_variables: Option<Vec<String>>, language: Option<String>, from_: Option<String>, extra: Option<Object>,
         allow_duplicates: Option<bool>, max_in_flight: Option<Whole>) -> RunReport
        /// Sends to many people, each row once, whatever happens. A run that was ended anywhere goes on with the same call.
        ///
        /// Everything is written down in the ledger before it is sent. With a ledger that has begun, what was accepted is not sent again, and what may have been is left for `Ledger.resolve`.
        ///
        /// Args:
        ///     rows: The people: mappings of an iterable, a pandas or polars DataFrame, or an Arrow stream. Columns are called like the arguments of `send` and `send_template`: to, text, image, template, variables and so on. `key` is the caller's own name of a row. None goes on with what the ledger holds.
        ///     ledger: The file that the campaign is kept in. It is made if it is not there.
        ///     text: The text of all rows. Here and in other texts `{column}` is the row's value, and `{{` a brace; a row without the value is refused.
        ///     image: A picture for all rows: a path, (name, bytes), or a link. With a template, it and `document` and `video` are the file of its header.
        ///     document: A document for all rows.
        ///     video: A video for all rows.
        ///     audio: A sound for all rows.
        ///     location: A place for all rows.
        ///     cta_id: A call-to-action button that is stored at the vendor.
        ///     list_id: An interactive list that is stored at the vendor.
        ///     template: The template's identifier, for all rows.
        ///     variables: Values for the placeholders of the template's body, in order.
        ///     header_variables: Values for the placeholders of the template's header, in order.
        ///     language: The template's language, at 99digital.
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
                header_variables, language, from_, extra,
            }).await?;
            let many = many(ledger, contents, allow_duplicates, max_in_flight)?;
            let report = match rows {
                Some(rows) => {
                    let rows = rows.stream(Files::of_messages(&client));
                    client.messages().send_many(rows, many).await
                }
                None => client.resume(many).await,
            };
            RunReport::of(report?)
        };

    call plan
        [rows, *, text=None, image=None, document=None, video=None, audio=None, location=None, cta_id=None, list_id=None, template=None, variables=None, header_variables=None, language=None, from_=None, extra=None, allow_duplicates=None,]
        (rows: GivenRows, text: Option<String>, image: Option<Attachment>,
         document: Option<Attachment>, video: Option<Attachment>, audio: Option<Attachment>, location: Option<Json>,
         cta_id: Option<Id>, list_id: Option<Id>, template: Option<Id>, variables: Option<Values>,
         header_variables: Option<Vec<String>>, language: Option<String>, from_: Option<String>, extra: Option<Object>,
         allow_duplicates: Option<bool>) -> Plan
        /// Tells what `send_many` would do with each row: what would be sent, what would be refused, and why. No request is made.
        ///
        /// Args:
        ///     rows: As for `send_many`.
        ///     text: The text of all rows, with `{column}` for a row's value.
        ///     image: A picture for all rows: a path, (name, bytes), or a link. With a template, it and `document` and `video` are the file of its header.
        ///     document: A document for all rows.
        ///     video: A video for all rows.
        ///     audio: A sound for all rows.
        ///     location: A place for all rows.
        ///     cta_id: A call-to-action button that is stored at the vendor.
        ///     list_id: An interactive list that is stored at the vendor.
        ///     template: The template's identifier, for all rows.
        ///     variables: Values for the placeholders of the template's body, in order.
        ///     header_variables: Values for the placeholders of the template's header, in order.
        ///     language: The template's language, at 99digital.
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
                header_variables, language, from_, extra,
            }).await?;
            let duplicates = allow_duplicates.unwrap_or_default();
            let rows = rows.stream(Files::of_messages(&client));
            client.messages().plan(rows, contents, duplicates).await.map(Plan)
        };

    call send
        [*, to, text=None, image=None, document=None, video=None, audio=None, location=None, cta_id=None, list_id=None, from_=None, idempotency_key=None, extra=None,]
        (to: String, text: Option<String>, image: Option<Attachment>, document: Option<Attachment>,
         video: Option<Attachment>, audio: Option<Attachment>, location: Option<Place>, cta_id: Option<Id>, list_id: Option<Id>,
         from_: Option<String>, idempotency_key: Option<String>, extra: Option<Object>) -> Message
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
        ///     idempotency_key: Names the request, so that the vendor does it once however often it comes; ReachFlow has that, and gets a random one if None.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     OutcomeUnknownError: It may have gone out (`error.outcome` is "unknown"), or the vendor took it and its answer makes no sense ("accepted"): look before you send again.
        ///     DecodeError: The vendor took it ("accepted"), and its answer cannot be read: do not send it again.
        ///     PalabreError: Every other error means that it did not go out ("not_sent").
        |client| {
            let content = Content {
                to, text, image, document, video, audio, location, cta_id, list_id, from_,
                idempotency_key, extra,
            };
            let message = content.load(&client).await?;
            client.messages().send(message).await.map(Message)
        };

    call send_template [*, to, template, variables=None, header_variables=None, image=None, document=None, video=None, language=None, from_=None, extra=None,]
        (to: String, template: Id, variables: Option<Values>, header_variables: Option<Vec<String>>,
         image: Option<Attachment>, document: Option<Attachment>, video: Option<Attachment>, language: Option<String>,
         from_: Option<String>, extra: Option<Object>) -> Message
        /// Sends a template.
        ///
        /// Args:
        ///     to: The recipient in international form.
        ///     template: The template's identifier, as templates.list gives it.
        ///     variables: Values for the placeholders of the body: in order, or at MsgFlash by name.
        ///     header_variables: Values for the placeholders of the header, in order.
        ///     image: The picture of the header, at 99digital: its https address.
        ///     document: The document of the header, at 99digital.
        ///     video: The video of the header, at 99digital.
        ///     language: The language, at 99digital: "en", "ar", "ru", "es", "zh", "hi", "th" or "fr"; the template's own if None.
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
            let header = header(&client, image, document, video).await?;
            let template = Template {
                to, template, variables, header_variables, header, language, from_, extra,
            };
            let message = template.load()?;
            client.messages().send_template(message).await.map(Message)
        };

    call schedule
        [*, at, to, text=None, image=None, document=None, video=None, audio=None, location=None, template=None, variables=None, from_=None, idempotency_key=None, extra=None,]
        (at: Moment, to: String, text: Option<String>, image: Option<Attachment>, document: Option<Attachment>,
         video: Option<Attachment>, audio: Option<Attachment>, location: Option<Place>, template: Option<Id>,
         variables: Option<Values>, from_: Option<String>, idempotency_key: Option<String>,
         extra: Option<Object>) -> Message
        /// Leaves a message or a template with the vendor, which sends it later.
        ///
        /// Args:
        ///     at: When it goes out: a datetime with a time zone, or a text such as "2026-12-24T08:00:00+01:00".
        ///     to: The recipient in international form.
        ///     text: The text, or the caption of a file.
        ///     image: A picture, as in send.
        ///     document: A document.
        ///     video: A video.
        ///     audio: A sound.
        ///     location: (latitude, longitude), or a mapping that holds name and address too.
        ///     template: The template's identifier, in place of all that.
        ///     variables: Values for the placeholders of the template.
        ///     from_: The number to send from, as in send.
        ///     idempotency_key: Names the request, as in send.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     OutcomeUnknownError: The vendor may have taken it (`error.outcome` is "unknown"), or took it and its answer makes no sense ("accepted"): look before you repeat it.
        ///     DecodeError: The vendor took it ("accepted"), and its answer cannot be read: do not repeat it.
        ///     PalabreError: Every other error means that it was not taken ("not_sent").
        |client| {
            let when = at.0?;
            let message: Outgoing = match template {
                None => {
                    let content = Content {
                        to, text, image, document, video, audio, location, cta_id: None,
                        list_id: None, from_, idempotency_key, extra,
                    };
                    if variables.is_some() {
                        return Err(Error::invalid("variables", "go with a template, and there is none"));
                    }
                    content.load(&client).await?.into()
                }
                Some(template) => {
                    let others = [
                        ("text", text.is_some()),
                        ("image", image.is_some()),
                        ("document", document.is_some()),
                        ("video", video.is_some()),
                        ("audio", audio.is_some()),
                        ("location", location.is_some()),
                        ("idempotency_key", idempotency_key.is_some()),
                    ];
                    if let Some((name, _)) = others.iter().find(|(_, is_given)| *is_given) {
                        return Err(Error::invalid(name, "is not sent beside a template"));
                    }
                    let template = Template {
                        to, template, variables, header_variables: None, header: None,
                        language: None, from_, extra,
                    };
                    template.load()?.into()
                }
            };
            client.messages().schedule(message, when).await.map(Message)
        };

    call send_bulk [text, recipients, *, at=None, from_=None, idempotency_key=None, extra=None,]
        (text: String, recipients: Recipients, at: Option<Moment>, from_: Option<String>,
         idempotency_key: Option<String>, extra: Option<Object>) -> BulkReport
        /// Sends one text to many people in one request of the vendor.
        ///
        /// Args:
        ///     text: The text. Placeholders are written as the vendor has them: {{name}} at ReachFlow.
        ///     recipients: Who gets it: numbers, or mappings of "to" and, for the placeholders, "variables".
        ///     at: When it goes out, as in schedule; at once if None.
        ///     from_: The number to send from, as in send.
        ///     idempotency_key: Names the request, as in send.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Returns:
        ///     How many the vendor took, and who was refused and why.
        ///
        /// Raises:
        ///     OutcomeUnknownError: They may have gone out (`error.outcome` is "unknown"): look before you repeat it.
        ///     DecodeError: The vendor took them ("accepted"), and its answer cannot be read: do not repeat it.
        ///     PalabreError: Every other error means that none went out ("not_sent").
        |client| {
            let bulk = NewBulk {
                text,
                recipients: recipients.0?,
                from: from_,
                at: at.map(|at| at.0).transpose()?,
                idempotency_key,
                extra: fields("extra", extra)?.unwrap_or_default(),
            };
            client.messages().send_bulk(bulk).await.map(BulkReport)
        };

    call get [id, *,] (id: Id) -> Message
        /// Reads one message: how far it has come.
        ///
        /// Args:
        ///     id: The message's identifier, as send or list gives it.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: There is no such message.
        |client| client.messages().get(&id.0).await.map(Message);

    call mark_read [to, *, from_=None,] (to: String, from_: Option<String>) -> Nothing
        /// Marks what a person wrote as read.
        ///
        /// Args:
        ///     to: The person's number in international form.
        ///     from_: The own number that they wrote to; the client's, or the account's only one, if None.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     NotFoundError: Nobody of that number has written.
        |client| client.messages().mark_read(&to, from_.as_deref()).await.map(|()| Nothing);
}
