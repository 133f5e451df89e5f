//! Arguments of several parts: addresses, places, values of templates.

use jiff::Timestamp;
use palabre::{Error, Recipient, Result};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyMapping, PyString};
use serde_json::{Map, Value};

use super::{Given, Object, wrong};
use crate::results;

/// A postal address: an `Address`, or a mapping of its parts.
pub(crate) struct Address(pub(crate) Result<palabre::Address>);

impl Given for Address {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(address) = value.cast::<results::Address>() {
            return Ok(Self(Ok(address.get().0.clone())));
        }
        let Object(parts) = Object::read(name, value)
            .map_err(|_| wrong(name, "an Address or a mapping of its parts", value))?;
        Ok(Self(
            parts
                .map_err(|problem| problem.of("address"))
                .and_then(address),
        ))
    }
}

fn address(mut parts: Map<String, Value>) -> Result<palabre::Address> {
    let mut part = |name: &str| match parts.remove(name) {
        Some(Value::String(text)) => Ok(Some(text)),
        Some(Value::Null) | None => Ok(None),
        Some(_) => Err(Error::invalid("address", format_args!("{name} is a text"))),
    };
    let address = palabre::Address {
        address: part("address")?,
        city: part("city")?,
        state: part("state")?,
        post_code: part("post_code")?,
        country: part("country")?,
    };
    match parts.keys().next() {
        Some(name) => Err(Error::invalid(
            "address",
            format_args!("{name:?} is not one of address, city, state, post_code"),
        )),
        None => Ok(address),
    }
}

/// A place: latitude and longitude, or a mapping that may hold name and address too.
pub(crate) struct Place(pub(crate) Result<palabre::Location>);

impl Given for Place {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        // A list is as good as a tuple.
        let pair = match value.cast::<PyList>() {
            Ok(list) => list.to_tuple().into_any(),
            Err(_) => value.clone(),
        };
        if let Ok((latitude, longitude)) = pair.extract::<(f64, f64)>() {
            return Ok(Self(Ok(palabre::Location {
                latitude,
                longitude,
                ..Default::default()
            })));
        }
        let Object(parts) = Object::read(name, value)
            .map_err(|_| wrong(name, "(latitude, longitude) or a mapping of both", value))?;
        Ok(Self(
            parts
                .map_err(|problem| problem.of("location"))
                .and_then(|parts| place(parts).ok_or_else(not_a_place)),
        ))
    }
}

fn not_a_place() -> Error {
    let problem = "is a mapping of latitude, longitude and, if it has them, name and address";
    Error::invalid("location", problem)
}

fn place(mut parts: Map<String, Value>) -> Option<palabre::Location> {
    let text = |value: Option<Value>| match value {
        Some(Value::String(text)) => Some(Some(text)),
        Some(Value::Null) | None => Some(None),
        Some(_) => None,
    };
    let location = palabre::Location {
        latitude: parts.remove("latitude")?.as_f64()?,
        longitude: parts.remove("longitude")?.as_f64()?,
        name: text(parts.remove("name"))?,
        address: text(parts.remove("address"))?,
    };
    parts.is_empty().then_some(location)
}

/// A point in time: a datetime with a time zone, or its text.
pub(crate) struct Moment(pub(crate) Result<Timestamp>);

impl Given for Moment {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            let text = String::read(name, value)?;
            return Ok(Self(text.parse().map_err(|_| {
                Error::invalid(name, "is not a time with a time zone")
                    .hint("write it as in 2026-12-24T08:00:00+01:00")
            })));
        }
        let datetime = value.py().import("datetime")?.getattr("datetime")?;
        if !value.is_instance(&datetime)? {
            return Err(wrong(name, "a datetime or a str", value));
        }
        if value.call_method0("utcoffset")?.is_none() {
            let problem = "has no time zone: which moment it is depends on where it is read";
            let error = Error::invalid(name, problem)
                .hint("give it one, as in datetime(2026, 12, 24, 8, tzinfo=UTC)");
            return Ok(Self(Err(error)));
        }
        let text: String = value.call_method0("isoformat")?.extract()?;
        let out_of_range = |_| Error::invalid(name, "is no time that can be sent");
        Ok(Self(text.parse().map_err(out_of_range)))
    }
}

/// Who gets a text: numbers, or mappings of a number and values.
pub(crate) struct Recipients(pub(crate) Result<Vec<Recipient>>);

impl Given for Recipients {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let wanted = "a list of numbers or mappings";
        if value.cast::<PyMapping>().is_ok() {
            return Err(wrong(name, wanted, value));
        }
        let given: Vec<OneRecipient> = super::several(name, wanted, value)?;
        Ok(Self(given.into_iter().map(|one| one.0).collect()))
    }
}

struct OneRecipient(Result<Recipient>);

impl Given for OneRecipient {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            let recipient = Recipient {
                to: String::read(name, value)?,
                ..Recipient::default()
            };
            return Ok(Self(Ok(recipient)));
        }
        let object = Object::read(name, value)
            .map_err(|_| wrong(name, "a number or a mapping of to and variables", value))?;
        Ok(Self(
            object.load(name).and_then(|parts| recipient(name, parts)),
        ))
    }
}

fn recipient(name: &str, mut parts: Map<String, Value>) -> Result<Recipient> {
    let to = match parts.remove("to") {
        Some(Value::String(to)) => to,
        _ => return Err(Error::invalid(name, "\"to\" is a number as text")),
    };
    let variables = match parts.remove("variables") {
        Some(Value::Object(variables)) => variables,
        Some(Value::Null) | None => Map::new(),
        Some(_) => return Err(Error::invalid(name, "\"variables\" is a mapping")),
    };
    match parts.keys().next() {
        Some(other) => {
            let problem = format!("{other:?} is not one of to, variables");
            Err(Error::invalid(name, problem))
        }
        None => Ok(Recipient { to, variables }),
    }
}

/// Values for the placeholders of a template: in order, or by name.
pub(crate) enum Values {
    Ordered(Vec<String>),
    Named(Object),
}

impl Values {
    pub(crate) fn load(self) -> Result<palabre::Variables> {
        Ok(match self {
            Self::Ordered(values) => palabre::Variables::Ordered(values),
            Self::Named(values) => palabre::Variables::Named(values.load("variables")?),
        })
    }
}

impl Given for Values {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.cast::<PyMapping>().is_ok() {
            return Object::read(name, value).map(Self::Named);
        }
        Vec::<String>::read(name, value).map(Self::Ordered)
    }
}
