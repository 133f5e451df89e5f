//! ReachFlow and MsgFlash send: once, in the form that each documents.

use std::time::Duration;

use palabre::{
    Client, ErrorKind, Location, Media, Message, MessageStatus, NewMessage, Outcome, Vendor, Verb,
};
use serde_json::{Value, json};

use crate::stage::{Stage, fields, options};
use crate::verbs::{hello_at, known, later, template, template_at};

const SENDERS: [Vendor; 2] = [Vendor::ReachFlow, Vendor::MsgFlash];
const LINK: &str = "https://files.example/menu.png?sig=S3CRET";

fn sent_bodies(stage: &Stage) -> Vec<Value> {
    let requests = stage.requests().into_iter();
    let sends = requests.filter(|request| request.operation.unwrap_or("").starts_with("send"));
    sends.map(|request| request.body).collect()
}

async fn send(client: &Client, message: NewMessage) -> palabre::Result<Message> {
    client.messages().send(message).await
}

#[tokio::test]
async fn a_text_goes_out_once_and_tells_what_it_is() {
    for vendor in SENDERS {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let message = send(&client, hello_at(vendor)).await.unwrap();
        assert_eq!(message.status, Some(MessageStatus::Queued), "{vendor}");
        assert_eq!(message.status_text.as_deref(), Some("queued"));
        assert_eq!(message.kind.as_deref(), Some("text"));
        assert_eq!(message.to.as_deref(), Some("+8801988000000"));
        assert_eq!(message.number_id.as_deref(), Some(known(vendor).number));
        assert!(message.raw.extra().is_empty());
        let bodies = sent_bodies(&stage);
        assert_eq!(bodies.len(), 1);
        let (number, text) = match vendor {
            Vendor::ReachFlow => ("8801988000000", &bodies[0]["message"]),
            _ => ("+8801988000000", &bodies[0]["text"]),
        };
        assert_eq!((&bodies[0]["to"], text), (&json!(number), &json!("Hello")));

        let sent = stage.sandbox.sent();
        assert_eq!((sent.len(), sent[0].accepted), (1, true));
        assert_eq!((&*sent[0].to, &*sent[0].kind), ("+8801988000000", "text"));
        let id = message.id.unwrap();
        let read = client.messages().get(&id).await.unwrap();
        assert_eq!(read.to, message.to);
        assert_eq!(read.status, Some(MessageStatus::Queued));
    }
}

