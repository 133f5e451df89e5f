//! How fast requests leave, and how many at a time, for all clients of a key.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use palabre_model::{ErrorKind, Outcome};
use palabre_transport::observe::{Cancelled, Observer};
use palabre_transport::{AccountBuilder, Credentials, Session};

use crate::server::{Act, GOOD, Server, account, run, run_within, session};

/// Ten a second is slow enough to be measured, and quick enough to wait for.
const RATE: f64 = 10.0;
const APART: Duration = Duration::from_millis(100);

fn limited(server: &Server, key: &str, limit: impl FnOnce(&mut AccountBuilder)) -> Session {
    let mut builder = account(&server.url);
    builder.credentials = Credentials::default().with("api_key", key);
    limit(&mut builder);
    session(builder)
}

fn paced(server: &Server, key: &str) -> Session {
    limited(server, key, |builder| {
        builder.options.rate_limit = Some(RATE)
    })
}

/// Runs a call in each session at the same time; how long it took until each was done, in order.
async fn together(sessions: &[Session]) -> Vec<Duration> {
    let start = Instant::now();
    let calls: Vec<_> = sessions
        .iter()
        .map(|session| {
            let session = session.clone();
            tokio::spawn(async move {
                run(&session, "read").await.expect("an answer");
                start.elapsed()
            })
        })
        .collect();
    let mut done = Vec::new();
    for call in calls {
        done.push(call.await.expect("no panic"));
    }
    done
}

#[tokio::test]
async fn requests_of_one_key_are_spread_over_the_second_whoever_makes_them() {
    let server = Server::start(&[GOOD]);
    let sessions: Vec<_> = (0..6).map(|_| paced(&server, "key-of-six")).collect();
    let done = together(&sessions).await;
    for (index, at) in done.iter().enumerate() {
        let turn = APART * u32::try_from(index).expect("few");
        assert!(*at >= turn, "first come, first served: {done:?}");
    }
    assert!(done[5] < APART * 5 + Duration::from_secs(2), "{done:?}");
    assert_eq!(server.requests().len(), 6);
}

#[tokio::test]
async fn requests_of_other_keys_and_hosts_do_not_wait() {
    let (one, other) = (Server::start(&[GOOD]), Server::start(&[GOOD]));
    let slow = |server: &Server, key: &str| {
        limited(server, key, |builder| {
            builder.options.rate_limit = Some(0.01)
        })
    };
    let sessions = [
        slow(&one, "key-one"),
        slow(&one, "key-two"),
        slow(&other, "key-one"),
    ];
    let done = together(&sessions).await;
    assert!(
        done.iter().all(|at| *at < Duration::from_secs(20)),
        "{done:?}"
    );
}

#[tokio::test]
async fn the_strictest_limit_of_a_key_holds_for_all_of_its_clients() {
    let server = Server::start(&[GOOD]);
    let quick = limited(&server, "key-shared", |builder| {
        builder.options.rate_limit = Some(1000.0);
    });
    let slow = paced(&server, "key-shared");
    let done = together(&[quick.clone(), slow, quick.clone(), quick]).await;
    assert!(done[3] >= APART * 3, "{done:?}");
}

#[tokio::test]
async fn a_client_that_is_made_anew_for_each_request_keeps_the_pace() {
    let server = Server::start(&[GOOD]);
    let start = Instant::now();
    for _ in 0..4 {
        let read = run(&paced(&server, "key-anew"), "read").await;
        read.expect("an answer");
    }
    assert!(start.elapsed() >= APART * 3);
}

