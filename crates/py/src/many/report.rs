//! What a run has come to.

use std::path::PathBuf;

use palabre::ledger::{self, Ended, Filter};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use super::Ledger;
use super::ledger::{counts, filter};
use crate::results::page;
use crate::table::{Table, frame};

/// What a run with a ledger has come to: how many rows of the whole campaign are in each state.
///
/// The rows themselves are in the ledger; the tables are read from it when they are asked for.
#[pyclass(frozen, module = "palabre")]
pub struct RunReport(pub(crate) ledger::Report);

impl RunReport {
    /// The report of a run that went as far as it could; the error of one that every further row would
    /// have failed with.
    pub(crate) fn of(report: ledger::Report) -> palabre::Result<Self> {
        match &report.ended {
            Ended::Failed(error) => {
                let path = report.ledger.display();
                let hint = format!(
                    "{}; {path} has every row: go on with the same call",
                    report.counts
                );
                Err(match error.get_hint() {
                    Some(first) => error.clone().hint(format!("{first}; {hint}")),
                    None => error.clone().hint(hint),
                })
            }
            _ => Ok(Self(report)),
        }
    }

    fn ledger_of(&self) -> palabre::Result<Ledger> {
        ledger::Ledger::open(&self.0.ledger).map(Ledger)
    }

    fn open(&self, py: Python<'_>) -> PyResult<Ledger> {
        self.ledger_of()
            .map_err(|error| crate::error::to_py(py, error))
    }
}

#[pymethods]
impl RunReport {
    /// The file of the ledger.
    #[getter]
    fn path(&self) -> PathBuf {
        self.0.ledger.clone()
    }

    /// The ledger.
    #[getter]
    fn ledger(&self, py: Python<'_>) -> PyResult<Ledger> {
        self.open(py)
    }

    /// "messages.send_many", "contacts.import_many" or "contacts.delete_many".
    #[getter]
    fn verb(&self) -> &str {
        &self.0.verb
    }

    /// How many rows the campaign has.
    #[getter]
    fn total(&self) -> u64 {
        self.0.counts.total()
    }

    /// How many the vendor took.
    #[getter]
    fn accepted(&self) -> u64 {
        self.0.counts.accepted
    }

    /// How many would be refused again.
    #[getter]
    fn refused(&self) -> u64 {
        self.0.counts.refused
    }

    /// How many did not happen; the next run tries them again unless a person said so.
    #[getter]
    fn not_sent(&self) -> u64 {
        self.0.counts.not_sent
    }

    /// How many may or may not have happened: a person decides.
    #[getter]
    fn unknown(&self) -> u64 {
        self.0.counts.unknown
    }

    /// How many no run has come to.
    #[getter]
    fn left(&self) -> u64 {
        self.0.counts.left()
    }

    /// Rows that were under way when an earlier run died: they are unknown unless they were found.
    #[getter]
    fn recovered(&self) -> u64 {
        self.0.recovered
    }

    /// Unknown rows that the vendor's own lists showed to have happened.
    #[getter]
    fn found(&self) -> u64 {
        self.0.found
    }

    /// Why the vendor's own lists could not be read to look unknown rows up, in one line; the next run looks again. None where they could, or where the vendor has none.
    #[getter]
    fn look_up_error(&self) -> Option<String> {
        self.0.look_up_error.as_ref().map(ToString::to_string)
    }

    /// How many rows are in each state, and "total".
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        counts(py, &self.0.counts)
    }

    /// Rows of the ledger.
    ///
    /// Args:
    ///     state: Only rows in this state: planned, attempting, accepted, not_sent, refused or unknown.
    ///     numbers: Whole phone numbers in place of masked ones.
    ///
    /// Returns:
    ///     A table of LedgerRow.
    #[pyo3(signature = (*, state=None, numbers=false))]
    fn rows(
        &self,
        py: Python<'_>,
        state: Option<Bound<'_, PyAny>>,
        numbers: bool,
    ) -> PyResult<Table> {
        let filter: Filter = filter(py, state.as_ref(), numbers)?;
        self.open(py)?.table(py, &filter)
    }

    /// All rows as an Arrow C stream, read from the file in pieces.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        self.open(py)?.stream(py)
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
        let Self(report) = self;
        let path = report.ledger.display().to_string();
        let looked = match &report.look_up_error {
            Some(_) => ", not looked up",
            None => "",
        };
        format!(
            "RunReport({}: {}{looked}; {path:?})",
            report.verb, report.counts
        )
    }
}
