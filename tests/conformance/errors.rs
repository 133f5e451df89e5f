//! Errors say what happened, where, and what to do, at every vendor.

use std::time::Duration;

use palabre::{Client, Error, ErrorKind, Vendor, Verb};
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::verbs;

/// One read of each vendor.
pub fn read_of(vendor: Vendor) -> Verb {
    match vendor {
        Vendor::ReachFlow | Vendor::NinetyNineDigital => Verb::NumbersList,
        _ => Verb::ContactsList,
    }
}

/// The error of a verb when the vendor answers each of its requests like this.
pub async fn error_of(client: &Client, stage: &Stage, verb: Verb, mut fault: Value) -> Error {
    fault["vendor"] = client.vendor().id().into();
    fault["times"] = Value::Null;
    // The token is another matter.
    if client.vendor() == Vendor::NinetyNineDigital {
        fault["operation"] = "get_whatsapp".into();
    }
    stage.fault(fault);
    let error = verbs::run(client, verb).await.unwrap_err();
    stage.sandbox.clear_faults();
    assert_eq!(error.get_vendor(), Some(client.vendor()));
    assert_eq!(error.get_account(), Some(client.vendor().id()));
    assert_eq!(error.get_operation(), Some(verb.as_str()));
    assert!(!error.to_string().contains('\n'), "{error}");
    error
}

#[tokio::test]
async fn without_words_of_the_vendor_the_status_tells() {
    for vendor in Vendor::ALL {
        let stage = Stage::new();
        let client = stage.client(vendor);
        for (status, kind) in [
            (301, ErrorKind::Unavailable),
            (400, ErrorKind::InvalidInput),
            (401, ErrorKind::Authentication),
            (403, ErrorKind::Permission),
            (404, ErrorKind::NotFound),
            (405, ErrorKind::Vendor),
            (409, ErrorKind::Conflict),
            (413, ErrorKind::InvalidInput),
            (422, ErrorKind::InvalidInput),
            (429, ErrorKind::RateLimited),
            (500, ErrorKind::Unavailable),
            (503, ErrorKind::Unavailable),
        ] {
            let page = "<html><body>Something else</body></html>";
            for body in [
                Value::Null,
                json!({}),
                json!([]),
                json!("oops"),
                json!({"error": 7}),
                json!(page),
            ] {
                let fault = json!({"status": status, "body": body});
                let error = error_of(&client, &stage, read_of(vendor), fault).await;
                let is_wrong_address = status == 404 && body == page;
                let kind = if is_wrong_address {
                    ErrorKind::Config
                } else {
                    kind
                };
                assert_eq!(error.kind(), kind, "{vendor} {status} {body}: {error}");
                assert_eq!(error.get_status(), Some(status));
                assert!(!error.message().is_empty());
                assert!(!error.to_string().contains("Something else"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_good_by_its_status_and_no_answer_cannot_be_read() {
    for vendor in Vendor::ALL {
        for body in [
            Value::Null,
            json!("<html>"),
            json!("oops"),
            json!([]),
            json!({}),
            json!("{\"status\":"),
        ] {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let fault = json!({"status": 200, "body": body});
            let error = error_of(&client, &stage, read_of(vendor), fault).await;
            assert_eq!(error.kind(), ErrorKind::Decode, "{vendor} {body}: {error}");
        }
    }
}

#[tokio::test]
async fn the_vendor_s_identifier_of_the_request_is_kept() {
    for vendor in Vendor::ALL {
        let stage = Stage::new();
        let fault = json!({"status": 400, "headers": {"X-Request-Id": "req-4711"}});
        let error = error_of(&stage.client(vendor), &stage, read_of(vendor), fault).await;
        assert_eq!(error.get_request_id(), Some("req-4711"));
        assert!(error.to_string().contains("request req-4711"), "{error}");
    }
}

#[tokio::test]
async fn how_long_to_wait_is_kept_in_seconds_and_as_a_date() {
    for vendor in Vendor::ALL {
        let stage = Stage::new();
        let client = stage.client(vendor);
        for asked in ["120", "Sun, 22 Nov 2026 10:02:00 GMT"] {
            let fault = json!({"status": 429, "headers": {"Retry-After": asked}});
            let error = error_of(&client, &stage, read_of(vendor), fault).await;
            assert_eq!(error.kind(), ErrorKind::RateLimited);
            assert_eq!(
                error.get_retry_after(),
                Some(Duration::from_secs(120)),
                "{asked}"
            );
        }
    }
}

#[tokio::test]
async fn a_number_in_the_vendor_s_words_is_masked() {
    for (vendor, body) in [
        (
            Vendor::MsgFlash,
            json!({"error": {"code": "CONFLICT", "message": "+2290101000000 is taken"}}),
        ),
        (
            Vendor::ReachFlow,
            json!({"statusCode": 400, "message": ["+2290101000000 is", "taken\n\n"]}),
        ),
        (
            Vendor::WapiFlow,
            json!({"status": "error", "message": ["+2290101000000 is taken"]}),
        ),
    ] {
        let stage = Stage::new();
        let fault = json!({"status": 400, "body": body});
        let error = error_of(&stage.client(vendor), &stage, read_of(vendor), fault).await;
        assert!(error.message().starts_with("+229********00 is"), "{error}");
        assert!(!format!("{error:?}").contains("0101000000"), "{error:?}");
    }
}

#[tokio::test]
async fn a_long_story_of_the_vendor_is_cut() {
    let stage = Stage::new();
    let message = "word ".repeat(1000);
    let body = json!({"error": {"code": "BAD_REQUEST", "message": message}});
    let fault = json!({"status": 400, "body": body});
    let error = error_of(
        &stage.client(Vendor::MsgFlash),
        &stage,
        Verb::ContactsList,
        fault,
    )
    .await;
    assert!((100..400).contains(&error.message().len()), "{error}");
}
