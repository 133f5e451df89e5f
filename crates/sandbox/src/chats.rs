//! What the numbers of 99digital know, send and receive: people, and messages with them.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// For how long after a person's message everything may be sent to them, not templates alone.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// The people and the messages of all numbers.
#[derive(Debug, Default)]
pub(crate) struct Chats {
    people: Vec<Person>,
    /// In the order of time.
    messages: Vec<ChatMessage>,
}

/// Somebody who has been in touch with a number.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    /// The own number.
    pub(crate) own: String,
    pub(crate) phone: String,
    pub(crate) name: String,
    pub(crate) updated_at: Timestamp,
    /// Counts the people of all numbers from 1.
    pub(crate) id: u64,
    pub(crate) picture: Option<String>,
}

/// A message that went out of a number or came in.
#[derive(Clone, Debug)]
pub(crate) struct ChatMessage {
    pub(crate) id: String,
    pub(crate) own: String,
    pub(crate) peer: String,
    pub(crate) is_incoming: bool,
    pub(crate) kind: &'static str,
    pub(crate) content: Value,
    pub(crate) at: Timestamp,
    pub(crate) is_read: bool,
}

impl ChatMessage {
    /// How far an outgoing message has come. The vendor has numbers whose meaning it does not tell;
    /// these are ours: 1 at once, 2 after a minute, 3 after an hour.
    pub(crate) fn state(&self, now: Timestamp) -> Option<u8> {
        let age = now.duration_since(self.at);
        (!self.is_incoming).then(|| match age {
            age if age >= SignedDuration::from_hours(1) => 3,
            age if age >= SignedDuration::from_mins(1) => 2,
            _ => 1,
        })
    }
}

impl Chats {
    /// The people of a number, those who were in touch last first.
    pub(crate) fn people(&self, own: &str) -> Vec<&Person> {
        let of_number = self.people.iter().filter(|person| person.own == own);
        let mut people: Vec<_> = of_number.collect();
        people.sort_by_key(|person| (std::cmp::Reverse(person.updated_at), person.id));
        people
    }

    /// The messages of a number, the newest first; with one person or with everybody.
    pub(crate) fn history(&self, own: &str, peer: Option<&str>) -> Vec<&ChatMessage> {
        let is_meant = |message: &&ChatMessage| {
            message.own == own && peer.is_none_or(|peer| message.peer == peer)
        };
        self.messages.iter().rev().filter(is_meant).collect()
    }

    pub(crate) fn knows(&self, own: &str, peer: &str) -> bool {
        let mut people = self.people.iter();
        people.any(|person| person.own == own && person.phone == peer)
    }

    /// Whether the person wrote within the last day.
    pub(crate) fn is_open(&self, own: &str, peer: &str, now: Timestamp) -> bool {
        let history = self.history(own, Some(peer));
        let last = history.iter().find(|message| message.is_incoming);
        last.is_some_and(|message| now.duration_since(message.at) < WINDOW)
    }

    /// Keeps a message, and that the two were in touch.
    pub(crate) fn add(&mut self, message: ChatMessage, name: Option<&str>) {
        let mut people = self.people.iter_mut();
        let known = people.find(|person| person.own == message.own && person.phone == message.peer);
        match known {
            Some(person) => person.updated_at = person.updated_at.max(message.at),
            None => self.people.push(Person {
                own: message.own.clone(),
                phone: message.peer.clone(),
                // Until they give one, WhatsApp shows the number.
                name: name.unwrap_or(&message.peer).to_owned(),
                updated_at: message.at,
                id: self.people.len() as u64 + 1,
                picture: None,
            }),
        }
        let place = self
            .messages
            .partition_point(|other| other.at <= message.at);
        self.messages.insert(place, message);
    }

    /// Marks what a person wrote as read.
    pub(crate) fn mark_as_read(&mut self, own: &str, peer: &str) {
        let of_person = |message: &&mut ChatMessage| message.own == own && message.peer == peer;
        for message in self.messages.iter_mut().filter(of_person) {
            message.is_read = true;
        }
    }

    /// How many messages have gone out.
    pub(crate) fn sent(&self) -> usize {
        let messages = self.messages.iter();
        messages.filter(|message| !message.is_incoming).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(at: &str, is_incoming: bool) -> ChatMessage {
        ChatMessage {
            id: at.to_owned(),
            own: "1".to_owned(),
            peer: "2".to_owned(),
            is_incoming,
            kind: "chat",
            content: "Hello".into(),
            at: at.parse().unwrap(),
            is_read: false,
        }
    }

    #[test]
    fn a_day_after_a_person_wrote_only_templates_reach_them() {
        let mut chats = Chats::default();
        chats.add(message("2026-11-21T10:00:00Z", true), Some("Noa"));
        chats.add(message("2026-11-21T12:00:00Z", false), None);
        let open = |now: &str| chats.is_open("1", "2", now.parse().unwrap());
        assert!(open("2026-11-22T09:59:59Z") && !open("2026-11-22T10:00:00Z"));
        assert!(!chats.is_open("1", "3", "2026-11-21T10:00:00Z".parse().unwrap()));
        assert_eq!((chats.people("1").len(), chats.sent()), (1, 1));
        assert_eq!(chats.people("1")[0].name, "Noa");
    }

    #[test]
    fn the_newest_message_comes_first_and_its_state_goes_on() {
        let mut chats = Chats::default();
        chats.add(message("2026-11-21T12:00:00Z", false), None);
        chats.add(message("2026-11-21T10:00:00Z", true), None);
        let history = chats.history("1", None);
        assert!(!history[0].is_incoming && history[1].is_incoming);
        let state = |now: &str| history[0].state(now.parse().unwrap());
        assert_eq!(state("2026-11-21T12:00:00Z"), Some(1));
        assert_eq!(state("2026-11-21T12:05:00Z"), Some(2));
        assert_eq!(state("2026-11-22T12:00:00Z"), Some(3));
        assert_eq!(
            history[1].state("2026-11-22T12:00:00Z".parse().unwrap()),
            None
        );
        assert!(chats.history("1", Some("3")).is_empty());
    }
}
