//! Texts with placeholders: `Hello {first_name}`, and `{{` for a brace.

use palabre_model::{Error, Result};
use palabre_transport::Argument;
use serde_json::Value;

use super::Row;

/// A text whose placeholders each row fills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pattern(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(String),
}

impl Pattern {
    /// Reads a text; `argument` names it in errors.
    pub(crate) fn parse(argument: &str, text: &str) -> Result<Self> {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            let after = &rest[at + 1..];
            if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let name = after.split_once('}').map(|(name, _)| name.trim());
            let name = name.filter(|name| brace == "{" && !name.is_empty() && !name.contains('{'));
            let Some(name) = name else {
                let problem = "has a brace that is no placeholder";
                return Err(Error::invalid(argument, problem)
                    .hint("write {column} for a value of the row, {{ and }} for braces"));
            };
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Column(name.to_owned()));
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        plain.push_str(rest);
        if !plain.is_empty() || parts.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    /// The columns that it takes values from.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Column(name) => Some(name.as_str()),
        })
    }

    /// What stands between braces that are written twice, and is sent with one.
    pub(crate) fn braced(&self) -> impl Iterator<Item = &str> {
        let texts = self.0.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text),
            Part::Column(_) => None,
        });
        texts.flat_map(|text| {
            let after = text.split('{').skip(1);
            after.filter_map(|after| Some(after.split_once('}')?.0.trim()))
        })
    }

    /// The text for one row.
    pub(crate) fn fill(&self, row: &Row) -> Result<String> {
        let mut filled = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => filled.push_str(text),
                Part::Column(name) => filled.push_str(&value(name, row)?),
            }
        }
        Ok(filled)
    }
}

fn value(name: &str, row: &Row) -> Result<String> {
    let missing = || {
        let problem = format!("no value for {{{name}}}");
        let error = Error::new(palabre_model::ErrorKind::InvalidInput, problem)
            .outcome(palabre_model::Outcome::NotSent);
        match row.get(name) {
            Some(_) => error,
            None => {
                let names: Vec<_> = row.names().collect();
                error.hint(format!("its values: {}", names.join(", ")))
            }
        }
    };
    match row.get(name).ok_or_else(missing)? {
        Argument::Value(Value::String(text)) if text.trim().is_empty() => Err(missing()),
        Argument::Value(Value::String(text)) => Ok(text.clone()),
        Argument::Value(Value::Number(number)) => Ok(plain_number(number)),
        _ => Err(Error::invalid(
            name,
            "is not a text that a message can hold",
        )),
    }
}

/// A number as people write it: whole columns with gaps are read as `3.0`.
pub(crate) fn plain_number(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match text.strip_suffix(".0") {
        Some(whole) => whole.to_owned(),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fill(text: &str, row: &Row) -> Result<String> {
        Pattern::parse("text", text)?.fill(row)
    }

    #[test]
    fn placeholders_are_filled_and_doubled_braces_are_braces() {
        let row = Row::new()
            .with("first_name", json!("Awa"))
            .with("amount", json!(3.0))
            .with("rate", json!(2.5));
        for (text, filled) in [
            ("Hello {first_name}!", "Hello Awa!"),
            ("{ first_name }", "Awa"),
            ("{{first_name}}", "{first_name}"),
            ("{amount} at {rate}", "3 at 2.5"),
            ("}}{{", "}{"),
            ("", ""),
        ] {
            assert_eq!(fill(text, &row).as_deref(), Ok(filled), "{text}");
        }
    }

    #[test]
    fn a_value_is_not_a_pattern() {
        let row = Row::new().with("a", json!("{b}")).with("b", json!("x"));
        assert_eq!(fill("{a}", &row).as_deref(), Ok("{b}"));
    }

    #[test]
    fn a_missing_value_is_refused_with_what_there_is() {
        let row = Row::new()
            .with("name", json!("Awa"))
            .with("city", json!(" "));
        let error = fill("Hello {first_name}", &row).unwrap_err().to_string();
        assert_eq!(error, "no value for {first_name}; its values: city, name");
        let error = fill("{city}", &row).unwrap_err().to_string();
        assert_eq!(error, "no value for {city}");
        let flag = Row::new().with("vip", json!(true));
        assert!(fill("{vip}", &flag).is_err());
    }

    #[test]
    fn a_brace_alone_is_refused() {
        for text in ["{", "}", "Hello {first_name", "{}", "a } b", "{a{b}"] {
            assert!(Pattern::parse("text", text).is_err(), "{text}");
        }
    }
}
