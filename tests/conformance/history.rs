//! How far a message has come, now and later.

use palabre::{
    Client, ErrorKind, ListOptions, Media, Message, MessageFilter, MessageStatus, NewMessage,
    Vendor,
};
use serde_json::json;

use crate::stage::Stage;
use crate::verbs::{hello_at, known, later, template};

const SENDERS: [Vendor; 2] = [Vendor::ReachFlow, Vendor::MsgFlash];
const LINK: &str = "https://files.example/menu.png?sig=S3CRET";

async fn send(client: &Client, message: NewMessage) -> palabre::Result<Message> {
    client.messages().send(message).await
}

#[tokio::test]
async fn a_message_comes_further_as_time_goes_by() {
    for vendor in SENDERS {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let sent = send(&client, hello_at(vendor)).await.unwrap();
        let mut lost = hello_at(vendor);
        lost.to = "+8801988000099".to_owned();
        let lost = send(&client, lost).await.unwrap();
        let start = stage.sandbox.time();
        let mut seen = Vec::new();
        for seconds in [0, 2, 4, 9, 3600] {
            stage
                .sandbox
                .set_time(start + jiff::SignedDuration::from_secs(seconds));
            let message = client.messages().get(sent.id.as_deref().unwrap()).await;
            seen.push(message.unwrap().status.unwrap());
        }
        use MessageStatus::{Delivered, Queued, Read, Sent};
        let last = if vendor == Vendor::MsgFlash {
            Read
        } else {
            Delivered
        };
        assert_eq!(seen, [Queued, Queued, Sent, Delivered, last], "{vendor}");
        let lost = client.messages().get(lost.id.as_deref().unwrap()).await;
        let lost = lost.unwrap();
        assert_eq!(lost.status, Some(MessageStatus::Failed));
        assert!(lost.failure_text.is_some() && lost.delivered_at.is_none());
        if vendor == Vendor::ReachFlow {
            assert_eq!(lost.failure_code.as_deref(), Some("delivery_failed"));
            assert!(lost.failed_at.is_some());
        }
    }
}

#[tokio::test]
async fn what_is_scheduled_goes_out_at_its_time() {
    for vendor in SENDERS {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let messages = client.messages();
        let message = messages.schedule(hello_at(vendor), later()).await.unwrap();
        assert_eq!(message.scheduled_at, Some(later()));
        assert_eq!(message.status, Some(MessageStatus::Queued));
        let body = &stage.requests()[0].body;
        let name = if vendor == Vendor::ReachFlow {
            "scheduleAt"
        } else {
            "scheduledAt"
        };
        assert_eq!(body[name], "2026-12-24T08:00:00.000Z");
        let id = message.id.unwrap();
        assert_eq!(
            client.messages().get(&id).await.unwrap().status,
            Some(MessageStatus::Queued)
        );
        stage
            .sandbox
            .set_time(later() + jiff::SignedDuration::from_secs(60));
        assert_eq!(
            client.messages().get(&id).await.unwrap().status,
            Some(MessageStatus::Delivered)
        );
        let past = "2020-01-01T00:00:00Z".parse().unwrap();
        let error = client.messages().schedule(hello_at(vendor), past).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    let picture = NewMessage {
        text: None,
        image: Some(Media::Link(LINK.to_owned())),
        ..hello_at(Vendor::ReachFlow)
    };
    let refused = client.messages().schedule(picture, later()).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unsupported);
    let refused = client.messages().schedule(template("1"), later()).await;
    assert_eq!(refused.unwrap_err().kind(), ErrorKind::Unsupported);
    assert!(stage.sandbox.journal().is_empty());
}

#[tokio::test]
async fn messages_are_listed_page_by_page_with_a_filter() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let all = client
        .messages()
        .list(MessageFilter::default(), ListOptions::default())
        .collect()
        .await
        .unwrap();
    assert_eq!(all.len(), 130);
    assert_eq!(stage.operations().len(), 3);
    assert!(all.is_sorted_by_key(|message| std::cmp::Reverse(message.created_at)));
    let first = &all[0];
    assert_eq!(first.from.as_deref(), Some("+22997000000"));
    assert!(first.to.as_deref().unwrap().starts_with('+'));
    assert!(first.raw.extra().is_empty());
    stage.sandbox.clear_journal();
    let filter = MessageFilter {
        number: Some("+22997000000".to_owned()),
        status: Some(MessageStatus::Failed),
        to: None,
    };
    let failed = client.messages().list(filter, ListOptions::default());
    let failed = failed.collect().await.unwrap();
    assert!(
        failed
            .iter()
            .all(|one| one.status == Some(MessageStatus::Failed))
    );
    assert_eq!(stage.operations(), ["list_instances", "list_messages"]);
    let query = &stage.requests()[1].query;
    assert_eq!(query["instanceId"], known(Vendor::MsgFlash).number);
    assert_eq!(query["status"], "failed");
    let with_somebody = MessageFilter {
        to: Some("+22901000000".to_owned()),
        ..MessageFilter::default()
    };
    let refused = client
        .messages()
        .list(with_somebody, ListOptions::default());
    assert_eq!(
        refused.collect().await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
}

#[tokio::test]
async fn a_message_of_odd_values_is_read_as_far_as_it_goes() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for (pointer, value) in [
        ("/data/status", json!("brand_new")),
        ("/data/direction", json!("sideways")),
        (
            "/data/error",
            json!({"code": "E1", "message": "Off", "more": 1}),
        ),
        ("/data/error", json!([1])),
        ("/data/body", json!(null)),
        ("/data/from", json!(null)),
        ("/data/meta", json!("text")),
        ("/data/type", json!("sticker")),
        ("/data/createdAt", json!("soon")),
    ] {
        stage.fault(json!({"replace": {"pointer": pointer, "value": value}}));
        let message = client.messages().get(known(Vendor::MsgFlash).message).await;
        let message = message.unwrap_or_else(|error| panic!("{pointer}: {error}"));
        match pointer {
            "/data/status" => assert_eq!(message.status, Some(MessageStatus::Unknown)),
            "/data/error" if value.is_object() => {
                assert_eq!(message.failure_code.as_deref(), Some("E1"));
                assert_eq!(message.failure_text.as_deref(), Some("Off"));
            }
            "/data/type" => assert_eq!(message.kind.as_deref(), Some("sticker")),
            _ => {}
        }
    }
    stage.fault(json!({"replace": {"pointer": "/data/id", "value": null}}));
    let error = client.messages().get(known(Vendor::MsgFlash).message).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Decode);
    let error = client.messages().get("nothing").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}
