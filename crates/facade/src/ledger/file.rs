//! The ledger's file: made for its owner only, known by its mark, locked while somebody writes.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
#[cfg(unix)]
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use palabre_model::{Error, ErrorKind, Outcome, Result};
use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

/// What marks a SQLite file as a ledger: "palb".
const APPLICATION: i32 = 0x7061_6c62;

/// The version of the schema.
pub(crate) const VERSION: i32 = 2;

const SCHEMA: &str = include_str!("schema.sql");

/// How long a reader waits for the end of a transaction, and a transaction for the readers.
const PATIENCE: Duration = Duration::from_secs(30);

/// Between two tries.
const MOMENT: Duration = Duration::from_millis(3);

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

/// Opens a ledger to write it, and makes it if there is none. The lock is taken before.
pub(crate) fn create(path: &Path, lock: &mut Lock) -> Result<Connection> {
    is_a_file(path)?;
    is_whole(path)?;
    // Made before SQLite does, which would let everybody read it.
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    private(&mut options);
    match options.open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(unusable(path, &error)),
    }
    lock.second = second_name(path)?;
    let name = lock.second.as_deref().unwrap_or(path);
    let connection = open(path, name, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let marks = marks(&connection).map_err(|error| failed(path, &error))?;
    let is_new = match mark(path, marks)? {
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

/// Refuses what is there and cannot be a ledger: a folder, a device.
fn is_a_file(path: &Path) -> Result<()> {
    match std::fs::metadata(path) {
        Ok(there) if there.is_dir() => Err(problem(ErrorKind::Config, path, "is a folder")),
        Ok(there) if !there.is_file() => Err(problem(ErrorKind::Config, path, "is no file")),
        _ => Ok(()),
    }
}

/// Refuses the path of a ledger that was removed while a run wrote it, and has its second name left:
/// who begins anew sends again what has been sent.
fn is_whole(path: &Path) -> Result<()> {
    let second = beside(&whole(path), "-run");
    let is_left = std::fs::metadata(&second).is_ok_and(|left| left.len() > 0);
    if path.exists() || !is_left || !is_of_ledger(&second) {
        return Ok(());
    }
    let what = format_args!(
        "was moved or removed while a run wrote it; {} has what was done",
        second.display()
    );
    Err(problem(ErrorKind::Conflict, path, what)
        .hint("rename that to go on with it, or remove it to begin anew"))
}

/// Makes a commit be on the disk when it returns: a request leaves only then.
///
/// The journal is a rollback journal, not a write-ahead log: what was committed is in the one file,
/// so a copy of it knows everything, and the locks are the file's own, whatever name leads to it.
fn durable(path: &Path, connection: &Connection) -> Result<()> {
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

/// The second name of a ledger, `campaign.db-run`: by it SQLite has the file open while a run writes it,
/// so that no other program finds the journal of a commit.
///
/// On Unix, locks belong to a process. Another SQLite in the same one, such as Python's own, sees none of
/// this one's; it would take the journal for what a crash left behind and undo the commit, and with it
/// what is known of messages that have left. Whoever only opens and closes the file drops the locks for
/// other processes, too.
#[cfg(unix)]
fn second_name(path: &Path) -> Result<Option<PathBuf>> {
    let whole = whole(path);
    let (second, journal) = (beside(&whole, "-run"), beside(&whole, "-run-journal"));
    let is_own = is_same(&second, &whole);
    alone(path, is_own)?;
    if is_own {
        return Ok(Some(second));
    }
    // Left by a run that was killed where a file cannot have two names.
    if beside(&whole, "-journal").exists() {
        return Ok(None);
    }
    // Copied, they are two files; nothing has changed since in either.
    if journal.exists() && second.exists() && !has_same_bytes(&second, &whole) {
        let what = format_args!("{} belongs to another file", journal.display());
        return Err(problem(ErrorKind::Conflict, path, what).hint(
            "a run was killed, and its ledger moved away: put it back, or remove what it left",
        ));
    }
    if second.exists() && !is_of_ledger(&second) {
        let what = format_args!("{} is in the way", second.display());
        return Err(problem(ErrorKind::Conflict, path, what).hint("it is no ledger: move it away"));
    }
    let _ = std::fs::remove_file(&second);
    if std::fs::hard_link(&whole, &second).is_ok() {
        return Ok(Some(second));
    }
    if journal.exists() {
        std::fs::rename(&journal, beside(&whole, "-journal"))
            .map_err(|error| unusable(path, &error))?;
    }
    Ok(None)
}

/// Whether a file is marked as a ledger, or is empty as one that is being made.
fn is_of_ledger(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = File::open(path).and_then(|file| file.take(72).read_to_end(&mut head));
    read.is_ok() && (head.is_empty() || head.ends_with(&APPLICATION.to_be_bytes()))
}

#[cfg(unix)]
fn has_same_bytes(one: &Path, other: &Path) -> bool {
    let same = || -> io::Result<bool> {
        let (one, other) = (File::open(one)?, File::open(other)?);
        if one.metadata()?.len() != other.metadata()?.len() {
            return Ok(false);
        }
        let (mut one, mut other) = (BufReader::new(one), BufReader::new(other));
        loop {
            let (left, right) = (one.fill_buf()?, other.fill_buf()?);
            let count = left.len().min(right.len());
            if left[..count] != right[..count] {
                return Ok(false);
            }
            if count == 0 {
                return Ok(true);
            }
            one.consume(count);
            other.consume(count);
        }
    };
    same().unwrap_or(false)
}

#[cfg(not(unix))]
fn second_name(_path: &Path) -> Result<Option<PathBuf>> {
    Ok(None)
}

/// Where a ledger is opened to be read: beside the journal of whoever writes it, or did.
fn name(path: &Path) -> PathBuf {
    let whole = whole(path);
    let second = beside(&whole, "-run");
    match is_same(&second, &whole) {
        true => second,
        false => whole,
    }
}

/// Gives a ledger its second name again, should a run that had no lock any more have taken it away.
pub(crate) fn keep(path: &Path, second: &Path) {
    if !second.exists() {
        let _ = std::fs::hard_link(whole(path), second);
    }
}

/// Refuses a file of other names: after a crash, SQLite finds its journal under one of them only.
#[cfg(unix)]
fn alone(path: &Path, is_own: bool) -> Result<()> {
    use std::os::unix::fs::MetadataExt;
    match std::fs::metadata(path) {
        Ok(file) if file.nlink() > 1 + u64::from(is_own) => {
            let what = "has several names (hard links), and can be used under one only";
            Err(problem(ErrorKind::Config, path, what).hint(
                "if it was moved after its run was killed, move what stands beside it as well",
            ))
        }
        _ => Ok(()),
    }
}

/// Whether a file has no other name: its ledger was removed.
#[cfg(unix)]
pub(crate) fn is_last_name(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).is_ok_and(|file| file.nlink() == 1)
}

#[cfg(not(unix))]
pub(crate) fn is_last_name(_path: &Path) -> bool {
    false
}

fn is_same(one: &Path, other: &Path) -> bool {
    let (one, other) = (identity(one), identity(other));
    one.is_some() && one == other
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
        name,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
    )?;
    let prepared = connection
        .pragma_update(None, "synchronous", "off")
        .and_then(|()| connection.execute_batch(SCHEMA));
    prepared.map_err(|error| failed(name, &error))?;
    Ok(connection)
}

/// Opens a ledger that is there, to read what it holds at this moment.
pub(crate) fn existing(path: &Path) -> Result<Connection> {
    is_a_file(path)?;
    if let Err(error) = std::fs::metadata(path) {
        is_whole(path)?;
        return Err(match error.kind() {
            io::ErrorKind::NotFound => problem(ErrorKind::Config, path, "there is no such file"),
            _ => unusable(path, &error),
        });
    }
    let began = Instant::now();
    let (connection, marks) = loop {
        if !is_torn(path) {
            match reading(path) {
                Ok(read) => break read,
                Err(error) if is_left_open(&error) && began.elapsed() < PATIENCE => {}
                Err(error) => return Err(failed(path, &error)),
            }
        }
        // A commit that was not ended. Only who has the lock knows that nobody is at it, and undoes it;
        // a look at the ledger never writes.
        match Lock::take(path) {
            Ok(mut lock) => drop(create(path, &mut lock)?),
            Err(error) if error.kind() == ErrorKind::Conflict && began.elapsed() < PATIENCE => {}
            Err(error) => return Err(error),
        }
        std::thread::sleep(MOMENT);
    };
    match mark(path, marks)? {
        Mark::Ledger => Ok(connection),
        Mark::Empty => Err(problem(
            ErrorKind::Config,
            path,
            "is empty: nothing was planned in it",
        )),
    }
}

/// Whether a journal stands beside a ledger that has lost its second name, as a copy of both has.
fn is_torn(path: &Path) -> bool {
    let whole = whole(path);
    beside(&whole, "-run-journal").exists() && !is_same(&beside(&whole, "-run"), &whole)
}

fn is_left_open(error: &rusqlite::Error) -> bool {
    let code = error.sqlite_error().map(|error| error.extended_code);
    code == Some(ffi::SQLITE_READONLY_ROLLBACK)
}

/// Opens a ledger in a transaction that only reads: nothing changes under whoever looks at it.
fn reading(path: &Path) -> rusqlite::Result<(Connection, Marks)> {
    let access = OpenFlags::SQLITE_OPEN_READ_ONLY;
    // The second name goes with the run that has it, which may be this moment.
    let connection = match opened(&name(path), access) {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => {
            opened(&whole(path), access)
        }
        opened => opened,
    }?;
    connection.execute_batch("BEGIN")?;
    let marks = marks(&connection)?;
    Ok((connection, marks))
}

fn open(path: &Path, name: &Path, access: OpenFlags) -> Result<Connection> {
    opened(name, access).map_err(|error| failed(path, &error))
}

fn opened(name: &Path, access: OpenFlags) -> rusqlite::Result<Connection> {
    // Not an address: a name with a question mark is a name.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(name, flags).and_then(|connection| {
        connection.busy_timeout(PATIENCE)?;
        // A ledger that somebody else made is data and never code.
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cell_size_check", true)?;
        // What does not fit is written to the disk, not kept: memory stays flat.
        connection.pragma_update(None, "cache_size", -8000)?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(connection)
    })
}

