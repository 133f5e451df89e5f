//! One exchange with a vendor: the request, its faults, what is done, what goes back.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;

use crate::call::{Answer, Call, Desk};
use crate::dialects::{self, Dialect, Matched};
use crate::faults::{self, Fault, FaultEffect};
use crate::form::{self, Payload};
use crate::journal;
use crate::server::Shared;
use crate::{JournalEntry, SentMessage};

/// The largest body that is read: WapiFlow takes documents up to 100 MB.
const LARGEST_BODY: usize = 128 * 1024 * 1024;

/// How long the end of a truncated answer waits, so that what comes before it is sent.
const BEFORE_THE_CUT: Duration = Duration::from_millis(20);

/// Marks a response that stands for a closed connection.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hangup;

/// A request whose head has come.
#[derive(Debug)]
struct Arrival {
    dialect: &'static Dialect,
    matched: Matched,
    time: Timestamp,
    fault: Option<Fault>,
    parts: http::request::Parts,
}

/// What comes of a request.
#[derive(Debug)]
struct Outcome {
    /// None where the connection is closed instead.
    answer: Option<Answer>,
    /// The answer's body, written once for the wire and for the journal.
    body: String,
    /// After how many bytes of the body the connection is closed.
    cut: Option<usize>,
    /// Whether the request had its effect.
    performed: bool,
    /// Whether a message has gone out.
    accepted: bool,
}

/// Answers everything outside `/_sandbox`.
pub(crate) async fn vendor(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let Some((dialect, prefix, rest)) = dialects::find(&path) else {
        return respond(&Answer::html(404, "<h1>Not Found</h1>"));
    };
    let matched = dialect.route(&parts.method, rest);
    let operation = matched.as_ref().ok().map(|(route, _)| route.operation());
    let (time, fault) = {
        let mut world = shared.world();
        (
            world.clock.now(),
            world.faults.take(dialect.vendor, operation),
        )
    };
    let delay = fault.as_ref().and_then(|fault| fault.delay);
    let arrival = Arrival {
        dialect,
        matched,
        time,
        fault,
        parts,
    };

    let (payload, message, outcome) = if arrival.effect() == Some(&FaultEffect::CloseBefore) {
        (Payload::Empty, None, Outcome::closed(false))
    } else {
        let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
            return respond(&Answer::text(413, "Payload Too Large"));
        };
        let payload = Payload::read(arrival.header(header::CONTENT_TYPE), body).await;
        let call = arrival.call(prefix, rest, payload);
        let outcome = arrival.outcome(&shared, &call);
        let message = (dialect.message)(&call);
        (call.payload, message, outcome)
    };
    arrival.note(&shared, &payload, message, &outcome);
    // Done first, then delayed: a client that stops waiting does not undo what it asked for.
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    dated(outcome.into_response(), arrival.time)
}

/// Adds the `Date` of the sandbox's clock: a client tells from it which month is the current one.
fn dated(mut response: Response, time: Timestamp) -> Response {
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&time);
    if let Some(date) = date.ok().and_then(|date| HeaderValue::try_from(date).ok()) {
        response.headers_mut().entry(header::DATE).or_insert(date);
    }
    response
}

impl Arrival {
    fn effect(&self) -> Option<&FaultEffect> {
        self.fault.as_ref()?.effect.as_ref()
    }

    fn header(&self, name: HeaderName) -> Option<&str> {
        self.parts.headers.get(name)?.to_str().ok()
    }

    fn query(&self) -> Vec<(String, String)> {
        form::read_urlencoded(self.parts.uri.query().unwrap_or_default())
    }

