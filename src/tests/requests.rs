//! What leaves this machine, for each kind of parameter and body.

use std::collections::BTreeMap;

use palabre_model::{ErrorKind, Outcome};
use palabre_transport::FilePart;
use serde_json::json;

use super::kitchen::{APP, Kitchen, TOKEN};
use super::server::Received;
use crate::kitchen_sink::{forms, open::MessageState, types};

const DONE: &str = r#"{"status":"OK"}"#;

/// What every request has: one of each header, and none that only the generator knows.
fn assert_well_formed(request: &Received, content_types: &[&str]) {
    assert_eq!(request.header("content-type"), content_types);
    assert_eq!(request.header("accept"), ["application/json"]);
    assert_eq!(request.header("api-version"), [""; 0]);
    assert_eq!(
        request.header("user-agent"),
        [palabre_transport::USER_AGENT]
    );
}

fn new_message() -> types::NewMessage {
    let content = types::NewText {
        text: "Héllo".to_owned(),
        extra: BTreeMap::new(),
    };
    types::NewMessage {
        to: "+22901000000".to_owned(),
        content: content.into(),
        from: None,
        meta: None,
        state: None,
        tags: None,
        type_: None,
        extra: BTreeMap::new(),
    }
}

fn attachment() -> forms::Attachment {
    forms::Attachment {
        file: FilePart::new("cat.png", &b"\x01PNG"[..]),
        preview: None,
        caption: None,
        labels: vec!["cat".to_owned()],
        pages: vec![],
        position: None,
        scale: None,
        public: None,
        extra: BTreeMap::new(),
    }
}

#[tokio::test]
async fn query_parameters_are_escaped_and_go_out_with_both_credentials() {
    let vendor = Kitchen::answering(200, DONE).await;
    vendor
        .call(async |client| {
            client
                .list_messages(
                    Some(20),
                    Some(1.5),
                    Some("a&b c"),
                    Some("on hold"),
                    Some(true),
                )
                .await
        })
        .await
        .expect("an answer");
    let request = vendor.only();
    assert_eq!(
        request.line,
        "GET /v3/messages?limit=20&max-price=1.5&search=a%26b+c&state=on+hold&urgent=true"
    );
    assert_eq!(request.header("authorization"), [format!("Bearer {TOKEN}")]);
    assert_eq!(request.header("x-app-id"), [APP]);
    assert_eq!(request.body, "");
    assert_well_formed(&request, &[]);
}

#[tokio::test]
async fn query_parameters_that_are_not_given_are_not_sent() {
    let vendor = Kitchen::answering(200, DONE).await;
    vendor
        .call(async |client| client.list_messages(None, None, None, None, None).await)
        .await
        .expect("an answer");
    assert_eq!(vendor.only().line, "GET /v3/messages");
}