enum Mark {
    Empty,
    Ledger,
}

/// What a file says that it is: an application, a version, and how many tables.
type Marks = (i32, i32, i64);

fn marks(connection: &Connection) -> rusqlite::Result<Marks> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    let tables = "SELECT count(*) FROM sqlite_schema";
    Ok((
        number("application_id")?,
        number("user_version")?,
        connection.query_row(tables, (), |row| row.get(0))?,
    ))
}

/// Tells whose file it is, and refuses what is no ledger or one of a later version.
fn mark(path: &Path, marks: Marks) -> Result<Mark> {
    match marks {
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
pub(crate) struct Lock {
    file: File,
    name: PathBuf,
    /// The name by which it has the ledger open.
    pub(crate) second: Option<PathBuf>,
}

impl Drop for Lock {
    /// The ledger is closed before.
    fn drop(&mut self) {
        if let Some(second) = &self.second
            // Whoever took over has the ledger open by this name, too.
            && identity_of_file(&self.file) == identity(&self.name)
            // What could not be ended is undone by whoever opens the ledger next.
            && !beside(second, "-journal").exists()
            && !is_last_name(second)
        {
            let _ = std::fs::remove_file(second);
        }
        // Closing is not enough: a program that this one is just starting has the file open, too.
        let _ = self.file.unlock();
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
        Ok(Self {
            file,
            name,
            second: None,
        })
    }
}

fn identity_of_file(file: &File) -> Option<(u64, u64)> {
    identity_of(&file.metadata().ok()?)
}

/// The lock beside a ledger; two paths to one file have one lock.
fn lock_path(path: &Path) -> PathBuf {
    beside(&whole(path), "-lock")
}

/// The path itself, where another one leads to it.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| {
        let folder = folder(path).canonicalize();
        let folder = folder.unwrap_or_else(|_| folder_of(path));
        folder.join(path.file_name().unwrap_or_default())
    })
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
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
        let mut lock = Lock::take(&path).unwrap();
        let connection = create(&path, &mut lock).unwrap();
        let text = |name| connection.pragma_query_value(None, name, |row| row.get::<_, String>(0));
        let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        assert_eq!(text("journal_mode").unwrap(), "delete");
        assert_eq!(number("synchronous").unwrap(), 3);
        assert_eq!(number("fullfsync").unwrap(), 1);
        connection
            .execute_batch("INSERT INTO events (at, cause) VALUES (1, 'run_began')")
            .unwrap();
        drop(connection);
        drop(lock);
        let names = std::fs::read_dir(folder.path()).unwrap();
        let names: Vec<_> = names.map(|name| name.unwrap().file_name()).collect();
        assert!(
            names
                .iter()
                .all(|name| name == "campaign.db" || name == "campaign.db-lock")
        );
    }

    #[cfg(unix)]
    #[test]
    fn no_other_program_finds_the_journal_of_a_commit_that_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.db");
        let mut lock = Lock::take(&path).unwrap();
        let connection = create(&path, &mut lock).unwrap();
        connection
            .execute_batch("BEGIN IMMEDIATE; INSERT INTO events (at, cause) VALUES (1, 'x')")
            .unwrap();
        assert!(beside(&path, "-run-journal").exists());
        assert!(!beside(&path, "-journal").exists());
        assert!(is_same(&beside(&path, "-run"), &path));
    }

    #[cfg(unix)]
    #[test]
    fn what_a_killed_run_left_is_undone_by_who_has_the_lock_and_by_nobody_who_looks() {
        let (folder, path) = killed_in_a_commit();
        let journal = beside(&path, "-run-journal");
        let looked = {
            let lock = Lock::take(&path).unwrap();
            let looked = std::thread::spawn({
                let path = path.clone();
                move || count(&existing(&path).unwrap())
            });
            std::thread::sleep(Duration::from_millis(100));
            // Who holds the lock is at work, as far as anybody knows.
            assert!(journal.exists(), "undone");
            assert!(!looked.is_finished(), "{:?}", looked.join());
            drop(lock);
            looked.join().unwrap()
        };
        assert_eq!(looked, 0);
        assert!(!journal.exists());
        let names = std::fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = names.map(|name| name.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["campaign.db", "campaign.db-lock"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_was_copied_after_a_run_was_killed_has_the_ledger_as_it_was() {
        let (folder, path) = killed_in_a_commit();
        for copied in [&["", "-run", "-run-journal"][..], &["", "-run-journal"]] {
            let other = tempfile::tempdir().unwrap();
            let copy = other.path().join("campaign.db");
            for end in copied {
                std::fs::copy(beside(&path, end), beside(&copy, end)).unwrap();
            }
            let connection = existing(&copy).unwrap();
            let check = "PRAGMA integrity_check";
            let check: String = connection.query_row(check, (), |row| row.get(0)).unwrap();
            assert_eq!((count(&connection), check.as_str()), (0, "ok"));
        }
        drop(folder);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_has_the_second_name_and_is_no_ledger_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.db");
        let mine = beside(&path, "-run");
        std::fs::write(&mine, "notes of last week's run").unwrap();
        let error = create(&path, &mut Lock::take(&path).unwrap()).unwrap_err();
        assert!(error.to_string().contains("is in the way"), "{error}");
        assert_eq!(std::fs::read(&mine).unwrap().len(), 24);
        // What a copied folder has is a ledger, and goes.
        let other = folder.path().join("other.db");
        drop(create(&other, &mut Lock::take(&other).unwrap()).unwrap());
        std::fs::copy(&other, beside(&other, "-run")).unwrap();
        let mut lock = Lock::take(&other).unwrap();
        drop(create(&other, &mut lock).unwrap());
        drop(lock);
        assert!(!beside(&other, "-run").exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_ledger_that_was_moved_alone_after_its_run_was_killed_is_not_written() {
        let (folder, path) = killed_in_a_commit();
        let moved = folder.path().join("moved.db");
        std::fs::rename(&path, &moved).unwrap();
        let written = |path: &Path| create(path, &mut Lock::take(path).unwrap());
        let error = written(&moved).unwrap_err();
        assert!(error.to_string().contains("beside it"), "{error}");
        // Nor is another one made in its place, which the journal would damage.
        let error = written(&path).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        assert!(!path.exists());
        std::fs::rename(&moved, &path).unwrap();
        assert_eq!(count(&written(&path).unwrap()), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_ledger_that_was_removed_during_its_run_is_kept_under_its_other_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.db");
        let mut lock = Lock::take(&path).unwrap();
        let connection = create(&path, &mut lock).unwrap();
        std::fs::remove_file(&path).unwrap();
        drop(connection);
        drop(lock);
        for error in [
            create(&path, &mut Lock::take(&path).unwrap()).unwrap_err(),
            existing(&path).unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
            assert!(error.to_string().contains("campaign.db-run has"), "{error}");
        }
        std::fs::rename(beside(&path, "-run"), &path).unwrap();
        let mut lock = Lock::take(&path).unwrap();
        drop(create(&path, &mut lock).unwrap());
        drop(lock);
        assert!(!beside(&path, "-run").exists());
    }

    #[test]
    fn what_is_no_file_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.db");
        std::fs::create_dir(&path).unwrap();
        for error in [
            create(&path, &mut Lock::take(&path).unwrap()).unwrap_err(),
            existing(&path).unwrap_err(),
        ] {
            assert!(error.to_string().contains("is a folder"), "{error}");
        }
    }

    /// A ledger as a process leaves it that is killed while it commits.
    #[cfg(unix)]
    fn killed_in_a_commit() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.db");
        let (second, journal) = (beside(&path, "-run"), beside(&path, "-run-journal"));
        let mut lock = Lock::take(&path).unwrap();
        let connection = create(&path, &mut lock).unwrap();
        // So small that pages are written before the commit.
        connection.pragma_update(None, "cache_size", 1).unwrap();
        connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        for at in 0..2_000 {
            let note = "x".repeat(500);
            let insert = "INSERT INTO events (at, cause, note) VALUES (?1, 'x', ?2)";
            connection.execute(insert, (at, note)).unwrap();
        }
        let kept = (
            std::fs::read(&path).unwrap(),
            std::fs::read(&journal).unwrap(),
        );
        assert_ne!(kept.1[0], 0);
        drop(connection);
        drop(lock);
        std::fs::write(&path, kept.0).unwrap();
        std::fs::hard_link(&path, &second).unwrap();
        std::fs::write(&journal, kept.1).unwrap();
        (folder, path)
    }

    #[cfg(unix)]
    fn count(connection: &Connection) -> i64 {
        let query = "SELECT count(*) FROM events";
        connection.query_row(query, (), |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_ledger_that_somebody_made_write_ahead_is_brought_back_or_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("campaign.db");
        let written = || create(&path, &mut Lock::take(&path).unwrap());
        written().unwrap();
        let other = Connection::open(&path).unwrap();
        let mode = |mode: &str| {
            let set = format!("PRAGMA journal_mode = {mode}");
            other.query_row(&set, (), |row| row.get::<_, String>(0))
        };
        assert_eq!(mode("wal").unwrap(), "wal");
        other.execute_batch("BEGIN; SELECT * FROM events").unwrap();
        let error = written().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        drop(other);
        assert!(written().is_ok());
    }
}
