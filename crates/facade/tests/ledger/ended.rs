//! Runs that end early: cancelled, stopped, refused for everybody, without an answer for long.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use palabre::ErrorKind;
use palabre::ledger::{Ended, Many, State, rows};
use palabre::observe::{Observer, Reply, Request, veto};
use serde_json::json;

use crate::campaign::{Campaign, audience, run};

#[tokio::test]
async fn a_run_that_is_dropped_leaves_a_ledger_that_goes_on() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 999, "delay_ms": 100}));
    tokio::select! {
        _ = campaign.send(60) => panic!("it was to be dropped"),
        () = campaign.arrived(20) => {}
    }
    // It is free at once, and nothing is marked as under way.
    let counts = campaign.ledger().counts().unwrap();
    assert_eq!(counts.attempting, 0);
    assert!(counts.accepted >= 8 && counts.planned > 0, "{counts}");
    assert!(counts.unknown <= 8, "{counts}");
    campaign.agrees();
    campaign.stage.sandbox.clear_faults();
    let report = campaign.send(60).await.unwrap();
    assert_eq!(report.recovered, 0);
    assert_eq!(report.counts.accepted + counts.unknown, 60);
    campaign.agrees();
}

#[tokio::test]
async fn what_has_only_waited_for_its_turn_when_a_run_is_dropped_is_planned() {
    let campaign = Campaign::new();
    let mut options = crate::stage::options();
    options.rate_limit = Some(2.0);
    let client = campaign.stage.builder(palabre::Vendor::WapiFlow);
    let client = client.options(options).build().unwrap();
    let limited = run(&client, audience(20), campaign.many());
    tokio::select! {
        _ = limited => panic!("it was to be dropped"),
        () = campaign.arrived(2) => {}
    }
    let counts = campaign.ledger().counts().unwrap();
    assert!(counts.unknown + counts.accepted <= 3, "{counts}");
    assert_eq!(counts.attempting, 0);
    assert!(counts.planned >= 17, "{counts}");
    campaign.agrees();
}

#[tokio::test]
async fn the_caller_s_own_limit_makes_a_campaign_slow_and_leaves_nobody_out() {
    let campaign = Campaign::new();
    let mut options = crate::stage::options();
    // Eight are under way, and the last of them has its turn after its time is over.
    options.rate_limit = Some(20.0);
    options.timeout = std::time::Duration::from_millis(250);
    let client = campaign.stage.builder(palabre::Vendor::WapiFlow);
    let client = client.options(options).build().unwrap();
    let report = run(&client, audience(16), campaign.many()).await.unwrap();
    assert_eq!(report.ended, Ended::Done);
    assert_eq!(report.counts.accepted, 16, "{}", report.counts);
    campaign.agrees();
}

#[tokio::test]
async fn an_answer_that_is_another_row_s_leaves_its_row_unknown() {
    let campaign = Campaign::new();
    let fault = json!({"operation": "send_message", "after": 2, "times": 1, "again": true});
    campaign.stage.fault(fault);
    let many = Many {
        max_in_flight: 1,
        ..campaign.many()
    };
    let report = run(&campaign.client(), audience(5), many).await.unwrap();
    let counts = report.counts;
    assert_eq!((counts.accepted, counts.unknown), (4, 1), "{counts}");
    assert_eq!(campaign.rows(State::Unknown), [3]);
    let reason = campaign.row(3).reason.unwrap();
    assert!(reason.contains("another row's"), "{reason}");
    assert_eq!(campaign.recipients().len(), 4);
}

#[tokio::test]
async fn what_was_taken_is_an_answer_even_if_the_rest_of_it_cannot_be_read() {
    let campaign = Campaign::new();
    campaign.stage.fault(json!({
        "operation": "send_message", "times": 999, "replace": {"pointer": "/data", "value": 5},
    }));
    // In less than the pauses of a run without answers.
    let sent = tokio::time::timeout(std::time::Duration::from_secs(20), campaign.send(40));
    let report = sent.await.expect("it does not pause").unwrap();
    assert_eq!(report.ended, Ended::Done);
    assert_eq!(report.counts.accepted, 40, "{}", report.counts);
}

