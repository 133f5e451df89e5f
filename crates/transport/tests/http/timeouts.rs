//! A call ends in time, its repeats included.

use std::time::{Duration, Instant};

use palabre_model::{ErrorKind, Outcome, Result};
use serde_json::Value;

use crate::server::{Act, GOOD, Server, account, run_within, session};

const SHORT: Duration = Duration::from_millis(300);

/// Nothing here takes this long unless a time-out does not work.
const FAR_TOO_LONG: Duration = Duration::from_secs(10);

const SILENT: Act = Act::Silence(Duration::from_secs(30));

async fn timed(server: &Server, operation: &str, timeout: Duration) -> (Result<Value>, Duration) {
    let start = Instant::now();
    let result = run_within(&server.session(), operation, Some(timeout)).await;
    (result, start.elapsed())
}

#[tokio::test]
async fn a_read_without_an_answer_times_out_and_is_not_repeated() {
    let server = Server::start(&[SILENT]);
    let (result, elapsed) = timed(&server, "read", SHORT).await;
    let error = result.expect_err("no answer");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(server.requests().len(), 1);
    assert!((SHORT..FAR_TOO_LONG).contains(&elapsed), "{elapsed:?}");
}

#[tokio::test]
async fn a_write_without_an_answer_leaves_the_outcome_open() {
    for operation in ["write", "send"] {
        let server = Server::start(&[SILENT]);
        let (result, elapsed) = timed(&server, operation, SHORT).await;
        let error = result.expect_err("no answer");
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
        assert_eq!(server.requests().len(), 1);
        assert!(elapsed < FAR_TOO_LONG, "{elapsed:?}");
    }
}

#[tokio::test]
async fn an_answer_that_stops_in_its_middle_times_out() {
    // Nobody closes: the rest of the body just does not come.
    let server = Server::start(&[Act::Stall("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")]);
    let (result, elapsed) = timed(&server, "read", SHORT).await;
    assert_eq!(
        result.expect_err("half an answer").kind(),
        ErrorKind::Timeout
    );
    assert!(elapsed < FAR_TOO_LONG, "{elapsed:?}");
}

#[tokio::test]
async fn the_time_out_is_that_of_the_whole_call() {
    // A failure that takes its time, then silence: time-outs of their own would add up to 3.5 s.
    let failure = "HTTP/1.1 503 Word\r\nContent-Length: 0\r\n\r\n";
    let server = Server::start(&[Act::Slow(Duration::from_millis(1500), failure), SILENT]);
    let (result, elapsed) = timed(&server, "read", Duration::from_secs(2)).await;
    assert_eq!(result.expect_err("no answer").kind(), ErrorKind::Timeout);
    assert_eq!(server.requests().len(), 2);
    assert!((1.9..3.4).contains(&elapsed.as_secs_f64()), "{elapsed:?}");
}

#[tokio::test]
async fn a_call_may_have_a_time_out_of_its_own() {
    let server = Server::start(&[Act::Slow(
        SHORT,
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    )]);
    let mut builder = account(&server.url);
    builder.options.timeout = Duration::from_millis(100);
    let session = session(builder);
    let error = run_within(&session, "read", None)
        .await
        .expect_err("the account's");
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(
        run_within(&session, "read", Some(FAR_TOO_LONG))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn no_time_at_all_is_refused_and_endless_time_is_fine() {
    let server = Server::start(&[GOOD]);
    let (result, _) = timed(&server, "send", Duration::ZERO).await;
    let error = result.expect_err("no time");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().starts_with("timeout:"), "{error}");
    assert_eq!(server.requests().len(), 0);
    let (result, _) = timed(&server, "send", Duration::MAX).await;
    assert!(result.is_ok());
}
