//! Several accounts are asked together, and each answers for itself.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use palabre::{Client, Credentials, ErrorKind, Fleet, Gathered, Number, Vendor};
use serde_json::json;

use crate::stage::Stage;

fn fleet(clients: Vec<(&str, Client)>) -> Fleet {
    Fleet::new(
        clients
            .into_iter()
            .map(|(name, client)| (name.to_owned(), client))
            .collect(),
    )
}

async fn numbers(fleet: &Fleet) -> Gathered<Number> {
    fleet
        .gather(|client| async move { client.numbers().list().collect().await })
        .await
}

fn names<T>(pairs: &[(String, T)]) -> Vec<&str> {
    pairs.iter().map(|(name, _)| name.as_str()).collect()
}

#[tokio::test]
async fn items_failures_and_accounts_that_cannot_are_told_apart() {
    let stage = Stage::new();
    let bad = Credentials::default().with("api_key", "wrong");
    let bad = stage
        .builder(Vendor::ReachFlow)
        .credentials(bad)
        .build()
        .unwrap();
    let fleet = fleet(vec![
        ("warehouse", stage.client(Vendor::MsgFlash)),
        ("shop", stage.client(Vendor::ReachFlow)),
        ("old shop", bad),
        ("partners", stage.client(Vendor::NinetyNineDigital)),
        ("inbox", stage.client(Vendor::WapiFlow)),
    ]);
    let gathered = numbers(&fleet).await;
    assert_eq!(gathered.items.len(), 4 + 5 + 3);
    let mut accounts: Vec<_> = gathered
        .items
        .iter()
        .map(|number| &*number.account)
        .collect();
    accounts.dedup();
    assert_eq!(
        accounts,
        ["partners", "shop", "warehouse"],
        "in the order of the names"
    );

    assert_eq!(names(&gathered.failures), ["old shop"]);
    let (name, error) = &gathered.failures[0];
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(error.get_account(), Some(name.as_str()));

    assert_eq!(names(&gathered.unsupported), ["inbox"]);
    for (name, error) in &gathered.unsupported {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.get_account(), Some(name.as_str()));
    }
}

#[tokio::test]
async fn the_order_does_not_depend_on_who_answers_first() {
    let stage = Stage::new();
    stage.fault(json!({"vendor": "reachflow", "delay_ms": 300}));
    let clients = (b'a'..=b'l').map(|letter| {
        let vendor = if letter == b'a' {
            Vendor::ReachFlow
        } else {
            Vendor::NinetyNineDigital
        };
        (char::from(letter).to_string(), stage.client(vendor))
    });
    let fleet = Fleet::new(clients.collect());
    let mut accounts: Vec<_> = numbers(&fleet)
        .await
        .items
        .iter()
        .map(|number| number.account.to_string())
        .collect();
    accounts.dedup();
    let expected: Vec<_> = fleet.clients().map(|(name, _)| name.to_owned()).collect();
    assert_eq!((accounts.len(), accounts), (12, expected));
}

#[tokio::test]
async fn two_accounts_at_one_vendor_keep_their_names() {
    let stage = Stage::new();
    let fleet = fleet(vec![
        ("north", stage.client(Vendor::ReachFlow)),
        ("south", stage.client(Vendor::ReachFlow)),
    ]);
    let accounts: Vec<_> = numbers(&fleet)
        .await
        .items
        .iter()
        .map(|number| number.account.to_string())
        .collect();
    assert_eq!(
        accounts
            .iter()
            .filter(|account| *account == "north")
            .count(),
        4
    );
    assert_eq!(
        accounts
            .iter()
            .filter(|account| *account == "south")
            .count(),
        4
    );
    assert_eq!(fleet.get("south").map(Client::name), Some("south"));
    assert!(fleet.get("west").is_none());
}

#[tokio::test]
async fn one_account_that_hangs_is_one_failure() {
    let stage = Stage::new();
    stage.fault(json!({"vendor": "reachflow", "delay_ms": 20_000}));
    let hanging = stage
        .client(Vendor::ReachFlow)
        .with_timeout(Some(Duration::from_millis(200)));
    let fleet = fleet(vec![
        ("a", hanging),
        ("b", stage.client(Vendor::NinetyNineDigital)),
    ]);
    let gathered = numbers(&fleet).await;
    assert_eq!(
        (gathered.items.len(), names(&gathered.failures)),
        (5, vec!["a"])
    );
    assert_eq!(gathered.failures[0].1.kind(), ErrorKind::Timeout);
}

#[tokio::test]
async fn a_fleet_without_accounts_gives_nothing() {
    let gathered = numbers(&Fleet::new(BTreeMap::new())).await;
    assert!(
        gathered.items.is_empty()
            && gathered.failures.is_empty()
            && gathered.unsupported.is_empty()
    );
}

#[tokio::test]
async fn no_more_than_eight_accounts_are_asked_at_once() {
    let stage = Stage::new();
    let clients = (0..20).map(|n| (format!("{n}"), stage.client(Vendor::MsgFlash)));
    let fleet = Fleet::new(clients.collect());
    let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (running, most) = (&running, &most);
    let gathered = fleet
        .gather(|client| async move {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(vec![client.name().to_owned()])
        })
        .await;
    assert_eq!(gathered.items.len(), 20);
    assert_eq!(most.load(Ordering::SeqCst), 8);
}
