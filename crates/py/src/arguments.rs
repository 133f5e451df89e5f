//! Arguments as Python gives them.

use std::path::PathBuf;
use std::time::Duration;

use palabre::{Error, FilePart, Result};
use pyo3::prelude::*;
use pyo3::types::{PyMapping, PyString};
use serde_json::{Map, Value};

use crate::json::Problem;
use crate::{error, json, results};

/// A time-out in seconds.
pub(crate) fn seconds(argument: &str, seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| Error::invalid(argument, "is a number of seconds greater than zero"))
}

/// A mapping of JSON values; what cannot be one is reported when the argument's name is known.
pub(crate) struct Object(std::result::Result<Map<String, Value>, Problem>);

impl Object {
    /// The fields; `argument` names the mapping in the error.
    pub(crate) fn load(self, argument: &str) -> Result<Map<String, Value>> {
        self.0.map_err(|problem| problem.of(argument))
    }
}

impl<'py> FromPyObject<'_, 'py> for Object {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let mapping = value.cast::<PyMapping>()?;
        Ok(Self(json::object_from_py(&mapping)))
    }
}

/// A file: a path, or a name and its content.
pub(crate) enum File {
    Path(PathBuf),
    Memory(String, Vec<u8>),
}

impl File {
    /// Reads the file; `argument` names it in the error.
    pub(crate) fn load(self, argument: &str) -> Result<FilePart> {
        match self {
            Self::Path(path) => FilePart::read(argument, &path),
            Self::Memory(name, data) => Ok(FilePart::new(name, data)),
        }
    }
}

impl<'py> FromPyObject<'_, 'py> for File {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok((name, data)) = value.extract::<(String, Vec<u8>)>() {
            return Ok(Self::Memory(name, data));
        }
        value.extract::<PathBuf>().map(Self::Path).map_err(|_| {
            pyo3::exceptions::PyTypeError::new_err(
                "expected a path, or a tuple of a file name and bytes",
            )
        })
    }
}

/// A month: `2025-06`, or any day of it as text or date.
pub(crate) struct Month(pub(crate) String);

impl<'py> FromPyObject<'_, 'py> for Month {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            return value.extract().map(Self);
        }
        // A datetime's date is asked for by its own method, a date is its own.
        let date = value.extract::<jiff::civil::Date>().or_else(|error| {
            match value.call_method0("date") {
                Ok(date) => date.extract(),
                Err(_) => Err(error),
            }
        })?;
        Ok(Self(date.to_string()))
    }
}

/// Identifiers from any iterable, but not from a text, which would give its letters.
pub(crate) struct Ids(pub(crate) Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Ids {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            return Err(pyo3::exceptions::PyTypeError::new_err(
                "expected a list of identifiers, got one text",
            ));
        }
        value
            .try_iter()?
            .map(|id| id?.extract())
            .collect::<PyResult<_>>()
            .map(Self)
    }
}

/// A postal address: an `Address`, or a mapping of its parts.
pub(crate) struct Address(pub(crate) palabre::Address);

impl<'py> FromPyObject<'_, 'py> for Address {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(address) = value.cast::<results::Address>() {
            return Ok(Self(address.get().0.clone()));
        }
        let mapping = value.cast::<PyMapping>()?;
        let mut parts = parts(value.py(), "address", &mapping)?;
        let mut part = |name: &str| match parts.remove(name) {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Null) | None => Ok(None),
            Some(_) => Err(invalid(value.py(), "address", &format!("{name} is a text"))),
        };
        let address = palabre::Address {
            address: part("address")?,
            city: part("city")?,
            state: part("state")?,
            post_code: part("post_code")?,
            country: part("country")?,
        };
        match parts.keys().next() {
            Some(name) => Err(invalid(
                value.py(),
                "address",
                &format!("{name:?} is not one of address, city, state, post_code"),
            )),
            None => Ok(Self(address)),
        }
    }
}

/// A place: latitude and longitude, or a mapping that may hold name and address too.
pub(crate) struct Place(pub(crate) palabre::Location);

impl<'py> FromPyObject<'_, 'py> for Place {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok((latitude, longitude)) = value.extract::<(f64, f64)>() {
            return Ok(Self(palabre::Location {
                latitude,
                longitude,
                ..Default::default()
            }));
        }
        let wrong = || {
            invalid(
                value.py(),
                "location",
                "is (latitude, longitude), or a mapping of latitude, longitude, name and address",
            )
        };
        let mapping = value.cast::<PyMapping>().map_err(|_| wrong())?;
        let mut parts = parts(value.py(), "location", &mapping)?;
        let number =
            |value: Option<Value>| value.as_ref().and_then(Value::as_f64).ok_or_else(wrong);
        let text = |value: Option<Value>| match value {
            Some(Value::String(text)) => Ok(Some(text)),
            Some(Value::Null) | None => Ok(None),
            Some(_) => Err(wrong()),
        };
        let location = palabre::Location {
            latitude: number(parts.remove("latitude"))?,
            longitude: number(parts.remove("longitude"))?,
            name: text(parts.remove("name"))?,
            address: text(parts.remove("address"))?,
        };
        if parts.is_empty() {
            Ok(Self(location))
        } else {
            Err(wrong())
        }
    }
}

fn parts(
    py: Python<'_>,
    argument: &str,
    mapping: &Bound<'_, PyMapping>,
) -> PyResult<Map<String, Value>> {
    json::object_from_py(mapping).map_err(|problem| error::to_py(py, problem.of(argument)))
}

fn invalid(py: Python<'_>, argument: &str, problem: &str) -> PyErr {
    error::to_py(py, Error::invalid(argument, problem))
}
