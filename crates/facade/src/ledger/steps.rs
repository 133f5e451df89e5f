//! What a run does to the rows of a ledger: takes them up, settles them, gives them up.
//!
//! Each run has a number, and the ledger knows that of the latest. A run that finds another one there
//! writes no more: what it has under way is the other one's to look after.

use palabre_model::{Error, ErrorKind, Outcome, Result};
use rusqlite::{OptionalExtension, Transaction, params};

use super::file::problem;
use super::state::{self, Cause, State};
use super::store::{Claimed, Failed, Settled, Store, limit, now};

/// From when to when, by the vendor's clock in milliseconds, what is sent now may get there.
pub(crate) type Window = (i64, i64);

impl Store {
    /// Gets a ledger ready for a run, and makes it this one's: what was under way when the last one
    /// died is unknown, what was not sent is tried again. Returns how many rows were under way.
    pub(crate) fn begin_run(&mut self) -> Result<usize> {
        let at = now();
        let (run, open) = self.transaction(|sql| {
            let next = "UPDATE campaign SET run = run + 1 RETURNING run";
            let run: i64 = sql.query_row(next, (), |row| row.get(0))?;
            let open = recover_all(sql, at, "the process ended before the answer came")?;
            let steps = "INSERT INTO events (at, row, cause, was, became) \
                         SELECT ?1, row, ?2, state, 'planned' FROM rows \
                         WHERE state = 'not_sent' AND decided = 0";
            sql.execute(steps, params![at, Cause::Again.as_str()])?;
            let again = "UPDATE rows SET state = 'planned', settled_at = NULL \
                         WHERE state = 'not_sent' AND decided = 0";
            sql.execute(again, ())?;
            event(sql, at, "run_began", None)?;
            Ok((run, open))
        })?;
        self.run = Some(run);
        self.claimed.clear();
        Ok(open)
    }

    /// Writes down what became of rows and marks the next ones, in one transaction: when it returns,
    /// both are on the disk and the next requests may leave.
    pub(crate) fn settle_and_claim(
        &mut self,
        settled: &[Settled],
        most: usize,
        window: Option<Window>,
    ) -> Result<Vec<Claimed>> {
        if most > 0 {
            self.is_in_place()?;
        }
        let (at, run, path) = (now(), self.run, self.path.clone());
        let claimed = self.transaction(|sql| {
            if !is_latest(sql, run)? {
                return Err(taken_over(&path).into());
            }
            for settled in settled {
                settle(sql, settled, at)?;
            }
            claim(sql, most, at, window)
        })?;
        for settled in settled {
            self.claimed.remove(&settled.row);
        }
        self.claimed.extend(claimed.iter().map(|row| row.row));
        Ok(claimed)
    }

    /// Writes down what became of the rows of a run that is given up. Of those in `left` nobody knows;
    /// whatever else it took up has not left.
    pub(crate) fn give_up(&mut self, settled: &[Settled], left: &[i64]) -> Result<()> {
        let (at, run) = (now(), self.run);
        let claimed = std::mem::take(&mut self.claimed);
        self.transaction(|sql| {
            if !is_latest(sql, run)? {
                // The rows are another run's now. That the vendor took one is good to know even so.
                return settled.iter().try_for_each(|known| late(sql, known, at));
            }
            for settled in settled {
                // It may have been written already: the answer to that was not waited for.
                if state_of(sql, settled.row)? == State::Attempting {
                    settle(sql, settled, at)?;
                }
            }
            for row in claimed {
                if state_of(sql, row)? != State::Attempting {
                    continue;
                }
                match left.contains(&row) {
                    true => recover(sql, row, at, "the run was given up before the answer came")?,
                    false => release(sql, row, at)?,
                }
            }
            Ok(())
        })
    }

    /// Notes how a run ended.
    pub(crate) fn end_run(&mut self, why: Option<&str>) -> Result<()> {
        let (at, run) = (now(), self.run);
        self.transaction(|sql| {
            if is_latest(sql, run)? {
                event(sql, at, "run_ended", why)?;
            }
            Ok(())
        })
    }

    /// Writes down that the vendor's own lists show rows.
    pub(crate) fn found(&mut self, found: &[Settled]) -> Result<()> {
        let (at, run, path) = (now(), self.run, self.path.clone());
        self.transaction(|sql| {
            if !is_latest(sql, run)? {
                return Err(taken_over(&path).into());
            }
            for found in found {
                let was = state_of(sql, found.row)?;
                state::check(found.row, was, Cause::LookUp, found.state)?;
                write(sql, found, found.state, at)?;
                step(sql, at, found.row, Cause::LookUp, was, found.state, None)?;
            }
            Ok(())
        })
    }
}

/// Whether no later run has begun.
fn is_latest(sql: &Transaction<'_>, run: Option<i64>) -> rusqlite::Result<bool> {
    let latest = "SELECT run FROM campaign";
    let latest: i64 = sql
        .prepare_cached(latest)?
        .query_row((), |row| row.get(0))?;
    Ok(run == Some(latest))
}

fn taken_over(path: &std::path::Path) -> Error {
    problem(ErrorKind::Conflict, path, "another run has taken over")
        .outcome(Outcome::Unknown)
        .hint("this run has ended; what it had under way is the other one's to look up")
}

