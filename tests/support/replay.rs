//! Clients whose answers come from here instead of the network, through the same decoding.

#![allow(dead_code, reason = "shared by tests and fuzz targets")]

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use palabre::{Client, Credentials, Operation, Options, RetryPolicy, Vendor};

/// An answer to be given.
#[derive(Clone, Debug)]
pub struct Given {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Bytes,
}

impl Given {
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        let json = ("content-type".to_owned(), "application/json".to_owned());
        Self {
            status,
            headers: vec![json],
            body: body.into(),
        }
    }

    /// The answer as HTTP; what HTTP cannot carry is left out.
    fn response(self) -> http::Response<Bytes> {
        let mut response = http::Response::new(self.body);
        if let Ok(status) = http::StatusCode::from_u16(self.status) {
            *response.status_mut() = status;
        }
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (
                http::HeaderName::try_from(name),
                http::HeaderValue::try_from(value),
            ) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}

/// How a request is answered.
type Answer = Box<dyn FnMut(&Asked) -> Given + Send>;

/// A request, as far as an answer depends on it.
#[derive(Clone, Debug)]
pub struct Asked {
    pub operation: Option<&'static str>,
    pub path_and_query: String,
    /// How many requests came before, since the answers were set.
    pub before: usize,
    /// How many of them went to the same place: pages of a list that is asked for in the body.
    pub same: usize,
}

/// A client and what answers it.
pub struct Replayed {
    pub client: Client,
    state: Arc<Mutex<State>>,
}

struct State {
    answer: Answer,
    asked: Vec<Asked>,
}

/// What no error, log or shown value may hold: credentials, the text and the recipient of the
/// message of `verbs::hello`, and the sandbox's own number.
pub const SECRETS: [&str; 4] = ["KEY-5ecre7-canary", TEXT, "1988000000", "972501234567"];

const TEXT: &str = "Hello";

/// What sends the text: verbs of `verbs::run`, operations of `operations::table`.
const SEND: [&str; 5] = [
    "messages.send",
    "messages.schedule",
    "messages.send_bulk",
    "send_message",
    "send_bulk_messages",
];

pub fn credentials(vendor: Vendor) -> Credentials {
    let key = SECRETS[0];
    match vendor {
        Vendor::NinetyNineDigital => Credentials::default()
            .with("access_token", key)
            .with("number", SECRETS[3]),
        Vendor::WapiFlow => Credentials::default()
            .with("client_id", key)
            .with("client_secret", key),
        _ => Credentials::default().with("api_key", key),
    }
}

impl Replayed {
    /// A client that asks once and is patient with nothing.
    pub fn new(vendor: Vendor) -> Self {
        let state = Arc::new(Mutex::new(State {
            answer: Box::new(|_| Given::json(404, "{}")),
            asked: Vec::new(),
        }));
        let answering = Arc::clone(&state);
        let client = Client::builder(vendor)
            .credentials(credentials(vendor))
            .base_url("http://127.0.0.1:9/base")
            .options(Options {
                retry: RetryPolicy {
                    max_attempts: 1,
                    ..RetryPolicy::default()
                },
                timeout: Duration::from_secs(20),
                max_response_bytes: 1 << 20,
                rate_limit: Some(0.0),
                ..Options::default()
            })
            .build()
            .unwrap();
        let client = client.replayed(move |request| {
            let url = request.url();
            let mut state = answering.lock().unwrap_or_else(PoisonError::into_inner);
            let path_and_query = match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            };
            let before = state.asked.iter();
            let same = before.filter(|asked| asked.path_and_query == path_and_query);
            let asked = Asked {
                same: same.count(),
                operation: operation(vendor, request.method().as_str(), url.path())
                    .map(|operation| operation.id),
                path_and_query,
                before: state.asked.len(),
            };
            // A list that never ends asks for ever.
            assert!(asked.before < 1000, "a thousand requests for one call");
            state.asked.push(asked.clone());
            (state.answer)(&asked).response()
        });
        Self { client, state }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how requests are answered from now on.
    pub fn answer(&self, answer: impl FnMut(&Asked) -> Given + Send + 'static) {
        let mut state = self.state();
        state.answer = Box::new(answer);
        state.asked.clear();
    }

    /// The requests since the answers were set.
    pub fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }
}

/// The operation that a request is for: of those whose path fits its end, the most literal one.
pub fn operation(vendor: Vendor, method: &str, path: &str) -> Option<&'static Operation> {
    let given: Vec<_> = path.split('/').collect();
    let fitting = palabre::spec(vendor).operations.iter().filter(|operation| {
        let template: Vec<_> = operation.path.split('/').skip(1).collect();
        operation.method == method
            && given.len() >= template.len()
            && given[given.len() - template.len()..]
                .iter()
                .zip(&template)
                .all(|(given, part)| part.starts_with('{') || given == part)
    });
    fitting.max_by_key(|operation| {
        let literal = operation.path.split('/');
        literal.filter(|part| !part.starts_with('{')).count()
    })
}

/// What an error says, all of it.
pub fn everything_said(error: &palabre::Error) -> String {
    let parts = [
        error.to_string(),
        format!("{error:?}"),
        error.message().to_owned(),
        error.get_hint().unwrap_or_default().to_owned(),
        error.get_vendor_code().unwrap_or_default().to_owned(),
        error.get_request_id().unwrap_or_default().to_owned(),
    ];
    parts.join(" | ")
}

/// Checks that an error is one line, says where it happened, and says nothing that it must not.
pub fn check_error(error: &palabre::Error, vendor: Vendor, verb: &str) {
    let said = everything_said(error);
    assert_eq!(error.get_vendor(), Some(vendor), "{said}");
    // What had to be fetched first has failed under its own name.
    let own = error.get_operation().unwrap_or_default();
    let is_key = vendor == Vendor::NinetyNineDigital && own == "get_whatsapp";
    assert!(own == verb || is_key, "{verb}: {said}");
    assert!(!error.message().is_empty(), "{said}");
    assert!(!error.to_string().contains(['\n', '\r']), "{said}");
    // Where the text was not sent, it is only a word.
    let is_send = SEND.contains(&verb);
    for secret in SECRETS
        .into_iter()
        .filter(|secret| is_send || *secret != TEXT)
    {
        assert!(
            !said.contains(secret),
            "{vendor} {verb} says {secret:?}: {said}"
        );
    }
}
