//! The journal: every request that a vendor's part of the sandbox received.
//!
//! Tests count here what was really sent.

use std::collections::VecDeque;
use std::fmt;

use http::HeaderMap;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::form;
use crate::{SentMessage, Vendor};

/// A request that arrived, and what was answered. Printed, it shows no number and no text.
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct JournalEntry {
    /// Counts the requests from 1; survives [`crate::Sandbox::clear_journal`].
    pub sequence: u64,
    /// When the request arrived, by the sandbox's clock.
    pub time: Timestamp,
    /// The vendor whose prefix the path has.
    pub vendor: Vendor,
    /// The operation, by its id in the vendor's spec; none for an unknown path or method.
    pub operation: Option<&'static str>,
    /// The HTTP method.
    pub method: String,
    /// The whole path, as it was sent.
    pub path: String,
    /// The query parameters; repeated ones as a list.
    pub query: Value,
    /// The headers in lower case; repeated ones as a list, credentials as `***`.
    pub headers: Value,
    /// The content type of the body.
    pub content_type: Option<String>,
    /// The body as JSON: forms by field, files as `{file_name, content_type, bytes}`.
    pub body: Value,
    /// Whether the request had its effect; false where a fault answered instead.
    pub performed: bool,
    /// The status that was answered; none where the connection was closed instead.
    pub status: Option<u16>,
    /// The content type of the answer.
    pub response_content_type: Option<String>,
    /// The body of the answer, as far as it was sent.
    pub response_body: Option<String>,
    /// What went wrong, if something did: the names of its parts, joined by `+`.
    pub fault: Option<String>,
    /// The messages that the request asked to send, on their way to [`crate::Sandbox::sent`].
    #[serde(skip)]
    pub(crate) messages: Vec<SentMessage>,
}

impl fmt::Debug for JournalEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JournalEntry")
            .field("sequence", &self.sequence)
            .field("vendor", &self.vendor)
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("performed", &self.performed)
            .field("status", &self.status)
            .field("fault", &self.fault)
            .finish_non_exhaustive()
    }
}

/// The requests received, the newest ones last.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<JournalEntry>,
    /// Every message, however long ago: who counts them wants to know of all.
    sent: Vec<SentMessage>,
    last: u64,
}

impl Journal {
    /// Adds an entry under the next number and drops the oldest ones beyond `limit`. Messages are
    /// kept.
    pub(crate) fn add(&mut self, mut entry: JournalEntry, limit: usize) {
        self.last += 1;
        entry.sequence = self.last;
        for mut message in entry.messages.drain(..) {
            message.sequence = self.last;
            self.sent.push(message);
        }
        self.entries.push_back(entry);
        while self.entries.len() > limit {
            self.entries.pop_front();
        }
    }

    pub(crate) fn entries(&self) -> Vec<JournalEntry> {
        self.entries.iter().cloned().collect()
    }

    pub(crate) fn sent(&self) -> Vec<SentMessage> {
        self.sent.clone()
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
        self.sent.clear();
    }
}

const SECRET_HEADERS: [&str; 4] = ["authorization", "x-api-key", "client-id", "client-secret"];

/// The fields of requests that hold credentials.
const SECRET_FIELDS: [&str; 2] = ["client_secret", "apiKey"];

/// Fields of answers that hold secrets, as they begin in JSON.
const SECRET_ANSWERS: [&str; 2] = ["\"access_token\":\"", "\"apiKey\":\""];

const MASK: &str = "***";

/// Headers as the journal shows them.
pub(crate) fn headers(headers: &HeaderMap) -> Value {
    form::gather(headers.iter().map(|(name, value)| {
        let name = name.as_str();
        let shown = if SECRET_HEADERS.contains(&name) {
            MASK.to_owned()
        } else {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        (name.to_owned(), Value::from(shown))
    }))
}

/// A body as the journal shows it.
pub(crate) fn body(mut body: Value) -> Value {
    for field in SECRET_FIELDS {
        if let Some(secret) = body.get_mut(field) {
            *secret = MASK.into();
        }
    }
    // Not JSON, whatever it was meant to be: where the secret begins and ends is anybody's guess.
    if body
        .as_str()
        .is_some_and(|text| SECRET_FIELDS.iter().any(|field| text.contains(field)))
    {
        body = MASK.into();
    }
    body
}

/// The body of an answer as the journal shows it, which may break off anywhere.
pub(crate) fn answer(text: &str) -> String {
    SECRET_ANSWERS.iter().fold(text.to_owned(), |text, begin| {
        let mut parts = text.split(begin);
        let mut shown = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let rest = part.find('"').map_or("", |end| &part[end..]);
            shown.extend([begin, MASK, rest]);
        }
        shown
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn credentials_are_masked_and_other_headers_are_shown() {
        let mut given = HeaderMap::new();
        given.insert("x-api-key", "hush".parse().unwrap());
        given.insert("x-team-id", "team-1".parse().unwrap());
        given.append("accept", "a".parse().unwrap());
        given.append("accept", "b".parse().unwrap());
        let shown = headers(&given);
        assert_eq!(
            shown,
            json!({"x-api-key": "***", "x-team-id": "team-1", "accept": ["a", "b"]})
        );
        let shown = body(json!({"client_id": "a", "client_secret": "hush"}));
        assert_eq!(shown, json!({"client_id": "a", "client_secret": "***"}));
        assert_eq!(body(json!("client_secret=hush")), json!("***"));
        let shown = body(json!({"apiKey": "hush", "from": "1"}));
        assert_eq!(shown, json!({"apiKey": "***", "from": "1"}));
    }

    #[test]
    fn secrets_of_answers_are_masked_wherever_the_answer_breaks_off() {
        let whole = r#"{"access_token":"hush","list":[{"apiKey":"hush","whatsapp":"972"}]}"#;
        let masked = r#"{"access_token":"***","list":[{"apiKey":"***","whatsapp":"972"}]}"#;
        assert_eq!(answer(whole), masked);
        for end in 0..whole.len() {
            assert!(!answer(&whole[..end]).contains("hu"), "{end}");
        }
    }
}
