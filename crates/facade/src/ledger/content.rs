//! What a row sends, as the ledger keeps it, and how it is made of the row's arguments.

use std::collections::BTreeMap;

use palabre_model::{Address, Error, Result, normalize_digits};
use palabre_transport::{Argument, FilePart};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::row::Arguments;
use crate::{Location, NewContact, NewMessage, NewTemplateMessage, Variables};

/// What a ledger is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// `messages.send_many`.
    Send,
    /// `contacts.import_many`.
    Import,
    /// `contacts.delete_many`.
    Delete,
}

impl Job {
    const ALL: [Self; 3] = [Self::Send, Self::Import, Self::Delete];

    /// The verb, as errors and the ledger name it.
    pub(crate) const fn verb(self) -> &'static str {
        match self {
            Self::Send => "messages.send_many",
            Self::Import => "contacts.import_many",
            Self::Delete => "contacts.delete_many",
        }
    }

    /// The job of a verb.
    pub(crate) fn of(verb: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job| job.verb() == verb)
    }

    /// The arguments that a row, or all of them, can have.
    pub(crate) const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Send => &[
                "to",
                "key",
                "from_",
                "text",
                "image",
                "document",
                "video",
                "audio",
                "location",
                "cta_id",
                "list_id",
                "template",
                "variables",
                "header_variables",
                "extra",
            ],
            Self::Import => &[
                "phone",
                "key",
                "name",
                "given_name",
                "family_name",
                "tags",
                "meta",
                "address",
                "image",
                "extra",
            ],
            Self::Delete => &["id", "key"],
        }
    }
}

/// What a row sends.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Content {
    Message(Message),
    Template(Template),
    Contact(Contact),
    Id(String),
}

/// A file of a content: the ledger keeps it apart, once for all rows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Media {
    File(String),
    Link(String),
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) text: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) media: BTreeMap<String, Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) location: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cta_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) list_id: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) extra: Map<String, Value>,
}

#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Place {
    latitude: f64,
    longitude: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Template {
    pub(crate) to: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<String>,
    pub(crate) template: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) variables: Vec<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) named: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) header_variables: Vec<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub(crate) extra: Map<String, Value>,
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Contact {
    pub(crate) phone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<Address>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<String>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    extra: Map<String, Value>,
}

/// Files by the hash of name, type and content.
pub(crate) type Files = BTreeMap<String, FilePart>;

/// The name under which a ledger keeps a file.
pub(crate) fn hash_of(file: &FilePart) -> String {
    let mut whole = Vec::with_capacity(file.data.len() + 64);
    for part in [file.file_name.as_bytes(), file.content_type.as_bytes()] {
        whole.extend_from_slice(&(part.len() as u64).to_le_bytes());
        whole.extend_from_slice(part);
    }
    whole.extend_from_slice(&file.data);
    hex(digest(&SHA256, &whole).as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Content {
    /// Makes the content of a row; files that are met are put into `files`.
    pub(crate) fn read(job: Job, arguments: &mut Arguments<'_>, files: &mut Files) -> Result<Self> {
        match job {
            Job::Send => message(arguments, files),
            Job::Import => contact(arguments, files).map(Self::Contact),
            Job::Delete => match arguments.id("id")? {
                Some(id) => Ok(Self::Id(id)),
                None => Err(Error::invalid("id", "is empty")),
            },
        }
    }

    /// Who it is about, so that two rows for one person are found.
    pub(crate) fn recipient(&self) -> String {
        match self {
            Self::Message(Message { to: phone, .. })
            | Self::Template(Template { to: phone, .. })
            | Self::Contact(Contact { phone, .. }) => recipient(phone),
            Self::Id(id) => id.clone(),
        }
    }

    /// Whether it goes out from a number that it does not name.
    pub(crate) fn needs_sender(&self) -> bool {
        match self {
            Self::Message(message) => message.from.is_none(),
            Self::Template(template) => template.from.is_none(),
            Self::Contact(_) | Self::Id(_) => false,
        }
    }

    /// How long its text is.
    pub(crate) fn characters(&self) -> Option<i64> {
        match self {
            Self::Message(message) => {
                let count = message.text.as_deref()?.chars().count();
                i64::try_from(count).ok()
            }
            _ => None,
        }
    }

    /// What it is, in a word, for people.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Message(message) => message.kind(),
            Self::Template(_) => "template",
            Self::Contact(_) => "contact",
            Self::Id(_) => "delete",
        }
    }
}

