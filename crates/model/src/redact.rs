//! Keeps secrets and full phone numbers out of what people see.

use serde_json::Value;

use crate::mask_phone;

/// Implements a `Debug` that shows the named fields only: the others may hold names, numbers, words.
#[macro_export]
#[doc(hidden)]
macro_rules! debug_only {
    ($name:ident { $($field:ident),* $(,)? }) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(stringify!($name))
                    $(.field(stringify!($field), &self.$field))*
                    .finish_non_exhaustive()
            }
        }
    };
}

/// Replaces every property named in `secrets`, at any depth, by `"***"`; a null stays null.
pub fn redact_secrets(value: &mut Value, secrets: &[&str]) {
    if secrets.is_empty() {
        return;
    }
    match value {
        Value::Object(fields) => {
            for (name, field) in fields.iter_mut() {
                if secrets.contains(&name.as_str()) && !field.is_null() {
                    *field = Value::String("***".to_owned());
                } else {
                    redact_secrets(field, secrets);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                redact_secrets(item, secrets);
            }
        }
        _ => {}
    }
}

/// Masks what looks like a phone number in a vendor's words: seven digits or more, written together,
/// in groups with spaces between them, or as people write it after a `+`.
///
/// Dates, addresses and short counts stay readable.
///
/// ```
/// use palabre_model::mask_numbers;
/// assert_eq!(mask_numbers("+2290101000000 is taken"), "+229********00 is taken");
/// assert_eq!(mask_numbers("+229 01-01 00 00 00"), "+229 **-** ** ** 00");
/// assert_eq!(mask_numbers("add 192.168.1.20"), "add 192.168.1.20");
/// ```
#[must_use]
pub fn mask_numbers(text: &str) -> String {
    const SHORTEST_NUMBER: usize = 7;
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let is_signed = rest[..start].ends_with('+');
        let number = &rest[start..start + length(&rest[start..], is_signed)];
        masked.push_str(&rest[..start]);
        if number.bytes().filter(u8::is_ascii_digit).count() >= SHORTEST_NUMBER {
            masked.push_str(&mask_phone(number));
        } else {
            masked.push_str(number);
        }
        rest = &rest[start + number.len()..];
    }
    masked.push_str(rest);
    masked
}

/// A vendor's words as errors and warnings may show them: one line, not too long, numbers masked.
///
/// ```
/// use palabre_model::presentable;
/// assert_eq!(presentable("call +229 01\n01 00 00 00"), "call +229 ** ** ** ** 00");
/// ```
#[must_use]
pub fn presentable(text: &str) -> String {
    const LONGEST: usize = 300;
    // Joined first: a number may go over lines. Masked before the cut: it may lie across it.
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = mask_numbers(&line);
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// How far a number goes on: over digits, and over separators with digits behind them.
fn length(text: &str, is_signed: bool) -> usize {
    let is_separator =
        |c: char| c == ' ' || is_signed && matches!(c, '-' | '.' | '(' | ')' | '\u{a0}');
    let mut end = 0;
    for (index, c) in text.char_indices() {
        if c.is_ascii_digit() {
            end = index + 1;
        } else if !is_separator(c) {
            break;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_replaced_at_any_depth() {
        let mut value = serde_json::json!({"list": [{"apiKey": "a", "id": 1}], "apiKey": null});
        redact_secrets(&mut value, &["apiKey"]);
        assert_eq!(
            value,
            serde_json::json!({"list": [{"apiKey": "***", "id": 1}], "apiKey": null})
        );
    }

    #[test]
    fn a_number_is_masked_however_it_is_written() {
        assert_eq!(
            mask_numbers("call 01 01 00 00 00 now"),
            "call 01 0* ** ** 00 now"
        );
        assert_eq!(mask_numbers("+1 (202) 555-0173"), "+1 (20*) ***-**73");
        assert_eq!(
            mask_numbers("since 2026-11-22 10:30, 500 of 1000"),
            "since 2026-11-22 10:30, 500 of 1000"
        );
        assert_eq!(mask_numbers("é+22901000000é"), "é+229******00é");
    }

    #[test]
    fn a_number_is_masked_across_lines_and_across_the_cut() {
        let shown = presentable("number +229 01\n01 00\t00 00 is bad");
        assert_eq!(shown, "number +229 ** ** ** ** 00 is bad");
        let long = format!("{} +2290101000000", "x".repeat(292));
        assert!(
            presentable(&long).ends_with("+229***…"),
            "{}",
            presentable(&long)
        );
    }

    #[test]
    fn short_digit_runs_stay_readable() {
        assert_eq!(
            mask_numbers("at most 500 identifiers, got 501"),
            "at most 500 identifiers, got 501"
        );
    }
}
