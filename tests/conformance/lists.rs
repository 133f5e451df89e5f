//! Lists join up to everything, page by page.

use std::collections::BTreeSet;

use palabre::{Client, ErrorKind, ListOptions, Listing, Options, Record, Result, Vendor, Verb};
use serde_json::json;

use crate::stage::{Stage, able, flexible};
use crate::verbs::known;

/// The lists that come in pages.
pub const PAGED: [Verb; 5] = [
    Verb::ContactsList,
    Verb::GroupsList,
    Verb::GroupsMembers,
    Verb::ConversationsList,
    Verb::TemplatesList,
];

/// A page by what identifies its items.
#[derive(Debug, PartialEq)]
pub struct Ids {
    pub ids: Vec<String>,
    pub next: Option<String>,
    pub total: Option<u64>,
}

async fn read<T: Record>(mut listing: Listing<T>) -> Result<Vec<Ids>> {
    let mut pages = Vec::new();
    while let Some(page) = listing.next_page().await? {
        assert_eq!(listing.cursor(), page.next_cursor.as_deref());
        pages.push(Ids {
            ids: page.items.iter().map(|item| item.id().to_owned()).collect(),
            next: page.next_cursor,
            total: page.total,
        });
    }
    assert!(
        listing.next_page().await?.is_none(),
        "the end stays the end"
    );
    Ok(pages)
}

/// Reads the pages of a list to its end.
pub async fn pages(client: &Client, verb: Verb, options: ListOptions) -> Result<Vec<Ids>> {
    let known = known(client.vendor());
    match verb {
        Verb::NumbersList => read(client.numbers().list()).await,
        Verb::ContactsList => read(client.contacts().list(options)).await,
        Verb::ContactsGroups => read(client.contacts().groups(known.contact)).await,
        Verb::GroupsList => read(client.groups().list(options)).await,
        Verb::GroupsMembers => read(client.groups().members(known.group, options)).await,
        Verb::ConversationsList => read(client.conversations().list(options)).await,
        Verb::TemplatesList => read(client.templates().list(options)).await,
        other => panic!("{other} is no list"),
    }
}

pub fn of_size(size: u32) -> ListOptions {
    ListOptions {
        page_size: Some(size),
        ..ListOptions::default()
    }
}

pub fn searching(text: &str) -> ListOptions {
    ListOptions {
        search: Some(text.to_owned()),
        ..ListOptions::default()
    }
}

