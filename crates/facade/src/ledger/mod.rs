//! Sending to many people, so that nobody gets anything twice and nobody is forgotten.
//!
//! A ledger is a SQLite file that holds one campaign: what is sent to whom was decided and written
//! down before anything left, and each row is marked before its request leaves and after its answer
//! came. A run that was ended anywhere, by Ctrl-C, by a power cut, goes on where it was.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use palabre::ledger::{Ledger, Many, Row, rows};
//! # let sandbox = palabre_sandbox::Sandbox::start(Default::default())?;
//! # let known = sandbox.credentials().to_json();
//! # let known = |name: &str| known["wapiflow"][name].as_str().unwrap().to_owned();
//! # let client = palabre::Client::builder(palabre::Vendor::WapiFlow)
//! #     .credentials(palabre::Credentials::default()
//! #         .with("client_id", known("client_id")).with("client_secret", known("client_secret")))
//! #     .base_url(sandbox.base_url("wapiflow").unwrap())
//! #     .build()?;
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("campaign.db");
//!
//! let people = [("+8801988000000", "Awa"), ("+8801988000001", "Kofi")];
//! let people = people.map(|(to, name)| Row::new().with("to", to).with("name", name));
//! let mut many = Many::new(&path);
//! many.contents = Row::new().with("text", "Hello {name}, we are open on Sunday.");
//!
//! let report = client.messages().send_many(rows(people), many).await?;
//! assert_eq!(report.counts.accepted, 2);
//! assert_eq!(Ledger::open(&path)?.counts()?.left(), 0);
//! # Ok::<(), Box<dyn std::error::Error>>(()) }).unwrap();
//! ```

mod attempt;
mod check;
mod compare;
mod content;
mod file;
mod find;
mod freeze;
mod history;
mod pattern;
mod plan;
mod read;
mod resolve;
mod row;
mod run;
mod start;
mod state;
mod steps;
mod store;
mod verbs;
mod writer;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::Stream;
use futures_util::stream;
use palabre_model::{Error, Result};
use tokio::sync::Notify;

pub use plan::{Plan, PlannedRow};
pub use read::{Filter, Ledger, LedgerEvent, LedgerRow};
pub use resolve::Resolution;
pub use row::Row;
pub use state::State;

/// How many rows are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Nothing has happened yet.
    pub planned: u64,
    /// The request may be on its way.
    pub attempting: u64,
    /// The vendor took it.
    pub accepted: u64,
    /// It did not happen; the next run tries it again unless a person said so.
    pub not_sent: u64,
    /// It did not happen, and would be refused again.
    pub refused: u64,
    /// Nobody knows: a person decides.
    pub unknown: u64,
}

impl Counts {
    pub(crate) fn set(&mut self, state: State, count: i64) {
        let count = u64::try_from(count).unwrap_or_default();
        match state {
            State::Planned => self.planned = count,
            State::Attempting => self.attempting = count,
            State::Accepted => self.accepted = count,
            State::NotSent => self.not_sent = count,
            State::Refused => self.refused = count,
            State::Unknown => self.unknown = count,
        }
    }

    /// The count of one state.
    #[must_use]
    pub const fn of(&self, state: State) -> u64 {
        match state {
            State::Planned => self.planned,
            State::Attempting => self.attempting,
            State::Accepted => self.accepted,
            State::NotSent => self.not_sent,
            State::Refused => self.refused,
            State::Unknown => self.unknown,
        }
    }

    /// All rows.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.planned + self.attempting + self.accepted + self.not_sent + self.refused + self.unknown
    }

    /// Rows that no run has come to, or that one is at.
    #[must_use]
    pub const fn left(&self) -> u64 {
        self.planned + self.attempting
    }
}

impl fmt::Display for Counts {
    /// Every state that has rows, and how many there are in all: a part is never shown as the whole.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = [
            (self.accepted, "accepted"),
            (self.not_sent, "not sent"),
            (self.refused, "refused"),
            (self.unknown, "unknown"),
            (self.attempting, "under way"),
            (self.planned, "left"),
        ];
        write!(f, "{} of {} accepted", self.accepted, self.total())?;
        for (count, name) in shown.into_iter().skip(1).filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {name}")?;
        }
        Ok(())
    }
}

