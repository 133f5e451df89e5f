//! Faults, journal, clock, settings and reset, over HTTP and over the Rust API.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod support;

use std::time::{Duration, Instant};

use palabre_sandbox::{Config, Fault, Sandbox};
use serde_json::{Value, json};
use support::{Answer, msgflash, reachflow, request, sandbox, token_call, wapiflow};

fn fault(sandbox: &Sandbox, fault: Value) {
    let answer = request("POST", "/_sandbox/faults")
        .json(&fault)
        .send(sandbox);
    assert_eq!(answer.status, 200, "{}", answer.text());
}

fn journal(sandbox: &Sandbox) -> Vec<Value> {
    let answer = request("GET", "/_sandbox/journal").send(sandbox);
    answer.json().as_array().unwrap().clone()
}

fn new_contact() -> support::Request {
    msgflash("POST", "/contacts").json(&json!({"name": "Awa", "phone": "+22901000000"}))
}

fn contact_count(sandbox: &Sandbox) -> Value {
    msgflash("GET", "/contacts?limit=1").send(sandbox).json()["data"]["total"].clone()
}

#[test]
fn a_status_fault_answers_instead_of_the_vendor_and_only_as_often_as_it_says() {
    let sandbox = sandbox();
    let before = contact_count(&sandbox);
    fault(
        &sandbox,
        json!({
            "vendor": "msgflash", "operation": "create_contact", "times": 2, "status": 429,
            "headers": {"Retry-After": "3"}, "body": {"error": {"code": "X", "message": "no"}},
        }),
    );
    for _ in 0..2 {
        let answer = new_contact().send(&sandbox);
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (429, Some("3"))
        );
        assert_eq!(answer.json()["error"]["code"], "X");
    }
    assert_eq!(contact_count(&sandbox), before);
    assert_eq!(new_contact().send(&sandbox).status, 201);
}

#[test]
fn a_page_of_html_keeps_its_type_and_an_empty_body_stays_empty() {
    let sandbox = sandbox();
    fault(
        &sandbox,
        json!({"status": 502, "body": "<html>Bad gateway</html>"}),
    );
    fault(&sandbox, json!({"status": 204}));
    let page = reachflow("GET", "/providers").send(&sandbox);
    assert_eq!(
        (page.status, page.header("content-type")),
        (502, Some("text/html"))
    );
    let empty = reachflow("GET", "/providers").send(&sandbox);
    assert_eq!((empty.status, empty.body.len()), (204, 0));
}

#[test]
fn a_connection_that_is_closed_before_has_done_nothing() {
    let sandbox = sandbox();
    let before = contact_count(&sandbox);
    fault(&sandbox, json!({"vendor": "msgflash", "close": "before"}));
    // The unread body may make the system reset the connection instead of ending it.
    assert_eq!(new_contact().raw(&sandbox).unwrap_or_default(), b"");
    assert_eq!(contact_count(&sandbox), before);
    let entry = &journal(&sandbox)[1];
    assert_eq!(
        (&entry["fault"], &entry["performed"]),
        (&json!("close_before"), &json!(false))
    );
    assert_eq!(
        (&entry["status"], &entry["body"]),
        (&Value::Null, &Value::Null)
    );
}

#[test]
fn a_connection_that_is_closed_after_has_done_everything() {
    let sandbox = sandbox();
    let before = contact_count(&sandbox).as_u64().unwrap();
    fault(
        &sandbox,
        json!({"operation": "create_contact", "close": "after"}),
    );
    assert_eq!(new_contact().raw(&sandbox).unwrap(), b"");
    assert_eq!(contact_count(&sandbox), before + 1);
    let entry = &journal(&sandbox)[1];
    assert_eq!(
        (&entry["fault"], &entry["performed"]),
        (&json!("close_after"), &json!(true))
    );
    assert_eq!(
        (&entry["status"], &entry["body"]["name"]),
        (&Value::Null, &json!("Awa"))
    );
}

