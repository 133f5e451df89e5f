//! What a caller sent, taken out of what a vendor says of it.
//!
//! A vendor may repeat a text cut off, in capitals, as HTML, as JSON within JSON, and a number with
//! other separators or without its country. So both sides are compared by their letters and digits
//! alone. What is encoded as a whole, as in base64, has others and is not found.

use std::collections::HashSet;
use std::ops::Range;

use icu_normalizer::DecomposingNormalizerBorrowed;
use icu_normalizer::uts46::Uts46MapperBorrowed;
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use uuid::Uuid;

use crate::{Rule, credentials};

/// So many letters of a text in a row are no chance.
const LETTERS: usize = 12;

/// So many digits of a number in a row are no chance, and fewer of them are no number.
const DIGITS: usize = 7;

/// The texts, numbers, codes and values of a request.
#[derive(Default)]
pub(crate) struct Sent(Vec<String>);

impl Sent {
    /// Keeps every text of a value. Words of the vendor's own, identifiers and times are none.
    pub(crate) fn note(&mut self, value: &Value, rule: Option<&Rule>) {
        match value {
            Value::String(text) => self.note_text(text, rule),
            Value::Number(number) => {
                let text = number.to_string();
                if text.len() >= DIGITS {
                    self.note_text(&text, rule);
                }
            }
            Value::Array(items) => {
                let rule = rule.and_then(|rule| rule.items);
                items.iter().for_each(|item| self.note(item, rule));
            }
            Value::Object(fields) => {
                for (name, field) in fields {
                    self.note(field, rule.and_then(|rule| rule.property(name)));
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    fn note_text(&mut self, text: &str, rule: Option<&Rule>) {
        let is_word = rule.is_some_and(|rule| rule.values.contains(&text));
        let is_date = text.contains('-') && text.parse::<Date>().is_ok();
        let is_plain = is_word
            || is_date
            || Uuid::try_parse(text).is_ok()
            || text.parse::<Timestamp>().is_ok();
        if !is_plain {
            self.0.push(text.to_owned());
        }
    }

    /// A text without what was sent.
    pub(crate) fn hide_in(&self, text: String) -> String {
        if self.0.is_empty() {
            return text;
        }
        let mut sent: Vec<_> = self.0.iter().map(String::as_str).collect();
        // The longest first: a short one may be a part of it.
        sent.sort_by_key(|sent| std::cmp::Reverse(sent.len()));
        // As it is, too: it may have no letters at all, or stand within a word.
        let words = sent.iter().filter(|sent| !is_digits(sent));
        let text = words.fold(text, |text, sent| credentials::hide(text, sent));
        let told = Folded::of(&text);
        let mut hidden = vec![false; told.letters.len()];
        for sent in sent {
            told.find(&Folded::of(sent).letters, &mut hidden);
        }
        told.without(&hidden, &text)
    }
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The letters and digits of a text, and where each stands.
struct Folded {
    letters: Vec<char>,
    places: Vec<Range<usize>>,
}

impl Folded {
    fn of(text: &str) -> Self {
        let mut folded = Self {
            letters: Vec::with_capacity(text.len()),
            places: Vec::with_capacity(text.len()),
        };
        let mut at = 0;
        while let Some((c, length)) = next(&text[at..]) {
            if let Some(c) = c {
                folded.push(c, at..at + length);
            }
            at += length;
        }
        folded
    }

    /// Adds what a character stands for: lower case, without marks, in its plain form.
    fn push(&mut self, c: char, place: Range<usize>) {
        if c.is_ascii() {
            if c.is_ascii_alphanumeric() {
                self.letters.push(c.to_ascii_lowercase());
                self.places.push(place);
            }
            return;
        }
        let plain = Uts46MapperBorrowed::new();
        let plain = plain.map_normalize(std::iter::once(c));
        let apart = DecomposingNormalizerBorrowed::new_nfd();
        for c in apart.normalize_iter(plain).filter(|c| c.is_alphanumeric()) {
            self.letters.push(c);
            self.places.push(place.clone());
        }
    }

    /// Marks where `sent` stands, or a good part of it, or a number or a code that it holds.
    fn find(&self, sent: &[char], hidden: &mut [bool]) {
        if sent.len() > LETTERS {
            self.find_parts(sent, LETTERS, hidden);
        } else {
            self.find_whole(sent, hidden);
        }
        for digits in sent.split(|c| !c.is_ascii_digit()) {
            match digits.len() {
                0..4 => {}
                4..DIGITS => self.find_whole(digits, hidden),
                _ => self.find_parts(digits, DIGITS, hidden),
            }
        }
    }

    fn find_parts(&self, sent: &[char], length: usize, hidden: &mut [bool]) {
        let parts: HashSet<_> = sent.windows(length).collect();
        for (index, part) in self.letters.windows(length).enumerate() {
            if parts.contains(part) {
                hidden[index..index + length].fill(true);
            }
        }
    }

    /// Marks a short text where it stands as a word of its own.
    fn find_whole(&self, sent: &[char], hidden: &mut [bool]) {
        let bytes: usize = sent.iter().map(|c| c.len_utf8()).sum();
        let is_count = sent.len() < 4 && sent.iter().all(char::is_ascii_digit);
        if sent.len() < 2 || bytes < 3 || is_count {
            return;
        }
        for (index, part) in self.letters.windows(sent.len()).enumerate() {
            let end = index + sent.len();
            if part == sent && !self.goes_on(index) && !self.goes_on(end) {
                hidden[index..end].fill(true);
            }
        }
    }

    /// Whether a word or a number goes on at `index`. Of other scripts that is not known.
    fn goes_on(&self, index: usize) -> bool {
        if index == 0 || index == self.letters.len() {
            return false;
        }
        let (before, after) = (self.letters[index - 1], self.letters[index]);
        let is_joined = self.places[index - 1].end == self.places[index].start;
        is_joined
            && (before.is_ascii_digit() && after.is_ascii_digit()
                || before.is_ascii_alphabetic() && after.is_ascii_alphabetic())
    }

    fn without(&self, hidden: &[bool], text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let (mut index, mut end) = (0, 0);
        for part in hidden.chunk_by(|a, b| a == b) {
            let last = index + part.len() - 1;
            if part[0] {
                shown.push_str(&text[end..self.places[index].start]);
                shown.push_str("***");
                end = self.places[last].end;
            }
            index = last + 1;
        }
        shown.push_str(&text[end..]);
        shown
    }
}

/// The next character, whatever it is written as, and how many bytes that takes; `None` in its place
/// if it is none that counts.
fn next(text: &str) -> Option<(Option<char>, usize)> {
    let first = text.chars().next()?;
    let written = match first {
        '&' => entity(text),
        '\\' => escape(text),
        '%' => percent(text),
        _ => None,
    };
    Some(written.unwrap_or((Some(first), first.len_utf8())))
}

/// `&eacute;`, `&#233;`, `&#xe9;`, and the same when it was escaped twice.
fn entity(text: &str) -> Option<(Option<char>, usize)> {
    const LONGEST: usize = 10;
    const MARKS: [&str; 8] = [
        "acute", "caron", "cedil", "circ", "grave", "ring", "tilde", "uml",
    ];
    let mut rest = &text[1..];
    while let Some(inner) = rest.strip_prefix("amp;") {
        rest = inner;
    }
    let Some((name, after)) = rest.split_once(';').filter(|(name, _)| {
        (2..=LONGEST).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
    }) else {
        // A mere `&`, escaped.
        let length = text.len() - rest.len();
        return (length > 1).then_some((None, length));
    };
    let length = text.len() - after.len();
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            code.ok().and_then(char::from_u32)
        }
        None => {
            let (letter, mark) = name.split_at(1);
            letter.chars().next().filter(|_| MARKS.contains(&mark))
        }
    };
    Some((c, length))
}

/// `\u00e9` and `\n`, as in JSON; `\u{e9}` and `\xe9`, as programs show a text.
fn escape(text: &str) -> Option<(Option<char>, usize)> {
    match text.as_bytes().get(1)? {
        b'x' => bytes(text, |rest| rest.strip_prefix("\\x")).or_else(|| {
            let code = u8::from_str_radix(text.get(2..4)?, 16).ok()?;
            Some((Some(code.into()), 4))
        }),
        b'u' if text[2..].starts_with('{') => {
            let (code, after) = text[3..].split_once('}')?;
            let code = u32::from_str_radix(code, 16).ok()?;
            Some((char::from_u32(code), text.len() - after.len()))
        }
        b'u' => {
            let code = u32::from_str_radix(text.get(2..6)?, 16).ok()?;
            Some((char::from_u32(code), 6))
        }
        b'n' | b'r' | b't' | b'b' | b'f' => Some((None, 2)),
        _ => None,
    }
}

/// `%C3%A9`, as in an address, and the same when it was escaped twice.
fn percent(text: &str) -> Option<(Option<char>, usize)> {
    bytes(text, |rest| {
        let mut rest = rest.strip_prefix('%')?;
        while let Some(inner) = rest.strip_prefix("25").filter(|inner| is_code(inner)) {
            rest = inner;
        }
        Some(rest)
    })
}

/// A character written as the codes of its bytes, with something before each.
fn bytes(text: &str, begin: impl Fn(&str) -> Option<&str>) -> Option<(Option<char>, usize)> {
    const LONGEST: usize = 4;
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(code) = begin(rest).filter(|code| is_code(code))
        && let Ok(byte) = u8::from_str_radix(&code[..2], 16)
        && bytes.len() < LONGEST
    {
        bytes.push(byte);
        rest = &code[2..];
        if let Ok(decoded) = std::str::from_utf8(&bytes) {
            return Some((decoded.chars().next(), text.len() - rest.len()));
        }
    }
    None
}

fn is_code(text: &str) -> bool {
    let code = text.as_bytes().get(..2);
    code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::Kind;

    const TEXT: &str = "My very private message, number one to Éva & co";

    fn hide(sent: Value, told: &str) -> String {
        let mut all = Sent::default();
        all.note(&sent, None);
        all.hide_in(told.to_owned())
    }

    #[test]
    fn a_text_is_hidden_however_it_is_repeated() {
        for told in [
            "the text 'My very private mess' is refused",
            "refused: MY VERY PRIVATE MESSAGE, NUMBER ONE TO ÉVA & CO",
            "refused: My&nbsp;very&nbsp;private&nbsp;message, number one to &Eacute;va &amp; co",
            "refused: My very private message, number one to &amp;Eacute;va &amp;amp; co",
            "refused: My very private message, number one to &#201;va &#38; co",
            "refused: My very private message, number one to &#xC9;va &#x26; co",
            "refused: My very pri\u{200b}vate message, number one to Éva & co",
            "refused: My very private message, number one to E\u{301}va & co",
            "refused: My very private message, number one to Eva & co",
            "refused: My\\nvery private message, number one to \\u00c9va \\u0026 co",
            "refused: My%20very%20private%20message,%20number%20one%20to%20%C3%89va%20%26%20co",
            "refused: My%2520very%252520private message, number one to %25C3%25A9va %2526 co",
            "refused: \\x4d\\x79 very pr\\x69vate m\\x65ssage, number one to \\xc3\\x89va \\x26 co",
            "refused: My very pr\\u{69}vate m\\u{65}ssage, numb\\u{65}r one to \\xc9va & co",
            "refused: My very pri\\\\x76ate message, number one to \\u{0000c9}va & co",
            "refused: Ｍｙ ｖｅｒｙ ｐｒｉｖａｔｅ ｍｅｓｓａｇｅ, ｎｕｍｂｅｒ ｏｎｅ ｔｏ Éva & co",
            "…private message, number one to Éva…",
        ] {
            let shown = hide(json!({"message": TEXT}), told).to_lowercase();
            assert!(shown.contains("***"), "{told} => {shown}");
            for word in ["very", "private", "mess", "ｍｅｓｓ", "number", "va"] {
                assert!(!shown.contains(word), "{told} => {shown}");
            }
        }
    }

    #[test]
    fn a_number_is_hidden_however_it_is_repeated() {
        for told in [
            "no +880 1988 000 123",
            "no 01988000123",
            "no (880) 1988-000-123",
            "no 8801988000123@c.us",
            "no x8801988000123a1b2",
            "no ８８０１９８８０００１２３",
            "no 880 1988&nbsp;000123",
            "no 880%201988000123",
            "no 88-01-98-80-00-12-3",
            "no 880 (0) 1988 / 000 . 123",
            "no \\x38\\x38\\x30\\x31\\x39\\x38\\x38000123",
            "no %2538%25380%2531988000123",
            "no 880\\u{31}988000123",
            "no 8801988000",
        ] {
            for sent in [json!("+8801988000123"), json!(8_801_988_000_123_u64)] {
                let shown = hide(json!([sent]), told);
                assert!(shown.contains("***"), "{told} => {shown}");
                let digits = shown.chars().filter(char::is_ascii_digit).count();
                assert!(digits <= 7 && !shown.contains("1988"), "{told} => {shown}");
            }
        }
    }

    #[test]
    fn a_code_is_hidden_alone_and_from_within_a_text() {
        for sent in [
            json!({"code": "493817"}),
            json!({"text": "Your code is 493-817, keep it to yourself"}),
        ] {
            for told in ["code 493817 is wrong", "code=493 817 is wrong"] {
                let shown = hide(sent.clone(), told);
                assert!(!shown.contains("493") && shown.contains("wrong"), "{shown}");
            }
            let other = "request 14938170 is wrong";
            assert_eq!(hide(sent, other), other);
        }
    }

    #[test]
    fn a_short_value_is_hidden_as_a_word_and_not_within_one() {
        assert_eq!(hide(json!(["Awa"]), "AWA, awards"), "***, awards");
        assert_eq!(hide(json!(["王小明"]), "用户王小明不存在"), "用户***不存在");
        assert_eq!(hide(json!(["🎁🎁"]), "no 🎁🎁 here"), "no *** here");
        assert_eq!(hide(json!(["12"]), "12 of 12"), "12 of 12");
    }

    #[test]
    fn words_of_the_vendor_identifiers_and_times_stay_readable() {
        const RULE: Rule = Rule {
            kind: Kind::Object,
            properties: &[(
                "type",
                Rule {
                    kind: Kind::Text,
                    values: &["document"],
                    ..Rule::ANY
                },
            )],
            ..Rule::ANY
        };
        let sent = json!({
            "type": "document",
            "instanceId": "8d3c5b21-90ab-4c4d-8e5f-112233445566",
            "scheduleAt": "2026-12-24T08:00:00.000Z",
            "day": "2026-12-24",
            "limit": 500,
        });
        let mut all = Sent::default();
        all.note(&sent, Some(&RULE));
        let told = "a document of 8d3c5b21-90ab-4c4d-8e5f-112233445566 cannot go out at \
                    2026-12-24T08:00:00.000Z, limit 500";
        assert_eq!(all.hide_in(told.to_owned()), told);
    }
}
