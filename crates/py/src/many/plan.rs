//! What a run would do.

use std::sync::Arc;

use palabre::ledger::{self, Filter};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use super::ledger::filter;
use crate::arrow;
use crate::error;
use crate::results::page;
use crate::table::{Table, frame};

/// What messages.send_many would do with each row. Nothing was sent, and no ledger was made.
#[pyclass(frozen, module = "palabre")]
pub struct Plan(pub(crate) ledger::Plan);

impl Plan {
    fn table(&self, py: Python<'_>, filter: &Filter) -> PyResult<Table> {
        let rows = py.detach(|| self.0.rows(filter));
        let rows = rows.map_err(|error| error::to_py(py, error))?;
        Ok(Table::new(Arc::new(rows)))
    }
}

#[pymethods]
impl Plan {
    /// How many rows would be sent.
    #[getter]
    fn planned(&self) -> u64 {
        self.0.counts().planned
    }

    /// How many rows would be refused.
    #[getter]
    fn refused(&self) -> u64 {
        self.0.counts().refused
    }

    /// How many rows were given.
    #[getter]
    fn total(&self) -> u64 {
        self.0.counts().total()
    }

    /// The rows, and why the refused ones are.
    ///
    /// Args:
    ///     state: Only rows that are "planned", or "refused".
    ///     numbers: Whole phone numbers in place of masked ones.
    ///
    /// Returns:
    ///     A table of PlannedRow.
    #[pyo3(signature = (*, state=None, numbers=false))]
    fn rows(
        &self,
        py: Python<'_>,
        state: Option<Bound<'_, PyAny>>,
        numbers: bool,
    ) -> PyResult<Table> {
        self.table(py, &filter(py, state.as_ref(), numbers)?)
    }

    /// All rows as an Arrow C stream.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        arrow::stream(py, &*self.table(py, &Filter::default())?.rows)
    }

    /// All rows as a pyarrow.Table. Needs the extra `arrow`.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frame("to_arrow", slf.as_any())
    }

    /// All rows as a pandas.DataFrame. Needs the extra `pandas`.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frame("to_pandas", slf.as_any())
    }

    /// All rows as a polars.DataFrame. Needs the extra `polars`.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frame("to_polars", slf.as_any())
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        page("campaign", slf.as_any())
    }

    fn __repr__(&self) -> String {
        let counts = self.0.counts();
        let (planned, total, refused) = (counts.planned, counts.total(), counts.refused);
        format!("Plan({planned} of {total} rows would be sent, {refused} refused)")
    }
}
