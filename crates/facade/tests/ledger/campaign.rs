//! A campaign with its sandbox and its ledger.

use std::path::PathBuf;

use palabre::ledger::{Filter, Ledger, LedgerRow, Many, Report, Row, State, rows};
use palabre::{Client, Vendor};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::stage::Stage;

pub struct Campaign {
    pub stage: Stage,
    folder: TempDir,
}

impl Campaign {
    pub fn new() -> Self {
        Self::on(Stage::new())
    }

    pub fn on(stage: Stage) -> Self {
        Self {
            stage,
            folder: TempDir::new().unwrap(),
        }
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("campaign.db")
    }

    pub fn client(&self) -> Client {
        self.stage.client(Vendor::WapiFlow)
    }

    pub fn many(&self) -> Many {
        Many {
            contents: Row::new().with("text", "Hello {name}"),
            ..Many::new(self.path())
        }
    }

    /// Sends to so many people.
    pub async fn send(&self, people: usize) -> palabre::Result<Report> {
        self.client()
            .messages()
            .send_many(rows(audience(people)), self.many())
            .await
    }

    /// Sends rows.
    pub async fn send_rows(&self, audience: Vec<Row>) -> palabre::Result<Report> {
        let many = self.many();
        self.client()
            .messages()
            .send_many(rows(audience), many)
            .await
    }

    /// A row of the ledger.
    pub fn row(&self, number: i64) -> LedgerRow {
        let rows = self.ledger().rows_after(number - 1, 1, &Filter::default());
        rows.unwrap().remove(0)
    }

    pub fn ledger(&self) -> Ledger {
        Ledger::open(self.path()).unwrap()
    }

    /// The rows in a state, by their numbers.
    pub fn rows(&self, state: State) -> Vec<i64> {
        let rows = self.ledger().rows(&Filter::default()).unwrap();
        let rows = rows.into_iter().filter(|row| row.state == state.as_str());
        rows.map(|row| row.row).collect()
    }

    /// Whom the sandbox has a message for, in the order in which they arrived.
    pub fn recipients(&self) -> Vec<String> {
        let sent = self.stage.sandbox.sent();
        let accepted = sent.into_iter().filter(|message| message.accepted);
        accepted.map(|message| message.to).collect()
    }

    /// Waits until so many have arrived.
    pub async fn arrived(&self, count: usize) {
        while self.recipients().len() < count {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    /// Checks the journal against the ledger, row by row: nobody got two, what is accepted arrived,
    /// what was not sent or refused or is left did not.
    pub fn agrees(&self) {
        let recipients = self.recipients();
        let filter = Filter {
            numbers: true,
            ..Default::default()
        };
        for row in self.ledger().rows(&filter).unwrap() {
            let Some(to) = row.to else { continue };
            let count = recipients.iter().filter(|known| **known == to).count();
            let may = match &*row.state {
                "accepted" => 1..=1,
                "refused"
                    if row
                        .reason
                        .unwrap_or_default()
                        .contains("the same recipient") =>
                {
                    1..=1
                }
                "planned" | "not_sent" | "refused" => 0..=0,
                _ => 0..=1,
            };
            assert!(
                may.contains(&count),
                "row {} is {}, {count} arrived",
                row.row,
                row.state
            );
        }
    }
}

/// Sends rows with a client.
pub async fn run(client: &Client, audience: Vec<Row>, many: Many) -> palabre::Result<Report> {
    client.messages().send_many(rows(audience), many).await
}

/// A number that WapiFlow takes.
pub fn number(index: usize) -> String {
    format!("+88019880{index:05}")
}

pub fn person(index: usize) -> Row {
    [
        ("to", json!(number(index))),
        ("name", json!(format!("Person {index}"))),
        ("key", json!(format!("k{index}"))),
    ]
    .into_iter()
    .collect()
}

pub fn audience(people: usize) -> Vec<Row> {
    (0..people).map(person).collect()
}

/// A row of other values.
pub fn row(values: Value) -> Row {
    let values = values.as_object().unwrap().clone();
    values.into_iter().collect()
}
