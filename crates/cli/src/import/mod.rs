//! `palabre contacts import`: contacts from a file, with a report for each row.
//!
//! Every row is checked before the first one is sent. A row that fails does not stop the others; a
//! failure that all others would share does, and then the report says which were not attempted.

mod mapping;
pub(crate) mod read;
pub(crate) mod report;
mod send;

use std::path::PathBuf;

use clap::Args;
use palabre::{Client, NewContact, Verb};

use crate::exit::Failure;
use crate::interrupt::or_interrupt;
use crate::options::{Asked, Format};
use crate::output::{Destination, Sink};
use crate::terminal::{self, counted};
use crate::{many, writing};
use mapping::Mapping;
use read::FileFormat;
use report::{Report, Row};

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// CSV file with a header, or JSONL file; - is the standard input
    file: PathBuf,
    /// Take a field from a column of another name; repeatable. Fields: name, given_name,
    /// family_name, phone, tags, meta, meta.NAME, address, city, state, post_code
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = crate::options::pair)]
    map: Vec<(String, String)>,
    /// File in which every row is kept before it is sent; made if it is not there
    ///
    /// An import that was ended anywhere goes on with the same command.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
    /// Format of the file; by its ending if not given
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<FileFormat>,
    /// What stands between cells; found out from the header if not given
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
    #[command(flatten)]
    asked: Asked,
}

pub(crate) fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" => Ok(b'\t'),
        [byte] if byte.is_ascii() && !byte.is_ascii_alphanumeric() => Ok(*byte),
        _ => Err("write one character, such as ; or \\t".to_owned()),
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let output = arguments.asked.write.output.clone();
    let ledger = arguments.ledger.clone();
    let Some((client, mut rows)) = or_interrupt(prepare(arguments)).await? else {
        return Ok(());
    };
    if let Some(ledger) = ledger {
        return many::import::run(&client, rows, ledger, &output).await;
    }
    let mut report = Report::open(&output, client.name())?;
    let interrupted = send::send(&client, &mut rows, &mut report).await?;
    report.finish(interrupted)
}

/// Reads and checks everything and asks; `None` after a dry run.
async fn prepare(arguments: Arguments) -> Result<Option<(Client, Vec<Row>)>, Failure> {
    let asked = &arguments.asked;
    asked.check()?;
    let (file, format, delimiter) = (arguments.file, arguments.format, arguments.delimiter);
    let name = file.display().to_string();
    let source = tokio::task::spawn_blocking(move || read::read(&file, format, delimiter))
        .await
        .map_err(|_| Failure::Other(format!("{name}: cannot be read")))??;
    if source.records.is_empty() {
        return Err(Failure::Usage(format!("{name}: holds no row")));
    }
    let mapping = Mapping::new(&arguments.map, &source.columns)?;
    let client = asked.write.one.open(Verb::ContactsCreate).await?;
    if !mapping.unused().is_empty() {
        terminal::warn(&format!(
            "columns that are not imported: {}",
            mapping.unused().join(", ")
        ));
    }
    let rows = check(&client, &mapping, source.records).await;
    if asked.write.dry_run {
        show(asked, &client, &rows)?;
        return Ok(None);
    }
    let good = rows.iter().filter(|row| row.contact.is_some()).count();
    if !asked.yes && good > 0 {
        let refused = rows.len() - good;
        let contacts = counted(good, "contact", "contacts");
        let question = match refused {
            0 => format!("create {contacts}"),
            _ => format!(
                "create {contacts}, leaving out {}",
                terminal::refused(refused)
            ),
        };
        for row in rows.iter().filter(|row| row.contact.is_none()) {
            terminal::say(&row.line());
        }
        writing::confirm(&client, &[], &question).await?;
    }
    Ok(Some((client, rows)))
}

/// Makes contacts of rows and tries each without sending it.
async fn check(client: &Client, mapping: &Mapping, records: Vec<read::Record>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut seen = std::collections::HashMap::new();
    for record in records {
        let mut row = Row::new(record.line);
        row.phone = record
            .cells
            .as_ref()
            .ok()
            .and_then(|cells| mapping.phone(cells));
        match record
            .cells
            .and_then(|cells| mapping.contact(client.vendor(), &cells))
        {
            Ok(contact) => match try_row(client, &contact).await {
                Ok(request) => match seen.insert(contact.phone.clone(), row.line) {
                    Some(before) => {
                        seen.insert(contact.phone, before);
                        row.refuse(format!("the same phone number as line {before}"));
                    }
                    None => {
                        row.request = request;
                        row.contact = Some(contact);
                    }
                },
                Err(error) => row.refuse(report::reason(&error)),
            },
            Err(reason) => row.refuse(reason),
        }
        rows.push(row);
    }
    rows
}

async fn try_row(
    client: &Client,
    contact: &NewContact,
) -> Result<Option<palabre::Rehearsed>, palabre::Error> {
    let (requests, _) = writing::rehearse(client, |client| {
        let contact = contact.clone();
        async move { client.contacts().create(contact).await }
    })
    .await?;
    Ok(requests.into_iter().next())
}

/// Shows what an import would do.
fn show(asked: &Asked, client: &Client, rows: &[Row]) -> Result<(), Failure> {
    let output = &asked.write.output;
    if output.format()? == Format::Table && output.columns.is_empty() {
        use std::io::Write;
        let mut out = Destination::open(output.out.as_deref())?;
        for row in rows {
            writeln!(out, "{}", row.line())?;
        }
        out.finish()?;
    } else {
        let records = report::rehearsed(client, rows);
        let mut sink = Sink::open(output, &crate::output::Rows::schema(&records))?;
        sink.write(&records)?;
        sink.finish()?;
    }
    terminal::note("a dry run: nothing was sent");
    report::verdict(
        rows.iter().filter(|row| row.contact.is_none()).count(),
        rows.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delimiter_is_one_character_that_no_word_holds() {
        assert_eq!(delimiter(";"), Ok(b';'));
        assert_eq!(delimiter("\\t"), Ok(b'\t'));
        for text in ["", "a", ";;", "é"] {
            assert!(delimiter(text).is_err(), "{text}");
        }
    }
}
