//! Constraints of a spec, checked before a request leaves.

use std::fmt;

use serde_json::Value;

/// What a parameter, a property or an array item may be; the constraints that the vendor documents.
///
/// `format: uuid` and other formats of strings are annotations: identifiers are opaque to palabre,
/// and vendors' own samples break the formats that their tables state.
#[derive(Debug)]
pub struct Rule {
    /// The JSON type.
    pub kind: Kind,
    /// Whether null is allowed.
    pub nullable: bool,
    /// The allowed texts; empty means any.
    pub values: &'static [&'static str],
    /// Fewest characters of a text.
    pub min_length: Option<u64>,
    /// Most characters of a text.
    pub max_length: Option<u64>,
    /// Regular expression of a text.
    pub pattern: Option<&'static str>,
    /// Smallest number.
    pub minimum: Option<f64>,
    /// Largest number.
    pub maximum: Option<f64>,
    /// Fewest items of an array.
    pub min_items: Option<u64>,
    /// Most items of an array.
    pub max_items: Option<u64>,
    /// What an item of an array may be.
    pub items: Option<&'static Rule>,
    /// Most bytes of a file.
    pub max_bytes: Option<u64>,
    /// Allowed endings of a file's name, lower case; empty means any.
    pub file_types: &'static [&'static str],
    /// The properties of an object.
    pub properties: &'static [(&'static str, Rule)],
    /// The properties that must be there.
    pub required: &'static [&'static str],
    /// Of these properties at least one must be there; empty means no such rule.
    pub requires_one_of: &'static [&'static str],
    /// Properties that come together or not at all.
    pub requires_together: &'static [&'static [&'static str]],
}

/// The JSON type that a [`Rule`] asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything.
    Any,
    /// A string.
    Text,
    /// A file.
    Binary,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// What is wrong with an argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The argument, with its place: `contactIds[3]`.
    pub argument: String,
    /// What is wrong, without the value: it may be private.
    pub problem: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.argument, self.problem)
    }
}

impl Rule {
    /// The rule that allows everything; the others are written as differences from it.
    pub const ANY: Self = Self {
        kind: Kind::Any,
        nullable: false,
        values: &[],
        min_length: None,
        max_length: None,
        pattern: None,
        minimum: None,
        maximum: None,
        min_items: None,
        max_items: None,
        items: None,
        max_bytes: None,
        file_types: &[],
        properties: &[],
        required: &[],
        requires_one_of: &[],
        requires_together: &[],
    };

