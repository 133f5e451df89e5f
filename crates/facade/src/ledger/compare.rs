//! Rows that are given for a campaign that has begun: they have to be the same.

use std::path::Path;

use palabre_model::{Error, ErrorKind, Result};
use rusqlite::params;

use super::content::Job;
use super::file::problem;
use super::freeze::{Frozen, Owner, Whole};
use super::read::masked;
use super::store::{Campaign, Store};

/// So many rows are named in an error.
const NAMED: i64 = 5;

/// Refuses a ledger that was made for something else.
pub(crate) fn belongs(
    store: &Store,
    campaign: &Campaign,
    owner: &Owner,
    job: Option<Job>,
) -> Result<()> {
    if let Some(job) = job
        && job.verb() != campaign.verb
    {
        return Err(another_s(
            &store.path,
            format!("belongs to {}", campaign.verb),
        ));
    }
    is_at(&store.path, campaign, owner)?;
    if owner.identity(&campaign.salt) == campaign.identity {
        return Ok(());
    }
    let what = format!(
        "belongs to an account at {} with another key ({})",
        campaign.vendor, campaign.account
    );
    // Another file would send to everybody again.
    Err(problem(ErrorKind::Conflict, &store.path, what).hint(
        "if it is the same account and its key was changed, rebind the ledger to it; \
         another account needs another file",
    ))
}

fn another_s(path: &Path, what: String) -> Error {
    problem(ErrorKind::Conflict, path, what)
        .hint("a ledger is one campaign of one account: use another file for another one")
}

/// Refuses an account at another vendor or address.
pub(crate) fn is_at(path: &Path, campaign: &Campaign, owner: &Owner) -> Result<()> {
    let other = |what| Err(another_s(path, what));
    if owner.vendor != campaign.vendor {
        return other(format!("belongs to an account at {}", campaign.vendor));
    }
    if owner.base_url != campaign.base_url {
        return other(format!(
            "belongs to {}, at {}",
            campaign.account, campaign.base_url
        ));
    }
    Ok(())
}

/// Makes room for rows to compare; it is gone with the connection.
pub(crate) fn begin(store: &Store) -> Result<()> {
    store.sql(|sql| {
        sql.execute_batch(
            "DROP TABLE IF EXISTS temp.given; \
             CREATE TEMP TABLE given (row INTEGER PRIMARY KEY, recipient TEXT, fingerprint BLOB); \
             BEGIN",
        )
    })
}

/// Takes rows to compare.
pub(crate) fn insert(store: &Store, first: i64, frozen: &[Frozen]) -> Result<()> {
    store.sql(|sql| {
        let mut insert = sql.prepare_cached(
            "INSERT INTO temp.given (row, recipient, fingerprint) VALUES (?1, ?2, ?3)",
        )?;
        for (row, frozen) in (first..).zip(frozen) {
            let (recipient, fingerprint) = frozen.compared();
            insert.execute(params![row, recipient, fingerprint])?;
        }
        Ok(())
    })
}

/// Refuses rows that are not those of the campaign, with the difference. Their order does not count.
pub(crate) fn finish(store: &Store, campaign: &Campaign, whole: Whole) -> Result<()> {
    let differs = whole.finish() != campaign.fingerprint;
    let difference = match differs {
        true => Some(difference(store, &campaign.verb)?),
        false => None,
    };
    store.sql(|sql| sql.execute_batch("COMMIT; DROP TABLE temp.given"))?;
    match difference {
        Some(Some(difference)) => Err(Error::new(
            ErrorKind::Conflict,
            format!("rows: not those of {}: {difference}", store.path.display()),
        )
        .outcome(palabre_model::Outcome::NotSent)
        .hint(
            "nothing was sent; go on without rows to send what was planned, or use another ledger",
        )),
        _ => Ok(()),
    }
}

/// What differs, in words; `None` where only the order does.
fn difference(store: &Store, verb: &str) -> Result<Option<String>> {
    // A row is the same as one with its fingerprint; of several alike, the n-th as the n-th.
    let index = "CREATE INDEX temp.given_print ON given (fingerprint)";
    store.sql(|sql| {
        sql.execute_batch(index)?;
        sql.execute_batch(
            "CREATE TEMP TABLE mine AS SELECT row, recipient, fingerprint, \
               row_number() OVER (PARTITION BY fingerprint ORDER BY row) AS nth FROM main.rows; \
             CREATE TEMP TABLE theirs AS SELECT row, recipient, fingerprint, \
               row_number() OVER (PARTITION BY fingerprint ORDER BY row) AS nth FROM temp.given; \
             CREATE INDEX temp.mine_print ON mine (fingerprint, nth); \
             CREATE INDEX temp.theirs_print ON theirs (fingerprint, nth); \
             CREATE TEMP TABLE gone AS SELECT row, recipient FROM mine WHERE NOT EXISTS \
               (SELECT 1 FROM theirs WHERE theirs.fingerprint = mine.fingerprint \
                AND theirs.nth = mine.nth); \
             CREATE TEMP TABLE come AS SELECT row, recipient FROM theirs WHERE NOT EXISTS \
               (SELECT 1 FROM mine WHERE theirs.fingerprint = mine.fingerprint \
                AND theirs.nth = mine.nth); \
             CREATE INDEX temp.gone_recipient ON gone (recipient); \
             CREATE INDEX temp.come_recipient ON come (recipient);",
        )
    })?;
    let same = "EXISTS (SELECT 1 FROM gone WHERE gone.recipient = come.recipient)";
    let parts = [
        told(store, verb, "added", "come", &format!("NOT {same}"))?,
        told(
            store,
            verb,
            "removed",
            "gone",
            "NOT EXISTS (SELECT 1 FROM come WHERE gone.recipient = come.recipient)",
        )?,
        told(store, verb, "with other contents", "come", same)?,
    ];
    let clean = "DROP TABLE mine; DROP TABLE theirs; DROP TABLE gone; DROP TABLE come;";
    store.sql(|sql| sql.execute_batch(clean))?;
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Ok((!parts.is_empty()).then(|| parts.join(", ")))
}

/// `2 added (row 4 +229********00, row 9 +229********01)`.
fn told(
    store: &Store,
    verb: &str,
    what: &str,
    table: &str,
    condition: &str,
) -> Result<Option<String>> {
    store.sql(|sql| {
        let count: i64 = sql.query_row(
            &format!("SELECT count(*) FROM {table} WHERE {condition}"),
            (),
            |row| row.get(0),
        )?;
        if count == 0 {
            return Ok(None);
        }
        let mut query = sql.prepare(&format!(
            "SELECT row, recipient FROM {table} WHERE {condition} ORDER BY row LIMIT {NAMED}"
        ))?;
        let rows = query.query_map((), |row| {
            let number: i64 = row.get(0)?;
            let recipient: Option<String> = row.get(1)?;
            Ok(match recipient {
                Some(recipient) => format!("row {number} {}", masked(verb, &recipient)),
                None => format!("row {number}"),
            })
        })?;
        let mut named: Vec<String> = rows.collect::<rusqlite::Result<_>>()?;
        if count > NAMED {
            named.push("…".to_owned());
        }
        Ok(Some(format!("{count} {what} ({})", named.join(", "))))
    })
}