/// A number as duplicates are compared: in E.164 where it is one.
pub(crate) fn recipient(phone: &str) -> String {
    let separators = [' ', '-', '.', '/', '(', ')', '\u{a0}'];
    let bare: String = phone.chars().filter(|c| !separators.contains(c)).collect();
    let digits = bare.strip_prefix("00").unwrap_or(&bare);
    normalize_digits(digits).unwrap_or_else(|| phone.to_owned())
}

impl Message {
    /// The files that it needs, by their hashes.
    pub(crate) fn files(&self) -> Vec<&str> {
        let files = self.media.values().filter_map(|media| match media {
            Media::File(hash) => Some(hash.as_str()),
            Media::Link(_) => None,
        });
        files.collect()
    }

    /// The address of what it shows.
    pub(crate) fn link(&self) -> Option<&str> {
        self.media.values().find_map(|media| match media {
            Media::Link(address) => Some(address.as_str()),
            Media::File(_) => None,
        })
    }

    pub(crate) fn kind(&self) -> &'static str {
        let media = ["image", "document", "video", "audio"];
        let media = media
            .into_iter()
            .find(|name| self.media.contains_key(*name));
        match media {
            Some(name) => name,
            None if self.location.is_some() => "location",
            None if self.cta_id.is_some() => "cta",
            None if self.list_id.is_some() => "list",
            None if self.text.is_some() => "text",
            None => "extra",
        }
    }

    /// The message for the facade; files come from `file`, rows without a number go out from `sender`.
    pub(crate) fn to_new(
        &self,
        sender: Option<&str>,
        file: &mut dyn FnMut(&str) -> Result<FilePart>,
    ) -> Result<NewMessage> {
        let mut media = |name: &str| match self.media.get(name) {
            None => Ok(None),
            Some(Media::File(hash)) => file(hash).map(crate::Media::File).map(Some),
            Some(Media::Link(address)) => Ok(Some(crate::Media::Link(address.clone()))),
        };
        Ok(NewMessage {
            image: media("image")?,
            document: media("document")?,
            video: media("video")?,
            audio: media("audio")?,
            to: self.to.clone(),
            from: self.from.clone().or_else(|| sender.map(str::to_owned)),
            text: self.text.clone(),
            location: self.location.clone().map(|place| Location {
                latitude: place.latitude,
                longitude: place.longitude,
                name: place.name,
                address: place.address,
            }),
            cta_id: self.cta_id.clone(),
            list_id: self.list_id.clone(),
            idempotency_key: None,
            extra: self.extra.clone(),
        })
    }
}

impl Template {
    /// The message for the facade.
    pub(crate) fn to_new(&self, sender: Option<&str>) -> NewTemplateMessage {
        NewTemplateMessage {
            to: self.to.clone(),
            from: self.from.clone().or_else(|| sender.map(str::to_owned)),
            template: self.template.clone(),
            variables: match self.named.is_empty() {
                true => Variables::Ordered(self.variables.clone()),
                false => Variables::Named(self.named.clone()),
            },
            header_variables: self.header_variables.clone(),
            extra: self.extra.clone(),
            ..NewTemplateMessage::default()
        }
    }
}

impl Contact {
    /// The files that it needs, by their hashes.
    pub(crate) fn files(&self) -> Vec<&str> {
        self.image.as_deref().into_iter().collect()
    }

    /// The contact for the facade.
    pub(crate) fn to_new(
        &self,
        file: &mut dyn FnMut(&str) -> Result<FilePart>,
    ) -> Result<NewContact> {
        Ok(NewContact {
            name: self.name.clone(),
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            phone: self.phone.clone(),
            tags: self.tags.clone(),
            meta: self.meta.clone(),
            address: self.address.clone(),
            image: self.image.as_deref().map(file).transpose()?,
            extra: self.extra.clone(),
        })
    }
}

