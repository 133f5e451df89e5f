//! Rows from Python: mappings of an iterable, frames, Arrow streams. They are read in pieces, when
//! the run asks for them, on the thread where Python is.

use std::fmt;
use std::sync::{Arc, Mutex};

use arrow_array::ffi_stream::RecordBatchStreamReader;
use futures_util::{Stream, StreamExt, stream};
use palabre::ledger::Row;
use palabre::{Argument, Error, FilePart, Result};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyIterator, PyMapping, PyString, PyTuple};
use tokio::sync::oneshot;

use super::{arrow, cell};
use crate::arguments::{self, wrong};
use crate::runtime::locked;
use crate::{desk, python};

/// So many rows are read at a time: the interpreter is not kept for long.
const PIECE: usize = 500;

/// Rows that were given.
pub(crate) struct Given {
    source: Source,
}

enum Source {
    Iterator(Py<PyIterator>),
    Arrow(Box<RecordBatchStreamReader>),
}

impl Given {
    /// The rows, read when they are asked for.
    pub(crate) fn stream(self) -> impl Stream<Item = Result<Row>> + Send + use<> {
        let source = Arc::new(Mutex::new(self.source));
        let first = Some((source, 0_usize));
        stream::unfold(first, move |state| async move {
            let (source, count) = state?;
            let piece = read(source.clone(), count).await;
            match piece {
                Ok(piece) if piece.is_empty() => None,
                Ok(piece) => {
                    let count = count + piece.len();
                    let piece = piece.into_iter().map(Ok).collect::<Vec<_>>();
                    Some((stream::iter(piece), Some((source, count))))
                }
                Err(error) => Some((stream::iter(vec![Err(error)]), None)),
            }
        })
        .flatten()
    }
}

impl arguments::Given for Given {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        const WANTED: &str = "an iterable of mappings, a DataFrame or an Arrow stream";
        let py = value.py();
        let is_one = value.is_instance_of::<PyString>()
            || value.is_instance_of::<PyBytes>()
            || value.is_instance_of::<PyMapping>();
        if is_one || value.is_none() {
            return Err(wrong(name, WANTED, value));
        }
        // pandas first: what its frames export as Arrow needs another library.
        let is_pandas = value.hasattr("itertuples")? && value.hasattr("iloc")?;
        if !is_pandas && let Some(export) = value.getattr_opt("__arrow_c_stream__")? {
            let capsule = python::call(&export, &PyTuple::empty(py), None)?;
            return Ok(Self {
                source: Source::Arrow(Box::new(reader(capsule.cast::<PyCapsule>()?)?)),
            });
        }
        let iterable = match is_pandas {
            true => {
                let frames = python::import(py, c"palabre.frames")?;
                python::call_method(&frames, "records", std::slice::from_ref(value))?
            }
            false => value.clone(),
        };
        let iterator = iterable
            .try_iter()
            .map_err(|_| wrong(name, WANTED, value))?;
        Ok(Self {
            source: Source::Iterator(iterator.unbind()),
        })
    }
}

/// Takes the stream out of its capsule.
fn reader(capsule: &Bound<'_, PyCapsule>) -> PyResult<RecordBatchStreamReader> {
    let pointer = capsule.pointer_checked(Some(c"arrow_array_stream"))?;
    // SAFETY: a capsule of that name holds such a stream, which the reader takes over: what stays in
    // the capsule is marked as released.
    let reader = unsafe { RecordBatchStreamReader::from_raw(pointer.as_ptr().cast()) };
    reader.map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))
}

/// Reads a piece, as an errand of the call.
async fn read(source: Arc<Mutex<Source>>, count: usize) -> Result<Vec<Row>> {
    let (tell, told) = oneshot::channel();
    desk::put(Box::new(move |place| {
        let mut source = locked(&source);
        let piece = match &mut *source {
            Source::Iterator(iterator) => pull(iterator.bind(place.py), count),
            Source::Arrow(reader) => Ok(arrow::pull(reader)),
        };
        let piece = match piece {
            Ok(piece) => piece,
            // What ends the program ends the call too.
            Err(error) if !error.is_instance_of::<PyException>(place.py) => return Err(error),
            Err(error) => Err(thrown(error)),
        };
        // Who asked may be gone.
        let _ = tell.send(piece);
        Ok(())
    }));
    told.await
        .unwrap_or_else(|_| Err(Error::invalid("rows", "could not be read")))
}

/// What the caller's own code raised; it is raised again as it is.
#[derive(Debug)]
pub(crate) struct Thrown(pub(crate) PyErr);

impl fmt::Display for Thrown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the rows raised an exception")
    }
}

impl std::error::Error for Thrown {}

/// The error that raises an exception as it is.
pub(super) fn thrown(error: PyErr) -> Error {
    Error::invalid("rows", "raised an exception").caused_by(Arc::new(Thrown(error)))
}

/// The next rows of an iterator; none at its end.
fn pull(iterator: &Bound<'_, PyIterator>, count: usize) -> PyResult<Result<Vec<Row>>> {
    let mut rows = Vec::new();
    let mut iterator = iterator.clone();
    while rows.len() < PIECE {
        let Some(item) = iterator.next() else {
            break;
        };
        let name = format!("rows[{}]", count + rows.len());
        match row(&item?, &name)? {
            Ok(row) => rows.push(row),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(rows))
}

/// One row.
fn row(item: &Bound<'_, PyAny>, name: &str) -> PyResult<Result<Row>> {
    let item = match item.getattr_opt("to_dict")? {
        // A result, such as a contact.
        Some(to_dict) if !item.is_instance_of::<PyMapping>() => &to_dict.call0()?,
        _ => item,
    };
    let Ok(mapping) = item.cast::<PyMapping>() else {
        return Err(wrong(name, "a mapping, such as a dict", item));
    };
    let mut row = Row::new();
    let mut refusal = None;
    for pair in mapping.items()?.iter() {
        let (column, cell): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let Ok(column) = column.extract::<String>() else {
            return Err(wrong(&format!("{name}: a column"), "a str", &column));
        };
        if let Some(path) = cell::path(&cell) {
            // One that cannot be read is about this row alone.
            match FilePart::read(&column, &path) {
                Ok(file) => row.insert(column, Argument::File(file)),
                Err(error) => {
                    refusal.get_or_insert(error);
                }
            }
            continue;
        }
        match cell::value(&cell, &column) {
            Ok(value) => row.insert(column, value),
            Err(error) => {
                let problem = format!("{name}.{}", error.message());
                return Ok(Err(error.with_message(problem)));
            }
        }
    }
    Ok(Ok(match refusal {
        Some(error) => row.refused(error),
        None => row,
    }))
}