#[tokio::test]
async fn a_json_body_holds_what_is_given_and_nothing_else() {
    let vendor = Kitchen::answering(200, r#"{"status":"OK","message_id":"m-1"}"#).await;
    let mut message = new_message();
    message.state = Some(MessageState::Queued);
    message.tags = Some(vec![]);
    message.type_ = Some("text".to_owned());
    message.meta = json!({"city": "Cotonou"}).as_object().cloned();
    message.extra.insert("dry_run".to_owned(), json!(true));
    vendor
        .call(async |client| client.send_message(Some("trace-1"), &message).await)
        .await
        .expect("an answer");
    let request = vendor.only();
    assert_eq!(request.line, "POST /v3/messages");
    assert_eq!(request.header("x-trace"), ["trace-1"]);
    // The transport makes the key: no method has an argument for it.
    assert_eq!(request.header("idempotency-key").len(), 1);
    let body: serde_json::Value = serde_json::from_str(&request.body).expect("JSON");
    assert_eq!(
        body,
        json!({
            "to": "+22901000000",
            "content": {"text": "Héllo"},
            "state": "queued",
            "tags": [],
            "type": "text",
            "meta": {"city": "Cotonou"},
            "dry_run": true,
        })
    );
    assert_well_formed(&request, &["application/json"]);
}

#[tokio::test]
async fn a_header_parameter_that_is_not_given_is_not_sent() {
    let vendor = Kitchen::answering(204, "").await;
    vendor
        .call(async |client| client.send_message(None, &new_message()).await)
        .await
        .expect("an answer");
    assert_eq!(vendor.only().header("x-trace"), [""; 0]);
}

#[tokio::test]
async fn a_delete_has_a_json_body_and_only_the_credentials_that_it_asks_for() {
    let vendor = Kitchen::answering(204, "").await;
    let body = types::MessageIds {
        ids: vec!["m-1".to_owned(), "m-2".to_owned()],
        extra: BTreeMap::new(),
    };
    vendor
        .call(async |client| client.delete_messages(&body).await)
        .await
        .expect("an answer");
    let request = vendor.only();
    assert_eq!(request.line, "DELETE /v3/messages");
    assert_eq!(request.body, r#"{"ids":["m-1","m-2"]}"#);
    assert_eq!(request.header("authorization"), [""; 0]);
    assert_eq!(request.header("x-app-id"), [APP]);
    assert_well_formed(&request, &["application/json"]);
}

#[tokio::test]
async fn a_get_has_a_json_body() {
    let vendor = Kitchen::answering(200, r#"{"status":"OK","count":3}"#).await;
    let body = types::Filter {
        from: Some("012025".to_owned()),
        to: None,
        extra: BTreeMap::new(),
    };
    let answer = vendor
        .call(async |client| client.count_messages(&body).await)
        .await
        .expect("an answer");
    assert_eq!(answer.value.count.map(|count| count.0), Some(3));
    let request = vendor.only();
    assert_eq!(request.line, "GET /v3/stats");
    assert_eq!(request.body, r#"{"from":"012025"}"#);
    assert_well_formed(&request, &["application/json"]);
}

#[tokio::test]
async fn an_operation_without_security_sends_no_credentials() {
    let vendor = Kitchen::answering(200, r#"{"token":"t"}"#).await;
    let body = types::Password {
        password: "not-a-real-password".to_owned(),
        extra: BTreeMap::new(),
    };
    // The answer has no `status`, and the rule of logical failures does not ask for one.
    vendor
        .call(async |client| client.open_session(&body).await)
        .await
        .expect("an answer");
    let request = vendor.only();
    assert_eq!(request.header("authorization"), [""; 0]);
    assert_eq!(request.header("x-app-id"), [""; 0]);
}

#[tokio::test]
async fn a_multipart_form_holds_files_arrays_numbers_and_flags() {
    let vendor = Kitchen::answering(200, DONE).await;
    let mut form = attachment();
    form.caption = Some("A \"cat\"\r\n".to_owned());
    form.labels = vec!["cat".to_owned(), "grey".to_owned()];
    form.pages = vec![1, 2];
    form.position = Some(3);
    form.scale = Some(0.5);
    form.public = Some(true);
    form.extra.insert("dry_run".to_owned(), json!("yes"));
    vendor
        .call(async |client| {
            client
                .attach_file_form("m 1", 7, Some(true), Some("abc"), "trace-1", form)
                .await
        })
        .await
        .expect("an answer");
    let request = vendor.only();
    assert_eq!(
        request.line,
        "PUT /v3/messages/m%201/files/7?overwrite=true"
    );
    assert_eq!(request.header("checksum"), ["abc"]);
    assert_eq!(request.header("x-trace"), ["trace-1"]);
    let content_type = request.header("content-type").concat();
    let boundary = content_type
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a boundary");
    assert_well_formed(&request, &[&content_type]);
    let part = |headers: &str, content: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; {headers}\r\n\r\n{content}\r\n")
    };
    let expected = [
        part(
            "name=\"file\"; filename=\"cat.png\"\r\nContent-Type: image/png",
            "\u{1}PNG",
        ),
        part("name=\"caption\"", "A \"cat\"\r\n"),
        part("name=\"labels[]\"", "cat"),
        part("name=\"labels[]\"", "grey"),
        part("name=\"pages[]\"", "1"),
        part("name=\"pages[]\"", "2"),
        part("name=\"position\"", "3"),
        part("name=\"scale\"", "0.5"),
        part("name=\"public\"", "1"),
        part("name=\"dry_run\"", "yes"),
        format!("--{boundary}--\r\n"),
    ];
    assert_eq!(request.body, expected.concat());
}

#[tokio::test]
async fn an_urlencoded_form_repeats_the_name_of_an_array() {
    let vendor = Kitchen::answering(200, DONE).await;
    let form = forms::Consent {
        agreed: false,
        topics: vec!["news".to_owned(), "a&b".to_owned()],
        weight: Some(0.25),
        ..forms::Consent::default()
    };
    vendor
        .call(async |client| client.set_consent_form("c-1", form).await)
        .await
        .expect("an answer");
    let request = vendor.only();
    assert_eq!(request.line, "POST /v3/contacts/c-1/consent");
    assert_eq!(
        request.body,
        "agreed=0&topics%5B%5D=news&topics%5B%5D=a%26b&weight=0.25"
    );
    assert_well_formed(&request, &["application/x-www-form-urlencoded"]);
}

#[tokio::test]
async fn an_operation_may_describe_the_parameter_of_its_path_item_anew() {
    let vendor = Kitchen::answering(204, "").await;
    vendor
        .call(async |client| client.pin_message(17).await)
        .await
        .expect("an answer");
    assert_eq!(vendor.only().line, "PUT /v3/messages/17");
}

/// Asserts that a call is refused before anything is sent, for this reason.
macro_rules! assert_refused {
    ($reason:literal, |$client:ident| $call:expr) => {
        let vendor = Kitchen::answering(200, DONE).await;
        let refused = vendor.call(async |$client| $call.await).await;
        let error = refused.map(|_| ()).expect_err($reason);
        assert_eq!(error.message(), $reason);
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        assert!(vendor.received().is_empty(), "something was sent");
    };
}

#[tokio::test]
async fn bounds_of_query_parameters_are_checked_before_anything_is_sent() {
    assert_refused!("limit: 1 to 100 is allowed, got 101", |client| client
        .list_messages(Some(101), None, None, None, None));
    assert_refused!(
        "state: one of queued, sent, on hold, 24h, self is needed",
        |client| client.list_messages(None, None, None, Some("lost"), None)
    );
}

#[tokio::test]
async fn a_body_that_is_put_together_is_checked_in_all_its_parts() {
    let mut message = new_message();
    message.to = String::new();
    assert_refused!("to: is empty", |client| client.send_message(None, &message));
    let mut message = new_message();
    message.tags = Some(vec![String::new(); 3]);
    assert_refused!("tags: at most 2 items are allowed, got 3", |client| client
        .send_message(None, &message));
    let mut message = new_message();
    message.state = Some(MessageState::Unknown("lost".to_owned()));
    assert_refused!(
        "state: one of queued, sent, on hold, 24h, self is needed",
        |client| client.send_message(None, &message)
    );
}

#[tokio::test]
async fn one_of_several_fields_is_asked_for() {
    let body = types::Filter {
        from: None,
        to: None,
        extra: BTreeMap::new(),
    };
    assert_refused!("from: at least one of from, to is required", |client| {
        client.count_messages(&body)
    });
}

#[tokio::test]
async fn files_and_lists_of_a_form_are_checked_before_anything_is_sent() {
    let mut form = attachment();
    form.file = FilePart::new("cat.png", vec![0; 17]);
    assert_refused!("file: at most 16 bytes are taken, got 17", |client| client
        .attach_file_form("m-1", 7, None, None, "t", form));
    let mut form = attachment();
    form.file = FilePart::new("cat.gif", vec![0]);
    assert_refused!(
        "file: files of type png, jpg are taken, got \"gif\"",
        |client| client.attach_file_form("m-1", 7, None, None, "t", form)
    );
    let mut form = attachment();
    form.labels.clear();
    assert_refused!("labels[]: is required", |client| client
        .attach_file_form("m-1", 7, None, None, "t", form));
}

fn pager_call(from: Option<&str>) -> types::PagerCall {
    types::PagerCall {
        from: from.map(str::to_owned),
        text: "Hello".to_owned(),
        extra: BTreeMap::new(),
    }
}

#[tokio::test]
async fn credentials_of_a_body_go_to_the_place_beside_the_account_s_address_and_no_header_goes_along()
 {
    let vendor = Kitchen::answering(200, "[]").await;
    let answer = vendor
        .call(async |client| client.page_person(&pager_call(None)).await)
        .await;
    let error = answer.expect_err("a bare list says nothing of a send");
    assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
    let request = vendor.only();
    assert_eq!(request.line, "POST /pager/calls");
    assert_eq!(request.header("authorization"), [""; 0]);
    assert_eq!(request.header("x-app-id"), [""; 0]);
    assert_well_formed(&request, &["application/json"]);
    let body: serde_json::Value = serde_json::from_str(&request.body).expect("JSON");
    assert_eq!(
        body,
        json!({"key": TOKEN, "from": "22997000000", "text": "Hello"})
    );
    assert_eq!(
        request.header("content-length"),
        [request.body.len().to_string()]
    );
}

#[tokio::test]
async fn what_is_no_secret_may_be_given_and_a_secret_may_not() {
    let vendor = Kitchen::answering(200, "[]").await;
    let answer = vendor
        .call(async |client| client.page_person(&pager_call(Some("22901"))).await)
        .await;
    assert!(answer.is_err(), "a bare list says nothing of a send");
    let body: serde_json::Value = serde_json::from_str(&vendor.only().body).expect("JSON");
    assert_eq!(body["from"], "22901");

    let mut call = pager_call(None);
    call.extra.insert("key".to_owned(), json!("mine"));
    let error = vendor
        .call(async |client| client.page_person(&call).await)
        .await
        .expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert!(error.message().starts_with("key: "), "{error}");
    assert_eq!(vendor.received().len(), 1);
}
