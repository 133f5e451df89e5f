//! An identifier that is none, or would lead elsewhere, goes nowhere.

use palabre::{
    Client, ContactChanges, ConversationStatus, ErrorKind, GroupChanges, ListOptions, NewMessage,
    Outcome, Result, Vendor, Verb,
};

use crate::stage::{Stage, able, ids};
use crate::verbs::{hello, template};

const BAD: [&str; 12] = [
    "", " ", "\t", ".", "..", " .. ", "a/b", "a\\b", "a?b", "a#b", "a\nb", "a\0b",
];

/// The verbs that take an identifier, and the argument that it is.
const VERBS: [(Verb, &str); 13] = [
    (Verb::NumbersGet, "id"),
    (Verb::ContactsGet, "id"),
    (Verb::ContactsUpdate, "id"),
    (Verb::ContactsDelete, "id"),
    (Verb::ContactsGroups, "id"),
    (Verb::GroupsGet, "id"),
    (Verb::GroupsUpdate, "id"),
    (Verb::GroupsDelete, "id"),
    (Verb::GroupsMembers, "id"),
    (Verb::GroupsAddMembers, "id"),
    (Verb::GroupsRemoveMembers, "id"),
    (Verb::ConversationsGet, "id"),
    (Verb::ConversationsSetStatus, "id"),
];

async fn run(client: &Client, verb: Verb, id: &str) -> Result<()> {
    let one = ids(["1"]);
    match verb {
        Verb::NumbersGet => client.numbers().get(id).await.map(drop),
        Verb::ContactsGet => client.contacts().get(id).await.map(drop),
        Verb::ContactsUpdate => {
            let changes = ContactChanges {
                name: Some("Awa Doe".to_owned()),
                ..ContactChanges::default()
            };
            client.contacts().update(id, changes).await.map(drop)
        }
        Verb::ContactsDelete => client.contacts().delete(id).await,
        Verb::ContactsGroups => client.contacts().groups(id).collect().await.map(drop),
        Verb::GroupsGet => client.groups().get(id).await.map(drop),
        Verb::GroupsUpdate => {
            let changes = GroupChanges {
                name: Some("A".to_owned()),
                ..GroupChanges::default()
            };
            client.groups().update(id, changes).await.map(drop)
        }
        Verb::GroupsDelete => client.groups().delete(id).await,
        Verb::GroupsMembers => client
            .groups()
            .members(id, ListOptions::default())
            .collect()
            .await
            .map(drop),
        Verb::GroupsAddMembers => client.groups().add_members(id, &one).await.map(drop),
        Verb::GroupsRemoveMembers => client.groups().remove_members(id, &one).await.map(drop),
        Verb::ConversationsGet => client.conversations().get(id).await.map(drop),
        Verb::ConversationsSetStatus => {
            client
                .conversations()
                .set_status(id, ConversationStatus::Done)
                .await
        }
        other => panic!("{other} takes no identifier"),
    }
}

fn assert_refused<T: std::fmt::Debug>(stage: &Stage, result: Result<T>, argument: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
    assert!(
        error.message().starts_with(&format!("{argument}: ")),
        "{error}"
    );
    assert!(
        error.get_vendor().is_some() && error.get_operation().is_some(),
        "{error}"
    );
    assert!(stage.sandbox.journal().is_empty(), "{error}");
}

#[tokio::test]
async fn an_identifier_that_is_none_is_refused_by_every_verb() {
    let stage = Stage::new();
    for (verb, argument) in VERBS {
        for vendor in able(verb) {
            let client = stage.client(vendor);
            for id in BAD {
                assert_refused(&stage, run(&client, verb, id).await, argument);
            }
        }
    }
}

#[tokio::test]
async fn a_list_of_identifiers_is_checked_item_by_item() {
    let stage = Stage::new();
    for vendor in able(Verb::ContactsDeleteMany) {
        let client = stage.client(vendor);
        assert_refused(&stage, client.contacts().delete_many(&[]).await, "ids");
        for id in BAD {
            let list = ids(["1", id]);
            assert_refused(&stage, client.contacts().delete_many(&list).await, "ids[1]");
        }
    }
    for vendor in able(Verb::GroupsAddMembers) {
        let client = stage.client(vendor);
        let groups = client.groups();
        assert_refused(&stage, groups.add_members("g", &[]).await, "contact_ids");
        assert_refused(&stage, groups.remove_members("g", &[]).await, "contact_ids");
        for id in BAD {
            let list = ids([id]);
            assert_refused(
                &stage,
                groups.add_members("g", &list).await,
                "contact_ids[0]",
            );
            assert_refused(
                &stage,
                groups.remove_members("g", &list).await,
                "contact_ids[0]",
            );
        }
    }
}

#[tokio::test]
async fn what_a_message_refers_to_is_an_identifier_too() {
    let stage = Stage::new();
    for vendor in able(Verb::MessagesSendTemplate) {
        let client = stage.client(vendor);
        for id in BAD {
            let sent = client.messages().send_template(template(id)).await;
            assert_refused(&stage, sent, "template");
        }
    }
    for id in ["", "a", "1.5", "..", "99999999999999999999"] {
        let client = stage.client(Vendor::WapiFlow);
        let new = || NewMessage {
            text: None,
            ..hello()
        };
        let cta = NewMessage {
            cta_id: Some(id.to_owned()),
            ..new()
        };
        assert_refused(&stage, client.messages().send(cta).await, "cta_id");
        let list = NewMessage {
            list_id: Some(id.to_owned()),
            ..new()
        };
        assert_refused(&stage, client.messages().send(list).await, "list_id");
        let sent = client.messages().send_template(template(id)).await;
        assert_refused(&stage, sent, "template");
    }
}

#[tokio::test]
async fn what_cannot_be_an_identifier_of_the_vendor_is_refused_unless_nothing_is_checked() {
    let verbs = [
        Verb::ContactsDelete,
        Verb::ConversationsGet,
        Verb::ConversationsSetStatus,
    ];
    for verb in verbs {
        let stage = Stage::new();
        // A database that reads "12abc" as 12 would delete somebody else.
        let client = stage.client(Vendor::WapiFlow);
        assert_refused(&stage, run(&client, verb, "12abc").await, "id");

        let mut unchecked = crate::stage::options();
        unchecked.validate = false;
        let client = stage
            .builder(Vendor::WapiFlow)
            .options(unchecked)
            .build()
            .unwrap();
        let error = run(&client, verb, "12abc").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert_eq!(stage.requests().len(), 1);
    }
}

#[tokio::test]
async fn an_identifier_is_opaque_and_stays_in_its_place() {
    for id in [
        "a b",
        "ä",
        "a:b@c&d=e+f",
        "a..b",
        "...",
        "~",
        "'\"<>",
        "100%",
        "%2e%2e",
        "a%2Fb",
    ] {
        let stage = Stage::new();
        let error = stage
            .client(Vendor::MsgFlash)
            .contacts()
            .get(id)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{id}: {error}");
        let path = stage.requests()[0].path.clone();
        let segment = path.strip_prefix("/msgflash/api/v1/contacts/").unwrap();
        assert!(!segment.contains('/'), "{path}");
        assert_eq!(stage.operations(), ["get_contact"], "{id}");
    }
}
