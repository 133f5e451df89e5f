//! Rows of any kind behind one interface, so that pages, tables and listings are one class each.

use std::any::Any;
use std::hash::{DefaultHasher, Hash};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use palabre::stored::{self, Stored};
use palabre::table::Tabular;
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyValueError;
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
    /// Whether all rows are of one account.
    fn is_of_one_account(&self) -> bool;
    fn as_any(&self) -> &dyn Any;
    fn equals(&self, other: &dyn Rows) -> bool;
    fn hash(&self, state: &mut DefaultHasher);
    /// The rows at some places.
    fn at(&self, places: &mut dyn Iterator<Item = usize>) -> Arc<dyn Rows>;
    /// The rows as text that [`restored`] reads.
    fn stored(&self) -> serde_json::Result<String>;
}

/// A type of the facade that has a Python class.
pub(crate) trait Row: Tabular + Stored + Clone + PartialEq + Hash + Send + Sync {
    fn to_py(&self, py: Python<'_>) -> PyResult<Py<PyAny>>;
}

macro_rules! rows {
    ($($type:ident),+) => {
        $(impl Row for palabre::$type {
            fn to_py(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
                results::$type(self.clone()).into_py_any(py)
            }
        })+

        /// Rows of the class `kind` from their text.
        pub(crate) fn restored(kind: &str, text: &str) -> PyResult<Arc<dyn Rows>> {
            match kind {
                $(stringify!($type) => {
                    let rows = stored::restore::<palabre::$type>(text);
                    Ok(Arc::new(results::restored(rows)?))
                })+
                _ => Err(PyValueError::new_err(format!("no rows of {kind:?} are known"))),
            }
        }
    };
}

rows!(
    Contact,
    Conversation,
    DailyStatistic,
    Group,
    Message,
    LedgerRow,
    MonthlyStatistic,
    Number,
    PlannedRow,
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

    fn is_of_one_account(&self) -> bool {
        T::is_of_one_account(self)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }

    fn equals(&self, other: &dyn Rows) -> bool {
        other.as_any().downcast_ref::<Self>() == Some(self)
    }

    fn hash(&self, state: &mut DefaultHasher) {
        Hash::hash(self, state);
    }

    fn at(&self, places: &mut dyn Iterator<Item = usize>) -> Arc<dyn Rows> {
        let rows: Vec<T> = places.map(|place| self[place].clone()).collect();
        Arc::new(rows)
    }

    fn stored(&self) -> serde_json::Result<String> {
        stored::store(self)
    }
}
