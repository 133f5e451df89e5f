//! Whatever a vendor changes in its answers, a page is read or an error says where it stands.

use std::collections::BTreeSet;

use palabre::{
    Client, Completeness, ContactChanges, Effect, ErrorKind, ListOptions, Listing, MonthRange,
    NumberStatus, Outcome, Result, StatisticsTable, TemplateStatus, Vendor, Verb,
};
use serde_json::{Value, json};

use crate::stage::{Stage, able};
use crate::verbs;

/// What can stand where something else is expected.
fn odd_values() -> [Value; 10] {
    [
        json!(null),
        json!(true),
        json!(-7),
        json!(1e300),
        json!(""),
        json!("odd \u{0}\u{1f4a9}"),
        json!([]),
        json!([null]),
        json!({}),
        json!({"odd": {"odd": []}}),
    ]
}

/// Every place in an answer, of a list the first two items.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                places(value, &format!("{pointer}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().take(2).enumerate() {
                places(value, &format!("{pointer}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// What came of a verb: how many rows, and whether it says that some are left out.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Read {
    rows: usize,
    is_warned: bool,
}

fn rows(rows: usize) -> Read {
    Read {
        rows,
        is_warned: false,
    }
}

async fn page<T>(mut listing: Listing<T>) -> Result<Read> {
    let page = listing.next_page().await?;
    Ok(rows(page.map_or(0, |page| page.items.len())))
}

fn table<T>(table: StatisticsTable<T>) -> Read {
    Read {
        rows: table.rows.len(),
        is_warned: !table.warnings.is_empty(),
    }
}

/// The first page of a list, two items of it; what the verb does otherwise.
async fn run(client: &Client, verb: Verb) -> Result<Read> {
    let two = || ListOptions {
        // Its pages have one size.
        page_size: (client.vendor() != Vendor::NinetyNineDigital).then_some(2),
        ..ListOptions::default()
    };
    let known = verbs::known(client.vendor());
    match verb {
        // Its contact is given, since to look for it takes a hundred items.
        Verb::ContactsUpdate if client.vendor() == Vendor::WapiFlow => {
            let page = client.contacts().list(two()).next_page().await?.unwrap();
            let current = page.items.into_iter().next().unwrap();
            let changes = ContactChanges {
                name: Some("Awa Doe".to_owned()),
                current: Some(current.clone()),
                ..ContactChanges::default()
            };
            let updated = client.contacts().update(&current.id, changes).await;
            updated.map(|_| rows(1))
        }
        Verb::NumbersList => page(client.numbers().list()).await,
        Verb::ContactsList => page(client.contacts().list(two())).await,
        Verb::ContactsGroups => page(client.contacts().groups(known.contact)).await,
        Verb::GroupsList => page(client.groups().list(two())).await,
        Verb::GroupsMembers => page(client.groups().members(known.group, two())).await,
        Verb::ConversationsList => page(client.conversations().list(two())).await,
        Verb::MessagesList => {
            let filter = palabre::MessageFilter::default();
            page(client.messages().list(filter, two())).await
        }
        Verb::TemplatesList => page(client.templates().list(two())).await,
        Verb::StatsMonthly => {
            let range = MonthRange::default();
            client.stats().monthly(range).await.map(table)
        }
        Verb::StatsCurrentMonth => client.stats().current_month().await.map(table),
        Verb::StatsToday => client.stats().today().await.map(table),
        verb => verbs::run(client, verb).await.map(|()| rows(1)),
    }
}

/// A verb at a vendor, run again and again with something else in the answer.
struct Trial {
    verb: Verb,
    client: Client,
    stage: Stage,
    operation: &'static str,
    places: Vec<String>,
    is_write: bool,
    /// What comes of it while nothing is odd.
    read: Read,
}

impl Trial {
    async fn new(vendor: Vendor, verb: Verb) -> Self {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let read = run(&client, verb).await.unwrap();
        // The contact is in no group.
        let has_rows = read.rows > 0 || verb == Verb::ContactsGroups;
        assert!(has_rows && !read.is_warned, "{vendor} {verb}");
        let last = stage.requests().pop().unwrap();
        let answer: Value = serde_json::from_str(&last.response_body.unwrap()).unwrap();
        let mut found = Vec::new();
        places(&answer, "", &mut found);
        let operation = palabre::spec(vendor).operation(last.operation.unwrap());
        let is_write = operation.unwrap().effect != Effect::Read;
        Self {
            verb,
            client,
            stage,
            operation: last.operation.unwrap(),
            places: found,
            is_write,
            read,
        }
    }

    /// Every verb at every vendor that can do it, but for the search in a list, which is a list.
    async fn all() -> Vec<Self> {
        let mut trials = Vec::new();
        for verb in Verb::ALL {
            for vendor in able(*verb) {
                if !matches!(
                    (vendor, verb),
                    (Vendor::WapiFlow, Verb::ContactsGet)
                        | (
                            Vendor::NinetyNineDigital,
                            Verb::NumbersGet | Verb::NumbersApiKey
                        )
                ) {
                    trials.push(Self::new(vendor, *verb).await);
                }
            }
        }
        trials
    }

    async fn run(&mut self, pointer: &str, value: &Value) -> Result<Read> {
        if self.is_write {
            self.stage.sandbox.reset();
        }
        self.stage.fault(json!({
            "vendor": self.client.vendor().id(), "operation": self.operation, "times": null,
            "replace": {"pointer": pointer, "value": value},
        }));
        let result = run(&self.client, self.verb).await;
        self.stage.sandbox.clear_faults();
        result
    }
}

#[tokio::test]
async fn an_odd_answer_is_read_or_is_an_error_that_says_where_it_stands() {
    for mut trial in Trial::all().await {
        for pointer in trial.places.clone() {
            for value in odd_values() {
                let Err(error) = trial.run(&pointer, &value).await else {
                    continue;
                };
                let (vendor, verb) = (trial.client.vendor(), trial.verb);
                let place = format!("{vendor} {verb} {pointer} {value}: {error}");
                assert_eq!(error.get_vendor(), Some(vendor), "{place}");
                assert_eq!(error.get_operation(), Some(verb.as_str()), "{place}");
                // A word that is not the vendor's for a success is no success.
                let is_word = pointer == "/status" && value.is_string();
                if is_word && !trial.is_write {
                    assert_eq!(error.kind(), ErrorKind::Vendor, "{place}");
                } else if trial.is_write {
                    let is_open =
                        matches!(error.kind(), ErrorKind::Decode | ErrorKind::OutcomeUnknown);
                    assert!(is_open, "{place}");
                    // Never that nothing happened.
                    let outcome = error.get_outcome();
                    assert!(
                        matches!(outcome, Some(Outcome::Accepted | Outcome::Unknown)),
                        "{place}"
                    );
                } else {
                    assert_eq!(error.kind(), ErrorKind::Decode, "{place}");
                }
            }
        }
    }
}

#[tokio::test]
async fn only_what_a_thing_is_found_by_must_not_be_null() {
    let mut needed = BTreeSet::new();
    for mut trial in Trial::all().await {
        for pointer in trial.places.clone() {
            match trial.run(&pointer, &Value::Null).await {
                Ok(read) => assert!(
                    read.rows == trial.read.rows || read.is_warned,
                    "{} {} {pointer}: {read:?} of {:?}",
                    trial.client.vendor(),
                    trial.verb,
                    trial.read
                ),
                Err(_) => {
                    let name = pointer.rsplit('/').next().unwrap_or_default();
                    needed.insert(name.to_owned());
                }
            }
        }
    }
    #[rustfmt::skip]
    let expected = [
        "", // the whole answer
        "0", "1", // an item of a list
        "contact", "contacts", "conversation", "data", "groups", "list", "members", "messages", "providers",
        "templates", // the thing or the list itself
        "id", "contact_phone", "name", "whatsapp", "messageId", "otpId", "unique", // what it is found by
        "valid", // whether a code fits
        "deleted", // how many are gone: a job that was only begun does not say
        "nextCursor", // where to go on, when the vendor says that there is more
        "status", // WapiFlow's word for success
    ];
    assert_eq!(needed, expected.into_iter().map(str::to_owned).collect());
}

#[tokio::test]
async fn a_new_field_anywhere_changes_nothing() {
    for mut trial in Trial::all().await {
        for pointer in trial.places.clone() {
            let result = trial
                .run(&format!("{pointer}/brand_new"), &json!({"a": [1]}))
                .await;
            assert_eq!(
                result,
                Ok(trial.read),
                "{} {} {pointer}",
                trial.client.vendor(),
                trial.verb
            );
        }
    }
}

#[tokio::test]
async fn a_status_that_nobody_knows_is_kept_in_the_vendor_s_words() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    for (word, status) in [
        ("banned", NumberStatus::Unknown),
        ("CONNECTED", NumberStatus::Connected),
        ("unknown", NumberStatus::Unknown),
    ] {
        stage.fault(json!({"replace": {"pointer": "/providers/0/status", "value": word}}));
        let numbers = client.numbers().list().collect().await.unwrap();
        assert_eq!(
            (numbers[0].status, numbers[0].status_text.as_deref()),
            (Some(status), Some(word))
        );
    }
    let client = stage.client(Vendor::WapiFlow);
    for (value, status) in [
        (json!(17), TemplateStatus::Unknown),
        (json!("1"), TemplateStatus::Approved),
    ] {
        stage.fault(
            json!({"replace": {"pointer": "/data/templates/data/0/status", "value": value}}),
        );
        let templates = client
            .templates()
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap();
        assert_eq!(templates[0].status, Some(status));
    }
}

