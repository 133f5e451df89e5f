//! What may arrive twice and what may not: tests of each policy count the requests that arrived.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use palabre_model::{Error, ErrorKind, Outcome, Result};
use palabre_transport::observe::{Failure, Observer, Reply, Request};
use palabre_transport::{Argument, Call, Session};
use serde_json::{Map, Value};

use crate::server::{Act, GOOD, Server, account, outcome, run, session};

/// What says nothing about a write that has left.
fn passing() -> Vec<Act> {
    vec![
        Act::Answer(408, &[], ""),
        Act::Answer(500, &[], "{}"),
        Act::Answer(502, &[], "<html>Bad gateway</html>"),
        Act::Answer(503, &[("Retry-After", "0")], ""),
        Act::Close,
        Act::Reset,
        Act::Bytes("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"ok\":"),
    ]
}

/// The keys of the requests that arrived.
fn keys(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let keys = requests.iter().map(|request| {
        let mut keys = request.lines().filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            (name == "idempotency-key").then(|| value.to_owned())
        });
        let key = keys.next().expect("a key");
        assert_eq!(keys.next(), None, "one key a request");
        key
    });
    keys.collect()
}

async fn run_keyed(session: &Session, key: Option<&str>) -> Result<Value> {
    let arguments = BTreeMap::from([("name".to_owned(), Argument::Value("Awa".into()))]);
    Call::new(session.clone(), "things.send", None, &[])
        .with_key(key.map(str::to_owned))
        .call("keyed", arguments, Map::new())
        .await
}

#[tokio::test]
async fn what_may_arrive_twice_is_repeated_like_a_read() {
    for operation in ["put", "keyed"] {
        for act in passing() {
            let (result, requests) = outcome(operation, &[act.clone(), act, GOOD]).await;
            assert_eq!(result.expect("the third try")["ok"], true);
            assert_eq!(requests, 3);
        }
    }
}

#[tokio::test]
async fn what_may_arrive_twice_is_still_not_known_when_no_try_was_answered() {
    for (operation, advice) in [("put", "do it again"), ("keyed", "same idempotency_key")] {
        for act in passing() {
            let (result, requests) = outcome(operation, &[act]).await;
            let error = result.expect_err("not known");
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
            assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{error}");
            assert_eq!(requests, 3, "{error}");
            assert!(error.get_hint().is_some_and(|hint| hint.contains(advice)));
        }
    }
}

#[tokio::test]
async fn a_refusal_of_a_repeat_does_not_say_that_the_first_was_refused() {
    for operation in ["put", "keyed"] {
        let lost_and_refused = [Act::Close, Act::Answer(409, &[], "{}")];
        let (result, requests) = outcome(operation, &lost_and_refused).await;
        let error = result.expect_err("not known");
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{error}");
        assert_eq!(error.get_status(), Some(409), "{error}");
        assert_eq!(requests, 2, "{error}");

        // The server is gone after the first request: nothing of the others left.
        let (result, requests) = outcome(operation, &[Act::Answer(409, &[], "{}")]).await;
        let error = result.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert_eq!(requests, 1, "{error}");
    }
}

#[tokio::test]
async fn a_write_that_was_refused_for_the_moment_is_tried_again() {
    for operation in ["write", "send", "put", "keyed"] {
        let later = Act::Answer(429, &[("Retry-After", "0")], "{}");
        let (result, requests) = outcome(operation, &[later.clone(), later.clone(), GOOD]).await;
        assert_eq!(result.expect("the third try")["ok"], true);
        assert_eq!(requests, 3);

        let (result, requests) = outcome(operation, &[later]).await;
        let error = result.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert_eq!(requests, 3, "{error}");
    }
}

#[tokio::test]
async fn a_send_is_not_repeated_under_a_key_that_the_vendor_may_have_forgotten() {
    let later = Act::Answer(503, &[("Retry-After", "400")], "{}");
    for operation in ["keyed", "put"] {
        let server = Server::start(&[later.clone(), GOOD]);
        let mut builder = account(&server.url);
        builder.options.timeout = Duration::from_secs(3600);
        builder.options.retry.max_delay = Duration::from_secs(1000);
        let session = session(builder);
        let ended = tokio::time::timeout(Duration::from_secs(2), run(&session, operation)).await;
        match operation {
            "keyed" => {
                let error = ended.expect("at once").expect_err("not known");
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
            }
            // What needs no key may be done again at any time.
            _ => assert!(ended.is_err(), "it waits"),
        }
        assert_eq!(server.requests().len(), 1, "{operation}");
    }
}

