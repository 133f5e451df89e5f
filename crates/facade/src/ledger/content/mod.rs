//! What a row sends, as the ledger keeps it.

mod read;

use std::collections::{BTreeMap, BTreeSet};

use palabre_model::{Address, Content as Kind, Error, Result, normalize_digits};
use palabre_transport::FilePart;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(crate) use read::key;

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

    /// The column that says whom a row is for.
    pub(crate) const fn recipient(self) -> &'static str {
        match self {
            Self::Send => "to",
            Self::Import => "phone",
            Self::Delete => "id",
        }
    }

    /// Columns that somebody takes for arguments, and what is meant: a message that goes out without
    /// them goes out wrong.
    pub(crate) const fn mistaken(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Send => &[
                ("from", "call it from_ to send from its numbers"),
                (
                    "at",
                    "a campaign is sent at once; messages.schedule sends later",
                ),
                (
                    "idempotency_key",
                    "the ledger has a key for each row; call your own name of a row key",
                ),
                ("variable", "call it variables, and make it a list"),
                (
                    "header_variable",
                    "call it header_variables, and make it a list",
                ),
            ],
            Self::Import | Self::Delete => &[],
        }
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
                "language",
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

impl Media {
    fn file(&self) -> Option<&str> {
        match self {
            Self::File(hash) => Some(hash),
            Self::Link(_) => None,
        }
    }

    fn to_new(&self, file: &mut dyn FnMut(&str) -> Result<FilePart>) -> Result<crate::Media> {
        match self {
            Self::File(hash) => file(hash).map(crate::Media::File),
            Self::Link(address) => Ok(crate::Media::Link(address.clone())),
        }
    }
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
    /// The file of its header, by its content: `image`, `document` or `video`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<(String, Media)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<String>,
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
    let mut whole = Context::new(&SHA256);
    for part in [file.file_name.as_bytes(), file.content_type.as_bytes()] {
        whole.update(&(part.len() as u64).to_le_bytes());
        whole.update(part);
    }
    whole.update(&file.data);
    hex(whole.finish().as_ref())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Content {
    /// Makes the content of a row; files that are met are put into `files`.
    pub(crate) fn read(job: Job, arguments: &mut Arguments<'_>, files: &mut Files) -> Result<Self> {
        match job {
            Job::Send => read::message(arguments, files),
            Job::Import => read::contact(arguments, files).map(Self::Contact),
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
        matches!(self, Self::Message(_) | Self::Template(_)) && !self.names_sender()
    }

    /// Whether it names the number that it goes out from.
    pub(crate) fn names_sender(&self) -> bool {
        match self {
            Self::Message(message) => message.from.is_some(),
            Self::Template(template) => template.from.is_some(),
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

/// The error for a ledger of another palabre.
pub(crate) fn unreadable() -> Error {
    Error::config("ledger", "holds a content that this palabre cannot read")
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
        self.media.values().filter_map(Media::file).collect()
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
        let mut media = |name: &str| {
            let media = self.media.get(name);
            media.map(|media| media.to_new(file)).transpose()
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
    /// The files that it needs, by their hashes.
    pub(crate) fn files(&self) -> Vec<&str> {
        let header = self.header.iter();
        header.filter_map(|(_, media)| media.file()).collect()
    }

    /// The message for the facade.
    pub(crate) fn to_new(
        &self,
        sender: Option<&str>,
        file: &mut dyn FnMut(&str) -> Result<FilePart>,
    ) -> Result<NewTemplateMessage> {
        let header = self.header.as_ref().map(|(content, media)| {
            let headers = [Kind::Image, Kind::Document, Kind::Video];
            let content = headers.into_iter().find(|kind| kind.as_str() == content);
            let content = content.ok_or_else(unreadable)?;
            Ok::<_, Error>((content, media.to_new(file)?))
        });
        Ok(NewTemplateMessage {
            to: self.to.clone(),
            from: self.from.clone().or_else(|| sender.map(str::to_owned)),
            template: self.template.clone(),
            variables: match self.named.is_empty() {
                true => Variables::Ordered(self.variables.clone()),
                false => Variables::Named(self.named.clone()),
            },
            header_variables: self.header_variables.clone(),
            header: header.transpose()?,
            language: self.language.clone(),
            extra: self.extra.clone(),
        })
    }
}

impl Contact {
    /// Whether a contact that is listed has everything that this one gives. Where the list does not
    /// tell, or nothing but a number is given, it does not.
    pub(crate) fn is(&self, listed: &crate::Contact) -> bool {
        let whole = |given: &Option<String>, family: &Option<String>| {
            let parts: Vec<&str> = [given, family]
                .into_iter()
                .flatten()
                .map(|part| part.trim())
                .collect();
            parts.join(" ")
        };
        let same =
            |given: &Option<String>, listed: &Option<String>| given.is_none() || given == listed;
        let parted = whole(&self.given_name, &self.family_name);
        let is_parted = same(&self.given_name, &listed.given_name)
            && same(&self.family_name, &listed.family_name);
        let has_name = self.name.as_ref().is_none_or(|name| {
            listed.name.as_ref() == Some(name)
                || *name == whole(&listed.given_name, &listed.family_name)
        });
        let has_parts = is_parted || listed.name.as_ref() == Some(&parted);
        let has_tags = self.tags.as_ref().is_none_or(|tags| {
            let sorted = |tags: &[String]| tags.iter().cloned().collect::<BTreeSet<_>>();
            let listed = listed.tags.as_deref().map(sorted);
            listed == Some(sorted(tags))
        });
        let has_meta = self.meta.as_ref().is_none_or(|meta| {
            let known = listed.meta.as_ref();
            meta.iter()
                .all(|(name, value)| known.and_then(|known| known.get(name)) == Some(value))
        });
        let has_address = self.address.is_none() || self.address == listed.address;
        let says_who = self.name.is_some() || !parted.is_empty() || self.meta.is_some();
        // Of files, and of fields that only the vendor knows, nothing is listed.
        let is_comparable = self.image.is_none() && self.extra.is_empty();
        says_who && is_comparable && has_name && has_parts && has_tags && has_meta && has_address
    }

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
