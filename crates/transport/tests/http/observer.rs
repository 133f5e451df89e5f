//! What an observer is told, what it can keep from leaving, and what it never sees.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use palabre_model::{Error, ErrorKind, Outcome, Result};
use palabre_transport::observe::{
    Cancelled, Failure, Lines, Observer, Reply, Request, Response, veto,
};
use palabre_transport::{Session, Token, TokenSource};
use serde_json::Value;

use crate::server::{Act, GOOD, KEY, Server, account, run, run_within, session};

/// Writes down what it is told, as it is shown and as it is debugged.
#[derive(Debug, Default)]
struct Notes {
    lines: Mutex<Vec<String>>,
    debugged: Mutex<String>,
    calls: Mutex<Vec<u64>>,
    /// The attempt that must not leave.
    vetoed: Option<u32>,
    /// The attempt that waits for ever.
    held: Option<u32>,
}

impl Notes {
    fn note(&self, request: &Request<'_>, what: String, debugged: String) {
        self.lines.lock().expect("no panic").push(what);
        self.debugged.lock().expect("no panic").push_str(&debugged);
        self.calls.lock().expect("no panic").push(request.call);
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("no panic").clone()
    }
}

impl Observer for Notes {
    fn request(&self, request: &Request<'_>) -> Option<Reply> {
        let what = format!("request {}", request.attempt);
        self.note(request, what, format!("{request} {request:?}"));
        if self.held == Some(request.attempt) {
            return Some(Box::pin(std::future::pending()));
        }
        (self.vetoed == Some(request.attempt)).then(|| veto("not today"))
    }

    fn response(&self, response: &Response<'_>) -> Option<Reply> {
        let what = format!("{} {}", response.answer.status, response.request.attempt);
        self.note(&response.request, what, format!("{response} {response:?}"));
        None
    }

    fn error(&self, failure: &Failure<'_>) -> Option<Reply> {
        let again = if failure.repeat_in.is_some() {
            " again"
        } else {
            ""
        };
        let what = format!("{} {}{again}", failure.kind(), failure.request.attempt);
        self.note(&failure.request, what, format!("{failure} {failure:?}"));
        None
    }

    fn cancelled(&self, cancelled: &Cancelled<'_>) {
        let what = format!("cancelled {:?}", cancelled.outcome);
        self.note(&cancelled.request, what, cancelled.to_string());
    }
}

async fn watched(
    notes: Notes,
    operation: &str,
    acts: &[Act],
) -> (Result<Value>, usize, Arc<Notes>) {
    let server = Server::start(acts);
    let notes = Arc::new(notes);
    let result = run(&observed(&server, notes.clone()), operation).await;
    (result, server.requests().len(), notes)
}

fn observed(server: &Server, observer: Arc<dyn Observer>) -> Session {
    let mut builder = account(&server.url);
    builder.options.observer = Some(observer);
    session(builder)
}

#[tokio::test]
async fn each_try_is_told_before_and_after() {
    let down = Act::Answer(503, &[], "");
    let (result, _, notes) = watched(Notes::default(), "read", &[down, Act::Close, GOOD]).await;
    assert!(result.is_ok());
    assert_eq!(
        notes.lines(),
        [
            "request 1",
            "Unavailable 1 again",
            "request 2",
            "Unavailable 2 again",
            "request 3",
            "200 3"
        ]
    );
    let calls = notes.calls.lock().expect("no panic");
    assert!(calls.iter().all(|call| *call == calls[0]));
}

#[tokio::test]
async fn the_last_failure_is_not_told_as_one_that_is_tried_again() {
    let (_, _, notes) = watched(Notes::default(), "read", &[Act::Answer(503, &[], "")]).await;
    assert_eq!(
        notes.lines().last().map(String::as_str),
        Some("Unavailable 3")
    );
    let (_, _, notes) = watched(Notes::default(), "send", &[Act::Close]).await;
    assert_eq!(notes.lines(), ["request 1", "OutcomeUnknown 1"]);
}

#[tokio::test]
async fn different_calls_have_different_numbers() {
    let server = Server::start(&[GOOD]);
    let notes = Arc::new(Notes::default());
    let session = observed(&server, notes.clone());
    for _ in 0..2 {
        run(&session, "read").await.expect("an answer");
    }
    let calls = notes.calls.lock().expect("no panic");
    assert_eq!(calls.len(), 4);
    assert!(calls[0] == calls[1] && calls[1] != calls[2] && calls[2] == calls[3]);
}