#[tokio::test]
async fn a_run_that_is_asked_to_stop_lets_what_is_under_way_finish() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 999, "delay_ms": 50}));
    let many = campaign.many();
    let stop = many.stop.clone();
    let client = campaign.client();
    let sent = run(&client, audience(200), many);
    let asks = async {
        campaign.arrived(20).await;
        stop.ask();
    };
    let (report, ()) = tokio::join!(sent, asks);
    let report = report.unwrap();
    assert_eq!(report.ended, Ended::Stopped);
    assert_eq!(report.counts.unknown, 0);
    assert!(report.counts.accepted > 0 && report.counts.planned > 0);
    assert_eq!(campaign.recipients().len() as u64, report.counts.accepted);
}

#[tokio::test]
async fn a_run_that_waits_for_an_answer_stops_within_a_second() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 999, "delay_ms": 20_000}));
    let many = campaign.many();
    many.stop.ask();
    let began = std::time::Instant::now();
    let error = campaign
        .client()
        .messages()
        .send_many(rows(audience(3)), many)
        .await;
    assert!(
        error
            .unwrap_err()
            .message()
            .contains("before everything was planned")
    );

    let many = campaign.many();
    let stop = many.stop.clone();
    let client = campaign.client();
    let sent = run(&client, audience(20), many);
    let asks = async {
        campaign.arrived(9).await;
        stop.ask();
        std::time::Instant::now()
    };
    let (report, asked) = tokio::join!(sent, asks);
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    let counts = report.unwrap().counts;
    assert_eq!((counts.unknown, counts.planned), (8, 11));
    campaign.agrees();
}

#[tokio::test]
async fn what_would_fail_for_everybody_ends_the_run_with_the_rest_planned() {
    for (status, kind) in [
        (401, ErrorKind::Authentication),
        (403, ErrorKind::Permission),
    ] {
        let campaign = Campaign::new();
        campaign.stage.fault(json!({
            "operation": "send_message", "times": 999, "after": 5, "status": status,
            "body": {"message": "No."},
        }));
        let report = campaign.send(40).await.unwrap();
        let Ended::Failed(error) = &report.ended else {
            panic!("{:?}", report.ended);
        };
        assert_eq!(error.kind(), kind);
        assert_eq!(report.counts.accepted, 5);
        assert!(report.counts.planned >= 40 - 5 - 16, "{}", report.counts);
        campaign.agrees();
        campaign.stage.sandbox.clear_faults();
        let report = campaign.send(40).await.unwrap();
        assert_eq!((report.counts.accepted, report.ended), (40, Ended::Done));
        campaign.agrees();
    }
}

#[tokio::test]
async fn a_refused_key_is_tried_once_and_not_by_all_rows_that_go_out_together() {
    use palabre::Vendor::{MsgFlash, ReachFlow, WapiFlow};
    for (vendor, from) in [
        (ReachFlow, Some("a3f1b2c4-1234-4abc-9def-000011112222")),
        (MsgFlash, Some("8d3c5b21-90ab-4c4d-8e5f-112233445566")),
        (WapiFlow, None),
    ] {
        let campaign = Campaign::new();
        let refused = json!({"times": null, "status": 401, "body": {"message": "No."}});
        campaign.stage.fault(refused);
        let mut many = campaign.many();
        if let Some(from) = from {
            many.contents = many.contents.with("from_", from);
        }
        let report = run(&campaign.stage.client(vendor), audience(40), many).await;
        assert_eq!(report.unwrap().counts.planned, 39, "{vendor}");
        assert_eq!(campaign.stage.requests().len(), 1, "{vendor}");
    }
}

#[tokio::test]
async fn what_a_gateway_says_makes_no_row_refused_for_good() {
    for status in [404, 405, 410, 451] {
        let campaign = Campaign::new();
        campaign.stage.fault(json!({
            "operation": "send_message", "times": 999, "status": status,
            "body": {"message": "no Route matched with those values"},
        }));
        let report = campaign.send(40).await.unwrap();
        assert!(matches!(report.ended, Ended::Failed(_)), "{status}");
        assert_eq!(report.counts.refused, 0, "{status}: {}", report.counts);
        campaign.stage.sandbox.clear_faults();
        let report = campaign.send(40).await.unwrap();
        assert_eq!(report.counts.accepted, 40, "{status}");
        campaign.agrees();
    }
}

#[tokio::test]
async fn a_row_whose_own_number_is_refused_does_not_hold_up_the_others() {
    let campaign = Campaign::new();
    campaign.stage.fault(json!({
        "operation": "send_message", "after": 2, "times": 1, "status": 403,
        "body": {"message": "Not your number."},
    }));
    let people = audience(20).into_iter();
    let people: Vec<_> = people.map(|row| row.with("from_", "34600000000")).collect();
    let report = campaign.send_rows(people).await.unwrap();
    assert_eq!(report.ended, Ended::Done);
    let counts = report.counts;
    assert_eq!(
        (counts.accepted, counts.not_sent),
        (19, 1),
        "{:?}",
        campaign.row(1)
    );
    campaign.agrees();
}

