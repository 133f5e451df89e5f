//! One input of a fuzzer: what is called, and what the vendor answers.
//!
//! The first line is what is called and the status of the answers, `contacts.list 200`. The rest are
//! the bodies, one for each request, with `===` on a line between them; the last one is given as
//! often as it is asked for.

use std::cell::RefCell;

use palabre::{Vendor, Verb};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::operations;
use crate::replay::{Given, Replayed, check_error};
use crate::verbs;

/// Something to call.
#[derive(Clone)]
pub enum Called {
    Verb(Verb),
    Operation(&'static str, Value),
}

impl Called {
    pub fn name(&self) -> &'static str {
        match self {
            Self::Verb(verb) => verb.as_str(),
            Self::Operation(id, _) => id,
        }
    }
}

/// Every verb and every operation of a vendor.
pub fn everything(vendor: Vendor) -> Vec<Called> {
    let verbs = Verb::ALL.iter().copied();
    let verbs = verbs.filter(|verb| palabre::support(vendor, *verb).is_supported());
    let operations = operations::table().into_iter();
    let operations = operations.filter(|(of, ..)| *of == vendor);
    verbs
        .map(Called::Verb)
        .chain(operations.map(|(_, id, arguments)| Called::Operation(id, arguments)))
        .collect()
}

/// What inputs are tried on.
pub struct Tried {
    vendor: Vendor,
    everything: Vec<Called>,
    replayed: Replayed,
    runtime: Runtime,
}

impl Tried {
    pub fn new(vendor: Vendor) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            vendor,
            everything: everything(vendor),
            replayed: Replayed::new(vendor),
            runtime: runtime.unwrap(),
        }
    }

    /// Tries an input; what must not be is a panic. Tells whether the answer was taken for a value.
    pub fn one(&self, input: &[u8]) -> bool {
        let (first, rest) = match input.iter().position(|byte| *byte == b'\n') {
            Some(end) => (&input[..end], &input[end + 1..]),
            None => (input, &[][..]),
        };
        let first = String::from_utf8_lossy(first);
        let (name, status) = first.split_once(' ').unwrap_or((&first, "200"));
        let called = self.called(name);
        let status = status.parse().unwrap_or(200);
        let bodies = split(rest);
        self.replayed.answer(move |asked| {
            let body = bodies.get(asked.before).or(bodies.last());
            Given::json(status, body.cloned().unwrap_or_default())
        });
        let client = &self.replayed.client;
        let done = self.runtime.block_on(async {
            match called {
                Called::Verb(verb) => verbs::run(client, *verb).await,
                Called::Operation(id, arguments) => {
                    operations::call(client, id, arguments).await.map(drop)
                }
            }
        });
        if let Err(error) = &done {
            check_error(error, self.vendor, called.name());
            if palabre::is_write(self.vendor, called.name()) {
                assert!(error.get_outcome().is_some(), "no outcome: {error}");
            }
        }
        done.is_ok()
    }

    /// What a name stands for; a fuzzer's own inventions stand for one or another.
    fn called(&self, name: &str) -> &Called {
        let known = self.everything.iter().find(|called| called.name() == name);
        known.unwrap_or_else(|| {
            let sum = name.bytes().fold(0_usize, |sum, byte| {
                sum.wrapping_mul(31).wrapping_add(byte.into())
            });
            &self.everything[sum % self.everything.len()]
        })
    }
}

fn split(rest: &[u8]) -> Vec<Vec<u8>> {
    let mut bodies = vec![Vec::new()];
    for line in rest.split_inclusive(|byte| *byte == b'\n') {
        if line == b"===\n" {
            bodies.push(Vec::new());
        } else if let Some(body) = bodies.last_mut() {
            body.extend_from_slice(line);
        }
    }
    bodies
}

/// An input as [`Tried::one`] reads it.
pub fn written(name: &str, status: u16, bodies: &[String]) -> String {
    format!("{name} {status}\n{}\n", bodies.join("\n===\n"))
}

thread_local! {
    static TRIED: RefCell<Vec<Tried>> = const { RefCell::new(Vec::new()) };
}

/// Tries an input of a vendor, with what was made for the one before.
pub fn one(vendor: Vendor, input: &[u8]) -> bool {
    TRIED.with_borrow_mut(|all| {
        let known = all.iter().position(|tried| tried.vendor == vendor);
        let index = known.unwrap_or_else(|| {
            all.push(Tried::new(vendor));
            all.len() - 1
        });
        all[index].one(input)
    })
}
