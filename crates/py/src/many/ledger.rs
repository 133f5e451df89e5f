//! `palabre.Ledger`: a campaign to look at and to decide about.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use palabre::ledger::{self, Filter, Resolution};
use palabre::table::Tabular;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict};

use crate::arguments::{Given, Whole, whole, wrong};
use crate::arrow;
use crate::client::{AsyncClient, Client};
use crate::error;
use crate::results::page;
use crate::table::{Table, frame};

/// A campaign that was begun with `ledger=`: how far each row has come.
///
/// It may be looked at while a run goes on. Phone numbers are masked and texts are not shown; `numbers=True` shows numbers.
///
/// Args:
///     path: The file of the ledger.
///
/// Raises:
///     ConfigError: There is no such file, or it is no ledger.
///
/// Examples:
///     >>> import palabre, tempfile, os
///     >>> path = os.path.join(tempfile.mkdtemp(), "campaign.db")
///     >>> with palabre.Sandbox(seed=7) as sandbox:
///     ...     client = sandbox.client("wapiflow")
///     ...     people = [{"to": "+8801988000000"}, {"to": "+8801988000001"}]
///     ...     _ = client.messages.send_many(people, ledger=path, text="Hello")
///     >>> palabre.Ledger(path).counts["accepted"]
///     2
#[pyclass(frozen, module = "palabre")]
pub struct Ledger(pub(crate) ledger::Ledger);

/// Which rows, from the arguments of a method.
pub(super) fn filter(
    py: Python<'_>,
    state: Option<&Bound<'_, PyAny>>,
    numbers: bool,
) -> PyResult<Filter> {
    let state = state
        .map(|state| String::read("state", state))
        .transpose()?;
    let state = state.map(|state| state.parse()).transpose();
    Ok(Filter {
        state: state.map_err(|error| error::to_py(py, error))?,
        numbers,
    })
}

/// Counts by the names of their states, and the total.
pub(super) fn counts<'py>(
    py: Python<'py>,
    counts: &ledger::Counts,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for state in ledger::State::ALL {
        dict.set_item(state.as_str(), counts.of(state))?;
    }
    dict.set_item("total", counts.total())?;
    Ok(dict)
}

fn told<T>(py: Python<'_>, result: palabre::Result<T>) -> PyResult<T> {
    result.map_err(|error| error::to_py(py, error))
}

impl Ledger {
    fn ask<T: Send>(
        &self,
        py: Python<'_>,
        question: impl FnOnce(&ledger::Ledger) -> palabre::Result<T> + Send,
    ) -> PyResult<T> {
        told(py, py.detach(|| question(&self.0)))
    }

    /// All rows of a filter.
    pub(super) fn table(&self, py: Python<'_>, filter: &Filter) -> PyResult<Table> {
        let rows = self.ask(py, |ledger| ledger.rows(filter))?;
        Ok(Table::new(Arc::new(rows)))
    }

    pub(super) fn stream<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        arrow::batches(
            py,
            palabre::LedgerRow::schema(),
            Pieces::new(self.0.clone()),
        )
    }
}

#[pymethods]
impl Ledger {
    #[new]
    #[pyo3(signature = (path))]
    fn new(py: Python<'_>, path: Bound<'_, PyAny>) -> PyResult<Self> {
        let path = super::Path::read("path", &path)?.0;
        told(py, py.detach(|| ledger::Ledger::open(path))).map(Self)
    }

    /// The file.
    #[getter]
    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// "messages.send_many", "contacts.import_many" or "contacts.delete_many".
    #[getter]
    fn verb(&self, py: Python<'_>) -> PyResult<String> {
        self.ask(py, ledger::Ledger::verb)
    }

    /// The vendor that it sends through.
    #[getter]
    fn vendor(&self, py: Python<'_>) -> PyResult<String> {
        self.ask(py, |ledger| Ok(ledger.account()?.0))
    }

    /// The name of the account that it belongs to.
    #[getter]
    fn account(&self, py: Python<'_>) -> PyResult<String> {
        self.ask(py, |ledger| Ok(ledger.account()?.1))
    }

    /// When its rows were planned, UTC.
    #[getter]
    fn made_at(&self, py: Python<'_>) -> PyResult<Timestamp> {
        self.ask(py, ledger::Ledger::made_at)
    }

