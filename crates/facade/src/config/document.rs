//! The file as a tree with line numbers.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::nearest::instead;
use super::{Finding, Place};

/// What is in a configuration file, before anything is made of the accounts.
pub(super) struct Document {
    pub(super) path: PathBuf,
    /// The profile that is used unless another is chosen.
    pub(super) profile: Option<(String, Place)>,
    /// The accounts without a profile.
    pub(super) accounts: Vec<Table>,
    pub(super) profiles: Vec<Profile>,
    pub(super) problems: Vec<Finding>,
}

pub(super) struct Profile {
    pub(super) name: String,
    pub(super) accounts: Vec<Table>,
}

/// A table with a name. It has no `Debug`, since it may hold secrets.
pub(super) struct Table {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) fields: Vec<Field>,
}

pub(super) struct Field {
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) value: Value,
}

pub(super) enum Value {
    Text(String),
    Number(f64),
    List(Vec<Value>),
    Table(Vec<Field>),
    Other,
}

/// Reads a file's text.
pub(super) fn parse(path: &Path, text: &str) -> Result<Document, Finding> {
    let lines = Lines {
        path,
        starts: text.match_indices('\n').map(|(at, _)| at).collect(),
    };
    let root = DeTable::parse(text).map_err(|error| {
        let place = error.span().map(|span| lines.place(span.start));
        Finding::error(format!("not TOML: {}", error.message())).at(place)
    })?;
    let mut document = Document {
        path: path.to_owned(),
        profile: None,
        accounts: Vec::new(),
        profiles: Vec::new(),
        problems: Vec::new(),
    };
    for field in lines.fields(root.get_ref()) {
        document.take(field);
    }
    Ok(document)
}

impl Document {
    fn take(&mut self, field: Field) {
        match (field.name.as_str(), field.value) {
            ("profile", Value::Text(name)) => self.profile = Some((name, field.place)),
            ("profile", _) => self.wrong("profile", "is a text", field.place),
            ("accounts", Value::Table(fields)) => self.accounts = self.tables(fields, "accounts"),
            ("profiles", Value::Table(fields)) => {
                for table in self.tables(fields, "profiles") {
                    let profile = self.profile(table);
                    self.profiles.push(profile);
                }
            }
            (name @ ("accounts" | "profiles"), _) => {
                self.wrong(name, "is a table of tables", field.place);
            }
            (name, _) => self.unknown(name, &["accounts", "profile", "profiles"], field.place),
        }
    }

    fn profile(&mut self, table: Table) -> Profile {
        let mut accounts = Vec::new();
        for field in table.fields {
            let key = format!("profiles.{}.{}", table.name, field.name);
            match (field.name.as_str(), field.value) {
                ("accounts", Value::Table(fields)) => accounts = self.tables(fields, &key),
                ("accounts", _) => self.wrong(&key, "is a table of tables", field.place),
                (_, _) => self.unknown(&key, &["accounts"], field.place),
            }
        }
        Profile {
            name: table.name,
            accounts,
        }
    }

    fn tables(&mut self, fields: Vec<Field>, key: &str) -> Vec<Table> {
        let mut tables = Vec::new();
        for field in fields {
            match field.value {
                Value::Table(fields) => tables.push(Table {
                    name: field.name,
                    place: field.place,
                    fields,
                }),
                _ => self.wrong(&format!("{key}.{}", field.name), "is a table", field.place),
            }
        }
        tables
    }

    fn wrong(&mut self, key: &str, problem: &str, place: Place) {
        self.problems
            .push(Finding::error(problem).key(key).at(place));
    }

    fn unknown(&mut self, key: &str, known: &[&str], place: Place) {
        let last = key.rsplit('.').next().unwrap_or(key);
        let finding = Finding::error("is not a key of the file").hint(instead(last, known));
        self.problems.push(finding.key(key).at(place));
    }
}

struct Lines<'a> {
    path: &'a Path,
    starts: Vec<usize>,
}

impl Lines<'_> {
    fn place(&self, offset: usize) -> Place {
        Place::File {
            path: self.path.to_owned(),
            line: Some(self.starts.partition_point(|start| *start < offset) + 1),
        }
    }

    /// The fields of a table in the order of the file.
    fn fields(&self, table: &DeTable<'_>) -> Vec<Field> {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(name, _)| name.span().start);
        let field = |(name, value): (&Spanned<DeString<'_>>, &Spanned<DeValue<'_>>)| Field {
            name: name.get_ref().clone().into_owned(),
            place: self.place(name.span().start),
            value: self.value(value.get_ref()),
        };
        entries.into_iter().map(field).collect()
    }

    fn value(&self, value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.clone().into_owned()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map_or(Value::Other, |number| Value::Number(number as f64)),
            DeValue::Float(number) => number.as_str().parse().map_or(Value::Other, Value::Number),
            DeValue::Array(items) => Value::List(
                items
                    .iter()
                    .map(|item| self.value(item.get_ref()))
                    .collect(),
            ),
            DeValue::Table(table) => Value::Table(self.fields(table)),
            DeValue::Boolean(_) | DeValue::Datetime(_) => Value::Other,
        }
    }
}
