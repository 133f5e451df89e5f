//! What the client makes of whatever a network or a vendor can do wrong.
//!
//! One rule holds for every write at every vendor: what is said not to have happened did not happen,
//! and what may have happened is not asked for twice.

use std::time::Duration;

use palabre::{
    Client, Effect, Error, ErrorKind, ListOptions, Options, Outcome, Repeat, RetryPolicy, Vendor,
    Verb,
};
use palabre_sandbox::{Chaos, Fault};
use serde_json::{Value, json};

use crate::errors::read_of;
use crate::stage::{Stage, able, options};
use crate::verbs;

const PAGE: &str = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/// Not waited for: what a slow answer takes is longer.
const SHORT: Duration = Duration::from_millis(300);

/// A client that never repeats anything.
fn once(stage: &Stage, vendor: Vendor, timeout: Duration) -> Client {
    let options = Options {
        retry: RetryPolicy {
            max_attempts: 1,
            ..options().retry
        },
        timeout,
        max_response_bytes: 1 << 20,
        ..options()
    };
    stage.builder(vendor).options(options).build().unwrap()
}

/// Everything that can go wrong with one request, but for the answer of another one.
fn everything() -> Vec<Value> {
    let mut all = vec![
        json!({"delay_ms": 400}),
        json!({"status": 200, "body": PAGE}),
        json!({"status": 200, "body": "OK"}),
        json!({"status": 200, "body": null, "perform": true}),
        json!({"close": "before"}),
        json!({"close": "before", "end": "reset"}),
        json!({"close": "before", "end": "hold"}),
        json!({"close": "after"}),
        json!({"close": "after", "end": "reset"}),
        json!({"close": "after", "end": "hold"}),
        json!({"truncate": 0}),
        json!({"truncate": 7, "end": "reset"}),
        json!({"truncate": 7, "end": "hold"}),
        json!({"end": "close"}),
        json!({"end": "reset"}),
        json!({"length_off_by": 9}),
        json!({"length_off_by": 9, "end": "hold"}),
        json!({"length_off_by": -9}),
        json!({"endless": true}),
        json!({"endless": true, "drip_ms": 2}),
        json!({"gzip": true}),
        json!({"gzip": true, "pad": 32 << 20}),
        json!({"pad": 2 << 20}),
        json!({"clock_seconds": 86_400 * 40}),
        json!({"clock_seconds": -86_400 * 40}),
        json!({"replace": {"pointer": "", "value": null}}),
        json!({"replace": {"pointer": "/**", "value": null}}),
        json!({"replace": {"pointer": "/**", "value": true}}),
        json!({"replace": {"pointer": "/**", "value": "brand new"}}),
        json!({"replace": {"pointer": "/**", "value": [[]]}}),
    ];
    for status in [302, 400, 408, 409, 413, 429, 500, 502, 503, 504] {
        for body in [json!({"error": "no"}), json!(PAGE)] {
            for is_performed in [false, true] {
                // A vendor that refuses and does it all the same is beyond help.
                if is_performed && !matches!(status, 302 | 408 | 500..) {
                    continue;
                }
                let mut fault = json!({"status": status, "body": body, "perform": is_performed});
                if status == 302 {
                    fault["headers"] = json!({"location": "http://127.0.0.1:9/elsewhere"});
                }
                all.push(fault);
            }
        }
    }
    all
}

/// Runs a verb of which the last request meets a fault.
async fn meet(
    stage: &Stage,
    client: &Client,
    (verb, operation): (Verb, &str),
    fault: &Value,
) -> Result<(), Error> {
    let mut fault = fault.clone();
    fault["vendor"] = client.vendor().id().into();
    fault["operation"] = operation.into();
    fault["times"] = Value::Null;
    stage.fault(fault);
    let result = verbs::run(client, verb).await;
    stage.sandbox.clear_faults();
    result
}

/// The operation that a verb ends with: the one that writes, if it does.
async fn last_operation(vendor: Vendor, verb: Verb) -> &'static str {
    let stage = Stage::new();
    verbs::run(&stage.client(vendor), verb).await.unwrap();
    stage.operations().pop().unwrap()
}

/// Every write of one thing; what is done to many has a report.
fn writes() -> impl Iterator<Item = (Vendor, Verb)> {
    let verbs = Verb::ALL.iter().copied();
    verbs
        .filter(|verb| verb.is_write() && *verb != Verb::ContactsDeleteMany)
        .flat_map(|verb| able(verb).into_iter().map(move |vendor| (vendor, verb)))
}

