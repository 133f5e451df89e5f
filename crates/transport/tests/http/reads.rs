//! Reads are repeated where that may help.

use std::time::{Duration, Instant};

use palabre_model::ErrorKind;

use crate::server::{Act, GOOD, Server, account, kind, outcome, run, session};

#[tokio::test]
async fn a_read_is_repeated_after_what_may_pass() {
    for passing in [
        Act::Answer(408, &[], ""),
        Act::Answer(429, &[], ""),
        Act::Answer(500, &[], "{}"),
        Act::Answer(502, &[], "<html>Bad gateway</html>"),
        Act::Answer(503, &[("Retry-After", "0")], ""),
        Act::Answer(504, &[], "not json"),
        Act::Answer(599, &[], ""),
        Act::Close,
        Act::Reset,
        Act::Bytes("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"ok\":"),
        Act::Bytes("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"ok\""),
        Act::Bytes("no HTTP at all\r\n\r\n"),
    ] {
        let (result, requests) = outcome("read", &[passing.clone(), passing, GOOD]).await;
        assert_eq!(result.expect("the third try")["ok"], true);
        assert_eq!(requests, 3);
    }
}

#[tokio::test]
async fn a_read_is_not_repeated_after_what_stays() {
    for (status, expected) in [
        (302, ErrorKind::Unavailable),
        (400, ErrorKind::InvalidInput),
        (401, ErrorKind::Authentication),
        (402, ErrorKind::QuotaExceeded),
        (403, ErrorKind::Permission),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
        (410, ErrorKind::NotFound),
        (418, ErrorKind::Vendor),
        (422, ErrorKind::InvalidInput),
    ] {
        let tried = kind("read", &[Act::Answer(status, &[], "{}"), GOOD]).await;
        assert_eq!(tried, (Some(expected), 1), "{status}");
    }
}

#[tokio::test]
async fn a_read_is_sent_three_times_at_most() {
    let (result, requests) = outcome("read", &[Act::Answer(503, &[], "")]).await;
    let error = result.expect_err("a failure");
    assert_eq!((error.kind(), requests), (ErrorKind::Unavailable, 3));
    assert_eq!(error.get_status(), Some(503));

    let tried = kind("read", &[Act::Close]).await;
    assert_eq!(tried, (Some(ErrorKind::Unavailable), 3));
}

#[tokio::test]
async fn one_attempt_means_no_repeat() {
    let server = Server::start(&[Act::Answer(503, &[], ""), GOOD]);
    let mut builder = account(&server.url);
    builder.options.retry.max_attempts = 1;
    let tried = run(&session(builder), "read").await;
    assert!(tried.is_err());
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn no_delay_at_all_is_a_policy_too() {
    let server = Server::start(&[Act::Answer(503, &[], ""), GOOD]);
    let mut builder = account(&server.url);
    builder.options.retry.base_delay = Duration::ZERO;
    assert!(run(&session(builder), "read").await.is_ok());
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn retry_after_is_waited_for() {
    let asked = Act::Answer(429, &[("Retry-After", "1")], "");
    let server = Server::start(&[asked, GOOD]);
    let mut builder = account(&server.url);
    builder.options.retry.max_delay = Duration::from_secs(20);
    let start = Instant::now();
    assert!(run(&session(builder), "read").await.is_ok());
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn retry_after_is_waited_for_no_longer_than_the_cap() {
    let server = Server::start(&[Act::Answer(429, &[("Retry-After", "86400")], ""), GOOD]);
    let start = Instant::now();
    assert!(run(&server.session(), "read").await.is_ok());
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_wait_that_would_outlast_the_call_is_not_begun() {
    let asked = Act::Answer(429, &[("Retry-After", "15")], "");
    let server = Server::start(&[asked, GOOD]);
    let mut builder = account(&server.url);
    builder.options.timeout = Duration::from_secs(10);
    builder.options.retry.max_delay = Duration::from_secs(20);
    let start = Instant::now();
    let error = run(&session(builder), "read").await.expect_err("no time");
    assert!(start.elapsed() < Duration::from_secs(5));
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.get_retry_after(), Some(Duration::from_secs(15)));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_date_to_wait_for_is_read_by_the_vendor_s_clock() {
    let dates: &[_] = &[
        ("Date", "Sun, 22 Nov 2020 10:00:00 GMT"),
        ("Retry-After", "Sun, 22 Nov 2020 10:00:07 GMT"),
    ];
    let (result, _) = outcome("write", &[Act::Answer(429, dates, "")]).await;
    let error = result.expect_err("a failure");
    assert_eq!(error.get_retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_web_page_where_the_api_should_be_is_a_wrong_address() {
    let page = Act::Answer(404, &[], "<!DOCTYPE html><title>404</title>");
    let (result, requests) = outcome("write", &[page]).await;
    let error = result.expect_err("no API");
    assert_eq!((error.kind(), requests), (ErrorKind::Config, 1));
    assert!(
        error.get_hint().expect("a hint").contains("base_url"),
        "{error}"
    );
    assert_eq!(error.get_outcome(), Some(palabre_model::Outcome::NotSent));
}
