//! The rules of `specs/README.md`. Each finding says where, what, and what to write instead.

mod bodies;
mod operations;
mod parameters;
mod places;
mod root;
mod schemas;

use serde_json::Value;

use crate::document::{escape, is_name_map, texts};
use crate::{Document, Problem, Problems};

/// The extensions that are read; another one is a slip of the pen.
const EXTENSIONS: [&str; 17] = [
    "x-source",
    "x-effect",
    "x-repeat",
    "x-proof",
    "x-rate-limit",
    "x-page",
    "x-logical-failure",
    "x-failure-schema",
    "x-failure-examples",
    "x-secret",
    "x-max-bytes",
    "x-file-types",
    "x-requires-one-of",
    "x-requires-together",
    "x-credentials",
    "x-relative",
    "x-body-credentials",
];

/// Where a fact may come from.
const MARKS: [&str; 6] = ["seed", "docs", "sibling", "impl", "client", "guess"];

/// Checks every rule and reports every finding.
pub(crate) fn lint(document: &Document) -> Result<(), Problems> {
    let mut linter = Linter {
        document,
        problems: Vec::new(),
    };
    linter.references("", &document.root, false);
    // What follows reads through references, so a dangling one would be reported twice.
    if linter.problems.is_empty() {
        linter.root();
        linter.operations();
        linter.schemas();
        linter.extensions("", &document.root, false);
    }
    if linter.problems.is_empty() {
        Ok(())
    } else {
        Err(Problems(linter.problems))
    }
}

struct Linter<'a> {
    document: &'a Document,
    problems: Vec<Problem>,
}

impl Linter<'_> {
    fn report(&mut self, pointer: &str, problem: impl Into<String>, instead: impl Into<String>) {
        self.problems.push(Problem {
            file: self.document.file.clone(),
            pointer: pointer.to_owned(),
            problem: problem.into(),
            instead: instead.into(),
        });
    }

    fn references(&mut self, pointer: &str, value: &Value, is_names: bool) {
        if let Some(Value::String(reference)) = value.get("$ref")
            && !is_names
            && self.document.resolve(value).is_none()
        {
            self.report(
                pointer,
                format!("{reference} leads nowhere"),
                "name a component of this file",
            );
        }
        for (key, field, is_names) in below(value, is_names) {
            self.references(&format!("{pointer}/{}", escape(&key)), field, is_names);
        }
    }

    /// Extensions are ours, so a name that is not known is an error and not a detail to skip.
    fn extensions(&mut self, pointer: &str, value: &Value, is_names: bool) {
        for (key, field, are_names) in below(value, is_names) {
            let pointer = format!("{pointer}/{}", escape(&key));
            if !is_names && key.starts_with("x-") {
                self.extension(&pointer, &key, field, value);
            } else {
                self.extensions(&pointer, field, are_names);
            }
        }
    }

    fn extension(&mut self, pointer: &str, key: &str, value: &Value, owner: &Value) {
        match key {
            // The source of an operation is checked with the operation.
            "x-source" if owner.get("responses").is_none() && !is_source(value) => self.report(
                pointer,
                "x-source is not whole",
                format!(
                    "write x-source: {{document: …, section: …, date: …, mark: …}} with a mark of {}",
                    MARKS.join(", ")
                ),
            ),
            "x-secret" if value != &Value::Bool(true) => self.report(
                pointer,
                format!("x-secret is {value}, which hides nothing"),
                "write x-secret: true, or remove it",
            ),
            "x-max-bytes" | "x-file-types" if owner["format"] != "binary" => self.report(
                pointer,
                format!("{key} is about files, and this is none"),
                "write type: string with format: binary, or remove it",
            ),
            "x-file-types" => {
                let types = texts(Some(value));
                if types.is_empty() || types.iter().any(|one| one != &one.to_lowercase()) {
                    self.report(
                        pointer,
                        "the file types are no list of lower-case endings",
                        "write x-file-types: [jpg, png]",
                    );
                }
            }
            known if EXTENSIONS.contains(&known) => {}
            _ => self.report(
                pointer,
                format!("{key} is not read"),
                format!("write one of {}", EXTENSIONS.join(", ")),
            ),
        }
    }
}

/// What stands below a value, but for examples: each key, its value, and whether the keys of that
/// value are names that the vendor chose.
fn below(value: &Value, is_names: bool) -> Vec<(String, &Value, bool)> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .filter(|(key, _)| is_names || !matches!(key.as_str(), "example" | "examples"))
            .map(|(key, field)| (key.clone(), field, !is_names && is_name_map(key)))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (index.to_string(), item, false))
            .collect(),
        _ => Vec::new(),
    }
}

/// Tells whether a value says where a fact comes from.
fn is_source(value: &Value) -> bool {
    let text = |key: &str| value[key].as_str().unwrap_or_default();
    ["document", "section", "date"]
        .iter()
        .all(|key| !text(key).is_empty())
        && MARKS.contains(&text("mark"))
}
