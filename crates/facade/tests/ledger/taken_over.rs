//! A lock file that somebody removed, a file that somebody moved: two runs work on one ledger, and
//! nobody gets anything twice.

use std::fs;

use palabre::ErrorKind;
use palabre::ledger::{Many, Report};
use serde_json::json;

use crate::campaign::{Campaign, audience, run};

const PEOPLE: usize = 12;

/// A campaign whose vendor takes its time.
fn slow() -> Campaign {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 999, "delay_ms": 300}));
    campaign
}

async fn run_four(campaign: &Campaign, ledger: &std::path::Path) -> palabre::Result<Report> {
    let many = Many {
        max_in_flight: 4,
        ledger: ledger.to_owned(),
        ..campaign.many()
    };
    run(&campaign.client(), audience(PEOPLE), many).await
}

/// Nobody has two, and everybody who is not unknown has one.
fn is_sound(campaign: &Campaign, counts: palabre::ledger::Counts) {
    let mut recipients = campaign.recipients();
    recipients.sort_unstable();
    let count = recipients.len();
    recipients.dedup();
    assert_eq!(recipients.len(), count, "somebody got two");
    assert_eq!(counts.accepted + counts.unknown, PEOPLE as u64, "{counts}");
}

#[tokio::test]
async fn a_run_whose_lock_was_removed_ends_when_another_one_takes_over_and_nobody_gets_two() {
    let campaign = slow();
    let path = campaign.path();
    let first = run_four(&campaign, &path);
    let second = async {
        campaign.arrived(5).await;
        let error = run_four(&campaign, &path).await.unwrap_err();
        assert!(
            error.message().contains("is working on it"),
            "it has to be locked: {error}"
        );
        fs::remove_file(path.with_file_name("campaign.db-lock")).unwrap();
        run_four(&campaign, &path).await
    };
    let (first, second) = tokio::join!(first, second);
    let error = first.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert!(
        error.message().contains("another run has taken over"),
        "{error}"
    );
    let report = second.unwrap();
    assert_eq!(report.recovered, 4);
    campaign.agrees();
    is_sound(&campaign, report.counts);
    // What the vendor answered to the first one is known all the same.
    let events = campaign.ledger().events().unwrap();
    assert!(events.iter().any(|event| event.cause == "late"));
    campaign.stage.sandbox.clear_faults();
    let report = run_four(&campaign, &path).await.unwrap();
    campaign.agrees();
    is_sound(&campaign, report.counts);
    assert_eq!(campaign.recipients().len(), PEOPLE);
}

#[cfg(unix)]
#[tokio::test]
async fn a_run_whose_ledger_was_moved_ends_and_nobody_gets_two() {
    let campaign = slow();
    let (path, moved) = (campaign.path(), campaign.path().with_file_name("moved.db"));
    let first = run_four(&campaign, &path);
    let second = async {
        campaign.arrived(5).await;
        fs::rename(&path, &moved).unwrap();
        run_four(&campaign, &moved).await
    };
    let (first, second) = tokio::join!(first, second);
    let error = first.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    // It waits until the first one has let go of the file.
    let error = second.unwrap_err();
    assert!(error.message().contains("has several names"), "{error}");
    campaign.stage.sandbox.clear_faults();
    let report = run_four(&campaign, &moved).await.unwrap();
    is_sound(&campaign, report.counts);
    assert_eq!(campaign.recipients().len(), PEOPLE);
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_that_was_moved_away_is_written_no_more() {
    let campaign = slow();
    let moved = campaign.path().with_file_name("moved.db");
    let path = campaign.path();
    let first = run_four(&campaign, &path);
    let moves = async {
        campaign.arrived(5).await;
        fs::rename(campaign.path(), &moved).unwrap();
    };
    let (first, ()) = tokio::join!(first, moves);
    let error = first.unwrap_err();
    assert!(error.message().contains("was moved or replaced"), "{error}");
    assert_eq!(campaign.recipients().len(), 5);
    campaign.stage.sandbox.clear_faults();
    let report = run_four(&campaign, &moved).await.unwrap();
    is_sound(&campaign, report.counts);
    assert_eq!(campaign.recipients().len(), PEOPLE);
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_of_two_names_is_refused() {
    let campaign = Campaign::new();
    campaign.send(3).await.unwrap();
    let other = campaign.path().with_file_name("other.db");
    fs::hard_link(campaign.path(), &other).unwrap();
    for path in [campaign.path(), other] {
        let error = run_four(&campaign, &path).await.unwrap_err();
        assert!(error.message().contains("has several names"), "{error}");
    }
    assert_eq!(campaign.recipients().len(), 3);
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_that_was_removed_during_its_run_is_not_lost_and_nobody_gets_two() {
    let campaign = slow();
    let path = campaign.path();
    let first = run_four(&campaign, &path);
    let removes = async {
        campaign.arrived(5).await;
        fs::remove_file(campaign.path()).unwrap();
    };
    let (first, ()) = tokio::join!(first, removes);
    let error = first.unwrap_err().to_string();
    assert!(error.contains("was removed"), "{error}");
    campaign.stage.sandbox.clear_faults();
    let error = run_four(&campaign, &path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let kept = path.with_file_name("campaign.db-run");
    fs::rename(kept, &path).unwrap();
    let report = run_four(&campaign, &path).await.unwrap();
    is_sound(&campaign, report.counts);
    assert_eq!(campaign.recipients().len(), PEOPLE);
}