    /// How many rows are in each state, and "total".
    #[getter]
    fn counts<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let all = self.ask(py, ledger::Ledger::counts)?;
        counts(py, &all)
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
        self.table(py, &filter(py, state.as_ref(), numbers)?)
    }

    /// Rows of which nobody knows whether they happened: for a person to decide with `resolve`.
    ///
    /// Args:
    ///     numbers: Whole phone numbers in place of masked ones.
    ///
    /// Returns:
    ///     A table of LedgerRow.
    #[pyo3(signature = (*, numbers=false))]
    fn unknown(&self, py: Python<'_>, numbers: bool) -> PyResult<Table> {
        let state = Some(ledger::State::Unknown);
        self.table(py, &Filter { state, numbers })
    }

    /// Writes down what a person decided about rows, all of them or none.
    ///
    /// Args:
    ///     rows: The rows, by their numbers or as LedgerRow; or one LedgerRow.
    ///     as_: "accepted": it happened. "not_sent": it did not, and is not tried again. "resend": the next run tries it again, which sends it twice if it had happened.
    ///     note: Why, for whoever reads the ledger later.
    ///
    /// Returns:
    ///     How many rows were decided.
    ///
    /// Raises:
    ///     ConflictError: A run goes on, or a row is in a state that a person cannot change so.
    ///     InvalidInputError: There is no such row.
    #[pyo3(signature = (rows, as_, *, note=None))]
    fn resolve(
        &self,
        py: Python<'_>,
        rows: Bound<'_, PyAny>,
        as_: Bound<'_, PyAny>,
        note: Option<Bound<'_, PyAny>>,
    ) -> PyResult<usize> {
        let numbers = numbers(py, &rows)?;
        let as_: Resolution = told(py, String::read("as_", &as_)?.parse())?;
        let note = note.map(|note| String::read("note", &note)).transpose()?;
        self.ask(py, |ledger| ledger.resolve(&numbers, as_, note.as_deref()))
    }

    /// Goes on with another key of the same account: the campaign belongs to `client` from now on.
    ///
    /// A ledger knows its account by what that signs in with. After a key was changed at the vendor, a person has to say that it is the same account; another file would send to everybody again.
    ///
    /// Args:
    ///     client: A client of the account, with its new key.
    ///
    /// Raises:
    ///     ConflictError: A run goes on, or the client is of another vendor or address.
    ///
    /// Examples:
    ///     >>> import palabre, tempfile, os
    ///     >>> path = os.path.join(tempfile.mkdtemp(), "campaign.db")
    ///     >>> with palabre.Sandbox(seed=7) as sandbox:
    ///     ...     client = sandbox.client("wapiflow")
    ///     ...     _ = client.messages.send_many([{"to": "+8801988000000"}], ledger=path, text="Hello")
    ///     ...     palabre.Ledger(path).rebind(client)
    #[pyo3(signature = (client))]
    fn rebind(&self, py: Python<'_>, client: Bound<'_, PyAny>) -> PyResult<()> {
        let handle = match (client.cast::<Client>(), client.cast::<AsyncClient>()) {
            (Ok(client), _) => client.get().handle.clone(),
            (_, Ok(client)) => client.get().handle.clone(),
            _ => return Err(wrong("client", "a Client or an AsyncClient", &client)),
        };
        handle.open(py)?;
        self.ask(py, |ledger| {
            ledger.rebind(&palabre::Client::from_account(handle.account()?)?)
        })
    }

    /// What happened beside the usual steps, in order: runs, recoveries, look-ups, decisions.
    ///
    /// Returns:
    ///     A list of dicts with at, row, cause, was, became and note.
    fn events(&self, py: Python<'_>) -> PyResult<Vec<Py<PyDict>>> {
        let events = self.ask(py, ledger::Ledger::events)?;
        let events = events.into_iter().map(|event| {
            let dict = PyDict::new(py);
            dict.set_item("at", event.at)?;
            dict.set_item("row", event.row)?;
            dict.set_item("cause", event.cause)?;
            dict.set_item("was", event.was)?;
            dict.set_item("became", event.became)?;
            dict.set_item("note", event.note)?;
            Ok(dict.unbind())
        });
        events.collect()
    }

    /// All rows as an Arrow C stream, read from the file in pieces.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        self.stream(py)
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

    fn __repr__(&self, py: Python<'_>) -> String {
        let path = self.0.path().display().to_string();
        // A file that has gone meanwhile is no reason to fail here.
        match py.detach(|| Ok::<_, palabre::Error>((self.0.verb()?, self.0.counts()?))) {
            Ok((verb, counts)) => format!("Ledger({path:?}: {verb}, {counts})"),
            Err(_) => format!("Ledger({path:?})"),
        }
    }
}

/// Row numbers: whole numbers, or rows of a ledger; or one of them.
fn numbers(py: Python<'_>, rows: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    if let Ok(row) = rows.cast::<crate::results::LedgerRow>() {
        return Ok(vec![row.get().0.row]);
    }
    let wanted = || wrong("rows", "row numbers or rows of a ledger", rows);
    let items = rows.try_iter().map_err(|_| wanted())?;
    let mut numbers = Vec::new();
    for item in items {
        let item = item?;
        let number = match item.cast::<crate::results::LedgerRow>() {
            Ok(row) => row.get().0.row,
            Err(_) => {
                let Whole(number) = Whole::read(&format!("rows[{}]", numbers.len()), &item)?;
                told(py, whole("rows", number, 1))?
            }
        };
        numbers.push(number);
    }
    Ok(numbers)
}

/// The rows of a ledger, piece by piece.
struct Pieces {
    ledger: ledger::Ledger,
    last: i64,
}

impl Pieces {
    /// So many rows are in memory at a time.
    const SIZE: usize = 10_000;

    fn new(ledger: ledger::Ledger) -> Self {
        Self { ledger, last: 0 }
    }
}

impl Iterator for Pieces {
    type Item = palabre::Result<Vec<palabre::LedgerRow>>;

    fn next(&mut self) -> Option<Self::Item> {
        match self
            .ledger
            .rows_after(self.last, Self::SIZE, &Filter::default())
        {
            Ok(rows) => {
                self.last = rows.last()?.row;
                Some(Ok(rows))
            }
            Err(error) => {
                self.last = i64::MAX;
                Some(Err(error))
            }
        }
    }
}
