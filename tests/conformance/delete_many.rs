//! Many contacts are deleted, and each of them is accounted for.

use palabre::{Client, DeleteReport, Error, ErrorKind, ListOptions, Outcome, Vendor, Verb};
use serde_json::{Value, json};

use crate::stage::{Stage, able, counts, ids};

/// Identifiers that no contact has, in the form of the vendor's.
fn nobody(numbers: std::ops::Range<u64>) -> Vec<String> {
    ids(numbers.map(|number| 1_000_000 + number))
}

async fn existing(client: &Client, count: usize) -> Vec<String> {
    let contacts = client
        .contacts()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap();
    let free = contacts
        .into_iter()
        .filter(|contact| contact.blocked != Some(true));
    ids(free.take(count).map(|contact| contact.id))
}

/// Every identifier is in exactly one of the lists.
fn assert_complete(report: &DeleteReport, given: &[String]) {
    let listed = report
        .deleted
        .iter()
        .chain(&report.not_found)
        .chain(report.refused.iter().map(|refused| &refused.id))
        .chain(&report.unknown)
        .chain(&report.not_attempted);
    assert_eq!(counts(listed), given.iter().map(|id| (id, 1)).collect());
    assert_eq!(report.requested, given.len());
}

/// What was in a request that the vendor refused, in the words of the error and in the order of the call.
fn assert_refused(report: &DeleteReport, error: &Error, given: &[String]) {
    let refused = ids(report.refused.iter().map(|refused| refused.id.clone()));
    assert_eq!(refused, given);
    let told = |refused: &palabre::DeleteFailure| refused.message == error.message();
    assert!(report.refused.iter().all(told), "{report:?}");
    assert!(report.unknown.is_empty());
}

#[tokio::test]
async fn a_request_that_was_not_sent_was_not_attempted() {
    for vendor in able(Verb::ContactsDeleteMany) {
        let stage = Stage::new();
        let client = Client::builder(vendor)
            .credentials(stage.credentials(vendor))
            .base_url("http://127.0.0.1:1")
            .build()
            .unwrap();
        let given = nobody(0..3);
        let (error, report) = failed(&stage, &client, &given).await;
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{vendor}");
        assert_eq!(report.not_attempted, given, "{vendor}");
    }
}

async fn failed(stage: &Stage, client: &Client, given: &[String]) -> (Error, DeleteReport) {
    stage.sandbox.clear_journal();
    let error = client.contacts().delete_many(given).await.unwrap_err();
    let report = error.get_report().unwrap().clone();
    assert_complete(&report, given);
    (error, report)
}

#[tokio::test]
async fn those_that_are_gone_and_those_that_never_were_are_told_apart() {
    for vendor in able(Verb::ContactsDeleteMany) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let contacts = client
            .contacts()
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap();
        // At WapiFlow a contact without messages; at both one that is not blocked.
        let with_messages = match vendor {
            Vendor::WapiFlow => {
                let all = client
                    .conversations()
                    .list(ListOptions::default())
                    .collect()
                    .await
                    .unwrap();
                all.into_iter().filter_map(|one| one.contact_id).collect()
            }
            _ => Vec::new(),
        };
        let free: Vec<String> = contacts
            .iter()
            .filter(|contact| contact.blocked != Some(true) && !with_messages.contains(&contact.id))
            .map(|contact| contact.id.clone())
            .take(3)
            .collect();
        let given = [&free[..], &nobody(0..2)].concat();
        let report = client.contacts().delete_many(&given).await.unwrap();
        assert_complete(&report, &given);
        assert_eq!(
            (&report.deleted, &report.not_found),
            (&free, &nobody(0..2)),
            "{vendor}"
        );
        let left = client
            .contacts()
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap();
        assert_eq!(left.len(), contacts.len() - 3, "{vendor}");
    }
}

#[tokio::test]
async fn an_identifier_that_is_given_twice_is_deleted_once() {
    for vendor in able(Verb::ContactsDeleteMany) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let once = nobody(0..2);
        let report = client
            .contacts()
            .delete_many(&[&once[..], &once].concat())
            .await
            .unwrap();
        assert_complete(&report, &once);
    }
}

#[tokio::test]
async fn msgflash_is_sent_requests_of_five_hundred() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let real = existing(&client, 201).await;
    let given = [nobody(0..1000), real.clone()].concat();
    stage.sandbox.clear_journal();
    let report = client.contacts().delete_many(&given).await.unwrap();
    assert_complete(&report, &given);
    assert_eq!((report.deleted, report.not_found.len()), (real, 1000));
    let sizes: Vec<_> = stage
        .requests()
        .iter()
        .map(|request| request.body["contactIds"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [500, 500, 201]);
}

