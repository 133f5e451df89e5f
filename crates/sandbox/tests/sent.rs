//! The messages that arrived, over HTTP and over the Rust API.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod support;

use palabre_sandbox::{Fault, Sandbox, SentMessage};
use serde_json::{Value, json};
use support::{msgflash, request, sandbox, wapiflow};

fn send(sandbox: &Sandbox, body: &Value) {
    wapiflow("POST", "/inbox/send-message")
        .json(body)
        .send(sandbox);
}

fn one(sandbox: &Sandbox) -> SentMessage {
    let mut sent = sandbox.sent();
    assert_eq!(sent.len(), 1, "{sent:?}");
    sent.remove(0)
}

fn fault(sandbox: &Sandbox, fault: Value) {
    let fault: Fault = serde_json::from_value(fault).unwrap();
    sandbox.add_fault(fault);
}

fn hello() -> Value {
    json!({"mobile_code": "880", "mobile": "1988000000", "message": "Hello"})
}

#[test]
fn a_text_that_arrived_is_there_with_its_recipient_and_entry() {
    let sandbox = sandbox();
    msgflash("GET", "/contacts").send(&sandbox);
    send(&sandbox, &hello());
    let sent = one(&sandbox);
    assert_eq!(
        (sent.to.as_str(), sent.kind.as_str()),
        ("+8801988000000", "text")
    );
    assert_eq!((sent.text.as_deref(), sent.accepted), (Some("Hello"), true));
    assert_eq!(sent.vendor.id(), "wapiflow");
    assert_eq!((sent.sequence, sent.at), (2, sandbox.time()));
    let over_http = request("GET", "/_sandbox/sent").send(&sandbox).json();
    assert_eq!(over_http, json!([sent]));
    sandbox.clear_journal();
    assert!(sandbox.sent().is_empty());
}

#[test]
fn a_template_has_its_identifier_and_its_variables() {
    let sandbox = sandbox();
    wapiflow("POST", "/inbox/send-template-message")
        .json(&json!({
            "mobile_code": "880", "mobile": "1988000000", "template_id": 3,
            "body_variables": ["Awa", 7], "header_variables": ["Hi"],
        }))
        .send(&sandbox);
    let sent = one(&sandbox);
    assert_eq!(
        (sent.kind.as_str(), sent.template.as_deref()),
        ("template", Some("3"))
    );
    assert_eq!(sent.variables, ["Awa", "7"]);
    assert_eq!(sent.header_variables, ["Hi"]);
    assert_eq!((sent.text, sent.accepted), (None, true));
}

#[test]
fn what_the_vendor_refused_is_there_and_not_accepted() {
    let sandbox = sandbox();
    let refused = [
        json!({"mobile_code": "880", "mobile": "1988000000", "cta_url_id": 99}),
        json!({"message": "To nobody"}),
        json!({"mobile_code": "880", "mobile": "1988000000"}),
    ];
    for body in &refused {
        send(&sandbox, body);
    }
    let sent: Vec<_> = sandbox
        .sent()
        .into_iter()
        .map(|sent| (sent.to, sent.kind, sent.accepted))
        .collect();
    let to = "+8801988000000".to_owned();
    assert_eq!(
        sent,
        [
            (to.clone(), "cta".to_owned(), false),
            (String::new(), "text".to_owned(), false),
            (to, "unknown".to_owned(), false),
        ]
    );
}

#[test]
fn a_fault_decides_whether_a_message_went_out() {
    for (effect, arrives, accepted) in [
        (json!({"status": 500}), true, false),
        (json!({"close": "before"}), false, false),
        (json!({"close": "after"}), true, true),
        (json!({"truncate": 5}), true, true),
        (
            json!({"replace": {"pointer": "/status", "value": "error"}}),
            true,
            true,
        ),
    ] {
        let sandbox = sandbox();
        fault(&sandbox, effect.clone());
        let _ = wapiflow("POST", "/inbox/send-message")
            .json(&hello())
            .raw(&sandbox);
        let sent: Vec<_> = sandbox.sent().iter().map(|sent| sent.accepted).collect();
        let expected = if arrives { vec![accepted] } else { Vec::new() };
        assert_eq!(sent, expected, "{effect}");
    }
}
