//! A server by hand: it counts the requests that arrived whole and answers as a test says.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use palabre_model::{ErrorKind, Result, Vendor};
use palabre_transport::{
    Account, AccountBuilder, Argument, Body, BodyCredential, Call, Credentials, Effect, Kind,
    Location, Media, Operation, Parameter, Repeat, RetryPolicy, Rule, Scheme, Session, Spec,
    VendorError,
};
use serde_json::Value;

/// What the server does with a request.
#[derive(Clone)]
pub enum Act {
    /// Answers with status, further headers and body.
    Answer(u16, &'static [(&'static str, &'static str)], &'static str),
    /// Writes these bytes and closes the connection.
    Bytes(&'static str),
    /// Writes these bytes and leaves the connection open.
    Stall(&'static str),
    /// Writes these bytes after a while.
    Slow(Duration, &'static str),
    /// Closes the connection.
    Close,
    /// Resets the connection.
    Reset,
    /// Says nothing for so long, then closes.
    Silence(Duration),
}

pub const GOOD: Act = Act::Answer(200, &[], r#"{"ok":true}"#);

/// A running server; its thread ends with the test's process.
pub struct Server {
    pub url: String,
    requests: Arc<Mutex<Vec<String>>>,
    at_once: Arc<AtOnce>,
}

/// How many requests wait for a slow answer, and how many did at the most.
#[derive(Default)]
struct AtOnce {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Server {
    /// Does the acts one after another; the last one again and again.
    pub fn start(acts: &[Act]) -> Self {
        Self::at("127.0.0.1:0", acts)
    }

    pub fn at(address: &str, acts: &[Act]) -> Self {
        let listener = TcpListener::bind(address).expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let at_once = Arc::<AtOnce>::default();
        let (seen, acts, counts) = (requests.clone(), acts.to_vec(), at_once.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (seen, acts, counts) = (seen.clone(), acts.clone(), counts.clone());
                std::thread::spawn(move || serve(stream, &seen, &acts, &counts));
            }
        });
        Self {
            url,
            requests,
            at_once,
        }
    }

    /// The most requests that waited for a slow answer at the same time.
    pub fn most_at_once(&self) -> usize {
        self.at_once.most.load(Ordering::SeqCst)
    }

    /// The requests that arrived whole.
    pub fn requests(&self) -> Vec<String> {
        self.requests.lock().expect("no panic").clone()
    }

    /// A session that waits a millisecond before it repeats.
    pub fn session(&self) -> Session {
        session(account(&self.url))
    }
}

fn serve(stream: TcpStream, seen: &Mutex<Vec<String>>, acts: &[Act], counts: &AtOnce) {
    let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        let index = {
            let mut seen = seen.lock().expect("no panic");
            seen.push(request);
            seen.len() - 1
        };
        let next = acts.get(index).or(acts.last()).expect("an act");
        if !act(&mut stream, next, counts) {
            return;
        }
    }
}

/// Does what the test says; tells whether the connection is good for another request.
fn act(stream: &mut TcpStream, act: &Act, counts: &AtOnce) -> bool {
    match act {
        Act::Answer(status, headers, body) => {
            let mut head = format!(
                "HTTP/1.1 {status} Word\r\nContent-Length: {}\r\n",
                body.len()
            );
            for (name, value) in *headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            write!(stream, "{head}\r\n{body}").is_ok()
        }
        Act::Bytes(bytes) => {
            let _ = stream.write_all(bytes.as_bytes());
            false
        }
        Act::Stall(bytes) => {
            let _ = stream.write_all(bytes.as_bytes());
            std::thread::sleep(Duration::from_secs(30));
            false
        }
        Act::Slow(delay, bytes) => {
            let now = counts.now.fetch_add(1, Ordering::SeqCst) + 1;
            counts.most.fetch_max(now, Ordering::SeqCst);
            std::thread::sleep(*delay);
            // Before the client can know that there is room for another.
            counts.now.fetch_sub(1, Ordering::SeqCst);
            stream.write_all(bytes.as_bytes()).is_ok()
        }
        Act::Close => false,
        Act::Reset => {
            // Nothing lingers: the system sends a reset instead of an end.
            let _ = socket2::SockRef::from(&*stream).set_linger(Some(Duration::ZERO));
            false
        }
        Act::Silence(duration) => {
            std::thread::sleep(*duration);
            false
        }
    }
}

/// One request, head and body; `None` at the end of the connection.
fn read(reader: &mut impl BufRead) -> Option<String> {
    let mut request = String::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        request.push_str(&line);
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    request.push_str(&String::from_utf8_lossy(&body));
    Some(request)
}

pub const KEY: &str = "unmistakable-key-4711";

const THING: Rule = Rule {
    kind: Kind::Object,
    properties: &[("name", TEXT), ("from", TEXT)],
    ..Rule::ANY
};

const TEXT: Rule = Rule {
    kind: Kind::Text,
    ..Rule::ANY
};

const fn operation(
    id: &'static str,
    method: &'static str,
    effect: Effect,
    repeat: Repeat,
    body: Option<Body>,
) -> Operation {
    Operation {
        id,
        method,
        path: "/things",
        tag: "things",
        summary: "",
        effect,
        repeat,
        schemes: &["Key"],
        server: None,
        body_credentials: &[],
        parameters: &[],
        body,
        proof: None,
    }
}

pub const PAGER: palabre_transport::Server = palabre_transport::Server {
    url: "https://pager.example/v1",
    relative: "../pager",
};

const fn parameter(name: &'static str, location: Location, max_length: Option<u64>) -> Parameter {
    Parameter {
        name,
        location,
        required: matches!(location, Location::Path),
        rule: Rule {
            kind: Kind::Text,
            max_length,
            ..Rule::ANY
        },
    }
}

const fn json() -> Option<Body> {
    Some(Body {
        media: Media::Json,
        required: true,
        rule: THING,
    })
}

const PROOF: Option<&str> = Some("/thing/id");

pub static SPEC: Spec = Spec {
    vendor: Vendor::MsgFlash,
    title: "Things",
    version: "1",
    base_url: "https://things.example",
    schemes: &[Scheme {
        name: "Key",
        header: "x-api-key",
        prefix: "",
        credential: "api_key",
    }],
    operations: &[
        operation("read", "GET", Effect::Read, Repeat::Freely, None),
        operation("write", "POST", Effect::Write, Repeat::Never, json()),
        operation("send", "POST", Effect::Send, Repeat::Never, json()),
        Operation {
            schemes: &[],
            ..operation("open", "GET", Effect::Read, Repeat::Freely, None)
        },
        Operation {
            proof: PROOF,
            ..operation("create", "POST", Effect::Write, Repeat::Never, json())
        },
        Operation {
            proof: PROOF,
            ..operation("tell", "POST", Effect::Send, Repeat::Never, json())
        },
        operation("put", "PUT", Effect::Write, Repeat::Freely, json()),
        Operation {
            path: "/things/{id}",
            parameters: &[parameter("id", Location::Path, None)],
            ..operation("one", "GET", Effect::Read, Repeat::Freely, None)
        },
        Operation {
            parameters: &[
                parameter("Idempotency-Key", Location::Header, Some(64)),
                parameter("X-Trace", Location::Header, None),
            ],
            ..operation(
                "keyed",
                "POST",
                Effect::Send,
                Repeat::WithKey("idempotency-key"),
                json(),
            )
        },
        Operation {
            schemes: &[],
            server: Some(PAGER),
            body_credentials: &[
                BodyCredential {
                    property: "key",
                    credential: "pager_key",
                    is_secret: true,
                },
                BodyCredential {
                    property: "from",
                    credential: "number",
                    is_secret: false,
                },
            ],
            ..operation("page", "POST", Effect::Send, Repeat::Never, json())
        },
    ],
    logical_failure: None,
    secrets: &[],
    rate_limit: None,
};

pub fn account(url: &str) -> AccountBuilder {
    // The whole body is the vendor's code and its words, whatever the status is with "error" in it.
    let mut builder = Account::builder(&SPEC, |failed| {
        let words = String::from_utf8_lossy(failed.body).into_owned();
        VendorError {
            code: Some(words.clone()).filter(|words| {
                words.len() > 10 && (failed.status >= 300 || words.contains("error"))
            }),
            message: Some(words),
            ..VendorError::default()
        }
    });
    builder.base_url = Some(url.to_owned());
    builder.credentials = Credentials::default().with("api_key", KEY);
    builder.options.retry = RetryPolicy {
        base_delay: Duration::from_millis(1),
        max_delay: Duration::from_millis(50),
        ..RetryPolicy::default()
    };
    builder
}

pub fn session(builder: AccountBuilder) -> Session {
    let account = builder.build().expect("an account");
    Session::new(Arc::new(account)).expect("a session")
}

/// Runs one operation with what it needs.
pub async fn run(session: &Session, operation: &str) -> Result<Value> {
    run_within(session, operation, None).await
}

pub async fn run_within(
    session: &Session,
    operation: &str,
    timeout: Option<Duration>,
) -> Result<Value> {
    let mut arguments = BTreeMap::new();
    if operation != "read" {
        arguments.insert("name".to_owned(), Argument::Value("Awa".into()));
    }
    Call::new(session.clone(), "things.do", timeout, &[])
        .call(operation, arguments, serde_json::Map::new())
        .await
}

/// Runs an operation against acts: what came of it, and how many requests arrived.
pub async fn outcome(operation: &str, acts: &[Act]) -> (Result<Value>, usize) {
    let server = Server::start(acts);
    let result = run(&server.session(), operation).await;
    (result, server.requests().len())
}

pub async fn kind(operation: &str, acts: &[Act]) -> (Option<ErrorKind>, usize) {
    let (result, requests) = outcome(operation, acts).await;
    (result.err().map(|error| error.kind()), requests)
}