#[test]
fn a_truncated_answer_announces_more_than_it_sends() {
    let sandbox = sandbox();
    let whole = reachflow("GET", "/providers").send(&sandbox);
    fault(&sandbox, json!({"truncate": 40}));
    let cut = reachflow("GET", "/providers").send(&sandbox);
    assert_eq!(cut.body, whole.body[..40]);
    assert_eq!(
        cut.header("content-length"),
        Some(whole.body.len().to_string().as_str())
    );
    let entry = &journal(&sandbox)[1];
    assert_eq!(
        (&entry["status"], &entry["fault"]),
        (&json!(200), &json!("truncate"))
    );
    assert_eq!(entry["response_body"], cut.text());
}

#[test]
fn an_answer_that_is_truncated_at_nothing_still_has_its_head() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"truncate": 0}));
    let cut = reachflow("GET", "/providers").send(&sandbox);
    assert_eq!((cut.status, cut.body.len()), (200, 0));
}

#[test]
fn one_value_of_an_answer_is_replaced() {
    let sandbox = sandbox();
    fault(
        &sandbox,
        json!({"replace": {"pointer": "/providers/0/status", "value": "banned"}}),
    );
    let body = reachflow("GET", "/providers").send(&sandbox).json();
    assert_eq!(body["providers"][0]["status"], "banned");
    let body = reachflow("GET", "/providers").send(&sandbox).json();
    assert_eq!(body["providers"][0]["status"], "connected");
}

#[test]
fn a_delay_comes_before_the_answer_and_goes_with_an_effect() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"delay_ms": 80}));
    fault(&sandbox, json!({"delay_ms": 80, "status": 503}));
    for status in [200, 503] {
        let start = Instant::now();
        assert_eq!(reachflow("GET", "/providers").send(&sandbox).status, status);
        assert!(start.elapsed() >= Duration::from_millis(80));
    }
    let kinds: Vec<_> = journal(&sandbox)
        .iter()
        .map(|entry| entry["fault"].clone())
        .collect();
    assert_eq!(kinds, ["delay", "delay+status"]);
}

#[test]
fn other_requests_are_answered_during_a_delay() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"vendor": "wapiflow", "delay_ms": 5000}));
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| wapiflow("GET", "/contact/list").send(&sandbox));
        while journal(&sandbox).is_empty() {
            std::thread::yield_now();
        }
        let start = Instant::now();
        assert_eq!(reachflow("GET", "/providers").send(&sandbox).status, 200);
        assert!(start.elapsed() < Duration::from_secs(4));
        assert_eq!(slow.join().unwrap().status, 200);
    });
}

#[test]
fn faults_that_have_not_happened_are_listed_and_taken_back() {
    let sandbox = sandbox();
    fault(
        &sandbox,
        json!({"vendor": "reachflow", "status": 500, "times": 3}),
    );
    reachflow("GET", "/providers").send(&sandbox);
    let waiting = request("GET", "/_sandbox/faults").send(&sandbox).json();
    assert_eq!(waiting[0]["times"], 2);
    request("DELETE", "/_sandbox/faults").send(&sandbox);
    assert_eq!(reachflow("GET", "/providers").send(&sandbox).status, 200);
}

#[test]
fn a_fault_that_makes_no_sense_is_refused_with_the_reason() {
    let sandbox = sandbox();
    let wrong = json!({"operation": "lsit_contacts", "status": 500});
    let answer = request("POST", "/_sandbox/faults")
        .json(&wrong)
        .send(&sandbox);
    assert_eq!(answer.status, 400);
    assert!(
        answer.json()["error"]
            .as_str()
            .unwrap()
            .contains("lsit_contacts")
    );
}

#[test]
fn faults_can_be_added_from_rust() {
    let sandbox = sandbox();
    let fault: Fault = serde_json::from_value(json!({"status": 500})).unwrap();
    sandbox.add_fault(fault.clone());
    assert_eq!(reachflow("GET", "/providers").send(&sandbox).status, 500);
    sandbox.add_fault(fault);
    sandbox.clear_faults();
    assert_eq!(reachflow("GET", "/providers").send(&sandbox).status, 200);
}

