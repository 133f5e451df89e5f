//! One cell of a row: JSON, a file, or what data libraries have in place of either.

use std::path::PathBuf;

use palabre::{Argument, Error, FilePart, Result};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use serde_json::Value;

use crate::json;

/// The path of a file; a text is none.
pub(super) fn path(cell: &Bound<'_, PyAny>) -> Option<PathBuf> {
    let is_path = !cell.is_instance_of::<PyString>() && cell.hasattr("__fspath__").ok()?;
    is_path.then(|| cell.extract().ok())?
}

/// One value: JSON, a file by its name and content, a date as its text.
pub(super) fn value(cell: &Bound<'_, PyAny>, column: &str) -> Result<Argument> {
    if let Ok((file_name, data)) = cell.extract::<(String, Bound<'_, PyBytes>)>() {
        return Ok(FilePart::new(file_name, data.as_bytes().to_vec()).into());
    }
    match json::from_py(cell) {
        Ok(value) => Ok(value.into()),
        Err(_) if is_nothing(cell) => Ok(Value::Null.into()),
        Err(_) if is_of_time(cell) => {
            match times(cell) {
                Some(value) => Ok(value.into()),
                None => Err(Error::invalid(column, "is no time that a message can hold")
                    .hint("make it a text")),
            }
        }
        Err(problem) => match plain(cell) {
            Some(value) => Ok(value.into()),
            None => Err(problem.of(column)),
        },
    }
}

/// Dates, numbers and lists of other classes, such as numpy's.
fn plain(cell: &Bound<'_, PyAny>) -> Option<Value> {
    if let Ok(text) = cell.call_method0("isoformat") {
        return text.extract::<String>().ok().map(Value::from);
    }
    if let Ok(items) = cell.call_method0("tolist") {
        return json::from_py(&items).ok();
    }
    if let Ok(number) = cell.call_method0("__index__") {
        return json::from_py(&number).ok();
    }
    let is_decimal = cell.get_type().name().is_ok_and(|name| name == "Decimal");
    let is_number = is_decimal && cell.call_method0("is_finite").ok()?.is_truthy().ok()?;
    is_number.then(|| cell.str().ok()?.extract::<String>().ok().map(Value::from))?
}

/// Whether it stands for a value that is missing: NaN, NaT and the like are not even equal to
/// themselves, and whether pandas' NA is cannot be said.
fn is_nothing(cell: &Bound<'_, PyAny>) -> bool {
    // Lists answer for each item.
    if cell.hasattr("__len__").unwrap_or(true) {
        return false;
    }
    match cell.ne(cell) {
        Ok(differs) => differs,
        Err(_) => cell.get_type().name().is_ok_and(|name| name == "NAType"),
    }
}

/// Whether it is numpy's own time or span of time, or several. `tolist` makes counts of nanoseconds
/// of them.
fn is_of_time(cell: &Bound<'_, PyAny>) -> bool {
    let kind = cell
        .getattr("dtype")
        .and_then(|dtype| dtype.getattr("kind"));
    kind.is_ok_and(|kind| kind.eq("M").unwrap_or_default() || kind.eq("m").unwrap_or_default())
}

fn times(cell: &Bound<'_, PyAny>) -> Option<Value> {
    if !cell.hasattr("__len__").ok()? {
        return time(cell).map(Value::from);
    }
    let items = cell.try_iter().ok()?.map(|item| {
        let item = item.ok()?;
        match is_nothing(&item) {
            true => Some(Value::Null),
            false => time(&item).map(Value::from),
        }
    });
    items.collect::<Option<Vec<_>>>().map(Value::Array)
}

/// A time as Python's `isoformat` writes it, so that a row is the same whatever holds it; `None` for
/// a span, and for what is finer than nanoseconds or no year that people write.
fn time(cell: &Bound<'_, PyAny>) -> Option<String> {
    let plain = cell.call_method0("tolist").ok()?;
    let text = plain
        .call_method0("isoformat")
        .or_else(|_| cell.call_method0("__str__"));
    let text = text.ok()?.extract::<String>().ok()?;
    let is_year = text.find('-') == Some(4);
    let (seconds, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    is_year.then(|| match fraction.len() {
        0 => Some(seconds.to_owned()),
        1..=6 => Some(format!("{seconds}.{fraction:0<6}")),
        7..=9 => Some(format!("{seconds}.{fraction:0<9}")),
        _ => None,
    })?
}
