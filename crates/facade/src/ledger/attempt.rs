//! One try of one row, or of a few that go out together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use palabre_model::{DeleteReport, Error, ErrorKind, Outcome, Result, Support, Verb};
use palabre_transport::{Departure, Effect, FilePart, Repeat, VendorClock};

use super::content::{Content, Files, Job, unreadable};
use super::state::{self, State};
use super::steps::Window;
use super::store::{Claimed, Settled, Store};
use super::writer::Writer;
use crate::Client;

/// So many contacts go into one request where the vendor takes several.
const TOGETHER: usize = 100;

/// So many files are kept in memory: mostly all rows have the same one.
const FILES: usize = 4;

/// A message counts as a row's only if it is not older than the try by more than this: the machines
/// of a vendor do not have quite the same time.
const EARLIER: SignedDuration = SignedDuration::from_secs(1);

/// Nor newer than the end of the try by more than this: a `Date` is behind, by a second and its way.
const LATER: SignedDuration = SignedDuration::from_secs(10);

/// A `Date` is cut to the second.
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// What all tries of a run share.
pub(crate) struct Attempts<'a> {
    client: Client,
    clock: Arc<VendorClock>,
    job: Job,
    sender: Option<String>,
    writer: &'a Writer,
    files: Mutex<Files>,
    /// How far the requests of the rows have come that are under way.
    departures: Mutex<HashMap<i64, Arc<Departure>>>,
}