#[tokio::test]
async fn a_chunk_that_the_vendor_refuses_was_not_deleted() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for status in [400, 401, 402] {
        let given = [existing(&client, 2).await, nobody(0..1199)].concat();
        stage.fault(json!({"operation": "bulk_delete_contacts", "after": 1, "status": status}));
        let (error, report) = failed(&stage, &client, &given).await;
        assert_eq!(error.get_status(), Some(status));
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        assert_eq!(
            (&*report.deleted, report.not_found.len()),
            (&given[..2], 498)
        );
        assert_refused(&report, &error, &given[500..1000]);
        assert_eq!(report.not_attempted, given[1000..]);
        assert_eq!(stage.requests().len(), 2, "nothing after the failure");
        assert!(
            error.get_hint().unwrap().contains("2 of 1201 were deleted"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_chunk_that_came_too_fast_is_deleted_after_a_wait() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let given = existing(&client, 2).await;
    stage.fault(json!({
        "operation": "bulk_delete_contacts", "status": 429, "headers": {"Retry-After": "0"}, "times": 2,
    }));
    stage.sandbox.clear_journal();
    let report = client.contacts().delete_many(&given).await.unwrap();
    assert_eq!(report.deleted, given);
    assert_eq!(stage.requests().len(), 3);
}

#[tokio::test]
async fn a_chunk_without_an_answer_may_have_been_deleted() {
    for fault in [
        json!({"status": 500}),
        json!({"status": 504, "body": "<html>"}),
        json!({"close": "after"}),
        json!({"close": "before"}),
        json!({"truncate": 10}),
        json!({"replace": {"pointer": "/data", "value": null}}),
        json!({"replace": {"pointer": "/data/deleted", "value": 7}}),
        json!({"replace": {"pointer": "/data/deleted", "value": null}}),
        json!({"status": 202, "body": {"data": {"jobId": "1", "status": "pending"}}}),
        json!({"replace": {"pointer": "/data/notFound", "value": []}}),
    ] {
        let stage = Stage::new();
        let client = stage.client(Vendor::MsgFlash);
        let given = nobody(0..1201);
        let mut fault = fault;
        fault["operation"] = Value::from("bulk_delete_contacts");
        fault["after"] = Value::from(1);
        stage.fault(fault.clone());
        let (error, report) = failed(&stage, &client, &given).await;
        assert_ne!(error.get_outcome(), Some(Outcome::NotSent), "{fault}");
        assert_eq!(report.not_found, given[..500], "{fault}");
        assert_eq!(report.unknown, given[500..1000], "{fault}");
        assert_eq!(report.not_attempted, given[1000..], "{fault}");
        if error.get_outcome() == Some(Outcome::Unknown) {
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{fault}");
        }
        assert_eq!(stage.requests().len(), 2, "{fault}");
    }
}

#[tokio::test]
async fn a_failure_at_the_start_has_a_report_too() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    stage.fault(json!({"operation": "bulk_delete_contacts", "status": 403}));
    let given = nobody(0..3);
    let (error, report) = failed(&stage, &client, &given).await;
    assert_eq!(error.kind(), ErrorKind::Permission);
    assert_refused(&report, &error, &given);
    assert!(report.not_attempted.is_empty());
}

#[tokio::test]
async fn wapiflow_deletes_one_after_another_and_reports_those_that_it_refuses() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let contacts = client
        .contacts()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap();
    let blocked = contacts
        .iter()
        .find(|contact| contact.blocked == Some(true))
        .unwrap();
    let conversation = client.conversations().get("2").await.unwrap();
    let given = [
        nobody(0..1),
        ids([blocked.id.clone(), conversation.contact_id.unwrap()]),
    ]
    .concat();
    stage.sandbox.clear_journal();

    let report = client.contacts().delete_many(&given).await.unwrap();
    assert_complete(&report, &given);
    assert_eq!(stage.operations(), ["delete_contact"; 3]);
    let refused: Vec<_> = report.refused.iter().map(|refused| &refused.id).collect();
    assert_eq!(refused, [&given[1], &given[2]]);
    assert!(report.refused[0].message.contains("blocked"), "{report:?}");
    assert!(report.refused[1].message.contains("messages"), "{report:?}");
}

#[tokio::test]
async fn wapiflow_stops_at_a_failure_half_way() {
    for (fault, is_refused) in [
        (json!({"status": 429, "times": null}), true),
        (
            json!({"status": 401, "body": {"status": "error", "remark": "unauthorized"}}),
            true,
        ),
        (
            json!({"status": 200, "body": {"status": "error", "remark": "validation_error"}}),
            true,
        ),
        (json!({"status": 500}), false),
        (json!({"close": "after"}), false),
        (json!({"status": 200, "body": {}}), false),
    ] {
        let stage = Stage::new();
        let client = stage.client(Vendor::WapiFlow);
        let mut fault = fault;
        fault["operation"] = Value::from("delete_contact");
        fault["after"] = Value::from(1);
        stage.fault(fault.clone());
        let given = nobody(0..4);
        let (error, report) = failed(&stage, &client, &given).await;
        assert_eq!(report.not_found, given[..1]);
        assert_eq!(report.not_attempted, given[2..], "{fault}");
        if is_refused {
            assert_refused(&report, &error, &given[1..2]);
        } else {
            assert_eq!(report.unknown, given[1..2], "{fault}");
        }
        assert_eq!(
            error.get_outcome() == Some(Outcome::NotSent),
            is_refused,
            "{fault}"
        );
        let mut asked: Vec<_> = stage.requests().into_iter().map(|it| it.path).collect();
        // What the vendor asks for later is asked again.
        asked.dedup();
        assert_eq!(asked.len(), 2, "{fault}: nothing after the failure");
    }
}

#[tokio::test]
async fn every_identifier_is_looked_at_before_the_first_is_deleted() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let error = client
        .contacts()
        .delete_many(&ids(["1", "abc"]))
        .await
        .unwrap_err();
    assert!(error.message().starts_with("ids[1]: "), "{error}");
    assert!(stage.sandbox.journal().is_empty());
}

#[tokio::test]
async fn members_are_not_limited_as_deletions_are() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let group = client
        .groups()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap()
        .remove(0);
    let member = client
        .contacts()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap()
        .remove(0);
    let many: Vec<String> = (0..600)
        .map(|n| format!("x{n}"))
        .chain([member.id])
        .collect();
    let report = client.groups().add_members(&group.id, &many).await.unwrap();
    assert_eq!(report.not_found, Some(600));
}
