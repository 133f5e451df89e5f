//! HTTP by hand, so that the tests see what is on the wire.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared by several test binaries; a test that panics has failed"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use palabre_sandbox::{Config, Sandbox};
use serde_json::Value;

/// A sandbox whose time stands still on 22 November 2026.
pub fn sandbox() -> Sandbox {
    sandbox_at("2026-11-22T10:00:00Z")
}

pub fn sandbox_at(instant: &str) -> Sandbox {
    let clock = Some(instant.parse().unwrap());
    Sandbox::start(Config {
        seed: 7,
        clock,
        ..Config::default()
    })
    .unwrap()
}

/// An answer as it came over the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A request, put together by hand.
#[derive(Clone, Debug)]
pub struct Request {
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

pub fn request(method: &'static str, path: impl Into<String>) -> Request {
    Request {
        method,
        path: path.into(),
        headers: Vec::new(),
        body: Vec::new(),
    }
}

/// A part of a multipart body: name, file name, content.
pub type Part<'a> = (&'a str, Option<&'a str>, &'a [u8]);

impl Request {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn json(mut self, body: &Value) -> Self {
        self.body = body.to_string().into_bytes();
        self.header("Content-Type", "application/json")
    }

    pub fn form(mut self, body: &str) -> Self {
        self.body = body.as_bytes().to_vec();
        self.header("Content-Type", "application/x-www-form-urlencoded")
    }

    /// As PHP's curl sends an array.
    pub fn multipart(mut self, parts: &[Part<'_>]) -> Self {
        const BOUNDARY: &str = "------------------------d74496d66958873e";
        for (name, file_name, content) in parts {
            write!(
                self.body,
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\""
            )
            .unwrap();
            if let Some(file_name) = file_name {
                write!(
                    self.body,
                    "; filename=\"{file_name}\"\r\nContent-Type: application/octet-stream"
                )
                .unwrap();
            }
            self.body.extend_from_slice(b"\r\n\r\n");
            self.body.extend_from_slice(content);
            self.body.extend_from_slice(b"\r\n");
        }
        write!(self.body, "--{BOUNDARY}--\r\n").unwrap();
        self.header(
            "Content-Type",
            &format!("multipart/form-data; boundary={BOUNDARY}"),
        )
    }

    pub fn fields(self, fields: &[(&str, &str)]) -> Self {
        let parts: Vec<Part<'_>> = fields
            .iter()
            .map(|(name, value)| (*name, None, value.as_bytes()))
            .collect();
        self.multipart(&parts)
    }

    /// Everything that comes back until the server closes the connection.
    pub fn raw(&self, sandbox: &Sandbox) -> std::io::Result<Vec<u8>> {
        let mut stream = self.open(sandbox)?;
        let mut received = Vec::new();
        stream.read_to_end(&mut received)?;
        Ok(received)
    }

    /// A connection on which the request was sent.
    pub fn open(&self, sandbox: &Sandbox) -> std::io::Result<TcpStream> {
        let address = sandbox.url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        let mut head = format!(
            "{} {} HTTP/1.1\r\nHost: sandbox\r\n",
            self.method, self.path
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            head.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        head.push_str("Connection: close\r\n\r\n");
        let mut sent = head.into_bytes();
        sent.extend_from_slice(&self.body);
        stream.write_all(&sent)?;
        Ok(stream)
    }

    pub fn send(&self, sandbox: &Sandbox) -> Answer {
        let received = self.raw(sandbox).unwrap();
        let split = received
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = String::from_utf8(received[..split].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Answer {
            status,
            headers,
            body: received[split + 4..].to_vec(),
        }
    }
}

pub fn reachflow(method: &'static str, path: &str) -> Request {
    request(method, format!("/reachflow/api/v1{path}")).header("X-API-Key", "rfl_live_VOTRE_CLE")
}

pub fn msgflash(method: &'static str, path: &str) -> Request {
    request(method, format!("/msgflash/api/v1{path}"))
        .header("x-api-key", "msgf_live_your_api_key_here")
}

pub fn wapiflow(method: &'static str, path: &str) -> Request {
    request(method, format!("/wapiflow/external-api{path}"))
        .header("client-id", "YOUR-CLIENT-ID")
        .header("client-secret", "YOUR-CLIENT-SECRET")
}

/// A call of 99digital with a token got for it.
pub fn ninetynine_digital(sandbox: &Sandbox, path: &str) -> Request {
    let token = token_call("sandbox-client-secret").send(sandbox).json();
    let token = token["access_token"].as_str().unwrap().to_owned();
    request("GET", format!("/99digital/api{path}"))
        .header("Authorization", &format!("Bearer {token}"))
}

/// A call of 99digital's WhatsApp API for its first number, with the key that the list holds.
pub fn ninetynine_number(sandbox: &Sandbox, path: &str, more: &Value) -> Request {
    let numbers = ninetynine_digital(sandbox, "/whatsapp/getWhatsApp");
    let number = numbers.send(sandbox).json()["list"][0].clone();
    let mut body = serde_json::json!({"apiKey": number["apiKey"], "from": number["whatsapp"]});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    request("POST", format!("/99digital/whatsapp/v2{path}")).json(&body)
}

pub fn token_call(secret: &str) -> Request {
    request("POST", "/99digital/api/settings/accessToken").json(&serde_json::json!({
        "client_id": "sandbox-client-id", "client_secret": secret,
    }))
}

/// Changes how the vendors behave.
pub fn set(sandbox: &Sandbox, settings: Value) {
    let answer = request("PUT", "/_sandbox/settings")
        .json(&settings)
        .send(sandbox);
    assert_eq!(answer.status, 200, "{}", answer.text());
}
