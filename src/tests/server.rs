//! An HTTP server that keeps what it receives and answers what it was told.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request as it came over the wire.
#[derive(Clone, Debug)]
pub(super) struct Received {
    /// `GET /v3/messages?limit=1`.
    pub(super) line: String,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Received {
    /// All values of a header: one that is sent twice is seen twice.
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        let same = self.headers.iter().filter(|(known, _)| known == name);
        same.map(|(_, value)| value.as_str()).collect()
    }
}

pub(super) struct Server {
    pub(super) url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// Starts a server that gives the same answer to every request.
    pub(super) async fn answering(status: u16, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let received = Arc::<Mutex<Vec<Received>>>::default();
        let log = received.clone();
        // 204 has neither body nor length.
        let length = if status == 204 {
            String::new()
        } else {
            format!("content-length: {}\r\n", body.len())
        };
        let answer = format!(
            "HTTP/1.1 {status} Canned\r\n{length}content-type: application/json\r\nconnection: close\r\n\r\n{body}"
        );
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let request = receive(&mut stream).await;
                log.lock().expect("the log").push(request);
                stream.write_all(answer.as_bytes()).await.expect("sent");
                let _ = stream.shutdown().await;
            }
        });
        Self { url, received }
    }

    /// Every request so far.
    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().expect("the log").clone()
    }

    /// The request, if there was one and no more.
    pub(super) fn only(&self) -> Received {
        let received = self.received();
        let [request] = received.as_slice() else {
            panic!("one request was expected, these came: {received:#?}");
        };
        request.clone()
    }
}

async fn receive(stream: &mut TcpStream) -> Received {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let request = parse(head);
            let length = request.header("content-length");
            let length: usize = length
                .first()
                .map_or(0, |text| text.parse().expect("a length"));
            let start = head.len() + 4;
            if bytes.len() >= start + length {
                let body = String::from_utf8_lossy(&bytes[start..start + length]).into_owned();
                return Received { body, ..request };
            }
        }
        let count = stream.read(&mut buffer).await.expect("bytes");
        assert!(count > 0, "the request broke off");
        bytes.extend_from_slice(&buffer[..count]);
    }
}

fn parse(head: &str) -> Received {
    let mut lines = head.lines();
    let line = lines.next().expect("a request line");
    Received {
        line: line.trim_end_matches(" HTTP/1.1").to_owned(),
        headers: lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect(),
        body: String::new(),
    }
}
