//! `palabre accounts` and `palabre doctor`: which accounts there are, and what is wrong with them.

use std::io::Write;

use arrow_schema::DataType;
use clap::Args;
use console::{measure_text_width, style};
use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use palabre::ErrorKind;
use palabre::config::{
    AccountConfig, Config, Environment, Finding, Origin, Setting, Severity, check_online, examine,
};
use serde_json::{Value, json};

use crate::choose::check;
use crate::exit::{self, Failure};
use crate::options::{Format, Output, Source, Watch};
use crate::output::{Columns, Destination, Records, Rows, Sink, printable};
use crate::terminal;

const SETTINGS: Columns = &[
    ("account", DataType::Utf8),
    ("vendor", DataType::Utf8),
    ("setting", DataType::Utf8),
    ("value", DataType::Utf8),
    ("origin", DataType::Utf8),
];

const FINDINGS: Columns = &[
    ("severity", DataType::Utf8),
    ("account", DataType::Utf8),
    ("key", DataType::Utf8),
    ("message", DataType::Utf8),
    ("hint", DataType::Utf8),
    ("place", DataType::Utf8),
];

#[derive(Args, Debug)]
pub(crate) struct Accounts {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    output: Output,
}

#[derive(Args, Debug)]
pub(crate) struct Doctor {
    /// Also make one harmless read for each account
    #[arg(long)]
    online: bool,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    watch: Watch,
    #[command(flatten)]
    output: Output,
}

/// Which accounts are looked at.
#[derive(Args, Debug)]
struct Chosen {
    /// Account to look at; repeatable; all if not given
    #[arg(long, value_name = "NAME", help_heading = "Accounts")]
    account: Vec<String>,
}

impl Chosen {
    fn has(&self, name: &str) -> bool {
        self.account.is_empty() || self.account.iter().any(|chosen| chosen == name)
    }

    /// The accounts that are asked for; an error for a name that none has.
    fn of(&self, config: &Config) -> Result<Vec<AccountConfig>, Failure> {
        for name in &self.account {
            config.account(name)?;
        }
        let accounts = config.accounts().iter();
        Ok(accounts
            .filter(|account| self.has(account.name()))
            .cloned()
            .collect())
    }
}

impl Accounts {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        self.output.format()?;
        let config = self.source.load()?;
        let accounts = self.chosen.of(&config)?;
        let mut records = Records::new(SETTINGS);
        for account in &accounts {
            for setting in account.settings() {
                records.push(json!({
                    "account": account.name(),
                    "vendor": account.vendor(),
                    "setting": setting.name,
                    "value": setting.shown,
                    "origin": setting.origin,
                }));
            }
        }
        if self.output.format()? == Format::Table && self.output.columns.is_empty() {
            let mut out = Destination::open(self.output.out.as_deref())?;
            show(&mut out, &accounts)?;
            out.finish()?;
        } else {
            let mut sink = Sink::open(&self.output, &records.schema())?;
            sink.write(&records)?;
            sink.finish()?;
        }
        let place = match config.path() {
            Some(path) => path.display().to_string(),
            None => "the environment; there is no configuration file".to_owned(),
        };
        let profile = match config.profile() {
            Some(profile) => format!(", profile {profile}"),
            None => String::new(),
        };
        terminal::note(&format!("from {place}{profile}"));
        // Accounts that cannot be read are not in the list.
        check(&config)
    }
}

