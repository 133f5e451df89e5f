//! What a run would do, row by row. No request is made, and no ledger.

use std::sync::{Mutex, PoisonError};

use futures_util::Stream;
use palabre_model::{Result, doubtful_phone, other_spellings};
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::attempt::content;
use super::content::{Content, Job};
use super::freeze::Owner;
use super::read::masked;
use super::row::Contents;
use super::state::State;
use super::store::{Store, limit};
use super::writer::Writer;
use super::{Counts, Filter, Many, Row, Stop, start};
use crate::Client;

/// What a run would do with one row.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct PlannedRow {
    /// The place among the rows that were given, counted from 1.
    pub row: i64,
    /// The caller's own name of the row.
    pub key: Option<String>,
    /// The recipient; masked unless numbers were asked for.
    pub to: Option<String>,
    /// `planned`, or `refused`.
    pub state: String,
    /// What would be sent: `text`, `image`, `template`, `contact`, ….
    pub kind: Option<String>,
    /// How many characters its text has.
    pub characters: Option<i64>,
    /// The kind of the error that it is refused with.
    pub error: Option<String>,
    /// Why it is refused, in one line.
    pub reason: Option<String>,
    /// What looks wrong about a planned row: a number that is none in its country, or that may reach
    /// the person of an earlier row.
    pub warning: Option<String>,
}
impl palabre_model::stored::Stored for PlannedRow {}
palabre_model::debug_only!(PlannedRow {
    row,
    state,
    kind,
    error
});

/// What a run would do.
pub struct Plan {
    store: Mutex<Store>,
    counts: Counts,
    verb: &'static str,
}

impl Plan {
    /// How many rows would be sent (`planned`), and how many `refused`.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// `messages.send_many`, `contacts.import_many` or `contacts.delete_many`.
    #[must_use]
    pub fn verb(&self) -> &'static str {
        self.verb
    }

    /// To how many people something would be sent.
    ///
    /// # Errors
    ///
    /// As [`rows_after`](Self::rows_after).
    pub fn recipients(&self) -> Result<u64> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let query = "SELECT count(DISTINCT recipient) FROM rows WHERE state = 'planned'";
        let count = store.sql(|sql| sql.query_row(query, (), |row| row.get::<_, i64>(0)))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Rows after a row, in their order, at most so many.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when temporary files cannot be read.
    pub fn rows_after(&self, row: i64, most: usize, filter: &Filter) -> Result<Vec<PlannedRow>> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let condition = filter.state.map_or("?3 IS NULL", |_| "state = ?3");
        let query = format!(
            "SELECT row, key, recipient, state, content, kind, reason FROM rows \
             WHERE row > ?1 AND {condition} ORDER BY row LIMIT ?2"
        );
        store.sql(|sql| {
            let mut query = sql.prepare_cached(&query)?;
            let rows = query.query_map(params![row, limit(most), filter.state], |row| {
                entry(sql, row, self.verb, filter.numbers)
            })?;
            rows.collect()
        })
    }

    /// All rows in a state, or in any.
    ///
    /// # Errors
    ///
    /// As [`rows_after`](Self::rows_after).
    pub fn rows(&self, filter: &Filter) -> Result<Vec<PlannedRow>> {
        self.rows_after(0, usize::MAX, filter)
    }

    pub(super) async fn make<S>(
        client: &Client,
        job: Job,
        rows: S,
        contents: Row,
        allow_duplicates: bool,
    ) -> Result<Self>
    where
        S: Stream<Item = Result<Row>> + Send,
    {
        let contents = Contents::new(contents, job.arguments())?;
        let many = Many {
            allow_duplicates,
            ..Many::new("")
        };
        let writer = Writer::start(Stop::default(), || Ok((None, Store::temporary()?))).await?;
        start::freeze(
            client,
            job,
            &contents,
            rows,
            &many,
            &writer,
            Owner::of(client).not_sending(),
        )
        .await?;
        let store = writer.end().await?;
        Ok(Self {
            counts: store.counts()?,
            store: Mutex::new(store),
            verb: job.verb(),
        })
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Counts {
            planned, refused, ..
        } = self.counts;
        write!(f, "Plan({planned} planned, {refused} refused)")
    }
}

fn has_number(content: &Option<Content>) -> bool {
    !matches!(content, Some(Content::Id(_)))
}

/// The first row before a row whose number may be the same person's in another spelling.
fn same_person(sql: &Connection, to: &str, row: i64) -> rusqlite::Result<Option<i64>> {
    let mut first = None;
    for other in other_spellings(to) {
        let before = sql
            .prepare_cached(
                "SELECT row FROM rows WHERE recipient = ?1 AND row < ?2 AND state = 'planned' \
                 ORDER BY row LIMIT 1",
            )?
            .query_row(params![other, row], |row| row.get(0))
            .optional()?;
        first = first.into_iter().chain(before).min();
    }
    Ok(first)
}

fn entry(
    sql: &Connection,
    row: &SqlRow<'_>,
    verb: &str,
    shows_numbers: bool,
) -> rusqlite::Result<PlannedRow> {
    let number = row.get(0)?;
    let to: Option<String> = row.get(2)?;
    let state: State = row.get(3)?;
    let sent: Option<String> = row.get(4)?;
    let sent = sent.and_then(|sent| content(&sent).ok());
    let doubt = to
        .as_deref()
        .filter(|_| state == State::Planned && has_number(&sent));
    let warning = match doubt {
        Some(to) => match same_person(sql, to, number)? {
            Some(before) => Some(format!(
                "may be the person of row {before}: this country writes its numbers in two ways"
            )),
            None => doubtful_phone(to).map(str::to_owned),
        },
        None => None,
    };
    Ok(PlannedRow {
        row: number,
        key: row.get(1)?,
        warning,
        to: match shows_numbers {
            true => to,
            false => to.map(|to| masked(verb, &to)),
        },
        state: state.as_str().to_owned(),
        kind: sent.as_ref().map(|sent| sent.kind().to_owned()),
        characters: sent.as_ref().and_then(Content::characters),
        error: row.get(5)?,
        reason: row.get(6)?,
    })
}
