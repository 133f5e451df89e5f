//! The inbox.

use palabre::{Contact, ConversationStatus, ErrorKind, ListOptions, Outcome, Vendor, Verb};
use serde_json::json;

use crate::stage::{Stage, able, counts};

fn with(status: ConversationStatus) -> ListOptions {
    ListOptions {
        status: Some(status),
        ..ListOptions::default()
    }
}

const FILTERS: [ConversationStatus; 4] = [
    ConversationStatus::Done,
    ConversationStatus::Pending,
    ConversationStatus::Important,
    ConversationStatus::Unread,
];

#[tokio::test]
async fn each_status_filters_its_own() {
    for vendor in able(Verb::ConversationsList) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let all = client
            .conversations()
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap();
        let expected = counts(all.iter().map(|conversation| conversation.status));
        assert_eq!(expected.len(), 5, "every status occurs");
        for status in FILTERS {
            let found = client
                .conversations()
                .list(with(status))
                .collect()
                .await
                .unwrap();
            assert!(
                found
                    .iter()
                    .all(|conversation| conversation.status == Some(status))
            );
            assert_eq!(found.len(), expected[&Some(status)], "{status}");
        }
        let sent: Vec<_> = stage
            .requests()
            .iter()
            .filter_map(|request| request.query["status"].as_str().map(str::to_owned))
            .collect();
        assert_eq!(
            counts(sent).into_keys().collect::<Vec<_>>(),
            ["1", "2", "3", "4"]
        );
    }
}

#[tokio::test]
async fn a_status_that_cannot_be_asked_for_is_refused() {
    for vendor in able(Verb::ConversationsList) {
        for status in [ConversationStatus::None, ConversationStatus::Unknown] {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let error = client
                .conversations()
                .list(with(status))
                .collect()
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(error.message().starts_with("status:"), "{error}");
            assert!(stage.sandbox.journal().is_empty());
        }
    }
}

#[tokio::test]
async fn the_latest_message_comes_first_and_none_is_not_a_date() {
    for vendor in able(Verb::ConversationsList) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let all = client
            .conversations()
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap();
        assert!(all.is_sorted_by(|a, b| a.last_message_at >= b.last_message_at));
        assert!(
            all.iter()
                .any(|conversation| conversation.last_message_at.is_none())
        );
    }
}

#[tokio::test]
async fn a_status_that_is_set_is_read_back() {
    for vendor in able(Verb::ConversationsSetStatus) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let conversations = client.conversations();
        for (status, word) in [
            (ConversationStatus::Done, "1"),
            (ConversationStatus::Pending, "2"),
            (ConversationStatus::Important, "3"),
            (ConversationStatus::None, "0"),
        ] {
            conversations.set_status("2", status).await.unwrap();
            let read = conversations.get("2").await.unwrap();
            assert_eq!(read.status, Some(status));
            assert_eq!(read.status_text.as_deref(), Some(word));
        }
        let first = stage.requests().remove(0);
        assert_eq!(first.body, json!({"status": "1"}));
        assert_eq!(
            first.content_type.as_deref(),
            Some("application/x-www-form-urlencoded")
        );
    }
}

#[tokio::test]
async fn unread_is_for_the_vendor_to_set() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let error = client
        .conversations()
        .set_status("2", ConversationStatus::Unread)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(error.get_vendor_code(), Some("validation_error"));
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert_eq!(stage.requests().len(), 1, "the vendor decides");
}

#[tokio::test]
async fn one_conversation_has_its_contact_with_labels_and_its_notes() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let conversation = client.conversations().get("2").await.unwrap();
    assert_eq!(conversation.id, "2");
    assert_eq!(conversation.number_id.as_deref(), Some("1"));
    assert_eq!(conversation.needs_human_reply, Some(false));
    let notes = conversation.notes.unwrap();
    assert_eq!(notes.len(), 2);
    assert!(
        notes
            .iter()
            .all(|note| note.text.is_some() && note.created_at.is_some())
    );

    let contact = conversation.contact.unwrap();
    assert_eq!(Some(&contact.id), conversation.contact_id.as_ref());
    assert_eq!(
        contact.tags.as_deref(),
        Some(&["vip".to_owned(), "newsletter".to_owned()][..])
    );
    let listed = client.contacts().get(&contact.id).await.unwrap();
    let plain = Contact {
        tags: None,
        raw: listed.raw.clone(),
        ..contact.clone()
    };
    assert_eq!(plain, listed);
    assert!(contact.raw.extra().is_empty(), "{:?}", contact.raw.extra());

    let error = client.conversations().get("999999").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_status_that_nobody_knows_is_kept_in_the_vendor_s_words() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    for (value, status, text) in [
        (json!(17), Some(ConversationStatus::Unknown), Some("17")),
        (json!("2"), Some(ConversationStatus::Pending), Some("2")),
        (json!(null), None, None),
    ] {
        stage.fault(json!({"replace": {"pointer": "/data/conversation/status", "value": value}}));
        let read = client.conversations().get("2").await.unwrap();
        assert_eq!((read.status, read.status_text.as_deref()), (status, text));
    }
}

#[tokio::test]
async fn a_conversation_without_its_contact_is_a_conversation() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    for value in [json!(null), json!({}), json!({"id": null})] {
        stage.fault(json!({"replace": {"pointer": "/data/conversation/contact", "value": value}}));
        let read = client.conversations().get("2").await.unwrap();
        assert_eq!((read.id.as_str(), read.contact), ("2", None), "{value}");
        assert!(read.contact_id.is_some());
    }
}