impl Doctor {
    pub(crate) async fn run(&self) -> Result<(), Failure> {
        self.output.format()?;
        let path = self.source.config.as_deref();
        let profile = self.source.profile.as_deref();
        let (config, mut findings) = examine(path, profile, &Environment::process());
        // What is wrong with the file is wrong for every account.
        findings.retain(|finding| {
            finding
                .account
                .as_deref()
                .is_none_or(|name| self.chosen.has(name))
        });
        let mut records = Records::new(FINDINGS);
        let is_wrong = findings
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        for finding in &findings {
            records.push(row(finding));
        }
        let mut failed = 0;
        let accounts = match &config {
            Some(config) => self.chosen.of(config)?,
            None => Vec::new(),
        };
        let accounts = if self.online { accounts } else { Vec::new() };
        let asked = accounts.len();
        let mut reads: FuturesOrdered<_> = accounts
            .into_iter()
            .map(|account| async move {
                let name = account.name().to_owned();
                let client = crate::choose::open(account, self.watch).await;
                let checked = match &client {
                    Ok(client) => check_online(client).await,
                    Err(error) => Err(error.clone()),
                };
                (name, checked)
            })
            .collect();
        while let Some((name, checked)) = reads.next().await {
            records.push(match checked {
                Ok(checked) => json!({
                    "severity": "ok",
                    "account": name,
                    "message": format!("{} was answered", checked.verb),
                }),
                Err(error) => {
                    failed += 1;
                    json!({
                        "severity": "error",
                        "account": name,
                        "message": error.message(),
                        "hint": error.get_hint(),
                    })
                }
            });
        }
        self.write(&records)?;
        if is_wrong {
            let kind = ErrorKind::Config;
            return Err(Failure::Found(exit::status_of(kind)));
        }
        if failed > 0 {
            return Err(Failure::Partial(format!(
                "{failed} of {asked} accounts failed"
            )));
        }
        Ok(())
    }

    fn write(&self, records: &Records) -> Result<(), Failure> {
        if self.output.format()? != Format::Table || !self.output.columns.is_empty() {
            let mut sink = Sink::open(&self.output, &records.schema())?;
            sink.write(records)?;
            sink.finish()?;
            return Ok(());
        }
        let mut out = Destination::open(self.output.out.as_deref())?;
        for row in records.rows() {
            let text = |name: &str| row[name].as_str().unwrap_or_default();
            let severity = match text("severity") {
                "error" => style("error").red().bold(),
                "warning" => style("warning").yellow().bold(),
                other => style(other).green().bold(),
            };
            let mut line = vec![severity.to_string()];
            for name in ["account", "key", "message"] {
                if !text(name).is_empty() {
                    line.push(printable(text(name)));
                }
            }
            writeln!(out, "{}", line.join(": "))?;
            for (name, word) in [("place", "at"), ("hint", "→")] {
                if !text(name).is_empty() {
                    writeln!(out, "  {word} {}", printable(text(name)))?;
                }
            }
        }
        if records.len() == 0 {
            writeln!(out, "nothing is wrong")?;
        }
        out.finish()
    }
}

/// The accounts for a person, each with its settings below it.
fn show(out: &mut dyn Write, accounts: &[AccountConfig]) -> std::io::Result<()> {
    for account in accounts {
        let title = format!("{} ({})", account.name(), account.vendor().name());
        writeln!(out, "{}", style(printable(&title)).bold())?;
        let settings = account.settings();
        let value = |setting: &Setting| match (&setting.shown, &setting.origin) {
            (Some(value), _) => printable(value),
            (None, Origin::Default) => "–".to_owned(),
            (None, _) => "(secret)".to_owned(),
        };
        let width = |text: &dyn Fn(&Setting) -> String| {
            let widths = settings
                .iter()
                .map(|setting| measure_text_width(&text(setting)));
            widths.max().unwrap_or_default()
        };
        let names = width(&|setting| setting.name.to_owned());
        let values = width(&value);
        for setting in &settings {
            writeln!(
                out,
                "  {:names$}  {:values$}  {}",
                setting.name,
                value(setting),
                printable(&setting.origin.to_string())
            )?;
        }
    }
    Ok(())
}

fn row(finding: &Finding) -> Value {
    json!({
        "severity": finding.severity,
        "account": finding.account,
        "key": finding.key,
        "message": finding.message,
        "hint": finding.hint,
        "place": finding.place,
    })
}
