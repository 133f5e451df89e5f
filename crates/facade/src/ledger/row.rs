//! What a caller gives: rows, and contents that hold for all of them.

use std::collections::BTreeMap;

use palabre_model::{Error, Result};
use palabre_transport::Argument;
use serde_json::Value;

use super::pattern::{Pattern, plain_number};

/// One row: values by the names of the arguments of the verb, and whatever placeholders name.
///
/// ```
/// use palabre::ledger::Row;
/// let row = Row::new().with("to", "+8801988000000").with("first_name", "Awa");
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Row(BTreeMap<String, Argument>, Option<Error>);
palabre_model::debug_only!(Row {});

impl Row {
    /// A row without values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value, or a file. Null is no value.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Argument>) -> Self {
        self.insert(name, value);
        self
    }

    /// Adds a value, or a file. Null is no value.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<Argument>) {
        let value = value.into();
        if value.is_given() {
            self.0.insert(name.into(), value);
        }
    }

    /// The same row, which is refused with that error: for one that could not be read.
    #[must_use]
    pub fn refused(self, error: Error) -> Self {
        Self(self.0, Some(error))
    }

    /// The value of that name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Argument> {
        self.0.get(name)
    }

    /// The names of the values that are there.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Tells whether there is no value.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn refusal(&self) -> Option<&Error> {
        self.1.as_ref()
    }

    fn take(&mut self, name: &str) -> Option<Argument> {
        self.0.remove(name)
    }
}

impl<N: Into<String>, V: Into<Argument>> FromIterator<(N, V)> for Row {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(values: I) -> Self {
        let mut row = Self::new();
        for (name, value) in values {
            row.insert(name, value);
        }
        row
    }
}

/// Arguments whose texts may hold placeholders when they are given for all rows.
const PATTERNED: &[&str] = &[
    "text",
    "image",
    "document",
    "video",
    "audio",
    "cta_id",
    "list_id",
    "template",
    "variables",
    "header_variables",
    "name",
    "given_name",
    "family_name",
    "tags",
];

/// Contents that hold for all rows, read once.
#[derive(Default)]
pub(crate) struct Contents(BTreeMap<String, Given>);

enum Given {
    Text(Pattern),
    Texts(Vec<Pattern>),
    Named(Vec<(String, Pattern)>),
    Other(Argument),
}

impl Contents {
    /// Reads the contents; `known` are the arguments of the verb.
    pub(crate) fn new(contents: Row, known: &[&str]) -> Result<Self> {
        let mut given = BTreeMap::new();
        for (name, argument) in contents.0 {
            if !known.contains(&name.as_str()) {
                let problem = format_args!(
                    "is not an argument of the verb: one of {}",
                    known.join(", ")
                );
                return Err(Error::invalid(&name, problem.to_string()));
            }
            if matches!(name.as_str(), "to" | "phone" | "id" | "key") {
                return Err(Error::invalid(
                    &name,
                    "is each row's own, and cannot hold for all",
                ));
            }
            let is_patterned = PATTERNED.contains(&name.as_str());
            let read = match argument {
                Argument::Value(Value::String(text)) if is_patterned => {
                    Given::Text(Pattern::parse(&name, &text)?)
                }
                Argument::Value(Value::Array(items))
                    if is_patterned && items.iter().all(Value::is_string) =>
                {
                    let patterns = items
                        .iter()
                        .filter_map(Value::as_str)
                        .map(|text| Pattern::parse(&name, text));
                    Given::Texts(patterns.collect::<Result<_>>()?)
                }
                Argument::Value(Value::Object(fields))
                    if name == "variables" && fields.values().all(Value::is_string) =>
                {
                    let patterns = fields.iter().map(|(field, text)| {
                        let text = text.as_str().unwrap_or_default();
                        Ok((field.clone(), Pattern::parse(&name, text)?))
                    });
                    Given::Named(patterns.collect::<Result<_>>()?)
                }
                other => Given::Other(other),
            };
            given.insert(name, read);
        }
        Ok(Self(given))
    }

    /// The columns that placeholders name, each with the argument that it is in.
    pub(crate) fn columns(&self) -> BTreeMap<&str, &str> {
        self.patterns()
            .flat_map(|(argument, pattern)| pattern.columns().map(move |name| (name, argument)))
            .collect()
    }

