//! A request as the dialects see it, and what they answer.

use std::net::IpAddr;

use http::{HeaderMap, Method};
use jiff::Timestamp;
use serde_json::Value;

use crate::form::Payload;
use crate::state::Account;
use crate::{Credentials, Settings};

/// A request to a vendor, read to its end.
#[derive(Debug)]
pub(crate) struct Call {
    /// The operation that method and path name, if any.
    pub(crate) operation: Option<&'static str>,
    pub(crate) method: Method,
    /// The path below the vendor's prefix, not decoded.
    pub(crate) path: String,
    /// Scheme, host and prefix as the caller wrote them.
    pub(crate) origin: String,
    /// The decoded path parameters.
    pub(crate) parameters: Vec<(&'static str, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: HeaderMap,
    pub(crate) payload: Payload,
    pub(crate) peer: IpAddr,
}

impl Call {
    /// A path parameter; empty when the route has none of that name.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        let found = self.parameters.iter().find(|(key, _)| *key == name);
        found.map_or("", |(_, value)| value)
    }

    /// A query parameter; of a repeated one the last counts.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A header's text; of a repeated one the first counts.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)?
            .to_str()
            .ok()
            .map(str::trim)
            .filter(|text| !text.is_empty())
    }
}

/// What a dialect works with while it answers.
#[derive(Debug)]
pub(crate) struct Desk<'a> {
    pub(crate) account: &'a mut Account,
    pub(crate) settings: &'a Settings,
    pub(crate) credentials: &'a Credentials,
    pub(crate) now: Timestamp,
}

/// A vendor's answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: AnswerBody,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(crate) enum AnswerBody {
    Json(Value),
    Text {
        content_type: &'static str,
        text: String,
    },
}

/// A success or a refusal; both go out as answers.
pub(crate) type Reply = Result<Answer, Answer>;

impl Answer {
    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: AnswerBody::Json(body),
        }
    }

    pub(crate) fn text(status: u16, text: impl Into<String>) -> Self {
        Self::written(status, "text/plain; charset=utf-8", text.into())
    }

    pub(crate) fn html(status: u16, text: impl Into<String>) -> Self {
        Self::written(status, "text/html; charset=utf-8", text.into())
    }

    fn written(status: u16, content_type: &'static str, text: String) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: AnswerBody::Text { content_type, text },
        }
    }

    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn content_type(&self) -> &str {
        let given = self
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        match (given, &self.body) {
            (Some((_, value)), _) => value,
            (None, AnswerBody::Json(_)) => "application/json",
            (None, AnswerBody::Text { content_type, .. }) => content_type,
        }
    }

    pub(crate) fn body_text(&self) -> String {
        match &self.body {
            AnswerBody::Json(value) => value.to_string(),
            AnswerBody::Text { text, .. } => text.clone(),
        }
    }
}
