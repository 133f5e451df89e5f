//! Phone numbers: read as E.164 where they parse, kept as given otherwise, never rewritten on send.

use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, ValidationError};

use crate::{Error, Result};

/// E.164 allows at most 15 digits; fewer than 8 with the country code is no subscriber's number.
const DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

fn parse(international: &str) -> Option<PhoneNumber> {
    PHONE_NUMBER_UTIL.parse(international, None).ok()
}

/// Writes a number that a vendor sent as E.164 where it is in international form, with its `+`.
///
/// What is not is kept as given, since the digits alone do not tell the country; empty text is no
/// number.
///
/// ```
/// use palabre_model::normalize_phone;
/// assert_eq!(normalize_phone("+229 01 01 00 00 00").as_deref(), Some("+2290101000000"));
/// assert_eq!(normalize_phone("612345678").as_deref(), Some("612345678"));
/// assert_eq!(normalize_phone("reception").as_deref(), Some("reception"));
/// assert_eq!(normalize_phone(" "), None);
/// ```
#[must_use]
pub fn normalize_phone(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    // The common case, without the library: it costs microseconds, a listing has 100,000 of them.
    let may_parse = text.starts_with('+') && !is_e164(text);
    let number = may_parse.then(|| parse(text)).flatten().map(e164);
    // What is too short or too long is not made into another number.
    let number = number.filter(|number| is_e164(number) || digits(number).eq(digits(text)));
    Some(number.unwrap_or_else(|| text.to_owned()))
}

/// What is wrong with a number in E.164 that its country does not have, as far as is known: numbering
/// plans change, so it may exist all the same.
///
/// ```
/// use palabre_model::doubtful_phone;
/// assert_eq!(doubtful_phone("+33612345678"), None);
/// assert!(doubtful_phone("+33612345").unwrap().contains("too short"));
/// assert!(doubtful_phone("+33012345678").unwrap().contains("no number like this"));
/// ```
#[must_use]
pub fn doubtful_phone(phone: &str) -> Option<&'static str> {
    let Some(number) = parse(phone) else {
        return Some("no country has this code");
    };
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number) {
        Err(ValidationError::TooShort) => Some("the number is too short for its country"),
        Err(ValidationError::TooLong) => Some("the number is too long for its country"),
        _ if PHONE_NUMBER_UTIL.is_valid_number(&number) => None,
        _ => Some("its country has no number like this, as far as is known"),
    }
}

/// Where one person may be known under two numbers: the country's code, how many digits of an area
/// follow, what numbers have there today or had once, and how many digits come after it.
const SPELLINGS: &[(&str, usize, &str, usize)] = &[
    // Benin, since 2024.
    ("229", 0, "01", 8),
    // Ivory Coast, since 2021: one for each operator.
    ("225", 0, "01", 8),
    ("225", 0, "05", 8),
    ("225", 0, "07", 8),
    // Mexico until 2019, and WhatsApp still for some.
    ("52", 0, "1", 10),
    // Argentina's mobiles, when called from abroad.
    ("54", 0, "9", 10),
    // Brazil's mobiles, since 2016; WhatsApp goes on without for some.
    ("55", 2, "9", 8),
];

/// Other numbers in E.164 that may reach the same person, in countries whose numbers are written in
/// an old and a new way.
///
/// ```
/// use palabre_model::other_spellings;
/// let others = |phone| other_spellings(phone).collect::<Vec<_>>();
/// assert_eq!(others("+22997000000"), ["+2290197000000"]);
/// assert_eq!(others("+5521987654321"), ["+552187654321"]);
/// assert!(others("+33612345678").is_empty());
/// ```
pub fn other_spellings(phone: &str) -> impl Iterator<Item = String> {
    SPELLINGS
        .iter()
        .filter_map(move |(code, area, digits, rest)| {
            let national = phone.strip_prefix('+')?.strip_prefix(code)?;
            let (area, after) = national.split_at_checked(*area)?;
            if after.len() == *rest {
                return Some(format!("+{code}{area}{digits}{after}"));
            }
            let after = after.strip_prefix(digits)?;
            (after.len() == *rest).then(|| format!("+{code}{area}{after}"))
        })
}

