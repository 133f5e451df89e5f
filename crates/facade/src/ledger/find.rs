//! Rows of which nobody knows, looked up where the vendor can tell.
//!
//! What is found has happened. What is not found may still come: nothing is concluded from that.

use std::pin::pin;

use futures_util::future::{Either, select};
use palabre_model::{Error, ErrorKind, Result, Support, Verb};

use super::attempt;
use super::content::{self, Content, Job};
use super::state::State;
use super::store::{Open, Settled};
use super::writer::Writer;
use super::{Stop, history};
use crate::gateway::may_be_a_gateway_s;
use crate::{Client, ListOptions};

/// So many rows are read from the ledger at a time.
const CHUNK: usize = 200;

/// So many pages of a search are looked through.
const PAGES: usize = 3;

/// So many digits at the end of a number are searched for: vendors keep country codes apart.
const DIGITS: usize = 8;

/// What came of looking rows up.
#[derive(Default)]
pub(super) struct Looked {
    /// How many rows were found.
    pub(super) found: u64,
    /// Why the vendor's lists could not be read to their end.
    pub(super) error: Option<Error>,
}

impl Looked {
    /// A list was not read: what the vendor does not have is no failure.
    pub(super) fn failed(&mut self, error: Error) {
        if error.kind() != ErrorKind::Unsupported {
            self.error = Some(error);
        }
    }
}

/// Looks up what is unknown, and writes down what was found and what could not be read.
pub(super) async fn look_up(
    client: &Client,
    writer: &Writer,
    stop: &Stop,
    job: Job,
    sender: Option<&str>,
) -> Result<Looked> {
    let looked = look(client, writer, stop, job, sender).await?;
    if let Some(error) = &looked.error {
        let note = format!("could not be read: {error}");
        writer.run(move |store| store.note_look_up(&note)).await?;
    }
    Ok(looked)
}

async fn look(
    client: &Client,
    writer: &Writer,
    stop: &Stop,
    job: Job,
    sender: Option<&str>,
) -> Result<Looked> {
    let client = client.with_progress(None);
    let mut looked = Looked::default();
    let mut last = 0;
    loop {
        let rows = writer
            .run(move |store| store.open_rows(last, CHUNK))
            .await?;
        let Some(end) = rows.last() else {
            return Ok(looked);
        };
        last = end.row;
        if job == Job::Send {
            history::look_up(&client, writer, stop, sender, &rows, &mut looked).await?;
            if looked.error.is_some() {
                return Ok(looked);
            }
            continue;
        }
        for row in rows {
            let content = attempt::content(&row.content)?;
            let asked = find(&client, &row, &content);
            let asked = match select(pin!(asked), pin!(stop.asked())).await {
                Either::Left((asked, _)) => asked,
                Either::Right(_) => return Ok(looked),
            };
            match asked {
                Ok(None) => {}
                Ok(Some(settled)) => {
                    let id = settled.vendor_id.clone().unwrap_or_default();
                    // It is another row's contact already.
                    if job == Job::Import && writer.run(move |store| store.has_message(&id)).await?
                    {
                        continue;
                    }
                    writer.run(move |store| store.found(&[settled])).await?;
                    looked.found += 1;
                }
                // The vendor has no such list, or none today: the rows stay unknown.
                Err(error) => {
                    looked.failed(error);
                    return Ok(looked);
                }
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
                Err(error)
                    if error.kind() == ErrorKind::NotFound && !may_be_a_gateway_s(&error) =>
                {
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
