//! Arguments as Python gives them.

use std::path::PathBuf;
use std::time::Duration;

use palabre::{Error, FilePart, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyInt, PyMapping, PyMemoryView, PyString};
use serde_json::{Map, Value};

use crate::json::Problem;
use crate::{json, results};

/// A time-out in seconds.
pub(crate) fn seconds(argument: &str, seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| Error::invalid(argument, "is a finite number of seconds, greater than zero"))
}

/// A whole number in its range; it is taken as `i128`, so that what is out of it is reported by name.
pub(crate) fn whole<T: TryFrom<i128>>(argument: &str, number: i128, least: i128) -> Result<T> {
    if number < least {
        return Err(Error::invalid(
            argument,
            format_args!("is a whole number, {least} or more"),
        ));
    }
    T::try_from(number).map_err(|_| Error::invalid(argument, format_args!("{number} is too large")))
}

/// A whole number of any class that has one, such as numpy's.
#[derive(Clone, Copy)]
pub(crate) struct Whole(pub(crate) i128);

impl<'py> FromPyObject<'_, 'py> for Whole {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyInt>() {
            return value.extract().map(Self);
        }
        let index = value
            .call_method0("__index__")
            .map_err(|_| PyTypeError::new_err("expected a whole number"))?;
        index.extract().map(Self)
    }
}

/// Checks the name of an account, which tables and errors show.
pub(crate) fn account_name(argument: &str, name: &str) -> Result<()> {
    if name.trim().is_empty() {
        return Err(Error::invalid(argument, "the name of an account is empty"));
    }
    if name.contains(char::is_control) {
        let problem = "the name of an account holds a line break or another control character";
        return Err(Error::invalid(argument, problem));
    }
    Ok(())
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
        if let Ok((name, data)) = value.extract::<(String, Bound<'_, PyAny>)>()
            && let Some(data) = content(&data)?
        {
            return Ok(Self::Memory(name, data));
        }
        value.extract::<PathBuf>().map(Self::Path).map_err(|_| {
            PyTypeError::new_err("expected a path, or a tuple of a file name and bytes")
        })
    }
}

/// The content of anything like bytes; a list of numbers or a text is not.
fn content(data: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    if let Ok(bytes) = data.cast::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().to_vec()));
    }
    if data.is_instance_of::<PyByteArray>() || data.is_instance_of::<PyMemoryView>() {
        let bytes = data.py().get_type::<PyBytes>().call1((data,))?;
        return Ok(Some(bytes.cast::<PyBytes>()?.as_bytes().to_vec()));
    }
    Ok(None)
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
            return Err(PyTypeError::new_err(
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
pub(crate) struct Address(pub(crate) Result<palabre::Address>);

impl<'py> FromPyObject<'_, 'py> for Address {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(address) = value.cast::<results::Address>() {
            return Ok(Self(Ok(address.get().0.clone())));
        }
        let Object(parts) = value.extract()?;
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

impl<'py> FromPyObject<'_, 'py> for Place {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok((latitude, longitude)) = value.extract::<(f64, f64)>() {
            return Ok(Self(Ok(palabre::Location {
                latitude,
                longitude,
                ..Default::default()
            })));
        }
        let parts = value.extract::<Object>().map_err(|_| {
            PyTypeError::new_err("expected (latitude, longitude), or a mapping of both")
        })?;
        Ok(Self(
            parts
                .0
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
