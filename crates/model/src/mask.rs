//! Phone numbers within a text, however they are written.

use std::ops::RangeInclusive;

/// Fewer digits are no phone number.
const SHORTEST: usize = 7;

/// Masks what looks like a phone number in a vendor's words: seven digits or more, written together or
/// in groups with the separators between them that people and programs use.
///
/// Dates, times, addresses, amounts, UUIDs and short counts stay readable, and so do identifiers in
/// which letters and digits take turns. What stands behind a `+` is a number.
///
/// ```
/// use palabre_model::mask_numbers;
/// assert_eq!(mask_numbers("+2290101000000 is taken"), "+229********00 is taken");
/// assert_eq!(mask_numbers("(229) 01.01-00/00"), "(229) **.**-**/00");
/// assert_eq!(mask_numbers("add 192.168.1.20, 2026-11-22"), "add 192.168.1.20, 2026-11-22");
/// ```
#[must_use]
pub fn mask_numbers(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let (before, rest) = text.split_at(at);
        let is_signed = before.ends_with(['+', '\u{ff0b}']);
        let readable = match digit(c) {
            None if !c.is_ascii_alphabetic() => Some(c.len_utf8()),
            _ => identifier(before, rest),
        };
        let readable = readable
            .or_else(|| (!is_signed).then(|| moment(rest)).flatten())
            .or_else(|| digit(c).is_none().then_some(1));
        if let Some(length) = readable {
            masked.push_str(&rest[..length]);
            at += length;
            continue;
        }
        let mut number = Number::read(rest);
        if is_part_of_a_name(before) {
            number.groups.truncate(1);
        }
        at += number.end();
        if number.digits() < SHORTEST || !is_signed && number.is_something_else() {
            masked.push_str(&rest[..number.end()]);
        } else {
            number.mask(rest, &mut masked);
        }
    }
    masked
}

/// The value of a digit: of ours, a wide one, or one of the scripts that phones are written in.
fn digit(c: char) -> Option<u32> {
    // Arabic, Persian, Devanagari, Bengali, full-width.
    const ZEROS: [u32; 6] = [0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xff10];
    let value = |zero: &u32| u32::from(c).checked_sub(*zero).filter(|value| *value < 10);
    ZEROS.iter().find_map(value)
}

/// Groups of digits, by where they begin and end.
struct Number {
    groups: Vec<Group>,
}

struct Group {
    start: usize,
    end: usize,
    digits: Vec<u32>,
    /// What stands before it.
    separator: String,
}

impl Number {
    /// Reads groups of digits as long as there are more behind a separator.
    fn read(text: &str) -> Self {
        let mut groups = Vec::new();
        let (mut start, mut separator) = (0, String::new());
        loop {
            let digits: Vec<_> = text[start..].chars().map_while(digit).collect();
            let length: usize = text[start..]
                .chars()
                .take(digits.len())
                .map(char::len_utf8)
                .sum();
            let end = start + length;
            groups.push(Group {
                start,
                end,
                digits,
                separator,
            });
            let Some(length) = separator_length(&text[end..]) else {
                return Self { groups };
            };
            separator = text[end..end + length].to_owned();
            start = end + length;
        }
    }

    fn end(&self) -> usize {
        self.groups.last().map_or(0, |group| group.end)
    }

    fn digits(&self) -> usize {
        self.groups.iter().map(|group| group.digits.len()).sum()
    }

    /// Leaves the first three digits and the last two, and what stands between them.
    fn mask(&self, text: &str, masked: &mut String) {
        let count = self.digits();
        let mut index = 0;
        let mut end = 0;
        for group in &self.groups {
            masked.push_str(&text[end..group.start]);
            for c in text[group.start..group.end].chars() {
                index += 1;
                let is_edge = index <= 3 || index + 1 >= count;
                masked.push(if is_edge { c } else { '*' });
            }
            end = group.end;
        }
    }

