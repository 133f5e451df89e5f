//! Credentials go to the account's own host and nowhere else.

use palabre_model::ErrorKind;
use palabre_transport::USER_AGENT;

use crate::server::{Act, GOOD, KEY, Server, run};

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(&[GOOD]);
    let location: &'static str = format!("{}/steal", elsewhere.url).leak();
    for status in [301, 302, 303, 307, 308] {
        let headers: &'static [_] = vec![("Location", location)].leak();
        let server = Server::start(&[Act::Answer(status, headers, "")]);
        for operation in ["read", "send"] {
            let error = run(&server.session(), operation)
                .await
                .expect_err("no answer");
            assert_eq!(error.get_status(), Some(status));
            assert!(
                matches!(
                    error.kind(),
                    ErrorKind::Unavailable | ErrorKind::OutcomeUnknown
                ),
                "{error}"
            );
        }
        assert_eq!(server.requests().len(), 2);
    }
    assert_eq!(elsewhere.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn a_request_says_who_asks_and_carries_the_key_once() {
    let server = Server::start(&[GOOD]);
    run(&server.session(), "send").await.expect("an answer");
    let request = &server.requests()[0];
    assert!(
        request.contains(&format!("user-agent: {USER_AGENT}\r\n")),
        "{request}"
    );
    assert!(
        request.contains(&format!("x-api-key: {KEY}\r\n")),
        "{request}"
    );
    assert_eq!(request.matches(KEY).count(), 1);
    assert!(
        request.contains("accept: application/json\r\n"),
        "{request}"
    );
    assert!(request.ends_with("{\"name\":\"Awa\"}"), "{request}");
}
