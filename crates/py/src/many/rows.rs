//! Rows from Python: mappings of an iterable, frames, Arrow streams. They are read in pieces, when
//! the run asks for them, on the thread where Python is; their files are read elsewhere.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use arrow_array::ffi_stream::RecordBatchStreamReader;
use futures_util::{Stream, StreamExt, stream};
use palabre::ledger::Row;
use palabre::{Argument, Error, Result};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule, PyIterator, PyMapping, PyString, PyTuple};
use tokio::sync::oneshot;

use super::files::{Files, MOST, Unread};
use super::{arrow, cell};
use crate::arguments::{self, wrong};
use crate::runtime::locked;
use crate::{desk, error, python};

/// So many rows are read at a time: the interpreter is not kept for long.
const PIECE: usize = 500;

/// Rows that were given.
pub(crate) struct Given {
    source: Source,
}

enum Source {
    /// Until its end: some iterators go on after that.
    Iterator(Option<Py<PyIterator>>),
    Arrow(Box<RecordBatchStreamReader>),
}

impl Given {
    /// The rows, read when they are asked for.
    pub(crate) fn stream(self, files: Files) -> impl Stream<Item = Result<Row>> + Send + use<> {
        let reading = Reading {
            source: Arc::new(Mutex::new(self.source)),
            count: 0,
            unread: VecDeque::new(),
            files,
        };
        stream::unfold(Some(reading), |reading| async move {
            let mut reading = reading?;
            match reading.piece().await {
                Ok(piece) if piece.is_empty() => None,
                Ok(piece) => {
                    let piece = piece.into_iter().map(Ok).collect::<Vec<_>>();
                    Some((stream::iter(piece), Some(reading)))
                }
                Err(error) => Some((stream::iter(vec![Err(error)]), None)),
            }
        })
        .flatten()
    }
}

/// Rows on their way to whoever asks for them.
struct Reading {
    source: Arc<Mutex<Source>>,
    count: usize,
    /// Rows that were taken from the source, and whose files were not read yet.
    unread: VecDeque<Unread>,
    files: Files,
}

impl Reading {
    /// The next rows; none at the end.
    async fn piece(&mut self) -> Result<Vec<Row>> {
        if self.unread.is_empty() {
            let piece = read(self.source.clone(), self.count).await?;
            self.count += piece.len();
            self.unread = piece.into();
        } else {
            // The ledger keeps what is there whenever it would have to wait: it drops the files of
            // the last piece before those of the next are read.
            tokio::task::yield_now().await;
        }
        self.files.read(&mut self.unread).await
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
        // Its columns without any value are not what Arrow says that they are.
        let is_polars = !is_pandas && value.hasattr("n_chunks")? && value.hasattr("schema")?;
        let value = match is_polars {
            true => {
                let frames = python::import(py, c"palabre.frames")?;
                &python::call_method(&frames, "filled", std::slice::from_ref(value))?
            }
            false => value,
        };
        if !is_pandas && let Some(export) = value.getattr_opt("__arrow_c_stream__")? {
            let capsule = python::call(&export, &PyTuple::empty(py), None)?;
            let reader = reader(capsule.cast::<PyCapsule>()?)?;
            arrow::check(&reader).map_err(|error| error::to_py(py, error))?;
            return Ok(Self {
                source: Source::Arrow(Box::new(reader)),
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
            source: Source::Iterator(Some(iterator.unbind())),
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
async fn read(source: Arc<Mutex<Source>>, count: usize) -> Result<Vec<Unread>> {
    let (tell, told) = oneshot::channel();
    desk::put(Box::new(move |place| {
        let mut source = locked(&source);
        let piece = match &mut *source {
            Source::Iterator(given) => pull(place.py, given, count),
            Source::Arrow(reader) => {
                let rows = arrow::pull(reader);
                Ok(rows.map(|rows| rows.into_iter().map(Unread::from).collect()))
            }
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

/// The next rows of an iterator; none at its end, which is forgotten.
fn pull(
    py: Python<'_>,
    given: &mut Option<Py<PyIterator>>,
    count: usize,
) -> PyResult<Result<Vec<Unread>>> {
    let mut rows = Vec::new();
    let mut bytes = 0;
    let Some(iterator) = given else {
        return Ok(Ok(rows));
    };
    let mut iterator = iterator.bind(py).clone();
    while rows.len() < PIECE && bytes < MOST {
        let Some(item) = iterator.next() else {
            *given = None;
            break;
        };
        let name = format!("rows[{}]", count + rows.len());
        match row(&item?, &name, &mut bytes)? {
            Ok(row) => rows.push(row),
            Err(error) => return Ok(Err(error)),
        }
    }
    Ok(Ok(rows))
}

/// One row; the sizes of the files that it holds in memory are added to `bytes`.
fn row(item: &Bound<'_, PyAny>, name: &str, bytes: &mut usize) -> PyResult<Result<Unread>> {
    let item = match item.getattr_opt("to_dict")? {
        // A result, such as a contact.
        Some(to_dict) if !item.is_instance_of::<PyMapping>() => &to_dict.call0()?,
        _ => item,
    };
    let Ok(mapping) = item.cast::<PyMapping>() else {
        return Err(wrong(name, "a mapping, such as a dict", item));
    };
    let mut read = Unread::default();
    for pair in mapping.items()?.iter() {
        let (column, cell): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let Ok(column) = column.extract::<String>() else {
            return Err(wrong(&format!("{name}: a column"), "a str", &column));
        };
        if let Some(path) = cell::path(&cell) {
            read.paths.push((column, path));
            continue;
        }
        match cell::value(&cell, &column) {
            Ok(value) => {
                if let Argument::File(file) = &value {
                    *bytes += file.data.len();
                }
                read.row.insert(column, value);
            }
            Err(error) => {
                let problem = format!("{name}.{}", error.message());
                return Ok(Err(error.with_message(problem)));
            }
        }
    }
    Ok(Ok(read))
}