    /// Whether it is written as only amounts, counts and addresses are.
    fn is_something_else(&self) -> bool {
        let [first, rest @ ..] = &*self.groups else {
            return false;
        };
        let separator = rest.first().map_or("", |group| &group.separator);
        let is_even = rest.iter().all(|group| group.separator == separator);
        let begins_with_zero = first.digits.first() == Some(&0);
        let lengths: Vec<_> = rest.iter().map(|group| group.digits.len()).collect();
        match (separator, &*lengths) {
            _ if !is_even => false,
            // 1 000 000, 12.500.000
            (" " | "." | "\u{a0}" | "\u{202f}", [3, 3]) => {
                first.digits.len() <= 2 && !begins_with_zero
            }
            // 1250000.50
            (".", [1..=3]) => true,
            // 192.168.100.200
            (".", [_, _, _]) => self.groups.iter().all(Group::is_octet),
            // 4500/10000
            ("/", [1..=5]) => !begins_with_zero,
            _ => false,
        }
    }
}

impl Group {
    fn is_octet(&self) -> bool {
        let value = self
            .digits
            .iter()
            .fold(0, |value, digit| value * 10 + digit);
        self.digits.len() <= 3 && value <= 255 && (self.digits.len() == 1 || self.digits[0] != 0)
    }
}

/// How long a separator is that has a digit behind it.
fn separator_length(text: &str) -> Option<usize> {
    const MOST: usize = 3;
    let has_digit = |length: &usize| text[*length..].chars().next().and_then(digit).is_some();
    // Alone only, or the end of a sentence would be one.
    if text.starts_with(['.', '/']) {
        return Some(1).filter(has_digit);
    }
    let mut length = 0;
    for _ in 0..MOST {
        let rest = &text[length..];
        let spaces = ["&nbsp;", "&#160;", "%20"];
        let space = spaces.iter().find(|space| rest.starts_with(**space));
        let next = rest.chars().next().filter(|c| is_separator(*c));
        length += match (space, next) {
            (Some(space), _) => space.len(),
            (None, Some(c)) => c.len_utf8(),
            (None, None) => break,
        };
    }
    (length > 0).then_some(length).filter(has_digit)
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '-' | '_' | '(' | ')' | '[' | ']' | '\u{a0}' | '\u{ad}' | '\u{202f}'
        // Narrow spaces, what is not seen, hyphens and dashes, the minus.
        | '\u{2000}'..='\u{2015}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}'
        | '\u{2212}' | '\u{feff}' | '\u{ff0d}'
    )
}

/// Whether what follows belongs to a name before it: `INV-2026-000123`.
fn is_part_of_a_name(before: &str) -> bool {
    let name = before.strip_suffix(['-', '_']);
    name.is_some_and(|name| name.ends_with(|c: char| c.is_ascii_alphabetic()))
}

/// The length of an identifier that begins here: a UUID, or a word in which letters and digits take
/// turns.
fn identifier(before: &str, rest: &str) -> Option<usize> {
    const LONGEST_RUN: usize = 9;
    if before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    if let Some(text) = rest.get(..36)
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
        && !rest[36..].starts_with(|c: char| c.is_ascii_alphanumeric())
    {
        return Some(36);
    }
    let length = rest
        .find(|c: char| !c.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let word = &rest.as_bytes()[..length];
    let runs = word.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit());
    let longest = runs.clone().filter(|run| run[0].is_ascii_digit());
    let longest = longest.map(<[u8]>::len).max().unwrap_or(0);
    (runs.count() > 3 && longest <= LONGEST_RUN).then_some(length)
}

/// The length of a date or of a time that begins here.
fn moment(text: &str) -> Option<usize> {
    date(text).or_else(|| time(text))
}

/// `2026-11-22`, `22/11/2026`, `22.11.2026`.
fn date(text: &str) -> Option<usize> {
    let (first, rest) = whole(text, 4)?;
    let separator = rest.chars().next().filter(|c| "-/.".contains(*c))?;
    let (second, rest) = whole(&rest[1..], 2)?;
    let (third, rest) = whole(rest.strip_prefix(separator)?, 4)?;
    let is_short = |part: &str| part.len() <= 2;
    let (year, day) = match (is_short(first), is_short(third)) {
        (false, true) => (first, third),
        (true, false) => (third, first),
        _ => return None,
    };
    let within = |part: &str, range: RangeInclusive<u32>| {
        part.parse().is_ok_and(|value| range.contains(&value))
    };
    // American dates have the month first.
    let is_date = within(year, 1900..=2199)
        && within(day, 1..=31)
        && within(second, 1..=31)
        && (within(day, 1..=12) || within(second, 1..=12));
    // A further group makes it something else.
    let goes_on = rest.strip_prefix(['-', '/', '.']);
    let goes_on = goes_on.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    (is_date && !goes_on).then(|| text.len() - rest.len())
}

