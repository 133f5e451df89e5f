//! One exchange with a vendor: the request, its faults, what is done, what goes back.

use std::borrow::Cow;
use std::io::Write;
use std::net::IpAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderName, HeaderValue, StatusCode, header};
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimePrinter;
use serde_json::Value;

use crate::call::{Answer, Call, Desk};
use crate::dialects::{self, Dialect, Matched};
use crate::faults::{self, Fault};
use crate::form::{self, Payload};
use crate::journal;
use crate::server::Shared;
use crate::wire::Wire;
use crate::{JournalEntry, SentMessage};

/// The largest body that is read: WapiFlow takes documents up to 100 MB.
const LARGEST_BODY: usize = 128 * 1024 * 1024;

/// The header with which a request brings its own fault.
const FAULT: &str = "x-sandbox-fault";

/// A request whose head has come.
#[derive(Debug)]
struct Arrival {
    dialect: &'static Dialect,
    matched: Matched,
    time: Timestamp,
    fault: Option<Fault>,
    parts: http::request::Parts,
}

/// The messages that have gone out.
#[derive(Debug, Default)]
struct Effect {
    accepted: bool,
    taken: Vec<(String, Option<String>)>,
}

/// What comes of a request.
#[derive(Debug)]
struct Outcome {
    /// None where the request was not read.
    answer: Option<Arc<Answer>>,
    /// The answer's body, written once for the wire and for the journal.
    body: String,
    /// Whether the request had its effect.
    performed: bool,
    /// Whether a message has gone out.
    accepted: bool,
    /// Recipients and texts, where the vendor takes several messages at once or writes them itself.
    taken: Vec<(String, Option<String>)>,
}

/// Answers everything outside `/_sandbox`.
pub(crate) async fn vendor(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let Some((dialect, prefix, rest)) = dialects::find(&path) else {
        return respond(&Answer::html(404, "<h1>Not Found</h1>"));
    };
    let brought = match parts.headers.get(FAULT) {
        Some(text) => match serde_json::from_slice(text.as_bytes()) {
            Ok(fault) => Some(fault),
            Err(error) => return respond(&Answer::text(400, format!("{FAULT}: {error}"))),
        },
        None => None,
    };
    let matched = dialect.route(&parts.method, rest);
    let operation = matched.as_ref().ok().map(|(route, _)| route.operation());
    let (time, fault) = {
        let mut world = shared.world();
        let scripted = world.faults.take(dialect.vendor, operation);
        let fault: Option<Fault> = brought.or(scripted);
        if let Some(seconds) = fault.as_ref().and_then(|fault| fault.clock_seconds) {
            world.clock = world.clock.shifted(seconds);
        }
        (world.clock.now(), fault)
    };
    let delay = fault.as_ref().and_then(Fault::delay);
    let arrival = Arrival {
        dialect,
        matched,
        time,
        fault,
        parts,
    };

    let is_unread = arrival.fault.as_ref().is_some_and(Fault::is_unread);
    let (payload, messages, outcome) = if is_unread {
        (Payload::Empty, Vec::new(), Outcome::unread())
    } else {
        let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
            return respond(&Answer::text(413, "Payload Too Large"));
        };
        let payload = Payload::read(arrival.header(header::CONTENT_TYPE), body).await;
        let call = arrival.call(prefix, rest, payload);
        let outcome = arrival.outcome(&shared, &call);
        let messages = (dialect.messages)(&call);
        (call.payload, messages, outcome)
    };
    let wire = arrival.wire(&outcome);
    arrival.note(&shared, &payload, messages, &outcome, wire.as_ref());
    // Done first, then delayed: a client that stops waiting does not undo what it asked for.
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    if let Some(wire) = wire {
        let mut response = Response::new(Body::empty());
        response.extensions_mut().insert(wire);
        return response;
    }
    dated(arrival.respond(outcome), arrival.time)
}

/// Adds the `Date` of the sandbox's clock: a client tells from it which month is the current one.
fn dated(mut response: Response, time: Timestamp) -> Response {
    let date = date(time).and_then(|date| HeaderValue::try_from(date).ok());
    if let Some(date) = date {
        response.headers_mut().entry(header::DATE).or_insert(date);
    }
    response
}

fn date(time: Timestamp) -> Option<String> {
    DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&time)
        .ok()
}

