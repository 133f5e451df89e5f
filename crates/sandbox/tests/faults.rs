//! Every fault as it is on the wire, read without any HTTP library.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod support;

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use flate2::read::MultiGzDecoder;
use palabre_sandbox::{Chaos, Sandbox};
use serde_json::{Value, json};
use support::{msgflash, reachflow, request, sandbox};

fn fault(sandbox: &Sandbox, fault: Value) {
    sandbox.add_fault(serde_json::from_value(fault).unwrap());
}

fn providers() -> support::Request {
    reachflow("GET", "/providers")
}

fn new_group() -> support::Request {
    msgflash("POST", "/contacts/groups").json(&json!({"name": "New"}))
}

fn group_count(sandbox: &Sandbox) -> usize {
    let groups = msgflash("GET", "/contacts/groups?limit=100").send(sandbox);
    groups.json()["data"]["groups"].as_array().unwrap().len()
}

#[test]
fn an_answer_breaks_off_after_every_number_of_bytes_and_its_head_is_counted() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"cut": 1_000_000}));
    let whole = providers().raw(&sandbox).unwrap();
    let head = whole.windows(4).position(|four| four == b"\r\n\r\n");
    for cut in [0, 1, 12, head.unwrap(), head.unwrap() + 4, whole.len() - 1] {
        fault(&sandbox, json!({"cut": cut}));
        assert_eq!(providers().raw(&sandbox).unwrap(), whole[..cut], "{cut}");
    }
    let journal = sandbox.journal();
    // Where the head breaks off there is no status.
    let statuses: Vec<_> = journal[1..].iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [None, None, None, None, Some(200), Some(200)]);
    assert!(journal.iter().all(|entry| entry.performed));
}

#[test]
fn a_reset_is_a_reset_and_a_close_is_none() {
    let sandbox = sandbox();
    for end in ["reset", "close"] {
        for place in [json!({"close": "before"}), json!({"close": "after"})] {
            let mut both = place.clone();
            both["end"] = end.into();
            fault(&sandbox, both);
            let ended = new_group().raw(&sandbox);
            match ended {
                Err(error) if end == "reset" => {
                    assert_eq!(error.kind(), ErrorKind::ConnectionReset, "{place}");
                }
                Ok(bytes) if end == "close" => assert_eq!(bytes, b"", "{place}"),
                other => panic!("{place} {end}: {other:?}"),
            }
        }
    }
    let performed: Vec<_> = sandbox
        .journal()
        .iter()
        .map(|each| each.performed)
        .collect();
    assert_eq!(performed, [false, true, false, true]);
}

#[test]
fn what_was_sent_before_a_reset_can_be_read() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"cut": 40, "end": "reset"}));
    let stream = providers().open(&sandbox).unwrap();
    let mut received = [0; 40];
    (&stream).read_exact(&mut received).unwrap();
    assert!(received.starts_with(b"HTTP/1.1 200 OK\r\n"));
    let ended = (&stream).read(&mut received);
    assert_eq!(ended.unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn a_held_connection_says_nothing_and_stays_open() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"cut": 5, "end": "hold"}));
    let stream = providers().open(&sandbox).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let mut received = Vec::new();
    let ended = (&stream).read_to_end(&mut received).unwrap_err();
    assert!(matches!(
        ended.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
    assert_eq!(received, b"HTTP/");
    // Others are answered meanwhile.
    assert_eq!(providers().send(&sandbox).status, 200);
}

#[test]
fn a_length_is_announced_that_is_not_the_body_s() {
    let sandbox = sandbox();
    let usual = providers().send(&sandbox).body;
    for off in [-1_i64, 1, 1000] {
        fault(&sandbox, json!({"length_off_by": off}));
        let answer = providers().send(&sandbox);
        let announced = i64::try_from(usual.len()).unwrap() + off;
        assert_eq!(
            answer.header("content-length"),
            Some(announced.to_string().as_str())
        );
        assert_eq!(answer.body, usual);
    }
}

#[test]
fn an_endless_body_goes_on_until_nobody_reads_it() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"endless": true}));
    let mut stream = providers().open(&sandbox).unwrap();
    let mut received = vec![0; 4 << 20];
    stream.read_exact(&mut received).unwrap();
    drop(stream);
    let text = String::from_utf8_lossy(&received);
    assert!(text.contains("transfer-encoding: chunked"));
    assert_eq!(providers().send(&sandbox).status, 200);
}

#[test]
fn a_dripping_answer_comes_byte_by_byte() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"drip_ms": 2, "cut": 50}));
    let start = Instant::now();
    assert_eq!(providers().raw(&sandbox).unwrap().len(), 50);
    assert!(start.elapsed() >= Duration::from_millis(100));
}

#[test]
fn a_bomb_is_small_on_the_wire_and_large_when_it_is_opened() {
    let sandbox = sandbox();
    let usual = providers().send(&sandbox).body;
    fault(&sandbox, json!({"gzip": true, "pad": 64 << 20}));
    let bomb = providers().send(&sandbox);
    assert_eq!(bomb.header("content-encoding"), Some("gzip"));
    assert!(bomb.body.len() < 100_000, "{}", bomb.body.len());
    let mut opened = Vec::new();
    MultiGzDecoder::new(&bomb.body[..])
        .read_to_end(&mut opened)
        .unwrap();
    assert_eq!(opened.len(), 64 << 20);
    assert!(opened.starts_with(&usual));
    fault(&sandbox, json!({"pad": 5000}));
    assert_eq!(providers().send(&sandbox).body.len(), 5000);
}

