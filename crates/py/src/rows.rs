//! Rows of any kind behind one interface, so that pages, tables and listings are one class each.

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use palabre::table::Tabular;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;

use crate::results;

/// Rows of one kind.
pub(crate) trait Rows: Send + Sync {
    fn len(&self) -> usize;
    /// The row as an object of its class.
    fn get(&self, py: Python<'_>, index: usize) -> PyResult<Py<PyAny>>;
    fn schema(&self) -> SchemaRef;
    fn batch(&self) -> Result<RecordBatch, ArrowError>;
    /// The name of the rows' class.
    fn kind(&self) -> &'static str;
}

/// A type of the facade that has a Python class.
pub(crate) trait Row: Tabular + Clone + Send + Sync {
    fn to_py(&self, py: Python<'_>) -> PyResult<Py<PyAny>>;
}

macro_rules! rows {
    ($($type:ident),+) => {
        $(impl Row for palabre::$type {
            fn to_py(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
                results::$type(self.clone()).into_py_any(py)
            }
        })+
    };
}

rows!(
    Contact,
    Conversation,
    DailyStatistic,
    Group,
    MonthlyStatistic,
    Number,
    Template
);

impl<T: Row> Rows for Vec<T> {
    fn len(&self) -> usize {
        self.len()
    }

    fn get(&self, py: Python<'_>, index: usize) -> PyResult<Py<PyAny>> {
        self[index].to_py(py)
    }

    fn schema(&self) -> SchemaRef {
        T::schema()
    }

    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        T::batch(&T::schema(), self)
    }

    fn kind(&self) -> &'static str {
        T::NAME
    }
}
