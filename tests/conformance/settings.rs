//! A client is checked when it is made, and never shows its key.

use std::collections::BTreeMap;
use std::time::Duration;

use palabre::{Client, ContactChanges, Credentials, ErrorKind, ListOptions, Vendor};
use palabre_sandbox::{Config, MsgFlashKey, Sandbox};
use serde_json::json;

use crate::stage::Stage;

const KEY: &str = "unmistakable-4711";

fn credentials(names: &[&str]) -> Credentials {
    names
        .iter()
        .fold(Credentials::default(), |all, name| all.with(*name, KEY))
}

#[test]
fn a_credential_that_is_missing_empty_or_not_the_vendor_s_is_named() {
    use Vendor::{MsgFlash, NinetyNineDigital, ReachFlow, WapiFlow};
    let cases: [(Vendor, &[&str], &str); 14] = [
        (ReachFlow, &[], "api_key"),
        (ReachFlow, &["api_key", "team_id"], "team_id"),
        (MsgFlash, &["team_id"], "api_key"),
        (MsgFlash, &["api_key", "apikey"], "apikey"),
        (NinetyNineDigital, &[], "client_id"),
        (NinetyNineDigital, &["client_id"], "client_secret"),
        (NinetyNineDigital, &["client_secret"], "client_id"),
        (
            NinetyNineDigital,
            &["access_token", "client_id"],
            "access_token",
        ),
        (NinetyNineDigital, &["number"], "client_id"),
        (NinetyNineDigital, &["api_key", "client_id"], "api_key"),
        (NinetyNineDigital, &["team_id"], "team_id"),
        (WapiFlow, &["client_id"], "client_secret"),
        (WapiFlow, &["api_key"], "api_key"),
        (
            WapiFlow,
            &["client_id", "client_secret", "access_token"],
            "access_token",
        ),
    ];
    for (vendor, names, named) in cases {
        let error = Client::builder(vendor)
            .credentials(credentials(names))
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert_eq!(error.get_vendor(), Some(vendor));
        assert!(
            error.message().starts_with(&format!("{named}: ")),
            "{vendor} {names:?}: {error}"
        );
        assert!(!format!("{error:?}").contains(KEY));
    }
    for (vendor, names) in [
        (ReachFlow, &["api_key"][..]),
        (MsgFlash, &["api_key", "team_id"]),
        (NinetyNineDigital, &["access_token"]),
        (NinetyNineDigital, &["client_id", "client_secret"]),
        (NinetyNineDigital, &["api_key"]),
        (NinetyNineDigital, &["api_key", "number"]),
        (NinetyNineDigital, &["client_id", "client_secret", "number"]),
        (NinetyNineDigital, &["access_token", "number"]),
        (WapiFlow, &["client_id", "client_secret"]),
    ] {
        assert!(
            Client::builder(vendor)
                .credentials(credentials(names))
                .build()
                .is_ok()
        );
        for name in names {
            let empty = credentials(names).with(*name, " ");
            let error = Client::builder(vendor)
                .credentials(empty)
                .build()
                .unwrap_err();
            assert_eq!(error.message(), format!("{name}: is empty"));
        }
    }
}

#[test]
fn an_address_that_is_not_safe_is_refused() {
    for url in [
        "http://api.example.com",
        "nonsense",
        "https://u:p@example.com",
        "",
    ] {
        let builder = Client::builder(Vendor::ReachFlow).credentials(credentials(&["api_key"]));
        let error = builder.base_url(url).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().starts_with("base_url"), "{error}");
    }
}

#[tokio::test]
async fn what_prints_shows_names_and_no_key() {
    for (vendor, names) in [
        (Vendor::ReachFlow, &["api_key"][..]),
        (Vendor::MsgFlash, &["api_key", "team_id"]),
        (Vendor::NinetyNineDigital, &["client_id", "client_secret"]),
        (Vendor::NinetyNineDigital, &["access_token"]),
        (Vendor::WapiFlow, &["client_id", "client_secret"]),
    ] {
        let stage = Stage::new();
        let client = stage
            .builder(vendor)
            .credentials(credentials(names))
            .account("sales")
            .build()
            .unwrap();
        let error = crate::verbs::run(&client, crate::errors::read_of(vendor))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
        let listing = client.contacts().list(ListOptions::default());
        for shown in [
            format!("{client:?} {:?} {:?}", client.numbers(), client.messages()),
            format!("{:#?}", client.account()),
            format!("{:?}", client.account().credentials()),
            format!("{:?}", client.account().options()),
            format!("{error:?} {error}"),
            format!("{listing:?}"),
        ] {
            assert!(!shown.contains(KEY), "{shown}");
        }
        assert!(format!("{client:?}").contains("sales"));
    }
}

