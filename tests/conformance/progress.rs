//! Listings and batches tell how far they have come.

use std::sync::{Arc, Mutex};

use palabre::{Client, ListOptions, Progress, Vendor, Verb};

use crate::stage::{Stage, flexible, ids};

type Told = Arc<Mutex<Vec<Progress>>>;

fn told(client: &Client) -> (Client, Told) {
    let told = Told::default();
    let told_to = told.clone();
    let client = client.with_progress(Some(Arc::new(move |progress| {
        told_to.lock().unwrap().push(progress);
    })));
    (client, told)
}

fn progress(done: u64, total: Option<u64>) -> Progress {
    Progress { done, total }
}

#[tokio::test]
async fn a_listing_tells_after_each_page_with_the_vendor_s_total() {
    for vendor in flexible(Verb::ContactsList) {
        let stage = Stage::new();
        let (client, told) = told(&stage.client(vendor));
        let mut listing = client.contacts().list(ListOptions {
            page_size: Some(40),
            ..ListOptions::default()
        });
        assert_eq!(*told.lock().unwrap(), []);
        let mut done = 0;
        let mut expected = Vec::new();
        while let Some(page) = listing.next_page().await.unwrap() {
            done += page.items.len() as u64;
            expected.push(progress(done, page.total));
            assert_eq!(*told.lock().unwrap(), expected);
        }
        assert!(expected.len() > 2);
        let all = expected.last().unwrap();
        assert_eq!(all.total, Some(all.done), "{vendor}");
    }
}

#[tokio::test]
async fn a_listing_that_starts_in_the_middle_does_not_know_its_total() {
    let stage = Stage::new();
    let (client, told) = told(&stage.client(Vendor::MsgFlash));
    let options = ListOptions {
        page_size: Some(50),
        ..ListOptions::default()
    };
    let mut listing = client.contacts().list(options.clone());
    listing.next_page().await.unwrap();
    let rest = ListOptions {
        cursor: listing.cursor().map(str::to_owned),
        ..options
    };
    told.lock().unwrap().clear();
    client.contacts().list(rest).next_page().await.unwrap();
    assert_eq!(*told.lock().unwrap(), [progress(50, None)]);
}

#[tokio::test]
async fn many_deletions_tell_after_each_request() {
    let given = ids(1_000_000..1_001_100);
    for (vendor, count, expected) in [
        (Vendor::MsgFlash, 1100, vec![500, 1000, 1100]),
        (Vendor::WapiFlow, 3, vec![1, 2, 3]),
    ] {
        let stage = Stage::new();
        let (client, told) = told(&stage.client(vendor));
        client
            .contacts()
            .delete_many(&given[..count])
            .await
            .unwrap();
        let total = Some(count as u64);
        let expected: Vec<_> = expected
            .into_iter()
            .map(|done| progress(done, total))
            .collect();
        assert_eq!(*told.lock().unwrap(), expected, "{vendor}");
    }
}

#[tokio::test]
async fn a_contact_that_is_looked_for_page_by_page_tells_how_many_were_looked_through() {
    let stage = Stage::new();
    let (client, told) = told(&stage.client(Vendor::WapiFlow));
    client.contacts().get("999999").await.unwrap_err();
    let told = told.lock().unwrap();
    assert!(told.len() > 1);
    let last = told.last().unwrap();
    assert_eq!(last.total, Some(last.done));
    assert_eq!(told[0], progress(100, last.total));
}

#[tokio::test]
async fn a_client_without_progress_tells_nobody() {
    let stage = Stage::new();
    let (client, told) = told(&stage.client(Vendor::MsgFlash));
    let groups = client.with_progress(None);
    groups
        .groups()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap();
    assert_eq!(*told.lock().unwrap(), []);
    let again = client.reconnected().unwrap();
    again
        .groups()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap();
    assert_eq!(told.lock().unwrap().len(), 1);
}
