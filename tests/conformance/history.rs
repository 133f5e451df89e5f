//! How far a message has come, now and later.

use palabre::{
    Client, Direction, ErrorKind, ListOptions, Media, Message, MessageFilter, MessageStatus,
    NewMessage, Vendor,
};
use serde_json::json;

use crate::stage::{OWN, Stage};
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
        assert_eq!(body[name], "2999-12-24T08:00:00.000Z");
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
        status: Some(MessageStatus::Failed),
        to: None,
    };
    let of_number = ListOptions {
        number: Some("+22997000000".to_owned()),
        ..ListOptions::default()
    };
    let failed = client.messages().list(filter, of_number);
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

/// The person of 99digital's examples.
const PERSON: &str = "+972541112233";

#[tokio::test]
async fn the_history_of_a_number_comes_page_by_page_with_one_person_or_everybody() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let list = |filter| client.messages().list(filter, ListOptions::default());
    let all = list(MessageFilter::default()).collect().await.unwrap();
    assert!(all.len() > 150, "{}", all.len());
    assert_eq!(stage.operations().len(), all.len() / 50 + 1);
    assert!(all.is_sorted_by_key(|message| std::cmp::Reverse(message.created_at)));
    assert!(all.iter().all(|one| one.number_id.as_deref() == Some(OWN)));

    let with_one = MessageFilter {
        to: Some(PERSON.to_owned()),
        ..MessageFilter::default()
    };
    let talk = list(with_one).collect().await.unwrap();
    let (out, question) = (&talk[0], &talk[1]);
    assert_eq!(out.direction, Some(Direction::Outbound));
    assert_eq!(
        (out.from.as_deref(), out.to.as_deref()),
        (Some("+972501234567"), Some(PERSON))
    );
    // What the vendor's numbers for it mean is not known.
    assert_eq!(out.status, Some(MessageStatus::Unknown));
    assert_eq!(out.status_text.as_deref(), Some("3"));
    assert_eq!(question.direction, Some(Direction::Inbound));
    assert_eq!(question.from.as_deref(), Some(PERSON));
    assert_eq!((question.status, &question.status_text), (None, &None));
    assert_eq!(question.kind.as_deref(), Some("text"));
    assert!(question.text.is_some() && question.created_at.is_some());

    let of_another = ListOptions {
        number: Some("+972533445566".to_owned()),
        ..ListOptions::default()
    };
    let nothing = client.messages().list(MessageFilter::default(), of_another);
    assert!(nothing.collect().await.unwrap().is_empty());
    let failed = MessageFilter {
        status: Some(MessageStatus::Failed),
        ..MessageFilter::default()
    };
    let error = list(failed).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[tokio::test]
async fn what_is_sent_is_in_the_history() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let message = NewMessage {
        to: PERSON.to_owned(),
        ..hello_at(Vendor::NinetyNineDigital)
    };
    let sent = send(&client, message).await.unwrap();
    let list = client
        .messages()
        .list(MessageFilter::default(), ListOptions::default());
    let newest = &list.collect().await.unwrap()[0];
    assert_eq!(newest.id, sent.id);
    assert_eq!(newest.text.as_deref(), Some("Hello"));
}

#[tokio::test]
async fn odd_rows_of_a_history_are_read_as_far_as_they_go() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let list = || {
        client
            .messages()
            .list(MessageFilter::default(), ListOptions::default())
    };
    let answer = |body| {
        stage.fault(json!({
            "vendor": "99digital", "operation": "get_history", "status": 200, "body": body,
        }));
    };
    answer(json!([
        {"unique": 7, "timestamp": 1793534400, "direction": 2, "from": 972501234567_u64, "state": "4"},
        {"unique": "b", "timestamp": "soon", "direction": "3", "from": "IL.77", "to": null,
         "type": "image", "message": {"link": "https://files.example/a.png"}, "brandNew": 1},
    ]));
    let messages = list().collect().await.unwrap();
    let (first, second) = (&messages[0], &messages[1]);
    assert_eq!(first.id.as_deref(), Some("7"));
    assert_eq!(first.direction, Some(Direction::Outbound));
    assert_eq!(first.status_text.as_deref(), Some("4"));
    assert!(first.created_at.is_some());
    assert_eq!(second.direction, Some(Direction::Unknown));
    assert_eq!(
        (second.from.as_deref(), &second.number_id),
        (Some("IL.77"), &None)
    );
    assert_eq!((&second.created_at, &second.text), (&None, &None));
    assert_eq!(second.kind.as_deref(), Some("image"));
    assert_eq!(second.raw.extra()["brandNew"], 1);
    for bad in [json!({}), json!([{}]), json!([null]), json!("none")] {
        answer(bad.clone());
        let error = list().collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{bad}: {error}");
    }
}
