//! `palabre ledger`: what a campaign has come to, and what a person decides about it.

use std::path::PathBuf;

use arrow_schema::DataType;
use clap::{ArgGroup, Args, Subcommand};
use palabre::ledger::{Filter, Ledger as File, Resolution, State};
use palabre::table::Tabular;
use palabre::{Error, LedgerRow};
use serde_json::json;

use super::{PIECE, summary};
use crate::choose;
use crate::exit::Failure;
use crate::options::{One, Output};
use crate::output::{Columns, Records, Sink, Typed};
use crate::reading::write_one;
use crate::terminal::{self, counted};

#[derive(Debug, Subcommand)]
pub(crate) enum Ledger {
    /// Show how far a campaign has come
    #[command(after_help = "Example:\n  palabre ledger show campaign.db")]
    Show(Show),
    /// Write each row: its state, its reason, the vendor's identifiers
    ///
    /// Numbers are masked unless they are asked for. What was sent is never written.
    #[command(
        after_help = "Examples:\n  palabre ledger export campaign.db --out report.csv\n  palabre ledger export campaign.db --state unknown --numbers"
    )]
    Export(Export),
    /// Say what is known of rows of which palabre does not know whether they happened
    ///
    /// All of them are decided, or none. With --as resend the next run sends them again: if they had
    /// arrived, they arrive twice.
    #[command(
        after_help = "Examples:\n  palabre ledger resolve campaign.db --row 1 --row 2 --as accepted \\\n      --note 'seen in the dashboard'\n  palabre ledger resolve campaign.db --all-unknown --as not_sent"
    )]
    Resolve(Resolve),
    /// Go on with another key of the same account
    ///
    /// A ledger knows its account by its key. After that was changed at the vendor, say that it is the
    /// same account; another ledger would send to everybody again.
    #[command(after_help = "Example:\n  palabre ledger rebind campaign.db")]
    Rebind(Rebind),
}

#[derive(Args, Debug)]
pub(crate) struct Show {
    /// Ledger
    #[arg(value_name = "LEDGER")]
    path: PathBuf,
    #[command(flatten)]
    output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Export {
    /// Ledger
    #[arg(value_name = "LEDGER")]
    path: PathBuf,
    /// Only rows in this state: planned, attempting, accepted, not_sent, refused or unknown
    #[arg(long, value_parser = state)]
    state: Option<State>,
    /// Whole phone numbers
    #[arg(long)]
    numbers: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("rows").required(true).args(["row", "all_unknown"]))]
pub(crate) struct Resolve {
    /// Ledger
    #[arg(value_name = "LEDGER")]
    path: PathBuf,
    /// Row, by its number; repeatable
    #[arg(long, value_name = "N")]
    row: Vec<i64>,
    /// Every row that is unknown
    #[arg(long)]
    all_unknown: bool,
    /// What is known: accepted, not_sent, or resend to send it again
    #[arg(long = "as", value_name = "WHAT", value_parser = resolution)]
    resolution: Resolution,
    /// Why, for whoever reads the ledger later
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Rebind {
    /// Ledger
    #[arg(value_name = "LEDGER")]
    path: PathBuf,
    #[command(flatten)]
    one: One,
}

fn state(text: &str) -> Result<State, String> {
    text.parse().map_err(|error: Error| error.to_string())
}

fn resolution(text: &str) -> Result<Resolution, String> {
    text.parse().map_err(|error: Error| error.to_string())
}

const SHOWN: Columns = &[
    ("ledger", DataType::Utf8),
    ("verb", DataType::Utf8),
    ("vendor", DataType::Utf8),
    ("account", DataType::Utf8),
    ("made_at", DataType::Utf8),
    ("total", DataType::Int64),
    ("accepted", DataType::Int64),
    ("refused", DataType::Int64),
    ("not_sent", DataType::Int64),
    ("unknown", DataType::Int64),
    ("left", DataType::Int64),
];

impl Ledger {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Show(show) => show.run(),
            Self::Export(export) => export.run(),
            Self::Resolve(resolve) => resolve.run(),
            Self::Rebind(rebind) => rebind.run().await,
        }
    }
}

impl Show {
    fn run(self) -> Result<(), Failure> {
        self.output.format()?;
        let ledger = File::open(self.path)?;
        let (vendor, account) = ledger.account()?;
        let path = ledger.path().display().to_string();
        let mut row = summary(&path, &ledger.verb()?, &ledger.counts()?);
        row["vendor"] = json!(vendor);
        row["account"] = json!(account);
        row["made_at"] = json!(ledger.made_at()?.to_string());
        let mut records = Records::new(SHOWN);
        records.push(row);
        write_one(&self.output, &records)
    }
}

impl Export {
    fn run(self) -> Result<(), Failure> {
        self.output.format()?;
        let ledger = File::open(self.path)?;
        let filter = Filter {
            state: self.state,
            numbers: self.numbers,
        };
        let schema = LedgerRow::schema();
        let mut sink = Sink::open(&self.output, &schema)?;
        let mut last = 0;
        loop {
            let items = ledger.rows_after(last, PIECE, &filter)?;
            let Some(end) = items.last() else { break };
            last = end.row;
            sink.write(&Typed {
                schema: &schema,
                items: &items,
            })?;
        }
        sink.finish()?;
        Ok(())
    }
}

impl Resolve {
    fn run(self) -> Result<(), Failure> {
        let ledger = File::open(self.path)?;
        let mut rows = self.row;
        if self.all_unknown {
            let unknown = Filter {
                state: Some(State::Unknown),
                numbers: false,
            };
            rows.extend(ledger.rows(&unknown)?.into_iter().map(|row| row.row));
        }
        let count = ledger.resolve(&rows, self.resolution, self.note.as_deref())?;
        let what = self.resolution.as_str();
        let rows = counted(count, "row", "rows");
        terminal::note(&format!("{rows}: {what}; {}", ledger.counts()?));
        Ok(())
    }
}

impl Rebind {
    async fn run(self) -> Result<(), Failure> {
        let ledger = File::open(self.path)?;
        let name = match self.one.account {
            Some(name) => name,
            None => ledger.account()?.1,
        };
        let account = self.one.source.load()?.account(&name)?.clone();
        let client = choose::open(account, self.one.watch).await?;
        ledger.rebind(&client)?;
        let path = ledger.path().display();
        terminal::note(&format!("{path} belongs to {name} with its present key"));
        Ok(())
    }
}
