//! Messages of which nobody knows, looked for in what the vendor lists as sent.
//!
//! A message is taken for a row's only if person, text and time say so. Of templates and places too
//! little is listed: such rows stay unknown.

use std::collections::BTreeMap;

use palabre_model::{Direction, ErrorKind, Message, Result, Verb};

use super::Stop;
use super::content::{self, Content};
use super::state::State;
use super::store::{Open, Settled, time};
use super::writer::Writer;
use crate::{Client, ListOptions, MessageFilter};

/// So many pages of one list are looked through.
const PAGES: usize = 10;

/// By so much the vendor's clock may be behind ours.
const SKEW: jiff::SignedDuration = jiff::SignedDuration::from_mins(2);

/// What a row was to send, as a list would show it.
struct Wanted {
    row: i64,
    to: String,
    from: Option<String>,
    kind: &'static str,
    text: Option<String>,
    link: Option<String>,
    since: jiff::Timestamp,
}

impl Wanted {
    fn of(open: &Open, sender: Option<&str>) -> Option<Self> {
        let Ok(Content::Message(message)) = super::attempt::content(&open.content) else {
            return None;
        };
        let link = message.link().map(str::to_owned);
        if message.text.is_none() && link.is_none() {
            return None;
        }
        Some(Self {
            row: open.row,
            to: content::recipient(&message.to),
            kind: message.kind(),
            from: message.from.or_else(|| sender.map(str::to_owned)),
            text: message.text,
            link,
            since: time(open.attempted_at?)?.checked_sub(SKEW).ok()?,
        })
    }

    fn is(&self, message: &Message) -> bool {
        let to = message.to.as_deref().map(content::recipient);
        let when = message.created_at.or(message.sent_at);
        to.as_ref() == Some(&self.to)
            && when.is_some_and(|when| when >= self.since)
            && matches!(message.direction, None | Some(Direction::Outbound))
            && message.kind.as_deref().is_none_or(|kind| kind == self.kind)
            && message.text == self.text
            && message.media_url == self.link
    }
}

/// Looks rows up, and writes down which of them were accepted; returns how many.
pub(super) async fn look_up(
    client: &Client,
    writer: &Writer,
    stop: &Stop,
    sender: Option<&str>,
    rows: &[Open],
) -> Result<u64> {
    if !client.supports(Verb::MessagesList).is_supported() {
        return Ok(0);
    }
    let wanted = rows.iter().filter_map(|row| Wanted::of(row, sender));
    let mut numbers: BTreeMap<Option<String>, Vec<Wanted>> = BTreeMap::new();
    for wanted in wanted {
        let of_number = numbers.entry(wanted.from.clone()).or_default();
        of_number.push(wanted);
    }
    let mut found = 0;
    for (number, mut wanted) in numbers {
        let told = of_number(client, writer, stop, number, &mut wanted, &mut found).await;
        // The vendor does not tell today: the rows stay unknown.
        if told.is_err() {
            break;
        }
    }
    Ok(found)
}

/// Asks for the messages with each person; where the vendor has them by number only, for those.
async fn of_number(
    client: &Client,
    writer: &Writer,
    stop: &Stop,
    number: Option<String>,
    wanted: &mut Vec<Wanted>,
    found: &mut u64,
) -> Result<()> {
    let mut people: Vec<_> = wanted.iter().map(|wanted| wanted.to.clone()).collect();
    people.sort_unstable();
    people.dedup();
    for person in people {
        if stop.is_asked() {
            return Ok(());
        }
        match in_list(client, writer, number.clone(), Some(person), wanted, found).await {
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                return in_list(client, writer, number, None, wanted, found).await;
            }
            done => done?,
        }
    }
    Ok(())
}

/// Takes out of `wanted` what a list shows. A message is one row's at most.
async fn in_list(
    client: &Client,
    writer: &Writer,
    number: Option<String>,
    to: Option<String>,
    wanted: &mut Vec<Wanted>,
    found: &mut u64,
) -> Result<()> {
    let filter = MessageFilter {
        to,
        ..MessageFilter::default()
    };
    let options = ListOptions {
        number,
        ..ListOptions::default()
    };
    let mut list = client.messages().list(filter, options);
    for _ in 0..PAGES {
        let Some(page) = list.next_page().await? else {
            break;
        };
        for message in page.items {
            let index = wanted.iter().position(|wanted| wanted.is(&message));
            let (Some(index), Some(id)) = (index, message.id) else {
                continue;
            };
            let known = id.clone();
            if writer.run(move |store| store.has_message(&known)).await? {
                continue;
            }
            let settled = Settled {
                row: wanted.swap_remove(index).row,
                state: State::Accepted,
                vendor_id: Some(id),
                whatsapp_id: message.whatsapp_id,
                conversation_id: message.conversation_id,
                ..Settled::default()
            };
            writer.run(move |store| store.found(&[settled])).await?;
            *found += 1;
        }
        if wanted.is_empty() {
            break;
        }
    }
    Ok(())
}