    /// What stands between braces that are written twice, each with the argument that it is in.
    pub(crate) fn braced(&self) -> impl Iterator<Item = (&str, &str)> {
        self.patterns()
            .flat_map(|(argument, pattern)| pattern.braced().map(move |name| (argument, name)))
    }

    fn patterns(&self) -> impl Iterator<Item = (&str, &Pattern)> {
        self.0.iter().flat_map(|(argument, given)| {
            let patterns: Vec<&Pattern> = match given {
                Given::Text(pattern) => vec![pattern],
                Given::Texts(patterns) => patterns.iter().collect(),
                Given::Named(patterns) => patterns.iter().map(|(_, pattern)| pattern).collect(),
                Given::Other(_) => Vec::new(),
            };
            patterns
                .into_iter()
                .map(|pattern| (argument.as_str(), pattern))
        })
    }

    fn fill(&self, name: &str, row: &Row) -> Result<Option<Argument>> {
        Ok(match self.0.get(name) {
            None => None,
            Some(Given::Text(pattern)) => Some(Value::String(pattern.fill(row)?).into()),
            Some(Given::Texts(patterns)) => {
                let texts = patterns.iter().map(|pattern| pattern.fill(row));
                let texts: Vec<_> = texts.collect::<Result<_>>()?;
                Some(Value::from(texts).into())
            }
            Some(Given::Named(patterns)) => {
                let fields = patterns
                    .iter()
                    .map(|(name, pattern)| Ok((name.clone(), Value::String(pattern.fill(row)?))));
                Some(Value::Object(fields.collect::<Result<_>>()?).into())
            }
            Some(Given::Other(argument)) => Some(argument.clone()),
        })
    }
}

/// Values of a template, in order or by name.
type Values = (Option<Vec<String>>, Option<serde_json::Map<String, Value>>);

/// A list of texts.
fn texts(name: &str, value: Value) -> Result<Option<Vec<String>>> {
    let wrong = || Error::invalid(name, "is not a list of texts");
    let Value::Array(items) = value else {
        return Err(wrong());
    };
    let texts = items
        .into_iter()
        .enumerate()
        .map(|(index, item)| match item {
            Value::String(text) if !text.is_empty() => Ok(text),
            Value::Null | Value::String(_) => {
                Err(Error::invalid(&format!("{name}[{index}]"), "has no value"))
            }
            Value::Number(number) => Ok(plain_number(&number)),
            _ => Err(wrong()),
        });
    texts.collect::<Result<_>>().map(Some)
}

/// The arguments of one row: its own, and those that hold for all.
pub(crate) struct Arguments<'a> {
    row: Row,
    /// The same row, for placeholders: what is taken stays readable.
    whole: Row,
    contents: &'a Contents,
}

impl<'a> Arguments<'a> {
    pub(crate) fn new(row: Row, contents: &'a Contents) -> Self {
        Self {
            whole: row.clone(),
            row,
            contents,
        }
    }

