//! Result classes: frozen, typed, and made into Python objects when they are looked at.

#[macro_use]
mod class;
mod config;
mod contact;
mod conversation;
mod group;
mod ledger;
mod message;
mod number;
mod otp;
mod sent;
mod statistic;
mod support;
mod template;

pub use config::{AccountSettings, Finding, Setting};
pub use contact::{Address, Contact, DeleteFailure, DeleteReport};
pub use conversation::{Conversation, Note};
pub use group::{AddReport, Group, RemoveReport};
pub use ledger::{LedgerRow, PlannedRow};
pub use message::{BulkReport, Message, Rejection};
pub use number::{DayCounters, MonthCounters, Number};
pub use otp::{OtpCheck, SentOtp};
pub use sent::SentMessage;
pub use statistic::{DailyStatistic, MonthlyStatistic};
pub use support::{AccountFailure, Support};
pub use template::Template;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use palabre::{mask_id, mask_numbers, mask_phone};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

/// A value of a result as plain data: results become dicts.
fn plain<'py>(value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(list) = value.cast::<PyList>() {
        let items = list.iter().map(plain).collect::<PyResult<Vec<_>>>()?;
        return Ok(PyList::new(value.py(), items)?.into_any());
    }
    match value.getattr_opt("to_dict")? {
        Some(to_dict) => to_dict.call0(),
        None => Ok(value),
    }
}

/// A value in a `repr`: short, numbers masked wherever they are; a list is shown as its length.
fn shown(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(list) = value.cast::<PyList>() {
        return Ok(list.len().to_string());
    }
    let Ok(text) = value.extract::<String>() else {
        return Ok(value.repr()?.to_string());
    };
    let masked = masked(name, &text);
    Ok(PyString::new(value.py(), &masked).repr()?.to_string())
}

/// The text of a field as `repr` and notebooks show it.
pub(crate) fn masked(name: &str, text: &str) -> String {
    // A number that is not linked yet goes by its identifier.
    let is_digits = !text.contains(char::is_alphabetic);
    match name {
        "phone" | "number" | "to" | "from_" if is_digits => mask_phone(text),
        "id" | "number_id" | "contact_id" => mask_id(text),
        // An identifier may hold many digits and is no number.
        "conversation_id" | "message_id" => text.to_owned(),
        _ => mask_numbers(text),
    }
}

/// The years that Python's datetime has; a time outside of them is as good as unknown.
const YEARS: std::ops::RangeInclusive<i16> = 1..=9999;

fn time(time: Option<Timestamp>) -> Option<Timestamp> {
    time.filter(|time| YEARS.contains(&time.to_zoned(TimeZone::UTC).year()))
}

/// What is shown of an object in a notebook; `palabre._html` writes it.
pub(crate) fn page<'py>(function: &str, object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    PyModule::import(object.py(), "palabre._html")?.call_method1(function, (object,))
}

/// What a pickle holds.
pub(crate) fn stored(text: serde_json::Result<String>) -> PyResult<String> {
    text.map_err(|error| PyValueError::new_err(error.to_string()))
}

/// What was in a pickle.
pub(crate) fn restored<T>(value: serde_json::Result<T>) -> PyResult<T> {
    value.map_err(|error| {
        PyValueError::new_err(format!("not a pickle of this version of palabre: {error}"))
    })
}