    /// Finds the rule of a property.
    #[must_use]
    pub fn property(&self, name: &str) -> Option<&Self> {
        self.properties
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, rule)| rule)
    }

    /// Checks a JSON value.
    ///
    /// # Errors
    ///
    /// The first [`Violation`].
    pub fn check(&self, argument: &str, value: &Value) -> Result<(), Violation> {
        let broken = |problem: String| {
            Err(Violation {
                argument: argument.to_owned(),
                problem,
            })
        };
        match (self.kind, value) {
            (Kind::Any, _) => Ok(()),
            (_, Value::Null) if self.nullable => Ok(()),
            (Kind::Text, Value::String(text)) => self.check_text(text).map_or(Ok(()), broken),
            (Kind::Integer, Value::Number(number))
                if number.as_f64().is_none_or(|n| n.fract() != 0.0) =>
            {
                broken("a whole number is needed".to_owned())
            }
            (Kind::Integer | Kind::Number, Value::Number(number)) => {
                let number = number.as_f64().unwrap_or(f64::NAN);
                if self.minimum.is_some_and(|minimum| number < minimum)
                    || self.maximum.is_some_and(|maximum| number > maximum)
                {
                    return broken(format!("{}, got {number}", self.number_range()));
                }
                Ok(())
            }
            (Kind::Boolean, Value::Bool(_)) => Ok(()),
            (Kind::Array, Value::Array(items)) => {
                let length = items.len() as u64;
                if self.min_items.is_some_and(|fewest| length < fewest)
                    || self.max_items.is_some_and(|most| length > most)
                {
                    return broken(format!(
                        "{} items are allowed, got {length}",
                        range(self.min_items, self.max_items)
                    ));
                }
                let Some(rule) = self.items else {
                    return Ok(());
                };
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, item)| rule.check(&format!("{argument}[{index}]"), item))
            }
            (Kind::Object, Value::Object(fields)) => {
                self.check_presence(|name| fields.get(name).is_some_and(|value| !value.is_null()))?;
                self.properties.iter().try_for_each(|(name, rule)| {
                    fields
                        .get(*name)
                        .map_or(Ok(()), |value| rule.check(name, value))
                })
            }
            (kind, _) => broken(format!("{} is needed", kind.article())),
        }
    }

    /// Checks which properties are there.
    ///
    /// # Errors
    ///
    /// The first [`Violation`].
    pub fn check_presence(&self, is_given: impl Fn(&str) -> bool) -> Result<(), Violation> {
        if let Some(missing) = self.required.iter().find(|name| !is_given(name)) {
            return Err(Violation {
                argument: (*missing).to_owned(),
                problem: "is required".to_owned(),
            });
        }
        if let [first, ..] = self.requires_one_of
            && !self.requires_one_of.iter().any(|name| is_given(name))
        {
            return Err(Violation {
                argument: (*first).to_owned(),
                problem: format!(
                    "at least one of {} is required",
                    self.requires_one_of.join(", ")
                ),
            });
        }
        for group in self.requires_together {
            if group.iter().any(|name| is_given(name))
                && let Some(missing) = group.iter().find(|name| !is_given(name))
            {
                return Err(Violation {
                    argument: (*missing).to_owned(),
                    problem: format!("{} go together", group.join(" and ")),
                });
            }
        }
        Ok(())
    }

    /// Checks a file's name and size.
    ///
    /// # Errors
    ///
    /// The first [`Violation`].
    pub fn check_file(&self, argument: &str, file_name: &str, bytes: u64) -> Result<(), Violation> {
        let broken = |problem: String| {
            Err(Violation {
                argument: argument.to_owned(),
                problem,
            })
        };
        if bytes == 0 {
            return broken("the file is empty".to_owned());
        }
        let ending = file_name
            .rsplit_once('.')
            .map(|(_, ending)| ending.to_ascii_lowercase())
            .unwrap_or_default();
        if !self.file_types.is_empty() && !self.file_types.contains(&ending.as_str()) {
            return broken(format!(
                "files of type {} are taken, got {ending:?}",
                self.file_types.join(", ")
            ));
        }
        if let Some(most) = self.max_bytes
            && bytes > most
        {
            return broken(format!("at most {most} bytes are taken, got {bytes}"));
        }
        Ok(())
    }

    fn check_text(&self, text: &str) -> Option<String> {
        let length = text.chars().count() as u64;
        if self.min_length.is_some_and(|fewest| length < fewest)
            || self.max_length.is_some_and(|most| length > most)
        {
            return Some(if length == 0 {
                "is empty".to_owned()
            } else {
                format!(
                    "{} characters are allowed, got {length}",
                    range(self.min_length, self.max_length)
                )
            });
        }
        if !self.values.is_empty() && !self.values.contains(&text) {
            return Some(format!("one of {} is needed", self.values.join(", ")));
        }
        if let Some(pattern) = self.pattern
            && regex_lite::Regex::new(pattern).is_ok_and(|regex| !regex.is_match(text))
        {
            return Some(format!("does not match {pattern}"));
        }
        None
    }

    fn number_range(&self) -> String {
        match (self.minimum, self.maximum) {
            (Some(minimum), Some(maximum)) => format!("{minimum} to {maximum} is allowed"),
            (Some(minimum), None) => format!("at least {minimum} is needed"),
            (None, Some(maximum)) => format!("at most {maximum} is allowed"),
            (None, None) => "a number is needed".to_owned(),
        }
    }
}

