//! Creates the contacts of an import, one after another.

use std::time::Duration;

use palabre::{Client, Contact, Error, ErrorKind, NewContact, Progress};

use super::report::{Outcome, Report, Row, reason};
use crate::exit::Failure;
use crate::interrupt::{Signal, Signals};
use crate::progress::Bar;
use crate::writing;

/// How often a row that came too fast is tried again: the vendor refused it, so nothing was created.
const PATIENCE: usize = 6;

/// The wait of a vendor that names none, and the longest that is waited.
const WAIT: Duration = Duration::from_secs(2);
const LONGEST: Duration = Duration::from_secs(90);

/// So many rows without an answer, one after another, are enough.
const ENOUGH: usize = 3;

/// Sends the rows; returns the signal that ended it. Every row is in the report.
pub(super) async fn send(
    client: &Client,
    rows: &mut [Row],
    report: &mut Report,
) -> Result<Option<Signal>, Failure> {
    let bar = Bar::new("rows", report.shows_rows());
    let total = u64::try_from(rows.len()).ok();
    let mut unanswered = 0;
    // Why the rest is not attempted.
    let mut stopped: Option<String> = None;
    let mut interrupted = None;
    let mut signals = Signals::listen();
    for (index, row) in rows.iter_mut().enumerate() {
        let Some(contact) = row.contact.take() else {
            let why = row.reason.take();
            report.add(row, Outcome::Refused, None, why.as_deref())?;
            continue;
        };
        if let Some(why) = &stopped {
            report.add(row, Outcome::NotAttempted, None, Some(why))?;
            continue;
        }
        let work = writing::under_way("creating contacts", create(client, &contact));
        let created = tokio::select! {
            biased;
            created = work => Ok(created),
            signal = signals.next() => Err(signal),
        };
        match created {
            Ok(Ok(contact)) => {
                unanswered = 0;
                report.add(row, Outcome::Created, Some(&contact.id), None)?;
            }
            Ok(Err(error)) => {
                let outcome = outcome(&error);
                report.add(row, outcome, None, Some(&reason(&error)))?;
                if is_unanswered(&error) {
                    unanswered += 1;
                } else {
                    unanswered = 0;
                }
                if is_for_all(error.kind()) || unanswered == ENOUGH {
                    stopped = Some(format!("stopped after line {}", row.line));
                }
            }
            Err(signal) => {
                interrupted = Some(signal);
                report.add(row, Outcome::Unknown, None, Some("interrupted"))?;
                stopped = Some("interrupted".to_owned());
            }
        }
        let done = u64::try_from(index + 1).unwrap_or_default();
        bar.tell(client.name(), Progress { done, total });
    }
    bar.clear();
    Ok(interrupted)
}

/// Creates one contact, waiting where the vendor says that it comes too fast.
async fn create(client: &Client, contact: &NewContact) -> Result<Contact, Error> {
    let mut tries = 0;
    loop {
        let error = match client.contacts().create(contact.clone()).await {
            Ok(contact) => return Ok(contact),
            Err(error) => error,
        };
        tries += 1;
        if error.kind() != ErrorKind::RateLimited
            || outcome(&error) != Outcome::Refused
            || tries == PATIENCE
        {
            return Err(error);
        }
        let wait = error
            .get_retry_after()
            .unwrap_or(WAIT * 2_u32.pow(tries as u32 - 1));
        if wait > LONGEST {
            return Err(error);
        }
        tokio::time::sleep(wait).await;
    }
}

fn outcome(error: &Error) -> Outcome {
    match error.get_outcome() {
        Some(palabre::Outcome::Accepted) => Outcome::Created,
        Some(palabre::Outcome::Unknown) => Outcome::Unknown,
        Some(palabre::Outcome::NotSent) => Outcome::Refused,
        None if error.kind() == ErrorKind::OutcomeUnknown => Outcome::Unknown,
        None => Outcome::Refused,
    }
}

/// Whether the vendor is not there, or not in a state to say what it did.
fn is_unanswered(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::Unavailable
            | ErrorKind::Timeout
            | ErrorKind::OutcomeUnknown
            | ErrorKind::RateLimited
    )
}

/// Whether every other row would fail the same way.
fn is_for_all(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::Authentication
            | ErrorKind::Permission
            | ErrorKind::QuotaExceeded
            | ErrorKind::Config
            | ErrorKind::Unsupported
    )
}
