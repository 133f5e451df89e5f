//! What nobody knew, found in what the vendor lists as sent.

use palabre::ledger::{Many, Report, Row, State};
use palabre::{NewMessage, Vendor};
use serde_json::{Value, json};

use crate::campaign::{Campaign, audience, number, person, run};
use crate::stage::Stage;

/// The vendors that list what was sent, and what sends a text there.
const TELL: [(Vendor, &str); 2] = [
    (Vendor::MsgFlash, "send_message"),
    (Vendor::NinetyNineDigital, "send_message"),
];

/// The sandbox's clock is this machine's: times of the ledger and of the vendor are compared.
fn campaign() -> Campaign {
    Campaign::on(Stage::at(&jiff::Timestamp::now().to_string()))
}

async fn sent(campaign: &Campaign, vendor: Vendor, people: Vec<Row>) -> Report {
    let client = campaign.stage.client(vendor);
    let one_by_one = Many {
        max_in_flight: 1,
        allow_duplicates: true,
        ..campaign.many()
    };
    run(&client, people, one_by_one).await.unwrap()
}

/// The second send has no answer, two seconds after the first one.
fn lose(campaign: &Campaign, operation: &str, close: &str) {
    campaign.stage.fault(json!({
        "operation": operation, "after": 1, "times": 1, "close": close, "clock_seconds": 2,
    }));
}

#[tokio::test]
async fn a_message_that_arrived_without_an_answer_is_found_where_messages_are_listed() {
    for (vendor, operation) in TELL {
        let campaign = campaign();
        lose(&campaign, operation, "after");
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.accepted, report.found), (3, 1), "{vendor}");
        assert_eq!(campaign.recipients().len(), 3, "{vendor}");
        let ids = [1, 2, 3].map(|number| campaign.row(number).id.unwrap());
        assert!(ids[0] != ids[1] && ids[1] != ids[2], "{vendor}: {ids:?}");
        let events = campaign.ledger().events().unwrap();
        let found: Vec<_> = events
            .iter()
            .filter(|event| event.cause == "look_up")
            .collect();
        assert_eq!(found.len(), 1, "{vendor}");
        campaign.agrees();
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_said_and_looked_at_again_by_the_next_run() {
    for (vendor, operation, list) in [
        (Vendor::MsgFlash, "send_message", "list_messages"),
        (Vendor::NinetyNineDigital, "send_message", "get_history"),
    ] {
        let campaign = campaign();
        lose(&campaign, operation, "after");
        let down = json!({"operation": list, "times": null, "status": 503});
        campaign.stage.fault(down);
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
        let error = report.look_up_error.expect("why").to_string();
        let events = campaign.ledger().events().unwrap();
        let noted = events.iter().filter_map(|event| event.note.as_ref());
        assert!(
            noted.into_iter().any(|note| note.contains(&error)),
            "{vendor}"
        );
        campaign.stage.sandbox.clear_faults();
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.accepted, report.found), (3, 1), "{vendor}");
        assert_eq!(report.look_up_error, None, "{vendor}");
    }
}

#[tokio::test]
async fn a_message_that_never_arrived_stays_unknown() {
    for (vendor, operation) in TELL {
        let campaign = campaign();
        lose(&campaign, operation, "before");
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
        // Nor does another run conclude anything from it.
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
        assert_eq!(campaign.rows(State::Unknown), [2], "{vendor}");
        assert_eq!(campaign.recipients().len(), 2, "{vendor}");
    }
}

#[tokio::test]
async fn an_earlier_message_with_the_same_text_is_no_proof() {
    for (vendor, operation) in TELL {
        let campaign = campaign();
        let client = campaign.stage.client(vendor);
        let (now, hour) = (jiff::Timestamp::now(), jiff::SignedDuration::from_hours(1));
        campaign.stage.sandbox.set_time(now - hour);
        let message = NewMessage {
            to: number(1),
            text: Some("Hello Person 1".to_owned()),
            ..NewMessage::default()
        };
        client.messages().send(message).await.unwrap();
        campaign.stage.sandbox.set_time(now);
        lose(&campaign, operation, "before");
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
    }
}

