//! One call: what the hooks of a generated client and its caller share.

use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use palabre_model::{Error, ErrorKind, Outcome, Result};
use percent_encoding::percent_decode_str;
use progenitor_client::{OperationInfo, ResponseValue};
use reqwest::Request;
use reqwest::header::{ACCEPT, HeaderValue};
use serde_json::Value;

use crate::record::{Record, observed_at};
use crate::verdict::is_proof;
use crate::{
    Answer, Argument, Body, Effect, Location, Media, Operation, Parameter, RetryPolicy, Session,
    Violation, body, rehearsal,
};

/// The longest time that a call may take; more is as good as for ever.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 3600);

/// One call to a vendor. It is the inner value of a generated client, made anew for each call.
#[derive(Clone)]
pub struct Call {
    pub(crate) session: Session,
    pub(crate) verb: &'static str,
    pub(crate) timeout: Duration,
    pub(crate) key: Option<String>,
    pub(crate) retry: RetryPolicy,
    is_late: bool,
    arguments: &'static [(&'static str, &'static str)],
    record: Arc<Mutex<Record>>,
}

impl Call {
    /// Starts a call for `verb`, the facade's `noun.verb` that errors name.
    ///
    /// `arguments` translates the wire's names to the facade's, so that an error names what the
    /// caller wrote.
    #[must_use]
    pub fn new(
        session: Session,
        verb: &'static str,
        timeout: Option<Duration>,
        arguments: &'static [(&'static str, &'static str)],
    ) -> Self {
        let timeout = timeout.unwrap_or(session.account().options.timeout);
        Self {
            timeout: timeout.min(LONGEST),
            key: None,
            retry: session.account().options.retry,
            is_late: false,
            session,
            verb,
            arguments,
            record: Arc::default(),
        }
    }

    /// Takes the time that other requests of the same verb have used. When nothing is left, nothing
    /// is sent.
    #[must_use]
    pub fn after(mut self, used: Duration) -> Self {
        self.is_late = !self.timeout.is_zero() && used >= self.timeout;
        self.timeout = self.timeout.saturating_sub(used);
        self
    }

    /// Sends again by another policy than the account's, if one is given.
    #[must_use]
    pub fn with_retry(mut self, retry: Option<RetryPolicy>) -> Self {
        self.retry = retry.unwrap_or(self.retry);
        self
    }