#[tokio::test]
async fn what_is_empty_in_another_way_is_none() {
    let stage = Stage::new();
    let place = "/data/contacts/data/0/address";
    for empty in [json!([]), json!(""), json!(null)] {
        stage.fault(json!({"replace": {"pointer": place, "value": empty}}));
        let client = stage.client(Vendor::WapiFlow);
        let list = client.contacts().list(ListOptions::default());
        let contacts = list.collect().await.unwrap();
        assert!(contacts.len() > 1);
        assert_eq!(contacts[0].address, None, "{empty}");
    }
    stage.fault(json!({"replace": {"pointer": "/data/groups/0/contactCount", "value": ""}}));
    let client = stage.client(Vendor::MsgFlash);
    let list = client.groups().list(ListOptions::default());
    let groups = list.collect().await.unwrap();
    assert_eq!(groups[0].contact_count, None);
    assert!(groups[1].contact_count.is_some());
}

#[tokio::test]
async fn an_identifier_that_is_too_long_a_number_is_an_error_and_not_another_identifier() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for (id, is_read) in [
        ("18446744073709551615", true),
        ("123456789012345678901234", false),
    ] {
        stage.fault(json!({"status": 200, "body": format!(r#"{{"data":{{"id":{id}}}}}"#)}));
        match client.contacts().get("1").await {
            Ok(contact) => assert!(is_read && contact.id == id),
            Err(error) => assert!(!is_read && error.kind() == ErrorKind::Decode, "{error}"),
        }
    }
}

#[tokio::test]
async fn an_odd_date_is_none_and_the_raw_item_has_it() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for (value, is_read) in [
        (json!("2026-11-22T10:00:00.000Z"), true),
        (json!("2026-11-22 10:00:00"), true),
        (json!(1_795_341_600), true),
        (json!("yesterday"), false),
        (json!(""), false),
        (json!(0), false),
    ] {
        stage.fault(json!({"replace": {"pointer": "/data/createdAt", "value": value}}));
        let contact = client.contacts().get("CONTACT_UUID_1").await.unwrap();
        let expected = is_read.then(|| "2026-11-22T10:00:00Z".parse().unwrap());
        assert_eq!(contact.created_at, expected, "{value}");
        assert_eq!(contact.raw.value()["createdAt"], value);
    }
}

#[tokio::test]
async fn a_page_that_is_no_utf8_is_kept_but_for_the_odd_letters() {
    // Nothing of the sandbox sends such bytes: they are written by hand.
    let page =
        b"{\"providers\":[{\"id\":\"1\",\"name\":\"Caf\xe9\",\"new\":\"\xff\"},{\"id\":\"2\"}]}";
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", page.len());
        stream
            .write_all(&[head.as_bytes(), page].concat())
            .await
            .unwrap();
    });
    let stage = Stage::new();
    let client = stage
        .builder(Vendor::ReachFlow)
        .base_url(url)
        .build()
        .unwrap();
    let numbers = client.numbers().list().collect().await.unwrap();
    server.await.unwrap();
    assert_eq!(numbers.len(), 2);
    assert_eq!(numbers[0].name.as_deref(), Some("Caf\u{fffd}"));
    assert_eq!(numbers[1].raw.value(), json!({"id": "2"}));
}

#[tokio::test]
async fn a_success_is_written_in_any_case() {
    let stage = Stage::new();
    for (vendor, word) in [
        (Vendor::NinetyNineDigital, "Ok"),
        (Vendor::WapiFlow, "SUCCESS"),
    ] {
        for operation in ["get_whatsapp", "list_templates"] {
            stage.fault(
                json!({"operation": operation, "replace": {"pointer": "/status", "value": word}}),
            );
        }
        let client = stage.client(vendor);
        let verb = if vendor == Vendor::WapiFlow {
            Verb::TemplatesList
        } else {
            Verb::StatsCurrentMonth
        };
        assert_eq!(verbs::run(&client, verb).await, Ok(()), "{vendor}");
        stage.sandbox.clear_faults();
    }
    let table = stage
        .client(Vendor::NinetyNineDigital)
        .stats()
        .current_month()
        .await
        .unwrap();
    assert!(
        table
            .rows
            .iter()
            .all(|row| row.completeness == Completeness::MonthToDate)
    );
}