fn digits(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(char::is_ascii_digit)
}

/// The same for vendors that document the international form without its `+`.
///
/// ```
/// use palabre_model::normalize_digits;
/// assert_eq!(normalize_digits("972501234567").as_deref(), Some("+972501234567"));
/// assert_eq!(normalize_digits("0501234567").as_deref(), Some("0501234567"));
/// ```
#[must_use]
pub fn normalize_digits(text: &str) -> Option<String> {
    match text.trim() {
        digits if is_international(digits) => Some(format!("+{digits}")),
        other => normalize_phone(other),
    }
}

/// Joins what a vendor keeps as country code and national part.
///
/// A zero that is dialled only inside the country is left out where the country's plan says so.
/// What cannot be one number is kept as given, with a space between its parts.
///
/// ```
/// use palabre_model::join_phone;
/// assert_eq!(join_phone("44", "07911123456").as_deref(), Some("+447911123456"));
/// assert_eq!(join_phone("229", "0101000000").as_deref(), Some("+2290101000000"));
/// assert_eq!(join_phone("880", "+8801988000000").as_deref(), Some("+8801988000000"));
/// ```
#[must_use]
pub fn join_phone(country_code: &str, national: &str) -> Option<String> {
    let code = country_code.trim().trim_start_matches('+');
    let national = national.trim();
    if national.is_empty() || national.starts_with('+') || code.is_empty() {
        return normalize_phone(national);
    }
    let number = if national.chars().find(char::is_ascii_digit) == Some('0') {
        let region = |code| PHONE_NUMBER_UTIL.get_region_for_country_code(code);
        let region = code.parse().ok().and_then(region);
        let number = region.map(|region| PHONE_NUMBER_UTIL.parse(national, Some(region)));
        number.and_then(Result::ok).map(e164)
    } else {
        normalize_phone(&format!("+{code}{national}"))
    };
    // A national part that begins with 00 may be read as another country's number.
    let is_of_country = |number: &String| {
        let rest = number.strip_prefix('+').unwrap_or_default();
        is_e164(number) && rest.starts_with(code)
    };
    let number = number.filter(is_of_country);
    Some(number.unwrap_or_else(|| format!("+{code} {national}")))
}

/// Tells whether digits may be an international number.
fn is_international(digits: &str) -> bool {
    DIGITS.contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0')
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(is_international)
}

fn e164(number: PhoneNumber) -> String {
    number
        .format_as(rlibphonenumber::PhoneNumberFormat::E164)
        .into_owned()
}

/// A number as country code and national part, digits only.
#[derive(Clone, PartialEq, Eq)]
pub struct SplitPhone {
    /// The country calling code, without `+`.
    pub country_code: String,
    /// The digits after it, exactly as the caller wrote them.
    pub national: String,
}
crate::debug_only!(SplitPhone { country_code });