#[tokio::test]
async fn all_tries_have_one_key_that_no_other_request_has() {
    let mut seen = BTreeSet::new();
    for _ in 0..20 {
        let server = Server::start(&[Act::Close, Act::Answer(500, &[], ""), GOOD]);
        run(&server.session(), "keyed")
            .await
            .expect("the third try");
        let keys = keys(&server);
        assert_eq!(keys.len(), 3);
        assert!(
            keys.iter().all(|key| *key == keys[0] && key.len() == 36),
            "{keys:?}"
        );
        seen.insert(keys[0].clone());
    }
    assert_eq!(seen.len(), 20);
}

#[tokio::test]
async fn a_key_that_the_caller_gives_is_the_one_that_is_sent() {
    let server = Server::start(&[Act::Close, GOOD]);
    let session = server.session();
    run_keyed(&session, Some("order-4711")).await.expect("sent");
    assert_eq!(keys(&server), ["order-4711", "order-4711"]);

    let arguments = BTreeMap::from([
        ("name".to_owned(), Argument::Value("Awa".into())),
        (
            "Idempotency-Key".to_owned(),
            Argument::Value("order-4712".into()),
        ),
    ]);
    Call::new(session, "things.send", None, &[])
        .call("keyed", arguments, Map::new())
        .await
        .expect("sent");
    assert_eq!(keys(&server)[2], "order-4712");
}

#[tokio::test]
async fn the_error_of_a_call_names_its_key() {
    let server = Server::start(&[Act::Close]);
    let error = run_keyed(&server.session(), Some("order-4711"))
        .await
        .expect_err("not known");
    assert_eq!(error.get_idempotency_key(), Some("order-4711"));

    let server = Server::start(&[Act::Answer(400, &[], "{}")]);
    let error = run(&server.session(), "keyed").await.expect_err("refused");
    assert_eq!(error.get_idempotency_key(), Some(keys(&server)[0].as_str()));

    let server = Server::start(&[Act::Answer(200, &[], "{\"ok\":")]);
    let error = run(&server.session(), "keyed").await.expect_err("not read");
    assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
    assert_eq!(error.get_idempotency_key(), Some(keys(&server)[0].as_str()));

    let server = Server::start(&[Act::Answer(400, &[], "{}")]);
    let error = run(&server.session(), "send").await.expect_err("refused");
    assert_eq!(error.get_idempotency_key(), None);
}

#[tokio::test]
async fn a_key_that_no_header_can_carry_is_refused_before_anything_leaves() {
    let server = Server::start(&[GOOD]);
    let session = server.session();
    let long = "k".repeat(65);
    for key in [
        "",
        "  ",
        "a\r\nX-Evil: 1",
        "a\nb",
        "a\rb",
        "a\0b",
        "clé",
        &long,
    ] {
        let error = run_keyed(&session, Some(key)).await.expect_err(key);
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert!(!error.to_string().contains("Evil"), "{error}");
    }
    let arguments = BTreeMap::from([("name".to_owned(), Argument::Value("Awa".into()))]);
    let error = Call::new(session, "things.send", None, &[])
        .with_key(Some("order-4711".to_owned()))
        .call("send", arguments, Map::new())
        .await
        .expect_err("no key is honoured");
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert_eq!(server.requests().len(), 0);
}

#[derive(Debug, Default)]
struct Keys(Mutex<Vec<Option<String>>>);

impl Observer for Keys {
    fn request(&self, request: &Request<'_>) -> Option<Reply> {
        let key = request.idempotency_key.map(str::to_owned);
        self.0.lock().expect("no panic").push(key);
        None
    }

    fn error(&self, failure: &Failure<'_>) -> Option<Reply> {
        let key = failure.request.idempotency_key.map(str::to_owned);
        self.0.lock().expect("no panic").push(key);
        None
    }
}

#[tokio::test]
async fn an_observer_is_told_the_key_of_each_try() {
    let server = Server::start(&[Act::Close, GOOD]);
    let seen = Arc::new(Keys::default());
    let mut builder = account(&server.url);
    builder.options.observer = Some(seen.clone());
    let session = session(builder);
    run(&session, "keyed").await.expect("sent");
    run(&session, "read").await.expect("an answer");
    let key = Some(keys_of_first(&server));
    let seen = seen.0.lock().expect("no panic").clone();
    assert_eq!(seen, [key.clone(), key.clone(), key, None]);
}

fn keys_of_first(server: &Server) -> String {
    let requests = server.requests();
    let line = requests[0]
        .lines()
        .find(|line| line.starts_with("idempotency-key"));
    let (_, key) = line.and_then(|line| line.split_once(": ")).expect("a key");
    key.to_owned()
}

#[test]
fn an_error_with_a_key_keeps_it_when_it_is_written_and_read() {
    let error = Error::new(ErrorKind::OutcomeUnknown, "no answer").idempotency_key("k-1");
    let text = serde_json::to_string(&error).expect("JSON");
    let read: Error = serde_json::from_str(&text).expect("an error");
    assert_eq!(read.get_idempotency_key(), Some("k-1"));
}