#[tokio::test]
async fn files_are_links_and_places_are_sent_where_the_vendor_has_them() {
    for vendor in SENDERS {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let with = |media: Media| NewMessage {
            text: Some("Menu".to_owned()),
            document: Some(media),
            ..hello_at(vendor)
        };
        let message = send(&client, with(Media::Link(LINK.to_owned()))).await;
        assert_eq!(message.unwrap().kind.as_deref(), Some("document"));
        let body = &sent_bodies(&stage)[0];
        let (kind, text) = match vendor {
            Vendor::ReachFlow => ("mediaType", "caption"),
            _ => ("type", "text"),
        };
        assert_eq!(body["mediaUrl"], LINK);
        assert_eq!(
            (&body[kind], &body[text]),
            (&json!("document"), &json!("Menu"))
        );
        stage.sandbox.clear_journal();

        let file = Media::File(palabre::FilePart::new("menu.pdf", "%PDF"));
        let error = send(&client, with(file)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        assert!(
            error.get_hint().unwrap().contains("document=\"https://"),
            "{error}"
        );
        for link in [
            "http://files.example/a.png",
            "https://",
            "https:///a",
            "https://a b",
            "ftp://a",
            "//a/b",
            "HTTPS:/x",
        ] {
            let error = send(&client, with(Media::Link(link.to_owned()))).await;
            let error = error.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{link}");
            assert!(error.message().starts_with("document: "), "{error}");
        }
        assert!(stage.sandbox.journal().is_empty());

        let place = NewMessage {
            text: None,
            location: Some(Location {
                latitude: 6.37,
                longitude: 2.43,
                name: Some("Dantokpa".to_owned()),
                address: None,
            }),
            ..hello_at(vendor)
        };
        let sent = send(&client, place).await;
        if vendor == Vendor::MsgFlash {
            sent.unwrap();
            let body = &sent_bodies(&stage)[0];
            assert_eq!(
                (&body["type"], &body["latitude"]),
                (&json!("location"), &json!(6.37))
            );
            assert_eq!(body["locationName"], "Dantokpa");
        } else {
            let error = sent.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(stage.sandbox.journal().is_empty());
        }
    }
}

#[tokio::test]
async fn an_answer_with_the_identifier_was_accepted_whatever_else_cannot_be_read() {
    for vendor in SENDERS {
        let status = if vendor == Vendor::ReachFlow {
            "/status"
        } else {
            "/data/status"
        };
        let stage = Stage::new();
        stage.fault(json!({"replace": {"pointer": status, "value": {"odd": 1}}}));
        let client = stage.client(vendor);
        let error = send(&client, hello_at(vendor)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{vendor}: {error}");
        assert_eq!(error.get_outcome(), Some(Outcome::Accepted), "{vendor}");
        assert_eq!(sent_bodies(&stage).len(), 1);
    }
}

#[tokio::test]
async fn an_answer_with_nothing_of_what_one_holds_leaves_open_whether_it_was_accepted() {
    for vendor in SENDERS {
        for is_performed in [false, true] {
            for (status, body) in [
                (202, json!({})),
                (200, json!({"data": null})),
                (201, json!({"data": {}})),
                (200, json!({"status": "error", "remark": "exception"})),
            ] {
                let stage = Stage::new();
                stage.fault(json!({"status": status, "body": body, "perform": is_performed}));
                let client = stage.client(vendor);
                let error = send(&client, hello_at(vendor)).await.unwrap_err();
                assert_eq!(
                    error.get_outcome(),
                    Some(Outcome::Unknown),
                    "{vendor} {body}: {error}"
                );
                assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
                assert_eq!(error.get_status(), Some(status));
                assert_eq!(sent_bodies(&stage).len(), 1);
            }
        }
    }
}

#[tokio::test]
async fn any_status_of_success_and_any_word_for_a_status_are_read() {
    for vendor in SENDERS {
        let (id, status) = match vendor {
            Vendor::ReachFlow => ("messageId", "status"),
            _ => ("id", "status"),
        };
        for code in [200, 201, 202] {
            for (word, expected) in [
                (json!("QUEUED"), Some(MessageStatus::Queued)),
                (json!("on_its_way"), Some(MessageStatus::Unknown)),
                (json!(null), None),
            ] {
                let inner = json!({id: "M-1", status: word});
                let body = match vendor {
                    Vendor::ReachFlow => inner,
                    _ => json!({"data": inner}),
                };
                let stage = Stage::new();
                stage.fault(json!({"status": code, "body": body}));
                let client = stage.client(vendor);
                let message = send(&client, hello_at(vendor)).await.unwrap();
                assert_eq!(message.status, expected, "{vendor} {code} {word}");
                assert_eq!(message.id.as_deref(), Some("M-1"));
                assert_eq!(message.status_text.as_deref(), word.as_str());
            }
        }
    }
}

#[tokio::test]
async fn reachflow_does_what_has_a_key_once() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    let message = || NewMessage {
        idempotency_key: Some("order-1042".to_owned()),
        ..hello_at(Vendor::ReachFlow)
    };
    let first = send(&client, message()).await.unwrap();
    let second = send(&client, message()).await.unwrap();
    assert_eq!(first.id, second.id);
    let sent = stage.sandbox.sent();
    let accepted: Vec<_> = sent.iter().map(|message| message.accepted).collect();
    assert_eq!(accepted, [true, false]);
    let mut other = message();
    other.text = Some("Another text".to_owned());
    let error = send(&client, other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    let keys: Vec<_> = stage.requests();
    assert!(
        keys.iter()
            .all(|request| request.headers["idempotency-key"] == "order-1042")
    );
}

#[tokio::test]
async fn reachflow_repeats_what_was_cut_off_under_one_key_and_sends_it_once() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    stage.fault(json!({"close": "after", "operation": "send_message"}));
    let message = send(&client, hello_at(Vendor::ReachFlow)).await.unwrap();
    let sent = stage.sandbox.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent.iter().filter(|message| message.accepted).count(), 1);
    let requests = stage.requests();
    let key = |index: usize| requests[index].headers["idempotency-key"].clone();
    assert!(key(0).is_string());
    assert_eq!(key(0), key(1));
    assert!(message.id.is_some());
}

