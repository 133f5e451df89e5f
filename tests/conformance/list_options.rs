//! What a list is asked for is sent, or refused by name.

use palabre::{Client, ConversationStatus, ErrorKind, ListOptions, Options, Outcome, Vendor, Verb};

use crate::lists::{PAGED, of_size, pages, searching};
use crate::stage::{Stage, able, flexible, options};

async fn refused(
    stage: &Stage,
    client: &Client,
    verb: Verb,
    options: ListOptions,
) -> palabre::Error {
    let error = pages(client, verb, options).await.unwrap_err();
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
    assert_eq!(error.get_operation(), Some(verb.as_str()), "{error}");
    assert!(stage.sandbox.journal().is_empty(), "{error}");
    error
}

#[tokio::test]
async fn a_search_finds_what_holds_its_text_and_nothing_else() {
    for vendor in flexible(Verb::ContactsList) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let contacts = client.contacts();
        let all = contacts
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap();
        let found = contacts.list(searching("Ama")).collect().await.unwrap();
        let holds = |name: &Option<String>| {
            name.as_ref()
                .is_some_and(|name| name.to_lowercase().contains("ama"))
        };
        let expected: Vec<_> = all
            .into_iter()
            .filter(|contact| holds(&contact.name))
            .collect();
        assert!(
            !expected.is_empty(),
            "{vendor}: nothing to find tests nothing"
        );
        assert_eq!(found, expected, "{vendor}");
    }
}

#[tokio::test]
async fn groups_members_and_conversations_are_searched_too() {
    for verb in [
        Verb::GroupsList,
        Verb::GroupsMembers,
        Verb::ConversationsList,
    ] {
        for vendor in able(verb) {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let count = async |options| -> usize {
                let pages = pages(&client, verb, options).await.unwrap();
                pages.iter().map(|page| page.ids.len()).sum()
            };
            let all = count(ListOptions::default()).await;
            assert!(
                (1..all).contains(&count(searching("an")).await),
                "{vendor} {verb}"
            );
            assert_eq!(count(searching("no such text")).await, 0, "{vendor} {verb}");
        }
    }
}

#[tokio::test]
async fn an_option_that_the_vendor_has_not_is_refused() {
    let by_status = || ListOptions {
        status: Some(ConversationStatus::Done),
        ..ListOptions::default()
    };
    let cases = [
        (Verb::ContactsList, by_status(), "status"),
        (Verb::GroupsList, by_status(), "status"),
        (Verb::GroupsMembers, by_status(), "status"),
        (Verb::TemplatesList, by_status(), "status"),
        (Verb::TemplatesList, searching("hello"), "search"),
    ];
    for (verb, options, name) in cases {
        for vendor in able(verb) {
            let stage = Stage::new();
            let error = refused(&stage, &stage.client(vendor), verb, options.clone()).await;
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(error.message().starts_with(&format!("{name}:")), "{error}");
        }
    }
}

#[tokio::test]
async fn what_breaks_the_vendor_s_rules_is_refused_by_our_name() {
    for verb in PAGED {
        for vendor in flexible(verb) {
            let mut cases = vec![(of_size(0), "page_size:")];
            if vendor == Vendor::MsgFlash && verb != Verb::GroupsMembers {
                cases.push((of_size(101), "page_size:"));
            }
            if verb != Verb::TemplatesList {
                cases.push((searching(""), "search:"));
            }
            for (options, start) in cases {
                let stage = Stage::new();
                let error = refused(&stage, &stage.client(vendor), verb, options).await;
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
                assert!(error.message().starts_with(start), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn without_validation_the_vendor_decides() {
    let stage = Stage::new();
    let unchecked = Options {
        validate: false,
        ..options()
    };
    let client = stage
        .builder(Vendor::MsgFlash)
        .options(unchecked)
        .build()
        .unwrap();
    let error = pages(&client, Verb::ContactsList, of_size(101))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.get_vendor_code(), Some("VALIDATION_ERROR"));
    assert_eq!(stage.operations(), ["list_contacts"]);
}

#[tokio::test]
async fn a_cursor_that_is_none_is_refused_by_name() {
    let with = |cursor: &str| ListOptions {
        cursor: Some(cursor.to_owned()),
        ..ListOptions::default()
    };
    for verb in PAGED {
        for vendor in flexible(verb) {
            for cursor in ["nonsense", "0/20", "2/0", "-1/20", "2/", "2/20/1"] {
                let stage = Stage::new();
                let result = pages(&stage.client(vendor), verb, with(cursor)).await;
                let error = result.unwrap_err();
                assert_eq!(
                    error.kind(),
                    ErrorKind::InvalidInput,
                    "{vendor} {verb} {cursor}"
                );
                assert!(error.message().starts_with("cursor"), "{error}");
                // A cursor is the vendor's secret at MsgFlash and ours at WapiFlow.
                let asked = usize::from(vendor == Vendor::MsgFlash);
                assert_eq!(stage.requests().len(), asked, "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_and_another_page_size_do_not_go_together_where_pages_are_numbered() {
    let stage = Stage::new();
    let options = ListOptions {
        cursor: Some("2/20".to_owned()),
        ..of_size(50)
    };
    let client = stage.client(Vendor::WapiFlow);
    let error = refused(&stage, &client, Verb::ContactsList, options).await;
    assert!(error.message().starts_with("page_size:"), "{error}");
}
