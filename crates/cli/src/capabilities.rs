//! `palabre capabilities`: what each vendor can do, and how.

use arrow_schema::DataType;
use clap::Args;
use clap::builder::PossibleValuesParser;
use console::style;
use palabre::{Support, Vendor, Verb};
use serde_json::json;
use std::io::Write;

use crate::exit::Failure;
use crate::options::{Format, Output};
use crate::output::{Columns, Destination, Records, Rows, Sink};

const COLUMNS: Columns = &[
    ("verb", DataType::Utf8),
    ("vendor", DataType::Utf8),
    ("support", DataType::Utf8),
    ("note", DataType::Utf8),
    ("who_can", DataType::Utf8),
];

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Only this verb, such as contacts.list
    #[arg(value_name = "NOUN.VERB", value_parser = verbs())]
    verb: Option<String>,
    /// Only this vendor
    #[arg(long, value_parser = vendors())]
    vendor: Option<String>,
    #[command(flatten)]
    output: Output,
}

fn verbs() -> PossibleValuesParser {
    PossibleValuesParser::new(Verb::ALL.iter().map(|verb| verb.as_str()))
}

fn vendors() -> PossibleValuesParser {
    PossibleValuesParser::new(Vendor::ALL.map(Vendor::id))
}

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let verbs: Vec<Verb> = match &arguments.verb {
        Some(verb) => vec![verb.parse()?],
        None => Verb::ALL.to_vec(),
    };
    let vendors: Vec<Vendor> = match &arguments.vendor {
        Some(vendor) => vec![vendor.parse()?],
        None => Vendor::ALL.to_vec(),
    };
    let output = &arguments.output;
    if output.format()? == Format::Table && output.columns.is_empty() {
        let mut out = Destination::open(output.out.as_deref())?;
        show(&mut out, &verbs, &vendors)?;
        return out.finish();
    }
    let mut records = Records::new(COLUMNS);
    for verb in verbs {
        for vendor in &vendors {
            let support = palabre::support(*vendor, verb);
            records.push(json!({
                "verb": verb.as_str(),
                "vendor": vendor,
                "support": support.as_str(),
                "note": palabre::note(*vendor, verb),
                "who_can": (!support.is_supported()).then(|| who_can(verb)),
            }));
        }
    }
    let mut sink = Sink::open(output, &records.schema())?;
    sink.write(&records)?;
    sink.finish()?;
    Ok(())
}

fn who_can(verb: Verb) -> String {
    let able = palabre::who_can(verb).into_iter().map(Vendor::id);
    able.collect::<Vec<_>>().join(", ")
}

/// A row for each verb and a column for each vendor, then the notes.
fn show(out: &mut dyn Write, verbs: &[Verb], vendors: &[Vendor]) -> Result<(), Failure> {
    let widest = verbs.iter().map(|verb| verb.as_str().len()).max();
    let width = widest.unwrap_or_default();
    let names: Vec<_> = vendors
        .iter()
        .map(|vendor| format!("{:11}", vendor.name()))
        .collect();
    let header = format!("{:width$}  {}", "verb", names.join(" "));
    writeln!(out, "{}", style(header.trim_end()).bold())?;
    for verb in verbs {
        let cells: Vec<_> = vendors
            .iter()
            .map(|vendor| match palabre::support(*vendor, *verb) {
                Support::Native => format!("{:11}", "yes"),
                Support::Emulated(_) => format!("{:11}", "emulated"),
                Support::Unsupported(_) => format!("{:11}", "–"),
            })
            .collect();
        let line = format!("{:width$}  {}", verb.as_str(), cells.join(" "));
        writeln!(out, "{}", line.trim_end())?;
    }
    let mut emulated = Vec::new();
    let mut refused: Vec<(Vendor, &str, Vec<&str>)> = Vec::new();
    for verb in verbs {
        for vendor in vendors {
            match palabre::support(*vendor, *verb) {
                Support::Native => {}
                Support::Emulated(how) => {
                    emulated.push(format!("  {verb} at {}: {how}", vendor.name()));
                }
                Support::Unsupported(why) => {
                    let known = refused
                        .iter_mut()
                        .find(|(other, reason, _)| other == vendor && *reason == why);
                    match known {
                        Some((_, _, verbs)) => verbs.push(verb.as_str()),
                        None => refused.push((*vendor, why, vec![verb.as_str()])),
                    }
                }
            }
        }
    }
    if !emulated.is_empty() {
        writeln!(out, "\n{}", style("emulated: made of other calls").bold())?;
        for line in emulated {
            writeln!(out, "{line}")?;
        }
    }
    if !refused.is_empty() {
        writeln!(
            out,
            "\n{}",
            style("–: refused before anything is sent").bold()
        )?;
        refused.sort_by_key(|(vendor, ..)| *vendor);
        for (vendor, why, refused) in refused {
            let which = match (verbs, &*refused) {
                ([verb], _) => format!("{} can", who_can(*verb)),
                (_, [only]) => (*only).to_owned(),
                (_, several) => format!("{} verbs", several.len()),
            };
            writeln!(out, "  {}: {why} ({which})", vendor.name())?;
        }
    }
    Ok(())
}
