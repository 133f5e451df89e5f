//! The ledger as a database: what one statement or one transaction does.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use palabre_model::{Error, ErrorKind, Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};

use super::Counts;
use super::file::{self, problem};
use super::state::{self, Cause, State};

/// An open ledger.
pub(crate) struct Store {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
}

/// What a ledger was made for.
#[derive(Clone)]
pub(crate) struct Campaign {
    pub(crate) made_at: Timestamp,
    pub(crate) verb: String,
    pub(crate) vendor: String,
    pub(crate) account: String,
    pub(crate) base_url: String,
    pub(crate) salt: Vec<u8>,
    pub(crate) identity: Vec<u8>,
    pub(crate) sender: Option<String>,
    pub(crate) options: String,
    pub(crate) fingerprint: Vec<u8>,
}

/// A row that is to be tried now. It is on the disk as `attempting`.
#[derive(Clone)]
pub(crate) struct Claimed {
    pub(crate) row: i64,
    pub(crate) content: String,
    pub(crate) idempotency_key: String,
}

/// What became of a row.
#[derive(Clone, Default)]
pub(crate) struct Settled {
    pub(crate) row: i64,
    pub(crate) state: State,
    pub(crate) error: Option<Error>,
    pub(crate) vendor_id: Option<String>,
    pub(crate) whatsapp_id: Option<String>,
    pub(crate) conversation_id: Option<String>,
}