impl Arrival {
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
        let key = (self.dialect.vendor, self.operation());
        if let Some(fault) = &self.fault {
            if let Some(instead) = fault.instead() {
                let done = if fault.perform {
                    self.perform(shared, call).1
                } else {
                    Effect::default()
                };
                return self.answered(Arc::new(instead), fault.perform, done);
            }
            let before = fault.again.then(|| shared.world().last_answer(key));
            if let Some(before) = before.flatten() {
                return self.answered(before, false, Effect::default());
            }
        }
        let (answer, effect) = self.perform(shared, call);
        let answer = Arc::new(answer);
        shared.world().remember_answer(key, &answer);
        self.answered(answer, true, effect)
    }

    /// What comes of a request for which this answer was found.
    fn answered(&self, mut answer: Arc<Answer>, performed: bool, effect: Effect) -> Outcome {
        let replace = self.fault.as_ref().and_then(|fault| fault.replace.as_ref());
        if let Some(replace) = replace {
            faults::replace(Arc::make_mut(&mut answer), replace);
        }
        Outcome {
            body: answer.body_text(),
            answer: Some(answer),
            performed,
            accepted: effect.accepted,
            taken: effect.taken,
        }
    }

    /// Answers the request, and tells which messages have gone out.
    fn perform(&self, shared: &Shared, call: &Call) -> (Answer, Effect) {
        let world = &mut *shared.world();
        let account = world.state.account(self.dialect.vendor);
        let (before, older) = (account.sent(), account.outbox.messages.len());
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
        let taken = desk.account.outbox.messages[older..].iter();
        let effect = Effect {
            accepted: desk.account.sent() > before,
            taken: taken
                .map(|message| (format!("+{}", message.to), message.text.clone()))
                .collect(),
        };
        (answer, effect)
    }

    /// The answer byte by byte, where a fault wants what no HTTP library writes.
    fn wire(&self, outcome: &Outcome) -> Option<Wire> {
        let fault = self.fault.as_ref().filter(|fault| Wire::is_needed(fault))?;
        let Some(answer) = &outcome.answer else {
            return Some(Wire::closed(fault));
        };
        let mut headers = vec![("content-type".to_owned(), answer.content_type().to_owned())];
        headers.extend(date(self.time).map(|date| ("date".to_owned(), date)));
        let others = answer.headers.iter();
        headers.extend(
            others
                .filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"))
                .cloned(),
        );
        if fault.gzip {
            headers.push(("content-encoding".to_owned(), "gzip".to_owned()));
        }
        let body = shaped(fault, outcome.body.as_bytes());
        Some(Wire::new(answer.status, &headers, &body, fault))
    }

    /// The answer as an HTTP library writes it.
    fn respond(&self, outcome: Outcome) -> Response {
        let Some(answer) = outcome.answer else {
            return Response::new(Body::empty());
        };
        match &self.fault {
            Some(fault) if fault.pad.is_some() || fault.gzip => {
                let body = shaped(fault, outcome.body.as_bytes()).into_owned();
                let mut response = with_body(&answer, Body::from(body));
                if fault.gzip {
                    let encoding = HeaderValue::from_static("gzip");
                    response
                        .headers_mut()
                        .insert(header::CONTENT_ENCODING, encoding);
                }
                response
            }
            _ => with_body(&answer, Body::from(outcome.body)),
        }
    }

    /// Notes the request in the journal.
    fn note(
        &self,
        shared: &Shared,
        payload: &Payload,
        messages: Vec<SentMessage>,
        outcome: &Outcome,
        wire: Option<&Wire>,
    ) {
        let query = self
            .query()
            .into_iter()
            .map(|(name, value)| (name, Value::from(value)));
        let sent = match wire {
            Some(wire) => wire.body_bytes(),
            None => Some(usize::MAX),
        };
        let answer = outcome.answer.as_ref().filter(|_| sent.is_some());
        let body = outcome.body.as_bytes();
        let body = &body[..sent.unwrap_or(0).min(body.len())];
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
            response_body: answer.map(|_| journal::answer(&String::from_utf8_lossy(body))),
            fault: self.fault.as_ref().map(Fault::name),
            messages: messages
                .into_iter()
                .map(|message| outcome.tell(message, self.time))
                .collect(),
        };
        let mut world = shared.world();
        let limit = world.settings.journal_limit;
        world.journal.add(entry, limit);
    }
}

impl Outcome {
    fn unread() -> Self {
        Self {
            answer: None,
            body: String::new(),
            performed: false,
            accepted: false,
            taken: Vec::new(),
        }
    }

    /// A message with what became of it.
    fn tell(&self, message: SentMessage, at: Timestamp) -> SentMessage {
        let mut taken = self.taken.iter();
        let taken = taken.find(|(to, _)| *to == message.to);
        SentMessage {
            at,
            accepted: self.accepted && (self.taken.is_empty() || taken.is_some()),
            text: taken.and_then(|(_, text)| text.clone()).or(message.text),
            ..message
        }
    }
}

/// A body with the white space and the compression that a fault asks for.
fn shaped<'a>(fault: &Fault, body: &'a [u8]) -> Cow<'a, [u8]> {
    let missing = fault.pad.unwrap_or(0).saturating_sub(body.len());
    if !fault.gzip {
        if missing == 0 {
            return body.into();
        }
        let mut padded = body.to_vec();
        padded.resize(body.len() + missing, b' ');
        return padded.into();
    }
    // A part at a time: what is small when it is compressed is never held whole.
    let white = [b' '; 64 * 1024];
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail.
    let _ = gzip.write_all(body);
    let mut left = missing;
    while left > 0 {
        let part = left.min(white.len());
        let _ = gzip.write_all(&white[..part]);
        left -= part;
    }
    gzip.finish().unwrap_or_default().into()
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
