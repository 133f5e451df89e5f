//! What is said when Ctrl-C or a cancellation ends a call that changes something: it may have happened.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, mpsc};
use std::time::Duration;

use palabre::Progress;
use palabre::ledger::{Ledger, Stop};
use pyo3::prelude::*;

use crate::handle::Handle;
use crate::runtime::locked;

/// How long a ledger is asked how far its campaign has come: somebody else may be working on it.
const PATIENCE: Duration = Duration::from_secs(1);

/// A campaign that a call may run: known once it has begun.
#[derive(Clone, Default)]
pub(crate) struct Campaign(Arc<OnceLock<(PathBuf, Stop)>>);

impl Campaign {
    /// Begins; gives what it is asked to end by.
    pub(crate) fn begin(&self, ledger: PathBuf) -> Stop {
        self.0.get_or_init(|| (ledger, Stop::default())).1.clone()
    }

    /// Asks it to end; says whether there is one, which has a moment then.
    fn ask_to_end(&self) -> bool {
        let Some((_, stop)) = self.0.get() else {
            return false;
        };
        stop.ask();
        true
    }

    /// How to go on.
    fn note(&self, verb: &str) -> Option<String> {
        let (path, _) = self.0.get()?;
        let path = path.display();
        Some(format!(
            "{verb} was ended: {path} tells what was sent; go on with the same call"
        ))
    }

    /// What its ledger says, if it says so in time.
    fn look(&self, verb: &str) -> Option<String> {
        let (path, _) = self.0.get()?.clone();
        let shown = path.display().to_string();
        let (tell, told) = mpsc::channel();
        // A lock on the file may be there for longer than anybody waits.
        std::thread::spawn(move || tell.send(Ledger::counts_so_far(&path)));
        match told.recv_timeout(PATIENCE).ok()?.ok()? {
            Some(counts) => Some(format!(
                "{verb} was ended: {counts}; {shown} has every row: go on with the same call"
            )),
            None => Some(format!("{verb} was ended before anything was sent")),
        }
    }
}

/// A write that is under way, and how far it has come if it tells.
#[derive(Clone)]
pub(crate) struct PendingWrite {
    verb: String,
    progress: Arc<Mutex<Option<Progress>>>,
    pub(crate) campaign: Campaign,
}

impl PendingWrite {
    /// Watches a call; `None` for one that changes nothing.
    pub(crate) fn of(handle: &Handle, verb: &str) -> Option<Self> {
        palabre::is_write(handle.settings.vendor, verb).then(|| Self {
            verb: verb.to_owned(),
            progress: Arc::default(),
            campaign: Campaign::default(),
        })
    }

    /// A client that tells how far the write has come.
    pub(crate) fn watched(&self, client: &palabre::Client) -> palabre::Client {
        let progress = Arc::clone(&self.progress);
        client.with_progress(Some(Arc::new(move |told| *locked(&progress) = Some(told))))
    }

    /// What it means that the call was given up, as far as it is known without a look at a ledger.
    pub(crate) fn note(&self) -> String {
        let verb = &self.verb;
        if let Some(note) = self.campaign.note(verb) {
            return note;
        }
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

    /// The same with what the ledger says, if there is one; this takes a moment.
    pub(crate) fn look(&self) -> String {
        let told = self.campaign.look(&self.verb);
        told.unwrap_or_else(|| self.note())
    }

    /// Asks a campaign to end; says whether it is one, and has a moment for what is under way.
    pub(crate) fn ask_to_end(&self) -> bool {
        self.campaign.ask_to_end()
    }

    /// Adds the note to the exception that ended the call.
    pub(crate) fn add_note(&self, py: Python<'_>, error: PyErr) -> PyErr {
        let note = py.detach(|| self.look());
        // An exception that takes no note is raised all the same.
        let _ = error.value(py).call_method1("add_note", (note,));
        error
    }
}
