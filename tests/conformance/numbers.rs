//! Numbers, and what they did today and this month.

use std::collections::BTreeMap;

use palabre::{DayCounters, ErrorKind, NumberStatus, Provenance, Vendor, Verb};
use serde_json::json;

use crate::stage::{NOW, Stage, able};
use crate::verbs::known;

const CATEGORIES: [&str; 4] = ["total", "marketing", "service", "incoming"];

#[tokio::test]
async fn one_number_is_the_one_of_the_list() {
    for vendor in able(Verb::NumbersGet) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let numbers = client.numbers().list().collect().await.unwrap();
        assert!(numbers.len() > 2);
        for number in numbers {
            let read = client.numbers().get(&number.id).await.unwrap();
            assert_eq!(
                (&read.id, &read.name, &read.phone, read.status),
                (&number.id, &number.name, &number.phone, number.status)
            );
            assert_eq!((read.vendor, &*read.account), (vendor, vendor.id()));
        }
        let unknown = if vendor == Vendor::ReachFlow {
            "00000000-0000-4000-8000-000000000000"
        } else {
            "1"
        };
        let error = client.numbers().get(unknown).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}

#[tokio::test]
async fn reachflow_says_what_a_number_is_and_did() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    let listed = client.numbers().list().collect().await.unwrap();
    assert!(
        listed.iter().all(|number| number.today.is_none()),
        "the list has no counters"
    );
    let statuses: Vec<_> = listed.iter().map(|number| number.status.unwrap()).collect();
    assert_eq!(
        statuses,
        [
            NumberStatus::Connected,
            NumberStatus::Connected,
            NumberStatus::Disconnected,
            NumberStatus::Disconnected
        ]
    );
    // A number that is not linked yet has no phone number.
    assert_eq!(
        (listed[2].phone.as_deref(), listed[2].status_text.as_deref()),
        (None, Some("disconnected"))
    );

    let read = client
        .numbers()
        .get(known(Vendor::ReachFlow).number)
        .await
        .unwrap();
    assert_eq!(read.phone.as_deref(), Some("+22997000000"));
    assert_eq!((read.warmup_day, read.risk_score), (Some(14), Some(12)));
    let today = DayCounters {
        sent: Some(42),
        delivered: Some(40),
        failed: Some(2),
        messages_limit: Some(200),
        new_contacts_limit: Some(50),
    };
    assert_eq!(read.today, Some(today));
}

#[tokio::test]
async fn a_number_of_99digital_keeps_its_key_to_itself() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let numbers = client.numbers().list().collect().await.unwrap();
    let sent = stage.requests()[0].response_body.clone().unwrap();
    let sent: serde_json::Value = serde_json::from_str(&sent).unwrap();
    for (number, sent) in numbers.iter().zip(sent["list"].as_array().unwrap()) {
        let key = sent["apiKey"].as_str().unwrap();
        assert_eq!(number.raw.value()["apiKey"], "***");
        for shown in [
            format!("{number:?}"),
            serde_json::to_string(number).unwrap(),
        ] {
            assert!(!shown.contains(key), "{shown}");
        }
        assert_eq!(number.id, sent["whatsapp"].as_str().unwrap());
        assert_eq!(number.phone, Some(format!("+{}", number.id)));
        assert_eq!(
            number.created_at.unwrap().as_second(),
            sent["create_time"].as_i64().unwrap()
        );
        assert_eq!(number.coexistence, Some(sent["coexistence"] == 1));
    }
    let by_phone = client.numbers().get("+972501234567").await.unwrap();
    assert_eq!(by_phone, numbers[0]);
}

