//! What a person decides about rows of which nobody knows.

use palabre::ErrorKind;
use palabre::ledger::{Many, Resolution};
use serde_json::json;

use crate::campaign::Campaign;

/// A campaign of six, with rows 1 to 3 unknown: the vendor took them and did not answer.
async fn undecided() -> Campaign {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 3, "close": "after"}));
    let many = palabre::ledger::Many {
        max_in_flight: 1,
        ..campaign.many()
    };
    let people = palabre::ledger::rows(crate::campaign::audience(6));
    let run = campaign.client().messages().send_many(people, many).await;
    assert_eq!(run.unwrap().counts.unknown, 3);
    campaign
}

#[tokio::test]
async fn each_decision_is_kept_and_only_resend_sends_again() {
    let campaign = undecided().await;
    let ledger = campaign.ledger();
    ledger
        .resolve(&[1], Resolution::Accepted, Some("seen in the dashboard"))
        .unwrap();
    ledger.resolve(&[2], Resolution::NotSent, None).unwrap();
    ledger.resolve(&[3], Resolution::Resend, None).unwrap();
    let key = campaign.row(3).idempotency_key;
    let report = campaign.send(6).await.unwrap();
    assert_eq!((report.counts.accepted, report.counts.not_sent), (5, 1));
    assert_eq!(campaign.recipients().len(), 7);
    let row = campaign.row(1);
    assert!(row.decided);
    assert_eq!(row.note.as_deref(), Some("seen in the dashboard"));
    assert_eq!(campaign.row(3).idempotency_key, key);
    assert_eq!(campaign.row(3).attempts, 2);
    // What a person called not sent stays so.
    let report = campaign.send(6).await.unwrap();
    assert_eq!(report.counts.not_sent, 1);
    assert_eq!(campaign.recipients().len(), 7);
}

#[tokio::test]
async fn every_decision_is_in_the_events_with_what_was_before() {
    let campaign = undecided().await;
    campaign
        .ledger()
        .resolve(&[2, 3], Resolution::NotSent, Some("asked them"))
        .unwrap();
    let events = campaign.ledger().events().unwrap();
    let decided: Vec<_> = events
        .iter()
        .filter(|event| event.cause == "person")
        .collect();
    assert_eq!(decided.len(), 2);
    assert_eq!(decided[0].row, Some(2));
    assert_eq!(decided[0].was.as_deref(), Some("unknown"));
    assert_eq!(decided[0].became.as_deref(), Some("not_sent"));
    assert_eq!(decided[0].note.as_deref(), Some("asked them"));
}

#[tokio::test]
async fn what_cannot_be_decided_changes_nothing() {
    let campaign = undecided().await;
    let ledger = campaign.ledger();
    let before = ledger.counts().unwrap();
    // Row 4 was accepted, so rows 1 and 4 together are refused together.
    let error = ledger
        .resolve(&[1, 4], Resolution::Resend, None)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.message().contains("row 4 is accepted"), "{error}");
    let error = ledger
        .resolve(&[99], Resolution::Accepted, None)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(ledger.counts().unwrap(), before);
}

#[tokio::test]
async fn a_row_that_was_refused_at_the_start_has_nothing_to_be_sent_again() {
    let campaign = Campaign::new();
    let people = vec![
        crate::campaign::person(0),
        crate::campaign::row(json!({"to": "01"})),
    ];
    campaign.send_rows(people).await.unwrap();
    let error = campaign
        .ledger()
        .resolve(&[2], Resolution::Resend, None)
        .unwrap_err();
    assert!(
        error.message().contains("there is nothing to send"),
        "{error}"
    );
}

#[tokio::test]
async fn a_row_that_is_sent_again_and_does_not_get_there_is_as_unknown_as_before() {
    for (status, kind) in [(429, "RateLimited"), (400, "InvalidInput")] {
        let campaign = undecided().await;
        campaign
            .ledger()
            .resolve(&[3], Resolution::Resend, None)
            .unwrap();
        let fault = json!({"operation": "send_message", "times": 9, "status": status});
        campaign.stage.fault(fault);
        campaign.send(6).await.unwrap();
        let row = campaign.row(3);
        assert_eq!((&*row.state, row.error.as_deref()), ("unknown", Some(kind)));
        let reason = row.reason.unwrap();
        assert!(
            reason.starts_with("an earlier try may have arrived; "),
            "{reason}"
        );
        // No run sends it again by itself.
        campaign.stage.sandbox.clear_faults();
        let report = campaign.send(6).await.unwrap();
        assert_eq!(report.counts.unknown, 3);
        assert_eq!(campaign.recipients().len(), 6);
        campaign.agrees();
    }
}

#[tokio::test]
async fn a_decision_is_put_right_before_it_is_acted_on() {
    let campaign = undecided().await;
    let ledger = campaign.ledger();
    let before = campaign.recipients().len();
    // Named twice, a row counts once.
    let count = ledger.resolve(&[1, 1], Resolution::Resend, None).unwrap();
    assert_eq!(count, 1);
    ledger.resolve(&[1], Resolution::NotSent, None).unwrap();
    ledger.resolve(&[1], Resolution::Accepted, None).unwrap();
    let error = ledger.resolve(&[1], Resolution::Resend, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    campaign
        .client()
        .resume(Many::new(campaign.path()))
        .await
        .unwrap();
    assert_eq!(campaign.recipients().len(), before);
}
