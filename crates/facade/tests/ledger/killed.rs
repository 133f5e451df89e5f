//! Killed at any instant and started again, a run goes on where it was.

use palabre::ledger::{Ended, State};
use serde_json::json;

use crate::campaign::Campaign;
use crate::child::{self, until};

#[tokio::test]
async fn a_run_that_is_over_has_sent_to_everybody_once() {
    let campaign = Campaign::new();
    let report = campaign.send(30).await.unwrap();
    assert_eq!(report.ended, Ended::Done);
    assert_eq!((report.counts.accepted, report.counts.total()), (30, 30));
    campaign.agrees();
    // Once more is nothing more.
    let again = campaign.send(30).await.unwrap();
    assert_eq!(again.counts, report.counts);
    assert_eq!(campaign.recipients().len(), 30);
}

#[tokio::test]
async fn what_was_under_way_when_the_process_was_killed_is_unknown_and_not_sent_again() {
    let campaign = Campaign::new();
    // The vendor takes the fifth message and following ones, and answers nobody.
    campaign
        .stage
        .fault(json!({"operation": "send_message", "after": 4, "times": 99, "delay_ms": 60_000}));
    let mut child = child::start(&campaign, 40);
    until(&mut child, "twelve arrive", || {
        campaign.recipients().len() == 12
    });
    until(&mut child, "four answers are kept", || {
        campaign.rows(State::Accepted).len() == 4
    });
    child::kill(child);
    assert_eq!(campaign.rows(State::Attempting).len(), 8);
    campaign.stage.sandbox.clear_faults();

    let report = campaign.send(40).await.unwrap();
    assert_eq!(report.recovered, 8);
    assert_eq!((report.counts.accepted, report.counts.unknown), (32, 8));
    assert_eq!(campaign.recipients().len(), 40);
    campaign.agrees();
}

#[tokio::test]
async fn a_run_that_is_killed_again_and_again_comes_to_its_end() {
    // Each time, up to eight that were claimed have not left: they stay unknown, and never arrive.
    const PEOPLE: usize = 100;
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 999, "delay_ms": 20}));
    for round in 1..=4 {
        let mut child = child::start(&campaign, PEOPLE);
        let most = round * 10;
        until(&mut child, "some more arrive", || {
            campaign.recipients().len() >= most
        });
        child::kill(child);
    }
    let report = campaign.send(PEOPLE).await.unwrap();
    assert_eq!(report.ended, Ended::Done);
    assert_eq!(report.counts.accepted + report.counts.unknown, 100);
    campaign.agrees();
}

#[tokio::test]
async fn a_copy_of_the_file_alone_knows_of_everything_that_has_left() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 999, "delay_ms": 30}));
    let mut child = child::start(&campaign, 60);
    until(&mut child, "some arrive", || {
        campaign.recipients().len() >= 20
    });
    child::kill(child);
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::copy(campaign.path(), &copy).unwrap();
    let ledger = palabre::ledger::Ledger::open(&copy).unwrap();
    let filter = palabre::ledger::Filter {
        numbers: true,
        ..Default::default()
    };
    let recipients = campaign.recipients();
    for row in ledger.rows(&filter).unwrap() {
        let has_arrived = row.to.is_some_and(|to| recipients.contains(&to));
        assert!(
            !has_arrived || row.state != State::Planned.as_str(),
            "row {} has arrived, and the copy says {}",
            row.row,
            row.state
        );
    }
}
