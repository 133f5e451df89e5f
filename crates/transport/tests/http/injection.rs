//! What is given for a header or an address stays where it belongs.

use std::collections::BTreeMap;

use palabre_model::{ErrorKind, Outcome};
use palabre_transport::{Argument, Call, Credentials};

use crate::server::{GOOD, Server, account};

/// What would end a header, or begin another one.
const BREAKS: [&str; 7] = [
    "a\r\nX-Evil: 1",
    "a\nX-Evil: 1",
    "a\rX-Evil: 1",
    "a\0b",
    "a\u{7f}b",
    "\r\n",
    "a\r\n\r\nGET /evil HTTP/1.1",
];

#[test]
fn a_credential_cannot_become_another_header() {
    for broken in BREAKS {
        let mut builder = account("http://127.0.0.1:1");
        builder.credentials = Credentials::default().with("api_key", broken);
        let error = builder.build().map(|_| ()).expect_err(broken);
        assert_eq!(error.kind(), ErrorKind::Config, "{broken:?}");
        assert!(error.message().starts_with("api_key:"), "{error}");
        assert!(
            !error.to_string().to_lowercase().contains("evil"),
            "{error}"
        );
    }
}

async fn call(server: &Server, operation: &str, name: &str, value: &str) -> palabre_model::Error {
    let arguments = BTreeMap::from([
        ("name".to_owned(), Argument::Value("Awa".into())),
        (name.to_owned(), Argument::Value(value.into())),
    ]);
    Call::new(server.session(), "things.do", None, &[])
        .call(operation, arguments, serde_json::Map::new())
        .await
        .expect_err(value)
}

#[tokio::test]
async fn an_argument_that_is_a_header_cannot_become_another_one() {
    let server = Server::start(&[GOOD]);
    for broken in BREAKS {
        for (name, told) in [
            ("X-Trace", "X-Trace"),
            ("Idempotency-Key", "Idempotency-Key"),
        ] {
            let error = call(&server, "keyed", name, broken).await;
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{broken:?}");
            assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{broken:?}");
            assert!(error.message().starts_with(told), "{error}");
            assert!(
                !error.to_string().to_lowercase().contains("evil"),
                "{error}"
            );
        }
    }
    assert_eq!(server.requests().len(), 0);
}

#[tokio::test]
async fn an_argument_that_is_a_header_may_be_any_other_text() {
    let server = Server::start(&[GOOD]);
    let arguments = BTreeMap::from([
        ("name".to_owned(), Argument::Value("Awa".into())),
        (
            "X-Trace".to_owned(),
            Argument::Value("a: b; c=\"d\", é".into()),
        ),
    ]);
    Call::new(server.session(), "things.do", None, &[])
        .call("keyed", arguments, serde_json::Map::new())
        .await
        .expect("sent");
    assert!(server.requests()[0].contains("x-trace: a: b; c=\"d\", é\r\n"));
}

#[tokio::test]
async fn an_identifier_stays_in_its_segment_of_the_address() {
    let server = Server::start(&[GOOD]);
    for elsewhere in [
        "",
        " ",
        "\t",
        ".",
        "..",
        " .. ",
        "../x",
        "a/b",
        "/",
        "a\\..\\b",
        "a?b=1",
        "a#b",
        "a\r\nb",
        "a\nX-Evil: 1",
        "a\0b",
        "..\t",
    ] {
        let error = call(&server, "one", "id", elsewhere).await;
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{elsewhere:?}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{elsewhere:?}");
        assert!(error.message().starts_with("id:"), "{error}");
    }
    assert_eq!(server.requests().len(), 0);
    let plain = [
        ("%2e%2e", "%252e%252e"),
        ("%2F..%2F", "%252F..%252F"),
        ("..%00", "..%2500"),
        ("%0d%0a", "%250d%250a"),
        ("@other.example", "%40other.example"),
        ("http:x", "http%3Ax"),
        ("a;b=c&d", "a%3Bb%3Dc%26d"),
        ("...", "..."),
        ("été", "%C3%A9t%C3%A9"),
    ];
    for (id, _) in plain {
        let arguments = BTreeMap::from([("id".to_owned(), Argument::Value(id.into()))]);
        Call::new(server.session(), "things.do", None, &[])
            .call("one", arguments, serde_json::Map::new())
            .await
            .expect(id);
    }
    let lines: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.lines().next().expect("a line").to_owned())
        .collect();
    let expected = plain.map(|(_, segment)| format!("GET /things/{segment} HTTP/1.1"));
    assert_eq!(lines, expected);
}
