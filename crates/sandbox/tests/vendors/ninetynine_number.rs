//! 99digital's WhatsApp API: sends, templates, contacts, history.

use palabre_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{ninetynine_number, request, sandbox, set};

/// Nobody that a number knows.
const PERSON: &str = "972529999999";

fn ask(sandbox: &Sandbox, path: &str, more: Value) -> Value {
    let answer = ninetynine_number(sandbox, path, &more).send(sandbox);
    assert_eq!(answer.status, 200);
    answer.json()
}

fn reason(sandbox: &Sandbox, path: &str, more: Value) -> u64 {
    let answer = ask(sandbox, path, more);
    let is_ok = answer["status"] == "OK";
    let reason = answer["reason"].as_u64().unwrap();
    assert_eq!(is_ok, reason == 1, "{answer}");
    reason
}

fn history(sandbox: &Sandbox) -> Vec<Value> {
    let rows = ask(sandbox, "/getHistory", json!({"page": 1, "to": PERSON}));
    rows.as_array().unwrap().clone()
}

#[test]
fn what_is_sent_is_in_the_history_and_the_person_among_the_contacts() {
    let sandbox = sandbox();
    let sends = [
        (
            "/sendMessage",
            json!({"to": PERSON, "body": "Hello"}),
            "chat",
        ),
        (
            "/sendFile",
            json!({"to": PERSON, "body": "https://a.example/a.PNG?x=1", "caption": "A"}),
            "image",
        ),
        (
            "/sendLocation",
            json!({"to": PERSON, "lat": "32.79", "lng": "34.98"}),
            "location",
        ),
        (
            "/sendTemplate",
            json!({"to": PERSON, "name": "openinghours", "headerType": 1}),
            "text",
        ),
    ];
    for (path, body, kind) in sends {
        let sent = ask(&sandbox, path, body);
        assert_eq!(
            (&sent["status"], &sent["reason"]),
            (&json!("OK"), &json!(1))
        );
        let row = history(&sandbox).remove(0);
        assert_eq!(row["unique"], sent["unique"]);
        assert_eq!(
            (&row["type"], &row["direction"]),
            (&json!(kind), &json!("2"))
        );
        assert_eq!(row["timestamp"], sent["timestamp"].to_string());
        assert!(row["state"].is_u64(), "{row}");
    }
    assert_eq!(history(&sandbox).len(), 4);
    let contacts = ask(&sandbox, "/getContacts", json!({"page": 1}));
    assert_eq!(contacts[0]["contact_phone"], PERSON);
    let kinds: Vec<_> = sandbox.sent().into_iter().map(|sent| sent.kind).collect();
    assert_eq!(kinds, ["text", "image", "location", "template"]);
    assert!(sandbox.sent().iter().all(|sent| sent.accepted));
    assert_eq!(sandbox.sent()[0].to, format!("+{PERSON}"));
}

