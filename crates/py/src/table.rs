//! Pages and tables: rows that are there.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use pyo3::exceptions::{PyIndexError, PyOverflowError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList, PySlice, PyTuple};

use crate::arrow;
use crate::python;
use crate::results::{AccountFailure, page, restored, stored};
use crate::rows::{self, Rows};

/// Calls a function of `palabre.frames`, which alone imports data libraries.
pub(crate) fn frame<'py>(function: &str, rows: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let frames = python::import(rows.py(), c"palabre.frames")?;
    python::call_method(&frames, function, std::slice::from_ref(rows))
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

/// One row.
fn at(py: Python<'_>, rows: &dyn Rows, index: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let index = index.extract().map_err(|error: PyErr| {
        let is_too_large = error.is_instance_of::<PyOverflowError>(py);
        if is_too_large { out_of_range() } else { error }
    })?;
    rows.get(py, position(index, rows.len())?)
}

/// The rows that a slice names.
fn cut(rows: &dyn Rows, slice: &Bound<'_, PySlice>) -> PyResult<Arc<dyn Rows>> {
    let slice = slice.indices(rows.len().try_into()?)?;
    let places = (0..slice.slicelength)
        .map(|step| usize::try_from(slice.start + step.cast_signed() * slice.step));
    let places = places.collect::<Result<Vec<_>, _>>()?;
    Ok(rows.at(&mut places.into_iter()))
}

fn objects<'py>(py: Python<'py>, rows: &dyn Rows) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for index in 0..rows.len() {
        list.append(rows.get(py, index)?)?;
    }
    Ok(list)
}

fn dicts<'py>(py: Python<'py>, rows: &dyn Rows) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    for index in 0..rows.len() {
        list.append(rows.get(py, index)?.call_method0(py, "to_dict")?)?;
    }
    Ok(list)
}

/// Warns where rows that are handed on are not the whole.
fn warn_of_failures(rows: &Bound<'_, PyAny>, failures: &[AccountFailure]) -> PyResult<()> {
    if !failures.is_empty() {
        frame("warn_of_failures", rows)?;
    }
    Ok(())
}

/// Tells whether all rows of a page or a table are of one account.
#[pyfunction]
#[pyo3(signature = (rows, /))]
pub(crate) fn is_of_one_account(rows: &Bound<'_, PyAny>) -> PyResult<bool> {
    let rows = match rows.cast::<Table>() {
        Ok(table) => &table.get().rows,
        Err(_) => &rows.cast::<Page>()?.get().rows,
    };
    Ok(rows.is_of_one_account())
}

