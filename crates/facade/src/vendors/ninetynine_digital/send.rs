//! Sending: texts, files by their address, places, templates.

use palabre_clients::ninetynine_digital::{shapes, types};
use palabre_model::{
    Content, Direction, ErrorKind, Form, Message, MessageStatus, Outcome, Raw, Result,
    normalize_digits,
};
use palabre_transport::Answer;
use serde_json::{Map, Value};

use super::lists::{scalar, seconds};
use super::{client, digits, number};
use crate::at::At;
use crate::outgoing::check_media;
use crate::vendors::filled;
use crate::{Location, Media, NewMessage, NewTemplateMessage};

/// What the wire calls the arguments of a text.
const TEXT: &[(&str, &str)] = &[("from", "from_"), ("body", "text")];

/// And of a place.
const PLACE: &[(&str, &str)] = &[
    ("from", "from_"),
    ("lat", "location.latitude"),
    ("lng", "location.longitude"),
    ("caption", "text"),
];

/// And of a template; its errors name what is not in the table as the wire does.
const TEMPLATE: &[(&str, &str)] = &[
    ("from", "from_"),
    ("name", "template"),
    ("headerType", "header"),
    ("headerLink", "header"),
];

/// What of a template's body has an argument.
const TEMPLATE_ARGUMENTS: &[(&str, &str)] = &[
    TO,
    FROM,
    ("name", "template"),
    ("headerType", "header"),
    ("headerLink", "header"),
    ("language", "language"),
    ("bodyVariable1", "variables"),
    ("bodyVariable2", "variables"),
    ("bodyVariable3", "variables"),
    ("bodyVariable4", "variables"),
    ("bodyVariable5", "variables"),
    ("bodyVariable6", "variables"),
    ("bodyVariable7", "variables"),
    ("bodyVariable8", "variables"),
    ("bodyVariable9", "variables"),
    ("bodyVariable10", "variables"),
];

/// What the address of a file ends in, and what the vendor then takes the file for. That it goes by
/// the ending is a guess; that it has no other sign is documented (`W/send-file`).
const ENDINGS: &[(Content, &[&str])] = &[
    (Content::Image, &["jpg", "jpeg", "png", "webp"]),
    (Content::Video, &["mp4", "3gp"]),
    (Content::Audio, &["mp3", "ogg", "aac", "amr", "m4a"]),
    (
        Content::Document,
        &[
            "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "csv", "zip",
        ],
    ),
];

/// `W/templates/send-a-template`: ten values at most.
const MOST_VARIABLES: usize = 10;

/// The languages of `sendTemplate`, as a public integration counts them: 1 is the template's own.
const LANGUAGES: [&str; 9] = ["default", "en", "ar", "ru", "es", "zh", "hi", "th", "fr"];

pub(super) async fn message(at: &At, message: NewMessage) -> Result<Message> {
    at.refuse(&[("idempotency_key", message.idempotency_key.is_some())])?;
    let to = digits(at, "to", &message.to)?;
    let from = number(at, "from_", message.from.as_deref())?;
    let extra = message.extra;
    let files = [
        (Content::Image, message.image),
        (Content::Document, message.document),
        (Content::Video, message.video),
        (Content::Audio, message.audio),
    ];
    let file = files
        .into_iter()
        .find_map(|(content, media)| Some((content, media?)));
    match (file, message.location) {
        (Some((content, media)), _) => {
            at.check_extra(
                &extra,
                &[("body", content.as_str()), ("caption", "text"), TO, FROM],
            )?;
            let call = at.call(file_arguments(content));
            let body = types::NewFile {
                to,
                from: from.clone(),
                body: link(at, content, media)?,
                caption: message.text,
                reply_to: None,
                show_request: None,
                extra: extra.into_iter().collect(),
            };
            let answer = client(at, &call).send_file(&body).await;
            let answer = at.finish(&call, answer)?;
            sent(at, answer, content.as_str(), from, body.to)
        }
        (None, Some(place)) => {
            at.check_extra(
                &extra,
                &[
                    ("lat", "location"),
                    ("lng", "location"),
                    ("caption", "text"),
                    TO,
                    FROM,
                ],
            )?;
            let call = at.call(PLACE);
            let body = location(at, to, from.clone(), place, message.text, extra)?;
            let answer = client(at, &call).send_location(&body).await;
            let answer = at.finish(&call, answer)?;
            sent(at, answer, "location", from, body.to)
        }
        (None, None) => {
            at.check_extra(&extra, &[("body", "text"), TO, FROM])?;
            let call = at.call(TEXT);
            let text = message
                .text
                .ok_or_else(|| at.invalid("text", "is required"))?;
            let body = types::NewText {
                to,
                from: from.clone(),
                body: text,
                reply_to: None,
                show_request: None,
                extra: extra.into_iter().collect(),
            };
            let answer = client(at, &call).send_message(&body).await;
            let answer = at.finish(&call, answer)?;
            sent(at, answer, "text", from, body.to)
        }
    }
}

const TO: (&str, &str) = ("to", "to");
const FROM: (&str, &str) = ("from", "from_");

fn file_arguments(content: Content) -> &'static [(&'static str, &'static str)] {
    match content {
        Content::Image => &[("from", "from_"), ("body", "image"), ("caption", "text")],
        Content::Video => &[("from", "from_"), ("body", "video"), ("caption", "text")],
        Content::Audio => &[("from", "from_"), ("body", "audio"), ("caption", "text")],
        _ => &[("from", "from_"), ("body", "document"), ("caption", "text")],
    }
}