/// Checks the rule for what came of a write.
fn check(stage: &Stage, result: &Result<(), Error>, (vendor, id): (Vendor, &str), what: &str) {
    let requests: Vec<_> = stage
        .requests()
        .into_iter()
        .filter(|request| request.operation == Some(id))
        .collect();
    let performed = requests.iter().filter(|request| request.performed).count();
    let repeat = palabre::spec(vendor).operation(id).unwrap().repeat;
    if repeat == Repeat::Never {
        assert!(performed <= 1, "{what}: done {performed} times");
    }
    let sent = stage
        .sandbox
        .sent()
        .iter()
        .filter(|sent| sent.accepted)
        .count();
    assert!(sent <= 1, "{what}: sent {sent} times");
    let Err(error) = result else {
        assert!(performed > 0, "{what}: said to be done");
        return;
    };
    match error.get_outcome() {
        Some(Outcome::NotSent) => assert_eq!(performed, 0, "{what}: said not to be done: {error}"),
        Some(Outcome::Accepted) => assert!(performed > 0, "{what}: {error}"),
        Some(Outcome::Unknown) => {
            if matches!(repeat, Repeat::WithKey(_)) {
                assert!(error.get_idempotency_key().is_some(), "{what}: {error}");
            }
            let told_nothing = requests
                .iter()
                .filter(|request| request.status != Some(429));
            // None arrives on a connection that the fault before has ended.
            let is_once = told_nothing.count() <= 1;
            assert!(
                is_once || repeat != Repeat::Never,
                "{what}: asked again: {error}"
            );
        }
        None => panic!("{what}: says nothing of the outcome: {error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_never_said_to_be_undone_when_it_was_done_nor_done_twice() {
    let mut trials = tokio::task::JoinSet::new();
    for (vendor, verb) in writes() {
        trials.spawn(try_everything(vendor, verb));
    }
    trials.join_all().await;
}

async fn try_everything(vendor: Vendor, verb: Verb) {
    let operation = last_operation(vendor, verb).await;
    let shared = Stage::new();
    // Patient: a request that is given up on a busy machine would arrive among those of the next fault.
    let patient = once(&shared, vendor, Duration::from_secs(20));
    let clients = [patient, shared.client(vendor)];
    for fault in everything() {
        let what = format!("{vendor} {verb} {fault}");
        let is_slow = fault["delay_ms"] == 400
            || fault["end"] == "hold"
            || fault["endless"] == true
            || fault["pad"].is_u64();
        if is_slow {
            // A sandbox of its own: a request that nobody waits for any more may come late.
            let stage = Stage::new();
            let client = once(&stage, vendor, SHORT);
            let result = meet(&stage, &client, (verb, operation), &fault).await;
            check(&stage, &result, (vendor, operation), &what);
            continue;
        }
        for client in &clients {
            shared.sandbox.reset();
            let result = meet(&shared, client, (verb, operation), &fault).await;
            check(&shared, &result, (vendor, operation), &what);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_holds_whatever_happens_to_one_try_after_another() {
    let mut trials = tokio::task::JoinSet::new();
    for (vendor, verb) in writes() {
        trials.spawn(try_chaos(vendor, verb));
    }
    trials.join_all().await;
}

async fn try_chaos(vendor: Vendor, verb: Verb) {
    let operation = last_operation(vendor, verb).await;
    let stage = Stage::new();
    // Nothing slow; and an answer in place of another one's, no client can see through.
    let faults: Vec<Fault> = everything()
        .into_iter()
        .filter(|fault| {
            fault["delay_ms"].is_null()
                && fault["end"] != "hold"
                && fault["endless"].is_null()
                && fault["pad"].is_null()
        })
        .map(|mut fault| {
            fault["operation"] = operation.into();
            serde_json::from_value(fault).unwrap()
        })
        .collect();
    let retry = RetryPolicy {
        max_attempts: 4,
        ..options().retry
    };
    for seed in 0..60 {
        stage.sandbox.reset();
        stage.sandbox.set_chaos(Some(Chaos {
            seed,
            rate: 0.8,
            faults: faults.clone(),
        }));
        // Connections of its own: what is left of another try ends none of them.
        let options = Options { retry, ..options() };
        let client = stage.builder(vendor).options(options).build().unwrap();
        let result = verbs::run(&client, verb).await;
        let what = format!("{vendor} {verb} seed {seed}");
        check(&stage, &result, (vendor, operation), &what);
    }
}

#[tokio::test]
async fn no_send_is_said_to_be_done_by_an_answer_that_says_nothing_of_it() {
    for verb in [
        Verb::MessagesSend,
        Verb::MessagesSendTemplate,
        Verb::MessagesSchedule,
        Verb::MessagesSendBulk,
        Verb::OtpSend,
    ] {
        for vendor in able(verb) {
            let operation = last_operation(vendor, verb).await;
            for is_done in [false, true] {
                for (status, body) in [
                    (200, json!(null)),
                    (204, json!(null)),
                    (200, json!("null")),
                    (200, json!("7")),
                    (200, json!("\"OK\"")),
                    (200, json!([])),
                    (200, json!([{}])),
                    (200, json!({})),
                    (200, json!({"status": null})),
                    (200, json!({"reason": 7})),
                    (201, json!({"error": "internal"})),
                    (200, json!("{\"oops")),
                    (200, json!("{{ error }}")),
                    (200, json!({"data": "x"})),
                    (200, json!({"error": "internal", "data": 5})),
                    (200, json!({"messageId": {"a": 1}})),
                    (200, json!({"data": {"id": {"a": 1}}})),
                    (200, json!({"data": []})),
                ] {
                    let stage = Stage::new();
                    let client = stage.client(vendor);
                    let fault = json!({"status": status, "body": body, "perform": is_done});
                    let result = meet(&stage, &client, (verb, operation), &fault).await;
                    let what = format!("{vendor} {verb} {fault}");
                    let error = result.expect_err(&what);
                    assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{what}");
                    check(&stage, &Err(error), (vendor, operation), &what);
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_a_write_may_break_off_at_every_byte() {
    let mut trials = tokio::task::JoinSet::new();
    for (vendor, verb) in writes() {
        trials.spawn(try_every_byte(vendor, verb));
    }
    trials.join_all().await;
}

async fn try_every_byte(vendor: Vendor, verb: Verb) {
    let stage = Stage::new();
    let client = stage.client(vendor);
    let operation = last_operation(vendor, verb).await;
    // Messages cost: every byte. Of what else is written, some.
    let step = match palabre::spec(vendor).operation(operation).unwrap().effect {
        Effect::Send => 1,
        _ => 7,
    };
    let mut is_whole = false;
    for length in (0..).step_by(step) {
        for end in ["close", "reset"] {
            // A reset takes its time, so only some places meet one.
            if end == "reset" && length % 16 != 0 {
                continue;
            }
            stage.sandbox.reset();
            let fault = json!({"cut": length, "end": end});
            let result = meet(&stage, &client, (verb, operation), &fault).await;
            let what = format!("{vendor} {verb} {fault}");
            check(&stage, &result, (vendor, operation), &what);
            if let Err(error) = result {
                assert_eq!(
                    error.get_outcome(),
                    Some(Outcome::Unknown),
                    "{what}: {error}"
                );
            } else if end == "close" {
                assert!(length > 100, "{what}");
                is_whole = true;
            }
        }
        if is_whole {
            break;
        }
    }
}

/// What becomes of a read: the kind of the error, none where it is read, and the requests made.
#[tokio::test]
async fn a_read_is_repeated_while_it_may_help() {
    use ErrorKind::{Decode, RateLimited, Timeout, Unavailable};
    for vendor in Vendor::ALL {
        let verb = read_of(vendor);
        let operation = last_operation(vendor, verb).await;
        for (fault, kind, requests) in [
            (json!({"close": "before"}), Unavailable, 3),
            (json!({"close": "before", "end": "reset"}), Unavailable, 3),
            (json!({"close": "after", "end": "reset"}), Unavailable, 3),
            (json!({"cut": 10}), Unavailable, 3),
            (json!({"cut": 100, "end": "reset"}), Unavailable, 3),
            (json!({"truncate": 10, "end": "reset"}), Unavailable, 3),
            (json!({"length_off_by": 5}), Unavailable, 3),
            (json!({"status": 500}), Unavailable, 3),
            (json!({"status": 502, "body": PAGE}), Unavailable, 3),
            (json!({"status": 503, "body": {"a": 1}}), Unavailable, 3),
            (json!({"status": 429}), RateLimited, 3),
            (
                json!({"status": 302, "headers": {"location": "/x"}}),
                Unavailable,
                1,
            ),
            (json!({"status": 200, "body": PAGE}), Decode, 1),
            (json!({"length_off_by": -5}), Decode, 1),
            (json!({"endless": true}), Decode, 1),
            (json!({"gzip": true, "pad": 4 << 20}), Decode, 1),
            (json!({"pad": 2 << 20}), Decode, 1),
            (json!({"end": "hold", "cut": 9}), Timeout, 1),
            (json!({"drip_ms": 30}), Timeout, 1),
            (
                json!({"replace": {"pointer": "", "value": null}}),
                Decode,
                1,
            ),
        ] {
            let stage = Stage::new();
            let patient = Options {
                timeout: Duration::from_millis(900),
                max_response_bytes: 1 << 20,
                ..options()
            };
            let client = stage.builder(vendor).options(patient).build().unwrap();
            let met = meet(&stage, &client, (verb, operation), &fault).await;
            let error = met.unwrap_err();
            let what = format!("{vendor} {fault}: {error}");
            assert_eq!(error.kind(), kind, "{what}");
            assert_eq!(error.get_vendor(), Some(vendor), "{what}");
            assert_eq!(error.get_outcome(), None, "{what}");
            assert_eq!(stage.requests().len(), requests, "{what}");
        }
    }
}

#[tokio::test]
async fn however_absurd_a_wait_is_asked_for_the_call_ends_in_its_time() {
    for (asked, seconds) in [
        ("0", Some(0)),
        ("86400", Some(86_400)),
        ("18446744073709551615", Some(u64::MAX)),
        ("99999999999999999999999", Some(u64::MAX)),
        ("-5", None),
        ("1.5", None),
        ("1e9", None),
        ("soon", None),
        ("", None),
        ("Sun, 22 Nov 2026 10:01:00 GMT", Some(60)),
        ("Sun, 22 Nov 2020 10:01:00 GMT", Some(0)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", Some(u64::MAX)),
        ("Mon, 99 Foo 2026 10:01:00 GMT", None),
    ] {
        let stage = Stage::new();
        let client = stage.client(Vendor::MsgFlash);
        let fault = json!({"status": 429, "headers": {"retry-after": asked}});
        let start = std::time::Instant::now();
        let result = meet(&stage, &client, (Verb::ContactsGet, "get_contact"), &fault).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::RateLimited, "{asked}");
        let told = error.get_retry_after().map(|wait| wait.as_secs());
        assert_eq!(told, seconds, "{asked}");
        assert!(start.elapsed() < Duration::from_secs(5), "{asked}");
        assert!(!format!("{error} {error:?}").is_empty());
    }
}

#[tokio::test]
async fn credentials_do_not_follow_a_redirect() {
    for vendor in Vendor::ALL {
        let (stage, elsewhere) = (Stage::new(), Stage::new());
        let verb = read_of(vendor);
        let operation = last_operation(vendor, verb).await;
        let location = elsewhere.sandbox.base_url(vendor.id()).unwrap();
        for status in [301, 302, 303, 307, 308] {
            let fault = json!({"status": status, "headers": {"location": location}});
            let client = stage.client(vendor);
            let error = meet(&stage, &client, (verb, operation), &fault).await;
            assert_eq!(error.unwrap_err().kind(), ErrorKind::Unavailable);
        }
        assert!(elsewhere.sandbox.journal().is_empty(), "{vendor}");
    }
}

#[tokio::test]
async fn a_stale_page_is_an_error_and_not_a_circle() {
    for (vendor, verb) in [
        (Vendor::MsgFlash, Verb::ContactsList),
        (Vendor::WapiFlow, Verb::ContactsList),
    ] {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let of_two = ListOptions {
            page_size: Some(2),
            ..ListOptions::default()
        };
        stage.fault(json!({"again": true, "after": 1, "times": null}));
        let mut listing = client.contacts().list(of_two);
        let mut pages = 0;
        let error = loop {
            match listing.next_page().await {
                Ok(Some(_)) => pages += 1,
                Ok(None) => panic!("{vendor} {verb}: an end after {pages} pages"),
                Err(error) => break error,
            }
            assert!(pages < 5, "{vendor} {verb} goes in circles");
        };
        assert_eq!(error.kind(), ErrorKind::Decode, "{vendor}: {error}");
        assert!(stage.requests().len() < 5);
    }
}

#[tokio::test]
async fn a_row_that_comes_on_two_pages_is_given_as_often_as_it_came() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let of = |size| ListOptions {
        page_size: Some(size),
        ..ListOptions::default()
    };
    let whole = client.contacts().list(of(50)).collect().await.unwrap();
    // Somebody was added at the front while the list was read.
    let first = client.contacts().list(of(50)).next_page().await.unwrap();
    let row = first.unwrap().items.pop().unwrap().raw;
    let row = row.value();
    stage.fault(json!({"after": 1, "replace": {"pointer": "/data/contacts/0", "value": row}}));
    let read = client.contacts().list(of(50)).collect().await.unwrap();
    assert_eq!(read.len(), whole.len());
    let ids = |contacts: &[palabre::Contact]| {
        let ids = contacts.iter().map(|contact| contact.id.clone());
        crate::stage::counts(ids).len()
    };
    assert_eq!(ids(&read), ids(&whole) - 1);
}

#[tokio::test]
async fn a_clock_that_jumps_breaks_nothing() {
    for vendor in Vendor::ALL {
        for verb in Verb::ALL.iter().copied() {
            let stage = Stage::new();
            let client = stage.client(vendor);
            if !client.supports(verb).is_supported() {
                continue;
            }
            for seconds in [40 * 86_400, -40 * 86_400, 9_000_000_000_i64] {
                stage.sandbox.reset();
                stage.fault(json!({"clock_seconds": seconds}));
                verbs::run(&client, verb).await.unwrap();
            }
        }
    }
}
