//! The referee: the ledger against the journal, and what has happened in all.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use palabre::ledger::{Counts, Filter, Ledger, LedgerEvent};
use palabre_sandbox::Sandbox;

use super::plan::Plan;

/// How many messages of a campaign have arrived for each number.
pub fn arrived(sandbox: &Sandbox, plan: &Plan) -> BTreeMap<String, usize> {
    let own = plan.numbers();
    let mut arrived = BTreeMap::new();
    // A request of the campaign before may come late: it is none of this one's.
    for message in sandbox.sent() {
        if message.accepted && own.contains(&message.to) {
            *arrived.entry(message.to).or_default() += 1;
        }
    }
    arrived
}

/// Compares the ledger with the journal, person by person. An error says what does not hold.
pub fn agree(sandbox: &Sandbox, ledger: &Path, plan: &Plan) -> Result<(), String> {
    let Ok(ledger) = Ledger::open(ledger) else {
        // It died before anything was decided, so nothing may have left.
        return match arrived(sandbox, plan).values().sum() {
            0 => Ok(()),
            count => Err(format!("{count} arrived, and there is no ledger")),
        };
    };
    let filter = Filter {
        numbers: true,
        ..Default::default()
    };
    let told = |error: palabre::Error| error.to_string();
    let rows = ledger.rows(&filter).map_err(told)?;
    let events = ledger.events().map_err(told)?;
    // Rows first: what arrives between the two looks is under way, and at most too much by one.
    let mut arrived = arrived(sandbox, plan);
    let mut people: BTreeMap<String, (usize, usize, Vec<String>)> = BTreeMap::new();
    for row in rows {
        // Each time that a person had it sent again, the try before may have arrived.
        let again = events.iter().filter(|event| {
            event.row == Some(row.row)
                && event.cause == "person"
                && event.became.as_deref() == Some("planned")
        });
        let again = again.count();
        let (least, most) = match &*row.state {
            "not_sent" | "refused" if again > 0 && !row.decided => {
                let (number, state) = (row.row, row.state);
                return Err(format!(
                    "row {number} is {state}, and what a try before it came to is forgotten"
                ));
            }
            "accepted" => (1, 1),
            // Whether that is so is the person's word.
            "not_sent" if row.decided => (0, 1),
            "planned" | "not_sent" | "refused" => (0, 0),
            _ => (0, 1),
        };
        let to = row.to.unwrap_or_default();
        let (all_least, all_most, said) = people.entry(to).or_default();
        *all_least += least;
        *all_most += most + again;
        let reason = row.reason.unwrap_or_default();
        said.push(format!("row {} is {} ({reason})", row.row, row.state));
    }
    for (to, (least, most, said)) in people {
        let count = arrived.remove(&to).unwrap_or(0);
        if !(least..=most).contains(&count) {
            let said = said.join(", ");
            return Err(format!("{said}; {count} arrived, not {least} to {most}"));
        }
    }
    match arrived.values().sum() {
        0 => Ok(()),
        others => Err(format!("{others} arrived for nobody in the ledger")),
    }
}

/// What has happened in many campaigns.
#[derive(Debug, Default)]
pub struct Toll {
    campaigns: u64,
    lives: BTreeMap<String, u64>,
    requests: u64,
    rows: BTreeMap<&'static str, u64>,
    vendors: BTreeMap<&'static str, u64>,
    faults: BTreeMap<String, u64>,
    /// What was not one of the usual steps, by its cause.
    events: BTreeMap<String, u64>,
}

impl Toll {
    /// A life has ended in a way.
    pub fn life(&mut self, end: &str) {
        *self.lives.entry(end.to_owned()).or_default() += 1;
    }

    /// A campaign has come to its end.
    pub fn campaign(
        &mut self,
        sandbox: &Sandbox,
        vendor: &'static str,
        counts: &Counts,
        events: Vec<LedgerEvent>,
    ) {
        self.campaigns += 1;
        for event in events {
            *self.events.entry(event.cause).or_default() += 1;
        }
        *self.vendors.entry(vendor).or_default() += 1;
        for entry in sandbox.journal() {
            self.requests += 1;
            if let Some(fault) = entry.fault {
                *self.faults.entry(fault).or_default() += 1;
            }
        }
        for state in palabre::ledger::State::ALL {
            let count = counts.of(state);
            if count > 0 {
                *self.rows.entry(state.as_str()).or_default() += count;
            }
        }
    }

    pub fn add(&mut self, other: Self) {
        fn sum<K: Ord>(into: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
            for (key, count) in from {
                *into.entry(key).or_default() += count;
            }
        }
        self.campaigns += other.campaigns;
        self.requests += other.requests;
        sum(&mut self.lives, other.lives);
        sum(&mut self.rows, other.rows);
        sum(&mut self.vendors, other.vendors);
        sum(&mut self.faults, other.faults);
        sum(&mut self.events, other.events);
    }

    /// How often a life ended before its campaign did.
    pub fn deaths(&self) -> u64 {
        let ends = self.lives.iter().filter(|(end, _)| *end != "whole");
        ends.map(|(_, count)| count).sum()
    }

    /// How many rows ended in a state.
    pub fn rows(&self, state: &str) -> u64 {
        self.rows.get(state).copied().unwrap_or_default()
    }

    /// How often something happened to a row that is not one of the usual steps.
    pub fn events(&self, cause: &str) -> u64 {
        self.events.get(cause).copied().unwrap_or_default()
    }

    pub fn faults(&self) -> u64 {
        self.faults.values().sum()
    }
}

impl fmt::Display for Toll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn line<K: fmt::Display>(counts: &BTreeMap<K, u64>) -> String {
            let counts = counts.iter().map(|(key, count)| format!("{key} {count}"));
            counts.collect::<Vec<_>>().join(", ")
        }
        writeln!(f, "campaigns: {} ({})", self.campaigns, line(&self.vendors))?;
        writeln!(f, "lives: {}", line(&self.lives))?;
        writeln!(f, "requests: {}", self.requests)?;
        writeln!(f, "rows: {}", line(&self.rows))?;
        writeln!(f, "events: {}", line(&self.events))?;
        write!(f, "faults: {} ({})", self.faults(), line(&self.faults))
    }
}
