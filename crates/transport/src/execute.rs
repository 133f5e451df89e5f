//! Sending: authentication, time-outs, repeats, and what a failure means.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use palabre_model::{Error, ErrorKind, Outcome, Result, mask_numbers};
use progenitor_client::OperationInfo;
use reqwest::header::HeaderMap;
use reqwest::{Request, Response};
use secrecy::{ExposeSecret, SecretString};

use crate::record::{kind_of_status, observed_at, request_id};
use crate::retry::retry_after;
use crate::verdict::{Verdict, verdict};
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
        let left = || deadline.saturating_duration_since(Instant::now());
        let retry = self.session.account().options.retry;
        let mut delays = retry.delays();
        let mut has_renewed = false;
        loop {
            let mut this = request
                .try_clone()
                .ok_or_else(|| self.internal("the request body cannot be sent"))?;
            let token = tokio::time::timeout(left(), self.authorize(&mut this, operation))
                .await
                .map_err(|_| self.not_authorized_in_time())??;
            let (error, may_repeat) = match self.attempt(client, this, left(), operation).await {
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
            if wait >= left() {
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
        mut request: Request,
        left: Duration,
        operation: &'static Operation,
    ) -> Attempt {
        *request.timeout_mut() = Some(left);
        match client.execute(request).await {
            Ok(response) => match self.receive(response, operation).await {
                Ok(received) => self.judge(received, operation),
                Err(failed) => failed,
            },
            Err(error) => self.broken(&error, operation),
        }
    }

    /// Reads the body up to the limit.
    async fn receive(
        &self,
        mut response: Response,
        operation: &'static Operation,
    ) -> Result<Received, Attempt> {
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let most = self.session.account().options.max_response_bytes;
        let mut body = BytesMut::new();
        loop {
            match response.chunk().await {
                Ok(None) => break,
                Ok(Some(chunk)) if body.len() + chunk.len() > most => {
                    let problem = format!("the answer is larger than {most} bytes");
                    let error = self
                        .error(ErrorKind::Decode, problem)
                        .status(status)
                        .hint("ask for smaller pages, or raise max_response_bytes");
                    return Err(Attempt::Failed {
                        error: unknown_if_written(error, operation),
                        may_repeat: false,
                    });
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => return Err(self.broken_off(&error, operation)),
            }
        }
        Ok(Received {
            status,
            headers,
            body: readable(body.freeze()),
        })
    }

    /// The error of a call whose time was over before its token was there.
    fn not_authorized_in_time(&self) -> Error {
        self.error(ErrorKind::Timeout, "no access token in time")
            .outcome(Outcome::NotSent)
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
        let is_good = (200..300).contains(&received.status);
        let verdict = if is_good {
            let rule = self.session.account().spec.logical_failure.as_ref();
            verdict(rule, &received.body)
        } else {
            Verdict::Failure
        };
        let error = match verdict {
            Verdict::Good => return Attempt::Good(received),
            Verdict::Failure => self.failed(&received, operation),
            Verdict::Silent(problem) => unknown_if_written(
                self.error(ErrorKind::Decode, problem)
                    .status(received.status),
                operation,
            ),
        };
        Attempt::Failed {
            may_repeat: repeats(&error, operation),
            error,
        }
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
        let now = observed_at(&received.headers);
        if let Some(wait) = retry_after(&received.headers, now) {
            error = error.retry_after(wait);
        }
        if operation.effect == Effect::Read {
            return error;
        }
        // 408 and 5xx do not say whether the work was done before it failed; 303 leads to what was done.
        if found.outcome_unknown || matches!(received.status, 303 | 408 | 500..=599) {
            return unknown_if_written(error, operation);
        }
        error.outcome(Outcome::NotSent)
    }
}

/// Whether trying again may help and cannot harm.
fn repeats(error: &Error, operation: &Operation) -> bool {
    let may_pass = matches!(
        error.kind(),
        ErrorKind::RateLimited | ErrorKind::Unavailable
    ) || matches!(error.get_status(), Some(500..=599));
    operation.effect == Effect::Read && may_pass && !matches!(error.get_status(), Some(300..=399))
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

/// JSON is UTF-8; where a vendor's text is not, the odd bytes are replaced and the page is kept.
fn readable(body: Bytes) -> Bytes {
    match String::from_utf8_lossy(&body) {
        Cow::Borrowed(_) => body,
        Cow::Owned(text) => Bytes::from(text),
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
