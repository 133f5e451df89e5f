//! What became of each row of an import.

use arrow_schema::DataType;
use palabre::{Client, Error, NewContact, Rehearsed};
use serde_json::{Value, json};

use crate::exit::Failure;
use crate::interrupt::Signal;
use crate::options::Output;
use crate::output::{Columns, Records, Rows, Sink, printable};
use crate::terminal::{self, counted};
use crate::writing;

const REPORT: Columns = &[
    ("line", DataType::Int64),
    ("account", DataType::Utf8),
    ("phone", DataType::Utf8),
    ("result", DataType::Utf8),
    ("id", DataType::Utf8),
    ("reason", DataType::Utf8),
];

const DRY_RUN: Columns = &[
    ("line", DataType::Int64),
    ("account", DataType::Utf8),
    ("phone", DataType::Utf8),
    ("result", DataType::Utf8),
    ("reason", DataType::Utf8),
    ("operation", DataType::Utf8),
    ("method", DataType::Utf8),
    ("url", DataType::Utf8),
    ("content", DataType::Utf8),
];

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The contact is at the vendor.
    Created,
    /// It was refused, by us or by the vendor; nothing was created.
    Refused,
    /// Nobody knows whether it was created.
    Unknown,
    /// It was not tried, since something failed before.
    NotAttempted,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
            Self::NotAttempted => "not_attempted",
        }
    }
}

/// A row on its way.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) phone: Option<String>,
    /// The contact to create; `None` if the row is refused.
    pub(crate) contact: Option<NewContact>,
    /// What would be sent.
    pub(crate) request: Option<Rehearsed>,
    pub(crate) reason: Option<String>,
}

impl Row {
    pub(crate) fn new(line: u64) -> Self {
        Self {
            line,
            phone: None,
            contact: None,
            request: None,
            reason: None,
        }
    }

    pub(crate) fn refuse(&mut self, reason: String) {
        self.contact = None;
        self.reason = Some(reason);
    }

    /// The row for a person.
    pub(crate) fn line(&self) -> String {
        match (&self.request, &self.reason) {
            (Some(request), None) => format!("line {}: {}", self.line, writing::line(request)),
            (_, reason) => format!(
                "line {}: refused: {}",
                self.line,
                printable(reason.as_deref().unwrap_or_default())
            ),
        }
    }
}

/// Why a row was refused: the account and the verb are the same for all.
pub(crate) fn reason(error: &Error) -> String {
    match error.get_hint() {
        Some(hint) => format!("{}; {hint}", error.message()),
        None => error.message().to_owned(),
    }
}

/// Rows of a dry run.
pub(crate) fn rehearsed(client: &Client, rows: &[Row]) -> Records {
    let mut records = Records::new(DRY_RUN);
    for row in rows {
        let mut record = json!({
            "line": row.line,
            "account": client.name(),
            "phone": row.phone,
            "result": if row.contact.is_some() { "would_create" } else { "refused" },
            "reason": row.reason,
        });
        if let (Some(request), Some(_)) = (&row.request, &row.contact) {
            for name in ["operation", "method", "url", "content"] {
                record[name] = writing::record(client, request)[name].take();
            }
        }
        records.push(record);
    }
    records
}

/// The report of an import, written while it goes on.
pub(crate) struct Report {
    sink: Sink,
    account: String,
    counts: [usize; 4],
}

impl Report {
    pub(crate) fn open(output: &Output, account: &str) -> Result<Self, Failure> {
        Ok(Self {
            sink: Sink::open(output, &Records::new(REPORT).schema())?,
            account: account.to_owned(),
            counts: [0; 4],
        })
    }

    pub(crate) fn shows_rows(&self) -> bool {
        self.sink.shows_rows()
    }

    pub(crate) fn add(
        &mut self,
        row: &Row,
        outcome: Outcome,
        id: Option<&str>,
        reason: Option<&str>,
    ) -> Result<(), Failure> {
        self.counts[outcome as usize] += 1;
        let record: Value = json!({
            "line": row.line,
            "account": self.account,
            "phone": row.phone,
            "result": outcome.as_str(),
            "id": id,
            "reason": reason,
        });
        let mut records = Records::new(REPORT);
        records.push(record);
        self.sink.write(&records)
    }

    pub(crate) fn finish(self, interrupted: Option<Signal>) -> Result<(), Failure> {
        self.sink.finish()?;
        let [created, refused, unknown, not_attempted] = self.counts;
        let mut counts = vec![format!("{created} created")];
        for (count, word) in [
            (refused, "refused"),
            (unknown, "of unknown outcome"),
            (not_attempted, "not attempted"),
        ] {
            if count > 0 {
                counts.push(format!("{count} {word}"));
            }
        }
        let counts = counts.join(", ");
        if let Some(signal) = interrupted {
            let said = format!("interrupted: {counts}");
            return Err(Failure::Interrupted(signal, Some(said)));
        }
        if refused + unknown + not_attempted > 0 {
            return Err(Failure::Partial(counts));
        }
        terminal::note(&counts);
        Ok(())
    }
}

/// How a dry run ends.
pub(crate) fn verdict(refused: usize, all: usize) -> Result<(), Failure> {
    if refused == 0 {
        return Ok(());
    }
    Err(Failure::Partial(format!(
        "{refused} of {} would be refused",
        counted(all, "row", "rows")
    )))
}
