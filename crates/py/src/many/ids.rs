//! Identifiers to delete: a list of them, or rows with an `id`.

use futures_util::{StreamExt, stream};
use palabre::ledger::Row;
use palabre::{Client, Error, Result};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMapping, PyString};

use super::rows::thrown;
use super::{Files, GivenRows, Path, RunReport, many};
use crate::arguments::{Given, Ids, several};
use crate::results::{Contact, DeleteReport};

/// What `contacts.delete_many` was given.
pub(crate) enum GivenIds {
    List(Vec<String>),
    Rows(GivenRows),
    /// What the ledger holds.
    Nothing,
}

impl Given for GivenIds {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if value.is_none() {
            return Ok(Self::Nothing);
        }
        if value.hasattr("__arrow_c_stream__")? || value.hasattr("iloc")? {
            return GivenRows::read(name, value).map(Self::Rows);
        }
        let is_one = value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>();
        let Some(mut items) = value.try_iter().ok().filter(|_| !is_one) else {
            return Ids::read(name, value).map(|ids| Self::List(ids.0));
        };
        // The first item tells what they are; a generator gives it only once.
        let first = items.next().transpose()?;
        let first = first.as_ref();
        let is_row = first.is_some_and(|item| item.is_instance_of::<PyMapping>());
        let is_contact = first.is_some_and(|item| item.is_instance_of::<Contact>());
        let chain = PyModule::import(value.py(), "itertools")?.getattr("chain")?;
        let items = chain.call1((first.into_iter().collect::<Vec<_>>(), items))?;
        if is_row {
            return GivenRows::read(name, &items).map(Self::Rows);
        }
        if is_contact {
            let contacts: Vec<palabre::Contact> = several(name, "a list of contacts", &items)?;
            return Ok(Self::List(
                contacts.into_iter().map(|contact| contact.id).collect(),
            ));
        }
        Ids::read(name, &items).map(|ids| Self::List(ids.0))
    }
}

/// What became of them.
pub(crate) enum Deleted {
    Plain(DeleteReport),
    Kept(RunReport),
}

impl<'py> IntoPyObject<'py> for Deleted {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Self::Plain(report) => report.into_bound_py_any(py),
            Self::Kept(report) => report.into_bound_py_any(py),
        }
    }
}

impl GivenIds {
    /// Deletes them, with a ledger if there is one.
    pub(crate) async fn delete(self, client: &Client, ledger: Option<Path>) -> Result<Deleted> {
        let Some(path) = ledger else {
            let ids = match self {
                Self::List(ids) => ids,
                Self::Rows(_) => {
                    let problem = "are rows, which need ledger=; or give a list of identifiers";
                    return Err(Error::invalid("ids", problem));
                }
                Self::Nothing => {
                    let wrong = "ids must be a list of identifiers, not None";
                    return Err(thrown(PyTypeError::new_err(wrong)));
                }
            };
            let report = client.contacts().delete_many(&ids).await;
            return report.map(|report| Deleted::Plain(DeleteReport(report)));
        };
        let many = many(path, Row::new(), None, None)?;
        let rows = match self {
            Self::List(ids) => {
                let rows = ids
                    .into_iter()
                    .map(|id| Ok(Row::new().with("id", id.as_str())));
                stream::iter(rows).boxed()
            }
            Self::Rows(rows) => rows.stream(Files::none()).boxed(),
            Self::Nothing => {
                let report = client.resume(many).await?;
                return RunReport::of(report).map(Deleted::Kept);
            }
        };
        let report = client.contacts().delete_many_with(rows, many).await?;
        RunReport::of(report).map(Deleted::Kept)
    }
}
