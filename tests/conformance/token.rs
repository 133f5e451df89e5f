//! The token of 99digital: asked for once, renewed in time, never asked for again in vain.

use std::time::{Duration, Instant};

use palabre::{Client, Credentials, ErrorKind, Vendor};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::stage::Stage;

const VENDOR: Vendor = Vendor::NinetyNineDigital;

fn with(stage: &Stage, secret: &str) -> Client {
    let credentials = Credentials::default()
        .with("client_id", "sandbox-client-id")
        .with("client_secret", secret);
    stage
        .builder(VENDOR)
        .credentials(credentials)
        .build()
        .unwrap()
}

#[tokio::test]
async fn fifty_callers_wait_for_one_token() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "create_access_token", "delay_ms": 100}));
    let client = stage.client(VENDOR);
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let client = client.clone();
        calls.spawn(async move { client.numbers().list().collect().await });
    }
    for numbers in calls.join_all().await {
        assert_eq!(numbers.unwrap().len(), 5);
    }
    assert_eq!((stage.token_requests(), stage.requests().len()), (1, 50));
}

#[tokio::test]
async fn clones_and_reconnected_clients_share_the_token() {
    let stage = Stage::new();
    let client = stage.client(VENDOR);
    for client in [
        client.clone(),
        client.reconnected().unwrap(),
        client.renamed("sales"),
        client,
    ] {
        client.numbers().list().collect().await.unwrap();
    }
    assert_eq!(stage.token_requests(), 1);
}

#[tokio::test]
async fn a_token_that_ended_is_renewed_once_and_the_call_repeated() {
    let stage = Stage::new();
    let client = stage.client(VENDOR);
    client.numbers().list().collect().await.unwrap();
    stage
        .sandbox
        .set_time("2026-11-22T12:00:00Z".parse().unwrap());
    assert_eq!(client.numbers().list().collect().await.unwrap().len(), 5);
    assert_eq!(stage.token_requests(), 2);
    assert_eq!(stage.operations(), ["get_whatsapp"; 3]);

    client.stats().current_month().await.unwrap();
    assert_eq!(stage.token_requests(), 2, "the new token is kept");
}

#[tokio::test]
async fn a_refusal_of_the_token_renews_it_once() {
    for fault in [
        json!({"status": 200, "body": {"status": "FAIL", "reason": 3}}),
        json!({"status": 401, "body": {"status": "FAIL", "reason": 3}}),
        json!({"status": 401}),
    ] {
        let stage = Stage::new();
        let client = stage.client(VENDOR);
        let mut fault = fault;
        fault["operation"] = "get_whatsapp".into();
        stage.fault(fault.clone());
        assert!(client.numbers().list().collect().await.is_ok());
        assert_eq!(
            (stage.token_requests(), stage.requests().len()),
            (2, 2),
            "{fault}"
        );

        // A second refusal in a row is an answer.
        fault["times"] = Value::Null;
        stage.fault(fault);
        let error = client.numbers().list().collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
        assert_eq!((stage.token_requests(), stage.requests().len()), (3, 4));
    }
}

#[tokio::test]
async fn callers_whose_tokens_ended_together_renew_it_once() {
    let stage = Stage::new();
    let client = stage.client(VENDOR);
    client.numbers().list().collect().await.unwrap();
    stage
        .sandbox
        .set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let mut calls = JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        calls.spawn(async move { client.numbers().list().collect().await });
    }
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert_eq!(stage.token_requests(), 2);
}

