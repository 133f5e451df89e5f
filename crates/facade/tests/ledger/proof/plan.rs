//! What a seed decides: whom a campaign goes to, what goes wrong, and where each of its lives ends.

use fastrand::Rng;
use palabre::ledger::{Many, Row};
use palabre::{Client, Content, Credentials, FilePart, Form, Options, Vendor, Verb};
use palabre_sandbox::Chaos;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

use super::faults;
use crate::stage;

/// A campaign, decided by its seed.
#[derive(Debug)]
pub struct Plan {
    pub seed: u64,
    pub vendor: Vendor,
    pub people: usize,
    pub lives: usize,
    contents: Row,
    in_flight: usize,
    options: Options,
    chaos: Chaos,
}

/// Where a life ends, unless the campaign does before.
#[derive(Clone, Copy, Debug)]
pub enum End {
    /// The run is dropped after it was polled so often.
    Polls(u32),
    /// The ledger's thread is gone before its n-th piece of work.
    Work(u32),
    /// The run is dropped when so many more messages have arrived.
    Arrivals(usize),
    /// Somebody asks for the end then.
    Stop(usize),
}

impl Plan {
    pub fn of(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let senders: Vec<_> = senders().collect();
        let vendor = senders[rng.usize(..senders.len())];
        let mut contents = contents(vendor);
        let chosen = rng.usize(..contents.len());
        // Every eighth campaign meets what makes it wait, too.
        let is_slow = rng.u8(..8) == 0;
        let mut options = stage::options();
        options.retry.max_attempts = rng.u32(1..=4);
        options.retry.base_delay = Duration::from_micros(200);
        options.retry.max_delay = Duration::from_millis(4);
        options.timeout = Duration::from_millis(if is_slow { 60 } else { 5_000 });
        options.max_response_bytes = 1 << 20;
        Self {
            seed,
            vendor,
            people: rng.usize(2..=12),
            lives: rng.usize(1..=4),
            contents: contents.swap_remove(chosen),
            in_flight: rng.usize(1..=8),
            options,
            chaos: Chaos {
                seed,
                rate: [0.05, 0.2, 0.4, 0.8][rng.usize(..4)],
                faults: faults::some(&mut rng, is_slow),
            },
        }
    }

    /// How a life ends; each of them meets other faults.
    pub fn life(&self, life: usize) -> (End, Chaos) {
        let mut rng = Rng::with_seed(self.seed ^ (life as u64 + 1) << 48);
        let people = self.people;
        let end = match rng.u8(..6) {
            0 | 1 => End::Polls(rng.u32(1..20 + 8 * u32::try_from(people).unwrap())),
            2 | 3 => End::Work(rng.u32(1..10 + 2 * u32::try_from(people).unwrap())),
            4 => End::Arrivals(rng.usize(1..=people)),
            _ => End::Stop(rng.usize(1..=people)),
        };
        let chaos = Chaos {
            seed: rng.u64(..),
            ..self.chaos.clone()
        };
        (end, chaos)
    }

    /// Whether a life that goes on is given the rows again, or goes on with what the ledger holds.
    pub fn gives_rows(&self, life: usize) -> bool {
        life == 0 || !(self.seed + life as u64).is_multiple_of(3)
    }

    /// A client as a new process has one: nothing is left of the life before.
    pub fn client(&self, address: &str, credentials: Credentials) -> Client {
        let builder = Client::builder(self.vendor)
            .credentials(credentials)
            .base_url(address)
            .options(self.options.clone());
        builder.build().unwrap()
    }

    /// A client that waits for what comes late: in the last run nothing goes wrong.
    pub fn patient(&self, address: &str, credentials: Credentials) -> Client {
        let client = self.client(address, credentials);
        client.with_timeout(Some(Duration::from_secs(60)))
    }

    pub fn many(&self, ledger: &Path) -> Many {
        Many {
            contents: self.contents.clone(),
            max_in_flight: self.in_flight,
            ..Many::new(ledger)
        }
    }

    /// Numbers that no other campaign has: what is left of one under way disturbs no other.
    pub fn numbers(&self) -> Vec<String> {
        let number = |index| (self.seed * 16 + index as u64) % 10_000_000;
        (0..self.people)
            .map(|index| format!("+880198{:07}", number(index)))
            .collect()
    }

    pub fn rows(&self) -> Vec<Row> {
        let person = |(index, number)| {
            let row = Row::new().with("to", json!(number));
            row.with("name", json!(format!("Person {index}")))
        };
        self.numbers().into_iter().enumerate().map(person).collect()
    }
}

/// The vendors that send; one that learns it joins by itself.
pub fn senders() -> impl Iterator<Item = Vendor> {
    let sends = |vendor: &Vendor| palabre::support(*vendor, Verb::MessagesSend).is_supported();
    Vendor::ALL.into_iter().filter(sends)
}

/// What campaigns at a vendor send: a text, a picture, a template, as far as it takes them.
fn contents(vendor: Vendor) -> Vec<Row> {
    let text = Row::new().with("text", json!("Hello {name}"));
    let text = match vendor {
        // It has several numbers that are connected; MsgFlash's only one is looked up.
        Vendor::ReachFlow => text.with("from_", json!("a3f1b2c4-1234-4abc-9def-000011112222")),
        _ => text,
    };
    let mut contents = vec![text.clone(), text.clone()];
    let taken = palabre::contents(vendor);
    let image = taken.iter().find(|taken| taken.content == Content::Image);
    contents.extend(image.map(|image| match image.form {
        Form::File => text.with("image", FilePart::new("menu.png", "\u{89}PNG")),
        _ => text.with("image", json!("https://example.com/menu.png")),
    }));
    if let Some(template) = template(vendor) {
        contents.push(
            Row::new()
                .with("template", template)
                .with("variables", json!(["{name}"])),
        );
    }
    contents
}

/// A template of the sandbox with one value.
fn template(vendor: Vendor) -> Option<Value> {
    match vendor {
        Vendor::WapiFlow => Some(json!(5)),
        _ => None,
    }
}
