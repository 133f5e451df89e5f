//! What a person decides about rows of which nobody knows.

use std::collections::BTreeSet;
use std::path::Path;
use std::str::FromStr;

use palabre_model::{Error, Result};
use rusqlite::params;

use super::compare;
use super::file::Lock;
use super::freeze::Owner;
use super::state::{self, Cause, State};
use super::steps::{state_of, step};
use super::store::{Failed, Store, now};
use crate::Client;

/// What a person knows of a row, or wants of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It happened.
    Accepted,
    /// It did not happen, and is not to be tried again.
    NotSent,
    /// It is to be tried again by the next run.
    Resend,
}

impl Resolution {
    /// Every resolution.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::NotSent, Self::Resend];

    /// `accepted`, `not_sent` or `resend`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::NotSent => "not_sent",
            Self::Resend => "resend",
        }
    }

    const fn state(self) -> State {
        match self {
            Self::Accepted => State::Accepted,
            Self::NotSent => State::NotSent,
            Self::Resend => State::Planned,
        }
    }
}

impl FromStr for Resolution {
    type Err = Error;

    /// Reads the name of a resolution.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) when there is none of that name.
    fn from_str(text: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|known| known.as_str() == text);
        known.ok_or_else(|| {
            let problem = format_args!("{text:?} is not accepted, not_sent or resend").to_string();
            Error::invalid("as", problem)
        })
    }
}

/// Writes down what a person decided about rows, all of them or none.
pub(super) fn resolve(
    path: &Path,
    rows: &[i64],
    resolution: Resolution,
    note: Option<&str>,
) -> Result<usize> {
    Store::existing(path)?.frozen()?;
    let mut lock = Lock::take(path)?;
    let mut store = Store::create(path, &mut lock)?;
    let at = now();
    let rows: BTreeSet<_> = rows.iter().collect();
    let count = rows.len();
    store.transaction(|sql| {
        for row in rows {
            let was = state_of(sql, *row)?;
            let became = resolution.state();
            state::check(*row, was, Cause::Person, became)?;
            let has_content: bool = sql
                .prepare_cached("SELECT content IS NOT NULL FROM rows WHERE row = ?1")?
                .query_row([row], |row| row.get(0))?;
            if became == State::Planned && !has_content {
                let problem = format_args!(
                    "row {row} was refused before anything was sent: there is nothing to send"
                )
                .to_string();
                return Err(Failed::from(
                    Error::invalid("rows", problem).hint("put it right, and use another ledger"),
                ));
            }
            sql.prepare_cached(
                "UPDATE rows SET state = ?2, decided = ?3, note = coalesce(?4, note), \
                 settled_at = CASE ?2 WHEN 'planned' THEN NULL ELSE ?5 END WHERE row = ?1",
            )?
            .execute(params![row, became, became != State::Planned, note, at])?;
            step(sql, at, *row, Cause::Person, was, became, note)?;
        }
        Ok(())
    })?;
    Ok(count)
}

/// Writes down that the campaign's account signs in with another key now: the client's.
pub(super) fn rebind(path: &Path, client: &Client) -> Result<()> {
    let owner = Owner::of(client);
    let frozen = Store::existing(path)?.frozen()?;
    compare::is_at(path, &frozen, &owner)?;
    let mut lock = Lock::take(path)?;
    let mut store = Store::create(path, &mut lock)?;
    store.transaction(|sql| {
        let rebind = "UPDATE campaign SET identity = ?1, account = ?2";
        let identity = owner.identity(&frozen.salt);
        sql.execute(rebind, params![identity, owner.account])?;
        let event = "INSERT INTO events (at, cause, note) VALUES (?1, 'rebound', ?2)";
        sql.execute(event, params![now(), owner.account])?;
        Ok(())
    })
}