#[tokio::test]
async fn the_name_of_an_account_is_in_objects_and_errors() {
    let stage = Stage::new();
    let client = stage
        .builder(Vendor::MsgFlash)
        .account("sales")
        .build()
        .unwrap();
    assert_eq!(client.name(), "sales");
    let contact = client.contacts().get("CONTACT_UUID_1").await.unwrap();
    assert_eq!(&*contact.account, "sales");
    let error = client.contacts().get("nobody").await.unwrap_err();
    assert_eq!(error.get_account(), Some("sales"));
    assert!(
        error
            .to_string()
            .starts_with("msgflash [sales] contacts.get: "),
        "{error}"
    );

    let renamed = client.renamed("shop").reconnected().unwrap();
    assert_eq!(
        &*renamed
            .contacts()
            .get("CONTACT_UUID_1")
            .await
            .unwrap()
            .account,
        "shop"
    );
    assert_eq!(
        renamed
            .contacts()
            .get("nobody")
            .await
            .unwrap_err()
            .get_account(),
        Some("shop")
    );
}

#[tokio::test]
async fn a_listing_goes_on_with_other_connections() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash).renamed("sales");
    let mut listing = client.contacts().list(ListOptions::default());
    let first = listing.next_page().await.unwrap().unwrap();
    listing.reconnect(&client.reconnected().unwrap());
    let rest = listing.collect().await.unwrap();
    assert_eq!(Some((first.items.len() + rest.len()) as u64), first.total);
    assert!(rest.iter().all(|contact| &*contact.account == "sales"));
}

#[tokio::test]
async fn a_team_key_goes_with_its_team() {
    let sandbox = Sandbox::start(Config {
        credentials: palabre_sandbox::Credentials {
            msgflash: vec![
                MsgFlashKey::team("msgf_team_x", "team-1"),
                MsgFlashKey::personal("msgf_live_x"),
            ],
            ..palabre_sandbox::Credentials::default()
        },
        ..Config::default()
    })
    .unwrap();
    let call = async |credentials: Credentials| {
        let client = Client::builder(Vendor::MsgFlash).credentials(credentials);
        let client = client
            .base_url(sandbox.base_url("msgflash").unwrap())
            .build()
            .unwrap();
        client
            .call("list_contacts", BTreeMap::new())
            .await
            .map(drop)
    };
    let key = |key| Credentials::default().with("api_key", key);
    assert_eq!(
        call(key("msgf_team_x").with("team_id", "team-1")).await,
        Ok(())
    );
    assert_eq!(call(key("msgf_live_x")).await, Ok(()));
    let error = call(key("msgf_team_x")).await.unwrap_err();
    assert_eq!(error.get_vendor_code(), Some("UNAUTHORIZED"));
    assert!(error.get_hint().unwrap().contains("team_id"), "{error}");
    let error = call(key("msgf_live_x").with("team_id", "team-1"))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.get_vendor_code()),
        (ErrorKind::Permission, Some("TEAM_KEY_REQUIRED"))
    );
}

#[tokio::test]
async fn a_verb_that_takes_several_requests_has_one_time_out() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "list_contacts", "delay_ms": 200, "times": null}));
    let client = stage.client(Vendor::WapiFlow);
    let last = client
        .contacts()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap();
    let last = last.last().unwrap().id.clone();
    let patience = Some(Duration::from_millis(300));
    let error = client
        .with_timeout(patience)
        .contacts()
        .get(&last)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn each_page_of_a_list_has_the_whole_time_out() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "list_contacts", "delay_ms": 150, "times": null}));
    let client = stage
        .client(Vendor::WapiFlow)
        .with_timeout(Some(Duration::from_secs(1)));
    let list = client.contacts().list(ListOptions {
        page_size: Some(20),
        ..ListOptions::default()
    });
    assert!(list.collect().await.unwrap().len() > 100);
}

#[tokio::test]
async fn a_write_for_which_no_time_is_left_does_not_leave() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "list_contacts", "delay_ms": 150}));
    let client = stage
        .client(Vendor::WapiFlow)
        .with_timeout(Some(Duration::from_millis(100)));
    let changes = ContactChanges {
        name: Some("Awa Doe".to_owned()),
        ..ContactChanges::default()
    };
    let error = client.contacts().update("1", changes).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    // Under load not even the read may have arrived.
    assert!(!stage.operations().contains(&"update_contact"));
}