#[tokio::test]
async fn a_vendor_that_honours_no_key_takes_none() {
    for vendor in [Vendor::MsgFlash, Vendor::WapiFlow] {
        let stage = Stage::new();
        let message = NewMessage {
            idempotency_key: Some("order-1042".to_owned()),
            ..hello_at(vendor)
        };
        let error = send(&stage.client(vendor), message).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert!(error.message().starts_with("idempotency_key: "), "{error}");
        assert!(stage.sandbox.sent().is_empty());
    }
}

#[tokio::test]
async fn an_unknown_send_says_when_it_left_to_whom_and_where_to_look() {
    for vendor in [Vendor::ReachFlow, Vendor::MsgFlash, Vendor::WapiFlow] {
        for fault in [
            json!({"close": "after", "times": null}),
            json!({"status": 200, "body": {"data": null}}),
        ] {
            let stage = Stage::new();
            stage.fault(fault);
            let client = stage.client(vendor);
            let before = jiff::Timestamp::now();
            let message = hello_at(vendor);
            let error = send(&client, message).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
            let time = error.get_attempted_at().expect("a time");
            assert!(before <= time && time <= jiff::Timestamp::now(), "{error}");
            assert_eq!(error.get_to(), Some("+880********00"), "{error}");
            let hint = error.get_hint().expect("a hint");
            let where_to_look = match (
                error.get_idempotency_key(),
                client.supports(Verb::MessagesList),
            ) {
                (Some(_), _) => "the same idempotency_key",
                (None, list) if list.is_supported() => "messages.list()",
                (None, _) => "look at the vendor",
            };
            assert!(hint.contains(where_to_look), "{vendor}: {hint}");
        }
        // Of what is known to have been refused there is nothing to look for.
        let stage = Stage::new();
        stage.fault(json!({"status": 400}));
        let error = send(&stage.client(vendor), hello_at(vendor))
            .await
            .unwrap_err();
        assert_eq!(
            (error.get_attempted_at(), error.get_to()),
            (None, None),
            "{error}"
        );
    }
}

#[tokio::test]
async fn msgflash_repeats_nothing_that_may_have_gone_out() {
    for fault in [
        json!({"close": "after"}),
        json!({"status": 500}),
        json!({"status": 502, "body": {"error": {"code": "PROVIDER_TIMEOUT", "message": "x"}}}),
        json!({"truncate": 10}),
    ] {
        let stage = Stage::new();
        stage.fault(fault.clone());
        let client = stage.client(Vendor::MsgFlash);
        let error = send(&client, hello_at(Vendor::MsgFlash)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{fault}: {error}");
        assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
        assert_eq!(sent_bodies(&stage).len(), 1, "{fault}");
    }
}

#[tokio::test]
async fn a_failure_behind_msgflash_leaves_the_outcome_open_whatever_the_status() {
    for code in [
        "PROVIDER_ERROR",
        "PROVIDER_TIMEOUT",
        "PROVIDER_UNAVAILABLE",
        "INTERNAL_ERROR",
    ] {
        for status in [400, 409, 422, 502] {
            let stage = Stage::new();
            let body = json!({"error": {"code": code, "message": "x"}});
            stage.fault(json!({"status": status, "body": body}));
            let client = stage.client(Vendor::MsgFlash);
            let error = send(&client, hello_at(Vendor::MsgFlash)).await.unwrap_err();
            assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{error}");
            assert_eq!(sent_bodies(&stage).len(), 1, "{code} {status}");
        }
    }
}

#[tokio::test]
async fn a_template_of_msgflash_has_values_by_name() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let messages = client.messages();
    let sent = messages.send_template(template_at(Vendor::MsgFlash)).await;
    assert_eq!(sent.unwrap().kind.as_deref(), Some("template"));
    let body = &stage.requests()[0].body;
    assert_eq!(body["variables"], json!({"custom.code": "A-1042"}));
    assert!(body.get("type").is_none());
    let scheduled = messages.schedule(template_at(Vendor::MsgFlash), later());
    scheduled.await.unwrap();

    let mut ordered = template_at(Vendor::MsgFlash);
    ordered.variables = vec!["A-1042".to_owned()].into();
    let error = messages.send_template(ordered).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.message().starts_with("variables: "), "{error}");
    let mut none = template_at(Vendor::MsgFlash);
    none.variables = Default::default();
    let error = messages.send_template(none).await.unwrap_err();
    assert_eq!(error.get_vendor_code(), Some("TEMPLATE_VARIABLES_MISSING"));
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    let mut named = template("1");
    named.variables = palabre::Variables::Named(fields(json!({"a": "b"})));
    let client = stage.client(Vendor::WapiFlow);
    let error = client.messages().send_template(named).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_scope_or_a_plan_that_is_missing_says_which() {
    let stage = Stage::new();
    stage.set(|settings| settings.reachflow_scopes = vec!["providers:read".to_owned()]);
    let client = stage.client(Vendor::ReachFlow);
    let error = send(&client, hello_at(Vendor::ReachFlow))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Permission, "{error}");
    assert!(error.to_string().contains("messages:send"), "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    let number = client.numbers().get(known(Vendor::ReachFlow).number).await;
    assert!(number.is_ok());

    let stage = Stage::new();
    let client = Client::builder(Vendor::ReachFlow)
        .credentials(stage.credentials(Vendor::ReachFlow))
        .base_url(stage.sandbox.base_url("reachflow").unwrap())
        .options(palabre::Options {
            retry: palabre::RetryPolicy {
                max_attempts: 1,
                ..palabre::RetryPolicy::default()
            },
            ..options()
        })
        .build()
        .unwrap();
    let body = json!({"statusCode": 429, "error": "rate_limit_exceeded", "message": "Trop"});
    stage.fault(json!({"status": 429, "headers": {"Retry-After": "7"}, "body": body}));
    let error = send(&client, hello_at(Vendor::ReachFlow))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited, "{error}");
    assert_eq!(error.get_retry_after(), Some(Duration::from_secs(7)));
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
}

