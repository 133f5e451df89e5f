//! Successes and failures, told apart by status.

use std::collections::BTreeMap;

use palabre_model::{ErrorKind, Outcome, Result};
use palabre_transport::Answer;

use super::kitchen::Kitchen;
use crate::kitchen_sink::errors::{CountMessagesError, SendMessageError};
use crate::kitchen_sink::outcomes::{SendMessageOutcome, SetConsentOutcome};
use crate::kitchen_sink::{forms, types};

async fn send(status: u16, body: &str) -> Result<Answer<()>> {
    let message = types::NewMessage {
        to: "+22901000000".to_owned(),
        content: types::NewText {
            text: "Hello".to_owned(),
            extra: BTreeMap::new(),
        }
        .into(),
        from: None,
        meta: None,
        state: None,
        tags: None,
        type_: None,
        extra: BTreeMap::new(),
    };
    let vendor = Kitchen::answering(status, body).await;
    vendor
        .call(async |client| client.send_message(None, &message).await)
        .await
}

async fn outcome(status: u16, body: &str) -> serde_json::Result<SendMessageOutcome> {
    let answer = send(status, body).await.expect("a good answer");
    SendMessageOutcome::decode(answer.status, &answer.body)
}

#[tokio::test]
async fn each_status_of_success_has_its_own_shape() {
    let sent = outcome(200, r#"{"status":"OK","message_id":"m-1"}"#).await;
    let Ok(SendMessageOutcome::Status200(sent)) = sent else {
        panic!("{sent:?}");
    };
    assert_eq!(sent.message_id.map(|id| id.0), Some("m-1".to_owned()));

    let queued = outcome(202, r#"{"status":"accepted","queue_position":3}"#).await;
    let Ok(SendMessageOutcome::Status202(queued)) = queued else {
        panic!("{queued:?}");
    };
    assert_eq!(queued.queue_position.map(|position| position.0), Some(3));

    let repeated = outcome(204, "").await;
    assert!(
        matches!(repeated, Ok(SendMessageOutcome::Status204)),
        "{repeated:?}"
    );
}

#[tokio::test]
async fn a_success_that_is_not_documented_is_not_taken_for_one_that_is() {
    let error = outcome(201, r#"{"status":"OK","message_id":"m-1"}"#)
        .await
        .expect_err("not documented");
    assert_eq!(error.to_string(), "status 201 is not documented");
    let error = outcome(200, r#"{"status":"OK","message_id":{}}"#).await;
    assert!(error.is_err(), "an object is not the documented shape");
}

#[tokio::test]
async fn a_form_has_outcomes_as_well() {
    for (status, body) in [(200, r#"{"status":"OK"}"#), (204, "")] {
        let vendor = Kitchen::answering(status, body).await;
        let answer = vendor
            .call(async |client| {
                client
                    .set_consent_form("c-1", forms::Consent::default())
                    .await
            })
            .await
            .expect("a good answer");
        let outcome = SetConsentOutcome::decode(answer.status, &answer.body);
        match status {
            204 => assert!(matches!(outcome, Ok(SetConsentOutcome::Status204))),
            _ => assert!(matches!(outcome, Ok(SetConsentOutcome::Status200(_)))),
        }
    }
}

#[tokio::test]
async fn an_exact_status_beats_its_range_and_a_range_beats_the_default() {
    for (status, body, code) in [
        (409, r#"{"other_message_id":"m-2"}"#, "409 clash with m-2"),
        (
            422,
            r#"{"fields":{"to":["no"]}}"#,
            r#"422 fields {"to":["no"]}"#,
        ),
        (400, r#"{"status":"FAIL","reason":7}"#, "4XX reason 7"),
        (499, r#"{"status":"FAIL","reason":"8"}"#, "4XX reason 8"),
        (500, r#"{"incident":"i-1"}"#, "default incident i-1"),
        (302, r#"{"incident":9}"#, "default incident 9"),
    ] {
        let error = send(status, body).await.expect_err("a failure");
        assert_eq!(error.get_vendor_code(), Some(code), "{status}");
        assert_eq!(error.get_status(), Some(status));
    }
}

#[tokio::test]
async fn a_failure_of_another_shape_is_still_a_failure() {
    for body in ["", "<html>", "[]", "\"no\""] {
        let error = send(409, body).await.expect_err("a failure");
        assert_eq!(error.get_vendor_code(), Some("not documented"), "{body:?}");
        assert_eq!(error.kind(), ErrorKind::Conflict);
    }
}

#[test]
fn the_order_in_the_document_does_not_decide_which_error_is_read() {
    // The document has the default first, then the range, then the exact statuses.
    let read = |status| SendMessageError::decode(status, b"{}");
    assert!(matches!(read(409), Some(SendMessageError::Status409(_))));
    assert!(matches!(read(410), Some(SendMessageError::Status4XX(_))));
    assert!(matches!(read(503), Some(SendMessageError::OtherStatus(_))));
    assert!(matches!(read(200), Some(SendMessageError::GoodStatus(_))));
}

#[test]
fn a_default_is_about_failures_only() {
    for status in [199, 302, 404, 500] {
        assert!(
            CountMessagesError::decode(status, b"{}").is_some(),
            "{status}"
        );
    }
    assert!(CountMessagesError::decode(200, b"{}").is_none());
}

#[tokio::test]
async fn a_good_status_whose_body_reports_failure_is_an_error() {
    let error = send(200, r#"{"status":"FAIL","reason":7}"#)
        .await
        .expect_err("a failure");
    assert_eq!(error.get_vendor_code(), Some("good status, reason 7"));
    // The reader does not know the reason, and what nobody knows may have gone wrong afterwards.
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
    assert!(
        send(200, r#"{"status":"ok","message_id":"m-1"}"#)
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_send_that_ends_in_a_server_error_may_have_happened() {
    let error = send(500, r#"{"incident":"i-1"}"#)
        .await
        .expect_err("a failure");
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
}
