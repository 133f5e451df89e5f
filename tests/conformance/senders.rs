//! From which number a message goes out, and to whom.

use palabre::{Client, ErrorKind, Message, NewMessage, Outcome, Vendor};
use serde_json::{Value, json};

use crate::stage::{Stage, counts};
use crate::verbs::{hello, hello_at, known};

const SENDERS: [Vendor; 2] = [Vendor::ReachFlow, Vendor::MsgFlash];

/// Disconnected, with a number.
const DAKAR: &str = "5b6c7d8e-9f00-4a1b-8c2d-3e4f50617283";

fn sent_bodies(stage: &Stage) -> Vec<Value> {
    let requests = stage.requests().into_iter();
    let sends = requests.filter(|request| request.operation.unwrap_or("").starts_with("send"));
    sends.map(|request| request.body).collect()
}

async fn send(client: &Client, message: NewMessage) -> palabre::Result<Message> {
    client.messages().send(message).await
}

#[tokio::test]
async fn the_only_connected_number_is_found_once() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for _ in 0..3 {
        send(&client, hello()).await.unwrap();
    }
    let operations = [
        "list_instances",
        "send_message",
        "send_message",
        "send_message",
    ];
    assert_eq!(stage.operations(), operations);
    assert!(
        sent_bodies(&stage)
            .iter()
            .all(|body| body["instanceId"] == known(Vendor::MsgFlash).number)
    );
    // Another client of the account knows them too, and many callers ask once.
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let sends: Vec<_> = (0..8)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { send(&client, hello()).await })
        })
        .collect();
    for sent in sends {
        sent.await.unwrap().unwrap();
    }
    assert_eq!(counts(stage.operations())["list_instances"], 1);
}

#[tokio::test]
async fn nothing_is_no_number_to_send_from_at_any_vendor() {
    for vendor in Vendor::ALL {
        let stage = Stage::new();
        for from in ["", " "] {
            let message = NewMessage {
                from: Some(from.to_owned()),
                ..hello()
            };
            let error = send(&stage.client(vendor), message).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{vendor}: {error}");
            assert!(error.message().starts_with("from_: "), "{vendor}: {error}");
        }
        assert_eq!(stage.requests().len(), 0, "{vendor}");
    }
}

#[tokio::test]
async fn of_several_connected_numbers_one_has_to_be_named() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    let error = send(&client, hello()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert!(error.message().starts_with("from_: "), "{error}");
    let hint = error.get_hint().unwrap();
    assert!(hint.contains(known(Vendor::ReachFlow).number), "{hint}");
    assert!(hint.contains("+229******00"), "{hint}");
    assert!(
        !hint.contains("22997000000") && !hint.contains(DAKAR),
        "{hint}"
    );
    assert_eq!(stage.operations(), ["list_providers"]);
}

#[tokio::test]
async fn the_sender_is_an_identifier_or_a_phone_number() {
    for from in [
        "22997000000",
        "+22997000000",
        "+229 97 00 00 00",
        " 22997000000 ",
    ] {
        let stage = Stage::new();
        let message = NewMessage {
            from: Some(from.to_owned()),
            ..hello()
        };
        let sent = send(&stage.client(Vendor::ReachFlow), message).await;
        let number = known(Vendor::ReachFlow).number;
        assert_eq!(sent.unwrap().number_id.as_deref(), Some(number), "{from}");
    }
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    for (from, word) in [
        ("+33612345678", "none of"),
        ("", "empty"),
        ("..", "identifier"),
    ] {
        let message = NewMessage {
            from: Some(from.to_owned()),
            ..hello()
        };
        let error = send(&client, message).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert!(error.message().starts_with("from_: "), "{error}");
        assert!(error.message().contains(word), "{error}");
        assert!(!error.to_string().contains("612345678"), "{error}");
    }
}

#[tokio::test]
async fn a_number_that_is_not_connected_is_the_vendor_s_to_refuse() {
    let stage = Stage::new();
    for (vendor, id) in [
        (Vendor::ReachFlow, DAKAR),
        (Vendor::MsgFlash, "0a9b8c7d-6e5f-4a3b-9c1d-2e3f4a5b6c7d"),
    ] {
        let message = NewMessage {
            from: Some(id.to_owned()),
            ..hello()
        };
        let error = send(&stage.client(vendor), message).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert!(error.get_status().is_some());
    }
    assert!(stage.sandbox.sent().iter().all(|message| !message.accepted));
}

#[tokio::test]
async fn without_numbers_or_without_a_word_on_them_nothing_is_sent() {
    for (fault, kind) in [
        (
            json!({"replace": {"pointer": "/data", "value": []}}),
            ErrorKind::InvalidInput,
        ),
        (
            json!({"replace": {"pointer": "/data", "value": null}}),
            ErrorKind::Decode,
        ),
        (json!({"status": 500, "times": 9}), ErrorKind::Unavailable),
    ] {
        let stage = Stage::new();
        stage.fault(fault.clone());
        let client = stage.client(Vendor::MsgFlash);
        let error = send(&client, hello()).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault}: {error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert!(stage.sandbox.sent().is_empty());
    }
}

#[tokio::test]
async fn a_recipient_in_another_form_is_refused_and_not_shown() {
    for vendor in SENDERS {
        let stage = Stage::new();
        let client = stage.client(vendor);
        for to in [
            "",
            "0612345678",
            "+44 (0)20 7946 0958",
            "+999123456789",
            "Awa",
            "+",
        ] {
            let message = NewMessage {
                to: to.to_owned(),
                ..hello_at(vendor)
            };
            let error = send(&client, message).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{to}: {error}");
            assert!(error.message().starts_with("to: "), "{error}");
            assert!(to.len() < 7 || !error.to_string().contains(to));
        }
        assert!(stage.sandbox.journal().is_empty());
        let digits = NewMessage {
            to: "22901000000".to_owned(),
            ..hello_at(vendor)
        };
        // Without a plus sign it is ReachFlow's own form, and at MsgFlash no country is told.
        let sent = send(&client, digits).await;
        assert_eq!(sent.is_ok(), vendor == Vendor::ReachFlow, "{vendor}");
    }
}