/// The address of a file, unless the vendor would take what is there for something else.
fn link(at: &At, content: Content, media: Media) -> Result<String> {
    let Media::Link(address) = media else {
        return Err(at.unsupported_option(content.as_str()));
    };
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let name = path.rsplit('/').next().unwrap_or_default();
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    let known = ENDINGS.iter().find(|(_, endings)| {
        let ending = ending.as_deref();
        ending.is_some_and(|ending| endings.contains(&ending))
    });
    match known {
        Some((taken, _)) if *taken != content => Err(at
            .error(
                ErrorKind::Unsupported,
                format!("{content}: 99digital goes by the end of the address, and takes this for {taken}"),
            )
            .outcome(Outcome::NotSent)
            .hint(format!("pass it as {taken}="))),
        _ => Ok(address),
    }
}

fn location(
    at: &At,
    to: String,
    from: Option<String>,
    place: Location,
    caption: Option<String>,
    extra: Map<String, Value>,
) -> Result<types::NewLocation> {
    for (argument, given) in [
        ("location.name", &place.name),
        ("location.address", &place.address),
    ] {
        if given.is_some() {
            let error = at.unsupported_option(argument);
            return Err(error.hint("pass text: it stands beside the place"));
        }
    }
    Ok(types::NewLocation {
        to,
        from,
        lat: place.latitude.to_string(),
        lng: place.longitude.to_string(),
        caption,
        reply_to: None,
        show_request: None,
        extra: extra.into_iter().collect(),
    })
}

pub(super) async fn template(at: &At, message: NewTemplateMessage) -> Result<Message> {
    at.refuse(&[("header_variables", !message.header_variables.is_empty())])?;
    at.check_extra(&message.extra, TEMPLATE_ARGUMENTS)?;
    let to = digits(at, "to", &message.to)?;
    let from = number(at, "from_", message.from.as_deref())?;
    let values = message.variables.ordered(at)?;
    if values.len() > MOST_VARIABLES {
        let problem = format!("{MOST_VARIABLES} at most are taken, got {}", values.len());
        return Err(at.invalid("variables", problem));
    }
    let (header_type, header_link) = header(at, message.header)?;
    let mut values = values.into_iter();
    let body = types::NewTemplateMessage {
        to,
        from: from.clone(),
        name: message.template,
        header_type,
        header_link,
        language: message
            .language
            .map(|language| language_number(at, &language))
            .transpose()?,
        website_variable: None,
        body_variable1: values.next(),
        body_variable2: values.next(),
        body_variable3: values.next(),
        body_variable4: values.next(),
        body_variable5: values.next(),
        body_variable6: values.next(),
        body_variable7: values.next(),
        body_variable8: values.next(),
        body_variable9: values.next(),
        body_variable10: values.next(),
        extra: message.extra.into_iter().collect(),
    };
    let call = at.call(TEMPLATE);
    let answer = client(at, &call).send_template(&body).await;
    let answer = at.finish(&call, answer)?;
    sent(at, answer, "template", from, body.to)
}

/// The number of a header's kind, and the address of its file.
fn header(at: &At, header: Option<(Content, Media)>) -> Result<(i64, Option<String>)> {
    let Some((content, media)) = header else {
        return Ok((1, None));
    };
    let kind = match content {
        Content::Image => 3,
        Content::Video => 4,
        Content::Document => 5,
        _ => return Err(at.unsupported_option("header")),
    };
    check_media(at, content, &media, Form::Link)?;
    match media {
        Media::Link(address) => Ok((kind, Some(address))),
        Media::File(_) => Err(at.unsupported_option("header")),
    }
}

fn language_number(at: &At, language: &str) -> Result<i64> {
    let position = LANGUAGES.iter().position(|known| *known == language);
    let number = position.map(|position| position as i64 + 1);
    number
        .or_else(|| language.parse().ok())
        .filter(|number| (1..=9).contains(number))
        .ok_or_else(|| {
            at.invalid("language", "is none that this vendor has")
                .hint(format!("one of {}", LANGUAGES.join(", ")))
        })
}

/// What the vendor took. Its answer is documented for another version only, so nothing in it is
/// needed; it says neither more nor less than "accepted".
fn sent(
    at: &At,
    answer: Answer<types::SendResult>,
    kind: &str,
    from: Option<String>,
    to: String,
) -> Result<Message> {
    let Answer { value, body, .. } = answer;
    // A status without content; any other answer has said that it worked.
    if body.is_empty() {
        return Err(at.unproven());
    }
    let own = filled(value.from).or(from);
    let time = value.timestamp.and_then(scalar);
    let time = time.and_then(|time| time.parse().ok()).and_then(seconds);
    Ok(Message {
        id: filled(value.unique),
        number_id: own.clone(),
        from: own.as_deref().and_then(normalize_digits),
        to: normalize_digits(&filled(value.to).unwrap_or(to)),
        direction: Some(Direction::Outbound),
        status: Some(MessageStatus::Queued),
        kind: Some(kind.to_owned()),
        created_at: time,
        ..Message::new(
            at.vendor(),
            at.account(),
            Raw::new(body, &shapes::SEND_RESULT),
        )
    })
}
