//! Contacts that are deleted together.

use palabre::ListOptions;
use palabre::Vendor;
use palabre::ledger::{Ended, Many, Report, Row, rows};
use serde_json::{Value, json};

use crate::campaign::Campaign;

/// Deletes so many contacts at the same time.
async fn delete(campaign: &Campaign, count: usize, fault: Value) -> Report {
    let client = campaign.stage.client(Vendor::MsgFlash);
    let contacts = client.contacts().list(ListOptions::default());
    let contacts = contacts.collect().await.unwrap();
    let ids = contacts.into_iter().take(count);
    let ids: Vec<Row> = ids
        .map(|one| Row::new().with("id", json!(one.id)))
        .collect();
    assert_eq!(ids.len(), count);
    campaign.stage.fault(fault);
    let many = Many::new(campaign.path());
    let contacts = client.contacts();
    contacts.delete_many_with(rows(ids), many).await.unwrap()
}

#[tokio::test]
async fn one_bad_identifier_spoils_no_other_of_its_request() {
    // As often as it takes to be alone: 100, 50, 25, 12, 6, 3, 1.
    for (refused, accepted) in [(1, 100), (6, 100), (7, 99)] {
        let campaign = Campaign::new();
        let fault = json!({
            "operation": "bulk_delete_contacts", "times": refused, "status": 400,
            "body": {"error": {"code": "VALIDATION_ERROR", "message": "contactIds[3] is not a UUID"}},
        });
        let counts = delete(&campaign, 100, fault).await.counts;
        assert_eq!(counts.accepted, accepted, "{counts}");
        assert_eq!(counts.refused, 100 - accepted, "{counts}");
    }
}

#[tokio::test]
async fn the_rows_of_a_deletion_show_their_identifiers() {
    let campaign = Campaign::new();
    delete(
        &campaign,
        2,
        json!({"operation": "list_instances", "status": 400}),
    )
    .await;
    let row = campaign.row(1);
    assert_eq!(row.to, row.id);
    assert!(row.to.is_some_and(|id| !id.contains('*')));
}

#[tokio::test]
async fn one_request_for_many_rows_that_fails_ends_no_run() {
    // Of what broke after it was taken, the vendor's list shows it.
    for (fault, unknown) in [
        (
            json!({"operation": "bulk_delete_contacts", "close": "after"}),
            0,
        ),
        (
            json!({"operation": "bulk_delete_contacts", "status": 503}),
            100,
        ),
    ] {
        let campaign = Campaign::new();
        let report = delete(&campaign, 300, fault).await;
        assert_eq!(report.ended, Ended::Done, "{}", report.counts);
        let counts = report.counts;
        assert_eq!((counts.left(), counts.unknown), (0, unknown), "{counts}");
    }
}

#[tokio::test]
async fn what_a_gateway_says_is_no_proof_that_a_contact_is_gone() {
    for body in [json!("404 page not found"), json!({"message": "no Route"})] {
        let campaign = Campaign::new();
        let fault = json!({"operation": "get_contact", "times": 9, "status": 404, "body": body});
        campaign.stage.fault(fault);
        let fault = json!({"operation": "bulk_delete_contacts", "close": "before"});
        let report = delete(&campaign, 2, fault).await;
        assert_eq!(report.counts.unknown, 2, "{}", report.counts);
        assert!(report.look_up_error.is_some());
    }
}

#[tokio::test]
async fn an_answer_without_a_report_deletes_nobody() {
    for body in [
        json!({}),
        json!({"data": null}),
        json!({"data": {"requested": 2, "deleted": 0, "notFound": {"a": 1}}}),
        json!({"error": {"code": "X"}}),
    ] {
        let campaign = Campaign::new();
        let fault = json!({"operation": "bulk_delete_contacts", "status": 200, "body": body});
        let report = delete(&campaign, 2, fault).await;
        assert_eq!(report.counts.unknown, 2, "{body}: {}", report.counts);
    }
}
