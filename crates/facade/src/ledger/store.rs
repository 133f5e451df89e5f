//! The ledger as a database: what one statement or one transaction does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use palabre_model::{Error, ErrorKind, Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use super::Counts;
use super::file::{self, Lock, problem};
use super::state::State;
use super::steps::Window;

/// An open ledger.
pub(crate) struct Store {
    pub(crate) connection: Connection,
    pub(crate) path: PathBuf,
    /// The run that writes it, from its beginning on.
    pub(super) run: Option<i64>,
    /// The rows that this run has taken up, and of which it does not know yet.
    pub(super) claimed: BTreeSet<i64>,
    /// Which file it is, where the system tells.
    file: Option<(u64, u64)>,
    /// The name by which it is open, if it has one of its own.
    second: Option<PathBuf>,
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
    /// Whether the row names the number that it goes out from: what is refused of that one need not be
    /// refused of the others.
    pub(crate) names_sender: bool,
    pub(crate) vendor_id: Option<String>,
    pub(crate) whatsapp_id: Option<String>,
    pub(crate) conversation_id: Option<String>,
}

/// A row of which nobody knows whether it happened.
#[derive(Clone)]
pub(crate) struct Open {
    pub(crate) row: i64,
    pub(crate) content: String,
    /// When it may have got there; `None` where the vendor's clock was not known.
    pub(crate) window: Option<Window>,
}

/// Milliseconds since 1970.
pub(crate) fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

pub(crate) fn time(milliseconds: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(milliseconds).ok()
}

impl Store {
    fn new(connection: Connection, second: Option<PathBuf>, path: &Path) -> Self {
        Self {
            connection,
            path: path.to_owned(),
            run: None,
            claimed: BTreeSet::new(),
            // Of what is open: the path may lead elsewhere by now.
            file: file::identity(second.as_deref().unwrap_or(path)),
            second,
        }
    }

    /// Refuses to go on with a file that its path does not lead to any more: whoever opens the path
    /// would not see what is written.
    pub(super) fn is_in_place(&self) -> Result<()> {
        if file::identity(&self.path) == self.file {
            return Ok(());
        }
        let told =
            |what, hint: String| Err(problem(ErrorKind::Conflict, &self.path, what).hint(hint));
        match &self.second {
            Some(second) if file::is_last_name(second) => told(
                "was removed while it was being written",
                format!("{} has what was done: rename it to go on", second.display()),
            ),
            _ => told(
                "was moved or replaced while it was being written",
                "go on with it where it is now".to_owned(),
            ),
        }
    }

    /// Opens the ledger for a run, and makes it if there is none. The lock is taken before.
    pub(crate) fn create(path: &Path, lock: &mut Lock) -> Result<Self> {
        let connection = file::create(path, lock)?;
        Ok(Self::new(connection, lock.second.clone(), path))
    }

    /// A ledger that is gone when it is closed, on the disk as far as memory is short.
    pub(crate) fn temporary() -> Result<Self> {
        Ok(Self::new(file::temporary()?, None, Path::new("plan")))
    }

    /// Opens a ledger that is there, to read what it holds at this moment.
    pub(crate) fn existing(path: &Path) -> Result<Self> {
        Ok(Self::new(file::existing(path)?, None, path))
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
        if let Some(second) = &self.second {
            file::keep(&self.path, second);
        }
        let path = self.path.clone();
        let told = |error: Failed| match error {
            Failed::Sql(error) => file::failed(&path, &error),
            Failed::Palabre(error) => error,
        };
        let connection = &mut self.connection;
        // Locked from the beginning: what is read in it stays so until it ends.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate);
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

    /// Rows whose outcome is not known, after a row.
    pub(crate) fn open_rows(&self, after: i64, most: usize) -> Result<Vec<Open>> {
        self.sql(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT row, content, since, until FROM rows \
                 WHERE state = 'unknown' AND row > ?1 AND content IS NOT NULL ORDER BY row LIMIT ?2",
            )?;
            let rows = query.query_map(params![after, limit(most)], |row| {
                Ok(Open {
                    row: row.get(0)?,
                    content: row.get(1)?,
                    window: Option::zip(row.get(2)?, row.get(3)?),
                })
            })?;
            rows.collect()
        })
    }

    /// What other rows send to a person that may have arrived, without that it is known as which
    /// message.
    pub(crate) fn rivals(&self, row: i64, recipient: &str) -> Result<Vec<String>> {
        self.sql(|sql| {
            let mut query = sql.prepare_cached(
                "SELECT content FROM rows WHERE recipient = ?1 AND row <> ?2 \
                 AND content IS NOT NULL AND vendor_id IS NULL \
                 AND (state IN ('attempting', 'accepted', 'unknown') OR is_open = 1)",
            )?;
            let rivals = query.query_map(params![recipient, row], |row| row.get(0))?;
            rivals.collect()
        })
    }

    /// Whether a row is known to have become this message or contact.
    pub(crate) fn has_message(&self, id: &str) -> Result<bool> {
        let query = "SELECT EXISTS (SELECT 1 FROM rows WHERE vendor_id = ?1)";
        self.sql(|sql| sql.prepare_cached(query)?.query_row([id], |row| row.get(0)))
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
