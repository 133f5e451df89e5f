//! A sandbox with clients for its vendors, and what tests ask of its journal.

#![allow(dead_code, reason = "shared by several test binaries")]

use std::collections::BTreeMap;
use std::time::Duration;

use palabre::{Client, ClientBuilder, Credentials, Options, RetryPolicy, Vendor, Verb};
use palabre_sandbox::{Config, JournalEntry, Sandbox};
use serde_json::Value;

/// When it is in the sandbox unless a test says otherwise.
pub const NOW: &str = "2026-11-22T10:00:00Z";

/// The number that 99digital's clients send from.
pub const OWN: &str = "972501234567";

/// What every call of 99digital's second address begins with.
const NUMBER_CALLS: &str = "/99digital/whatsapp/v2/";

/// The call with which 99digital hands out tokens; it is no part of any verb.
const TOKEN_CALL: &str = "create_access_token";

pub struct Stage {
    pub sandbox: Sandbox,
}

impl Stage {
    pub fn new() -> Self {
        Self::at(NOW)
    }

    pub fn at(instant: &str) -> Self {
        let sandbox = Sandbox::start(Config {
            seed: 7,
            clock: Some(instant.parse().unwrap()),
            ..Config::default()
        });
        Self {
            sandbox: sandbox.unwrap(),
        }
    }

    /// A client that waits a millisecond before it repeats.
    pub fn client(&self, vendor: Vendor) -> Client {
        self.builder(vendor).build().unwrap()
    }

    pub fn builder(&self, vendor: Vendor) -> ClientBuilder {
        Client::builder(vendor)
            .credentials(self.credentials(vendor))
            .base_url(self.sandbox.base_url(vendor.id()).unwrap())
            .options(options())
    }

    pub fn credentials(&self, vendor: Vendor) -> Credentials {
        let known = self.sandbox.credentials().to_json();
        let known = known[vendor.id()].as_object().unwrap();
        known
            .iter()
            .fold(Credentials::default(), |credentials, (name, secret)| {
                credentials.with(name, secret.as_str().unwrap())
            })
    }

    /// Makes something go wrong; the fields are those of the sandbox's faults.
    pub fn fault(&self, fault: Value) {
        self.sandbox
            .add_fault(serde_json::from_value(fault).unwrap());
    }

    /// Changes how the vendors behave.
    pub fn set(&self, change: impl FnOnce(&mut palabre_sandbox::Settings)) {
        let mut settings = self.sandbox.settings();
        change(&mut settings);
        self.sandbox.set_settings(settings);
    }

    /// The requests that arrived, without those for tokens and, right before a call with the key of a
    /// number, for keys: they are no part of any verb.
    pub fn requests(&self) -> Vec<JournalEntry> {
        let mut requests = self.sandbox.journal();
        requests.retain(|request| request.operation != Some(TOKEN_CALL));
        let is_key_call: Vec<_> = requests
            .windows(2)
            .map(|pair| {
                pair[0].operation == Some("get_whatsapp") && pair[1].path.starts_with(NUMBER_CALLS)
            })
            .chain([false])
            .collect();
        let mut is_key_call = is_key_call.into_iter();
        requests.retain(|_| !is_key_call.next().unwrap());
        requests
    }

    /// The operations that were requested, without those for tokens.
    pub fn operations(&self) -> Vec<&'static str> {
        let requests = self.requests();
        requests
            .iter()
            .map(|request| request.operation.unwrap_or("none"))
            .collect()
    }

    /// How many tokens were asked for.
    pub fn token_requests(&self) -> usize {
        let journal = self.sandbox.journal();
        journal
            .iter()
            .filter(|request| request.operation == Some(TOKEN_CALL))
            .count()
    }
}

pub fn options() -> Options {
    Options {
        retry: RetryPolicy {
            base_delay: Duration::from_millis(1),
            max_delay: Duration::from_millis(20),
            ..RetryPolicy::default()
        },
        rate_limit: Some(0.0),
        ..Options::default()
    }
}

/// The vendors that can do something.
pub fn able(verb: Verb) -> Vec<Vendor> {
    let stage = Stage::new();
    let can = |vendor: &Vendor| stage.client(*vendor).supports(verb).is_supported();
    let able: Vec<_> = Vendor::ALL.into_iter().filter(can).collect();
    assert!(
        !able.is_empty(),
        "{verb}: a scenario that runs nowhere tests nothing"
    );
    able
}

/// The vendors whose lists take a size of the page and a text to look for. 99digital's take neither;
/// they have scenarios of their own.
pub fn flexible(verb: Verb) -> Vec<Vendor> {
    let mut able = able(verb);
    able.retain(|vendor| *vendor != Vendor::NinetyNineDigital);
    able
}

/// JSON as a map of vendor fields.
pub fn fields(json: Value) -> serde_json::Map<String, Value> {
    json.as_object().unwrap().clone()
}

/// Identifiers as the facade takes them.
pub fn ids<T: ToString>(ids: impl IntoIterator<Item = T>) -> Vec<String> {
    ids.into_iter().map(|id| id.to_string()).collect()
}

/// How often each item occurs.
pub fn counts<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_default() += 1;
    }
    counts
}
