//! Writes and sends are never repeated on a guess: exactly one request arrives.

use palabre_model::{ErrorKind, Outcome};
use palabre_transport::Call;

use crate::server::{Act, GOOD, SPEC, Server, account, outcome, run, session};

const EFFECTS: [&str; 2] = ["write", "send"];

/// Those that are done only where the answer has an identifier.
const PROVED: [&str; 2] = ["create", "tell"];

async fn assert_unknown(act: Act, status: Option<u16>) {
    assert_unknown_of(&EFFECTS, act, status).await;
}

async fn assert_unknown_of(operations: &[&str], act: Act, status: Option<u16>) {
    for operation in operations {
        let (result, requests) = outcome(operation, &[act.clone(), GOOD]).await;
        let error = result.expect_err("not known");
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{error}");
        assert_eq!(error.get_status(), status, "{error}");
        assert_eq!(requests, 1, "{error}");
        assert!(error.get_hint().is_some(), "{error}");
    }
}

#[tokio::test]
async fn a_failure_on_the_vendor_s_side_leaves_the_outcome_open() {
    for status in [408, 500, 502, 503, 504, 599] {
        assert_unknown(Act::Answer(status, &[], "{}"), Some(status)).await;
    }
}

#[tokio::test]
async fn a_status_that_is_no_refusal_leaves_the_outcome_open() {
    for status in [600, 700, 999] {
        assert_unknown(Act::Answer(status, &[], "{}"), Some(status)).await;
    }
    let switch = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    assert_unknown(Act::Bytes(switch), Some(101)).await;
}

#[tokio::test]
async fn a_connection_that_ends_after_the_request_leaves_the_outcome_open() {
    for act in [
        Act::Close,
        Act::Reset,
        Act::Bytes("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"ok\":"),
        Act::Bytes("no HTTP at all\r\n\r\n"),
    ] {
        assert_unknown(act, None).await;
    }
}

#[tokio::test]
async fn a_redirect_to_what_was_done_leaves_the_outcome_open() {
    let elsewhere: &[_] = &[("Location", "/things/1")];
    for status in [302, 303] {
        assert_unknown(Act::Answer(status, elsewhere, ""), Some(status)).await;
    }
}

#[tokio::test]
async fn a_refused_write_did_not_happen_and_is_not_repeated() {
    for (status, expected) in [
        (307, ErrorKind::Unavailable),
        (400, ErrorKind::InvalidInput),
        (401, ErrorKind::Authentication),
        (404, ErrorKind::NotFound),
        (409, ErrorKind::Conflict),
    ] {
        for operation in EFFECTS {
            let act = Act::Answer(status, &[("Retry-After", "0")], "{}");
            let (result, requests) = outcome(operation, &[act, GOOD]).await;
            let error = result.expect_err("refused");
            assert_eq!(error.kind(), expected, "{error}");
            assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
            assert_eq!(requests, 1, "{error}");
        }
    }
}

#[tokio::test]
async fn a_good_answer_that_is_no_json_leaves_the_outcome_open() {
    for body in ["{\"ok\":", "{\"oops", "{{ error }}"] {
        assert_unknown(Act::Answer(200, &[], body), Some(200)).await;
    }
}

#[tokio::test]
async fn a_good_answer_without_the_vendor_s_proof_leaves_the_outcome_open() {
    for body in ["{}", "{\"ok\":true}", "{\"thing\":{\"id\":null}}"] {
        assert_unknown_of(&PROVED, Act::Answer(200, &[], body), Some(200)).await;
    }
    assert_unknown_of(&PROVED, Act::Answer(204, &[], ""), Some(204)).await;
    let done = "{\"thing\":{\"id\":\"t-1\"}}";
    for operation in PROVED {
        let (result, _) = outcome(operation, &[Act::Answer(200, &[], done)]).await;
        assert!(result.is_ok(), "{result:?}");
    }
}

#[tokio::test]
async fn an_error_with_a_good_status_leaves_the_outcome_open() {
    assert_unknown(Act::Answer(200, &[], "{\"error\":\"internal\"}"), Some(200)).await;
}

#[tokio::test]
async fn a_good_answer_of_another_shape_was_taken_only_if_it_holds_the_vendor_s_proof() {
    let session = Server::start(&[GOOD]).session();
    let call = Call::new(session, "things.do", None, &[]);
    let problem = serde_json::from_str::<u8>("{}").expect_err("no number");
    let read = |operation: &str, body: &str| {
        let operation = SPEC.operation(operation);
        call.undecodable(operation, 200, body.as_bytes(), &problem)
    };
    for operation in PROVED {
        for body in [
            r#"{"thing": {"id": "t-1", "at": 5}}"#,
            r#"{"thing": {"id": 4711}, "more": []}"#,
        ] {
            let error = read(operation, body);
            assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
            assert_eq!(error.get_outcome(), Some(Outcome::Accepted), "{body}");
        }
        for body in [
            r#"{"thing": {"id": "t-1", "at":"#,
            r#"{"thing": {"id": " "}}"#,
            r#"{"thing": {"id": {"a": 1}}}"#,
            r#"{"thing": {"id": true}}"#,
            r#"{"thing": "t-1"}"#,
            r#"{"id": "t-1"}"#,
            r#"{"error": "internal", "thing": 5}"#,
        ] {
            let error = read(operation, body);
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{body}");
            assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{body}");
            assert_eq!(error.get_status(), Some(200), "{body}");
        }
    }
    let error = read("read", "{}");
    assert_eq!(
        (error.kind(), error.get_outcome()),
        (ErrorKind::Decode, None)
    );
}

#[tokio::test]
async fn a_web_page_or_too_large_an_answer_leaves_the_outcome_open() {
    assert_unknown(
        Act::Answer(200, &[], "<html>Please log in</html>"),
        Some(200),
    )
    .await;

    let server = Server::start(&[GOOD]);
    let mut builder = account(&server.url);
    builder.options.max_response_bytes = 5;
    let error = run(&session(builder), "send").await.expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_connection_of_before_that_has_ended_does_not_make_a_write_happen_twice() {
    // The first answer keeps the connection; the second request is read on it and not answered.
    let server = Server::start(&[GOOD, Act::Close, GOOD]);
    let session = server.session();
    assert!(run(&session, "read").await.is_ok());
    let error = run(&session, "send").await.expect_err("not known");
    assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
    assert_eq!(server.requests().len(), 2);
}
