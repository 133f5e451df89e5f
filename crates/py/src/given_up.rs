//! What is said when Ctrl-C or a cancellation ends a call that changes something: it may have happened.

use std::sync::{Arc, Mutex};

use palabre::Progress;
use pyo3::prelude::*;

use crate::handle::Handle;
use crate::runtime::locked;

/// A write that is under way, and how far it has come if it tells.
#[derive(Clone)]
pub(crate) struct PendingWrite {
    verb: String,
    progress: Arc<Mutex<Option<Progress>>>,
}

impl PendingWrite {
    /// Watches a call; `None` for one that changes nothing.
    pub(crate) fn of(handle: &Handle, verb: &str) -> Option<Self> {
        palabre::is_write(handle.settings.vendor, verb).then(|| Self {
            verb: verb.to_owned(),
            progress: Arc::default(),
        })
    }

    /// A client that tells how far the write has come.
    pub(crate) fn watched(&self, client: &palabre::Client) -> palabre::Client {
        let progress = Arc::clone(&self.progress);
        client.with_progress(Some(Arc::new(move |told| *locked(&progress) = Some(told))))
    }

    /// What it means that the call was given up.
    pub(crate) fn note(&self) -> String {
        let verb = &self.verb;
        match *locked(&self.progress) {
            Some(Progress {
                done,
                total: Some(total),
            }) => format!(
                "{verb} was given up after {done} of {total}; the next may be done too: look before you repeat it"
            ),
            _ => format!("{verb} was given up and may have happened: look before you repeat it"),
        }
    }

    /// Adds the note to the exception that ended the call.
    pub(crate) fn add_note(&self, py: Python<'_>, error: PyErr) -> PyErr {
        // An exception that takes no note is raised all the same.
        let _ = error.value(py).call_method1("add_note", (self.note(),));
        error
    }
}