#[test]
fn the_journal_shows_requests_with_their_answers_and_without_their_secrets() {
    let sandbox = sandbox();
    wapiflow("POST", "/inbox/send-message?dry=1&x[]=a&x[]=b")
        .multipart(&[
            ("mobile_code", None, b"880"),
            ("mobile", None, b"1988000000"),
            ("image", Some("cat.png"), b"\x89PNG"),
        ])
        .send(&sandbox);
    token_call("hush").send(&sandbox);
    request("GET", "/wapiflow/external-api/nowhere").send(&sandbox);

    let entries = journal(&sandbox);
    let sent = &entries[0];
    assert_eq!(sent["sequence"], 1);
    assert_eq!(sent["time"], "2026-11-22T10:00:00Z");
    assert_eq!(
        (&sent["vendor"], &sent["operation"]),
        (&json!("wapiflow"), &json!("send_message"))
    );
    assert_eq!(sent["path"], "/wapiflow/external-api/inbox/send-message");
    assert_eq!(sent["query"], json!({"dry": "1", "x[]": ["a", "b"]}));
    assert_eq!(sent["headers"]["client-secret"], "***");
    assert_eq!(sent["headers"]["host"], "sandbox");
    assert!(
        sent["content_type"]
            .as_str()
            .unwrap()
            .starts_with("multipart/form-data")
    );
    assert_eq!(sent["body"]["mobile"], "1988000000");
    let file = json!({
        "file_name": "cat.png", "content_type": "application/octet-stream", "bytes": 4,
    });
    assert_eq!(sent["body"]["image"], file);
    assert_eq!(
        (&sent["status"], &sent["fault"]),
        (&json!(200), &Value::Null)
    );
    assert_eq!(sent["response_content_type"], "application/json");
    assert!(
        sent["response_body"]
            .as_str()
            .unwrap()
            .contains("media_filename")
    );

    assert_eq!(entries[1]["body"]["client_secret"], "***");
    assert_eq!(
        (&entries[2]["operation"], &entries[2]["status"]),
        (&Value::Null, &json!(404))
    );

    assert_eq!(sandbox.journal().len(), 3);
    request("DELETE", "/_sandbox/journal").send(&sandbox);
    assert!(sandbox.journal().is_empty());
    reachflow("GET", "/providers").send(&sandbox);
    assert_eq!(sandbox.journal()[0].sequence, 4);
}

#[test]
fn the_journal_keeps_the_newest_requests() {
    let sandbox = sandbox();
    let settings = json!({"journal_limit": 2});
    request("PUT", "/_sandbox/settings")
        .json(&settings)
        .send(&sandbox);
    (0..5).for_each(|_| drop(reachflow("GET", "/providers").send(&sandbox)));
    let kept: Vec<u64> = sandbox
        .journal()
        .iter()
        .map(|entry| entry.sequence)
        .collect();
    assert_eq!(kept, [4, 5]);
}

#[test]
fn the_clock_is_set_over_http_and_from_rust() {
    let sandbox = sandbox();
    let clock = |body: Value| request("PUT", "/_sandbox/clock").json(&body).send(&sandbox);
    let set = clock(json!({"now": "2027-01-01T00:00:00Z"})).json();
    assert_eq!(set, json!({"now": "2027-01-01T00:00:00Z", "mode": "fixed"}));
    assert_eq!(
        clock(json!({"offset_seconds": 86400})).json()["mode"],
        "offset"
    );
    assert_eq!(clock(json!({"real": true})).json()["mode"], "real");
    assert_eq!(clock(json!({"yesterday": true})).status, 400);
    sandbox.set_time("2026-12-24T18:00:00Z".parse().unwrap());
    let now = request("GET", "/_sandbox/clock").send(&sandbox).json();
    assert_eq!(now["now"], "2026-12-24T18:00:00Z");
    assert_eq!(sandbox.time().to_string(), "2026-12-24T18:00:00Z");
}

#[test]
fn settings_change_what_they_name_and_nothing_else() {
    let sandbox = sandbox();
    let set = |body: Value| {
        request("PUT", "/_sandbox/settings")
            .json(&body)
            .send(&sandbox)
    };
    assert_eq!(
        set(json!({"msgflash_group_limit": 10})).json()["msgflash_rate_limit"],
        json!(null)
    );
    let group = msgflash("POST", "/contacts/groups").json(&json!({"name": "One too many"}));
    assert_eq!(
        group.send(&sandbox).json()["error"]["code"],
        "MAX_CONTACT_GROUPS_REACHED"
    );
    assert_eq!(set(json!({"wapiflow_quirk": true})).status, 400);
    assert_eq!(sandbox.settings().msgflash_group_limit, 10);
}