/// Takes up the next planned rows.
fn claim(
    sql: &Transaction<'_>,
    most: usize,
    at: i64,
    window: Option<Window>,
) -> Result<Vec<Claimed>, Failed> {
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
         since = ?3, until = ?4, settled_at = NULL, kind = NULL, reason = NULL, status = NULL, vendor_code = NULL, \
         request_id = NULL WHERE row = ?1 AND state = 'planned'",
    )?;
    let (since, until) = window.unzip();
    for claimed in &claimed {
        state::check(claimed.row, State::Planned, Cause::Claim, State::Attempting)?;
        mark.execute(params![claimed.row, at, since, until])?;
    }
    Ok(claimed)
}

/// Writes down the end of a row's request. That this one did not get there says nothing of an earlier
/// one which may have: the row is as open as before.
fn settle(sql: &Transaction<'_>, settled: &Settled, at: i64) -> Result<(), Failed> {
    if settled.state == State::Planned {
        return release(sql, settled.row, at);
    }
    let (was, is_open) = sql
        .prepare_cached("SELECT state, is_open FROM rows WHERE row = ?1")?
        .query_row([settled.row], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known = match is_another_s(sql, settled)? {
        true => &foreign(settled),
        false => settled,
    };
    let became = match known.state {
        State::NotSent | State::Refused if is_open => State::Unknown,
        state => state,
    };
    state::check(known.row, was, Cause::Answer, became)?;
    Ok(write(sql, known, became, at)?)
}

/// Whether an answer that says that the vendor took a row names what another row has become: it is the
/// answer to that one, from a cache on the way or from a vendor that repeats itself.
fn is_another_s(sql: &Transaction<'_>, settled: &Settled) -> rusqlite::Result<bool> {
    let (State::Accepted, Some(id)) = (settled.state, &settled.vendor_id) else {
        return Ok(false);
    };
    sql.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM rows \
         WHERE vendor_id = ?1 AND row <> ?2 AND state = 'accepted')",
    )?
    .query_row(params![id, settled.row], |row| row.get(0))
}

/// What is known of a row whose answer was another row's: nothing.
fn foreign(settled: &Settled) -> Settled {
    let problem = "the answer is another row's: it has the identifier that one has";
    let error = Error::new(ErrorKind::OutcomeUnknown, problem).outcome(Outcome::Unknown);
    Settled {
        row: settled.row,
        state: State::Unknown,
        error: Some(error.hint("look at the vendor before you repeat it")),
        ..Settled::default()
    }
}

/// Writes down an answer that came when another run had taken over, if it is a good one.
fn late(sql: &Transaction<'_>, settled: &Settled, at: i64) -> Result<(), Failed> {
    let was = state_of(sql, settled.row)?;
    let is_known = state::check(settled.row, was, Cause::Late, settled.state).is_ok();
    if is_known && !is_another_s(sql, settled)? {
        write(sql, settled, settled.state, at)?;
        step(sql, at, settled.row, Cause::Late, was, settled.state, None)?;
    }
    Ok(())
}

fn write(sql: &Transaction<'_>, settled: &Settled, became: State, at: i64) -> rusqlite::Result<()> {
    let mut write = sql.prepare_cached(
        "UPDATE rows SET state = ?2, settled_at = ?3, kind = ?4, reason = ?5, status = ?6, \
         vendor_code = ?7, request_id = ?8, vendor_id = ?9, whatsapp_id = ?10, \
         conversation_id = ?11, is_open = max(is_open, ?2 = 'unknown') WHERE row = ?1",
    )?;
    let error = settled.error.as_ref();
    let is_doubted = became != settled.state;
    write.execute(params![
        settled.row,
        became,
        at,
        error.map(|error| error.kind().as_str()),
        error.map(|error| match is_doubted {
            true => format!(
                "an earlier try may have arrived; the last one: {}",
                reason(error)
            ),
            false => reason(error),
        }),
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

/// Says of a row that was under way that nobody knows what became of it.
fn recover(sql: &Transaction<'_>, row: i64, at: i64, why: &str) -> Result<(), Failed> {
    let was = state_of(sql, row)?;
    state::check(row, was, Cause::Recovery, State::Unknown)?;
    step(
        sql,
        at,
        row,
        Cause::Recovery,
        was,
        State::Unknown,
        Some(why),
    )?;
    sql.prepare_cached(&format!("{OPENED} WHERE row = ?4"))?
        .execute(params![at, UNKNOWN, why, row])?;
    Ok(())
}

/// Says so of every row that was under way.
fn recover_all(sql: &Transaction<'_>, at: i64, why: &str) -> rusqlite::Result<usize> {
    let steps = "INSERT INTO events (at, row, cause, was, became, note) \
                 SELECT ?1, row, ?2, state, 'unknown', ?3 FROM rows WHERE state = 'attempting'";
    sql.execute(steps, params![at, Cause::Recovery.as_str(), why])?;
    let recover = format!("{OPENED} WHERE state = 'attempting'");
    sql.execute(&recover, params![at, UNKNOWN, why])
}

const UNKNOWN: &str = ErrorKind::OutcomeUnknown.as_str();

const OPENED: &str = "UPDATE rows SET state = 'unknown', is_open = 1, settled_at = ?1, kind = ?2, \
                      reason = ?3";

impl Store {
    /// Keeps what is to be known of a look-up.
    pub(crate) fn note_look_up(&mut self, note: &str) -> Result<()> {
        self.transaction(|sql| {
            event(sql, now(), Cause::LookUp.as_str(), Some(note))?;
            Ok(())
        })
    }
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
