//! The ledger's file: made for its owner only, known by its mark, locked while somebody writes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use palabre_model::{Error, ErrorKind, Outcome, Result};
use rusqlite::{Connection, ErrorCode, OpenFlags};

/// What marks a SQLite file as a ledger: "palb".
const APPLICATION: i32 = 0x7061_6c62;

/// The version of the schema.
pub(crate) const VERSION: i32 = 2;

const SCHEMA: &str = include_str!("schema.sql");

/// How long a reader waits for the end of a transaction, and a transaction for the readers.
const PATIENCE: Duration = Duration::from_secs(30);

/// An error about the ledger itself; nothing was sent.
pub(crate) fn problem(kind: ErrorKind, path: &Path, what: impl std::fmt::Display) -> Error {
    Error::new(kind, format!("ledger: {}: {what}", path.display())).outcome(Outcome::NotSent)
}

/// What SQLite says, in words that tell what to do.
pub(crate) fn failed(path: &Path, error: &rusqlite::Error) -> Error {
    let told = match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => problem(ErrorKind::Config, path, "the disk is full")
            .hint("make room, then go on with the same ledger"),
        Some(ErrorCode::ReadOnly) => problem(ErrorKind::Config, path, "cannot be written"),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            problem(ErrorKind::Config, path, "cannot be opened")
                .hint("the folder must exist, and be yours to write")
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            problem(ErrorKind::Conflict, path, "another program is writing it")
        }
        Some(ErrorCode::NotADatabase) => problem(ErrorKind::Config, path, NOT_A_LEDGER),
        Some(ErrorCode::DatabaseCorrupt) => problem(
            ErrorKind::Config,
            path,
            "is damaged: parts of it cannot be read",
        ),
        Some(ErrorCode::SystemIoFailure) => problem(
            ErrorKind::Config,
            path,
            format_args!("cannot be read or written ({error})"),
        )
        .hint("look at the disk, then go on with the same ledger"),
        _ => problem(ErrorKind::Config, path, error),
    };
    told.caused_by(std::sync::Arc::new(io::Error::other(error.to_string())))
}

const NOT_A_LEDGER: &str = "is not a ledger of palabre, and was left as it is";

/// Opens a ledger, and makes it if there is none.
pub(crate) fn create(path: &Path) -> Result<Connection> {
    // Made before SQLite does, which would let everybody read it.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    match options.open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(unusable(path, &error)),
    }
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let is_new = match mark(path, &connection)? {
        Mark::Empty => true,
        Mark::Ledger => false,
    };
    durable(path, &connection)?;
    let prepare = || -> rusqlite::Result<()> {
        if is_new {
            connection.execute_batch(&format!(
                "BEGIN IMMEDIATE; {SCHEMA} PRAGMA application_id = {APPLICATION}; \
                 PRAGMA user_version = {VERSION}; COMMIT;"
            ))?;
        }
        Ok(())
    };
    prepare().map_err(|error| failed(path, &error))?;
    if is_new {
        keep_name(path);
    }
    Ok(connection)
}

/// Makes a commit be on the disk when it returns: a request leaves only then.
///
/// The journal is a rollback journal, not a write-ahead log: what was committed is in the one file,
/// so a copy of it knows everything, and the locks are the file's own, whatever name leads to it.
pub(crate) fn durable(path: &Path, connection: &Connection) -> Result<()> {
    alone(path)?;
    let set = || -> rusqlite::Result<String> {
        let mode = "PRAGMA journal_mode = delete";
        let mode = connection.query_row(mode, (), |row| row.get(0))?;
        // The folder is synced too: a journal that came back would undo the commit.
        connection.pragma_update(None, "synchronous", "extra")?;
        // On macOS, nothing less reaches the disk. Elsewhere it changes nothing.
        connection.pragma_update(None, "fullfsync", true)?;
        Ok(mode)
    };
    match set().map_err(|error| failed(path, &error))?.as_str() {
        "delete" => Ok(()),
        mode => {
            let what = format!("another program has it open, with a journal of its own ({mode})");
            Err(problem(ErrorKind::Conflict, path, what))
        }
    }
}

/// Refuses a file of several names: after a crash, SQLite finds its journal under one of them only.
#[cfg(unix)]
fn alone(path: &Path) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    match std::fs::metadata(path) {
        Ok(file) if file.nlink() > 1 => {
            let what = "has several names (hard links), and can be used under one only";
            Err(problem(ErrorKind::Config, path, what))
        }
        _ => Ok(()),
    }
}

#[cfg(not(unix))]
fn alone(_path: &Path) -> Result<()> {
    Ok(())
}

/// Which file a path leads to; `None` where the system does not tell.
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    identity_of(&std::fs::metadata(path).ok()?)
}

#[cfg(unix)]
fn identity_of(file: &std::fs::Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity_of(_file: &std::fs::Metadata) -> Option<(u64, u64)> {
    None
}

/// Opens a ledger without a file of a name.
pub(crate) fn temporary() -> Result<Connection> {
    let name = Path::new("");
    let connection = open(
        name,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    )?;
    let prepared = connection
        .pragma_update(None, "synchronous", "off")
        .and_then(|()| connection.execute_batch(SCHEMA));
    prepared.map_err(|error| failed(name, &error))?;
    Ok(connection)
}

/// Opens a ledger that is there.
pub(crate) fn existing(path: &Path) -> Result<Connection> {
    if let Err(error) = std::fs::metadata(path) {
        return Err(match error.kind() {
            io::ErrorKind::NotFound => problem(ErrorKind::Config, path, "there is no such file"),
            _ => unusable(path, &error),
        });
    }
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .or_else(|_| open(path, OpenFlags::SQLITE_OPEN_READ_ONLY))?;
    match mark(path, &connection)? {
        Mark::Ledger => Ok(connection),
        Mark::Empty => Err(problem(
            ErrorKind::Config,
            path,
            "is empty: nothing was planned in it",
        )),
    }
}

fn open(path: &Path, access: OpenFlags) -> Result<Connection> {
    // Not an address: a name with a question mark is a name.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(PATIENCE)?;
        // A ledger that somebody else made is data and never code.
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        // What does not fit is written to the disk, not kept: memory stays flat.
        connection.pragma_update(None, "cache_size", -8000)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(connection)
    });
    opened.map_err(|error| failed(path, &error))
}

