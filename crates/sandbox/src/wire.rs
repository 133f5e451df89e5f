//! Answers that no HTTP library would write: written byte by byte, and ended like none.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::faults::{Close, End, Fault};

/// How long a reset waits, so that what comes before it is read: a reset takes back what is not.
const BEFORE_THE_RESET: Duration = Duration::from_millis(20);

/// How long what the other side still sends is read after a connection was closed in order. The
/// system would turn the end into a reset otherwise.
const FAREWELL: Duration = Duration::from_millis(500);

/// What an endless body consists of: a chunk of white space.
const CHUNK: usize = 64 * 1024;

/// An answer that is written here, and how its connection ends.
#[derive(Clone, Debug)]
pub(crate) struct Wire {
    bytes: Bytes,
    /// The length of status line and headers.
    head: usize,
    is_endless: bool,
    drip: Option<Duration>,
    end: End,
}

impl Wire {
    /// Whether a fault takes more than an HTTP library does.
    pub(crate) fn is_needed(fault: &Fault) -> bool {
        fault.close.is_some()
            || fault.cut.is_some()
            || fault.truncate.is_some()
            || fault.length_off_by.is_some()
            || fault.endless
            || fault.drip_ms.is_some()
            || fault.end.is_some()
    }

    /// The end of a connection without an answer.
    pub(crate) fn closed(fault: &Fault) -> Self {
        Self {
            bytes: Bytes::new(),
            head: 0,
            is_endless: false,
            drip: None,
            end: fault.end.unwrap_or_default(),
        }
    }

    /// Writes down an answer; the headers are without those that say how long the body is.
    pub(crate) fn new(
        status: u16,
        headers: &[(String, String)],
        body: &[u8],
        fault: &Fault,
    ) -> Self {
        if fault.close == Some(Close::After) {
            return Self::closed(fault);
        }
        let reason = StatusCode::from_u16(status)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or("Unknown");
        let mut head = format!("HTTP/1.1 {status} {reason}\r\n");
        let mut line = |name: &str, value: &str| {
            head.extend([name, ": ", value, "\r\n"]);
        };
        for (name, value) in headers {
            line(name, value);
        }
        let announced = i64::try_from(body.len())
            .unwrap_or(i64::MAX)
            .saturating_add(fault.length_off_by.unwrap_or(0))
            .max(0);
        if fault.endless {
            line("transfer-encoding", "chunked");
        } else {
            line("content-length", &announced.to_string());
        }
        head.push_str("\r\n");
        let mut bytes = BytesMut::from(head.as_bytes());
        // A chunk of no bytes would be the end.
        let is_chunk = fault.endless && !body.is_empty();
        if is_chunk {
            bytes.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
        }
        let before = bytes.len();
        bytes.extend_from_slice(body);
        if is_chunk {
            bytes.extend_from_slice(b"\r\n");
        }
        let cut = fault
            .cut
            .or(fault.truncate.map(|length| before.saturating_add(length)));
        if let Some(cut) = cut {
            bytes.truncate(cut);
        }
        Self {
            bytes: bytes.freeze(),
            head: before,
            is_endless: fault.endless && cut.is_none(),
            drip: fault.drip_ms.map(Duration::from_millis),
            end: fault.end.unwrap_or_default(),
        }
    }

    /// How many bytes of the body go out; none where not even the head does.
    pub(crate) fn body_bytes(&self) -> Option<usize> {
        let body = self.bytes.len().checked_sub(self.head)?;
        (self.head > 0).then_some(body)
    }

    /// Writes the answer and ends the connection. What fails here is the other side's affair.
    pub(crate) async fn write(self, mut stream: TcpStream) {
        let end = self.end;
        if self.write_to(&mut stream).await.is_err() {
            return;
        }
        match end {
            End::Close => {
                let _ = stream.shutdown().await;
                let _ = tokio::time::timeout(FAREWELL, read_out(&mut stream)).await;
            }
            End::Reset => {
                tokio::time::sleep(BEFORE_THE_RESET).await;
                let _ = stream.set_zero_linger();
            }
            End::Hold => read_out(&mut stream).await,
        }
    }

    async fn write_to(self, stream: &mut TcpStream) -> std::io::Result<()> {
        let Some(pause) = self.drip else {
            stream.write_all(&self.bytes).await?;
            if self.is_endless {
                let chunk = format!("{CHUNK:x}\r\n{}\r\n", " ".repeat(CHUNK));
                loop {
                    stream.write_all(chunk.as_bytes()).await?;
                }
            }
            return Ok(());
        };
        for byte in self.bytes {
            stream.write_all(&[byte]).await?;
            tokio::time::sleep(pause).await;
        }
        if self.is_endless {
            loop {
                stream.write_all(b"1\r\n \r\n").await?;
                tokio::time::sleep(pause).await;
            }
        }
        Ok(())
    }
}

/// Reads what still comes, until the other side ends the connection.
async fn read_out(stream: &mut TcpStream) {
    let mut bytes = [0; 4096];
    while matches!(stream.read(&mut bytes).await, Ok(1..)) {}
}