#[tokio::test]
async fn what_is_vetoed_does_not_leave() {
    for operation in ["read", "write", "send"] {
        let notes = Notes {
            vetoed: Some(1),
            ..Notes::default()
        };
        let (result, requests, notes) = watched(notes, operation, &[GOOD]).await;
        let error = result.expect_err("a veto");
        assert_eq!(requests, 0);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        assert_eq!(error.to_string(), "msgflash things.do: vetoed: not today");
        assert_eq!(notes.lines(), ["request 1", "InvalidInput 1"]);
    }
}

#[tokio::test]
async fn a_repeat_can_be_vetoed_too() {
    let notes = Notes {
        vetoed: Some(2),
        ..Notes::default()
    };
    let (result, requests, _) = watched(notes, "read", &[Act::Close, GOOD]).await;
    assert_eq!(result.expect_err("a veto").message(), "vetoed: not today");
    assert_eq!(requests, 1);
}

/// Counts the tokens that were asked for.
struct Tokens(Arc<Mutex<u32>>);

#[async_trait::async_trait]
impl TokenSource for Tokens {
    async fn fetch(&self, _: &Session) -> Result<Token> {
        *self.0.lock().expect("no panic") += 1;
        Ok(Token {
            secret: "unmistakable-token-4712".into(),
            lifetime: Duration::from_secs(3600),
            expires_at: None,
        })
    }

    fn is_expired(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Authentication
    }
}

#[tokio::test]
async fn no_token_is_fetched_for_what_is_vetoed() {
    let server = Server::start(&[GOOD]);
    let mut builder = account(&server.url);
    let asked = Arc::default();
    builder.token_source = Some(Box::new(Tokens(Arc::clone(&asked))));
    builder.options.observer = Some(Arc::new(Notes {
        vetoed: Some(1),
        ..Notes::default()
    }));
    run(&session(builder), "read").await.expect_err("a veto");
    assert_eq!(*asked.lock().expect("no panic"), 0);
}

#[tokio::test]
async fn a_try_with_a_new_token_is_told_like_every_other() {
    let server = Server::start(&[Act::Answer(401, &[], "unmistakable-token-4712"), GOOD]);
    let notes = Arc::new(Notes::default());
    let mut builder = account(&server.url);
    builder.token_source = Some(Box::new(Tokens(Arc::default())));
    builder.options.observer = Some(notes.clone());
    run(&session(builder), "send").await.expect("an answer");
    assert_eq!(
        notes.lines(),
        ["request 1", "Authentication 1 again", "request 2", "200 2"]
    );
}

/// Lets requests leave after a while, or never.
#[derive(Debug)]
struct Slow(Duration);

impl Observer for Slow {
    fn request(&self, _: &Request<'_>) -> Option<Reply> {
        let wait = self.0;
        Some(Box::pin(async move {
            tokio::time::sleep(wait).await;
            Ok(())
        }))
    }

    fn response(&self, _: &Response<'_>) -> Option<Reply> {
        Some(Box::pin(std::future::pending()))
    }
}