#[test]
fn another_answer_can_hide_that_the_request_had_its_effect() {
    let sandbox = sandbox();
    let before = group_count(&sandbox);
    fault(
        &sandbox,
        json!({"operation": "create_contact_group", "status": 502}),
    );
    assert_eq!(new_group().send(&sandbox).status, 502);
    assert_eq!(group_count(&sandbox), before);
    fault(
        &sandbox,
        json!({"operation": "create_contact_group", "status": 502, "perform": true}),
    );
    assert_eq!(new_group().send(&sandbox).status, 502);
    assert_eq!(group_count(&sandbox), before + 1);
}

#[test]
fn the_last_answer_of_an_operation_is_given_again_and_nothing_is_done() {
    let sandbox = sandbox();
    let page = |cursor: &str| {
        let path = format!("/contacts?limit=2{cursor}");
        msgflash("GET", &path).send(&sandbox).json()["data"].clone()
    };
    let first = page("");
    let cursor = format!("&cursor={}", first["nextCursor"].as_str().unwrap());
    fault(
        &sandbox,
        json!({"operation": "list_contacts", "again": true}),
    );
    assert_eq!(page(&cursor), first);
    assert_ne!(page(&cursor), first);
    // The first of its operation has nothing before it.
    fault(&sandbox, json!({"again": true, "times": 2}));
    let before = sandbox.journal().len();
    let created = [new_group().send(&sandbox), new_group().send(&sandbox)];
    assert_eq!(created[0].body, created[1].body);
    let performed: Vec<_> = sandbox.journal()[before..]
        .iter()
        .map(|entry| entry.performed)
        .collect();
    assert_eq!(performed, [true, false]);
}

#[test]
fn everything_is_null_or_of_a_wrong_type_where_two_stars_say_so() {
    let sandbox = sandbox();
    fault(
        &sandbox,
        json!({"replace": {"pointer": "/**", "value": null}}),
    );
    let nulls = providers().send(&sandbox).json();
    assert!(nulls["providers"][0]["id"].is_null() && nulls["providers"][1]["status"].is_null());
    fault(
        &sandbox,
        json!({"replace": {"pointer": "/providers/*/status", "value": "melted"}}),
    );
    let odd = providers().send(&sandbox).json();
    let statuses: BTreeSet<_> = odd["providers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|provider| provider["status"].to_string())
        .collect();
    assert_eq!(statuses.len(), 1);
}

#[test]
fn the_clock_jumps_before_the_request_is_answered() {
    let sandbox = sandbox();
    fault(&sandbox, json!({"clock_seconds": 86_400}));
    let answer = providers().send(&sandbox);
    assert_eq!(answer.header("date"), Some("Mon, 23 Nov 2026 10:00:00 GMT"));
    assert_eq!(sandbox.time().to_string(), "2026-11-23T10:00:00Z");
}

#[test]
fn a_request_can_bring_its_own_fault() {
    let sandbox = sandbox();
    let own = |text: &str| providers().header("X-Sandbox-Fault", text).send(&sandbox);
    assert_eq!(own(r#"{"status": 503}"#).status, 503);
    assert_eq!(own(r#"{"status": 5}"#).status, 400);
    assert_eq!(own("whatever").status, 400);
    assert_eq!(providers().send(&sandbox).status, 200);
    let faults: Vec<_> = sandbox
        .journal()
        .into_iter()
        .map(|each| each.fault)
        .collect();
    assert_eq!(faults, [Some("status".to_owned()), None]);
}

#[test]
fn chaos_is_the_same_for_the_same_seed_until_it_is_ended() {
    let story = |seed: u64| {
        let sandbox = sandbox();
        let chaos = json!({
            "seed": seed, "rate": 0.5,
            "faults": [{"status": 503}, {"vendor": "wapiflow", "status": 400}, {"status": 429}],
        });
        let answer = request("PUT", "/_sandbox/chaos")
            .json(&chaos)
            .send(&sandbox);
        assert_eq!(answer.json()["seed"], seed);
        let seen: Vec<_> = (0..40).map(|_| providers().send(&sandbox).status).collect();
        let shown = request("GET", "/_sandbox/chaos").send(&sandbox).json();
        assert_eq!(shown["rate"], 0.5);
        request("DELETE", "/_sandbox/chaos").send(&sandbox);
        assert_eq!(providers().send(&sandbox).status, 200);
        seen
    };
    assert_eq!(story(1), story(1));
    assert_ne!(story(1), story(2));
    let kinds: BTreeSet<_> = story(1).into_iter().collect();
    assert_eq!(kinds, BTreeSet::from([200, 429, 503]));
}

#[test]
fn chaos_that_makes_no_sense_is_refused_and_taking_faults_back_ends_it() {
    let sandbox = sandbox();
    let wrong = request("PUT", "/_sandbox/chaos").json(&json!({"rate": 2}));
    assert_eq!(wrong.send(&sandbox).status, 400);
    sandbox.set_chaos(Some(Chaos {
        rate: 1.0,
        faults: vec![serde_json::from_value(json!({"status": 500})).unwrap()],
        ..Chaos::default()
    }));
    assert_eq!(providers().send(&sandbox).status, 500);
    request("DELETE", "/_sandbox/faults").send(&sandbox);
    assert_eq!(providers().send(&sandbox).status, 200);
}
