//! A dry run sends nothing, and shows what would have been sent.

use std::sync::Arc;

use palabre::{Argument, ErrorKind, Rehearsal, Vendor, Verb};
use serde_json::{Value, json};

use crate::stage::{Stage, able};
use crate::verbs;

const WRITES: [Verb; 17] = [
    Verb::ContactsCreate,
    Verb::ContactsUpdate,
    Verb::ContactsDelete,
    Verb::ContactsDeleteMany,
    Verb::GroupsCreate,
    Verb::GroupsUpdate,
    Verb::GroupsDelete,
    Verb::GroupsAddMembers,
    Verb::GroupsRemoveMembers,
    Verb::ConversationsSetStatus,
    Verb::MessagesSend,
    Verb::MessagesSendTemplate,
    Verb::MessagesSchedule,
    Verb::MessagesSendBulk,
    Verb::MessagesMarkRead,
    Verb::OtpSend,
    Verb::OtpVerify,
];

fn is_read(operation: &str) -> bool {
    operation.starts_with("list_") || operation.starts_with("get_")
}

/// A null that is not sent in a form, and a body that is not there, are nothing.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

/// What a form holds is text.
fn as_text(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), as_text(value)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Number(number) => number.to_string().into(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn a_rehearsed_write_is_shown_as_it_would_be_sent_and_is_not_sent() {
    for verb in WRITES {
        for vendor in able(verb) {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let rehearsal = Arc::new(Rehearsal::default());
            let error = verbs::run(&client.rehearsed(rehearsal.clone()), verb)
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{vendor} {verb}");
            let written: Vec<_> = stage
                .operations()
                .into_iter()
                .filter(|operation| !is_read(operation))
                .collect();
            assert!(written.is_empty(), "{vendor} {verb}: {written:?}");

            let rehearsed = rehearsal.take();
            assert_eq!(rehearsed.len(), 1, "{vendor} {verb}");
            verbs::run(&client, verb).await.unwrap();
            let mut sent = stage.requests().pop().unwrap();
            // The key of a number is added to what leaves, and to nothing else.
            if let Some(fields) = sent.body.as_object_mut() {
                fields.remove("apiKey");
            }
            assert_eq!(Some(rehearsed[0].operation.id), sent.operation);
            assert_eq!(rehearsed[0].operation.method, sent.method);
            assert!(
                rehearsed[0].url.ends_with(&sent.path),
                "{vendor} {verb}: {} and {}",
                rehearsed[0].url,
                sent.path
            );
            assert_eq!(
                as_text(&without_nulls(&rehearsed[0].content)),
                as_text(&without_nulls(&sent.body)),
                "{vendor} {verb}"
            );
        }
    }
}

#[tokio::test]
async fn every_write_is_in_the_list() {
    let reads = ["list", "get", "api_key", "groups", "members", "today"];
    let reads = |verb: &Verb| {
        let name = verb.as_str().split_once('.').unwrap().1;
        reads.contains(&name) && *verb != Verb::GroupsDelete || name.contains("month")
    };
    let writes: Vec<_> = Verb::ALL
        .iter()
        .copied()
        .filter(|verb| !reads(verb))
        .collect();
    assert_eq!(writes, WRITES);
}

#[tokio::test]
async fn a_rehearsed_write_is_checked_all_the_same() {
    let stage = Stage::new();
    let rehearsal = Arc::new(Rehearsal::default());
    let client = stage.client(Vendor::MsgFlash).rehearsed(rehearsal.clone());
    let contact = palabre::NewContact {
        phone: "+1".to_owned(),
        ..palabre::NewContact::default()
    };
    let error = client.contacts().create(contact).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(rehearsal.take().is_empty());
    assert!(stage.requests().is_empty());
}

#[tokio::test]
async fn connections_made_anew_hold_back_too() {
    let stage = Stage::new();
    let rehearsal = Arc::new(Rehearsal::default());
    let client = stage
        .client(Vendor::WapiFlow)
        .rehearsed(rehearsal.clone())
        .reconnected()
        .unwrap()
        .renamed("other")
        .with_timeout(None);
    client.messages().send(verbs::hello()).await.unwrap_err();
    assert_eq!(rehearsal.take().len(), 1);
    assert!(stage.requests().is_empty());
}

#[tokio::test]
async fn reads_go_out_unless_everything_is_held_back() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let arguments = || [("limit".to_owned(), Argument::from(json!(1)))].into();
    let writes = client.rehearsed(Arc::new(Rehearsal::default()));
    writes.call("list_contacts", arguments()).await.unwrap();
    assert_eq!(stage.operations(), ["list_contacts"]);

    let everything = Arc::new(Rehearsal::of_everything());
    let client = client.rehearsed(everything.clone());
    client.call("list_contacts", arguments()).await.unwrap_err();
    assert_eq!(stage.operations(), ["list_contacts"]);
    assert!(everything.take()[0].url.ends_with("/contacts?limit=1"));
}

#[tokio::test]
async fn secrets_and_files_are_not_shown() {
    let stage = Stage::new();
    let rehearsal = Arc::new(Rehearsal::of_everything());
    let client = stage
        .client(Vendor::NinetyNineDigital)
        .rehearsed(rehearsal.clone());
    let arguments = [
        ("client_id".to_owned(), Argument::from(json!("id"))),
        ("client_secret".to_owned(), Argument::from(json!("hush"))),
    ];
    client
        .call("create_access_token", arguments.into())
        .await
        .unwrap_err();
    assert_eq!(rehearsal.take()[0].content["client_secret"], "***");

    let client = stage.client(Vendor::WapiFlow).rehearsed(rehearsal.clone());
    let message = palabre::NewMessage {
        to: "+8801988000000".to_owned(),
        image: Some(palabre::FilePart::new("menu.png", &b"\x89PNG"[..]).into()),
        ..palabre::NewMessage::default()
    };
    client.messages().send(message).await.unwrap_err();
    assert_eq!(
        rehearsal.take()[0].content["image"],
        json!({"file_name": "menu.png", "content_type": "image/png", "bytes": 4})
    );
}
