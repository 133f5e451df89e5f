//! Messages of which nobody knows, looked for in what the vendor lists as sent.
//!
//! A message is taken for a row's only if person, content, number and time say so, and if it can be no
//! other row's. Of templates and places too little is listed: such rows stay unknown.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use futures_util::future::{Either, select};
use jiff::{SignedDuration, Timestamp};
use palabre_model::{Direction, ErrorKind, Message, Result, Verb};

use super::Stop;
use super::content::{self, Content};
use super::find::Looked;
use super::state::State;
use super::store::{Open, Settled, time};
use super::writer::Writer;
use crate::{Client, ListOptions, MessageFilter};

/// So many pages of one list are looked through.
const PAGES: usize = 50;

/// A list is read until its messages are older by this than what is looked for.
const OLDER: SignedDuration = SignedDuration::from_mins(10);

/// What a row was to send, as a list would show it.
struct Wanted {
    row: i64,
    to: String,
    from: Option<String>,
    sent: Sent,
    since: Timestamp,
    until: Timestamp,
    /// The messages that may be it, by their identifiers.
    shown: BTreeMap<String, Message>,
}

/// What is sent, as far as a list shows it.
#[derive(PartialEq)]
struct Sent {
    kind: String,
    text: Option<String>,
    link: Option<String>,
}

impl Sent {
    /// `None` where too little is listed to know it again.
    fn of(message: &content::Message) -> Option<Self> {
        let link = message.link().map(str::to_owned);
        let is_listed = message.text.is_some() || link.is_some();
        is_listed.then(|| Self {
            kind: message.kind().to_owned(),
            text: message.text.clone(),
            link,
        })
    }

    fn is(&self, message: &Message) -> bool {
        let kind = message.kind.as_ref();
        kind.is_none_or(|kind| *kind == self.kind)
            && message.text == self.text
            && message.media_url == self.link
    }
}

impl Wanted {
    fn of(open: &Open, sender: Option<&str>) -> Option<Self> {
        let Ok(Content::Message(message)) = super::attempt::content(&open.content) else {
            return None;
        };
        let (since, until) = open.window?;
        Some(Self {
            row: open.row,
            to: content::recipient(&message.to),
            sent: Sent::of(&message)?,
            from: message.from.or_else(|| sender.map(str::to_owned)),
            since: time(since)?,
            until: time(until)?,
            shown: BTreeMap::new(),
        })
    }

    fn is(&self, message: &Message) -> bool {
        let to = message.to.as_deref().map(content::recipient);
        let when = when(message);
        to.as_ref() == Some(&self.to)
            && when.is_some_and(|when| (self.since..=self.until).contains(&when))
            && message.scheduled_at.is_none()
            && matches!(message.direction, None | Some(Direction::Outbound))
            && self.is_from(message)
            && self.sent.is(message)
    }

    /// Whether it went out from the row's number, where the list says from which one it did.
    fn is_from(&self, message: &Message) -> bool {
        let Some(wanted) = &self.from else {
            return true;
        };
        let named = [&message.number_id, &message.from];
        let mut named = named.into_iter().flatten().peekable();
        named.peek().is_none()
            || named.any(|name| {
                name == wanted || content::recipient(name) == content::recipient(wanted)
            })
    }
}

/// When the vendor took a message.
fn when(message: &Message) -> Option<Timestamp> {
    message.created_at.or(message.sent_at)
}

/// Whether another row may have become a message that looks the same, so that one of them does not
/// tell which.
async fn has_rival(writer: &Writer, wanted: &Wanted) -> Result<bool> {
    let (row, to) = (wanted.row, wanted.to.clone());
    let rivals = writer.run(move |store| store.rivals(row, &to)).await?;
    Ok(rivals
        .iter()
        .any(|rival| match super::attempt::content(rival) {
            Ok(Content::Message(message)) => Sent::of(&message).as_ref() == Some(&wanted.sent),
            _ => false,
        }))
}

