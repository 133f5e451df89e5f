//! Contacts that are deleted together.

use palabre::ListOptions;
use palabre::Vendor;
use palabre::ledger::{Many, Report, Row, rows};
use serde_json::json;

use crate::campaign::Campaign;

/// Deletes a hundred contacts, of whose requests so many are refused whole.
async fn deleted(campaign: &Campaign, refused: usize) -> Report {
    let client = campaign.stage.client(Vendor::MsgFlash);
    let contacts = client.contacts().list(ListOptions::default());
    let contacts = contacts.collect().await.unwrap();
    let ids = contacts.into_iter().take(100);
    let ids: Vec<Row> = ids
        .map(|one| Row::new().with("id", json!(one.id)))
        .collect();
    assert_eq!(ids.len(), 100);
    campaign.stage.fault(json!({
        "operation": "bulk_delete_contacts", "times": refused, "status": 400,
        "body": {"error": {"code": "VALIDATION_ERROR", "message": "contactIds[3] is not a UUID"}},
    }));
    let many = Many::new(campaign.path());
    let contacts = client.contacts();
    contacts.delete_many_with(rows(ids), many).await.unwrap()
}

#[tokio::test]
async fn one_bad_identifier_spoils_no_other_of_its_request() {
    // As often as it takes to be alone: 100, 50, 25, 12, 6, 3, 1.
    for (refused, accepted) in [(1, 100), (6, 100), (7, 99)] {
        let campaign = Campaign::new();
        let counts = deleted(&campaign, refused).await.counts;
        assert_eq!(counts.accepted, accepted, "{counts}");
        assert_eq!(counts.refused, 100 - accepted, "{counts}");
    }
}