impl<'a> Attempts<'a> {
    pub(crate) fn new(
        client: &Client,
        clock: Arc<VendorClock>,
        job: Job,
        sender: Option<String>,
        writer: &'a Writer,
    ) -> Self {
        Self {
            clock,
            // The run tells how far it has come; its requests do not.
            client: client.with_progress(None),
            job,
            sender,
            writer,
            files: Mutex::default(),
            departures: Mutex::default(),
        }
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    /// From when to when what is tried now may get there, by the vendor's clock. Whatever was there
    /// before the run is outside: it has a time before the second in which the run first heard of it.
    pub(crate) fn window(&self) -> Option<Window> {
        let (now, first) = (self.clock.now()?, self.clock.first()?);
        let since = now.checked_sub(EARLIER).ok()?;
        let since = since.max(first.checked_add(SECOND).ok()?);
        let timeout = SignedDuration::try_from(self.client.timeout()).ok()?;
        // It may stand in line for as long again.
        let until = timeout.checked_mul(2)?.checked_add(LATER)?;
        let until = now.checked_add(until).ok()?;
        Some((since.as_millisecond(), until.as_millisecond()))
    }

    /// How many rows one request is for.
    pub(crate) fn at_once(&self) -> usize {
        match self.job {
            Job::Delete if self.client.supports(Verb::ContactsDeleteMany) == Support::Native => {
                TOGETHER
            }
            _ => 1,
        }
    }

    /// Tries rows that were taken up.
    pub(crate) async fn run(&self, rows: Vec<Claimed>) -> Vec<Settled> {
        let departure = Arc::new(Departure::default());
        let noted = rows.iter().map(|row| (row.row, departure.clone()));
        self.departures().extend(noted);
        let client = &self.client.noting(departure.clone());
        let mut settled = if self.at_once() > 1 {
            self.delete(client, rows).await
        } else {
            let mut settled = Vec::with_capacity(rows.len());
            for row in rows {
                settled.push(self.one(client, &row).await);
            }
            settled
        };
        // The limits are the caller's own, and no reason to leave a row out: it gets in line again.
        if departure.is_in_the_queue() {
            for settled in &mut settled {
                settled.state = State::Planned;
            }
        }
        settled
    }

    /// Tells whether a byte of a row's request may have left.
    pub(crate) fn has_departed(&self, row: i64) -> bool {
        let departures = self.departures();
        departures
            .get(&row)
            .is_some_and(|departure| departure.has_left())
    }

    /// Forgets a row whose request has ended.
    pub(crate) fn forget(&self, row: i64) {
        self.departures().remove(&row);
    }

    fn departures(&self) -> MutexGuard<'_, HashMap<i64, Arc<Departure>>> {
        self.departures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn one(&self, client: &Client, row: &Claimed) -> Settled {
        let mut names_sender = false;
        let done = match content(&row.content) {
            Ok(content) => {
                names_sender = content.names_sender();
                self.send(client, &content, &row.idempotency_key).await
            }
            Err(error) => Err(error),
        };
        match done {
            Ok(done) => Settled {
                row: row.row,
                state: State::Accepted,
                error: None,
                ..done
            },
            Err(error) => {
                let mut failed = failed(row.row, error);
                failed.names_sender = names_sender;
                // The key is in use: by an earlier try of the row, which may arrive.
                let status = failed.error.as_ref().and_then(Error::get_status);
                if status == Some(409) && self.takes_keys() {
                    failed.state = State::Unknown;
                }
                failed
            }
        }
    }

    async fn send(&self, client: &Client, content: &Content, key: &str) -> Result<Settled> {
        let mut done = Settled::default();
        match content {
            Content::Message(message) => {
                let files = self.load(message.files()).await?;
                let mut file = |hash: &str| files.get(hash).cloned().ok_or_else(missing);
                let mut message = message.to_new(self.sender.as_deref(), &mut file)?;
                if self.takes_keys() {
                    message.idempotency_key = Some(key.to_owned());
                }
                let sent = client.messages().send(message).await?;
                done.vendor_id = sent.id;
                done.whatsapp_id = sent.whatsapp_id;
                done.conversation_id = sent.conversation_id;
            }
            Content::Template(template) => {
                let files = self.load(template.files()).await?;
                let mut file = |hash: &str| files.get(hash).cloned().ok_or_else(missing);
                let message = template.to_new(self.sender.as_deref(), &mut file)?;
                let sent = client.messages().send_template(message).await?;
                done.vendor_id = sent.id;
                done.whatsapp_id = sent.whatsapp_id;
                done.conversation_id = sent.conversation_id;
            }
            Content::Contact(contact) => {
                let files = self.load(contact.files()).await?;
                let mut file = |hash: &str| files.get(hash).cloned().ok_or_else(missing);
                let contact = client.contacts().create(contact.to_new(&mut file)?).await?;
                done.vendor_id = Some(contact.id);
            }
            Content::Id(id) => {
                client.contacts().delete(id).await?;
                done.vendor_id = Some(id.clone());
            }
        }
        Ok(done)
    }

    /// Whether the vendor honours keys: then the row's own is the same at every try.
    fn takes_keys(&self) -> bool {
        let operations = crate::spec(self.client.vendor()).operations.iter();
        let mut sends = operations.filter(|operation| operation.effect == Effect::Send);
        sends.any(|operation| matches!(operation.repeat, Repeat::WithKey(_)))
    }

    /// The files of a content, from memory or from the ledger.
    async fn load(&self, hashes: Vec<&str>) -> Result<Files> {
        let mut files = Files::new();
        for hash in hashes {
            let known = self.known().get(hash).cloned();
            let file = match known {
                Some(file) => file,
                None => {
                    let wanted = hash.to_owned();
                    let file = self
                        .writer
                        .run(move |store| read_file(store, &wanted))
                        .await?;
                    let mut known = self.known();
                    if known.len() >= FILES {
                        known.clear();
                    }
                    known.insert(hash.to_owned(), file.clone());
                    file
                }
            };
            files.insert(hash.to_owned(), file);
        }
        Ok(files)
    }

    fn known(&self) -> MutexGuard<'_, Files> {
        // Files are good even if a holder panicked.
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Deletes contacts together; what became of each is in the report.
    async fn delete(&self, client: &Client, rows: Vec<Claimed>) -> Vec<Settled> {
        let mut ids = Vec::with_capacity(rows.len());
        let mut settled = Vec::new();
        for row in &rows {
            match content(&row.content) {
                Ok(Content::Id(id)) => ids.push((row.row, id)),
                Ok(_) => settled.push(failed(row.row, missing())),
                Err(error) => settled.push(failed(row.row, error)),
            }
        }
        // The whole request is refused for one bad identifier: the others are found by halving.
        let mut parts = vec![ids];
        while let Some(mut part) = parts.pop() {
            let given: Vec<String> = part.iter().map(|(_, id)| id.clone()).collect();
            let (report, error) = match client.contacts().delete_many(&given).await {
                Ok(report) => (Some(report), None),
                Err(error) => (error.get_report().cloned(), Some(error)),
            };
            let is_refused = |error: &Error| state::after(error) == State::Refused;
            if part.len() > 1 && error.as_ref().is_some_and(is_refused) {
                parts.push(part.split_off(part.len() / 2));
                parts.push(part);
                continue;
            }
            settled.extend(part.into_iter().map(|(row, id)| {
                let error = match (&report, &error) {
                    (Some(report), error) => became(report, error.as_ref(), &id),
                    (None, error) => error.clone(),
                };
                match error {
                    Some(error) => failed(row, error),
                    None => Settled {
                        row,
                        state: State::Accepted,
                        vendor_id: Some(id),
                        ..Settled::default()
                    },
                }
            }));
        }
        settled
    }
}

/// Why a contact was not deleted; `None` if it was.
fn became(report: &DeleteReport, error: Option<&Error>, id: &String) -> Option<Error> {
    let told = |kind, message: &str| Error::new(kind, message).outcome(Outcome::NotSent);
    if report.deleted.contains(id) {
        return None;
    }
    if report.not_found.contains(id) {
        return Some(told(ErrorKind::NotFound, "there is no such contact"));
    }
    if let Some(refused) = report.refused.iter().find(|refused| refused.id == *id) {
        // One that was refused with its whole request has the error of that.
        let whole = error.filter(|error| error.message() == refused.message);
        return Some(match whole {
            Some(error) => error.clone(),
            None => told(ErrorKind::Conflict, &refused.message),
        });
    }
    let error = error.cloned().unwrap_or_else(|| {
        Error::new(
            ErrorKind::OutcomeUnknown,
            "the vendor's answer does not tell",
        )
    });
    Some(match report.not_attempted.contains(id) {
        true => error.outcome(Outcome::NotSent),
        false => error,
    })
}

/// What a row sends, from the ledger.
pub(crate) fn content(text: &str) -> Result<Content> {
    serde_json::from_str(text).map_err(|_| unreadable())
}

fn missing() -> Error {
    Error::config("ledger", "a file of the content is missing").outcome(Outcome::NotSent)
}

fn read_file(store: &mut Store, hash: &str) -> Result<FilePart> {
    let sql = "SELECT file_name, content_type, data FROM files WHERE hash = ?1";
    store.sql(|connection| {
        connection.query_row(sql, [hash], |row| {
            Ok(FilePart {
                file_name: row.get(0)?,
                content_type: row.get(1)?,
                data: row.get::<_, Vec<u8>>(2)?.into(),
            })
        })
    })
}

/// What an error means for its row.
fn failed(row: i64, error: Error) -> Settled {
    Settled {
        row,
        state: state::after(&error),
        error: Some(error),
        ..Settled::default()
    }
}