#[tokio::test]
async fn this_month_has_rows_for_all_numbers_and_for_each() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let table = client.stats().current_month().await.unwrap();
    let answer = client.call("get_whatsapp", BTreeMap::new()).await.unwrap();
    let numbers = answer["list"].as_array().unwrap();
    assert_eq!(table.rows.len(), 4 * (numbers.len() + 1));
    let fields = [
        "conversationsThisMonth",
        "marketingThisMonth",
        "serviceThisMonth",
        "incomingThisMonth",
    ];
    for (index, row) in table.rows.iter().enumerate() {
        let field = fields[index % 4];
        let (number, value) = match index / 4 {
            0 => {
                let (first, rest) = field.split_at(1);
                (
                    None,
                    &answer[format!("total{}{rest}", first.to_uppercase())],
                )
            }
            place => {
                let number = &numbers[place - 1];
                (
                    Some(format!("+{}", number["whatsapp"].as_str().unwrap())),
                    &number[field],
                )
            }
        };
        assert_eq!(
            (&row.number, &*row.category),
            (&number, CATEGORIES[index % 4])
        );
        assert_eq!(row.value, value.as_i64(), "{number:?} {field}");
        assert!(row.value.is_some());
        assert_eq!(
            (row.provenance, row.observed_at),
            (Provenance::Snapshot, NOW.parse().unwrap())
        );
    }
    assert!(table.warnings.is_empty(), "{:?}", table.warnings);
}

#[tokio::test]
async fn counters_that_do_not_add_up_are_kept_with_a_warning() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    for (pointer, row, words) in [
        // Neither the sum of its parts nor that of the numbers.
        (
            "/totalConversationsThisMonth",
            0,
            [
                &["all numbers", "77777"][..],
                &["sum of its numbers", "77777"],
            ],
        ),
        (
            "/list/1/conversationsThisMonth",
            8,
            [&["972*******21", "77777"][..], &["sum of its numbers"]],
        ),
    ] {
        stage.fault(
            json!({"operation": "get_whatsapp", "replace": {"pointer": pointer, "value": 77_777}}),
        );
        let table = client.stats().current_month().await.unwrap();
        assert_eq!(table.rows[row].value, Some(77_777));
        assert_eq!(table.warnings.len(), 2, "{:?}", table.warnings);
        for (warning, words) in table.warnings.iter().zip(words) {
            assert!(words.iter().all(|word| warning.contains(word)), "{warning}");
            assert!(!warning.contains("972507654321"), "{warning}");
        }
    }
    stage.fault(json!({"operation": "get_whatsapp", "replace": {"pointer": "/list/1/conversationsThisMonth", "value": null}}));
    let table = client.stats().current_month().await.unwrap();
    assert_eq!(
        (table.rows[8].value, table.warnings),
        (None, vec![]),
        "a sum needs all its parts"
    );
}

#[tokio::test]
async fn today_has_five_rows_for_each_number() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    let table = client.stats().today().await.unwrap();
    assert_eq!(table.rows.len(), 20);
    let first: Vec<_> = table.rows[..5]
        .iter()
        .map(|row| (&*row.category, row.value))
        .collect();
    let expected = [
        ("sent", Some(42)),
        ("delivered", Some(40)),
        ("failed", Some(2)),
        ("messagesLimit", Some(200)),
        ("newContactsLimit", Some(50)),
    ];
    assert_eq!(first, expected);
    // The number that is not linked yet has no limits, and goes by its identifier.
    let unlinked = &table.rows[10..15];
    assert!(
        unlinked
            .iter()
            .all(|row| row.number.as_deref() == Some("c0d1e2f3-4455-4666-8777-888899990000"))
    );
    let values: Vec<_> = unlinked.iter().map(|row| row.value).collect();
    assert_eq!(values, [Some(0), Some(0), Some(0), None, None]);
    assert!(
        table
            .rows
            .iter()
            .all(|row| row.date.to_string() == "2026-11-22" && row.tz == "UTC")
    );
    assert_eq!(
        stage.operations().len(),
        5,
        "the list and each of four numbers"
    );
}

#[tokio::test]
async fn a_number_without_counters_has_rows_without_values_and_one_that_fails_fails_the_table() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    stage.fault(
        json!({"operation": "get_provider", "replace": {"pointer": "/dailyStats", "value": null}}),
    );
    let rows = client.stats().today().await.unwrap().rows;
    assert_eq!(rows.len(), 20);
    // The numbers are read several at a time, so any of them may be the one.
    let without: Vec<_> = rows
        .chunks(5)
        .filter(|rows| rows.iter().all(|row| row.value.is_none()))
        .collect();
    let [rows] = &without[..] else {
        panic!("{without:?}")
    };
    assert!(rows.iter().all(|row| row.number == rows[0].number));
    stage.fault(json!({"operation": "get_provider", "status": 404, "after": 2}));
    let error = client.stats().today().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.get_operation()),
        (ErrorKind::NotFound, Some("stats.today"))
    );
}
