//! From which number a campaign goes out, and under which keys.

use palabre::ledger::{Ended, Filter, Ledger, Many, Resolution, Row, rows};
use palabre::{Client, ErrorKind, Outcome, Vendor};
use serde_json::{Value, json};

use crate::campaign::{Campaign, audience, row, run};

/// The number of ReachFlow's and of MsgFlash's accounts that is connected first.
const REACHFLOW: &str = "a3f1b2c4-1234-4abc-9def-000011112222";
const MSGFLASH: &str = "8d3c5b21-90ab-4c4d-8e5f-112233445566";

fn client(campaign: &Campaign, vendor: Vendor) -> Client {
    campaign.stage.client(vendor)
}

/// One row at a time, so that what fails is known.
fn one_by_one(campaign: &Campaign) -> Many {
    Many {
        max_in_flight: 1,
        ..campaign.many()
    }
}

/// The fields of the sends that arrived.
fn sent(campaign: &Campaign, field: &str) -> Vec<Value> {
    let requests = campaign.stage.requests().into_iter();
    let sends = requests.filter(|request| request.operation == Some("send_message"));
    sends.map(|request| request.body[field].clone()).collect()
}

#[tokio::test]
async fn a_run_that_goes_on_sends_from_the_number_it_began_with() {
    let campaign = Campaign::new();
    let client = client(&campaign, Vendor::MsgFlash);
    campaign.stage.fault(json!({
        "operation": "send_message", "times": 999, "after": 2, "status": 401,
        "body": {"success": false, "error": {"message": "No."}},
    }));
    let report = run(&client, audience(5), one_by_one(&campaign)).await;
    assert!(matches!(report.unwrap().ended, Ended::Failed(_)));
    campaign.stage.sandbox.clear_faults();
    campaign.stage.sandbox.clear_journal();

    // By now another one is connected: nobody asks which, since the ledger knows.
    let client = client_of_another_process(&campaign);
    let report = run(&client, audience(5), one_by_one(&campaign)).await;
    assert_eq!(report.unwrap().counts.accepted, 5);
    assert_eq!(campaign.stage.operations(), ["send_message"; 3]);
    assert_eq!(sent(&campaign, "instanceId"), [MSGFLASH; 3]);
}

/// One that has not listed the numbers yet, for whom all of them are connected.
fn client_of_another_process(campaign: &Campaign) -> Client {
    campaign.stage.fault(json!({
        "operation": "list_instances", "times": 999,
        "replace": {"pointer": "/data/1/status", "value": "connected"},
    }));
    client(campaign, Vendor::MsgFlash)
}

#[tokio::test]
async fn a_campaign_without_a_number_is_refused_whole_where_one_has_to_be_named() {
    let campaign = Campaign::new();
    let client = client(&campaign, Vendor::ReachFlow);
    let error = run(&client, audience(5), campaign.many()).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert!(error.message().starts_with("from_: "), "{error}");
    assert!(error.get_hint().unwrap().contains(REACHFLOW), "{error:?}");
    assert_eq!(campaign.stage.operations(), ["list_providers"]);

    // Nothing was planned, so the same file takes the same rows with a number.
    let named = Many {
        contents: campaign.many().contents.with("from_", REACHFLOW),
        ..campaign.many()
    };
    let report = run(&client, audience(5), named).await;
    assert_eq!(report.unwrap().counts.accepted, 5);
    assert_eq!(sent(&campaign, "providerId"), [REACHFLOW; 5]);
    assert_eq!(campaign.recipients().len(), 5);
}

#[tokio::test]
async fn a_look_up_that_fails_leaves_nothing_planned_and_nothing_sent() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "list_instances", "times": 9, "status": 500}));
    let client = client(&campaign, Vendor::MsgFlash);
    let error = run(&client, audience(3), campaign.many()).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert!(campaign.recipients().is_empty());
    campaign.stage.sandbox.clear_faults();
    let report = run(&client, audience(3), campaign.many()).await;
    assert_eq!(report.unwrap().counts.accepted, 3);
}

