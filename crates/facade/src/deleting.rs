//! `contacts.delete_many` in requests of one or more identifiers, their reports added up.

use std::collections::HashSet;

use palabre_model::{DeleteFailure, DeleteReport, Error, Outcome, Result};

use crate::at::At;
use crate::progress::count;

/// What a request told of its identifiers; those that it told nothing of are gone.
#[derive(Default)]
pub(crate) struct Told {
    pub(crate) not_found: HashSet<String>,
    /// Refused each for itself, and why: the others go on.
    pub(crate) refused: Vec<DeleteFailure>,
}

/// Deletes each identifier once, in order, `size` in a request. A request that fails is the last.
pub(crate) async fn in_chunks<F, Fut>(
    at: &At,
    ids: &[String],
    size: usize,
    delete: F,
) -> Result<DeleteReport>
where
    F: Fn(Vec<String>) -> Fut,
    Fut: Future<Output = Result<Told>>,
{
    let mut seen = HashSet::new();
    let unique: Vec<String> = ids.iter().filter(|id| seen.insert(*id)).cloned().collect();
    let mut report = DeleteReport {
        requested: unique.len(),
        ..DeleteReport::default()
    };
    let mut done = 0;
    for chunk in unique.chunks(size) {
        let told = delete(chunk.to_vec()).await;
        done += chunk.len();
        match told {
            Ok(told) => {
                add(&mut report, chunk, told);
                at.progress(done, Some(count(unique.len())));
            }
            Err(error) => {
                report.not_attempted.extend_from_slice(&unique[done..]);
                return Err(failed(error, chunk, report));
            }
        }
    }
    Ok(report)
}

/// Says in the error what became of each identifier.
fn failed(error: Error, chunk: &[String], mut report: DeleteReport) -> Error {
    match (error.get_outcome(), error.get_status()) {
        (Some(Outcome::NotSent), None) => {
            report.not_attempted.splice(0..0, chunk.iter().cloned());
        }
        (Some(Outcome::NotSent), Some(_)) => {
            report.refused.extend(chunk.iter().map(|id| DeleteFailure {
                id: id.clone(),
                message: error.message().to_owned(),
            }));
        }
        _ => report.unknown.extend_from_slice(chunk),
    }
    if report.deleted.is_empty() && report.not_found.is_empty() {
        return error.report(report);
    }
    let mut hint = format!(
        "{} of {} were deleted before; the report of the error has each identifier",
        report.deleted.len(),
        report.requested
    );
    if let Some(first) = error.get_hint() {
        hint = format!("{first}; {hint}");
    }
    error.hint(hint).report(report)
}

/// Adds what a request told of its identifiers.
fn add(report: &mut DeleteReport, chunk: &[String], told: Told) {
    for id in chunk {
        if told.not_found.contains(id) {
            report.not_found.push(id.clone());
        } else if told.refused.iter().all(|refused| refused.id != *id) {
            report.deleted.push(id.clone());
        }
    }
    report.refused.extend(told.refused);
}