    /// The session that the call runs in.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Gets a request of a generated client ready: guards its address, checks it, removes what does
    /// not belong.
    ///
    /// # Errors
    ///
    /// A stand-in for the error that [`finish`](Self::finish) returns.
    #[expect(
        clippy::result_large_err,
        reason = "the type is progenitor's, whose generated code returns it"
    )]
    pub fn prepare<E>(
        &self,
        request: &mut Request,
        info: &OperationInfo,
    ) -> Result<(), progenitor_client::Error<E>> {
        let checked = self.operation(info.operation_id).and_then(|operation| {
            self.record().operation = Some(operation);
            self.check_credentials(operation)?;
            self.direct(operation, request);
            self.check_request(operation, request)?;
            self.add_key(operation, request)
        });
        checked.map_err(|error| self.fail(error))?;
        let headers = request.headers_mut();
        // Generated clients send the version of the spec; vendors do not ask for it.
        headers.remove("api-version");
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        Ok(())
    }

    /// Checks the fields of a form and writes it.
    ///
    /// # Errors
    ///
    /// A stand-in for the error that [`finish`](Self::finish) returns.
    #[expect(
        clippy::result_large_err,
        reason = "the type is progenitor's, whose generated code returns it"
    )]
    pub fn encode<E>(
        &self,
        operation: &str,
        fields: &[(Cow<'_, str>, Argument)],
    ) -> Result<(String, bytes::Bytes), progenitor_client::Error<E>> {
        let encoded = self.operation(operation).and_then(|operation| {
            let body = operation
                .body
                .as_ref()
                .ok_or_else(|| self.internal(format_args!("{} has no body", operation.id)))?;
            self.check_fields(body, fields)?;
            self.remember(fields);
            self.note_fields(operation, fields);
            Ok(body::encode(body.media, fields))
        });
        encoded.map_err(|error| self.fail(error))
    }

    /// Checks some fields of a body before the whole of it is known.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) that names the first wrong one.
    pub fn check_given(&self, operation: &str, fields: &[(Cow<'_, str>, Argument)]) -> Result<()> {
        match &self.operation(operation)?.body {
            Some(body) if self.session.account().options.validate => {
                self.allow(body::check_given(body, fields))
            }
            _ => Ok(()),
        }
    }

    /// Checks a path parameter before a request is made for it.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) that names it.
    pub fn check_path_parameter(&self, operation: &str, name: &str, text: &str) -> Result<()> {
        let operation = self.operation(operation)?;
        if self.session.account().options.validate {
            self.check_parameter(operation, Location::Path, name, text)?;
        }
        Ok(())
    }

    /// Turns what a generated method returned into the value, or into the finished error.
    ///
    /// # Errors
    ///
    /// The error of the call.
    pub fn finish<T, E>(
        &self,
        result: Result<ResponseValue<T>, progenitor_client::Error<E>>,
    ) -> Result<Answer<T>> {
        let mut record = self.record();
        if let Some(failure) = record.failure.take() {
            return Err(failure);
        }
        let body = std::mem::take(&mut record.body);
        let status = record.status;
        let operation = record.operation;
        let observed_at = observed_at(&record.headers);
        drop(record);
        match result {
            Ok(value) => Ok(Answer {
                value: value.into_inner(),
                body,
                status,
                observed_at,
            }),
            Err(progenitor_client::Error::InvalidResponsePayload(_, error)) => {
                Err(self.undecodable(operation, status, &body, &error))
            }
            // progenitor's text may hold the address and the body, so only its class is told.
            Err(_) => Err(self.internal("the request could not be made")),
        }
    }

    /// The error of an answer that was good but could not be read.
    ///
    /// Of a write it says that the vendor took it only where the vendor's own word for that can be
    /// read all the same: what came may be anybody's.
    #[must_use]
    pub fn undecodable(
        &self,
        operation: Option<&Operation>,
        status: u16,
        body: &[u8],
        problem: &serde_json::Error,
    ) -> Error {
        let error = self.error(
            ErrorKind::Decode,
            format!(
                "the answer does not have the documented shape (line {}, column {})",
                problem.line(),
                problem.column()
            ),
        );
        let error = error.status(status);
        let rule = self.session.account().spec.logical_failure.as_ref();
        match operation {
            Some(operation) if operation.effect == Effect::Read => error,
            Some(operation) if is_proof(rule, operation, body) => self
                .with_its_key(error)
                .outcome(Outcome::Accepted)
                .hint("the vendor took the request; do not repeat it"),
            Some(operation) => self.settled(error, operation, true),
            None => error,
        }
    }

    /// Makes an error that says where it happened.
    #[must_use]
    pub fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        let account = self.session.account();
        Error::new(kind, message).located(account.vendor(), self.session.name(), self.verb)
    }

    /// Keeps the fields of a form for a rehearsal: what is encoded cannot be read any more.
    pub(crate) fn remember(&self, fields: &[(Cow<'_, str>, Argument)]) {
        if self.session.rehearsal.is_some() {
            self.record().fields = Some(rehearsal::fields(fields));
        }
    }

    pub(crate) fn internal(&self, problem: impl fmt::Display) -> Error {
        self.error(ErrorKind::Config, format!("{problem}"))
            .outcome(Outcome::NotSent)
    }

    /// When the request left for the last time, by our clock; `None` for a read.
    #[must_use]
    pub fn attempted_at(&self) -> Option<Timestamp> {
        self.record().attempted_at
    }

    pub(crate) fn record(&self) -> MutexGuard<'_, Record> {
        // The record is plain data, good even if a holder panicked.
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the finished error and returns the stand-in that generated code passes on.
    fn fail<E>(&self, error: Error) -> progenitor_client::Error<E> {
        self.record().failure = Some(error);
        progenitor_client::Error::InvalidRequest(String::new())
    }

    pub(crate) fn operation(&self, id: &str) -> Result<&'static Operation> {
        let spec = self.session.account().spec;
        spec.operation(id).ok_or_else(|| {
            let known: Vec<_> = spec
                .operations
                .iter()
                .map(|operation| operation.id)
                .collect();
            self.error(
                ErrorKind::InvalidInput,
                format!("operation: {id:?} is not an operation of {}", spec.title),
            )
            .outcome(Outcome::NotSent)
            .hint(format!("one of {}", known.join(", ")))
        })
    }

    fn check_request(&self, operation: &Operation, request: &Request) -> Result<()> {
        if self.is_late {
            return Err(self.no_time_left());
        }
        if self.timeout.is_zero() {
            return self.allow(Err(Violation {
                argument: "timeout".to_owned(),
                problem: "must be longer than zero".to_owned(),
            }));
        }
        self.check_address(operation, request)?;
        let is_checked = self.session.account().options.validate;
        for (name, text) in request.url().query_pairs() {
            if is_checked {
                self.check_parameter(operation, Location::Query, &name, &text)?;
            }
            let rule = operation.parameter(Location::Query, &name);
            let rule = rule.map(|parameter| &parameter.rule);
            self.record().sent.note(&Value::from(&*text), rule);
        }
        if let Some(body) = &operation.body
            && body.media == Media::Json
            && let Some(bytes) = request.body().and_then(reqwest::Body::as_bytes)
        {
            let value: Value = serde_json::from_slice(bytes)
                .map_err(|_| self.internal("the request body is not JSON"))?;
            if is_checked {
                self.allow(body.rule.check("body", &value))?;
            }
            self.record().sent.note(&value, Some(&body.rule));
        }
        Ok(())
    }

    /// Keeps what stands in a form, so that no error repeats it.
    pub(crate) fn note_fields(&self, operation: &Operation, fields: &[(Cow<'_, str>, Argument)]) {
        let rule = operation.body.as_ref().map(|body| &body.rule);
        let mut record = self.record();
        for (name, field) in fields {
            if let Argument::Value(value) = field {
                let rule = rule.and_then(|rule| rule.property(name));
                record.sent.note(value, rule);
            }
        }
    }

    /// Refuses an operation for which the account has no credentials at all.
    fn check_credentials(&self, operation: &Operation) -> Result<()> {
        let account = self.session.account();
        let known: Vec<_> = account.credentials.keywords().collect();
        let mut headers = account.headers.iter();
        // Without any credentials, it is the vendor who says no.
        if operation.schemes.is_empty()
            || account.tokens.is_some()
            || known.is_empty()
            || headers.any(|(scheme, _)| operation.schemes.contains(&scheme.name))
        {
            return Ok(());
        }
        let problem = format!(
            "{} needs other credentials than {}",
            operation.id,
            known.join(" and ")
        );
        Err(self.internal(problem))
    }

    /// Sends the request of an operation to the address of that operation: generated clients know
    /// one address.
    fn direct(&self, operation: &Operation, request: &mut Request) {
        let account = self.session.account();
        let address = account.address(operation);
        let base = account.base_url();
        if address == base {
            return;
        }
        let path = request.url().path();
        if let Some(rest) = path.strip_prefix(base.path().trim_end_matches('/')) {
            let mut url = address.clone();
            url.set_path(&format!("{}{rest}", address.path().trim_end_matches('/')));
            url.set_query(request.url().query());
            *request.url_mut() = url;
        }
    }

    /// Path parameters stay in their segment: `..` would make it another operation's address.
    fn check_address(&self, operation: &Operation, request: &Request) -> Result<()> {
        let base = self.session.account().address(operation);
        let url = request.url();
        let path = url.path().strip_prefix(base.path().trim_end_matches('/'));
        let template: Vec<_> = operation.path.split('/').collect();
        let segments: Vec<_> = path.unwrap_or_default().split('/').collect();
        let is_elsewhere = url.origin() != base.origin() || template.len() != segments.len();
        for (index, part) in template.iter().enumerate() {
            let segment = segments.get(index).copied().unwrap_or_default();
            if let Some(name) = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                let text = percent_decode_str(segment).decode_utf8_lossy();
                if is_elsewhere || !is_segment(&text) {
                    return self.allow(Err(Violation {
                        argument: name.to_owned(),
                        problem: "empty, or would lead to another address".to_owned(),
                    }));
                }
                if self.session.account().options.validate {
                    self.check_parameter(operation, Location::Path, name, &text)?;
                }
            } else if part != &segment && !is_elsewhere {
                return Err(self.internal("the address does not belong to the operation"));
            }
        }
        if is_elsewhere {
            return Err(self.internal("the address does not belong to the account"));
        }
        Ok(())
    }

    pub(crate) fn check_parameter(
        &self,
        operation: &Operation,
        location: Location,
        name: &str,
        text: &str,
    ) -> Result<()> {
        let Some(Parameter { name, rule, .. }) = operation.parameter(location, name) else {
            return Ok(());
        };
        self.allow(rule.check(name, &parameter_value(rule.kind, text)))
    }

    pub(crate) fn check_fields(
        &self,
        body: &Body,
        fields: &[(Cow<'_, str>, Argument)],
    ) -> Result<()> {
        if !self.session.account().options.validate {
            return Ok(());
        }
        self.allow(body::check(body, fields))
    }

    /// Turns a violation into an error that names the facade's argument.
    pub(crate) fn allow(&self, checked: Result<(), Violation>) -> Result<()> {
        checked.map_err(|violation| {
            let (name, rest) = match violation.argument.find('[') {
                Some(index) if !violation.argument[index..].starts_with("[]") => {
                    violation.argument.split_at(index)
                }
                _ => (violation.argument.as_str(), ""),
            };
            let name = self
                .arguments
                .iter()
                .find(|(wire, _)| *wire == name)
                .map_or(name, |(_, ours)| ours);
            let account = self.session.account();
            Error::invalid(&format!("{name}{rest}"), violation.problem).located(
                account.vendor(),
                self.session.name(),
                self.verb,
            )
        })
    }
}

/// Tells whether a text may be a path segment: it stays in its place in an address.
///
/// A `%` may, since it is escaped like everything else that is not plain.
///
/// ```
/// use palabre_transport::is_segment;
/// assert!(is_segment("100%"));
/// assert!(!is_segment("..") && !is_segment("a/b") && !is_segment(" "));
/// ```
#[must_use]
pub fn is_segment(text: &str) -> bool {
    !matches!(text.trim(), "" | "." | "..")
        && !text.contains(|c: char| matches!(c, '/' | '\\' | '?' | '#') || c.is_control())
}

/// A parameter as the JSON value that its rule is about.
fn parameter_value(kind: crate::Kind, text: &str) -> Value {
    match kind {
        crate::Kind::Integer | crate::Kind::Number | crate::Kind::Boolean => {
            serde_json::from_str(text).unwrap_or_else(|_| Value::from(text))
        }
        _ => Value::from(text),
    }
}

impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({} {})", self.session.account().vendor(), self.verb)
    }
}