#[test]
fn a_reset_brings_back_the_start() {
    let sandbox = sandbox();
    let fresh = msgflash("GET", "/contacts").send(&sandbox);
    new_contact().send(&sandbox);
    fault(&sandbox, json!({"status": 500, "times": null}));
    sandbox.set_time("2030-01-01T00:00:00Z".parse().unwrap());
    let answer = request("POST", "/_sandbox/reset").send(&sandbox);
    assert_eq!(answer.json(), sandbox.announcement());
    assert!(sandbox.journal().is_empty());
    assert_eq!(sandbox.time().to_string(), "2026-11-22T10:00:00Z");
    assert_eq!(msgflash("GET", "/contacts").send(&sandbox).body, fresh.body);
}

#[test]
fn the_announcement_says_where_everything_is() {
    let sandbox = sandbox();
    let announced = request("GET", "/_sandbox").send(&sandbox).json();
    assert_eq!(announced, sandbox.announcement());
    assert_eq!(
        announced["base_urls"]["99digital"],
        format!("{}/99digital/api", sandbox.url())
    );
}

#[test]
fn what_is_nobodys_is_not_found() {
    let sandbox = sandbox();
    for path in ["/", "/nobody/api", "/_sandbox/nothing", "/reachflow"] {
        assert_eq!(request("GET", path).send(&sandbox).status, 404, "{path}");
    }
    assert!(sandbox.journal().is_empty());
}

/// Everything that matters, once: reads, writes, ids given out.
fn story(sandbox: &Sandbox) -> Vec<Answer> {
    let fields = [
        ("mobile_code", "880"),
        ("mobile", "1988000000"),
        ("message", "Hi"),
    ];
    let mut answers: Vec<Answer> = [
        reachflow("GET", "/providers"),
        reachflow("GET", "/providers/7f9e1234-abcd-4ef0-8765-aabbccddeeff"),
        msgflash("GET", "/contacts?limit=100"),
        new_contact(),
        msgflash("POST", "/contacts/groups").json(&json!({"name": "New"})),
        msgflash("GET", "/contacts/groups"),
        wapiflow("GET", "/contact/list?paginate=300"),
        wapiflow("GET", "/inbox/conversation-list?paginate=200"),
        wapiflow("POST", "/inbox/send-message").fields(&fields),
        token_call("sandbox-client-secret"),
    ]
    .iter()
    .map(|request| request.send(sandbox))
    .collect();
    for path in [
        "/whatsapp/getWhatsApp",
        "/whatsapp/getConversationsStatistics",
    ] {
        answers.push(support::ninetynine_digital(sandbox, path).send(sandbox));
    }
    for answer in &mut answers {
        assert!(answer.status < 300);
        // The machine's time, whatever the sandbox's clock says.
        answer.headers.retain(|(name, _)| name != "date");
    }
    answers
}

#[test]
fn the_same_seed_and_the_same_requests_give_the_same_answers() {
    assert_eq!(story(&sandbox()), story(&sandbox()));
}

#[test]
fn what_one_vendor_is_asked_does_not_change_the_ids_of_another() {
    let (quiet, busy) = (sandbox(), sandbox());
    let fields = [
        ("mobile_code", "880"),
        ("mobile", "1988000000"),
        ("message", "Hi"),
    ];
    wapiflow("POST", "/inbox/send-message")
        .fields(&fields)
        .send(&busy);
    assert_eq!(
        new_contact().send(&quiet).body,
        new_contact().send(&busy).body
    );
}

#[test]
fn another_seed_gives_other_data() {
    let clock = Some("2026-11-22T10:00:00Z".parse().unwrap());
    let other = Sandbox::start(Config {
        seed: 8,
        clock,
        ..Config::default()
    })
    .unwrap();
    let list = msgflash("GET", "/contacts");
    assert_ne!(list.send(&sandbox()).body, list.send(&other).body);
}
