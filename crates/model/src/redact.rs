//! Keeps secrets and full phone numbers out of what people see.

use serde_json::Value;

use crate::mask_phone;

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

/// Masks what looks like a phone number in a vendor's words: a run of seven digits or more.
///
/// ```
/// use palabre_model::mask_numbers;
/// assert_eq!(mask_numbers("+2290101000000 is taken"), "+229********00 is taken");
/// assert_eq!(mask_numbers("add 192.168.1.20"), "add 192.168.1.20");
/// ```
#[must_use]
pub fn mask_numbers(text: &str) -> String {
    const SHORTEST_NUMBER: usize = 7;
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let end = rest[start..]
            .find(|c: char| !c.is_ascii_digit())
            .map_or(rest.len(), |length| start + length);
        masked.push_str(&rest[..start]);
        let digits = &rest[start..end];
        if digits.len() >= SHORTEST_NUMBER {
            masked.push_str(&mask_phone(digits));
        } else {
            masked.push_str(digits);
        }
        rest = &rest[end..];
    }
    masked.push_str(rest);
    masked
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
    fn short_digit_runs_stay_readable() {
        assert_eq!(
            mask_numbers("at most 500 identifiers, got 501"),
            "at most 500 identifiers, got 501"
        );
    }
}
