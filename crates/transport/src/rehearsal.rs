//! Dry runs: requests are made and checked as ever, and written down in place of being sent.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use palabre_model::redact_secrets;
use reqwest::Request;
use serde_json::{Map, Value, json};

use crate::{Argument, Effect, Operation};

/// Collects the requests that a dry run would have sent.
///
/// A session with a rehearsal sends no write and no message, whatever it is asked for: the request
/// is checked, written down here, and the call fails. Reads are sent, since a write may follow from
/// what they tell, unless the rehearsal is of everything.
#[derive(Debug, Default)]
pub struct Rehearsal {
    with_reads: bool,
    requests: Mutex<Vec<Rehearsed>>,
}

/// A request that was checked and not sent.
#[derive(Clone)]
pub struct Rehearsed {
    /// The operation.
    pub operation: &'static Operation,
    /// The whole address.
    pub url: String,
    /// The body by its wire names, secrets replaced; a file as its name, type and size.
    pub content: Value,
}
palabre_model::debug_only!(Rehearsed { operation });

impl Rehearsal {
    /// Holds back every request, reads too.
    #[must_use]
    pub fn of_everything() -> Self {
        Self {
            with_reads: true,
            ..Self::default()
        }
    }

    /// Hands over the requests that were held back since the last time.
    #[must_use]
    pub fn take(&self) -> Vec<Rehearsed> {
        // A list is good even if a holder panicked.
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *requests)
    }

    /// Whether reads are held back too.
    #[must_use]
    pub fn holds_back_reads(&self) -> bool {
        self.with_reads
    }

    pub(crate) fn holds_back(&self, operation: &Operation) -> bool {
        self.with_reads || operation.effect != Effect::Read
    }

    /// Writes a request down; `fields` are those of a form.
    pub(crate) fn note(
        &self,
        operation: &'static Operation,
        request: &Request,
        fields: Option<Value>,
        secrets: &[&str],
    ) {
        let body = request.body().and_then(reqwest::Body::as_bytes);
        let mut content = fields
            .or_else(|| serde_json::from_slice(body?).ok())
            .unwrap_or(Value::Null);
        redact_secrets(&mut content, secrets);
        let rehearsed = Rehearsed {
            operation,
            url: request.url().to_string(),
            content,
        };
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.push(rehearsed);
    }
}

/// The fields of a form as JSON; a file is named, not shown.
pub(crate) fn fields(fields: &[(Cow<'_, str>, Argument)]) -> Value {
    let shown = fields.iter().filter_map(|(name, argument)| {
        let shown = match argument {
            Argument::Value(Value::Null) => return None,
            Argument::Value(value) => value.clone(),
            Argument::File(file) => json!({
                "file_name": file.file_name,
                "content_type": file.content_type,
                "bytes": file.data.len(),
            }),
        };
        Some((name.clone().into_owned(), shown))
    });
    Value::Object(shown.collect::<Map<_, _>>())
}