/// How a verb for many rows goes about it.
#[derive(Clone)]
pub struct Many {
    /// The file of the ledger. It is made if it is not there.
    pub ledger: PathBuf,
    /// Arguments that hold for all rows. Texts may have placeholders: `Hello {first_name}`, and `{{`
    /// for a brace.
    pub contents: Row,
    /// Whether a second row for the same recipient is sent too.
    pub allow_duplicates: bool,
    /// How many requests are under way at the same time.
    pub max_in_flight: usize,
    /// Ends the run early.
    pub stop: Stop,
}
palabre_model::debug_only!(Many {
    ledger,
    allow_duplicates,
    max_in_flight
});

impl Many {
    /// The usual way, with a ledger in that file.
    pub fn new(ledger: impl Into<PathBuf>) -> Self {
        Self {
            ledger: ledger.into(),
            contents: Row::new(),
            allow_duplicates: false,
            max_in_flight: 8,
            stop: Stop::default(),
        }
    }
}

/// Asks a run to end: no further row is taken up, and what is under way has a moment to finish.
#[derive(Clone, Default)]
pub struct Stop(Arc<Asked>);

#[derive(Default)]
struct Asked {
    is_asked: AtomicBool,
    notify: Notify,
    /// Counts down to the death that a test wants; 0 is none.
    #[cfg(feature = "replay")]
    until_death: std::sync::atomic::AtomicU32,
}

impl Stop {
    /// Asks for the end.
    pub fn ask(&self) {
        self.0.is_asked.store(true, Ordering::Release);
        self.0.notify.notify_waiters();
    }

    /// Tells whether the end was asked for.
    #[must_use]
    pub fn is_asked(&self) -> bool {
        self.0.is_asked.load(Ordering::Acquire)
    }

    /// For tests: from the n-th piece of work on, nothing is written, as if the process had died
    /// before it.
    #[cfg(feature = "replay")]
    pub fn dies_at(&self, work: u32) {
        self.0.until_death.store(work, Ordering::Release);
    }

    /// Whether the next piece of work is the one at which the process is to seem dead.
    pub(crate) fn is_death(&self) -> bool {
        #[cfg(feature = "replay")]
        {
            let left = &self.0.until_death;
            let count = |left: u32| left.checked_sub(1);
            let before = left.fetch_update(Ordering::AcqRel, Ordering::Acquire, count);
            before == Ok(1)
        }
        #[cfg(not(feature = "replay"))]
        false
    }

    /// Waits until the end is asked for.
    pub(crate) async fn asked(&self) {
        let mut notified = std::pin::pin!(self.0.notify.notified());
        notified.as_mut().enable();
        if !self.is_asked() {
            notified.await;
        }
    }
}

impl fmt::Debug for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stop(asked: {})", self.is_asked())
    }
}

/// Why a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// No row was left.
    Done,
    /// Every further row would have failed the same way. The rest is planned.
    Failed(Error),
    /// Somebody asked for the end. The rest is planned.
    Stopped,
}

/// What a run has come to. The rows are in the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The file of the ledger.
    pub ledger: PathBuf,
    /// `messages.send_many`, `contacts.import_many` or `contacts.delete_many`.
    pub verb: String,
    /// How many rows of the ledger are in each state, those of earlier runs too.
    pub counts: Counts,
    /// Why it ended.
    pub ended: Ended,
    /// How many rows were under way when an earlier run died.
    pub recovered: u64,
    /// Of those and other unknown rows, how many the vendor's own lists showed.
    pub found: u64,
    /// Why the vendor's own lists could not be read, where it has some: the next run looks again.
    pub look_up_error: Option<Error>,
}

/// Tells whether a verb is one that takes a ledger.
#[must_use]
pub fn is_verb(verb: &str) -> bool {
    content::Job::of(verb).is_some()
}

/// The arguments that a row of a verb can have, as columns are called; `None` where it takes no ledger.
///
/// ```
/// let arguments = palabre::ledger::arguments("contacts.delete_many");
/// assert_eq!(arguments, Some(&["id", "key"][..]));
/// ```
#[must_use]
pub fn arguments(verb: &str) -> Option<&'static [&'static str]> {
    content::Job::of(verb).map(content::Job::arguments)
}

/// Rows of an iterator, for the verbs that take many.
pub fn rows<I>(rows: I) -> impl Stream<Item = Result<Row>> + Send
where
    I: IntoIterator<Item = Row>,
    I::IntoIter: Send,
{
    stream::iter(rows.into_iter().map(Ok))
}
