//! Sending: authentication, time-outs, repeats, and what a failure means.

use std::time::Instant;

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use palabre_model::{Error, ErrorKind, Outcome, Result, mask_numbers};
use progenitor_client::OperationInfo;
use reqwest::header::HeaderMap;
use reqwest::{Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use crate::record::{kind_of_status, request_id};
use crate::retry::retry_after;
use crate::{Call, Effect, FailedAnswer, Operation, credentials};

/// What one try gave.
enum Attempt {
    /// A good answer.
    Good(Received),
    /// A failure, and whether trying again may help and cannot harm.
    Failed { error: Error, may_repeat: bool },
}

struct Received {
    status: u16,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// Sends a prepared request of a generated client.
    ///
    /// # Errors
    ///
    /// A stand-in for the error that [`finish`](Self::finish) returns: `reqwest::Error` cannot be
    /// made outside its crate.
    pub async fn execute(
        &self,
        client: &reqwest::Client,
        request: Request,
        info: &OperationInfo,
    ) -> reqwest::Result<Response> {
        let sent = match self.operation(info.operation_id) {
            Ok(operation) => self.send(client, &request, operation).await,
            Err(error) => Err(error),
        };
        match sent {
            Ok(received) => {
                // An answer without a body, such as a 204, decodes as one without properties.
                let is_empty = received.body.trim_ascii().is_empty();
                let body = if is_empty {
                    Bytes::from_static(b"{}")
                } else {
                    received.body.clone()
                };
                let mut response = http::Response::new(body);
                *response.status_mut() =
                    http::StatusCode::from_u16(received.status).unwrap_or_default();
                let mut record = self.record();
                record.status = received.status;
                record.headers = received.headers;
                record.body = received.body;
                Ok(Response::from(response))
            }
            Err(error) => {
                self.record().failure = Some(error);
                Err(stand_in(client))
            }
        }
    }

    /// Sends until there is an answer, a repeat could harm, or patience ends.
    async fn send(
        &self,
        client: &reqwest::Client,
        request: &Request,
        operation: &'static Operation,
    ) -> Result<Received> {
        let deadline = Instant::now() + self.timeout;
        let retry = self.session.account().options.retry;
        let mut delays = retry.delays();
        let mut has_renewed = false;
        loop {
            let mut this = request
                .try_clone()
                .ok_or_else(|| self.internal("the request body cannot be sent"))?;
            let token = self.authorize(&mut this, operation).await?;
            let left = deadline.saturating_duration_since(Instant::now());
            *this.timeout_mut() = Some(left);
            let (error, may_repeat) = match self.attempt(client, this, operation).await {
                Attempt::Good(received) => return Ok(received),
                Attempt::Failed { error, may_repeat } => (error, may_repeat),
            };
            if let (Some(tokens), Some(token)) = (&self.session.account().tokens, &token)
                && !has_renewed
                && tokens.source.is_expired(&error)
            {
                has_renewed = true;
                tokens.forget(token).await;
                continue;
            }
            let asked = error
                .get_retry_after()
                .map(|wait| wait.min(retry.max_delay));
            let wait = match delays.next() {
                Some(delay) if may_repeat => asked.map_or(delay, |asked| asked.max(delay)),
                _ => return Err(error),
            };
            if wait >= deadline.saturating_duration_since(Instant::now()) {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Adds the credentials; returns the token among them, if there is one.
    async fn authorize(
        &self,
        request: &mut Request,
        operation: &Operation,
    ) -> Result<Option<SecretString>> {
        let account = self.session.account();
        for (scheme, header) in &account.headers {
            if operation.schemes.contains(&scheme.name) {
                request.headers_mut().insert(scheme.header, header.clone());
            }
        }
        let Some(tokens) = &account.tokens else {
            return Ok(None);
        };
        let scheme = account
            .spec
            .schemes
            .iter()
            .find(|scheme| operation.schemes.contains(&scheme.name));
        let Some(scheme) = scheme else {
            return Ok(None);
        };
        // A token is fetched by a call of its own, which must not wait for itself: boxed.
        let token = Box::pin(tokens.get(&self.session)).await?;
        let header = credentials::header_value(scheme, token.expose_secret())?;
        request.headers_mut().insert(scheme.header, header);
        Ok(Some(token))
    }

    async fn attempt(
        &self,
        client: &reqwest::Client,
        request: Request,
        operation: &'static Operation,
    ) -> Attempt {
        let received = match client.execute(request).await {
            Ok(response) => self.receive(response).await,
            Err(error) => Err(self.broken(&error, operation)),
        };
        match received {
            Ok(Ok(received)) => self.judge(received, operation),
            Ok(Err(error)) => self.broken_off(&error, operation),
            Err(failed) => failed,
        }
    }

    /// Reads the body up to the limit. The outer result is a finished failure.
    async fn receive(&self, mut response: Response) -> Result<reqwest::Result<Received>, Attempt> {
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let most = self.session.account().options.max_response_bytes;
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if body.len() + chunk.len() > most => {
                    let error = self
                        .error(
                            ErrorKind::Decode,
                            format!("the answer is larger than {most} bytes"),
                        )
                        .status(status)
                        .hint("ask for smaller pages, or raise max_response_bytes");
                    return Err(Attempt::Failed {
                        error,
                        may_repeat: false,
                    });
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => return Ok(Err(error)),
            }
        }
        Ok(Ok(Received {
            status,
            headers,
            body: body.freeze(),
        }))
    }

    /// A request that got no answer.
    fn broken(&self, error: &reqwest::Error, operation: &Operation) -> Attempt {
        if error.is_connect() {
            // No byte of the request has left, so even a send may be tried again.
            let kind = if error.is_timeout() {
                ErrorKind::Timeout
            } else {
                ErrorKind::Unavailable
            };
            return Attempt::Failed {
                error: self
                    .error(
                        kind,
                        format!("no connection to the vendor: {}", cause(error)),
                    )
                    .outcome(Outcome::NotSent),
                may_repeat: true,
            };
        }
        self.broken_off(error, operation)
    }

    /// A request that left, with an answer that did not come or broke off.
    fn broken_off(&self, error: &reqwest::Error, operation: &Operation) -> Attempt {
        let (kind, problem) = if error.is_timeout() {
            (ErrorKind::Timeout, "no answer in time".to_owned())
        } else {
            (
                ErrorKind::Unavailable,
                format!("the connection broke off: {}", cause(error)),
            )
        };
        let error = self.error(kind, problem);
        Attempt::Failed {
            may_repeat: operation.effect == Effect::Read && kind != ErrorKind::Timeout,
            error: unknown_if_written(error, operation),
        }
    }

    /// Tells a good answer from a failed one, whatever its status says.
    fn judge(&self, received: Received, operation: &'static Operation) -> Attempt {
        let account = self.session.account();
        let is_good = (200..300).contains(&received.status);
        if is_good && is_failure(account.spec.logical_failure.as_ref(), &received.body) {
            let error = self.failed(&received, operation);
            let may_repeat = repeats(&error, operation);
            return Attempt::Failed { error, may_repeat };
        }
        let must_tell = account
            .spec
            .logical_failure
            .is_some_and(|rule| rule.required);
        let problem = match received.body.trim_ascii_start() {
            // A page from something in between: a proxy, a maintenance page, a captive portal.
            [b'<', ..] => Some("the answer is a web page, not JSON"),
            [] if must_tell => Some("the answer is empty"),
            _ => None,
        };
        if is_good && let Some(problem) = problem {
            let error = self
                .error(ErrorKind::Decode, problem)
                .status(received.status);
            return Attempt::Failed {
                error: unknown_if_written(error, operation),
                may_repeat: false,
            };
        }
        if is_good {
            return Attempt::Good(received);
        }
        let error = self.failed(&received, operation);
        let may_repeat = repeats(&error, operation);
        Attempt::Failed { error, may_repeat }
    }

    /// The one place where an HTTP answer becomes an error.
    fn failed(&self, received: &Received, operation: &'static Operation) -> Error {
        let found = (self.session.account().read_error)(&FailedAnswer {
            operation,
            status: received.status,
            body: &received.body,
        });
        let kind = found
            .kind
            .unwrap_or_else(|| kind_of_status(received.status));
        let message = found
            .message
            .map(|message| one_line(&mask_numbers(&message)))
            .filter(|message| !message.is_empty())
            .unwrap_or_else(|| "the vendor refused the request".to_owned());
        let mut error = self.error(kind, message).status(received.status);
        if let Some(code) = found.code {
            error = error.vendor_code(code);
        }
        if let Some(hint) = found.hint {
            error = error.hint(hint);
        }
        if let Some(id) = request_id(&received.headers) {
            error = error.request_id(id);
        }
        if let Some(wait) = retry_after(&received.headers, Timestamp::now()) {
            error = error.retry_after(wait);
        }
        if operation.effect == Effect::Read {
            return error;
        }
        // 408 and 5xx do not say whether the work was done before it failed.
        if found.outcome_unknown || matches!(received.status, 408 | 500..=599) {
            return unknown_if_written(error, operation);
        }
        error.outcome(Outcome::NotSent)
    }
}

/// Whether trying again may help and cannot harm.
fn repeats(error: &Error, operation: &Operation) -> bool {
    operation.effect == Effect::Read
        && matches!(
            error.kind(),
            ErrorKind::RateLimited | ErrorKind::Unavailable
        )
        && !matches!(error.get_status(), Some(300..=399))
}

/// For a write, not to know means [`ErrorKind::OutcomeUnknown`].
fn unknown_if_written(error: Error, operation: &Operation) -> Error {
    if operation.effect == Effect::Read {
        return error;
    }
    let message = format!(
        "{}, and the request may have been carried out",
        error.message()
    );
    error
        .with_kind(ErrorKind::OutcomeUnknown)
        .with_message(message)
        .outcome(Outcome::Unknown)
        .hint("look at the vendor before you repeat it")
}

fn is_failure(rule: Option<&crate::LogicalFailure>, body: &[u8]) -> bool {
    let Some(rule) = rule else { return false };
    // A body that is no object is the decoder's business, which says where it is wrong.
    let Ok(Value::Object(fields)) = serde_json::from_slice::<Value>(body) else {
        return false;
    };
    match fields.get(rule.field) {
        Some(Value::String(status)) => !rule
            .success
            .iter()
            .any(|good| good.eq_ignore_ascii_case(status)),
        Some(Value::Null) | None => rule.required,
        Some(_) => true,
    }
}

/// The innermost cause, without the address.
fn cause(error: &reqwest::Error) -> String {
    let mut source: &dyn std::error::Error = error;
    while let Some(inner) = source.source() {
        source = inner;
    }
    if std::ptr::addr_eq(source, error) {
        return "request failed".to_owned();
    }
    one_line(&source.to_string())
}

fn one_line(text: &str) -> String {
    const LONGEST: usize = 300;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

fn stand_in(client: &reqwest::Client) -> reqwest::Error {
    #[expect(
        clippy::expect_used,
        reason = "an address without a scheme and host never builds"
    )]
    client.get("").build().expect_err("not an address")
}
