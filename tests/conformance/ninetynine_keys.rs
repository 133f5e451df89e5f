//! 99digital's keys by number: found, kept, forgotten, never shown.

use std::sync::Arc;

use palabre::{
    Client, Credentials, ErrorKind, ExposeSecret, ListOptions, NewMessage, Outcome, Rehearsal,
    Support, Vendor, Verb,
};
use serde_json::{Value, json};

use crate::stage::{OWN, Stage, options};

const PERSON: &str = "+972541112233";

fn hello(from: Option<&str>) -> NewMessage {
    NewMessage {
        to: PERSON.to_owned(),
        from: from.map(str::to_owned),
        text: Some("Hello".to_owned()),
        ..NewMessage::default()
    }
}

/// A client with these credentials.
fn client(stage: &Stage, credentials: Credentials) -> Client {
    Client::builder(Vendor::NinetyNineDigital)
        .credentials(credentials)
        .base_url(stage.sandbox.base_url("99digital").unwrap())
        .options(options())
        .build()
        .unwrap()
}

/// A partner, who has five numbers.
fn partner(stage: &Stage) -> Client {
    let pair = Credentials::default()
        .with("client_id", "sandbox-client-id")
        .with("client_secret", "sandbox-client-secret");
    client(stage, pair)
}

/// The key of a number, as the one who asks for it by name gets it.
async fn key(stage: &Stage, number: &str) -> String {
    let key = partner(stage).numbers().api_key(number).await.unwrap();
    stage.sandbox.clear_journal();
    key.expose_secret().to_owned()
}

fn all_operations(stage: &Stage) -> Vec<&'static str> {
    let journal = stage.sandbox.journal();
    journal.iter().filter_map(|entry| entry.operation).collect()
}

#[tokio::test]
async fn a_partner_with_several_numbers_is_asked_for_one_by_name() {
    let stage = Stage::new();
    let client = partner(&stage);
    let error = client.messages().send(hello(None)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert!(error.message().starts_with("from_: is required"), "{error}");
    let hint = error.get_hint().unwrap();
    assert!(hint.contains("Carmel Flowers (+972"), "{hint}");
    assert!(!hint.contains("501234567"), "{hint}");
    let error = client.templates().list(ListOptions::default());
    let error = error.collect().await.unwrap_err();
    assert!(
        error.message().starts_with("number: is required"),
        "{error}"
    );
    assert!(stage.sandbox.sent().is_empty());

    for from in [OWN, "+972507654321"] {
        let sent = client.messages().send(hello(Some(from))).await.unwrap();
        assert_eq!(
            sent.number_id.as_deref(),
            Some(from.trim_start_matches('+'))
        );
    }
    let looked_up = all_operations(&stage);
    let looked_up = looked_up.iter().filter(|id| **id == "get_whatsapp");
    assert_eq!(looked_up.count(), 1, "kept for five minutes");

    let stranger = client.messages().send(hello(Some("+972599999999"))).await;
    let error = stranger.unwrap_err();
    assert!(
        error.message().starts_with("from_: is not a number"),
        "{error}"
    );
    assert!(
        error.get_hint().unwrap().contains("Carmel Garden"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_number_s_own_key_reaches_what_the_number_has_and_nothing_else() {
    let stage = Stage::new();
    let key = key(&stage, OWN).await;
    let credentials = Credentials::default()
        .with("api_key", &*key)
        .with("number", OWN);
    let client = client(&stage, credentials);
    client.messages().send(hello(None)).await.unwrap();
    client.messages().mark_read(PERSON, None).await.unwrap();
    assert_eq!(all_operations(&stage), ["send_message", "mark_as_read"]);

    for verb in [Verb::NumbersList, Verb::NumbersApiKey, Verb::StatsMonthly] {
        assert!(
            matches!(client.supports(verb), Support::Unsupported(why) if why.contains("client_id"))
        );
    }
    let error = client.numbers().list().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    let error = client.call("get_whatsapp", Default::default()).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert_eq!(all_operations(&stage).len(), 2);
}

#[tokio::test]
async fn a_key_without_a_number_needs_one_with_every_call() {
    let stage = Stage::new();
    let key = key(&stage, OWN).await;
    let client = client(&stage, Credentials::default().with("api_key", &*key));
    let error = client.messages().send(hello(None)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().starts_with("from_: "), "{error}");
    assert!(error.get_hint().unwrap().contains("number"), "{error:?}");
    client.messages().send(hello(Some(OWN))).await.unwrap();

    let error = client.messages().send(hello(Some("972507654321"))).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(error.get_vendor_code(), Some("3"));
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
}

#[tokio::test]
async fn a_refused_key_is_fetched_again_once() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    client.messages().send(hello(None)).await.unwrap();
    stage.sandbox.clear_journal();
    // The vendor refuses it although it is the right one: it comes again, and is not tried again.
    stage.fault(json!({
        "vendor": "99digital", "operation": "send_message", "times": null,
        "status": 200, "body": {"status": "FAIL", "reason": 3},
    }));
    let error = client.messages().send(hello(None)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert_eq!(all_operations(&stage), ["send_message", "get_whatsapp"]);
}

#[tokio::test]
async fn a_key_is_read_by_asking_for_it_by_name_and_in_no_other_way() {
    let stage = Stage::new();
    let key = key(&stage, OWN).await;
    assert!(key.starts_with("sandbox-"), "a key of the sandbox");
    let client = stage.client(Vendor::NinetyNineDigital);
    // What the vendor repeats is not repeated, whatever it calls it.
    let echo = json!({
        "status": "OK", "reason": 1, "unique": key, "request": format!("{{\"apiKey\":\"{key}\"}}"),
    });
    stage.fault(json!({
        "vendor": "99digital", "operation": "send_message", "status": 200, "body": echo,
    }));
    let sent = client.messages().send(hello(None)).await.unwrap();
    let rehearsal = Arc::new(Rehearsal::default());
    let held = client.rehearsed(rehearsal.clone());
    held.messages().send(hello(None)).await.unwrap_err();
    let numbers = client.numbers().list().collect().await.unwrap();
    let shown = [
        format!("{sent:?} {client:?} {:?}", client.account()),
        sent.raw.value().to_string(),
        Value::Object(sent.raw.extra()).to_string(),
        serde_json::to_string(&sent).unwrap(),
        format!("{:?} {}", rehearsal, rehearsal.take()[0].content),
        format!("{numbers:?} {}", serde_json::to_string(&numbers).unwrap()),
        numbers[0].raw.value().to_string(),
        format!("{:?}", stage.sandbox.journal()),
    ];
    for text in shown {
        assert!(!text.contains(&key), "{text}");
    }
    let missing = client.numbers().api_key("972599999999").await.unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_key_goes_only_to_the_address_beside_the_account_s_own() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    client.messages().send(hello(None)).await.unwrap();
    let journal = stage.sandbox.journal();
    let send = journal.last().unwrap();
    assert_eq!(send.path, "/99digital/whatsapp/v2/sendMessage");
    assert!(send.headers.get("authorization").is_none());
    let operation = client.account().spec().operation("send_message").unwrap();
    assert_eq!(
        client.account().address(operation).as_str(),
        format!("{}/99digital/whatsapp/v2", stage.sandbox.url())
    );
    let live = Client::builder(Vendor::NinetyNineDigital)
        .credentials(Credentials::default().with("api_key", "k-4711"))
        .build()
        .unwrap();
    assert_eq!(
        live.account().address(operation).as_str(),
        "https://api.99digital.co.il/whatsapp/v2"
    );
}
