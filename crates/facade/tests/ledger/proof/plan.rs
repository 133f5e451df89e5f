//! What a seed decides: whom a campaign goes to, what goes wrong, where each of its lives ends, and
//! what a person says afterwards.

use fastrand::Rng;
use jiff::SignedDuration;
use palabre::ledger::{Many, Row};
use palabre::{
    Argument, Client, Content, Credentials, FilePart, Form, NewMessage, Options, Vendor, Verb,
};
use palabre_sandbox::Chaos;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use super::faults;
use crate::stage;

/// A campaign, decided by its seed.
#[derive(Debug)]
pub struct Plan {
    pub seed: u64,
    pub vendor: Vendor,
    /// Who gets the first message, the second one and so on; some get several.
    pub audience: Vec<usize>,
    pub lives: usize,
    /// Who has got the same message from somebody else, right before.
    pub before: Vec<usize>,
    /// By how much the vendor's clock is wrong.
    pub skew: SignedDuration,
    allow_duplicates: bool,
    contents: Row,
    in_flight: usize,
    options: Options,
    chaos: Chaos,
}

/// What goes on with the ledger's rows: their content is there already.
pub fn bare(many: Many) -> Many {
    Many {
        contents: Row::new(),
        ..many
    }
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
    /// Somebody removes the lock then, and starts another run.
    Rival(usize),
}

/// What a person says of a row of which nobody knows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Word {
    Nothing,
    /// It arrived, if it is seen that it did.
    Seen,
    /// It did not.
    Never,
    Resend,
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
        let people = rng.usize(2..=12);
        let mut audience: Vec<_> = (0..people).collect();
        if rng.u8(..3) == 0 {
            audience.extend((0..rng.usize(1..=3)).map(|_| rng.usize(..people)));
            rng.shuffle(&mut audience);
        }
        let contents = contents.swap_remove(chosen);
        // Only a text by itself is sent by others, too.
        let may_be_other_s = contents
            .names()
            .all(|name| matches!(name, "text" | "from_"));
        let before = (0..people).filter(|_| may_be_other_s && rng.u8(..3) == 0);
        Self {
            seed,
            vendor,
            before: before.collect(),
            audience,
            allow_duplicates: rng.u8(..3) > 0,
            skew: SignedDuration::from_mins(rng.i64(-3000..3000)),
            lives: rng.usize(1..=4),
            contents,
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
        let people = self.audience.len();
        let end = match rng.u8(..8) {
            0 | 1 => End::Polls(rng.u32(1..20 + 8 * u32::try_from(people).unwrap())),
            2 | 3 => End::Work(rng.u32(1..10 + 2 * u32::try_from(people).unwrap())),
            4 => End::Arrivals(rng.usize(1..=people)),
            5 => End::Stop(rng.usize(1..=people)),
            _ => End::Rival(rng.usize(1..=people)),
        };
        let chaos = Chaos {
            seed: rng.u64(..),
            ..self.chaos.clone()
        };
        (end, chaos)
    }

    /// What a person says after a life of each row of which nobody knows.
    pub fn words(&self, life: usize) -> impl FnMut() -> Word {
        let mut rng = Rng::with_seed(self.seed.rotate_left(16) ^ life as u64);
        let is_busy = rng.bool();
        move || match rng.u8(..5) {
            _ if is_busy => Word::Nothing,
            0 | 1 => Word::Seen,
            2 => Word::Never,
            3 => Word::Resend,
            _ => Word::Nothing,
        }
    }

    /// The send with which two seconds go by at the vendor, if they do in a life.
    pub fn leap(&self, life: usize) -> Option<usize> {
        let mut rng = Rng::with_seed(self.seed.rotate_left(24) ^ life as u64);
        let send = rng.usize(..self.audience.len());
        rng.bool().then_some(send)
    }

    /// Whether a life that goes on is given the rows again, or goes on with what the ledger holds.
    pub fn gives_rows(&self, life: usize) -> bool {
        life == 0 || !(self.seed + life as u64).is_multiple_of(3)
    }

    /// A client as a new process has one: nothing is left of the life before.
    pub fn client(&self, address: &str, credentials: Credentials) -> Client {
        self.client_with(address, credentials, self.options.clone())
    }

    /// A client that waits for what comes late: in the last run nothing goes wrong.
    pub fn patient(&self, address: &str, credentials: Credentials) -> Client {
        let options = Options {
            timeout: Duration::from_secs(60),
            ..self.options.clone()
        };
        self.client_with(address, credentials, options)
    }

    fn client_with(&self, address: &str, credentials: Credentials, options: Options) -> Client {
        let builder = Client::builder(self.vendor)
            .credentials(credentials)
            .base_url(address)
            .options(options);
        builder.build().unwrap()
    }

    pub fn many(&self, ledger: &Path) -> Many {
        Many {
            contents: self.contents.clone(),
            max_in_flight: self.in_flight,
            allow_duplicates: self.allow_duplicates,
            ..Many::new(ledger)
        }
    }

    /// A number that no other campaign has: what is left of one under way disturbs no other.
    pub fn number(&self, person: usize) -> String {
        let number = (self.seed * 16 + person as u64) % 10_000_000;
        format!("+880198{number:07}")
    }

    /// The numbers that it goes to.
    pub fn numbers(&self) -> BTreeSet<String> {
        self.audience.iter().map(|one| self.number(*one)).collect()
    }

    pub fn rows(&self) -> Vec<Row> {
        let row = |person: &usize| {
            let row = Row::new().with("to", json!(self.number(*person)));
            row.with("name", json!(format!("Person {person}")))
        };
        self.audience.iter().map(row).collect()
    }

    /// What somebody else has sent to a person before.
    pub fn by_hand(&self, person: usize) -> NewMessage {
        let from = self.contents.get("from_").and_then(|from| match from {
            Argument::Value(from) => from.as_str().map(str::to_owned),
            Argument::File(_) => None,
        });
        NewMessage {
            to: self.number(person),
            from,
            text: Some(format!("Hello Person {person}")),
            ..NewMessage::default()
        }
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
