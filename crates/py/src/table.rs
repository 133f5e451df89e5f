//! Pages and tables: rows that are there.

use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyOverflowError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyList, PySlice};

use crate::arrow;
use crate::results::AccountFailure;
use crate::rows::Rows;

/// Calls a function of `palabre.frames`, which alone imports data libraries.
pub(crate) fn frame<'py>(function: &str, rows: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    PyModule::import(rows.py(), "palabre.frames")?.call_method1(function, (rows,))
}

fn position(index: isize, length: usize) -> PyResult<usize> {
    let from_end = if index < 0 {
        length.checked_sub(index.unsigned_abs())
    } else {
        Some(index.unsigned_abs())
    };
    from_end
        .filter(|index| *index < length)
        .ok_or_else(out_of_range)
}

fn out_of_range() -> PyErr {
    PyIndexError::new_err("index out of range")
}

/// One row, or for a slice a list of rows.
fn at(py: Python<'_>, rows: &dyn Rows, index: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let Ok(slice) = index.cast::<PySlice>() else {
        let index = index.extract().map_err(|error: PyErr| {
            let is_too_large = error.is_instance_of::<PyOverflowError>(py);
            if is_too_large { out_of_range() } else { error }
        })?;
        return rows.get(py, position(index, rows.len())?);
    };
    let slice = slice.indices(rows.len().try_into()?)?;
    let list = PyList::empty(py);
    let mut next = slice.start;
    for _ in 0..slice.slicelength {
        list.append(rows.get(py, next.try_into()?)?)?;
        next += slice.step;
    }
    Ok(list.into_any().unbind())
}

fn objects<'py>(py: Python<'py>, rows: &dyn Rows) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for index in 0..rows.len() {
        list.append(rows.get(py, index)?)?;
    }
    Ok(list)
}

/// Iterates over rows, making each object when it is asked for.
#[pyclass(module = "palabre")]
pub struct RowIterator {
    rows: Arc<dyn Rows>,
    next: usize,
}

#[pymethods]
impl RowIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        if self.next >= self.rows.len() {
            return Ok(None);
        }
        self.next += 1;
        self.rows.get(py, self.next - 1).map(Some)
    }

    fn __length_hint__(&self) -> usize {
        self.rows.len() - self.next
    }
}

macro_rules! rows_class {
    ($(#[doc = $doc:literal])+ $class:ident { $($field:ident: $type:ty),+ $(,)? } $($methods:tt)*) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, generic, sequence, module = "palabre")]
        pub struct $class {
            pub(crate) rows: Arc<dyn Rows>,
            $(pub(crate) $field: $type),+
        }

        #[pymethods]
        impl $class {
            $($methods)*

            fn __len__(&self) -> usize {
                self.rows.len()
            }

            fn __getitem__(&self, py: Python<'_>, index: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
                at(py, &*self.rows, index)
            }

            fn __iter__(&self) -> RowIterator {
                RowIterator { rows: self.rows.clone(), next: 0 }
            }

            /// The rows as an Arrow C stream, for any library that reads them.
            #[pyo3(signature = (requested_schema=None))]
            fn __arrow_c_stream__<'py>(
                &self,
                py: Python<'py>,
                requested_schema: Option<Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyCapsule>> {
                // The protocol lets a producer ignore a schema that it cannot cast to.
                let _ = requested_schema;
                arrow::stream(py, &*self.rows)
            }

            /// The rows as a pyarrow.Table. Needs the extra `arrow`.
            fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                frame("to_arrow", slf.as_any())
            }

            /// The rows as a pandas.DataFrame: times in UTC, months and days as datetimes, missing integers as missing. Needs the extra `pandas`.
            fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                frame("to_pandas", slf.as_any())
            }

            /// The rows as a polars.DataFrame. Needs the extra `polars`.
            fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                frame("to_polars", slf.as_any())
            }
        }
    };
}

rows_class! {
    /// One page of a listing, as the vendor cut it.
    Page { next_cursor: Option<String>, total: Option<u64> }

    /// The rows as a list.
    #[getter]
    fn items<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        objects(py, &*self.rows)
    }

    /// Where the next page starts; None at the end.
    #[getter]
    fn next_cursor(&self) -> Option<&str> {
        self.next_cursor.as_deref()
    }

    /// How many rows the vendor says there are in all, where it does.
    #[getter]
    fn total(&self) -> Option<u64> {
        self.total
    }

    fn __repr__(&self) -> String {
        let more = if self.next_cursor.is_some() { ", more to come" } else { "" };
        format!("Page({} rows of {}{more})", self.rows.len(), self.rows.kind())
    }
}

rows_class! {
    /// Rows that were fetched, and what a reader of them has to know.
    Table {
        warnings: Vec<String>,
        failures: Vec<AccountFailure>,
        unsupported: Vec<AccountFailure>,
    }

    /// Sentences about what does not add up, with the numbers.
    #[getter]
    fn warnings(&self) -> Vec<String> {
        self.warnings.clone()
    }

    /// The accounts of a fleet that failed: the rows are not the whole then.
    #[getter]
    fn failures(&self) -> Vec<AccountFailure> {
        self.failures.clone()
    }

    /// The accounts of a fleet whose vendor has no such thing.
    #[getter]
    fn unsupported(&self) -> Vec<AccountFailure> {
        self.unsupported.clone()
    }

    fn __repr__(&self) -> String {
        let mut parts = vec![format!("{} rows of {}", self.rows.len(), self.rows.kind())];
        for (count, words) in [
            (self.failures.len(), "FAILED ACCOUNTS"),
            (self.unsupported.len(), "accounts without it"),
            (self.warnings.len(), "warnings"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {words}"));
            }
        }
        format!("Table({})", parts.join(", "))
    }
}

impl Table {
    pub(crate) fn new(rows: Arc<dyn Rows>) -> Self {
        Self {
            rows,
            warnings: Vec::new(),
            failures: Vec::new(),
            unsupported: Vec::new(),
        }
    }

    pub(crate) fn of_statistics<T: crate::rows::Row>(table: palabre::StatisticsTable<T>) -> Self {
        Self {
            warnings: table.warnings,
            ..Self::new(Arc::new(table.rows))
        }
    }
}