#[tokio::test]
async fn wrong_credentials_are_tried_once_however_often_the_client_is_used() {
    let stage = Stage::new();
    let client = with(&stage, "wrong");
    for _ in 0..3 {
        let error = client.numbers().list().collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
        assert_eq!(error.get_vendor_code(), Some("2"));
        assert_eq!(error.get_operation(), Some("create_access_token"));
    }
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let client = client.clone();
        calls.spawn(async move { client.stats().current_month().await });
    }
    let errors = calls.join_all().await;
    assert!(errors.iter().all(|result| {
        result
            .as_ref()
            .unwrap_err()
            .get_hint()
            .unwrap()
            .contains("not asked again")
    }));
    assert_eq!(stage.sandbox.journal().len(), 1);
    // The address is not blocked: the right credentials still work.
    assert!(
        with(&stage, "sandbox-client-secret")
            .numbers()
            .list()
            .collect()
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_refusal_of_the_credentials_is_final_whatever_its_status() {
    let fail = json!({"status": "FAIL", "reason": 2});
    for (status, body, kind) in [
        (500, fail.clone(), ErrorKind::Authentication),
        (503, fail.clone(), ErrorKind::Authentication),
        (429, fail, ErrorKind::Authentication),
        (400, json!({"why": "?"}), ErrorKind::InvalidInput),
        (403, json!("<html>"), ErrorKind::Permission),
        (401, json!(""), ErrorKind::Authentication),
    ] {
        let stage = Stage::new();
        stage.fault(json!({
            "operation": "create_access_token", "status": status, "body": body, "times": null,
        }));
        let client = stage.client(VENDOR);
        for _ in 0..3 {
            let error = client.numbers().list().collect().await.unwrap_err();
            assert_eq!(error.kind(), kind, "{status}: {error}");
        }
        assert_eq!(stage.token_requests(), 1, "{status} {body}");
    }
}

#[tokio::test]
async fn a_token_call_that_failed_otherwise_is_tried_again_by_the_next_call() {
    let stage = Stage::new();
    let client = stage.client(VENDOR);
    stage.fault(json!({"operation": "create_access_token", "status": 503, "times": 3}));
    let error = client.numbers().list().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert!(stage.requests().is_empty());
    assert!(client.numbers().list().collect().await.is_ok());
}

#[tokio::test]
async fn an_answer_without_a_token_is_an_error() {
    for (body, kind) in [
        (json!({"status": "OK", "reason": 1}), ErrorKind::Decode),
        (json!({"status": "OK"}), ErrorKind::Decode),
        (json!({"access_token": "", "reason": 1}), ErrorKind::Decode),
        (json!({"reason": 2}), ErrorKind::Authentication),
        (json!({"access_token": "a\nb"}), ErrorKind::Config),
        (json!("<html>"), ErrorKind::Decode),
    ] {
        let stage = Stage::new();
        stage.fault(json!({"operation": "create_access_token", "status": 200, "body": body}));
        let error = stage
            .client(VENDOR)
            .numbers()
            .list()
            .collect()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), kind, "{body}: {error}");
        assert!(stage.requests().is_empty());
    }
}

#[tokio::test]
async fn a_token_without_an_end_is_good_for_the_documented_hour() {
    let stage = Stage::new();
    for end in [json!(null), json!("soon"), json!(0)] {
        stage.fault(json!({
            "operation": "create_access_token", "replace": {"pointer": "/expiration_time", "value": end},
        }));
        let client = stage.client(VENDOR);
        for _ in 0..2 {
            client.numbers().list().collect().await.unwrap();
        }
    }
    assert_eq!(stage.token_requests(), 3);
}

#[tokio::test]
async fn waiting_for_a_token_is_part_of_the_time_out() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "create_access_token", "delay_ms": 20_000}));
    let client = stage
        .client(VENDOR)
        .with_timeout(Some(Duration::from_millis(300)));
    let start = Instant::now();
    // Who has more patience and waits for the same token is not held up by who has none.
    let patient = client.with_timeout(None);
    let patient = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(50)).await;
        patient.numbers().list().collect().await
    });
    let error = client.numbers().list().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert_eq!(error.get_operation(), Some("numbers.list"));
    let numbers = patient.await.unwrap();
    assert_eq!(numbers.unwrap().len(), 5);
    assert!(start.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_token_that_is_given_is_used_and_never_renewed() {
    let stage = Stage::new();
    // Neither a client nor the journal shows a token.
    let url = stage.sandbox.base_url(VENDOR.id()).unwrap() + "/settings/accessToken";
    let pair = json!({"client_id": "sandbox-client-id", "client_secret": "sandbox-client-secret"});
    let answer = post(&url, &pair).await;
    let credentials =
        Credentials::default().with("access_token", answer["access_token"].as_str().unwrap());
    let client = stage
        .builder(VENDOR)
        .credentials(credentials)
        .build()
        .unwrap();
    stage.sandbox.clear_journal();

    assert_eq!(client.numbers().list().collect().await.unwrap().len(), 5);
    stage
        .sandbox
        .set_time("2026-11-22T12:00:00Z".parse().unwrap());
    let error = client.numbers().list().collect().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.get_vendor_code()),
        (ErrorKind::Authentication, Some("3"))
    );
    assert!(
        error
            .get_hint()
            .unwrap()
            .contains("client_id and client_secret"),
        "{error}"
    );
    assert_eq!((stage.token_requests(), stage.requests().len()), (0, 2));
}

/// Posts JSON without a client of ours and returns the JSON of the answer.
async fn post(url: &str, body: &Value) -> Value {
    let (host, path) = url["http://".len()..].split_once('/').unwrap();
    let body = body.to_string();
    let request = format!(
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (_, answer) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(answer).unwrap()
}
