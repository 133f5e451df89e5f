//! Rows of which nobody knows, looked up where the vendor can tell.
//!
//! What is found has happened. What is not found may still come: nothing is concluded from that.

use palabre_model::{Error, ErrorKind, Result, Support, Verb};

use super::attempt;
use super::content::{self, Content, Job};
use super::state::State;
use super::store::{Open, Settled};
use super::writer::Writer;
use super::{Stop, history};
use crate::{Client, ListOptions};

/// So many rows are read from the ledger at a time.
const CHUNK: usize = 200;

/// So many pages of a search are looked through.
const PAGES: usize = 3;

/// So many digits at the end of a number are searched for: vendors keep country codes apart.
const DIGITS: usize = 8;

/// Looks up what is unknown; returns how many rows were found.
pub(super) async fn look_up(
    client: &Client,
    writer: &Writer,
    stop: &Stop,
    job: Job,
    sender: Option<&str>,
) -> Result<u64> {
    let client = client.with_progress(None);
    let mut found = 0;
    let mut last = 0;
    loop {
        let rows = writer
            .run(move |store| store.open_rows(last, CHUNK))
            .await?;
        let Some(end) = rows.last() else {
            return Ok(found);
        };
        last = end.row;
        if job == Job::Send {
            found += history::look_up(&client, writer, stop, sender, &rows).await?;
            continue;
        }
        for row in rows {
            if stop.is_asked() {
                return Ok(found);
            }
            let content = attempt::content(&row.content)?;
            match find(&client, &row, &content).await {
                Ok(None) => {}
                Ok(Some(settled)) => {
                    let id = settled.vendor_id.clone().unwrap_or_default();
                    // It is another row's contact already.
                    if job == Job::Import && writer.run(move |store| store.has_message(&id)).await?
                    {
                        continue;
                    }
                    writer.run(move |store| store.found(&[settled])).await?;
                    found += 1;
                }
                // The vendor has no such list, or none today: the rows stay unknown.
                Err(_) => return Ok(found),
            }
        }
    }
}

/// What the vendor's lists show of a row; `None` where they show nothing, or it has none.
async fn find(client: &Client, row: &Open, content: &Content) -> Result<Option<Settled>> {
    let accepted = |id: Option<String>| Settled {
        row: row.row,
        state: State::Accepted,
        vendor_id: id,
        ..Settled::default()
    };
    match content {
        Content::Message(_) | Content::Template(_) => Err(cannot_tell()),
        Content::Contact(wanted) => {
            let id = contact(client, &content.recipient(), wanted).await?;
            Ok(id.map(|id| accepted(Some(id))))
        }
        Content::Id(id) => {
            if client.supports(Verb::ContactsGet) != Support::Native {
                return Err(cannot_tell());
            }
            match client.contacts().get(id).await {
                Ok(_) => Ok(None),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    Ok(Some(accepted(Some(id.clone()))))
                }
                Err(error) => Err(error),
            }
        }
    }
}

fn cannot_tell() -> Error {
    Error::new(ErrorKind::Unsupported, "the vendor cannot tell")
}

/// The contact with a number that has everything that a row gives. Another one may have been there
/// before.
async fn contact(
    client: &Client,
    phone: &str,
    wanted: &content::Contact,
) -> Result<Option<String>> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let end = &digits[digits.len().saturating_sub(DIGITS)..];
    let mut list = client.contacts().list(ListOptions {
        search: Some(end.to_owned()),
        ..ListOptions::default()
    });
    for _ in 0..PAGES {
        let Some(page) = list.next_page().await? else {
            break;
        };
        let contact = page.items.into_iter().find(|contact| {
            let known = contact.phone.as_deref().map(content::recipient);
            known.as_deref() == Some(phone) && wanted.is(contact)
        });
        if let Some(contact) = contact {
            return Ok(Some(contact.id));
        }
    }
    Ok(None)
}
