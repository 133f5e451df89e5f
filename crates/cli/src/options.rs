//! Options that many commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Where accounts come from.
#[derive(Args, Clone, Debug)]
pub(crate) struct Source {
    /// Profile of the configuration file
    #[arg(long, value_name = "NAME", help_heading = "Accounts")]
    pub(crate) profile: Option<String>,
    /// Configuration file
    #[arg(long, value_name = "FILE", help_heading = "Accounts")]
    pub(crate) config: Option<PathBuf>,
}

/// What is told of requests.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct Watch {
    /// Tell each request on the standard error: when it leaves, and how it ends
    #[arg(short, long)]
    pub(crate) verbose: bool,
}

/// Which accounts a read asks.
#[derive(Args, Clone, Debug)]
pub(crate) struct Several {
    /// Account to ask; repeatable; all that can answer if not given
    #[arg(long, value_name = "NAME", help_heading = "Accounts")]
    pub(crate) account: Vec<String>,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) watch: Watch,
}

/// Which account a single object or a write is for.
#[derive(Args, Clone, Debug)]
pub(crate) struct One {
    /// Account; may be left out if only one can do it
    #[arg(long, value_name = "NAME", help_heading = "Accounts")]
    pub(crate) account: Option<String>,
    #[command(flatten)]
    pub(crate) source: Source,
    #[command(flatten)]
    pub(crate) watch: Watch,
}

/// How the result is written.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Output {
    /// Format; a table on a terminal, jsonl in a pipe
    #[arg(
        short,
        long,
        value_enum,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub(crate) output: Option<Format>,
    /// File to write, whole or not at all; its ending tells the format
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub(crate) out: Option<PathBuf>,
    /// Only these columns, in this order
    #[arg(
        long,
        value_name = "NAME,…",
        value_delimiter = ',',
        help_heading = "Output"
    )]
    pub(crate) columns: Vec<String>,
}

/// A format of results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: fits the terminal
    Table,
    /// One JSON document
    Json,
    /// One JSON object a line
    Jsonl,
    /// Comma-separated values, UTF-8, with a header
    Csv,
    /// Apache Parquet
    Parquet,
    /// Arrow IPC: the file format with --out, the stream format in a pipe
    Arrow,
}

/// How much of a list is read.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Paging {
    /// At most so many rows of each account
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Rows a request; the vendor's default if not given
    #[arg(long, value_name = "N")]
    pub(crate) page_size: Option<u32>,
    /// Where to start: a cursor that an earlier list ended with
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
}

/// A write that is not asked about.
#[derive(Args, Clone, Debug)]
pub(crate) struct Write {
    /// Check everything, show what would be sent, send nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) one: One,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A write that cannot be taken back: it asks first.
#[derive(Args, Clone, Debug)]
pub(crate) struct Asked {
    /// Do not ask; needed where there is no terminal to ask on
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) write: Write,
}

/// A read of one object.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReadOne {
    #[command(flatten)]
    pub(crate) one: One,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// A read of many rows.
#[derive(Args, Clone, Debug)]
pub(crate) struct ReadMany {
    #[command(flatten)]
    pub(crate) several: Several,
    #[command(flatten)]
    pub(crate) output: Output,
}

/// Fields of the vendor that have no option of their own.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct Extra {
    /// Text field of the vendor, by its own name; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) extra: Vec<(String, String)>,
    /// Any field of the vendor, by its own name, in JSON; repeatable
    #[arg(long, value_name = "NAME=JSON", value_parser = json_pair)]
    pub(crate) extra_json: Vec<(String, serde_json::Value)>,
}

impl Extra {
    pub(crate) fn to_map(&self) -> Result<serde_json::Map<String, serde_json::Value>, String> {
        merge("--extra", &self.extra, &self.extra_json)
    }
}

/// Texts and JSON values by name; a name given twice is refused.
pub(crate) fn merge(
    option: &str,
    texts: &[(String, String)],
    values: &[(String, serde_json::Value)],
) -> Result<serde_json::Map<String, serde_json::Value>, String> {
    let texts = texts
        .iter()
        .map(|(name, text)| (name, serde_json::Value::from(text.as_str())));
    let values = values.iter().map(|(name, value)| (name, value.clone()));
    let mut merged = serde_json::Map::new();
    for (name, value) in texts.chain(values) {
        if merged.insert(name.clone(), value).is_some() {
            return Err(format!("{option}: {name} is given twice"));
        }
    }
    Ok(merged)
}

/// `name=value`, split at the first `=`.
pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// `name=JSON`.
pub(crate) fn json_pair(text: &str) -> Result<(String, serde_json::Value), String> {
    let (name, json) = pair(text).map_err(|_| "write it as NAME=JSON")?;
    let value = serde_json::from_str(&json).map_err(|error| format!("not JSON: {error}"))?;
    Ok((name, value))
}
