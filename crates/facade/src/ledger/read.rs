//! A ledger to look at: counts, rows, and what a person decides about them.

use std::fmt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use palabre_model::{Result, mask_id, mask_phone};
use rusqlite::{Row as SqlRow, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::content::Job;
use super::state::State;
use super::store::{Store, limit, time};
use super::{Counts, Resolution, resolve};
use crate::Client;

/// A row of a ledger, as reports show it: without what was sent.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct LedgerRow {
    /// The place among the rows that were given, counted from 1.
    pub row: i64,
    /// The caller's own name of the row.
    pub key: Option<String>,
    /// The recipient; masked unless numbers were asked for.
    pub to: Option<String>,
    /// `planned`, `attempting`, `accepted`, `not_sent`, `refused` or `unknown`.
    pub state: String,
    /// The kind of the error, as `RateLimited`.
    pub error: Option<String>,
    /// Why, in one line.
    pub reason: Option<String>,
    /// The HTTP status of the vendor's answer.
    pub status: Option<u16>,
    /// The vendor's own code for what went wrong.
    pub vendor_code: Option<String>,
    /// The identifier under which the vendor can find the request.
    pub request_id: Option<String>,
    /// The vendor's identifier of the message or contact.
    pub id: Option<String>,
    /// WhatsApp's own identifier.
    pub whatsapp_id: Option<String>,
    /// The conversation that the message is part of.
    pub conversation_id: Option<String>,
    /// The key that tells the vendor one try from another message.
    pub idempotency_key: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was last tried, UTC.
    #[schemars(with = "Option<String>")]
    pub attempted_at: Option<Timestamp>,
    /// When it came to its state, UTC; `None` for what is planned.
    #[schemars(with = "Option<String>")]
    pub settled_at: Option<Timestamp>,
    /// Whether a person has decided.
    pub decided: bool,
    /// What the person wrote.
    pub note: Option<String>,
}
impl palabre_model::stored::Stored for LedgerRow {}
palabre_model::debug_only!(LedgerRow {
    row,
    state,
    error,
    attempts
});

/// Something that happened to a ledger: a run, a recovery, a look-up, a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerEvent {
    /// When, UTC.
    pub at: Timestamp,
    /// The row; `None` for what is about the whole.
    pub row: Option<i64>,
    /// `run_began`, `run_ended`, `release`, `recovery`, `late`, `look_up`, `again` or `person`.
    pub cause: String,
    /// The state before.
    pub was: Option<String>,
    /// The state after.
    pub became: Option<String>,
    /// What was said about it.
    pub note: Option<String>,
}

/// Which rows of a ledger are wanted.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Rows in this state; in any if `None`.
    pub state: Option<State>,
    /// Whole phone numbers in place of masked ones.
    pub numbers: bool,
}

/// So many rows are read at a time: a run waits for a reader before it writes.
const CHUNK: usize = 2_000;

/// A ledger to look at. It is opened for each question, and may be written meanwhile.
#[derive(Clone)]
pub struct Ledger {
    path: PathBuf,
}

const COLUMNS: &str = "row, key, recipient, state, kind, reason, status, vendor_code, request_id, \
                       vendor_id, whatsapp_id, conversation_id, idempotency_key, attempts, \
                       attempted_at, settled_at, decided, note, (SELECT verb FROM campaign)";

impl Ledger {
    /// Opens a ledger.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when there is no such file, or it is no ledger.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        Store::existing(&path)?.frozen()?;
        Ok(Self { path })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `messages.send_many`, `contacts.import_many` or `contacts.delete_many`.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn verb(&self) -> Result<String> {
        Ok(Store::existing(&self.path)?.frozen()?.verb)
    }

