//! Good answers, and those that only look good.

use palabre_model::ErrorKind;
use serde_json::{Value, json};

use crate::server::{Act, GOOD, Server, account, outcome, run, session};

#[tokio::test]
async fn an_empty_answer_is_null() {
    for act in [
        Act::Answer(200, &[], ""),
        Act::Answer(200, &[], " \n"),
        Act::Bytes("HTTP/1.1 204 No Content\r\n\r\n"),
    ] {
        let (result, _) = outcome("write", &[act]).await;
        assert_eq!(result.expect("an answer"), Value::Null);
    }
}

#[tokio::test]
async fn every_status_from_200_to_299_is_good() {
    for status in [200, 201, 202, 206, 299] {
        let (result, _) = outcome("write", &[Act::Answer(status, &[], "[1]")]).await;
        assert_eq!(result.expect("an answer"), json!([1]));
    }
}

#[tokio::test]
async fn a_web_page_is_not_an_answer() {
    let page = Act::Answer(200, &[], " \n<!DOCTYPE html><title>Log in</title>");
    let (result, requests) = outcome("read", &[page]).await;
    let error = result.expect_err("a web page");
    assert_eq!((error.kind(), requests), (ErrorKind::Decode, 1));
    assert!(error.message().contains("web page"), "{error}");
    assert!(!error.to_string().contains("Log in"), "{error}");
}

#[tokio::test]
async fn what_is_not_json_says_where_and_not_what() {
    let (result, _) = outcome("read", &[Act::Answer(200, &[], "{\"secret\": oops}")]).await;
    let error = result.expect_err("not JSON");
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(error.get_status(), Some(200));
    assert_eq!(error.get_operation(), Some("things.do"));
    assert!(error.message().contains("line 1, column 12"), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn an_answer_larger_than_the_limit_is_not_read() {
    let chunked = Act::Bytes(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n{\"ok\":true}\r\n0\r\n\r\n",
    );
    for act in [GOOD, chunked] {
        for (limit, fits) in [(11, true), (10, false)] {
            let server = Server::start(std::slice::from_ref(&act));
            let mut builder = account(&server.url);
            builder.options.max_response_bytes = limit;
            let result = run(&session(builder), "read").await;
            assert_eq!(result.is_ok(), fits);
            if let Err(error) = result {
                assert_eq!(error.kind(), ErrorKind::Decode);
                assert!(error.message().contains("10 bytes"), "{error}");
                assert_eq!(server.requests().len(), 1);
            }
        }
    }
}

#[tokio::test]
async fn the_identifier_of_a_request_is_kept() {
    for name in ["X-Request-Id", "request-id", "CF-Ray", "x-correlation-id"] {
        let headers: &'static [_] = vec![(&*name.to_owned().leak(), "abc 123\t")].leak();
        let (result, _) = outcome("send", &[Act::Answer(400, headers, "")]).await;
        let error = result.expect_err("refused");
        assert_eq!(error.get_request_id(), Some("abc123"), "{name}");
    }
}
