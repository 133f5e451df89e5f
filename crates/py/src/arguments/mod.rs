//! Arguments as Python gives them.

mod file;
pub(crate) mod named;
mod parts;
mod settings;

use std::path::PathBuf;
use std::time::Duration;

use palabre::{Error, Result};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyByteArray, PyBytes, PyInt, PyMapping, PyString, PyTuple};
use serde_json::{Map, Value};

use crate::json::Problem;
use crate::results::Contact;
use crate::{error, json};

pub(crate) use file::{Attachment, File, takes_files};
pub(crate) use parts::{Address, Moment, Place, Recipients, Values};
pub(crate) use settings::{Pem, Rate, Secrets, ZoneName, pairs};

/// An argument that is read by its name, so that the text of an error names it.
pub(crate) trait Given: Sized {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self>;
}

/// Reads an argument of a method; what was left out is None.
pub(crate) fn take<T: Given>(
    py: Python<'_>,
    name: &str,
    value: Option<Bound<'_, PyAny>>,
) -> PyResult<T> {
    T::read(name, &value.unwrap_or_else(|| py.None().into_bound(py)))
}

/// The error of an argument of a wrong type: "id must be a str, not bytes".
pub(crate) fn wrong(name: &str, wanted: &str, value: &Bound<'_, PyAny>) -> PyErr {
    PyTypeError::new_err(format!("{name} must be {wanted}, not {}", class(value)))
}

/// The class of a value; a tuple is told by what is in it.
fn class(value: &Bound<'_, PyAny>) -> String {
    if value.is_none() {
        return "None".to_owned();
    }
    if let Ok(tuple) = value.cast::<PyTuple>() {
        let classes: Vec<_> = tuple.iter().take(4).map(|item| class(&item)).collect();
        return format!("({})", classes.join(", "));
    }
    let name = value.get_type().qualname();
    name.map_or_else(|_| "that".to_owned(), |name| name.to_string())
}

impl<T: Given> Given for Option<T> {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_none() {
            return Ok(None);
        }
        T::read(name, value).map(Some)
    }
}

impl Given for String {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let Ok(text) = value.cast::<PyString>() else {
            return Err(wrong(name, "a str", value));
        };
        text.extract().map_err(|_: PyErr| {
            let problem = "holds half a character: a surrogate that stands alone";
            error::to_py(value.py(), Error::invalid(name, problem))
        })
    }
}

impl Given for f64 {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        value
            .extract()
            .map_err(|_: PyErr| wrong(name, "a number of seconds", value))
    }
}

impl Given for bool {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        value
            .extract()
            .map_err(|_: PyErr| wrong(name, "True or False", value))
    }
}

impl Given for PathBuf {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        value
            .extract()
            .map_err(|_: PyErr| wrong(name, "the path of a file", value))
    }
}

/// An identifier. Vendors that number theirs make people write `5`, which can only mean `"5"`.
pub(crate) struct Id(pub(crate) String);

impl Given for Id {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            return String::read(name, value).map(Self);
        }
        let number = index(value).ok_or_else(|| wrong(name, "a str or an int", value))?;
        Ok(Self(number.str()?.to_string()))
    }
}

/// The whole number that a value is, of any class that has one, such as numpy's. A bool is none.
fn index<'py>(value: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    if value.is_instance_of::<PyBool>() {
        return None;
    }
    let index = value.call_method0("__index__").ok()?;
    index.is_instance_of::<PyInt>().then_some(index)
}

/// A whole number of any class that has one.
#[derive(Clone, Copy)]
pub(crate) struct Whole(pub(crate) i128);

impl Given for Whole {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        i128::read(name, value).map(Self)
    }
}

impl Given for i128 {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let index = index(value).ok_or_else(|| wrong(name, "an int", value))?;
        index.extract()
    }
}

/// Several of something, from any iterable; a text would give its letters.
pub(crate) fn several<T: Given>(
    name: &str,
    what: &str,
    value: &Bound<'_, PyAny>,
) -> PyResult<Vec<T>> {
    let is_one = value.is_instance_of::<PyString>()
        || value.is_instance_of::<PyBytes>()
        || value.is_instance_of::<PyByteArray>();
    let items = value.try_iter().ok().filter(|_| !is_one);
    let items = items.ok_or_else(|| wrong(name, what, value))?;
    items
        .enumerate()
        .map(|(index, item)| T::read(&format!("{name}[{index}]"), &item?))
        .collect()
}

/// Identifiers.
pub(crate) struct Ids(pub(crate) Vec<String>);

impl Given for Ids {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let ids: Vec<Id> = several(name, "a list of identifiers", value)?;
        Ok(Self(ids.into_iter().map(|id| id.0).collect()))
    }
}

impl Given for Vec<String> {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        several(name, "a list of str", value)
    }
}

/// A contact that was read before.
impl Given for palabre::Contact {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        match value.cast::<Contact>() {
            Ok(contact) => Ok(contact.get().0.clone()),
            Err(_) => Err(wrong(name, "a Contact", value)),
        }
    }
}

/// A mapping of JSON values; what cannot be one is reported when the vendor is known.
pub(crate) struct Object(std::result::Result<Map<String, Value>, Problem>);

impl Object {
    /// The fields; `argument` names the mapping in the error.
    pub(crate) fn load(self, argument: &str) -> Result<Map<String, Value>> {
        self.0.map_err(|problem| problem.of(argument))
    }
}

impl Given for Object {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        match value.cast::<PyMapping>() {
            Ok(mapping) => Ok(Self(json::object_from_py(mapping))),
            Err(_) => Err(wrong(name, "a mapping, such as a dict", value)),
        }
    }
}

/// A month: `2025-06`, or any day of it as text or date.
pub(crate) struct Month(pub(crate) String);

impl Given for Month {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_instance_of::<PyString>() {
            return String::read(name, value).map(Self);
        }
        // A datetime's date is asked for by its own method, a date is its own.
        let date = value.extract::<jiff::civil::Date>().or_else(|_| {
            let date = value.call_method0("date")?;
            date.extract::<jiff::civil::Date>()
        });
        let date =
            date.map_err(|_| wrong(name, "a month such as \"2025-06\", or a date", value))?;
        Ok(Self(date.to_string()))
    }
}

/// A time-out in seconds.
pub(crate) fn seconds(argument: &str, seconds: f64) -> Result<Duration> {
    Duration::try_from_secs_f64(seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| {
            Error::invalid(
                argument,
                "must be a finite number of seconds, greater than zero",
            )
        })
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