#[tokio::test]
async fn a_limit_of_clients_that_are_gone_holds_no_longer() {
    let server = Server::start(&[GOOD]);
    for rate in [0.001, 1000.0] {
        let session = limited(&server, "key-left", |builder| {
            builder.options.rate_limit = Some(rate);
        });
        run(&session, "read").await.expect("an answer");
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_limit_holds_until_the_last_client_of_its_key_is_gone() {
    let server = Server::start(&[GOOD]);
    let quick = || {
        limited(&server, "key-outlived", |builder| {
            builder.options.rate_limit = Some(1000.0);
        })
    };
    let slow = paced(&server, "key-outlived");
    let sibling = quick();
    run(&slow, "read").await.expect("an answer");
    drop(slow);
    let bound = together(&[sibling.clone(), quick(), sibling.clone()]).await;
    assert!(bound[2] >= APART * 2, "{bound:?}");
    drop(sibling);
    let only = quick();
    let sessions: Vec<_> = (0..20).map(|_| only.clone()).collect();
    let free = together(&sessions).await;
    assert!(free[19] < APART * 15, "{free:?}");
}

#[tokio::test]
async fn a_client_without_any_limit_waits_for_nobody() {
    let server = Server::start(&[GOOD]);
    let slow = limited(&server, "key-escaped", |builder| {
        builder.options.rate_limit = Some(0.01);
    });
    run(&slow, "read").await.expect("the first");
    let without = limited(&server, "key-escaped", |builder| {
        builder.options.rate_limit = Some(0.0);
    });
    let done = together(&[without.clone(), without.clone(), without]).await;
    assert!(done[2] < Duration::from_secs(20), "{done:?}");
    // A limit of another kind, and it keeps to the key's pace, too.
    let counted = limited(&server, "key-escaped", |builder| {
        builder.options.rate_limit = Some(0.0);
        builder.options.max_in_flight = Some(4);
    });
    let short = Duration::from_millis(200);
    let error = run_within(&counted, "read", Some(short)).await;
    assert_eq!(error.expect_err("no turn").kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn threads_and_runtimes_share_a_limit() {
    let server = Server::start(&[GOOD]);
    let start = Instant::now();
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let session = paced(&server, "key-of-threads");
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread();
                let runtime = { runtime }.enable_all().build().expect("a runtime");
                runtime.block_on(run(&session, "read")).expect("an answer");
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    assert!(start.elapsed() >= APART * 3);
    assert_eq!(server.requests().len(), 4);
}

#[tokio::test]
async fn each_try_waits_for_its_turn() {
    let server = Server::start(&[Act::Answer(503, &[], ""), Act::Answer(503, &[], ""), GOOD]);
    let start = Instant::now();
    run(&paced(&server, "key-of-tries"), "read")
        .await
        .expect("the third");
    assert!(start.elapsed() >= APART * 2);
}

#[tokio::test]
async fn a_turn_that_does_not_come_in_time_sends_nothing() {
    let server = Server::start(&[GOOD]);
    let session = limited(&server, "key-in-time", |builder| {
        builder.options.rate_limit = Some(0.1);
    });
    run(&session, "send").await.expect("the first");
    let start = Instant::now();
    let short = Duration::from_millis(200);
    let error = run_within(&session, "send", Some(short))
        .await
        .expect_err("no turn");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
    assert!(
        error
            .get_hint()
            .is_some_and(|hint| hint.contains("rate_limit"))
    );
    assert_eq!(server.requests().len(), 1);
}

/// Keeps what became of the calls that were dropped.
#[derive(Debug, Default)]
struct Dropped(AtomicUsize);

impl Observer for Dropped {
    fn cancelled(&self, cancelled: &Cancelled<'_>) {
        assert_eq!(cancelled.outcome, Some(Outcome::NotSent));
        assert_eq!(cancelled.duration, Duration::ZERO);
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

#[tokio::test]
async fn whoever_gives_up_leaves_the_queue_and_has_sent_nothing() {
    let server = Server::start(&[GOOD]);
    let dropped = Arc::new(Dropped::default());
    let session = limited(&server, "key-of-queue", |builder| {
        builder.options.rate_limit = Some(1.0);
        builder.options.observer = Some(dropped.clone());
    });
    run(&session, "send").await.expect("the first");
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let session = session.clone();
            tokio::spawn(async move { run(&session, "send").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(50)).await;
    waiting.iter().for_each(tokio::task::JoinHandle::abort);
    let start = Instant::now();
    run(&session, "send").await.expect("the next in the queue");
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "nobody waits for the others"
    );
    assert_eq!(server.requests().len(), 2);
    assert_eq!(dropped.0.load(Ordering::Relaxed), 50);
}

#[tokio::test]
async fn only_so_many_requests_are_under_way() {
    let slow = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    let server = Server::start(&[Act::Slow(Duration::from_millis(100), slow)]);
    let two = |builder: &mut AccountBuilder| builder.options.max_in_flight = Some(2);
    let sessions: Vec<_> = (0..6)
        .map(|_| limited(&server, "key-of-two", two))
        .collect();
    let done = together(&sessions).await;
    assert_eq!(server.most_at_once(), 2);
    assert!(done[5] >= Duration::from_millis(300), "{done:?}");
}

#[tokio::test]
async fn a_request_that_fails_or_is_given_up_makes_room_for_the_next() {
    let server = Server::start(&[
        Act::Close,
        Act::Answer(400, &[], "{}"),
        Act::Silence(Duration::from_secs(5)),
        GOOD,
    ]);
    let session = limited(&server, "key-of-one", |builder| {
        builder.options.max_in_flight = Some(1);
    });
    run(&session, "send").await.expect_err("closed");
    run(&session, "send").await.expect_err("refused");
    let short = Duration::from_millis(200);
    run_within(&session, "send", Some(short))
        .await
        .expect_err("silence");
    run(&session, "send").await.expect("there is room");
}

#[tokio::test]
async fn a_token_is_fetched_without_waiting_for_the_request_that_needs_it() {
    let token = r#"{"token":"t-1"}"#;
    let server = Server::start(&[Act::Answer(200, &[], token), GOOD]);
    let session = limited(&server, "key-of-token", |builder| {
        builder.options.max_in_flight = Some(1);
        builder.token_source = Some(Box::new(crate::limits::tokens::Fetched));
    });
    run(&session, "send").await.expect("no lock");
    assert_eq!(server.requests().len(), 2);
}

mod tokens {
    use super::*;
    use palabre_model::{Error, Result};
    use palabre_transport::{Call, Token, TokenSource};

    /// Asks the vendor for a token by a request of its own.
    pub struct Fetched;

    #[async_trait::async_trait]
    impl TokenSource for Fetched {
        async fn fetch(&self, session: &Session) -> Result<Token> {
            let call = Call::new(session.clone(), "token", None, &[]);
            call.call("open", Default::default(), Default::default())
                .await?;
            Ok(Token {
                secret: "t-1".into(),
                lifetime: Duration::from_secs(3600),
                expires_at: None,
            })
        }

        fn is_expired(&self, _: &Error) -> bool {
            false
        }
    }
}

#[test]
fn limits_that_make_no_sense_are_refused_by_name() {
    let refused = |limit: fn(&mut AccountBuilder)| {
        let mut builder = account("http://127.0.0.1:1");
        limit(&mut builder);
        builder.build().map(|_| ()).expect_err("refused")
    };
    for (error, name) in [
        (
            refused(|builder| builder.options.rate_limit = Some(-1.0)),
            "rate_limit",
        ),
        (
            refused(|builder| builder.options.rate_limit = Some(f64::NAN)),
            "rate_limit",
        ),
        (
            refused(|builder| builder.options.rate_limit = Some(f64::INFINITY)),
            "rate_limit",
        ),
        (
            refused(|builder| builder.options.max_in_flight = Some(0)),
            "max_in_flight",
        ),
        (
            refused(|builder| builder.options.retry.max_attempts = 0),
            "max_attempts",
        ),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().starts_with(name), "{error}");
    }
}