/// A row of which nobody knows whether it happened.
#[derive(Clone)]
pub(crate) struct Open {
    pub(crate) row: i64,
    pub(crate) content: String,
    pub(crate) attempted_at: Option<i64>,
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

pub(crate) fn time(milliseconds: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(milliseconds).ok()
}

impl Store {
    /// Opens the ledger for a run, and makes it if there is none. The lock is taken before.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        Ok(Self {
            connection: file::create(path)?,
            path: path.to_owned(),
        })
    }

    /// A ledger that is gone when it is closed, on the disk as far as memory is short.
    pub(crate) fn temporary() -> Result<Self> {
        Ok(Self {
            connection: file::temporary()?,
            path: PathBuf::from("plan"),
        })
    }

    /// Opens a ledger that is there.
    pub(crate) fn existing(path: &Path) -> Result<Self> {
        Ok(Self {
            connection: file::existing(path)?,
            path: path.to_owned(),
        })
    }

    pub(crate) fn failed(&self, error: &rusqlite::Error) -> Error {
        file::failed(&self.path, error)
    }

    /// Does something with the database.
    pub(crate) fn sql<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        work(&self.connection).map_err(|error| self.failed(&error))
    }

    /// Does something in one transaction: all of it is on the disk afterwards, or nothing.
    pub(crate) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failed>,
    ) -> Result<T> {
        let path = self.path.clone();
        let told = |error: Failed| match error {
            Failed::Sql(error) => file::failed(&path, &error),
            Failed::Palabre(error) => error,
        };
        let transaction = self.connection.transaction();
        let transaction = transaction.map_err(|error| told(error.into()))?;
        let done = work(&transaction).map_err(told)?;
        transaction.commit().map_err(|error| told(error.into()))?;
        Ok(done)
    }

    /// What the ledger was made for; `None` before anything was frozen.
    pub(crate) fn campaign(&self) -> Result<Option<Campaign>> {
        let read = |row: &Row<'_>| {
            Ok(Campaign {
                made_at: time(row.get(0)?).unwrap_or_default(),
                verb: row.get(1)?,
                vendor: row.get(2)?,
                account: row.get(3)?,
                base_url: row.get(4)?,
                salt: row.get(5)?,
                identity: row.get(6)?,
                sender: row.get(7)?,
                options: row.get(8)?,
                fingerprint: row.get(9)?,
            })
        };
        self.sql(|sql| {
            let columns = "made_at, verb, vendor, account, base_url, salt, identity, sender, \
                           options, fingerprint";
            sql.query_row(&format!("SELECT {columns} FROM campaign"), (), read)
                .optional()
        })
    }

    /// The campaign of a ledger that has one.
    pub(crate) fn frozen(&self) -> Result<Campaign> {
        self.campaign()?.ok_or_else(|| {
            problem(
                ErrorKind::Config,
                &self.path,
                "is empty: nothing was planned in it",
            )
        })
    }

    /// How many rows are in each state.
    pub(crate) fn counts(&self) -> Result<Counts> {
        self.sql(|sql| {
            let mut counts = Counts::default();
            let mut query =
                sql.prepare_cached("SELECT state, count(*) FROM rows GROUP BY state")?;
            let mut rows = query.query(())?;
            while let Some(row) = rows.next()? {
                counts.set(row.get(0)?, row.get(1)?);
            }
            Ok(counts)
        })
    }

    /// Writes down what became of rows and marks the next ones, in one transaction: when it returns,
    /// both are on the disk and the next requests may leave.
    pub(crate) fn settle_and_claim(
        &mut self,
        settled: &[Settled],
        most: usize,
    ) -> Result<Vec<Claimed>> {
        let at = now();
        self.transaction(|sql| {
            for settled in settled {
                settle(sql, settled, at)?;
            }
            claim(sql, most, at)
        })
    }

    /// Writes down what became of the rows of a run that is given up. Of those in `left` nobody knows;
    /// whatever else was taken up has not left.
    pub(crate) fn give_up(&mut self, settled: &[Settled], left: &[i64]) -> Result<()> {
        let at = now();
        self.transaction(|sql| {
            for settled in settled {
                // It may have been written already: the answer to that was not waited for.
                if state_of(sql, settled.row)? == State::Attempting {
                    settle(sql, settled, at)?;
                }
            }
            let under_way = "SELECT row FROM rows WHERE state = 'attempting'";
            let rows: Vec<i64> = sql
                .prepare(under_way)?
                .query_map((), |row| row.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for row in rows.into_iter().filter(|row| !left.contains(row)) {
                release(sql, row, at)?;
            }
            recover(sql, at, "the run was given up before the answer came")?;
            Ok(())
        })
    }

    /// Gets a ledger ready for a run: what was under way when the last one died is unknown, what was
    /// not sent is tried again. Returns how many rows were under way.
    pub(crate) fn begin_run(&mut self) -> Result<usize> {
        let at = now();
        self.transaction(|sql| {
            let open = recover(sql, at, "the process ended before the answer came")?;
            let steps = "INSERT INTO events (at, row, cause, was, became) \
                         SELECT ?1, row, ?2, state, 'planned' FROM rows \
                         WHERE state = 'not_sent' AND decided = 0";
            sql.execute(steps, params![at, Cause::Again.as_str()])?;
            let again = "UPDATE rows SET state = 'planned', settled_at = NULL \
                         WHERE state = 'not_sent' AND decided = 0";
            sql.execute(again, ())?;
            event(sql, at, "run_began", None)?;
            Ok(open)
        })
    }

    /// Notes how a run ended.
    pub(crate) fn end_run(&mut self, why: Option<&str>) -> Result<()> {
        let at = now();
        self.transaction(|sql| Ok(event(sql, at, "run_ended", why)?))?;
        // What is left is one file, good to be copied. It is as good with the other one beside it.
        let _ = self
            .connection
            .pragma_query(None, "wal_checkpoint(TRUNCATE)", |_| Ok(()));
        Ok(())
    }

    /// Rows whose outcome is not known, after a row.
    pub(crate) fn open_rows(&self, after: i64, most: usize) -> Result<Vec<Open>> {
        self.sql(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT row, content, attempted_at FROM rows \
                 WHERE state = 'unknown' AND row > ?1 AND content IS NOT NULL ORDER BY row LIMIT ?2",
            )?;
            let rows = query.query_map(params![after, limit(most)], |row| {
                Ok(Open {
                    row: row.get(0)?,
                    content: row.get(1)?,
                    attempted_at: row.get(2)?,
                })
            })?;
            rows.collect()
        })
    }

    /// Whether a row is known to have become this message.
    pub(crate) fn has_message(&self, id: &str) -> Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM rows WHERE vendor_id = ?1)";
        self.sql(|sql| sql.prepare_cached(query)?.query_row([id], |row| row.get(0)))
    }

    /// Writes down that the vendor's own lists show rows.
    pub(crate) fn found(&mut self, found: &[Settled]) -> Result<()> {
        let at = now();
        self.transaction(|sql| {
            for found in found {
                let was = state_of(sql, found.row)?;
                state::check(found.row, was, Cause::LookUp, found.state)?;
                write(sql, found, at)?;
                step(sql, at, found.row, Cause::LookUp, was, found.state, None)?;
            }
            Ok(())
        })
    }
}

/// What goes wrong in a transaction.
pub(crate) enum Failed {
    Sql(rusqlite::Error),
    Palabre(Error),
}

impl From<rusqlite::Error> for Failed {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sql(error)
    }
}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        Self::Palabre(error)
    }
}

pub(crate) fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}