#[tokio::test]
async fn rows_that_all_name_a_number_or_are_all_refused_ask_for_none() {
    let campaign = Campaign::new();
    let client = client(&campaign, Vendor::ReachFlow);
    let named = audience(2)
        .into_iter()
        .map(|row: Row| row.with("from_", REACHFLOW));
    let report = run(&client, named.collect(), campaign.many()).await;
    assert_eq!(report.unwrap().counts.accepted, 2);
    assert_eq!(campaign.stage.operations(), ["send_message"; 2]);

    let campaign = Campaign::new();
    let client = campaign.stage.client(Vendor::ReachFlow);
    let nobody = vec![row(json!({"to": "none", "name": "Awa"}))];
    let report = run(&client, nobody, campaign.many()).await;
    assert_eq!(report.unwrap().counts.refused, 1);
    assert!(campaign.stage.operations().is_empty());
}

#[tokio::test]
async fn a_plan_asks_for_no_number_and_checks_the_rest() {
    for vendor in [
        Vendor::ReachFlow,
        Vendor::MsgFlash,
        Vendor::NinetyNineDigital,
    ] {
        let campaign = Campaign::new();
        let client = client(&campaign, vendor);
        let mut people = audience(2);
        people.push(row(json!({"to": "none", "name": "Awa"})));
        let contents = campaign.many().contents;
        let plan = client.messages().plan(rows(people), contents, false).await;
        let counts = plan.unwrap().counts();
        assert_eq!((counts.planned, counts.refused), (2, 1), "{vendor}");
        assert!(campaign.stage.operations().is_empty(), "{vendor}");
    }
}

#[tokio::test]
async fn a_row_that_is_sent_again_has_the_key_of_its_first_try() {
    let campaign = Campaign::new();
    let client = client(&campaign, Vendor::ReachFlow);
    // The vendor took it, and neither the first try nor its repeats were answered.
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 3, "close": "after"}));
    let many = Many {
        contents: campaign.many().contents.with("from_", REACHFLOW),
        ..one_by_one(&campaign)
    };
    let report = run(&client, audience(2), many.clone()).await.unwrap();
    assert_eq!((report.counts.unknown, report.counts.accepted), (1, 1));
    let ledger = Ledger::open(campaign.path()).unwrap();
    ledger.resolve(&[1], Resolution::Resend, None).unwrap();
    let report = run(&client, audience(2), many).await.unwrap();
    assert_eq!(report.counts.accepted, 2);

    let requests = campaign.stage.requests();
    let keys: Vec<_> = requests
        .iter()
        .map(|request| request.headers["idempotency-key"].as_str().unwrap())
        .collect();
    let rows = ledger.rows(&Filter::default()).unwrap();
    let key = |row: usize| rows[row - 1].idempotency_key.as_str();
    assert_eq!(keys, [key(1), key(1), key(1), key(2), key(1)]);
    assert_ne!(key(1), key(2));
    // The vendor did it once.
    assert_eq!(campaign.recipients().len(), 2);
}

#[tokio::test]
async fn a_key_that_is_in_use_leaves_its_row_unknown() {
    let campaign = Campaign::new();
    let client = client(&campaign, Vendor::ReachFlow);
    let lost = json!({"operation": "send_message", "times": 3, "close": "after"});
    campaign.stage.fault(lost);
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 1, "after": 3, "status": 409}));
    let many = Many {
        contents: campaign.many().contents.with("from_", REACHFLOW),
        ..one_by_one(&campaign)
    };
    // Row 1 gets no answer, and row 2 one that says that somebody else has its key.
    let report = run(&client, audience(2), many.clone()).await.unwrap();
    assert_eq!(report.counts.unknown, 2, "{}", report.counts);
    let row = campaign.row(2);
    assert_eq!((&*row.state, row.status), ("unknown", Some(409)));
}