    /// An argument of the verb.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<Argument>> {
        let own = self.row.take(name);
        let common = self.contents.fill(name, &self.whole)?;
        match (own, common) {
            (Some(_), Some(_)) => Err(Error::invalid(
                name,
                "is given for all rows, and by this row too",
            )),
            (own, common) => Ok(own.or(common)),
        }
    }

    /// An argument that is a text.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>> {
        match self.take(name)? {
            None => Ok(None),
            Some(Argument::Value(Value::String(text))) => Ok(Some(text)),
            Some(_) => Err(Error::invalid(name, "is not a text")),
        }
    }

    /// A phone number, which is a text: a number has lost its plus and perhaps digits.
    pub(crate) fn phone(&mut self, name: &str) -> Result<String> {
        match self.take(name)? {
            None => Err(Error::invalid(name, "is empty")),
            Some(Argument::Value(Value::String(text))) if text.trim().is_empty() => {
                Err(Error::invalid(name, "is empty"))
            }
            Some(Argument::Value(Value::String(text))) => Ok(text.trim().to_owned()),
            Some(Argument::Value(Value::Number(_))) => Err(Error::invalid(
                name,
                "is a number and not a text, and may have lost its + and its zeros",
            )
            .hint("read the column as text")),
            Some(_) => Err(Error::invalid(name, "is not a text")),
        }
    }

    /// An identifier: vendors that number theirs make people write `5`, which can only mean `"5"`.
    pub(crate) fn id(&mut self, name: &str) -> Result<Option<String>> {
        match self.take(name)? {
            None => Ok(None),
            Some(Argument::Value(Value::String(text))) => Ok(Some(text)),
            Some(Argument::Value(Value::Number(number))) => match plain_number(&number) {
                whole if whole.parse::<i128>().is_ok() => Ok(Some(whole)),
                _ => Err(Error::invalid(name, "is not an identifier")),
            },
            Some(_) => Err(Error::invalid(name, "is not an identifier")),
        }
    }

    /// Values for a template: texts in order, or values by their names.
    pub(crate) fn variables(&mut self, name: &str) -> Result<Values> {
        let given = match self.take(name)? {
            Some(Argument::Value(Value::String(text))) => serde_json::from_str(&text)
                .map_err(|_| Error::invalid(name, "is neither a list nor an object in JSON"))?,
            Some(Argument::Value(value)) => value,
            Some(Argument::File(_)) => return Err(Error::invalid(name, "is not a list of texts")),
            None => return Ok((None, None)),
        };
        match given {
            Value::Object(fields) => {
                let empty = fields.iter().find(|(_, value)| match value {
                    Value::Null => true,
                    Value::String(text) => text.is_empty(),
                    _ => false,
                });
                match empty {
                    Some((field, _)) => {
                        Err(Error::invalid(&format!("{name}.{field}"), "has no value"))
                    }
                    None => Ok((None, Some(fields))),
                }
            }
            other => Ok((texts(name, other)?, None)),
        }
    }

    /// Texts in order; a text is read as a JSON list, since a table of texts can hold no other.
    pub(crate) fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>> {
        let wrong = || Error::invalid(name, "is not a list of texts");
        match self.take(name)? {
            None => Ok(None),
            Some(Argument::Value(Value::String(text))) => {
                texts(name, serde_json::from_str(&text).map_err(|_| wrong())?)
            }
            Some(Argument::Value(value)) => texts(name, value),
            Some(Argument::File(_)) => Err(wrong()),
        }
    }

    /// An object; a text is read as JSON.
    pub(crate) fn object(&mut self, name: &str) -> Result<Option<serde_json::Map<String, Value>>> {
        match self.take(name)? {
            None => Ok(None),
            Some(Argument::Value(Value::Object(object))) => Ok(Some(object)),
            Some(Argument::Value(Value::String(text))) => serde_json::from_str(&text)
                .map(Some)
                .map_err(|_| Error::invalid(name, "is not a JSON object")),
            Some(_) => Err(Error::invalid(name, "is not an object")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_argument_is_the_row_s_or_everybody_s_and_not_both() {
        let contents = Row::new().with("text", json!("Hello {first_name}"));
        let contents = Contents::new(contents, &["text", "image"]).unwrap();
        let row = Row::new().with("first_name", json!("Awa"));
        let mut arguments = Arguments::new(row.clone(), &contents);
        assert_eq!(arguments.text("text"), Ok(Some("Hello Awa".to_owned())));
        assert_eq!(arguments.text("image"), Ok(None));
        let mut both = Arguments::new(row.with("text", json!("Hi")), &contents);
        let error = both.text("text").unwrap_err().to_string();
        assert_eq!(error, "text: is given for all rows, and by this row too");
    }

    #[test]
    fn what_is_no_argument_cannot_hold_for_all() {
        let read = |name: &str| {
            let contents = Row::new().with(name, json!("x"));
            Contents::new(contents, &["to", "text"])
                .err()
                .unwrap()
                .to_string()
        };
        assert!(read("txt").contains("one of to, text"));
        assert!(read("to").contains("each row's own"));
    }

    #[test]
    fn a_phone_number_that_is_a_number_is_refused() {
        let contents = Contents::default();
        let row = Row::new().with("to", json!(8_801_988_000_000_i64));
        let error = Arguments::new(row, &contents).phone("to").unwrap_err();
        assert!(
            error.to_string().contains("read the column as text"),
            "{error}"
        );
        assert!(!error.to_string().contains("8801988"), "{error}");
    }

    #[test]
    fn null_is_no_value() {
        assert!(Row::new().with("to", Value::Null).is_empty());
    }
}
