//! What a vendor can do, and which accounts could not answer.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use serde::{Deserialize, Serialize};

use super::{page, restored, stored};
use crate::{error, json};

/// Whether a vendor can do something, and how. True if a call can succeed.
#[pyclass(frozen, module = "palabre")]
#[derive(PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Support {
    support: String,
    note: Option<String>,
    who_can: Vec<String>,
    is_supported: bool,
}

impl Support {
    /// What a vendor's table says of a verb, for who has the credentials that `has` knows.
    pub(crate) fn of(
        vendor: palabre::Vendor,
        verb: palabre::Verb,
        has: impl Fn(&str) -> bool,
    ) -> Self {
        let support = palabre::support_with(vendor, verb, has);
        // The note of the table says nothing of credentials.
        let note = match palabre::support(vendor, verb) {
            same if same == support => palabre::note(vendor, verb).map(Cow::into_owned),
            _ => support.note().map(str::to_owned),
        };
        Self {
            support: support.as_str().to_owned(),
            note,
            who_can: palabre::who_can(verb)
                .into_iter()
                .map(|vendor| vendor.id().to_owned())
                .collect(),
            is_supported: support.is_supported(),
        }
    }
}

#[pymethods]
impl Support {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("support", "note")
    }

    /// native, emulated or unsupported.
    #[getter]
    fn support(&self) -> &str {
        &self.support
    }

    /// How it is emulated, or why it is unsupported; for messages.send, which contents the vendor takes.
    #[getter]
    fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// The vendors that can, whatever an account's credentials reach there.
    #[getter]
    fn who_can<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.who_can)
    }

    fn __bool__(&self) -> bool {
        self.is_supported
    }

    /// The fields as a dict.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("support", &self.support)?;
        dict.set_item("note", &self.note)?;
        dict.set_item("who_can", self.who_can(py)?)?;
        Ok(dict)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self == other.get())
    }

    fn __ne__(&self, other: &Bound<'_, PyAny>) -> bool {
        !self.__eq__(other)
    }

    fn __hash__(&self) -> u64 {
        let mut state = DefaultHasher::new();
        self.hash(&mut state);
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

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let fields = stored(serde_json::to_string(slf.get()))?;
        Ok((slf.get_type().getattr("_restore")?, (fields,)))
    }

    #[staticmethod]
    fn _restore(fields: &str) -> PyResult<Self> {
        restored(serde_json::from_str(fields))
    }

    fn __repr__(&self) -> String {
        let mut parts = vec![format!("{:?}", self.support)];
        parts.extend(self.note.iter().map(|note| format!("note={note:?}")));
        if !self.is_supported {
            parts.push(format!("who_can={:?}", self.who_can.join(", ")));
        }
        format!("Support({})", parts.join(", "))
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        page("result", slf.as_any())
    }
}

/// An account of a fleet that did not answer.
#[pyclass(frozen, module = "palabre")]
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccountFailure {
    pub(crate) account: String,
    pub(crate) error: palabre::Error,
}

#[pymethods]
impl AccountFailure {
    #[classattr]
    fn __match_args__() -> (&'static str, &'static str) {
        ("account", "error")
    }

    /// The account's name in the fleet.
    #[getter]
    fn account(&self) -> &str {
        &self.account
    }

    /// What went wrong.
    #[getter]
    fn error<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        error::instance(py, &self.error)
    }

    /// The account's name, and the error's attributes as a dict.
    pub(crate) fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("account", &self.account)?;
        let error = serde_json::to_value(&self.error).unwrap_or_default();
        dict.set_item("error", json::to_py(py, &error)?)?;
        Ok(dict)
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other.cast::<Self>().is_ok_and(|other| self == other.get())
    }

    fn __ne__(&self, other: &Bound<'_, PyAny>) -> bool {
        !self.__eq__(other)
    }

    fn __hash__(&self) -> u64 {
        let mut state = DefaultHasher::new();
        self.hash(&mut state);
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

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
        let fields = stored(serde_json::to_string(slf.get()))?;
        Ok((slf.get_type().getattr("_restore")?, (fields,)))
    }

    #[staticmethod]
    fn _restore(fields: &str) -> PyResult<Self> {
        restored(serde_json::from_str(fields))
    }

    fn __repr__(&self) -> String {
        format!("AccountFailure({}: {})", self.account, self.error)
    }

    fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        page("result", slf.as_any())
    }
}
