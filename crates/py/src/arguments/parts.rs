//! Arguments of several parts: addresses, places, values of templates.

use palabre::{Error, Result};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyMapping};
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
