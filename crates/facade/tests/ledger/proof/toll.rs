//! The referee: the ledger against the journal, and what has happened in all.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use palabre::ledger::{Counts, Filter, Ledger};
use palabre_sandbox::Sandbox;

use super::plan::Plan;

/// Compares the ledger with the journal row by row. An error says what does not hold.
pub fn agree(sandbox: &Sandbox, ledger: &Path, plan: &Plan) -> Result<(), String> {
    let own = plan.numbers();
    // A request of the campaign before may come late: it is none of this one's.
    let sent = || {
        let mut sent = sandbox.sent();
        sent.retain(|message| message.accepted && own.contains(&message.to));
        sent
    };
    let Ok(ledger) = Ledger::open(ledger) else {
        // It died before anything was decided, so nothing may have left.
        return match sent().len() {
            0 => Ok(()),
            count => Err(format!("{count} arrived, and there is no ledger")),
        };
    };
    let filter = Filter {
        numbers: true,
        ..Default::default()
    };
    let rows = ledger.rows(&filter).map_err(|error| error.to_string())?;
    let mut arrived: BTreeMap<String, usize> = BTreeMap::new();
    // Rows first: what arrives between the two looks is under way, and at most too much by one.
    for message in sent() {
        *arrived.entry(message.to).or_default() += 1;
    }
    for row in rows {
        let count = row.to.and_then(|to| arrived.remove(&to)).unwrap_or(0);
        let may = match &*row.state {
            "accepted" => 1..=1,
            "planned" | "not_sent" | "refused" => 0..=0,
            _ => 0..=1,
        };
        if !may.contains(&count) {
            let (number, state, reason) = (row.row, row.state, row.reason.unwrap_or_default());
            return Err(format!(
                "row {number} is {state} ({reason}), and {count} arrived"
            ));
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
}

impl Toll {
    /// A life has ended in a way.
    pub fn life(&mut self, end: &str) {
        *self.lives.entry(end.to_owned()).or_default() += 1;
    }

    /// A campaign has come to its end.
    pub fn campaign(&mut self, sandbox: &Sandbox, vendor: &'static str, counts: &Counts) {
        self.campaigns += 1;
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
        write!(f, "faults: {} ({})", self.faults(), line(&self.faults))
    }
}
