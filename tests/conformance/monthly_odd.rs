//! Statistics that do not add up are shown as they are, with a warning.

use palabre::{Client, MonthRange, MonthlyStatistic, StatisticsTable, Vendor};
use serde_json::{Value, json};

use crate::stage::Stage;

fn replace(stage: &Stage, pointer: &str, value: Value) {
    stage.fault(json!({
        "operation": "get_conversations_statistics",
        "replace": {"pointer": pointer, "value": value},
    }));
}

fn client(stage: &Stage) -> Client {
    stage.client(Vendor::NinetyNineDigital)
}

async fn monthly(
    stage: &Stage,
    start: Option<&str>,
    end: Option<&str>,
) -> StatisticsTable<MonthlyStatistic> {
    let range = MonthRange::parse(start, end).unwrap();
    client(stage).stats().monthly(range).await.unwrap()
}

#[tokio::test]
async fn a_total_that_is_not_the_sum_of_its_parts_is_kept_with_a_warning() {
    let stage = Stage::new();
    let good = monthly(&stage, None, None).await;
    replace(&stage, "/list/1/totalConversations", json!(99_999));
    let odd = monthly(&stage, None, None).await;
    let october = odd.rows.len() - 8;
    assert_eq!(odd.rows[october].value, Some(99_999));
    let [warning] = &odd.warnings[..] else {
        panic!("{:?}", odd.warnings)
    };
    let parts: Vec<_> = good.rows[october..october + 4]
        .iter()
        .map(|row| row.value.unwrap())
        .collect();
    for word in ["2026-10", "99999", "all numbers"] {
        assert!(warning.contains(word), "{warning}");
    }
    assert!(
        parts.iter().all(|part| warning.contains(&part.to_string())),
        "{warning} {parts:?}"
    );
}

#[tokio::test]
async fn what_the_vendor_does_not_say_is_none_and_never_zero() {
    let stage = Stage::new();
    for (value, read) in [
        (json!(null), None),
        (json!(0), Some(0)),
        (json!("12"), Some(12)),
        (json!(3.0), Some(3)),
    ] {
        replace(&stage, "/list/0/totalMarketing", value.clone());
        let table = monthly(&stage, None, None).await;
        let row = &table.rows[table.rows.len() - 3];
        assert_eq!((&*row.category, row.value), ("marketing", read), "{value}");
    }
    replace(&stage, "/list/0", json!({"monthYear": "112026"}));
    let table = monthly(&stage, None, None).await;
    assert!(
        table
            .rows
            .iter()
            .rev()
            .take(4)
            .all(|row| row.value.is_none())
    );
    assert!(table.warnings.is_empty(), "{:?}", table.warnings);
}

#[tokio::test]
async fn months_that_were_not_sent_are_named_and_not_filled_in() {
    let stage = Stage::new();
    let entry = |month: &str| json!({"monthYear": month, "totalConversations": 1});
    replace(&stage, "/list", json!([entry("022025"), entry("122024")]));
    let table = monthly(&stage, Some("2024-10"), Some("2025-03")).await;
    assert_eq!(table.rows.len(), 8);
    assert_eq!(
        table.warnings,
        [
            "the vendor has nothing before 2024-12",
            "the vendor sent nothing for 2025-01, 2025-03"
        ]
    );

    replace(&stage, "/list", json!([]));
    let table = monthly(&stage, None, None).await;
    assert!(table.rows.is_empty());
    assert_eq!(table.warnings, ["the vendor sent nothing for 2026-11"]);
}

#[tokio::test]
async fn months_that_the_vendor_cannot_have_are_named() {
    let old = "the vendor has nothing before 2024-12";
    for (start, end, rows, warnings) in [
        ("2026-11", "2027-03", 4, vec!["2027-03 has not begun"]),
        ("2030-01", "2030-06", 0, vec!["2030-01 has not begun"]),
        ("2024-01", "2024-06", 0, vec![old]),
        ("2024-06", "2024-12", 4, vec![old]),
        ("2026-10", "2026-11", 8, vec![]),
    ] {
        let stage = Stage::new();
        let table = monthly(&stage, Some(start), Some(end)).await;
        assert_eq!(
            (table.rows.len(), table.warnings),
            (rows, warnings.into_iter().map(str::to_owned).collect()),
            "{start}"
        );
    }
}

#[tokio::test]
async fn months_that_were_not_asked_for_are_kept_with_a_warning() {
    let stage = Stage::new();
    let entry = |month: &str| json!({"monthYear": month});
    replace(
        &stage,
        "/list",
        json!([entry("032025"), entry("022025"), entry("012025")]),
    );
    let table = monthly(&stage, Some("2025-02"), Some("2025-02")).await;
    assert_eq!(table.rows.len(), 12);
    let [warning] = &table.warnings[..] else {
        panic!("{:?}", table.warnings)
    };
    assert!(warning.contains("2025-01, 2025-03"), "{warning}");
}

#[tokio::test]
async fn an_entry_that_is_no_month_is_left_out_with_a_warning() {
    let stage = Stage::new();
    for month in [json!("132026"), json!("soon"), json!(null), json!(112_026)] {
        let is_month = month.is_number();
        replace(&stage, "/list/0/monthYear", month);
        let table = monthly(&stage, Some("2026-11"), None).await;
        assert_eq!(table.rows.len(), if is_month { 4 } else { 0 });
        assert_eq!(
            table.warnings.len(),
            if is_month { 0 } else { 2 },
            "{:?}",
            table.warnings
        );
    }
}

#[tokio::test]
async fn what_is_no_month_is_shown_short_and_without_full_numbers() {
    let stage = Stage::new();
    let words = format!("+229 01\n01 00 00 00 {}", "x".repeat(1000));
    replace(&stage, "/list/0/monthYear", json!(words));
    let table = monthly(&stage, Some("2026-11"), None).await;
    let warning = &table.warnings[0];
    assert!(warning.contains("+229 ** ** ** ** 00"), "{warning}");
    assert!(warning.len() < 400, "{warning}");
}

#[tokio::test]
async fn a_month_that_comes_twice_is_kept_twice_with_a_warning() {
    let stage = Stage::new();
    let entry = json!({"monthYear": "112026"});
    replace(&stage, "/list", json!([entry, entry]));
    let table = monthly(&stage, Some("2026-11"), None).await;
    assert_eq!(
        (table.rows.len(), table.warnings.len()),
        (8, 1),
        "{:?}",
        table.warnings
    );
}

#[tokio::test]
async fn numbers_that_the_vendor_mixed_up_are_not_labelled_as_asked() {
    let stage = Stage::new();
    let client = client(&stage);
    let one = MonthRange {
        number: Some("+972501234567".to_owned()),
        ..MonthRange::default()
    };
    for (said, number) in [
        (json!(null), None),
        (json!("972507654321"), Some("+972507654321")),
    ] {
        replace(&stage, "/whatsapp", said);
        let table = client.stats().monthly(one.clone()).await.unwrap();
        assert!(table.rows.iter().all(|row| row.number.as_deref() == number));
        assert!(
            table
                .warnings
                .iter()
                .any(|warning| warning.contains("another number"))
        );
    }
}