#[tokio::test]
async fn one_message_is_the_proof_of_one_row() {
    for (vendor, operation) in TELL {
        for (close, accepted) in [("after", 2), ("before", 1)] {
            let campaign = campaign();
            lose(&campaign, operation, close);
            let twice = vec![person(1), person(1)];
            let report = sent(&campaign, vendor, twice).await;
            assert_eq!(report.counts.accepted, accepted, "{vendor} {close}");
            let arrived = campaign.recipients().len() as u64;
            assert_eq!(arrived, accepted, "{vendor} {close}");
        }
    }
}

/// Sends something by itself, as somebody else would.
async fn sent_by_hand(campaign: &Campaign, vendor: Vendor, person: usize) {
    let message = NewMessage {
        to: number(person),
        text: Some(format!("Hello Person {person}")),
        ..NewMessage::default()
    };
    let client = campaign.stage.client(vendor);
    client.messages().send(message).await.unwrap();
}

#[tokio::test]
async fn a_message_sent_right_before_the_campaign_is_no_proof() {
    for (vendor, operation) in TELL {
        // The first row is lost, then the second one: at once, or two seconds later.
        for (after, seconds) in [(0, 0), (1, 0), (1, 2)] {
            let campaign = campaign();
            sent_by_hand(&campaign, vendor, 0).await;
            sent_by_hand(&campaign, vendor, 1).await;
            campaign.stage.fault(json!({
                "operation": operation, "after": after, "times": 1, "close": "before",
                "clock_seconds": seconds,
            }));
            let report = sent(&campaign, vendor, audience(3)).await;
            let told = (report.counts.unknown, report.found);
            assert_eq!(told, (1, 0), "{vendor} {after} {seconds}");
            assert_eq!(campaign.recipients().len(), 4);
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_a_day_wrong_proves_nothing_and_hides_nothing() {
    for (vendor, operation) in TELL {
        for day in [-1, 1] {
            let campaign = campaign();
            let hour = jiff::SignedDuration::from_hours(1);
            let now = jiff::Timestamp::now() + hour * (24 * day);
            // Ten hours before the campaign, by the vendor's clock.
            campaign.stage.sandbox.set_time(now - hour * 10);
            sent_by_hand(&campaign, vendor, 1).await;
            campaign.stage.sandbox.set_time(now);
            lose(&campaign, operation, "before");
            let report = sent(&campaign, vendor, audience(3)).await;
            let told = (report.counts.unknown, report.found);
            assert_eq!(told, (1, 0), "{vendor} {day}");

            let campaign = self::campaign();
            campaign.stage.sandbox.set_time(now);
            lose(&campaign, operation, "after");
            let report = sent(&campaign, vendor, audience(3)).await;
            let told = (report.counts.accepted, report.found);
            assert_eq!(told, (3, 1), "{vendor} {day}");
        }
    }
}

#[tokio::test]
async fn two_messages_that_look_like_a_row_s_prove_nothing() {
    for (vendor, operation) in TELL {
        let campaign = campaign();
        lose(&campaign, operation, "before");
        let list = match vendor {
            Vendor::MsgFlash => "list_messages",
            _ => "get_history",
        };
        campaign
            .stage
            .fault(json!({"operation": list, "times": 99, "status": 500}));
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
        sent_by_hand(&campaign, vendor, 1).await;
        sent_by_hand(&campaign, vendor, 1).await;
        campaign.stage.sandbox.clear_faults();
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
    }
}

#[tokio::test]
async fn a_message_without_an_identifier_may_be_another_row_s() {
    // The vendor took the first of two alike, and said no identifier; the second one never left.
    let campaign = campaign();
    let vendor = Vendor::NinetyNineDigital;
    let operation = "send_message";
    campaign.stage.fault(json!({
        "operation": operation, "after": 1, "times": 1, "clock_seconds": 2,
        "replace": {"pointer": "/unique", "value": null},
    }));
    campaign
        .stage
        .fault(json!({"operation": operation, "after": 1, "times": 1, "close": "before"}));
    let twice = vec![person(0), person(1), person(1)];
    let report = sent(&campaign, vendor, twice).await;
    assert_eq!(campaign.row(2).id, None);
    assert_eq!((report.counts.accepted, report.counts.unknown), (2, 1));
    assert_eq!(campaign.recipients().len(), 2);
}

#[tokio::test]
async fn of_two_rows_alike_a_message_is_neither_s_while_one_may_be_either_s() {
    for (vendor, operation) in TELL {
        let campaign = campaign();
        lose(&campaign, operation, "after");
        campaign
            .stage
            .fault(json!({"operation": operation, "after": 1, "times": 1, "close": "before"}));
        let twice = vec![person(0), person(1), person(1)];
        let report = sent(&campaign, vendor, twice.clone()).await;
        assert_eq!((report.counts.unknown, report.found), (2, 0), "{vendor}");
        // A person knows of the first one; the message that is listed is as much the other one's.
        let ledger = campaign.ledger();
        ledger
            .resolve(&[2], palabre::ledger::Resolution::Accepted, None)
            .unwrap();
        let report = sent(&campaign, vendor, twice).await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
        assert_eq!(campaign.recipients().len(), 2);
    }
}

/// Imports one contact whose request is lost.
async fn imported(vendor: Vendor, before: Option<&str>, close: &str) -> (Campaign, Report) {
    let campaign = campaign();
    let client = campaign.stage.client(vendor);
    let phone = "+2290101000001".to_owned();
    if let Some(name) = before {
        let contact = palabre::NewContact {
            name: Some(name.to_owned()),
            phone: phone.clone(),
            ..Default::default()
        };
        client.contacts().create(contact).await.unwrap();
    }
    let operation = match vendor {
        Vendor::WapiFlow => "store_contact",
        _ => "create_contact",
    };
    campaign
        .stage
        .fault(json!({"operation": operation, "times": 1, "close": close}));
    let row = Row::new()
        .with("phone", json!(phone))
        .with("name", "Awa Doe");
    let many = Many::new(campaign.path());
    let contacts = client.contacts();
    let imported = contacts.import_many(palabre::ledger::rows([row]), many);
    let report = imported.await.unwrap();
    (campaign, report)
}

#[tokio::test]
async fn a_contact_that_was_there_before_with_other_data_is_no_proof_of_an_import() {
    for vendor in [Vendor::MsgFlash, Vendor::WapiFlow] {
        let (_campaign, report) = imported(vendor, Some("Old Name"), "before").await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
        let (campaign, report) = imported(vendor, None, "after").await;
        assert_eq!((report.counts.accepted, report.found), (1, 1), "{vendor}");
        assert!(campaign.row(1).id.is_some(), "{vendor}");
    }
}

#[tokio::test]
async fn a_vendor_that_does_not_tell_today_leaves_rows_unknown_and_the_run_good() {
    for (vendor, operation) in TELL {
        let campaign = campaign();
        lose(&campaign, operation, "after");
        let list = match vendor {
            Vendor::MsgFlash => "list_messages",
            _ => "get_history",
        };
        let fault = json!({"operation": list, "times": 99, "status": 500, "body": Value::Null});
        campaign.stage.fault(fault);
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.unknown, report.found), (1, 0), "{vendor}");
        campaign.stage.sandbox.clear_faults();
        let report = sent(&campaign, vendor, audience(3)).await;
        assert_eq!((report.counts.accepted, report.found), (3, 1), "{vendor}");
        campaign.agrees();
    }
}
