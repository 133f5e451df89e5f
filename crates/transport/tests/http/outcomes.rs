//! Requests that never left may be sent again, whatever they do.

use std::net::TcpListener;
use std::time::Duration;

use palabre_model::{ErrorKind, Outcome};

use crate::server::{GOOD, Server, account, run, session};

/// An address at which nobody listens.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").to_string()
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_for_writes_too() {
    for operation in ["read", "write", "send"] {
        let address = free_address();
        let mut builder = account(&format!("http://{address}"));
        builder.options.retry.base_delay = Duration::from_millis(400);
        let session = session(builder);
        let call = tokio::spawn(async move { run(&session, operation).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let server = Server::at(&address, &[GOOD]);
        let answer = call.await.expect("no panic");
        assert!(answer.is_ok(), "{operation}: {answer:?}");
        assert_eq!(server.requests().len(), 1, "{operation}");
    }
}

#[tokio::test]
async fn a_connection_that_is_refused_to_the_end_sent_nothing() {
    for operation in ["read", "write", "send"] {
        let session = session(account(&format!("http://{}", free_address())));
        let error = run(&session, operation).await.expect_err("nobody listens");
        assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
    }
}