#[tokio::test]
async fn an_observer_is_waited_for_as_long_as_the_call_may_take() {
    let server = Server::start(&[GOOD]);
    let start = Instant::now();
    let limit = Some(Duration::from_millis(300));
    let session = observed(&server, Arc::new(Slow(Duration::from_secs(60))));
    let error = run_within(&session, "send", limit).await.expect_err("late");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert_eq!(server.requests().len(), 0);
    // An answer that is there is not lost, whatever the observer does with it.
    let session = observed(&server, Arc::new(Slow(Duration::from_millis(1))));
    assert!(run_within(&session, "send", limit).await.is_ok());
    assert_eq!(server.requests().len(), 1);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_call_that_is_dropped_is_told_as_cancelled() {
    let silence = Act::Silence(Duration::from_secs(30));
    for (operation, outcome) in [
        ("read", "cancelled None"),
        ("send", "cancelled Some(Unknown)"),
    ] {
        let server = Server::start(std::slice::from_ref(&silence));
        let notes = Arc::new(Notes::default());
        let session = observed(&server, notes.clone());
        let call = run(&session, operation);
        let limit = Duration::from_millis(200);
        assert!(tokio::time::timeout(limit, call).await.is_err());
        assert_eq!(notes.lines(), ["request 1", outcome]);
        let text = notes.debugged.lock().expect("no panic");
        assert!(text.contains(": cancelled after "), "{text}");
    }
}

#[tokio::test]
async fn a_repeat_that_is_dropped_before_it_leaves_may_have_happened_in_an_earlier_try() {
    let down = Act::Answer(503, &[], "");
    let refused = Act::Answer(429, &[("Retry-After", "0")], "");
    for (operation, act, outcome) in [
        ("keyed", &down, "cancelled Some(Unknown)"),
        ("put", &down, "cancelled Some(Unknown)"),
        ("keyed", &refused, "cancelled Some(NotSent)"),
        ("read", &down, "cancelled None"),
    ] {
        let server = Server::start(&[act.clone(), GOOD]);
        let notes = Arc::new(Notes {
            held: Some(2),
            ..Notes::default()
        });
        let session = observed(&server, notes.clone());
        let limit = Duration::from_millis(500);
        let ended = tokio::time::timeout(limit, run(&session, operation)).await;
        assert!(ended.is_err(), "{operation}");
        let lines = notes.lines();
        assert_eq!(lines[2..], ["request 2", outcome], "{operation}");
        assert_eq!(server.requests().len(), 1, "{operation}");
    }
}

/// Holds up its thread.
#[derive(Debug)]
struct Blocking(Duration);

impl Observer for Blocking {
    fn request(&self, _: &Request<'_>) -> Option<Reply> {
        std::thread::sleep(self.0);
        None
    }
}

#[tokio::test]
async fn nothing_leaves_when_the_time_is_over() {
    let server = Server::start(&[GOOD]);
    let limit = Duration::from_millis(50);
    let session = observed(&server, Arc::new(Blocking(2 * limit)));
    let error = run_within(&session, "send", Some(limit)).await;
    let error = error.expect_err("too late");
    assert_eq!(error.message(), "no time was left for this request");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn nothing_private_is_told() {
    const NUMBER: &str = "+22901000000";
    let words = "no text unmistakable-key-4711 Bonjour Awa of +22901000000";
    let headers = &[
        ("X-Request-Id", "r-1-unmistakable-key-4711"),
        ("X-Customer", "Awa"),
        ("Set-Cookie", "session=1"),
        ("Retry-After", "0"),
    ];
    for act in [
        Act::Answer(400, headers, words),
        Act::Answer(503, headers, words),
        Act::Answer(200, headers, "\"Bonjour Awa, +22901000000\""),
        Act::Bytes("Bonjour Awa +22901000000\r\n\r\n"),
    ] {
        for operation in ["read", "send"] {
            let (_, _, notes) =
                watched(Notes::default(), operation, std::slice::from_ref(&act)).await;
            let debugged = notes.debugged.lock().expect("no panic");
            assert!(debugged.contains("/things"));
            for private in [KEY, "Awa", "Bonjour", NUMBER, "22901000000", "session"] {
                assert!(!debugged.contains(private), "{private}: {debugged}");
            }
        }
    }
}

#[tokio::test]
async fn lines_say_what_happened() {
    let down = Act::Answer(503, &[("Retry-After", "0"), ("CF-Ray", "8f3c")], "Bonjour");
    let server = Server::start(&[down, GOOD]);
    let lines = Arc::new(Mutex::new(Vec::new()));
    let written = lines.clone();
    let observer = Lines::new(move |line| written.lock().expect("no panic").push(line.to_owned()));
    run(&observed(&server, Arc::new(observer)), "read")
        .await
        .expect("an answer");
    let lines = lines.lock().expect("no panic");
    let (first, rest) = lines[1].split_once(" in ").expect("a time");
    assert_eq!(lines[0], "> msgflash things.do: GET /things");
    assert_eq!(
        first,
        "! msgflash things.do: GET /things: 503 with 7 bytes, request 8f3c"
    );
    assert!(rest.contains(", Unavailable; again in "), "{rest}");
    assert_eq!(lines[2], "> msgflash things.do: GET /things, attempt 2");
    assert!(
        lines[3].starts_with("< msgflash things.do: GET /things, attempt 2: 200 with 11 bytes in ")
    );
    assert_eq!(lines.len(), 4);
}
