//! `palabre contacts import --ledger`: an import that goes on where it was.

use std::path::PathBuf;

use futures_util::stream;
use palabre::ledger::{Many, Row};
use palabre::{Client, Error, NewContact};
use serde_json::Value;

use crate::exit::Failure;
use crate::import::report;
use crate::many;
use crate::options::Output;

/// Creates the contacts of rows that were checked.
pub(crate) async fn run(
    client: &Client,
    rows: Vec<report::Row>,
    ledger: PathBuf,
    output: &Output,
) -> Result<(), Failure> {
    let rows = stream::iter(rows.into_iter().map(|row| Ok(kept(row))));
    let (report, interrupted) = many::run(
        client,
        "contacts",
        Many::new(ledger),
        |client, options| async move { client.contacts().import_many(rows, options).await },
    )
    .await?;
    many::finish(output, &report, interrupted)
}

/// A row of the file as the ledger keeps it, with its line as its name.
fn kept(row: report::Row) -> Row {
    let kept = Row::new().with("key", format!("line {}", row.line).as_str());
    match row.contact {
        Some(contact) => fields(kept, contact),
        None => {
            let phone = Value::from(row.phone);
            let reason = row.reason.unwrap_or_default();
            kept.with("phone", phone)
                .refused(Error::new(palabre::ErrorKind::InvalidInput, reason))
        }
    }
}

fn fields(row: Row, contact: NewContact) -> Row {
    let address = contact
        .address
        .and_then(|address| serde_json::to_value(address).ok());
    row.with("phone", contact.phone.as_str())
        .with("name", Value::from(contact.name))
        .with("given_name", Value::from(contact.given_name))
        .with("family_name", Value::from(contact.family_name))
        .with("tags", Value::from(contact.tags))
        .with("meta", contact.meta.map_or(Value::Null, Value::Object))
        .with("address", address.unwrap_or(Value::Null))
}
