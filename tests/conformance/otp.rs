//! One text for many, and one-time codes.

use std::time::Duration;

use palabre::{ErrorKind, NewBulk, NewOtp, Outcome, Recipient, Vendor};
use serde_json::{Value, json};

use crate::stage::{Stage, fields};
use crate::verbs::known;

#[tokio::test]
async fn one_text_goes_to_many_and_each_refusal_is_told() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    let one = |to: &str, name: Value| Recipient {
        to: to.to_owned(),
        variables: fields(json!({"name": name})),
    };
    let bulk = |recipients| NewBulk {
        text: "Bonjour {{name}}".to_owned(),
        recipients,
        from: Some("+22997000000".to_owned()),
        ..NewBulk::default()
    };
    let report = client
        .messages()
        .send_bulk(bulk(vec![
            one("+22901000000", json!("Awa")),
            one("22997000001", json!(7)),
            Recipient {
                to: "+22997000002".to_owned(),
                variables: fields(json!({"surname": "Doe"})),
            },
        ]))
        .await
        .unwrap();
    assert_eq!((report.accepted, report.rejected), (Some(2), Some(1)));
    assert_eq!(report.rejections[0].to.as_deref(), Some("+22997000002"));
    assert_eq!(report.message_ids.len(), 2);
    let sent = stage.sandbox.sent();
    let texts: Vec<_> = sent
        .iter()
        .map(|one| one.text.as_deref().unwrap())
        .collect();
    assert_eq!(texts, ["Bonjour Awa", "Bonjour 7", "Bonjour {{name}}"]);
    let accepted: Vec<_> = sent.iter().map(|one| one.accepted).collect();
    assert_eq!(accepted, [true, true, false]);

    stage.sandbox.clear_journal();
    for (recipients, argument) in [
        (vec![], "recipients: "),
        (vec![one("+22901000000", json!(null))], "recipients[0]: "),
        (vec![one("0612", json!("a"))], "recipients[0]: "),
        (
            vec![
                one("+22901000000", json!("a")),
                one("22901000000", json!("b")),
            ],
            "recipients[1]: ",
        ),
    ] {
        let error = client
            .messages()
            .send_bulk(bulk(recipients))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.message().starts_with(argument), "{error}");
    }
    assert!(stage.sandbox.journal().is_empty());
    for body in [json!({}), json!({"bulkId": null, "rejections": null})] {
        stage.fault(json!({"status": 202, "body": body, "perform": true}));
        let messages = client.messages();
        let error = messages
            .send_bulk(bulk(vec![one("+22901000000", json!("a"))]))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
    }
}

#[tokio::test]
async fn a_code_goes_out_and_is_checked_once() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    let new = || NewOtp {
        to: "+22901000000".to_owned(),
        from: Some(known(Vendor::ReachFlow).number.to_owned()),
        code_length: Some(4),
        expires_in: Some(Duration::from_secs(60)),
        brand: Some("Dantokpa".to_owned()),
        ..NewOtp::default()
    };
    let otp = client.otp().send(new()).await.unwrap();
    assert!(otp.message_id.is_some() && otp.expires_at.is_some());
    let text = stage.sandbox.sent()[0].text.clone().unwrap();
    let code: String = text.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(code.len(), 4, "{text}");
    let wrong = if code == "0000" { "1111" } else { "0000" };
    let check = client.otp().verify(&otp.id, wrong).await.unwrap();
    assert_eq!(
        (check.valid, check.reason.as_deref()),
        (false, Some("invalid_code"))
    );
    assert_eq!(check.attempts_left, Some(2));
    let check = client.otp().verify(&otp.id, &code).await.unwrap();
    assert_eq!((check.valid, check.reason), (true, None));
    let check = client.otp().verify(&otp.id, &code).await.unwrap();
    assert_eq!(check.reason.as_deref(), Some("already_used"));

    let otp = client.otp().send(new()).await.unwrap();
    let later = stage.sandbox.time() + jiff::SignedDuration::from_secs(60);
    stage.sandbox.set_time(later);
    let check = client.otp().verify(&otp.id, "1234").await.unwrap();
    assert_eq!(check.reason.as_deref(), Some("expired"));
    let printed = format!("{otp:?} {check:?} {:?}", new());
    assert!(
        !printed.contains("2901000000") && !printed.contains("1234"),
        "{printed}"
    );
}

#[tokio::test]
async fn an_answer_that_does_not_say_whether_a_code_fits_is_no_answer() {
    let id = known(Vendor::ReachFlow).otp;
    for body in [
        json!({}),
        json!({"valid": null}),
        json!({"reason": "expired"}),
    ] {
        let stage = Stage::new();
        stage.fault(json!({"status": 200, "body": body}));
        let client = stage.client(Vendor::ReachFlow);
        let error = client.otp().verify(id, "402100").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::Accepted));
    }
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    stage.fault(json!({"replace": {"pointer": "/reason", "value": "brand_new"}}));
    let check = client.otp().verify(id, "402100").await.unwrap();
    assert_eq!(check.reason.as_deref(), Some("brand_new"));
    for (id, code, argument) in [("", "1234", "id"), (id, " ", "code"), (id, "123", "code")] {
        let error = client.otp().verify(id, code).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(error.message().starts_with(argument), "{error}");
    }
}
