//! What is sent: messages, templates, one text for many.

use std::borrow::Cow;

use jiff::Timestamp;
use palabre_model::{Content, Error, ErrorKind, Form, Outcome, Result, Taken};
use palabre_transport::FilePart;
use serde_json::{Map, Value};

use crate::at::At;

/// A file of a message: the file itself, or where the vendor fetches it.
///
/// Each vendor takes one of the two; [`contents`](crate::contents) tells which.
#[derive(Clone, PartialEq, Eq)]
pub enum Media {
    /// A file that is sent along.
    File(FilePart),
    /// The https address of a file.
    Link(String),
}

impl std::fmt::Debug for Media {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(file) => file.fmt(f),
            // An address may hold a signature that lets whoever has it read the file.
            Self::Link(_) => f.write_str("Link(..)"),
        }
    }
}

impl From<FilePart> for Media {
    fn from(file: FilePart) -> Self {
        Self::File(file)
    }
}

impl Media {
    /// The file, where the table of the vendor's contents has let nothing else through.
    pub(crate) fn into_file(self) -> Option<FilePart> {
        match self {
            Self::File(file) => Some(file),
            Self::Link(_) => None,
        }
    }

    /// The address, where the table of the vendor's contents has let nothing else through.
    pub(crate) fn into_link(self) -> Option<String> {
        match self {
            Self::Link(address) => Some(address),
            Self::File(_) => None,
        }
    }
}

/// A message to one person. It has one content; a text beside a file is its caption.
#[derive(Clone, Default)]
pub struct NewMessage {
    /// The recipient, in international form.
    pub to: String,
    /// The number to send from: its identifier at the vendor, or the phone number. `None` is the
    /// account's default, or its only connected number.
    pub from: Option<String>,
    /// The text, or the caption of a file.
    pub text: Option<String>,
    /// A picture.
    pub image: Option<Media>,
    /// A document.
    pub document: Option<Media>,
    /// A video.
    pub video: Option<Media>,
    /// A sound.
    pub audio: Option<Media>,
    /// A place.
    pub location: Option<Location>,
    /// The identifier of a call-to-action button that is stored at the vendor.
    pub cta_id: Option<String>,
    /// The identifier of an interactive list that is stored at the vendor.
    pub list_id: Option<String>,
    /// Names the request, so that the vendor does it once however often it comes; ReachFlow has that.
    pub idempotency_key: Option<String>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}
palabre_model::debug_only!(NewMessage {
    image,
    document,
    video,
    audio,
    cta_id,
    list_id
});

/// A place on the map.
#[derive(Clone, Default, PartialEq)]
pub struct Location {
    /// Degrees, -90 to 90.
    pub latitude: f64,
    /// Degrees, -180 to 180.
    pub longitude: f64,
    /// What is there; WapiFlow shows it only together with the address.
    pub name: Option<String>,
    /// Where it is; WapiFlow shows it only together with the name.
    pub address: Option<String>,
}
palabre_model::debug_only!(Location {});

/// A message that is a template which is stored at the vendor.
#[derive(Clone, Default)]
pub struct NewTemplateMessage {
    /// The recipient, in international form.
    pub to: String,
    /// The number to send from, as in [`NewMessage`].
    pub from: Option<String>,
    /// The template's identifier, as `templates.list` gives it.
    pub template: String,
    /// Values for the placeholders of the body.
    pub variables: Variables,
    /// Values for the placeholders of the header, in order.
    pub header_variables: Vec<String>,
    /// The file of the header, at vendors whose templates have one.
    pub header: Option<(Content, Media)>,
    /// The language, in the vendor's word for it.
    pub language: Option<String>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}
palabre_model::debug_only!(NewTemplateMessage { template });