#[test]
fn a_wrong_key_an_unknown_number_and_bad_json_have_their_reasons() {
    let sandbox = sandbox();
    let hello = |more: Value| {
        let mut body = json!({"to": PERSON, "body": "Hello"});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    for (more, expected) in [
        (json!({}), 1),
        (json!({"apiKey": "wrong"}), 3),
        (json!({"apiKey": null}), 3),
        // The key of one number is not that of another.
        (json!({"from": "972507654321"}), 3),
        (json!({"from": "972500000000"}), 2),
        (json!({"from": null}), 2),
    ] {
        let found = reason(&sandbox, "/sendMessage", hello(more.clone()));
        assert_eq!(found, expected, "{more}");
    }
    let path = "/99digital/whatsapp/v2/sendMessage";
    let bad = request("POST", path).header("Content-Type", "application/json");
    assert_eq!(bad.send(&sandbox).json()["reason"], 2);
    assert_eq!(request("GET", path).send(&sandbox).json()["reason"], 13);
    // The two APIs have an address each.
    for wrong in [
        "/99digital/api/sendMessage",
        "/99digital/whatsapp/v2/settings/accessToken",
    ] {
        assert_eq!(request("POST", wrong).send(&sandbox).status, 404);
    }
    assert_eq!(history(&sandbox).len(), 1);
}

#[test]
fn what_cannot_be_sent_has_its_reason_and_is_not_in_the_history() {
    let sandbox = sandbox();
    for (path, body, expected) in [
        ("/sendMessage", json!({"body": "Hello"}), 4),
        ("/sendMessage", json!({"to": "Noa", "body": "Hello"}), 4),
        ("/sendMessage", json!({"to": PERSON, "body": ""}), 5),
        (
            "/sendFile",
            json!({"to": PERSON, "body": "http://a.example/a.png"}),
            5,
        ),
        (
            "/sendLocation",
            json!({"to": PERSON, "lat": "91", "lng": "0"}),
            5,
        ),
        (
            "/sendLocation",
            json!({"to": PERSON, "lat": 1, "lng": 2}),
            5,
        ),
        (
            "/sendTemplate",
            json!({"to": PERSON, "name": "nothing", "headerType": 1}),
            5,
        ),
        (
            "/sendTemplate",
            json!({"to": PERSON, "name": "lastcall", "headerType": 1}),
            5,
        ),
        (
            "/sendTemplate",
            json!({"to": PERSON, "name": "orderupdate", "headerType": 1}),
            6,
        ),
        (
            "/sendTemplate",
            json!({"to": PERSON, "name": "tour", "headerType": 4}),
            6,
        ),
        ("/readStatus", json!({"to": PERSON}), 4),
        ("/readStatus", json!({}), 4),
        ("/getContacts", json!({"page": 0}), 2),
        ("/getHistory", json!({}), 2),
    ] {
        let found = reason(&sandbox, path, body.clone());
        assert_eq!(found, expected, "{path} {body}");
    }
    assert!(history(&sandbox).is_empty());
    assert!(sandbox.sent().iter().all(|sent| !sent.accepted));
}

#[test]
fn with_the_setting_only_templates_reach_who_has_not_written_for_a_day() {
    let sandbox = sandbox();
    set(&sandbox, json!({"ninetynine_digital_window": true}));
    let rows = ask(&sandbox, "/getHistory", json!({"page": 1}));
    let rows = rows.as_array().unwrap();
    let recent = rows.iter().find(|row| row["direction"] == "1").unwrap();
    let send = |to: &Value| {
        let body = json!({"to": to, "body": "Hello"});
        reason(&sandbox, "/sendMessage", body)
    };
    assert_eq!(send(&recent["from"]), 1);
    assert_eq!(send(&json!(PERSON)), 7);
    let template = json!({"to": PERSON, "name": "openinghours", "headerType": 1});
    assert_eq!(reason(&sandbox, "/sendTemplate", template), 1);
}

#[test]
fn a_file_over_the_limit_of_its_kind_is_refused() {
    let sandbox = sandbox();
    for (megabytes, taken) in [
        (5, vec!["png", "mp4", "mp3", "pdf"]),
        (6, vec!["mp4", "mp3", "pdf"]),
        (17, vec!["pdf"]),
        (101, vec![]),
    ] {
        let bytes: u64 = megabytes << 20;
        set(&sandbox, json!({"ninetynine_digital_file_bytes": bytes}));
        for ending in ["png", "mp4", "mp3", "pdf"] {
            let body = json!({"to": PERSON, "body": format!("https://a.example/a.{ending}")});
            let is_taken = reason(&sandbox, "/sendFile", body) == 1;
            assert_eq!(is_taken, taken.contains(&ending), "{megabytes} {ending}");
        }
    }
}

#[test]
fn lists_have_fifty_rows_a_page_and_end_with_a_shorter_one() {
    let sandbox = sandbox();
    let lengths = |path: &str, pages: std::ops::RangeInclusive<u32>| -> Vec<usize> {
        let length = |page| {
            ask(&sandbox, path, json!({"page": page}))
                .as_array()
                .unwrap()
                .len()
        };
        pages.map(length).collect()
    };
    assert_eq!(lengths("/getContacts", 1..=4), [50, 50, 30, 0]);
    let history = lengths("/getHistory", 1..=5);
    assert_eq!(history[..4], [50; 4]);
    assert!((1..50).contains(&history[4]), "{history:?}");
    let first = ask(&sandbox, "/getHistory", json!({"page": 1}));
    let times: Vec<u64> = first
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["timestamp"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(times.is_sorted_by(|a, b| a >= b));
    let contact = &ask(&sandbox, "/getContacts", json!({"page": 1}))[0];
    let read = reason(
        &sandbox,
        "/readStatus",
        json!({"to": contact["contact_phone"]}),
    );
    assert_eq!(read, 1);
}

#[test]
fn templates_are_in_every_documented_state() {
    let answer = ask(&sandbox(), "/getTemplates", json!({}));
    let mut states: Vec<_> = answer["list"]
        .as_array()
        .unwrap()
        .iter()
        .map(|template| template["status"].as_str().unwrap())
        .collect();
    states.sort_unstable();
    states.dedup();
    assert_eq!(
        states,
        ["approved", "deactivated", "paused", "rejected", "submitted"]
    );
    assert!(answer.get("reason").is_none());
}

#[test]
fn the_journal_never_shows_the_key() {
    let sandbox = sandbox();
    ask(
        &sandbox,
        "/sendMessage",
        json!({"to": PERSON, "body": "Hello"}),
    );
    let journal = sandbox.journal();
    let entry = journal.last().unwrap();
    assert_eq!(entry.body["apiKey"], "***");
    assert_eq!(entry.operation, Some("send_message"));
}