/// `10:30`, `10:30:00.123456`.
fn time(text: &str) -> Option<usize> {
    let (hour, rest) = whole(text, 2)?;
    let (minute, rest) = whole(rest.strip_prefix(':')?, 2)?;
    if hour.parse().is_ok_and(|hour: u32| hour > 24) || minute.len() != 2 {
        return None;
    }
    let mut end = rest;
    if let Some((second, rest)) = rest.strip_prefix(':').and_then(|rest| whole(rest, 2))
        && second.len() == 2
    {
        let fraction = rest
            .strip_prefix(['.', ','])
            .and_then(|rest| whole(rest, 9));
        end = fraction.map_or(rest, |(_, rest)| rest);
    }
    Some(text.len() - end.len())
}

/// A group of one to `most` digits, and what follows it.
fn whole(text: &str, most: usize) -> Option<(&str, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    (1..=most).contains(&end).then(|| text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_masked_however_it_is_written() {
        for (text, shown) in [
            ("call 01 01 00 00 00 now", "call 01 0* ** ** 00 now"),
            ("+1 (202) 555-0173", "+1 (20*) ***-**73"),
            ("é+22901000000é", "é+229******00é"),
            ("no (880) 1988-000-000", "no (880) ****-***-*00"),
            ("no 880.1988.000.000", "no 880.****.***.*00"),
            ("no 880/1988/000000", "no 880/****/****00"),
            ("no 880_1988_000_000", "no 880_****_***_*00"),
            ("no 88-01-98-80-00-00-0", "no 88-0*-**-**-**-*0-0"),
            (
                "no 880\u{2011}1988\u{2011}000000",
                "no 880\u{2011}****\u{2011}****00",
            ),
            ("no 880 1988&nbsp;000000", "no 880 ****&nbsp;****00"),
            ("no 880%201988000000", "no 880%20********00"),
            ("no 8801988\u{200b}000000", "no 880****\u{200b}****00"),
            ("no ８８０１９８８００００００", "no ８８０********００"),
            ("no ৮৮০১৯৮৮০০০০০০", "no ৮৮০********০০"),
            ("8801988000000@c.us", "880********00@c.us"),
            ("tel:8801988000000", "tel:880********00"),
            ("tel8801988000000", "tel880********00"),
            ("号码8801988000000无效", "号码880********00无效"),
            ("no 0171/1234567", "no 017*/*****67"),
            ("no 612 345 678", "no 612 *** *78"),
            ("+2026-11-22", "+202*-**-22"),
            ("2026-11-22 8801988000000", "2026-11-22 880********00"),
            ("at 10:30 8801988000000", "at 10:30 880********00"),
        ] {
            assert_eq!(mask_numbers(text), shown, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_stays_readable() {
        for text in [
            "since 2026-11-22 10:30, 500 of 1000",
            "at most 500 identifiers, got 501",
            "2026-11-22T10:30:00.123456Z",
            "2026-11-22T10:30:00+02:00",
            "20261122T103000Z",
            "before 22/11/2026, 22.11.2026 or 2026/11/22 at 10:30:45.000",
            "no instance 12345678-1234-4123-8123-123456789012",
            "no contact a3f1b2c4-1234-4abc-9def-000011112222.",
            "no message 65a1b2c3d4e5f60718293a4b",
            "invoice INV-2026-000123",
            "1 000 000 of 12 500 000 messages",
            "costs 1.000.000 or 1250000.50",
            "used 4500/10000",
            "add 192.168.100.200 or 2001:db8::1",
            "version 1.2.3, 12. Then 1000",
            "10 - 20, 30",
            "",
        ] {
            assert_eq!(mask_numbers(text), text);
        }
    }
}
