//! How a content is made of a row's arguments.

use std::collections::BTreeMap;

use palabre_model::{Address, Error, Result};
use palabre_transport::Argument;
use serde_json::Value;

use super::{Contact, Content, Files, Media, Message, Place, Template, hash_of};
use crate::ledger::row::Arguments;

pub(super) fn message(arguments: &mut Arguments<'_>, files: &mut Files) -> Result<Content> {
    let to = arguments.phone("to")?;
    let from = arguments.id("from_")?;
    let template = arguments.id("template")?;
    let (variables, named) = arguments.variables("variables")?;
    let header_variables = arguments.texts("header_variables")?;
    let language = arguments.text("language")?;
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
            ("language", language.is_some()),
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
    let sound = media.contains_key("audio").then_some("audio");
    if let Some(name) = other.or(sound) {
        return Err(Error::invalid(name, "is not sent beside a template"));
    }
    let mut header = media.into_iter();
    let (header, second) = (header.next(), header.next());
    if let Some((name, _)) = second {
        return Err(Error::invalid(
            &name,
            "is a second file: a template's header has one",
        ));
    }
    Ok(Content::Template(Template {
        to,
        from,
        template,
        variables: variables.unwrap_or_default(),
        named: named.unwrap_or_default(),
        header_variables: header_variables.unwrap_or_default(),
        header,
        language,
        extra,
    }))
}

pub(super) fn contact(arguments: &mut Arguments<'_>, files: &mut Files) -> Result<Contact> {
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