/// Values for the placeholders of a template.
#[derive(Clone, Default, PartialEq)]
pub enum Variables {
    /// There are none.
    #[default]
    None,
    /// In order, at WapiFlow and 99digital.
    Ordered(Vec<String>),
    /// By their names, at MsgFlash.
    Named(Map<String, Value>),
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Ordered(values) => write!(f, "Ordered({})", values.len()),
            Self::Named(values) => write!(f, "Named({})", values.len()),
        }
    }
}

impl From<Vec<String>> for Variables {
    fn from(values: Vec<String>) -> Self {
        Self::Ordered(values)
    }
}

impl Variables {
    /// The values in order, for a vendor that numbers its placeholders.
    pub(crate) fn ordered(self, at: &At) -> Result<Vec<String>> {
        match self {
            Self::None => Ok(Vec::new()),
            Self::Ordered(values) => Ok(values),
            Self::Named(values) if values.is_empty() => Ok(Vec::new()),
            Self::Named(_) => Err(at
                .invalid("variables", "have no names at this vendor")
                .hint("give a list, in the order of the placeholders")),
        }
    }

    /// The values by name, for a vendor that names its placeholders; `None` where there are none.
    pub(crate) fn named(self, at: &At) -> Result<Option<Map<String, Value>>> {
        match self {
            Self::None => Ok(None),
            Self::Named(values) => Ok(Some(values)),
            Self::Ordered(values) if values.is_empty() => Ok(None),
            Self::Ordered(_) => Err(at
                .invalid("variables", "have names at this vendor")
                .hint("give a mapping of the placeholders' names to values")),
        }
    }
}

/// Something for one person, of either kind.
#[derive(Clone, Debug)]
pub enum Outgoing {
    /// A message.
    Message(Box<NewMessage>),
    /// A template.
    Template(Box<NewTemplateMessage>),
}

impl From<NewMessage> for Outgoing {
    fn from(message: NewMessage) -> Self {
        Self::Message(Box::new(message))
    }
}

impl From<NewTemplateMessage> for Outgoing {
    fn from(message: NewTemplateMessage) -> Self {
        Self::Template(Box::new(message))
    }
}

/// One text for many people.
#[derive(Clone, Default)]
pub struct NewBulk {
    /// The text. Placeholders are written as the vendor has them.
    pub text: String,
    /// Who gets it.
    pub recipients: Vec<Recipient>,
    /// The number to send from, as in [`NewMessage`].
    pub from: Option<String>,
    /// When it goes out; at once if `None`.
    pub at: Option<Timestamp>,
    /// Names the request, as in [`NewMessage`].
    pub idempotency_key: Option<String>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}
palabre_model::debug_only!(NewBulk { at });

/// One of many who get a text.
#[derive(Clone, Default, PartialEq)]
pub struct Recipient {
    /// The number, in international form.
    pub to: String,
    /// Values for the placeholders of the text.
    pub variables: Map<String, Value>,
}
palabre_model::debug_only!(Recipient {});

impl NewMessage {
    /// The contents that are given, a text beside another aside; one of them can be sent.
    fn contents(&self) -> Vec<Content> {
        [
            (Content::Image, self.image.is_some()),
            (Content::Document, self.document.is_some()),
            (Content::Video, self.video.is_some()),
            (Content::Audio, self.audio.is_some()),
            (Content::Location, self.location.is_some()),
            (Content::CtaId, self.cta_id.is_some()),
            (Content::ListId, self.list_id.is_some()),
        ]
        .into_iter()
        .filter_map(|(content, is_given)| is_given.then_some(content))
        .collect()
    }

    fn media(&self, content: Content) -> Option<&Media> {
        match content {
            Content::Image => self.image.as_ref(),
            Content::Document => self.document.as_ref(),
            Content::Video => self.video.as_ref(),
            Content::Audio => self.audio.as_ref(),
            _ => None,
        }
    }

    /// The file of the message and which content it is.
    pub(crate) fn take_media(&mut self) -> Option<(Content, Media)> {
        [
            (Content::Image, self.image.take()),
            (Content::Document, self.document.take()),
            (Content::Video, self.video.take()),
            (Content::Audio, self.audio.take()),
        ]
        .into_iter()
        .find_map(|(content, media)| Some((content, media?)))
    }