/// Takes up the next planned rows.
fn claim(sql: &Transaction<'_>, most: usize, at: i64) -> Result<Vec<Claimed>, Failed> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let mut query = sql.prepare_cached(
        "SELECT row, content, idempotency_key FROM rows \
         WHERE state = 'planned' AND content IS NOT NULL ORDER BY row LIMIT ?1",
    )?;
    let claimed = query.query_map([limit(most)], |row| {
        Ok(Claimed {
            row: row.get(0)?,
            content: row.get(1)?,
            idempotency_key: row.get(2)?,
        })
    })?;
    let claimed: Vec<Claimed> = claimed.collect::<rusqlite::Result<_>>()?;
    let mut mark = sql.prepare_cached(
        "UPDATE rows SET state = 'attempting', attempts = attempts + 1, attempted_at = ?2, \
         settled_at = NULL, kind = NULL, reason = NULL, status = NULL, vendor_code = NULL, \
         request_id = NULL WHERE row = ?1 AND state = 'planned'",
    )?;
    for claimed in &claimed {
        state::check(claimed.row, State::Planned, Cause::Claim, State::Attempting)?;
        mark.execute(params![claimed.row, at])?;
    }
    Ok(claimed)
}

/// Writes down the end of a row's request.
fn settle(sql: &Transaction<'_>, settled: &Settled, at: i64) -> Result<(), Failed> {
    let was = state_of(sql, settled.row)?;
    state::check(settled.row, was, Cause::Answer, settled.state)?;
    Ok(write(sql, settled, at)?)
}

fn write(sql: &Transaction<'_>, settled: &Settled, at: i64) -> rusqlite::Result<()> {
    let mut write = sql.prepare_cached(
        "UPDATE rows SET state = ?2, settled_at = ?3, kind = ?4, reason = ?5, status = ?6, \
         vendor_code = ?7, request_id = ?8, vendor_id = ?9, whatsapp_id = ?10, \
         conversation_id = ?11 WHERE row = ?1",
    )?;
    let error = settled.error.as_ref();
    write.execute(params![
        settled.row,
        settled.state,
        at,
        error.map(|error| error.kind().as_str()),
        error.map(reason),
        error.and_then(Error::get_status),
        error.and_then(Error::get_vendor_code),
        error.and_then(Error::get_request_id),
        settled.vendor_id,
        settled.whatsapp_id,
        settled.conversation_id,
    ])?;
    Ok(())
}

/// Why a row failed, as reports say it.
pub(crate) fn reason(error: &Error) -> String {
    match error.get_hint() {
        Some(hint) => format!("{}; {hint}", error.message()),
        None => error.message().to_owned(),
    }
}

/// Puts a row back that never left.
fn release(sql: &Transaction<'_>, row: i64, at: i64) -> Result<(), Failed> {
    let was = state_of(sql, row)?;
    state::check(row, was, Cause::Release, State::Planned)?;
    sql.prepare_cached(
        "UPDATE rows SET state = 'planned', attempts = attempts - 1, attempted_at = NULL \
         WHERE row = ?1",
    )?
    .execute([row])?;
    step(sql, at, row, Cause::Release, was, State::Planned, None)?;
    Ok(())
}

/// Says of what was under way that nobody knows what became of it.
fn recover(sql: &Transaction<'_>, at: i64, why: &str) -> rusqlite::Result<usize> {
    let steps = "INSERT INTO events (at, row, cause, was, became, note) \
                 SELECT ?1, row, ?2, state, 'unknown', ?3 FROM rows WHERE state = 'attempting'";
    sql.execute(steps, params![at, Cause::Recovery.as_str(), why])?;
    let recover = "UPDATE rows SET state = 'unknown', settled_at = ?1, kind = ?2, reason = ?3 \
                   WHERE state = 'attempting'";
    let kind = ErrorKind::OutcomeUnknown.as_str();
    sql.execute(recover, params![at, kind, why])
}

pub(crate) fn state_of(sql: &Transaction<'_>, row: i64) -> Result<State, Failed> {
    let state = sql
        .prepare_cached("SELECT state FROM rows WHERE row = ?1")?
        .query_row([row], |row| row.get(0))
        .optional()?;
    state.ok_or_else(|| Error::invalid("rows", format_args!("there is no row {row}")).into())
}

/// Keeps a step of a row that is not one of the usual ones.
pub(crate) fn step(
    sql: &Transaction<'_>,
    at: i64,
    row: i64,
    cause: Cause,
    was: State,
    became: State,
    note: Option<&str>,
) -> rusqlite::Result<()> {
    sql.prepare_cached(
        "INSERT INTO events (at, row, cause, was, became, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![at, row, cause.as_str(), was, became, note])?;
    Ok(())
}

fn event(sql: &Transaction<'_>, at: i64, cause: &str, note: Option<&str>) -> rusqlite::Result<()> {
    sql.prepare_cached("INSERT INTO events (at, cause, note) VALUES (?1, ?2, ?3)")?
        .execute(params![at, cause, note])?;
    Ok(())
}
