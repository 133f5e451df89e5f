//! `palabre call`: any operation of a vendor's spec, by its own name.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use palabre::{
    Argument, Effect, Error, ErrorKind, FilePart, Operation, Outcome, Rehearsal, Vendor,
};
use serde_json::Value;

use crate::exit::Failure;
use crate::options::{Asked, Format, json_pair, pair};
use crate::output::Destination;
use crate::writing;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// Name of the operation in the vendor's spec, such as list_contact_groups
    operation: String,
    /// Parameter or field of the body, by its own name; given again, it becomes a list
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    param: Vec<(String, String)>,
    /// The same in JSON
    #[arg(long, value_name = "NAME=JSON", value_parser = json_pair)]
    param_json: Vec<(String, Value)>,
    /// The same, from a file
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    file: Vec<(String, String)>,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let asked = &arguments.asked;
    let output = &asked.write.output;
    let format = match (output.output, &output.out) {
        (None, None) if output.format()? == Format::Table => Format::Json,
        _ => output.format()?,
    };
    if !matches!(format, Format::Json | Format::Jsonl) {
        return Err(Failure::usage(
            "an operation gives plain JSON: --output json or jsonl",
        ));
    }
    let name = &arguments.operation;
    let has_it = |vendor: Vendor| palabre::spec(vendor).operation(name).is_some();
    let client = asked
        .write
        .one
        .open_where(has_it, name, || unknown(name))
        .await?;
    let operation = palabre::spec(client.vendor()).operation(name);
    let given = given(&arguments, operation)?;
    // An operation that the vendor does not have is refused by the client, with those it has.
    let effect = operation.map_or(Effect::Read, |operation| operation.effect);

    let everything = Arc::new(Rehearsal::of_everything());
    let rehearsed = client.rehearsed(everything.clone());
    let refused = rehearsed.call(name, given.clone()).await;
    let requests = everything.take();
    if let (Err(error), true) = (refused, requests.is_empty()) {
        return Err(error.into());
    }
    if asked.write.dry_run {
        return writing::show(output, &client, &requests);
    }
    if effect != Effect::Read {
        asked.check()?;
        if !asked.yes {
            writing::confirm(&client, &requests, &format!("call {name}")).await?;
        }
    }
    let call = client.call(name, given);
    let answer = match effect {
        Effect::Read => call.await?,
        Effect::Write | Effect::Send => writing::under_way(name, call).await?,
    };
    let mut out = Destination::open(output.out.as_deref())?;
    match format {
        Format::Json => writeln!(out, "{answer:#}")?,
        _ => writeln!(out, "{answer}")?,
    }
    out.finish()
}

/// The arguments by their names.
fn given(
    arguments: &Arguments,
    operation: Option<&Operation>,
) -> Result<BTreeMap<String, Argument>, Failure> {
    let mut texts: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, text) in &arguments.param {
        texts
            .entry(name)
            .or_default()
            .push(value(name, text, operation));
    }
    let mut given = BTreeMap::new();
    for (name, mut values) in texts {
        let is_list = operation.is_some_and(|operation| is_list(operation, name));
        let value = match values.pop() {
            Some(only) if values.is_empty() && !is_list => only,
            last => values.into_iter().chain(last).collect(),
        };
        given.insert(name.to_owned(), Argument::Value(value));
    }
    let values = arguments.param_json.iter();
    let values = values.map(|(name, value)| Ok((name, Argument::Value(value.clone()))));
    let files = arguments.file.iter().map(|(name, path)| {
        let part = FilePart::read(name, &PathBuf::from(path))?;
        Ok((name, Argument::File(part)))
    });
    for argument in values.chain(files) {
        let (name, argument) = argument.map_err(|error: Error| Failure::from(error))?;
        if given.insert(name.clone(), argument).is_some() {
            return Err(Failure::usage(format_args!("{name} is given twice")));
        }
    }
    Ok(given)
}

fn rule<'a>(operation: &'a Operation, name: &str) -> Option<&'a palabre::Rule> {
    let parameter = operation
        .parameters
        .iter()
        .find(|parameter| parameter.name == name)
        .map(|parameter| &parameter.rule);
    parameter.or_else(|| operation.body.as_ref()?.rule.property(name))
}

fn is_list(operation: &Operation, name: &str) -> bool {
    rule(operation, name).is_some_and(|rule| rule.kind == palabre::Kind::Array)
}

/// A text as what the spec asks for: a number where it wants one.
fn value(name: &str, text: &str, operation: Option<&Operation>) -> Value {
    use palabre::Kind::{Boolean, Integer, Number};
    let wanted = operation
        .and_then(|operation| rule(operation, name))
        .map(|rule| rule.items.map_or(rule.kind, |items| items.kind));
    match (wanted, serde_json::from_str(text)) {
        (Some(Integer | Number), Ok(value @ Value::Number(_)))
        | (Some(Boolean), Ok(value @ Value::Bool(_))) => value,
        _ => text.into(),
    }
}

fn unknown(name: &str) -> Error {
    let able: Vec<_> = Vendor::ALL
        .into_iter()
        .filter(|vendor| palabre::spec(*vendor).operation(name).is_some())
        .map(Vendor::name)
        .collect();
    if able.is_empty() {
        return Error::new(
            ErrorKind::InvalidInput,
            format!("operation: {name:?} is not an operation of any vendor"),
        )
        .outcome(Outcome::NotSent)
        .hint("name the account, and the error lists its operations");
    }
    Error::new(
        ErrorKind::Unsupported,
        format!("{name}: no account's vendor has it"),
    )
    .outcome(Outcome::NotSent)
    .hint(format!("{} can", able.join(", ")))
}