fn message(arguments: &mut Arguments<'_>, files: &mut Files) -> Result<Content> {
    let to = arguments.phone("to")?;
    let from = arguments.id("from_")?;
    let template = arguments.id("template")?;
    let (variables, named) = arguments.variables("variables")?;
    let header_variables = arguments.texts("header_variables")?;
    let text = arguments.text("text")?;
    let mut media = BTreeMap::new();
    for name in ["image", "document", "video", "audio"] {
        if let Some(given) = arguments.take(name)? {
            media.insert(name.to_owned(), medium(name, given, files)?);
        }
    }
    let location = arguments.take("location")?.map(place).transpose()?;
    let cta_id = arguments.id("cta_id")?;
    let list_id = arguments.id("list_id")?;
    let extra = arguments.object("extra")?.unwrap_or_default();
    let Some(template) = template else {
        if let Some(name) = [
            ("variables", variables.is_some() || named.is_some()),
            ("header_variables", header_variables.is_some()),
        ]
        .into_iter()
        .find_map(|(name, is_given)| is_given.then_some(name))
        {
            return Err(Error::invalid(
                name,
                "goes with a template, and there is none",
            ));
        }
        return Ok(Content::Message(Message {
            to,
            from,
            text,
            media,
            location,
            cta_id,
            list_id,
            extra,
        }));
    };
    let others = [
        ("text", text.is_some()),
        ("location", location.is_some()),
        ("cta_id", cta_id.is_some()),
        ("list_id", list_id.is_some()),
    ];
    let other = others
        .into_iter()
        .find_map(|(name, is_given)| is_given.then_some(name));
    if let Some(name) = other.or(media.keys().next().map(String::as_str)) {
        return Err(Error::invalid(name, "is not sent beside a template"));
    }
    Ok(Content::Template(Template {
        to,
        from,
        template,
        variables: variables.unwrap_or_default(),
        named: named.unwrap_or_default(),
        header_variables: header_variables.unwrap_or_default(),
        extra,
    }))
}

fn contact(arguments: &mut Arguments<'_>, files: &mut Files) -> Result<Contact> {
    let address = arguments.object("address")?.map(|parts| {
        serde_json::from_value::<Address>(Value::Object(parts))
            .map_err(|_| Error::invalid("address", "is not an address"))
    });
    let image = match arguments.take("image")? {
        None => None,
        Some(given) => match medium("image", given, files)? {
            Media::File(hash) => Some(hash),
            Media::Link(_) => {
                return Err(Error::invalid(
                    "image",
                    "is a link, and contacts take a file",
                ));
            }
        },
    };
    Ok(Contact {
        phone: arguments.phone("phone")?,
        name: arguments.text("name")?,
        given_name: arguments.text("given_name")?,
        family_name: arguments.text("family_name")?,
        tags: arguments.texts("tags")?,
        meta: arguments.object("meta")?,
        address: address.transpose()?,
        image,
        extra: arguments.object("extra")?.unwrap_or_default(),
    })
}

/// A file, or a link. A text is never the path of a file: tables come from other people.
fn medium(name: &str, given: Argument, files: &mut Files) -> Result<Media> {
    match given {
        Argument::File(file) => {
            let hash = hash_of(&file);
            files.entry(hash.clone()).or_insert(file);
            Ok(Media::File(hash))
        }
        Argument::Value(Value::String(text)) if is_link(&text) => {
            Ok(Media::Link(text.trim().to_owned()))
        }
        Argument::Value(_) => Err(Error::invalid(name, "is neither a file nor a link")
            .hint("a text in a row is a link that begins with https://")),
    }
}

fn is_link(text: &str) -> bool {
    let text = text.trim_start().to_ascii_lowercase();
    text.starts_with("https://") || text.starts_with("http://")
}

/// A place: an object, a list of two numbers, or a text of either.
fn place(given: Argument) -> Result<Place> {
    let wrong = || {
        Error::invalid("location", "is no place")
            .hint("write latitude and longitude, as in 6.37,2.39, or an object of both")
    };
    let value = match given {
        Argument::Value(Value::String(text)) => {
            let text = text.trim();
            let json = match text.starts_with(['{', '[']) {
                true => text.to_owned(),
                false => format!("[{text}]"),
            };
            serde_json::from_str(&json).map_err(|_| wrong())?
        }
        Argument::Value(value) => value,
        Argument::File(_) => return Err(wrong()),
    };
    match value {
        Value::Array(pair) => match &*pair {
            [latitude, longitude] => Ok(Place {
                latitude: latitude.as_f64().ok_or_else(wrong)?,
                longitude: longitude.as_f64().ok_or_else(wrong)?,
                name: None,
                address: None,
            }),
            _ => Err(wrong()),
        },
        value => serde_json::from_value(value).map_err(|_| wrong()),
    }
}

/// The caller's own name of a row.
pub(crate) fn key(arguments: &mut Arguments<'_>) -> Result<Option<String>> {
    const LONGEST: usize = 200;
    let key = arguments.id("key")?;
    match key {
        Some(key) if key.chars().count() > LONGEST => Err(Error::invalid(
            "key",
            format_args!("has more than {LONGEST} characters"),
        )),
        key => Ok(key),
    }
}