#[tokio::test]
async fn a_good_status_without_the_vendor_s_identifier_is_no_sent_message() {
    for vendor in SENDERS {
        for body in [
            json!({}),
            json!(null),
            json!({"data": {"status": "failed"}, "queuedAt": "2026-04-14T16:05:12.250Z"}),
            json!({"data": {"id": " "}, "messageId": " "}),
            json!({"data": {"id": null, "status": "queued"}, "messageId": null, "status": "queued"}),
            json!({"error": {"code": "X"}, "data": {"id": "m-1"}}),
            json!({"error": "unauthorized", "messageId": "m-1"}),
        ] {
            if vendor == Vendor::MsgFlash && body["error"].is_string() {
                continue;
            }
            let stage = Stage::new();
            stage.fault(json!({"status": 200, "body": body}));
            let result = send(&stage.client(vendor), hello_at(vendor)).await;
            let error = result.expect_err("nobody knows");
            assert_eq!(
                error.get_outcome(),
                Some(Outcome::Unknown),
                "{vendor} {body}"
            );
            assert_eq!(sent_bodies(&stage).len(), 1, "{vendor} {body}");
        }
    }
}

#[tokio::test]
async fn a_good_status_without_what_was_written_is_no_written_contact() {
    for body in [
        json!({}),
        json!({"data": null}),
        json!({"data": {"status": "maintenance"}}),
        json!({"error": {"code": "INTERNAL_ERROR"}}),
    ] {
        let stage = Stage::new();
        let client = stage.client(Vendor::MsgFlash);
        let contacts = client.contacts();
        stage.fault(json!({"status": 200, "body": body, "times": 9}));
        let new = palabre::NewContact {
            name: Some("Awa".to_owned()),
            phone: "+22901000000".to_owned(),
            ..palabre::NewContact::default()
        };
        let changes = palabre::ContactChanges {
            name: Some("Awa".to_owned()),
            ..palabre::ContactChanges::default()
        };
        for error in [
            contacts.create(new).await.unwrap_err(),
            contacts.update("c-1", changes).await.unwrap_err(),
        ] {
            assert_eq!(
                error.get_outcome(),
                Some(Outcome::Unknown),
                "{body}: {error}"
            );
        }
    }
    // What a deletion answers is not documented, but an error is none.
    let stage = Stage::new();
    let body = json!({"error": {"code": "INTERNAL_ERROR", "message": "later"}});
    stage.fault(json!({"status": 200, "body": body}));
    let client = stage.client(Vendor::MsgFlash);
    let error = client.contacts().delete("c-1").await.unwrap_err();
    assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{error}");
}
