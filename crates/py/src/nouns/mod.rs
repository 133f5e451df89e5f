//! The nouns of a client. Each is described once and becomes a sync and an async class.

mod contacts;
mod conversations;
mod groups;
mod messages;
mod numbers;
mod otp;
pub(crate) mod sending;
mod stats;
mod templates;

use palabre::{Error, ListOptions, MonthRange, Result};
use pyo3::prelude::*;
use serde_json::{Map, Value};

pub use self::contacts::{AsyncContacts, Contacts};
pub use self::conversations::{AsyncConversations, Conversations};
pub use self::groups::{AsyncGroups, Groups};
pub use self::messages::{AsyncMessages, Messages};
pub use self::numbers::{AsyncNumbers, Numbers};
pub use self::otp::{AsyncOtp, Otp};
pub use self::stats::{AsyncStats, Stats};
pub use self::templates::{AsyncTemplates, Templates};
use crate::arguments::{File, Month, Object, Whole, whole};

/// Python's None, for calls that answer nothing.
pub(crate) struct Nothing;

impl<'py> IntoPyObject<'py> for Nothing {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.None().into_bound(py))
    }
}

fn options(
    search: &Option<String>,
    cursor: &Option<String>,
    page_size: Option<Whole>,
) -> Result<ListOptions> {
    if cursor
        .as_deref()
        .is_some_and(|cursor| cursor.trim().is_empty())
    {
        let problem = "is empty: leave it out to start at the beginning";
        return Err(Error::invalid("cursor", problem));
    }
    Ok(ListOptions {
        search: search.clone(),
        cursor: cursor.clone(),
        page_size: page_size
            .map(|Whole(size)| whole("page_size", size, 1))
            .transpose()?,
        ..ListOptions::default()
    })
}

fn fields(argument: &str, object: Option<Object>) -> Result<Option<Map<String, Value>>> {
    object.map(|object| object.load(argument)).transpose()
}

/// Reads a file; `field` is its field of the body.
async fn file(
    client: &palabre::Client,
    argument: &str,
    field: &str,
    file: Option<File>,
) -> Result<Option<palabre::FilePart>> {
    match file {
        Some(file) => file.load(client, argument, field).await.map(Some),
        None => Ok(None),
    }
}

pub(crate) fn months(start: Option<Month>, end: Option<Month>) -> Result<MonthRange> {
    let text = |month: &Option<Month>| month.as_ref().map(|month| month.0.clone());
    MonthRange::parse(text(&start).as_deref(), text(&end).as_deref())
}