/// Splits a number into country code and national part, for vendors that want them apart.
///
/// Only separators that people write between digits are dropped; no digit is added, removed or
/// changed.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) that names `argument` when the number
/// is not in international form, or would have to be rewritten.
///
/// ```
/// use palabre_model::split_phone;
/// let phone = split_phone("to", "+880 1988-000000")?;
/// assert_eq!((phone.country_code.as_str(), phone.national.as_str()), ("880", "1988000000"));
/// # Ok::<(), palabre_model::Error>(())
/// ```
pub fn split_phone(argument: &str, text: &str) -> Result<SplitPhone> {
    let international = "write it in international form, as in +33612345678";
    let Some(rest) = text.trim().strip_prefix('+') else {
        return Err(
            Error::invalid(argument, "the phone number has no country code").hint(international),
        );
    };
    // "+4366412345678.0" is no number with a zero at its end.
    if rest.rsplit_once('.').is_some_and(|(_, end)| end == "0") {
        return Err(Error::invalid(
            argument,
            "the phone number ends in .0: it was a number and not a text, and may have lost its zeros",
        )
        .hint("read the column as text"));
    }
    let digits: String = rest
        .chars()
        .filter(|c| !matches!(c, ' ' | '-' | '.' | '/' | '(' | ')' | '\u{a0}'))
        .collect();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::invalid(
            argument,
            "the phone number holds something else than digits",
        )
        .hint(international));
    }
    let number = parse(&format!("+{digits}")).ok_or_else(|| {
        Error::invalid(argument, "not a phone number of any country").hint(international)
    })?;
    let country_code = number.country_code.to_string();
    let national = digits
        .strip_prefix(&country_code)
        .unwrap_or_default()
        .to_owned();
    let significant = number.format_as(rlibphonenumber::PhoneNumberFormat::E164);
    if significant != format!("+{digits}") {
        return Err(Error::invalid(
            argument,
            "the phone number has a trunk prefix between country code and number",
        )
        .hint("leave out the (0) that is dialled inside the country"));
    }
    Ok(SplitPhone {
        country_code,
        national,
    })
}

/// The digits of an international number, for vendors that take it in one piece.
///
/// Separators are dropped, and the `+`; no digit is added, removed or changed. Digits without a `+`
/// are taken where they make an international number.
///
/// # Errors
///
/// As [`split_phone`].
///
/// ```
/// use palabre_model::international_digits;
/// assert_eq!(international_digits("to", "+229 01-01 00 00 00")?, "2290101000000");
/// assert_eq!(international_digits("to", "2290101000000")?, "2290101000000");
/// assert!(international_digits("to", "0612345678").is_err());
/// # Ok::<(), palabre_model::Error>(())
/// ```
pub fn international_digits(argument: &str, text: &str) -> Result<String> {
    let text = text.trim();
    let phone = if is_international(text) {
        split_phone(argument, &format!("+{text}"))
    } else {
        split_phone(argument, text)
    }?;
    Ok(phone.country_code + &phone.national)
}

/// Hides the middle of a phone number: `+229********00`. What stands between digits stays.
///
/// ```
/// assert_eq!(palabre_model::mask_phone("+2290101000000"), "+229********00");
/// ```
#[must_use]
pub fn mask_phone(text: &str) -> String {
    const SHORTEST_NUMBER: usize = 7;
    // What is hidden already stays so, and hidden twice is hidden once.
    let is_hidden = |c: &char| c.is_alphanumeric() || *c == '*';
    let length = text.chars().filter(is_hidden).count();
    let mut index = 0;
    text.chars()
        .map(|c| {
            if !is_hidden(&c) {
                return c;
            }
            index += 1;
            let is_edge = length >= SHORTEST_NUMBER && (index <= 3 || index + 1 >= length);
            if is_edge { c } else { '*' }
        })
        .collect()
}