impl Kind {
    const fn article(self) -> &'static str {
        match self {
            Self::Any => "a value",
            Self::Text => "a text",
            Self::Binary => "a file",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "true or false",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }
}

fn range(fewest: Option<u64>, most: Option<u64>) -> String {
    match (fewest, most) {
        (Some(fewest), Some(most)) => format!("{fewest} to {most}"),
        (Some(fewest), None) => format!("at least {fewest}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "any number of".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    static IDS: Rule = Rule {
        kind: Kind::Object,
        required: &["contactIds"],
        properties: &[(
            "contactIds",
            Rule {
                kind: Kind::Array,
                min_items: Some(1),
                max_items: Some(3),
                items: Some(&Rule {
                    kind: Kind::Text,
                    min_length: Some(1),
                    ..Rule::ANY
                }),
                ..Rule::ANY
            },
        )],
        ..Rule::ANY
    };

    fn problem(rule: &Rule, value: &Value) -> String {
        rule.check("body", value)
            .expect_err("a violation")
            .to_string()
    }

    #[test]
    fn bounds_of_a_list_are_checked_with_the_argument_named() {
        assert!(IDS.check("body", &json!({"contactIds": ["a"]})).is_ok());
        assert_eq!(
            problem(&IDS, &json!({"contactIds": []})),
            "contactIds: 1 to 3 items are allowed, got 0"
        );
        assert_eq!(
            problem(&IDS, &json!({"contactIds": ["a", ""]})),
            "contactIds[1]: is empty"
        );
        assert_eq!(problem(&IDS, &json!({})), "contactIds: is required");
        assert_eq!(
            problem(&IDS, &json!({"contactIds": "a"})),
            "contactIds: a list is needed"
        );
    }

    #[test]
    fn a_value_never_appears_in_the_problem_of_a_text() {
        let rule = Rule {
            kind: Kind::Text,
            pattern: Some("^[0-9]+$"),
            ..Rule::ANY
        };
        let problem = problem(&rule, &json!("+33612345678 private"));
        assert!(!problem.contains("private"), "{problem}");
    }

    #[test]
    fn properties_that_belong_together_are_required_together() {
        let rule = Rule {
            kind: Kind::Object,
            requires_one_of: &["message", "latitude"],
            requires_together: &[&["latitude", "longitude"]],
            ..Rule::ANY
        };
        assert_eq!(
            problem(&rule, &json!({})),
            "message: at least one of message, latitude is required"
        );
        assert_eq!(
            problem(&rule, &json!({"latitude": 6.4})),
            "longitude: latitude and longitude go together"
        );
    }

    #[test]
    fn files_are_checked_by_ending_and_size() {
        let rule = Rule {
            kind: Kind::Binary,
            max_bytes: Some(10),
            file_types: &["jpg", "png"],
            ..Rule::ANY
        };
        assert!(rule.check_file("image", "A.JPG", 10).is_ok());
        assert!(rule.check_file("image", "a.gif", 1).is_err());
        assert!(rule.check_file("image", "jpg", 1).is_err());
        assert!(rule.check_file("image", "a.png", 11).is_err());
        assert!(rule.check_file("image", "a.png", 0).is_err());
    }

    #[test]
    fn a_number_outside_its_bounds_is_refused() {
        let rule = Rule {
            kind: Kind::Integer,
            minimum: Some(1.0),
            maximum: Some(100.0),
            ..Rule::ANY
        };
        assert!(rule.check("limit", &json!(100)).is_ok());
        assert_eq!(
            problem(&rule, &json!(101)),
            "body: 1 to 100 is allowed, got 101"
        );
        assert_eq!(
            problem(&rule, &json!(1.5)),
            "body: a whole number is needed"
        );
        assert_eq!(
            problem(&rule, &json!("1")),
            "body: a whole number is needed"
        );
    }
}