/// Fails for every send after the first few.
#[derive(Debug)]
struct Fails(AtomicU32);

impl Observer for Fails {
    fn request(&self, request: &Request<'_>) -> Option<Reply> {
        let is_send = request.operation.id == "send_message";
        let count = self.0.fetch_add(u32::from(is_send), Ordering::SeqCst);
        (is_send && count >= 5).then(|| veto("the exporter is down for a moment"))
    }
}

#[tokio::test]
async fn a_veto_ends_the_run_and_no_row_is_refused_for_it() {
    let campaign = Campaign::new();
    let mut options = crate::stage::options();
    options.observer = Some(Arc::new(Fails(AtomicU32::new(0))));
    let client = campaign.stage.builder(palabre::Vendor::WapiFlow);
    let client = client.options(options).build().unwrap();
    let report = run(&client, audience(40), campaign.many()).await.unwrap();
    let Ended::Failed(error) = &report.ended else {
        panic!("{:?}", report.ended);
    };
    assert!(error.is_veto(), "{error}");
    assert_eq!((report.counts.accepted, report.counts.refused), (5, 0));
    // Only those that were under way at the same time were asked for.
    assert!((1..=16).contains(&report.counts.not_sent));
    campaign.agrees();
    let report = campaign.send(40).await.unwrap();
    assert_eq!((report.counts.accepted, report.ended), (40, Ended::Done));
    campaign.agrees();
}

#[tokio::test]
async fn a_vendor_that_is_down_for_long_ends_the_run() {
    let campaign = Campaign::new();
    let client = campaign
        .stage
        .builder(palabre::Vendor::WapiFlow)
        .base_url("http://127.0.0.1:9/wapiflow/external-api")
        .build()
        .unwrap();
    let sent = run(&client, audience(100), campaign.many());
    let report = sent.await.unwrap();
    assert!(
        matches!(report.ended, Ended::Failed(_)),
        "{:?}",
        report.ended
    );
    assert_eq!(report.counts.unknown, 0);
    assert!(report.counts.not_sent <= 20, "{}", report.counts);
    assert_eq!(report.counts.planned + report.counts.not_sent, 100);
}

#[tokio::test]
async fn connections_that_break_at_the_same_moment_end_no_run() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "after": 1, "times": 16, "close": "after"}));
    let many = Many {
        max_in_flight: 16,
        ..campaign.many()
    };
    let client = campaign.client();
    let report = run(&client, audience(40), many).await.unwrap();
    assert_eq!(report.ended, Ended::Done);
    assert_eq!((report.counts.accepted, report.counts.unknown), (24, 16));
    campaign.agrees();
}

#[tokio::test]
async fn a_run_without_answers_ends_without_advice_to_repeat_what_may_have_happened() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 999, "close": "after"}));
    let began = std::time::Instant::now();
    let report = campaign.send(100).await.unwrap();
    let Ended::Failed(error) = &report.ended else {
        panic!("{:?}", report.ended);
    };
    assert!(
        began.elapsed() > Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let hint = "what may have happened is unknown in the ledger, and is not repeated";
    assert_eq!(error.get_hint(), Some(hint));
    assert!(report.counts.unknown <= 20, "{}", report.counts);
    campaign.agrees();
}

#[tokio::test]
async fn a_send_without_an_answer_is_unknown_and_one_that_never_left_is_tried_again() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "after": 2, "close": "after"}));
    campaign
        .stage
        .fault(json!({"operation": "send_message", "after": 4, "status": 429, "times": 5}));
    let many = Many {
        max_in_flight: 1,
        ..campaign.many()
    };
    let client = campaign.client();
    let report = run(&client, audience(10), many.clone());
    let report = report.await.unwrap();
    assert_eq!(report.counts.unknown, 1, "{}", report.counts);
    assert_eq!(campaign.rows(State::Unknown), [3]);
    let not_sent = report.counts.not_sent;
    assert_eq!(report.counts.accepted, 9 - not_sent);
    let report = run(&client, audience(10), many).await.unwrap();
    assert_eq!((report.counts.accepted, report.counts.unknown), (9, 1));
    assert_eq!(campaign.recipients().len(), 10);
    campaign.agrees();
}
