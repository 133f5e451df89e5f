//! Requests that never left may be sent again, whatever they do.

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use palabre_model::{ErrorKind, Outcome};
use palabre_transport::RetryPolicy;

use crate::server::{GOOD, Server, account, run, run_within, session};

const SHORT: Duration = Duration::from_millis(300);

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
        builder.options.retry = RetryPolicy {
            max_attempts: 1000,
            base_delay: Duration::from_millis(20),
            max_delay: Duration::from_millis(20),
            ..RetryPolicy::default()
        };
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

#[tokio::test]
async fn a_call_that_ends_while_it_connects_sent_nothing() {
    // Nobody accepts and the queue is full, so a further connection does not come about.
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None);
    let socket = socket.expect("a socket");
    let any = SocketAddr::from(([127, 0, 0, 1], 0)).into();
    socket.bind(&any).expect("a port");
    socket.listen(0).expect("a queue");
    let listener = TcpListener::from(socket);
    let address = listener.local_addr().expect("an address");
    let mut queue = Vec::new();
    while let Ok(waiting) = std::net::TcpStream::connect_timeout(&address, SHORT) {
        queue.push(waiting);
    }
    let mut builder = account(&format!("http://{address}"));
    builder.options.timeout = SHORT;
    let session = session(builder);
    for operation in ["read", "write", "send"] {
        for timeout in [None, Some(SHORT / 2)] {
            let start = Instant::now();
            let error = run_within(&session, operation, timeout).await;
            let error = error.expect_err("no connection");
            assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
            assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
            assert!(start.elapsed() < Duration::from_secs(10));
        }
    }
}
