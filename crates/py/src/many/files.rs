//! Files of rows: read when their row's turn comes, each once, and none that the vendor would not
//! take.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use palabre::ledger::Row;
use palabre::{Client, Content, Error, FilePart, Result};

use crate::arguments::takes_files;

/// So many bytes of files are handed over at a time, and so many are kept for rows to come.
pub(super) const MOST: usize = 16 << 20;

/// A row, and by its columns the files that it has beside.
#[derive(Default)]
pub(super) struct Unread {
    pub(super) row: Row,
    pub(super) paths: Vec<(String, PathBuf)>,
}

impl From<Row> for Unread {
    fn from(row: Row) -> Self {
        let paths = Vec::new();
        Self { row, paths }
    }
}

/// The files of a run.
pub(crate) struct Files {
    /// The columns of which files are read, each with the size up to which that makes sense.
    columns: BTreeMap<&'static str, Option<u64>>,
    known: Known,
}

impl Files {
    /// Those of messages.
    pub(crate) fn of_messages(client: &Client) -> Self {
        let contents = [
            Content::Image,
            Content::Document,
            Content::Video,
            Content::Audio,
        ];
        let taken = contents
            .into_iter()
            .filter(|content| takes_files(client, *content));
        let columns =
            taken.map(|content| (content.as_str(), client.largest_file(content.as_str())));
        Self::of(columns.collect())
    }

    /// Those of contacts.
    pub(crate) fn of_contacts(client: &Client) -> Self {
        Self::of(BTreeMap::from([(
            "image",
            client.largest_file("profile_image"),
        )]))
    }

    /// Those of rows that have none.
    pub(crate) fn none() -> Self {
        Self::of(BTreeMap::new())
    }

    fn of(columns: BTreeMap<&'static str, Option<u64>>) -> Self {
        let known = Known::default();
        Self { columns, known }
    }

    /// Reads the files of rows, away from the thread of the calls. Rows of which the files would be
    /// too much together stay for the next time.
    pub(super) async fn read(&mut self, unread: &mut VecDeque<Unread>) -> Result<Vec<Row>> {
        if unread.iter().all(|unread| unread.paths.is_empty()) {
            return Ok(unread.drain(..).map(|unread| unread.row).collect());
        }
        let columns = self.columns.clone();
        let mut known = std::mem::take(&mut self.known);
        let mut rest = std::mem::take(unread);
        let reading = tokio::task::spawn_blocking(move || {
            let mut rows = Vec::new();
            let mut bytes = 0;
            while bytes < MOST
                && let Some(unread) = rest.pop_front()
            {
                rows.push(whole(unread, &columns, &mut known, &mut bytes));
            }
            (rows, rest, known)
        });
        let done = reading.await;
        let (rows, rest, known) =
            done.map_err(|_| Error::invalid("rows", "reading their files was given up"))?;
        (*unread, self.known) = (rest, known);
        Ok(rows)
    }
}

/// A row with its files; the sizes of those that were not known yet are added to `bytes`.
fn whole(
    unread: Unread,
    columns: &BTreeMap<&'static str, Option<u64>>,
    known: &mut Known,
    bytes: &mut usize,
) -> Row {
    let Unread { mut row, paths } = unread;
    let mut refusal = None;
    for (column, path) in paths {
        let Some(most) = columns.get(column.as_str()) else {
            // No message holds it, and whoever asks for it is told so: there is no need to read it.
            row.insert(column, FilePart::new("", ""));
            continue;
        };
        // One that cannot be read is about this row alone.
        match known.file(&column, &path, *most, bytes) {
            Ok(file) => row.insert(column, file),
            Err(error) => {
                refusal.get_or_insert(error);
            }
        }
    }
    match refusal {
        Some(error) => row.refused(error),
        None => row,
    }
}

/// Files that were read, shared by the rows that have them.
#[derive(Default)]
struct Known {
    files: HashMap<PathBuf, (Stamp, FilePart)>,
    bytes: usize,
}

/// What tells that a file has changed: when it was written, and how long it is.
type Stamp = (SystemTime, u64);

impl Known {
    fn file(
        &mut self,
        column: &str,
        path: &Path,
        most: Option<u64>,
        bytes: &mut usize,
    ) -> Result<FilePart> {
        let stamp = stamp(path);
        if let Some((known, file)) = self.files.get(path)
            && stamp.is_some_and(|stamp| stamp == *known)
            && most.is_none_or(|most| known.1 <= most)
        {
            return Ok(file.clone());
        }
        let file = FilePart::read_at_most(column, path, most)?;
        let size = file.data.len();
        *bytes += size;
        if self.bytes + size > MOST {
            *self = Self::default();
        }
        if let Some(stamp) = stamp {
            self.bytes += size;
            self.files.insert(path.to_owned(), (stamp, file.clone()));
        }
        Ok(file)
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let known = std::fs::metadata(path).ok()?;
    Some((known.modified().ok()?, known.len()))
}