/// Looks rows up, and writes down which of them were accepted.
pub(super) async fn look_up(
    client: &Client,
    writer: &Writer,
    stop: &Stop,
    sender: Option<&str>,
    rows: &[Open],
    looked: &mut Looked,
) -> Result<()> {
    if !client.supports(Verb::MessagesList).is_supported() {
        return Ok(());
    }
    let mut numbers: BTreeMap<Option<String>, Vec<Wanted>> = BTreeMap::new();
    for wanted in rows.iter().filter_map(|row| Wanted::of(row, sender)) {
        if has_rival(writer, &wanted).await? {
            continue;
        }
        let of_number = numbers.entry(wanted.from.clone()).or_default();
        of_number.push(wanted);
    }
    for (number, mut wanted) in numbers {
        let found = &mut looked.found;
        let told = of_number(client, writer, stop, number, &mut wanted, found).await;
        // The vendor does not tell today: the rows stay unknown.
        if let Err(error) = told {
            looked.failed(error);
            break;
        }
    }
    Ok(())
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
        let (of, to) = (number.clone(), Some(person));
        match in_list(client, writer, stop, of, to, wanted, found).await {
            Err(error) if error.kind() == ErrorKind::Unsupported => {
                return in_list(client, writer, stop, number, None, wanted, found).await;
            }
            done => done?,
        }
    }
    Ok(())
}

/// Takes out of `wanted` what a list shows. What it shows twice is doubtful, and so is what it may
/// show again where nobody has looked.
async fn in_list(
    client: &Client,
    writer: &Writer,
    stop: &Stop,
    number: Option<String>,
    to: Option<String>,
    wanted: &mut Vec<Wanted>,
    found: &mut u64,
) -> Result<()> {
    let is_about = |wanted: &Wanted| to.as_ref().is_none_or(|to| *to == wanted.to);
    let Some(oldest) = wanted
        .iter()
        .filter(|one| is_about(one))
        .map(|one| one.since)
        .min()
    else {
        return Ok(());
    };
    let filter = MessageFilter {
        to: to.clone(),
        ..MessageFilter::default()
    };
    let options = ListOptions {
        number,
        ..ListOptions::default()
    };
    let mut list = client.messages().list(filter, options);
    // From when on the list has been read: lists begin with what is newest.
    let mut read = Timestamp::MAX;
    for _ in 0..PAGES {
        let page = match select(pin!(list.next_page()), pin!(stop.asked())).await {
            Either::Left((page, _)) => page?,
            // Of half a list nothing is concluded.
            Either::Right(_) => return Ok(()),
        };
        let Some(page) = page else {
            read = Timestamp::MIN;
            break;
        };
        read = page.items.iter().filter_map(when).max().unwrap_or(read);
        for message in page.items {
            let Some(id) = message.id.clone() else {
                continue;
            };
            if let Some(wanted) = wanted.iter_mut().find(|wanted| wanted.is(&message)) {
                wanted.shown.insert(id, message);
            }
        }
        if read.checked_add(OLDER).is_ok_and(|read| read < oldest) {
            break;
        }
    }
    let (shown, rest) = std::mem::take(wanted)
        .into_iter()
        .partition::<Vec<_>, _>(|wanted| read < wanted.since && !wanted.shown.is_empty());
    *wanted = rest;
    for mut one in shown {
        // What is another row's already is not this one's.
        for id in one.shown.keys().cloned().collect::<BTreeSet<_>>() {
            let known = id.clone();
            if writer.run(move |store| store.has_message(&known)).await? {
                one.shown.remove(&id);
            }
        }
        if one.shown.len() != 1 {
            continue;
        }
        let Some((id, message)) = one.shown.pop_first() else {
            continue;
        };
        let settled = Settled {
            row: one.row,
            state: State::Accepted,
            vendor_id: Some(id),
            whatsapp_id: message.whatsapp_id,
            conversation_id: message.conversation_id,
            ..Settled::default()
        };
        writer.run(move |store| store.found(&[settled])).await?;
        *found += 1;
    }
    Ok(())
}
