//! Sending: authentication, time-outs, repeats.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;
use palabre_model::{Error, ErrorKind, Outcome, Result};
use progenitor_client::OperationInfo;
use reqwest::header::HeaderMap;
use reqwest::{Request, Response};
use secrecy::ExposeSecret;

use crate::failure::left_open;
use crate::patience::Patience;
use crate::verdict::{Verdict, verdict};
use crate::watch::Watch;
use crate::{Call, Effect, FailedAnswer, Operation, Repeat, connect, credentials};

/// An answer, read to its end.
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A try that failed, and whether another one may help and cannot harm.
struct Failed {
    error: Error,
    may_repeat: bool,
    /// The answer that said so.
    received: Option<Received>,
}

impl Failed {
    fn new(error: Error, received: Option<Received>, operation: &Operation) -> Self {
        let may_repeat = match operation.repeat {
            Repeat::Freely | Repeat::WithKey(_) => may_pass(&error),
            Repeat::Never => is_refused_for_now(&error),
        };
        Self {
            error,
            may_repeat,
            received,
        }
    }

    /// A try that did not leave.
    fn before(error: Error, may_repeat: bool) -> Self {
        Self {
            error,
            may_repeat,
            received: None,
        }
    }
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
        mut request: Request,
        info: &OperationInfo,
    ) -> reqwest::Result<Response> {
        let deadline = Instant::now() + self.timeout;
        let sent = match self.operation(info.operation_id) {
            Ok(operation) => match self.complete(&mut request, operation).await {
                Ok(()) => self.send(client, &request, operation, deadline).await,
                Err(error) => Err(error),
            },
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

    /// Fills in what the caller may leave out, then ends a rehearsal.
    async fn complete(&self, request: &mut Request, operation: &'static Operation) -> Result<()> {
        tokio::time::timeout(self.timeout, self.fill_in(request, operation))
            .await
            .unwrap_or_else(|_| Err(self.not_authorized_in_time()))
            .map_err(|error| unsent(error, operation))?;
        self.hold_back(request, operation)
    }

    /// Ends a rehearsal before anything leaves; without one, does nothing.
    fn hold_back(&self, request: &Request, operation: &'static Operation) -> Result<()> {
        let rehearsal = self.session.rehearsal.as_ref();
        let Some(rehearsal) = rehearsal.filter(|rehearsal| rehearsal.holds_back(operation)) else {
            return Ok(());
        };
        let fields = self.record().fields.take();
        let secrets = self.session.account().spec.secrets;
        rehearsal.note(operation, request, fields, secrets);
        // Unknown, not unsent: so the reports of bulk verbs tell apart what the request was about
        // and what would have followed.
        Err(self
            .error(ErrorKind::Unavailable, "held back: this is a dry run")
            .outcome(Outcome::Unknown))
    }

    /// Sends until there is an answer, a repeat could harm, or patience ends.
    async fn send(
        &self,
        client: &reqwest::Client,
        request: &Request,
        operation: &'static Operation,
        deadline: Instant,
    ) -> Result<Received> {
        let mut patience = Patience::new(deadline);
        let bytes = request.body().and_then(reqwest::Body::as_bytes);
        let key = self.record().repeat_key.clone();
        let bytes = bytes.map_or(0, <[u8]>::len);
        let mut watch = Watch::start(self, operation, key.as_deref(), bytes, deadline);
        let mut waits = self.retry.waits();
        let mut has_renewed = false;
        let mut is_open = false;
        loop {
            if let Some(watch) = &mut watch
                && let Err(error) = watch.request().await
            {
                let error = self.settled(error, operation, is_open);
                watch.error(&error, None, None).await;
                return Err(error);
            }
            let attempt = self
                .attempt(client, request, &mut patience, operation, watch.as_mut())
                .await;
            let failed = match attempt {
                Ok(received) => {
                    if let Some(watch) = &mut watch {
                        watch.response(&received).await;
                    }
                    return Ok(received);
                }
                Err(failed) => failed,
            };
            let Failed {
                mut error,
                may_repeat,
                received,
            } = failed;
            is_open |= error.get_outcome() == Some(Outcome::Unknown);
            patience.needs_key = is_open && matches!(operation.repeat, Repeat::WithKey(_));
            let left = patience.left();
            let wait = if !has_renewed && self.has_renewed(&error, received.is_some(), operation) {
                has_renewed = true;
                Some(Duration::ZERO)
            } else {
                may_repeat.then(|| waits.next(&error, left)).flatten()
            };
            if wait.is_none() {
                error = self.settled(error, operation, is_open);
            }
            if let Some(watch) = &mut watch {
                watch.error(&error, received.as_ref(), wait).await;
            }
            match wait {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
        }
    }

    /// Forgets a token or a key that the vendor refused: the next try fetches another one.
    ///
    /// A write must have been refused for good: whatever its words are, a failure that leaves open
    /// what became of it is no reason to send it again.
    fn has_renewed(&self, error: &Error, is_answered: bool, operation: &Operation) -> bool {
        let is_undone =
            operation.effect == Effect::Read || error.get_outcome() == Some(Outcome::NotSent);
        if !is_answered || !is_undone {
            return false;
        }
        if self.has_forgotten_key(error) {
            return true;
        }
        let token = self.record().token.clone();
        let (Some(tokens), Some(token)) = (&self.session.account().tokens, token) else {
            return false;
        };
        let is_expired = tokens.source.is_expired(error);
        if is_expired {
            tokens.forget(&token);
        }
        is_expired
    }

    /// Adds the credentials.
    async fn authorize(&self, request: &mut Request, operation: &Operation) -> Result<()> {
        let account = self.session.account();
        for (scheme, header) in &account.headers {
            if operation.schemes.contains(&scheme.name) {
                request.headers_mut().insert(scheme.header, header.clone());
            }
        }
        self.authorize_body(request, operation).await?;
        let Some(tokens) = &account.tokens else {
            return Ok(());
        };
        let scheme = account
            .spec
            .schemes
            .iter()
            .find(|scheme| operation.schemes.contains(&scheme.name));
        let Some(scheme) = scheme else {
            return Ok(());
        };
        // A token is fetched by a call of its own, which must not wait for itself: boxed.
        let token = Box::pin(tokens.get(&self.session)).await?;
        let header = credentials::header_value(scheme, token.expose_secret())
            .map_err(|error| error.located(account.vendor(), self.session.name(), self.verb))?;
        request.headers_mut().insert(scheme.header, header);
        self.record().token = Some(token);
        Ok(())
    }

    async fn attempt(
        &self,
        client: &reqwest::Client,
        request: &Request,
        patience: &mut Patience,
        operation: &'static Operation,
        mut watch: Option<&mut Watch<'_>>,
    ) -> Result<Received, Failed> {
        let mut request = request
            .try_clone()
            .ok_or_else(|| self.internal("the request body cannot be sent"))
            .map_err(|error| Failed::before(error, false))?;
        tokio::time::timeout(patience.left(), self.authorize(&mut request, operation))
            .await
            .unwrap_or_else(|_| Err(self.not_authorized_in_time()))
            .map_err(|error| Failed::before(unsent(error, operation), false))?;
        // Held until the answer has been read.
        let departure = self.session.departure.as_deref();
        let departure = departure.filter(|_| operation.effect != Effect::Read);
        let _turn = match &self.session.limiter {
            Some(limiter) => {
                departure.inspect(|departure| departure.queues());
                let since = Instant::now();
                let turn = tokio::time::timeout(patience.left(), limiter.turn()).await;
                let turn = turn.map_err(|_| Failed::before(self.no_turn_in_time(), false))?;
                // A campaign's rows stand in line for each other: what that takes is no row's own time.
                if let Some(departure) = departure {
                    departure.has_its_turn();
                    let waited = since.elapsed();
                    patience.extend(waited);
                    if let Some(watch) = &mut watch {
                        watch.extend(waited);
                    }
                }
                Some(turn)
            }
            None => None,
        };
        let left = patience.left();
        if left.is_zero() {
            return Err(Failed::before(self.no_time_left(), false));
        }
        if let Some(watch) = watch {
            watch.leaves();
        }
        if operation.effect != Effect::Read {
            self.record().attempted_at = Some(Timestamp::now());
            departure.inspect(|departure| departure.leaves());
        }
        *request.timeout_mut() = Some(left);
        let end = connect::end(left);
        #[cfg(feature = "replay")]
        let sending = self.session.exchange(client, request);
        #[cfg(not(feature = "replay"))]
        let sending = client.execute(request);
        let received = match connect::before(end, sending).await {
            Ok(response) => self.receive(response, operation).await,
            // No byte of the request has left, so even a send may be tried again.
            Err(error) if error.is_connect() => {
                let may_repeat = Instant::now() < end;
                return Err(Failed::before(self.not_connected(&error), may_repeat));
            }
            Err(error) => Err(self.broken_off(&error, operation)),
        };
        let mut received = received.map_err(|error| Failed::new(error, None, operation))?;
        if let Some(clock) = &self.session.clock {
            clock.hear(&received.headers);
        }
        received.body = self.without_key(received.body);
        match self.judge(&received, operation) {
            Ok(()) => Ok(received),
            Err(error) => Err(Failed::new(error, Some(received), operation)),
        }
    }

    /// Reads the body up to the limit.
    async fn receive(
        &self,
        mut response: Response,
        operation: &'static Operation,
    ) -> Result<Received> {
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
                    return Err(left_open(error, operation));
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

    /// Whether an answer to a write is the vendor's error, although its status is good.
    fn holds_an_error(&self, received: &Received, operation: &'static Operation) -> bool {
        let read = || {
            (self.session.account().read_error)(&FailedAnswer {
                operation,
                status: received.status,
                body: &received.body,
            })
        };
        operation.effect != Effect::Read && read().code.is_some()
    }

    /// Tells a good answer from a failed one, whatever its status says.
    fn judge(&self, received: &Received, operation: &'static Operation) -> Result<()> {
        let is_good = (200..300).contains(&received.status);
        let rule = self.session.account().spec.logical_failure.as_ref();
        // There is no room for a word in it.
        let is_wordless = received.status == 204
            && received.body.is_empty()
            && rule.is_some_and(|rule| !rule.required);
        let verdict = if is_wordless {
            Verdict::Good
        } else if is_good {
            match verdict(rule, operation, &received.body) {
                Verdict::Good if rule.is_none() && self.holds_an_error(received, operation) => {
                    Verdict::Unclear
                }
                verdict => verdict,
            }
        } else {
            Verdict::Failure
        };
        match verdict {
            Verdict::Good => Ok(()),
            Verdict::Failure => Err(self.failed(received, operation)),
            Verdict::Unclear => {
                let error = self.failed(received, operation);
                Err(left_open(error, operation))
            }
            Verdict::Silent(problem) => {
                let error = self.error(ErrorKind::Decode, problem);
                Err(left_open(error.status(received.status), operation))
            }
        }
    }
}

/// The error of what had to be fetched before a request: of a write, nothing has left.
fn unsent(error: Error, operation: &Operation) -> Error {
    match operation.effect {
        Effect::Read => error,
        Effect::Write | Effect::Send => error.outcome(Outcome::NotSent),
    }
}

/// Whether it may be over in a moment.
fn may_pass(error: &Error) -> bool {
    match error.get_status() {
        // The same credentials are refused again, and vendors block who keeps trying.
        _ if error.kind() == ErrorKind::Authentication => false,
        Some(300..=399) => false,
        Some(500..=599) => true,
        _ => matches!(
            error.kind(),
            ErrorKind::RateLimited | ErrorKind::Unavailable
        ),
    }
}

/// Whether the vendor's own word proves that nothing was done, and that it may be done later.
fn is_refused_for_now(error: &Error) -> bool {
    error.kind() == ErrorKind::RateLimited && error.get_outcome() == Some(Outcome::NotSent)
}

/// JSON is UTF-8; where a vendor's text is not, the odd bytes are replaced and the page is kept.
fn readable(body: Bytes) -> Bytes {
    match String::from_utf8_lossy(&body) {
        Cow::Borrowed(_) => body,
        Cow::Owned(text) => Bytes::from(text),
    }
}

fn stand_in(client: &reqwest::Client) -> reqwest::Error {
    #[expect(
        clippy::expect_used,
        reason = "an address without a scheme and host never builds"
    )]
    client.get("").build().expect_err("not an address")
}