    fn operation(&self) -> Option<&'static str> {
        self.matched
            .as_ref()
            .ok()
            .map(|(route, _)| route.operation())
    }

    fn call(&self, prefix: &str, rest: &str, payload: Payload) -> Call {
        let parameters = self
            .matched
            .as_ref()
            .map(|(_, parameters)| parameters.clone());
        let host = self.header(header::HOST).unwrap_or("127.0.0.1");
        let peer = self.parts.extensions.get::<IpAddr>().copied();
        Call {
            operation: self.operation(),
            method: self.parts.method.clone(),
            path: rest.to_owned(),
            origin: format!("http://{host}{prefix}"),
            parameters: parameters.unwrap_or_default(),
            query: self.query(),
            headers: self.parts.headers.clone(),
            payload,
            peer: peer.unwrap_or(IpAddr::from([127, 0, 0, 1])),
        }
    }

    /// Performs the request, unless a fault answers instead.
    fn outcome(&self, shared: &Shared, call: &Call) -> Outcome {
        if let Some(FaultEffect::Answer {
            status,
            headers,
            body,
        }) = self.effect()
        {
            return Outcome::answered(faults::instead(*status, headers, body), None, false);
        }
        let (mut answer, accepted) = self.perform(shared, call);
        let outcome = match self.effect() {
            Some(FaultEffect::CloseAfter) => Outcome::closed(true),
            Some(FaultEffect::Truncate(bytes)) => Outcome::answered(answer, Some(*bytes), true),
            Some(FaultEffect::Replace { pointer, value }) => {
                faults::replace(&mut answer, pointer, value.clone());
                Outcome::answered(answer, None, true)
            }
            _ => Outcome::answered(answer, None, true),
        };
        Outcome {
            accepted,
            ..outcome
        }
    }

    /// Answers the request, and tells whether a message has gone out.
    fn perform(&self, shared: &Shared, call: &Call) -> (Answer, bool) {
        let world = &mut *shared.world();
        let before = world.state.account(self.dialect.vendor).messages.len();
        let mut desk = Desk {
            account: world.state.account(self.dialect.vendor),
            settings: &world.settings,
            credentials: &shared.config.credentials,
            now: self.time,
        };
        let route = self.matched.as_ref().map(|(route, _)| *route);
        let answer = self
            .dialect
            .answer(&mut desk, route.map_err(|missing| *missing), call);
        (answer, desk.account.messages.len() > before)
    }

    /// Notes the request in the journal.
    fn note(
        &self,
        shared: &Shared,
        payload: &Payload,
        message: Option<SentMessage>,
        outcome: &Outcome,
    ) {
        let query = self
            .query()
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)));
        let answer = outcome.answer.as_ref();
        let entry = JournalEntry {
            sequence: 0,
            time: self.time,
            vendor: self.dialect.vendor,
            operation: self.operation(),
            method: self.parts.method.to_string(),
            path: self.parts.uri.path().to_owned(),
            query: form::gather(query),
            headers: journal::headers(&self.parts.headers),
            content_type: self.header(header::CONTENT_TYPE).map(str::to_owned),
            body: journal::body(payload.to_json()),
            performed: outcome.performed,
            status: answer.map(|answer| answer.status),
            response_content_type: answer.map(|answer| answer.content_type().to_owned()),
            response_body: answer
                .map(|_| journal::answer(&String::from_utf8_lossy(outcome.sent()))),
            fault: self.fault.as_ref().map(Fault::name),
            message: message.map(|message| SentMessage {
                at: self.time,
                accepted: outcome.accepted,
                ..message
            }),
        };
        let mut world = shared.world();
        let limit = world.settings.journal_limit;
        world.journal.add(entry, limit);
    }
}

impl Outcome {
    fn answered(answer: Answer, cut: Option<usize>, performed: bool) -> Self {
        let body = answer.body_text();
        Self {
            answer: Some(answer),
            body,
            cut,
            performed,
            accepted: false,
        }
    }

    fn closed(performed: bool) -> Self {
        Self {
            answer: None,
            body: String::new(),
            cut: None,
            performed,
            accepted: false,
        }
    }

    /// The bytes of the body that go out.
    fn sent(&self) -> &[u8] {
        let whole = self.body.as_bytes();
        &whole[..self.cut.unwrap_or(usize::MAX).min(whole.len())]
    }

    fn into_response(self) -> Response {
        let Some(answer) = &self.answer else {
            let mut response = Response::new(Body::empty());
            response.extensions_mut().insert(Hangup);
            return response;
        };
        if self.cut.is_none() {
            return with_body(answer, Body::from(self.body));
        }
        // Announces the whole body and breaks off within it.
        let sent = Bytes::copy_from_slice(self.sent());
        let end = async {
            tokio::time::sleep(BEFORE_THE_CUT).await;
            Err(io::Error::from(io::ErrorKind::ConnectionAborted))
        };
        let parts = stream::once(async { Ok(sent) }).chain(stream::once(end));
        let mut response = with_body(answer, Body::from_stream(parts));
        let length = HeaderValue::from(self.body.len());
        response
            .headers_mut()
            .insert(header::CONTENT_LENGTH, length);
        response
    }
}

/// An answer as HTTP.
pub(crate) fn respond(answer: &Answer) -> Response {
    with_body(answer, Body::from(answer.body_text()))
}

fn with_body(answer: &Answer, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let content_type = ("content-type", answer.content_type());
    let others = answer
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, value) in std::iter::once(content_type).chain(others) {
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_str(value),
        ) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