    /// The vendor and the name of the account that it belongs to.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn account(&self) -> Result<(String, String)> {
        let campaign = Store::existing(&self.path)?.frozen()?;
        Ok((campaign.vendor, campaign.account))
    }

    /// When its rows were planned.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn made_at(&self) -> Result<Timestamp> {
        Ok(Store::existing(&self.path)?.frozen()?.made_at)
    }

    /// How many rows are in each state.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn counts(&self) -> Result<Counts> {
        Store::existing(&self.path)?.counts()
    }

    /// How many rows are in each state; `None` while nothing was planned, and nothing can have been
    /// sent.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open), but for a ledger without a campaign.
    pub fn counts_so_far(path: &Path) -> Result<Option<Counts>> {
        let store = Store::existing(path)?;
        match store.campaign()? {
            Some(_) => store.counts().map(Some),
            None => Ok(None),
        }
    }

    /// Rows after a row, in their order, at most so many: as many times as there are some, with the
    /// last row of the time before.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn rows_after(&self, row: i64, most: usize, filter: &Filter) -> Result<Vec<LedgerRow>> {
        read(&Store::existing(&self.path)?, row, most, filter)
    }

    /// All rows in a state, or in any.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn rows(&self, filter: &Filter) -> Result<Vec<LedgerRow>> {
        let mut all = Vec::new();
        loop {
            let last = all.last().map_or(0, |row: &LedgerRow| row.row);
            let some = self.rows_after(last, CHUNK, filter)?;
            if some.is_empty() {
                return Ok(all);
            }
            all.extend(some);
        }
    }

    /// What happened beside the usual steps, in order.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn events(&self) -> Result<Vec<LedgerEvent>> {
        Store::existing(&self.path)?.sql(|sql| {
            let query = "SELECT at, row, cause, was, became, note FROM events ORDER BY id";
            let mut query = sql.prepare(query)?;
            let events = query.query_map((), |row| {
                Ok(LedgerEvent {
                    at: time(row.get(0)?).unwrap_or_default(),
                    row: row.get(1)?,
                    cause: row.get(2)?,
                    was: row.get(3)?,
                    became: row.get(4)?,
                    note: row.get(5)?,
                })
            })?;
            events.collect()
        })
    }

    /// Writes down what a person decided about rows, all of them or none, and returns how many.
    ///
    /// Only a person makes a row that is unknown planned again: `Resend` may send it twice.
    ///
    /// # Errors
    ///
    /// [`Conflict`](palabre_model::ErrorKind::Conflict) while a run goes on, and for a row that is in
    /// another state; [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) for one that is not
    /// there.
    pub fn resolve(
        &self,
        rows: &[i64],
        resolution: Resolution,
        note: Option<&str>,
    ) -> Result<usize> {
        resolve::resolve(&self.path, rows, resolution, note)
    }

    /// Goes on with another key of the same account: the campaign belongs to `client` from now on.
    ///
    /// A ledger knows its account by what that signs in with. After a key was changed at the vendor, a
    /// person has to say that it is the same account. At another one, whoever has been sent to would be
    /// unknown.
    ///
    /// # Errors
    ///
    /// [`Conflict`](palabre_model::ErrorKind::Conflict) while a run goes on, and for a client of another
    /// vendor or address.
    pub fn rebind(&self, client: &Client) -> Result<()> {
        resolve::rebind(&self.path, client)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ledger({:?})", self.path)
    }
}

/// Rows after a row.
pub(super) fn read(
    store: &Store,
    after: i64,
    most: usize,
    filter: &Filter,
) -> Result<Vec<LedgerRow>> {
    let condition = filter.state.map_or("?3 IS NULL", |_| "state = ?3");
    let query =
        format!("SELECT {COLUMNS} FROM rows WHERE row > ?1 AND {condition} ORDER BY row LIMIT ?2");
    store.sql(|sql| {
        let mut query = sql.prepare_cached(&query)?;
        let rows = query.query_map(params![after, limit(most), filter.state], |row| {
            entry(row, filter.numbers)
        })?;
        rows.collect()
    })
}

/// Whom a row is for, as it is shown.
pub(super) fn masked(verb: &str, recipient: &str) -> String {
    match Job::of(verb) {
        Some(Job::Delete) => mask_id(recipient),
        // What was meant for a number is one, whatever is in it.
        _ => mask_phone(recipient),
    }
}

fn entry(row: &SqlRow<'_>, shows_numbers: bool) -> rusqlite::Result<LedgerRow> {
    let to: Option<String> = row.get(2)?;
    let state: State = row.get(3)?;
    let verb: String = row.get(18)?;
    Ok(LedgerRow {
        row: row.get(0)?,
        key: row.get(1)?,
        to: match shows_numbers {
            true => to,
            false => to.map(|to| masked(&verb, &to)),
        },
        state: state.as_str().to_owned(),
        error: row.get(4)?,
        reason: row.get(5)?,
        status: row.get(6)?,
        vendor_code: row.get(7)?,
        request_id: row.get(8)?,
        id: row.get(9)?,
        whatsapp_id: row.get(10)?,
        conversation_id: row.get(11)?,
        idempotency_key: row.get(12)?,
        attempts: row.get(13)?,
        attempted_at: row.get::<_, Option<i64>>(14)?.and_then(time),
        settled_at: row.get::<_, Option<i64>>(15)?.and_then(time),
        decided: row.get(16)?,
        note: row.get(17)?,
    })
}
