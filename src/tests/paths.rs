//! A path parameter stays in its segment, or nothing is sent.

use palabre_model::{ErrorKind, Outcome};

use super::kitchen::Kitchen;
use crate::kitchen_sink::forms;

const ESCAPES: [&str; 15] = [
    "",
    " ",
    "\t",
    ".",
    "..",
    " .. ",
    "a/b",
    "/",
    "../stats",
    "a\\b",
    "m-1?all=1",
    "m-1#all",
    "a\r\nX-Evil: 1",
    "a\nb",
    "a\0b",
];

#[tokio::test]
async fn a_path_parameter_that_leaves_its_segment_is_refused_before_anything_is_sent() {
    let vendor = Kitchen::answering(200, "{}").await;
    for id in ESCAPES {
        let refused = vendor
            .call(async |client| client.get_message(id).await)
            .await;
        let error = refused.map(|_| ()).expect_err(id);
        assert_eq!(
            error.message(),
            "message_id: empty, or would lead to another address",
            "{id:?}"
        );
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id:?}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{id:?}");
    }
    assert!(vendor.received().is_empty(), "something was sent");
}

#[tokio::test]
async fn a_form_cannot_leave_its_address_either() {
    let vendor = Kitchen::answering(200, "{}").await;
    for id in ESCAPES {
        let refused = vendor
            .call(async |client| client.set_consent_form(id, forms::Consent::default()).await)
            .await;
        let error = refused.map(|_| ()).expect_err(id);
        assert_eq!(
            error.message(),
            "contact_id: empty, or would lead to another address",
            "{id:?}"
        );
    }
    assert!(vendor.received().is_empty(), "something was sent");
}

#[tokio::test]
async fn a_path_parameter_with_odd_characters_is_escaped() {
    for (id, path) in [
        ("m 1", "m%201"),
        ("50%", "50%25"),
        ("%2e%2e", "%252e%252e"),
        ("été", "%C3%A9t%C3%A9"),
        ("...", "..."),
        ("a;b=c", "a;b=c"),
    ] {
        let vendor = Kitchen::answering(200, "{}").await;
        vendor
            .call(async |client| client.get_message(id).await)
            .await
            .expect(id);
        assert_eq!(vendor.only().line, format!("GET /v3/messages/{path}"));
    }
}