/// Hides the middle of an identifier that is a phone number, as all of 99digital's are, however it is
/// written. Any other identifier stays.
///
/// ```
/// assert_eq!(palabre_model::mask_id("880 1988-000-000"), "880 ****-***-*00");
/// assert_eq!(palabre_model::mask_id("cmc41x0j0000008l4"), "cmc41x0j0000008l4");
/// ```
#[must_use]
pub fn mask_id(text: &str) -> String {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_separator = |c: char| matches!(c, '+' | '-' | '.' | ' ' | '(' | ')');
    let is_phone = digits >= 8 && text.chars().all(|c| c.is_ascii_digit() || is_separator(c));
    match is_phone {
        true => mask_phone(text),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_two_spellings_leads_from_each_to_the_other() {
        for (old, new) in [
            ("+22997000000", "+2290197000000"),
            ("+22507000000", "+2250707000000"),
            ("+525512345678", "+5215512345678"),
            ("+541158749895", "+5491158749895"),
            ("+556281722241", "+5562981722241"),
        ] {
            assert!(other_spellings(old).any(|other| other == new), "{old}");
            assert_eq!(other_spellings(new).collect::<Vec<_>>(), [old]);
        }
        for phone in [
            "",
            "+",
            "+55",
            "+552",
            "+229",
            "22997000000",
            "+229é1000000",
            "+5511é",
        ] {
            assert_eq!(other_spellings(phone).count(), 0, "{phone}");
        }
    }

    #[test]
    fn a_number_splits_after_its_country_code() {
        for (text, code, national) in [
            ("+22901000000", "229", "01000000"),
            ("+2290101000000", "229", "0101000000"),
            ("+1 (202) 555-0173", "1", "2025550173"),
            ("+39 06 698 12345", "39", "0669812345"),
            ("+33 6 12 34 56 78", "33", "612345678"),
        ] {
            let split = split_phone("to", text).expect(text);
            assert_eq!(
                (split.country_code.as_str(), split.national.as_str()),
                (code, national),
                "{text}"
            );
        }
    }

    #[test]
    fn a_number_that_would_have_to_be_rewritten_is_refused() {
        for text in [
            "01988000000",
            "8801988000000",
            "+44 (0)20 7946 0958",
            "+",
            "+call me",
            "+999123456789",
            "",
        ] {
            let error = split_phone("to", text).expect_err(text);
            assert!(error.to_string().starts_with("to: "), "{error}");
            assert!(
                text.len() < 7 || !error.to_string().contains(text),
                "{error}"
            );
        }
    }

    #[test]
    fn what_does_not_parse_is_kept_as_given() {
        assert_eq!(normalize_phone("01988").as_deref(), Some("01988"));
        assert_eq!(normalize_phone("+1").as_deref(), Some("+1"));
        assert_eq!(normalize_phone("612345678").as_deref(), Some("612345678"));
        assert_eq!(normalize_digits("06123").as_deref(), Some("06123"));
    }

    #[test]
    fn what_is_too_long_or_of_another_country_is_not_made_into_a_number() {
        let long = "+31000000000001000";
        assert_eq!(normalize_phone(long).as_deref(), Some(long));
        assert_eq!(normalize_phone("+290 4123").as_deref(), Some("+2904123"));
        let joined = join_phone("45", "0030000000");
        assert_eq!(joined.as_deref(), Some("+45 0030000000"));
    }

    #[test]
    fn parts_that_are_no_number_together_are_not_made_one() {
        for (code, national, joined) in [
            ("880", "1988000000", "+8801988000000"),
            ("+880", " 1988-000000", "+8801988000000"),
            ("880", "01988000000", "+8801988000000"),
            ("880", "+8801988000000", "+8801988000000"),
            ("44", "07911123456", "+447911123456"),
            ("39", "0669812345", "+390669812345"),
            ("229", "01 01 00 00 00", "+2290101000000"),
            ("", "01988000000", "01988000000"),
            ("999", "0123456789", "+999 0123456789"),
            ("BD", "1988000000", "+BD 1988000000"),
            ("44", "reception", "+44 reception"),
            ("44", "00", "+44 00"),
        ] {
            assert_eq!(
                join_phone(code, national).as_deref(),
                Some(joined),
                "{code} {national}"
            );
        }
        assert_eq!(join_phone("44", " "), None);
    }

    #[test]
    fn a_mask_keeps_the_country_and_the_last_two_digits() {
        assert_eq!(mask_phone("22997000000"), "229******00");
        assert_eq!(mask_phone("229******00"), "229******00");
        assert_eq!(mask_phone("12345"), "*****");
        assert_eq!(mask_phone(""), "");
    }
}