/// Makes `match` take pages and tables for sequences: `case [first, *rest]`.
///
/// They are not registered as `collections.abc.Sequence`: `polars.DataFrame(table)` would then
/// take them for a list of objects, and not for the columns that they export.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    // What `match` looks at is a flag of the class, Py_TPFLAGS_SEQUENCE. An abstract base class
    // that has it hands it on to those that are registered with it.
    let flags = PyDict::new(py);
    flags.set_item("__abc_tpflags__", 1 << 5)?;
    let sequence = PyModule::import(py, "abc")?.getattr("ABCMeta")?.call1((
        "Rows",
        PyTuple::empty(py),
        flags,
    ))?;
    for class in ["Page", "Table"] {
        sequence.call_method1("register", (module.getattr(class)?,))?;
    }
    Ok(())
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
        #[derive(Clone)]
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

            fn __iter__(&self) -> RowIterator {
                RowIterator { rows: self.rows.clone(), next: 0 }
            }

            /// The place of the first row that equals `row`.
            ///
            /// Args:
            ///     row: The row to look for.
            ///     start: Where to begin.
            ///     stop: Where to end, as in a slice.
            ///
            /// Raises:
            ///     ValueError: There is none.
            #[pyo3(signature = (row, start=0, stop=isize::MAX, /))]
            fn index(
                &self,
                py: Python<'_>,
                row: &Bound<'_, PyAny>,
                start: isize,
                stop: isize,
            ) -> PyResult<usize> {
                let slice = PySlice::new(py, start, stop, 1).indices(self.rows.len().try_into()?)?;
                for index in slice.start.cast_unsigned()..slice.stop.cast_unsigned() {
                    if self.rows.get(py, index)?.bind(py).eq(row)? {
                        return Ok(index);
                    }
                }
                Err(PyValueError::new_err("there is no such row"))
            }

            /// How many rows equal `row`.
            ///
            /// Args:
            ///     row: The row to look for.
            #[pyo3(signature = (row, /))]
            fn count(&self, py: Python<'_>, row: &Bound<'_, PyAny>) -> PyResult<usize> {
                let mut count = 0;
                for index in 0..self.rows.len() {
                    count += usize::from(self.rows.get(py, index)?.bind(py).eq(row)?);
                }
                Ok(count)
            }

            fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
                other.cast::<Self>().is_ok_and(|other| {
                    let other = other.get();
                    self.rows.equals(&*other.rows) $(&& self.$field == other.$field)+
                })
            }

            fn __ne__(&self, other: &Bound<'_, PyAny>) -> bool {
                !self.__eq__(other)
            }

            fn __hash__(&self) -> u64 {
                let mut state = DefaultHasher::new();
                self.rows.hash(&mut state);
                $(self.$field.hash(&mut state);)+
                state.finish()
            }

            fn __copy__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
                slf
            }

            #[pyo3(signature = (memo, /))]
            fn __deepcopy__<'py>(slf: PyRef<'py, Self>, memo: &Bound<'py, PyAny>) -> PyRef<'py, Self> {
                let _ = memo;
                slf
            }

            fn __reduce__<'py>(
                slf: &Bound<'py, Self>,
            ) -> PyResult<(Bound<'py, PyAny>, (&'static str, String, String))> {
                let this = slf.get();
                let rows = stored(this.rows.stored())?;
                let fields = stored(serde_json::to_string(&($(&this.$field,)+)))?;
                Ok((slf.get_type().getattr("_restore")?, (this.rows.kind(), rows, fields)))
            }

            #[staticmethod]
            fn _restore(kind: &str, rows: &str, fields: &str) -> PyResult<Self> {
                let rows = rows::restored(kind, rows)?;
                let ($($field,)+) = restored(serde_json::from_str(fields))?;
                Ok(Self { rows, $($field),+ })
            }

            fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                page("rows", slf.as_any())
            }

            /// The rows as an Arrow C stream, for any library that reads them.
            #[pyo3(signature = (requested_schema=None))]
            fn __arrow_c_stream__<'py>(
                slf: &Bound<'py, Self>,
                requested_schema: Option<Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyCapsule>> {
                // The protocol lets a producer ignore a schema that it cannot cast to.
                let _ = requested_schema;
                let this = slf.get();
                warn_of_failures(slf.as_any(), this.failed())?;
                arrow::stream(slf.py(), &*this.rows)
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
    /// One page of a listing, as the vendor cut it. A sequence of rows; a slice is a list.
    Page { next_cursor: Option<String>, total: Option<u64> }

    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str) {
        ("items", "next_cursor", "total")
    }

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

    /// The page as a dict; its rows become dicts too.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("items", dicts(py, &*self.rows)?)?;
        dict.set_item("next_cursor", &self.next_cursor)?;
        dict.set_item("total", self.total)?;
        Ok(dict)
    }

    fn __getitem__(&self, py: Python<'_>, index: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        match index.cast::<PySlice>() {
            Ok(slice) => Ok(objects(py, &*cut(&*self.rows, slice)?)?.into_any().unbind()),
            Err(_) => at(py, &*self.rows, index),
        }
    }

    fn __repr__(&self) -> String {
        let rows = counted(self.rows.len(), "row", "rows");
        let total = self.total.map(|total| format!(", {total} in all")).unwrap_or_default();
        let more = if self.next_cursor.is_some() { ", more to come" } else { "" };
        format!("Page({rows} of {}{total}{more})", self.rows.kind())
    }
}

rows_class! {
    /// Rows that were fetched, and what a reader of them has to know.
    ///
    /// A sequence of rows. A slice is a table too, with the same warnings and failures.
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

    /// The table as a dict: rows, warnings, failures, unsupported; what is in it becomes dicts too.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let failures = |failures: &[AccountFailure]| {
            failures.iter().map(|failure| failure.to_dict(py)).collect::<PyResult<Vec<_>>>()
        };
        let dict = PyDict::new(py);
        dict.set_item("rows", dicts(py, &*self.rows)?)?;
        dict.set_item("warnings", &self.warnings)?;
        dict.set_item("failures", failures(&self.failures)?)?;
        dict.set_item("unsupported", failures(&self.unsupported)?)?;
        Ok(dict)
    }

    fn __getitem__(&self, py: Python<'_>, index: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        match index.cast::<PySlice>() {
            Ok(slice) => {
                let rows = cut(&*self.rows, slice)?;
                Ok(Bound::new(py, Self { rows, ..self.clone() })?.into_any().unbind())
            }
            Err(_) => at(py, &*self.rows, index),
        }
    }

    fn __repr__(&self) -> String {
        let rows = counted(self.rows.len(), "row", "rows");
        let mut parts = vec![format!("{rows} of {}", self.rows.kind())];
        for (count, one, many) in [
            (self.failures.len(), "FAILED ACCOUNT", "FAILED ACCOUNTS"),
            (self.unsupported.len(), "account without it", "accounts without it"),
            (self.warnings.len(), "warning", "warnings"),
        ] {
            if count > 0 {
                parts.push(counted(count, one, many));
            }
        }
        let whole = if self.failures.is_empty() { "" } else { "NOT THE WHOLE: " };
        format!("Table({whole}{})", parts.join(", "))
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

impl Page {
    /// A page is of one account.
    fn failed(&self) -> &[AccountFailure] {
        &[]
    }
}

impl Table {
    fn failed(&self) -> &[AccountFailure] {
        &self.failures
    }

    pub(crate) fn new(rows: Arc<dyn Rows>) -> Self {
        Self {
            rows,
            warnings: Vec::new(),
            failures: Vec::new(),
            unsupported: Vec::new(),
        }
    }

    pub(crate) fn of_statistics<T: rows::Row>(table: palabre::StatisticsTable<T>) -> Self {
        Self {
            warnings: table.warnings,
            ..Self::new(Arc::new(table.rows))
        }
    }
}
