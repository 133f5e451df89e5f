//! Conversations by month, as the vendor counts them.

use std::collections::BTreeMap;

use palabre::{
    Client, Completeness, ErrorKind, MonthRange, MonthlyStatistic, Provenance, StatisticsTable,
    TimeZoneSource, Vendor, Verb,
};
use serde_json::{Value, json};

use crate::stage::{NOW, Stage, able};

const CATEGORIES: [&str; 4] = ["total", "marketing", "service", "incoming"];

async fn everything(client: &Client) -> StatisticsTable<MonthlyStatistic> {
    client.stats().monthly(MonthRange::default()).await.unwrap()
}

fn months(table: &StatisticsTable<MonthlyStatistic>) -> Vec<String> {
    let mut months: Vec<_> = table
        .rows
        .iter()
        .map(|row| row.month.strftime("%Y-%m").to_string())
        .collect();
    months.dedup();
    months
}

/// Month, category and value as the vendor's own answer has them.
fn as_sent(answer: &Value) -> BTreeMap<(String, &'static str), i64> {
    let fields = [
        "totalConversations",
        "totalMarketing",
        "totalService",
        "totalIncoming",
    ];
    let mut values = BTreeMap::new();
    for entry in answer["list"].as_array().unwrap() {
        let (month, year) = entry["monthYear"].as_str().unwrap().split_at(2);
        for (category, field) in CATEGORIES.into_iter().zip(fields) {
            let value = entry[field].as_i64().unwrap();
            values.insert((format!("{year}-{month}"), category), value);
        }
    }
    values
}

#[tokio::test]
async fn every_value_is_the_vendor_s() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let table = everything(&client).await;
    let answer = client
        .call("get_conversations_statistics", BTreeMap::new())
        .await
        .unwrap();
    let expected = as_sent(&answer);
    assert_eq!(table.rows.len(), expected.len());
    for row in &table.rows {
        let key = (row.month.strftime("%Y-%m").to_string(), &*row.category);
        assert_eq!(row.value, Some(expected[&key]), "{key:?}");
    }
    assert_eq!(table.warnings, Vec::<String>::new());
}

#[tokio::test]
async fn rows_run_from_the_oldest_month_in_the_vendor_s_order_of_categories() {
    for vendor in able(Verb::StatsMonthly) {
        let stage = Stage::new();
        let table = everything(&stage.client(vendor)).await;
        let months = months(&table);
        assert_eq!(
            (months.len(), &*months[0], &*months[23]),
            (24, "2024-12", "2026-11")
        );
        assert!(months.is_sorted());
        for four in table.rows.chunks(4) {
            let categories: Vec<_> = four.iter().map(|row| &*row.category).collect();
            assert_eq!(categories, CATEGORIES);
            let parts: i64 = four[1..].iter().filter_map(|row| row.value).sum();
            assert_eq!(four[0].value, Some(parts));
        }
    }
}

#[tokio::test]
async fn a_row_says_what_it_is_and_how_it_is_known() {
    let stage = Stage::new();
    let table = everything(&stage.client(Vendor::NinetyNineDigital)).await;
    for row in table.rows {
        assert_eq!(
            (row.vendor, &*row.account),
            (Vendor::NinetyNineDigital, "99digital")
        );
        assert_eq!(row.number, None, "all numbers together");
        assert_eq!(row.provenance, Provenance::Reported);
        assert_eq!(row.observed_at, NOW.parse().unwrap());
        assert_eq!((&*row.tz, row.tz_source), ("UTC", TimeZoneSource::Assumed));
        let is_current = row.month.strftime("%Y-%m").to_string() == "2026-11";
        let expected = if is_current {
            Completeness::MonthToDate
        } else {
            Completeness::Final
        };
        assert_eq!(row.completeness, expected, "{}", row.month);
    }
}

#[tokio::test]
async fn a_range_of_months_includes_both_of_its_ends() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let range = MonthRange::parse(Some("2025-11"), Some("2026-02-15")).unwrap();
    let table = client.stats().monthly(range).await.unwrap();
    assert_eq!(months(&table), ["2025-11", "2025-12", "2026-01", "2026-02"]);
    assert_eq!(table.warnings, Vec::<String>::new());
    let request = stage.requests().remove(0);
    assert_eq!(
        (&*request.method, request.body),
        ("GET", json!({"start_date": "112025", "end_date": "022026"}))
    );

    let range = MonthRange {
        start: Some("2026-01-31".parse().unwrap()),
        end: Some("2026-01-02".parse().unwrap()),
        number: None,
    };
    let table = client.stats().monthly(range).await.unwrap();
    assert_eq!(
        (months(&table), table.warnings),
        (vec!["2026-01".to_owned()], vec![])
    );
}

#[tokio::test]
async fn a_range_that_is_none_is_refused_by_name() {
    for (start, end, argument) in [
        (Some("2025-13"), None, "start"),
        (Some("012025"), None, "start"),
        (None, Some("June"), "end"),
        (None, Some(""), "end"),
    ] {
        let error = MonthRange::parse(start, end).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error.message().starts_with(&format!("{argument}: ")),
            "{error}"
        );
    }
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let range = MonthRange::parse(Some("2025-06"), Some("2025-05")).unwrap();
    let error = client.stats().monthly(range).await.unwrap_err();
    assert!(
        error.message().starts_with("end: 2025-05 is before start"),
        "{error}"
    );
    assert!(stage.sandbox.journal().is_empty());
}

#[tokio::test]
async fn one_number_may_be_asked_for_in_either_form() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let of = async |number: &str| {
        let range = MonthRange {
            number: Some(number.to_owned()),
            ..MonthRange::default()
        };
        client.stats().monthly(range).await
    };
    let table = of("+972507654321").await.unwrap();
    assert_eq!(of("972507654321").await.unwrap(), table);
    assert!(
        table
            .rows
            .iter()
            .all(|row| row.number.as_deref() == Some("+972507654321"))
    );
    assert!(
        stage
            .requests()
            .iter()
            .all(|request| request.body == json!({"whatsapp": "972507654321"}))
    );
    let whole = everything(&client).await;
    assert!(table.rows[0].value < whole.rows[0].value);

    // This number came nine months ago; the vendor has no rows of before.
    let young = of("972545556677").await.unwrap();
    assert_eq!(months(&young).first().map(String::as_str), Some("2026-02"));

    let error = of("972500000000").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    stage.sandbox.clear_journal();
    for number in ["", "+", "reception", "+972 50 765 4321"] {
        let error = of(number).await.unwrap_err();
        assert!(error.message().starts_with("number: "), "{error}");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert!(stage.sandbox.journal().is_empty());
}
