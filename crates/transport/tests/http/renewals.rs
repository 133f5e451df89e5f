//! Tokens and keys that the vendor refuses: what is sent again with a new one, and how long it takes.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use palabre_model::{Error, ErrorKind, Outcome, Result};
use palabre_transport::{AccountBuilder, KeySource, NumberKey, Session, Token, TokenSource};

use crate::server::{Act, GOOD, Server, account, run_within, session};

/// Hands out one at once, and others after a while.
#[derive(Clone, Default)]
struct Source {
    slow_from: usize,
    takes: Duration,
    asked: Arc<AtomicUsize>,
}

impl Source {
    async fn next(&self) -> usize {
        let count = self.asked.fetch_add(1, Ordering::Relaxed) + 1;
        if count >= self.slow_from {
            tokio::time::sleep(self.takes).await;
        }
        count
    }
}

#[async_trait::async_trait]
impl TokenSource for Source {
    async fn fetch(&self, _: &Session) -> Result<Token> {
        Ok(Token {
            secret: format!("hush-hush-{}", self.next().await).into(),
            lifetime: Duration::from_secs(3600),
            expires_at: None,
        })
    }

    fn is_expired(&self, error: &Error) -> bool {
        has_wrong_key(error)
    }
}

#[async_trait::async_trait]
impl KeySource for Source {
    async fn fetch(&self, _: &Session) -> Result<Vec<NumberKey>> {
        Ok(vec![NumberKey {
            number: "22997000000".to_owned(),
            name: None,
            secret: format!("hush-hush-{}", self.next().await).into(),
        }])
    }

    fn is_refused(&self, error: &Error) -> bool {
        has_wrong_key(error)
    }
}

/// The vendor's code alone says so, whatever the status is.
fn has_wrong_key(error: &Error) -> bool {
    error.get_vendor_code() == Some("key refused")
}

const WRONG: &str = "key refused";

/// An operation that needs a token, and one that needs a key of its number.
fn with(source: &Source, operation: &str, url: &str) -> AccountBuilder {
    let mut builder = account(&format!("{url}/api"));
    match operation {
        "page" => builder.key_source = Some(Box::new(source.clone())),
        _ => builder.token_source = Some(Box::new(source.clone())),
    }
    builder
}

const SENDS: [&str; 2] = ["send", "page"];

#[tokio::test]
async fn a_send_that_may_have_happened_is_not_repeated_with_a_new_key() {
    for operation in SENDS {
        for status in [500, 503, 302, 408] {
            let server = Server::start(&[Act::Answer(status, &[], WRONG), GOOD]);
            let source = Source::default();
            let session = session(with(&source, operation, &server.url));
            let error = run_within(&session, operation, None).await;
            let error = error.expect_err("nobody knows");
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
            assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{error}");
            assert_eq!(server.requests().len(), 1, "{operation} {status}");
            assert_eq!(source.asked.load(Ordering::Relaxed), 1);
        }
        let server = Server::start(&[Act::Answer(401, &[], WRONG), GOOD]);
        let session = session(with(&Source::default(), operation, &server.url));
        let sent = run_within(&session, operation, None).await;
        assert!(sent.is_ok(), "{sent:?}");
        assert_eq!(server.requests().len(), 2, "{operation}");
    }
}

#[tokio::test]
async fn the_time_out_is_that_of_what_is_looked_up_and_of_the_request_together() {
    for operation in SENDS {
        let server = Server::start(&[Act::Silence(Duration::from_secs(30))]);
        let source = Source {
            takes: Duration::from_secs(2),
            ..Source::default()
        };
        let session = session(with(&source, operation, &server.url));
        let start = Instant::now();
        let timeout = Duration::from_secs(3);
        let error = run_within(&session, operation, Some(timeout)).await;
        let elapsed = start.elapsed().as_secs_f64();
        let error = error.expect_err("no answer");
        assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{error}");
        // Time-outs of their own would add up to 5 s.
        assert!((2.9..4.8).contains(&elapsed), "{operation}: {elapsed}");
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_its_time_out_for_what_another_caller_looks_up() {
    const LATE: &str = "HTTP/1.1 401 Word\r\nContent-Length: 11\r\n\r\nkey refused";
    for operation in SENDS {
        let server = Server::start(&[
            Act::Slow(Duration::from_millis(600), LATE),
            Act::Answer(401, &[], WRONG),
            GOOD,
        ]);
        let source = Source {
            slow_from: 2,
            takes: Duration::from_secs(30),
            ..Source::default()
        };
        let session = session(with(&source, operation, &server.url));
        let start = Instant::now();
        let call = async {
            let result = run_within(&session, operation, Some(Duration::from_secs(1))).await;
            (result, start.elapsed().as_secs_f64())
        };
        // It is refused while the other waits for its answer, and looks up a new key for long.
        let other = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            run_within(&session, operation, Some(Duration::from_secs(3))).await
        };
        let ((result, elapsed), _) = tokio::join!(call, other);
        let error = result.expect_err("no new key in time");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert!((0.9..2.8).contains(&elapsed), "{operation}: {elapsed}");
        assert_eq!(server.requests().len(), 2, "{operation}");
    }
}
