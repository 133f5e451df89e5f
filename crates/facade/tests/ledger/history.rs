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

/// The second send arrives, and its answer does not.
fn lose(campaign: &Campaign, operation: &str, close: &str) {
    let fault = json!({"operation": operation, "after": 1, "times": 1, "close": close});
    campaign.stage.fault(fault);
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
