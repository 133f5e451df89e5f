//! The people and messages of 99digital's numbers.

use jiff::{SignedDuration, Timestamp};

use crate::chats::ChatMessage;
use crate::state::Account;

/// How many people each number knows, in the order of the numbers: more than two pages, exactly one
/// full page, a few, nobody, one.
const PEOPLE: [usize; 5] = [130, 50, 7, 0, 1];

/// The person of the spec's examples, whatever the seed, who wrote to the first number of late.
const SAMPLE: (&str, &str) = ("972541112233", "Noa Levi");

const NAMES: [&str; 16] = [
    "Noa",
    "Yael",
    "Tamar",
    "Maya",
    "Lior",
    "Avi",
    "Daniel",
    "Omer",
    "Rania",
    "Samir",
    "Leila",
    "Karim",
    "נועה",
    "ליאור",
    "أحمد",
    "Мария",
];

const FAMILY_NAMES: [&str; 8] = [
    "Levi", "Cohen", "Mizrahi", "Peretz", "Haddad", "Khoury", "Azulay", "Friedman",
];

const QUESTIONS: [&str; 6] = [
    "Is the blue one in stock?",
    "When do you open on Friday?",
    "מתי המשלוח מגיע?",
    "Where is my order?",
    "Can I change the address?",
    "Thank you!",
];

const ANSWERS: [&str; 4] = [
    "Yes, until Thursday.",
    "It is on its way.",
    "אנחנו פתוחים עד שש.",
    "We will call you back.",
];

pub(super) fn fill(account: &mut Account, now: Timestamp) {
    let numbers: Vec<_> = account
        .numbers
        .iter()
        .map(|number| number.id.clone())
        .collect();
    for (own, count) in numbers.iter().zip(PEOPLE) {
        for index in 0..count {
            let (peer, name) = match (own, index) {
                (own, 0) if own == &numbers[0] => (SAMPLE.0.to_owned(), SAMPLE.1.to_owned()),
                _ => person(account, index),
            };
            talk(account, own, index, (peer, &name), now);
        }
    }
}

/// A number and a name.
fn person(account: &mut Account, index: usize) -> (String, String) {
    let random = &mut account.ids.random;
    // The index makes the number unique.
    let phone = format!("97254{:02}{:05}", random.u8(12..100), 10_000 + index * 7);
    let name = format!(
        "{} {}",
        NAMES[random.usize(..NAMES.len())],
        FAMILY_NAMES[random.usize(..FAMILY_NAMES.len())]
    );
    (phone, name)
}

/// A question, and in most cases our answer. Every tenth person wrote within the last day.
fn talk(
    account: &mut Account,
    own: &str,
    index: usize,
    (peer, name): (String, &str),
    now: Timestamp,
) {
    let random = &mut account.ids.random;
    let question = QUESTIONS[random.usize(..QUESTIONS.len())];
    let answer = ANSWERS[random.usize(..ANSWERS.len())];
    let minutes = match index % 10 {
        0 => random.i64(30..1200),
        _ => random.i64(2000..200_000),
    };
    let before = |minutes: i64| {
        now.checked_sub(SignedDuration::from_mins(minutes))
            .unwrap_or(now)
    };
    let is_answered = index % 4 != 3;
    let mut message = ChatMessage {
        id: account.ids.message().1,
        own: own.to_owned(),
        peer,
        is_incoming: true,
        kind: "chat",
        content: question.into(),
        at: before(minutes),
        is_read: is_answered,
    };
    account.chats.add(message.clone(), Some(name));
    if is_answered {
        message.id = account.ids.message().1;
        message.is_incoming = false;
        message.content = answer.into();
        message.at = before(minutes - 20);
        account.chats.add(message, None);
    }
}