    /// Refuses what makes no message, and what the vendor's `table` does not have.
    pub(crate) fn check(&self, at: &At, table: &[Taken]) -> Result<()> {
        let contents = self.contents();
        if let [first, second, ..] = *contents {
            return Err(at.invalid(
                second.as_str(),
                format_args!("a message has one content, and {first} is given"),
            ));
        }
        if let Some(location) = &self.location {
            location.check(at)?;
        }
        let Some(content) = contents.first().copied() else {
            return match &self.text {
                Some(text) if !text.trim().is_empty() => Ok(()),
                _ if !self.extra.is_empty() => Ok(()),
                Some(_) => Err(at.invalid("text", "is empty, and the message has nothing else")),
                None => {
                    let known = table.iter().map(|row| row.content.as_str());
                    let known = known.collect::<Vec<_>>().join(", ");
                    let problem = format!("has no content: give one of {known}");
                    Err(at.invalid("message", problem))
                }
            };
        };
        let row = table.iter().find(|row| row.content == content);
        let row = row.ok_or_else(|| untaken(at, content, table))?;
        if let Some(media) = self.media(content) {
            check_media(at, content, media, row.form)?;
        }
        if self.text.is_some() && !row.with_text {
            let vendor = at.vendor().name();
            let problem = format!("is not sent beside {content}: {vendor} would drop it");
            return Err(at.invalid("text", problem));
        }
        Ok(())
    }
}

impl Location {
    fn check(&self, at: &At) -> Result<()> {
        let is_on_earth =
            (-90.0..=90.0).contains(&self.latitude) && (-180.0..=180.0).contains(&self.longitude);
        if is_on_earth {
            return Ok(());
        }
        Err(at.invalid(
            "location",
            "latitude is -90 to 90 degrees, longitude -180 to 180",
        ))
    }
}

/// The error of a content that the vendor has not, with what it has.
fn untaken(at: &At, content: Content, table: &[Taken]) -> Error {
    let vendor = at.vendor().name();
    unsent(at, format!("{content}: {vendor} has no way to send it"))
        .hint(format!("it takes {}", Taken::sentence(table)))
}

fn unsent(at: &At, problem: String) -> Error {
    at.error(ErrorKind::Unsupported, problem)
        .outcome(Outcome::NotSent)
}

/// Refuses a file where the vendor takes addresses, and the reverse.
pub(crate) fn check_media(at: &At, content: Content, media: &Media, form: Form) -> Result<()> {
    let vendor = at.vendor().name();
    match (media, form) {
        (Media::File(_), Form::File) => Ok(()),
        (Media::Link(address), Form::Link) => check_link(at, content, address),
        (Media::File(_), _) => Err(unsent(
            at,
            format!("{content}: {vendor} fetches files and takes none"),
        )
        .hint(format!(
            "put it where the vendor can fetch it, and pass its address: {content}=\"https://…\""
        ))),
        (Media::Link(_), _) => Err(unsent(
            at,
            format!("{content}: {vendor} takes files and fetches none"),
        )
        .hint("download it, and pass its path")),
    }
}

/// The address itself is in no error: it may let whoever has it read the file.
fn check_link(at: &At, content: Content, address: &str) -> Result<()> {
    let address = Cow::Borrowed(address);
    let rest = address
        .get(..8)
        .filter(|start| start.eq_ignore_ascii_case("https://"))
        .map(|_| &address[8..]);
    let is_link = rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with(['/', '?', '#', ':'])
            && !rest.contains(|c: char| c.is_whitespace() || c.is_control())
    });
    if is_link {
        return Ok(());
    }
    Err(at
        .invalid(content.as_str(), "is no address that a vendor can fetch")
        .hint("write it as https://host/file"))
}