fn joined(pages: &[Ids]) -> Vec<&str> {
    pages
        .iter()
        .flat_map(|page| &page.ids)
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn pages_join_up_to_everything_with_no_item_twice() {
    for verb in PAGED {
        for vendor in flexible(verb) {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let whole = pages(&client, verb, ListOptions::default()).await.unwrap();
            stage.sandbox.clear_journal();

            let small = pages(&client, verb, of_size(7)).await.unwrap();
            assert_eq!(joined(&small), joined(&whole), "{vendor} {verb}");
            let items = joined(&small);
            assert!(items.len() > 7, "{vendor} {verb}: one page tests nothing");
            assert_eq!(items.iter().collect::<BTreeSet<_>>().len(), items.len());
            for page in &small {
                // Members are the one list of which MsgFlash gives no total.
                let total = (verb != Verb::GroupsMembers).then_some(items.len() as u64);
                assert_eq!(page.total, total, "{vendor} {verb}");
            }
            let (last, full) = small.split_last().unwrap();
            assert!(
                full.iter().all(|page| page.ids.len() == 7),
                "{vendor} {verb}"
            );
            assert!((1..=7).contains(&last.ids.len()), "{vendor} {verb}");

            // One request a page, and no other.
            assert_eq!(small.len(), items.len().div_ceil(7), "{vendor} {verb}");
            assert_eq!(stage.requests().len(), small.len(), "{vendor} {verb}");
        }
    }
}

#[tokio::test]
async fn the_page_size_goes_out_under_the_vendor_s_name() {
    for verb in PAGED {
        for vendor in flexible(verb) {
            let stage = Stage::new();
            pages(&stage.client(vendor), verb, of_size(50))
                .await
                .unwrap();
            let name = if vendor == Vendor::WapiFlow {
                "paginate"
            } else {
                "limit"
            };
            for request in stage.requests() {
                assert_eq!(request.query[name], "50", "{vendor} {verb}");
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_resumes_from_the_middle_with_the_same_rest() {
    for verb in PAGED {
        for vendor in flexible(verb) {
            let stage = Stage::new();
            let whole = pages(&stage.client(vendor), verb, of_size(5))
                .await
                .unwrap();
            let middle = whole.len() / 2;
            let options = ListOptions {
                cursor: whole[middle - 1].next.clone(),
                ..of_size(5)
            };
            // Another client, as after a restart.
            let rest = pages(&stage.client(vendor), verb, options).await.unwrap();
            assert_eq!(rest, whole[middle..], "{vendor} {verb}");
        }
    }
}

#[tokio::test]
async fn the_cursor_of_a_search_resumes_the_search() {
    for vendor in flexible(Verb::ContactsList) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let search = |cursor| ListOptions {
            cursor,
            page_size: Some(2),
            ..searching("a")
        };
        let whole = pages(&client, Verb::ContactsList, search(None))
            .await
            .unwrap();
        let next = whole[0].next.clone();
        assert!(next.is_some());
        let rest = pages(&client, Verb::ContactsList, search(next))
            .await
            .unwrap();
        assert_eq!(rest, whole[1..], "{vendor}");
    }
}

#[tokio::test]
async fn a_list_that_comes_whole_is_one_page() {
    for verb in [Verb::NumbersList, Verb::ContactsGroups] {
        for vendor in able(verb) {
            let stage = Stage::new();
            let pages = pages(&stage.client(vendor), verb, ListOptions::default())
                .await
                .unwrap();
            assert_eq!(pages.len(), 1, "{vendor} {verb}");
            assert_eq!(pages[0].total, Some(pages[0].ids.len() as u64));
            assert_eq!(stage.requests().len(), 1);
        }
    }
}

#[tokio::test]
async fn a_list_asks_for_nothing_before_its_first_page() {
    for vendor in flexible(Verb::ContactsList) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let mut listing = client.contacts().list(of_size(5));
        assert!(stage.sandbox.journal().is_empty());
        assert_eq!(listing.cursor(), None);
        listing.next_page().await.unwrap();
        assert_eq!(stage.requests().len(), 1, "one page was asked for");
    }
}

#[tokio::test]
async fn after_an_error_a_list_goes_on_where_it_was() {
    for verb in PAGED {
        for vendor in flexible(verb) {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let whole = pages(&client, verb, of_size(4)).await.unwrap();
            // Three tries fail, which is all that a read has.
            stage.fault(json!({"vendor": vendor.id(), "status": 503, "times": 3, "after": 1}));
            let error = pages(&client, verb, of_size(4)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
            assert_eq!(error.get_operation(), Some(verb.as_str()));
            let options = ListOptions {
                cursor: whole[0].next.clone(),
                ..of_size(4)
            };
            let rest = pages(&client, verb, options).await.unwrap();
            assert_eq!(rest, whole[1..], "{vendor} {verb}");
        }
    }
}

#[tokio::test]
async fn the_same_listing_asks_for_the_page_that_failed_again() {
    for vendor in flexible(Verb::ContactsList) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let mut listing = client.contacts().list(of_size(100));
        let first = listing.next_page().await.unwrap().unwrap();
        stage.fault(json!({"vendor": vendor.id(), "status": 400}));
        assert!(listing.next_page().await.is_err());
        let second = listing.next_page().await.unwrap().unwrap();
        let rest = listing.clone().collect().await.unwrap();
        let count = first.items.len() + second.items.len() + rest.len();
        assert_eq!(Some(count as u64), first.total, "{vendor}");
    }
}

#[tokio::test]
async fn a_list_outlasts_the_vendor_s_rate_limit() {
    let stage = Stage::new();
    stage.set(|settings| settings.msgflash_rate_limit = Some(10));
    // It would keep to the limit by itself.
    let patient = Options {
        rate_limit: Some(0.0),
        ..Options::default()
    };
    let client = stage
        .builder(Vendor::MsgFlash)
        .options(patient)
        .build()
        .unwrap();
    let read = pages(&client, Verb::ContactsList, of_size(20))
        .await
        .unwrap();
    assert_eq!(joined(&read).len(), 324);
    let refused = stage
        .requests()
        .iter()
        .filter(|request| request.status == Some(429))
        .count();
    assert!(refused > 0, "a limit that is not reached tests nothing");
}
