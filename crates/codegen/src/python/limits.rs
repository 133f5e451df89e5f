//! The bounds of an argument in words, since a type cannot tell them.

use serde_json::Value;

use crate::document::texts;

/// What is checked before a request leaves, as sentences; empty if nothing is.
pub(super) fn limits(schema: &Value) -> String {
    let mut sentences = Vec::new();
    for (least, most, unit) in [
        ("minimum", "maximum", ""),
        ("minLength", "maxLength", " characters"),
        ("minItems", "maxItems", " items"),
        ("", "x-max-bytes", " bytes"),
    ] {
        let sentence = match (schema.get(least), schema.get(most)) {
            (Some(least), Some(most)) => format!("{least} to {most}{unit}."),
            // What is not empty needs no number.
            (Some(least), None) if *least == 1 && !unit.is_empty() => "Not empty.".to_owned(),
            (Some(least), None) => format!("At least {least}{unit}."),
            (None, Some(most)) => format!("At most {most}{unit}."),
            (None, None) => continue,
        };
        sentences.push(sentence);
    }
    let types = texts(schema.get("x-file-types"));
    if !types.is_empty() {
        sentences.push(format!("A file of type {}.", types.join(", ")));
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        sentences.push(format!("Matches `{pattern}`."));
    }
    if let Some(default) = schema.get("default") {
        sentences.push(format!("The vendor's default is {default}."));
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn bounds_are_told_in_words() {
        for (schema, words) in [
            (json!({"type": "string"}), ""),
            (
                json!({"minimum": 1, "maximum": 100, "default": 20}),
                "1 to 100. The vendor's default is 20.",
            ),
            (json!({"minimum": 1}), "At least 1."),
            (json!({"minLength": 1}), "Not empty."),
            (json!({"minItems": 2, "maxItems": 500}), "2 to 500 items."),
            (
                json!({"x-max-bytes": 16, "x-file-types": ["png", "jpg"]}),
                "At most 16 bytes. A file of type png, jpg.",
            ),
            (json!({"pattern": "^[0-9]+$"}), "Matches `^[0-9]+$`."),
        ] {
            assert_eq!(limits(&schema), words);
        }
    }
}