enum Mark {
    Empty,
    Ledger,
}

/// Tells whose file it is, and refuses what is no ledger or one of a later version.
fn mark(path: &Path, connection: &Connection) -> Result<Mark> {
    let read = || -> rusqlite::Result<(i32, i32, i64)> {
        let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
        let tables = "SELECT count(*) FROM sqlite_schema";
        Ok((
            number("application_id")?,
            number("user_version")?,
            connection.query_row(tables, (), |row| row.get(0))?,
        ))
    };
    match read().map_err(|error| failed(path, &error))? {
        (APPLICATION, VERSION, _) => Ok(Mark::Ledger),
        (APPLICATION, version, _) if version > VERSION => {
            let what =
                format!("was made by a later palabre (format {version}, this one reads {VERSION})");
            Err(problem(ErrorKind::Config, path, what).hint("upgrade palabre"))
        }
        (APPLICATION, version, _) => {
            let what = format!(
                "was made by an earlier palabre (format {version}, this one reads {VERSION})"
            );
            Err(problem(ErrorKind::Config, path, what)
                .hint("go on with it with the palabre that made it"))
        }
        (0, 0, 0) => Ok(Mark::Empty),
        _ => Err(problem(ErrorKind::Config, path, NOT_A_LEDGER)),
    }
}

fn unusable(path: &Path, error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull => problem(ErrorKind::Config, path, "the disk is full"),
        io::ErrorKind::IsADirectory => problem(ErrorKind::Config, path, "is a folder"),
        _ => problem(ErrorKind::Config, path, error)
            .hint("the folder must exist, and be yours to write"),
    }
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
fn private(_options: &mut OpenOptions) {}

/// Puts the name of a new file on the disk too: after a power cut it is still there.
fn keep_name(path: &Path) {
    // Not every file system can; then the name is as safe as any other.
    if cfg!(unix)
        && let Ok(folder) = File::open(folder(path))
    {
        let _ = folder.sync_all();
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Who writes a ledger; it is free again when this is dropped, or the process ends in any way.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a program that this one is just starting has the file open, too.
        let _ = self.0.unlock();
    }
}

impl Lock {
    /// Takes the lock of the ledger at `path`.
    pub(crate) fn take(path: &Path) -> Result<Self> {
        let name = lock_path(path);
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        private(&mut options);
        let mut file = options
            .open(&name)
            .map_err(|error| unusable(&name, &error))?;
        match file.try_lock() {
            // A lock that was removed meanwhile locks nothing.
            Ok(()) if identity_of_file(&file) != identity(&name) => return Self::take(path),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = match holder.trim() {
                    "" => "another run".to_owned(),
                    holder => format!("another run ({holder})"),
                };
                let what = format!("{holder} is working on it");
                return Err(problem(ErrorKind::Conflict, path, what)
                    .hint("wait for its end; what it has done so far can be shown meanwhile"));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&name, &error)),
        }
        // For the other one to read; the lock is what counts.
        let now = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
        let holder = format!("process {} since {now}\n", std::process::id());
        let _ = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(holder.as_bytes()));
        Ok(Self(file))
    }
}

fn identity_of_file(file: &File) -> Option<(u64, u64)> {
    identity_of(&file.metadata().ok()?)
}

/// The lock beside a ledger; two paths to one file have one lock.
fn lock_path(path: &Path) -> PathBuf {
    let whole = path.canonicalize().unwrap_or_else(|_| {
        let folder = folder(path).canonicalize();
        let folder = folder.unwrap_or_else(|_| folder_of(path));
        folder.join(path.file_name().unwrap_or_default())
    });
    let mut name = whole.into_os_string();
    name.push("-lock");
    name.into()
}

fn folder_of(path: &Path) -> PathBuf {
    folder(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_on_the_disk_when_it_returns_and_in_one_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.db");
        let connection = create(&path).unwrap();
        let text = |name| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        assert_eq!(text("journal_mode").unwrap(), "delete");
        assert_eq!(number("synchronous").unwrap(), 3);
        assert_eq!(number("fullfsync").unwrap(), 1);
        connection
            .execute_batch("INSERT INTO events (at, cause) VALUES (1, 'run_began')")
            .unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_ledger_that_somebody_made_write_ahead_is_brought_back_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.db");
        create(&path).unwrap();
        let other = Connection::open(&path).unwrap();
        let mode = |mode: &str| {
            let set = format!("PRAGMA journal_mode = {mode}");
            other.query_row(&set, (), |row| row.get::<_, String>(0))
        };
        assert_eq!(mode("wal").unwrap(), "wal");
        other.execute_batch("BEGIN; SELECT * FROM events").unwrap();
        let error = create(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        drop(other);
        assert!(create(&path).is_ok());
    }
}
