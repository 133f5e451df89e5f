//! `contacts.delete_many`: requests as large as the vendor takes, their reports added up.

use std::collections::HashSet;

use palabre_clients::msgflash::{SPEC, types};
use palabre_model::{DeleteReport, Error, ErrorKind, Outcome, Result};

use super::client;
use crate::at::At;
use crate::deleting::{self, Told};
use crate::vendors::text;

/// The largest request that the vendor takes, from the spec.
fn chunk_size() -> usize {
    let ids = SPEC
        .operation("bulk_delete_contacts")
        .and_then(|operation| operation.body.as_ref())
        .and_then(|body| body.rule.property("contactIds"))
        .and_then(|rule| rule.max_items);
    ids.and_then(|most| usize::try_from(most).ok())
        .unwrap_or(usize::MAX)
}

pub(super) async fn delete_many(at: &At, ids: &[String]) -> Result<DeleteReport> {
    deleting::in_chunks(at, ids, chunk_size(), |chunk| async move {
        let not_found = delete(&at.again(), &chunk).await?;
        let refused = Vec::new();
        Ok(Told { not_found, refused })
    })
    .await
}

/// Deletes one chunk and returns the identifiers that did not exist.
async fn delete(at: &At, chunk: &[String]) -> Result<HashSet<String>> {
    let call = at.call(&[("contactIds", "ids")]);
    let body = types::BulkDelete {
        contact_ids: chunk.to_vec(),
        extra: Default::default(),
    };
    let answer = at.finish(&call, client(at, &call).bulk_delete_contacts(&body).await)?;
    let result = answer.value.data.ok_or_else(|| uncounted(at, "report"))?;
    let not_found: HashSet<String> = result
        .not_found
        .into_iter()
        .flatten()
        .filter_map(|id| text(Some(id)))
        .collect();
    let deleted = result.deleted.map(|deleted| deleted.0);
    let expected = i64::try_from(chunk.iter().filter(|id| !not_found.contains(*id)).count()).ok();
    if deleted != expected {
        // Also what a job is answered with, 202 and no counts: nothing may have been deleted yet.
        let what = "count of deleted contacts that goes with notFound and what was sent";
        return Err(uncounted(at, what));
    }
    Ok(not_found)
}

/// The error of a write whose answer does not say what was done.
pub(super) fn uncounted(at: &At, what: &str) -> Error {
    at.missing(what)
        .with_kind(ErrorKind::OutcomeUnknown)
        .outcome(Outcome::Unknown)
        .hint("the vendor may still be at work on it; look before you repeat it")
}
