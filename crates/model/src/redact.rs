//! Keeps secrets and full phone numbers out of what people see.

use serde_json::Value;

use crate::mask_numbers;

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
}
