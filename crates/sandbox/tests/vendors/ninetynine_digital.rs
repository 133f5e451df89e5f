//! 99digital: the token, the numbers, the months.

use palabre_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Request, ninetynine_digital, request, sandbox, sandbox_at, token_call};

const NUMBERS: &str = "/whatsapp/getWhatsApp";
const STATISTICS: &str = "/whatsapp/getConversationsStatistics";

fn sum(list: &Value, field: &str) -> u64 {
    list.as_array()
        .unwrap()
        .iter()
        .map(|row| row[field].as_u64().unwrap())
        .sum()
}

fn statistics(sandbox: &Sandbox, body: &Value) -> Value {
    ninetynine_digital(sandbox, STATISTICS)
        .json(body)
        .send(sandbox)
        .json()
}

#[test]
fn totals_add_up_at_every_level() {
    let sandbox = sandbox();
    let numbers = ninetynine_digital(&sandbox, NUMBERS).send(&sandbox).json();
    let all = statistics(&sandbox, &json!({}));
    let parts = ["Marketing", "Service", "Incoming"];

    let month = &all["list"][0];
    assert_eq!(month["monthYear"], "112026");
    for part in ["Conversations", "Marketing", "Service", "Incoming"] {
        let total = &numbers[format!("total{part}ThisMonth")];
        let field = format!("{}ThisMonth", part.to_lowercase());
        assert_eq!(total, sum(&numbers["list"], &field));
        assert_eq!(total, &month[format!("total{part}")]);
    }
    for row in all["list"].as_array().unwrap() {
        let sum: u64 = parts
            .iter()
            .map(|part| row[format!("total{part}")].as_u64().unwrap())
            .sum();
        assert_eq!(row["totalConversations"], sum);
    }
    let of_each: Vec<Value> = numbers["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|number| statistics(&sandbox, &json!({"whatsapp": number["whatsapp"]})))
        .collect();
    for row in all["list"].as_array().unwrap() {
        let of_month = of_each.iter().filter_map(|statistics| {
            let mut rows = statistics["list"].as_array().unwrap().iter();
            rows.find(|found| found["monthYear"] == row["monthYear"])
        });
        let sum: u64 = of_month
            .map(|found| found["totalConversations"].as_u64().unwrap())
            .sum();
        assert_eq!(row["totalConversations"], sum);
    }
}

#[test]
fn months_run_from_the_newest_to_december_2024() {
    let all = statistics(&sandbox(), &json!({}));
    assert_eq!(
        (&all["totalWhatsApp"], &all["whatsapp"]),
        (&json!(5), &Value::Null)
    );
    let list = all["list"].as_array().unwrap();
    assert_eq!(list.len(), 24);
    assert_eq!(list[23]["monthYear"], "122024");
}

#[test]
fn a_number_has_no_months_before_it_came() {
    let sandbox = sandbox();
    let young = statistics(&sandbox, &json!({"whatsapp": "972545556677"}));
    assert_eq!(
        (&young["totalWhatsApp"], &young["whatsapp"]),
        (&json!(1), &json!("972545556677"))
    );
    let months = young["list"].as_array().unwrap();
    assert_eq!(
        (months.len(), &months[9]["monthYear"]),
        (10, &json!("022026"))
    );
}

#[test]
fn months_are_filtered_and_the_filter_is_checked() {
    let sandbox = sandbox();
    let months = |body: Value| {
        let list = statistics(&sandbox, &body)["list"].clone();
        let list = list.as_array().unwrap().clone();
        list.into_iter()
            .map(|row| row["monthYear"].clone())
            .collect::<Vec<_>>()
    };
    let range = json!({"start_date": "112025", "end_date": "012026"});
    assert_eq!(months(range), ["012026", "122025", "112025"]);
    assert_eq!(months(json!({"end_date": "012025"})), ["012025", "122024"]);
    assert_eq!(months(json!({"start_date": "122026"})), [] as [&str; 0]);
    for (body, reason) in [
        (json!({"start_date": "2025-01"}), 5),
        (json!({"start_date": "132025"}), 5),
        (json!({"start_date": "022025", "end_date": "012025"}), 5),
        (json!({"whatsapp": "972500000000"}), 4),
    ] {
        assert_eq!(
            statistics(&sandbox, &body),
            json!({"status": "FAIL", "reason": reason})
        );
    }
    let no_body = ninetynine_digital(&sandbox, STATISTICS)
        .send(&sandbox)
        .json();
    assert_eq!(no_body["list"].as_array().unwrap().len(), 24);
}

#[test]
fn the_month_turns_with_the_clock() {
    let sandbox = sandbox_at("2026-11-30T23:59:59Z");
    let counted = |sandbox: &Sandbox| {
        ninetynine_digital(sandbox, NUMBERS).send(sandbox).json()["totalConversationsThisMonth"]
            .clone()
    };
    let november = counted(&sandbox);
    sandbox.set_time("2026-12-01T00:00:00Z".parse().unwrap());
    let all = statistics(&sandbox, &json!({}));
    assert_eq!(all["list"][0]["monthYear"], "122026");
    assert_eq!(all["list"][0]["totalConversations"], counted(&sandbox));
    assert_eq!(all["list"][1]["totalConversations"], november);
    assert_ne!(counted(&sandbox), november);
}

#[test]
fn a_token_is_answered_without_a_status_and_ends_after_an_hour() {
    let sandbox = sandbox();
    let answer = token_call("sandbox-client-secret").send(&sandbox);
    let body = answer.json();
    let end = "2026-11-22T11:00:00Z".parse::<jiff::Timestamp>().unwrap();
    assert_eq!(body["expiration_time"], end.as_second().to_string());
    assert_eq!(
        (&body["token_type"], &body["reason"]),
        (&json!("Bearer"), &json!(1))
    );
    assert!(body.get("status").is_none());

    let call = ninetynine_digital(&sandbox, NUMBERS);
    assert_eq!(call.send(&sandbox).json()["status"], "OK");
    sandbox.set_time(end);
    assert_eq!(
        call.send(&sandbox).json(),
        json!({"status": "FAIL", "reason": 3})
    );
}

#[test]
fn a_missing_token_a_wrong_method_and_an_unknown_path_are_told_apart() {
    let sandbox = sandbox();
    let path = format!("/99digital/api{NUMBERS}");
    let reason = |request: &Request| request.send(&sandbox).json()["reason"].clone();
    assert_eq!(reason(&request("GET", &path)), 3);
    assert_eq!(
        reason(&request("GET", &path).header("Authorization", "Bearer x")),
        3
    );
    assert_eq!(reason(&request("POST", &path)), 13);
    assert_eq!(
        reason(&request("GET", "/99digital/api/settings/accessToken")),
        13
    );
    assert_eq!(
        request("GET", "/99digital/api/nowhere")
            .send(&sandbox)
            .status,
        404
    );
}

#[test]
fn five_wrong_tries_block_for_ten_minutes_even_the_right_one() {
    let sandbox = sandbox();
    let reason = |secret| token_call(secret).send(&sandbox).json()["reason"].clone();
    assert!((0..5).all(|_| reason("wrong") == 2));
    assert_eq!(reason("sandbox-client-secret"), 3);
    sandbox.set_time("2026-11-22T10:10:00Z".parse().unwrap());
    assert_eq!(reason("sandbox-client-secret"), 1);
    let bad_json =
        request("POST", "/99digital/api/settings/accessToken").form("client_id=sandbox-client-id");
    assert_eq!(
        bad_json.send(&sandbox).json(),
        json!({"status": "FAIL", "reason": 2})
    );
}
