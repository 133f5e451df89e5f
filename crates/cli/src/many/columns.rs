//! Which column of a file is which argument of a message.

use palabre::ledger::Row;
use palabre::{Argument, Error};

use crate::exit::Failure;
use crate::import::read::{Cells, Record, Streamed};
use crate::options::pair;

/// The arguments that a row can have, as the library calls them.
fn arguments() -> &'static [&'static str] {
    palabre::ledger::arguments("messages.send_many").unwrap_or_default()
}

/// Options that are repeated, each with the argument that has all of them in one cell.
const REPEATED: [(&str, &str); 3] = [
    ("variable", "variables, a JSON list"),
    ("header_variable", "header_variables, a JSON list"),
    ("extra_json", "extra, a JSON object"),
];

/// The name of an argument without what only Python needs.
fn option(argument: &str) -> &str {
    argument.trim_end_matches('_')
}

/// Whether a name is the one of an argument, or of its option: `from` and `cta-id` too.
fn is_called(argument: &str, name: &str) -> bool {
    let option = option(argument);
    let is_alike = |(one, other): (u8, u8)| one == other || (one == b'_' && other == b'-');
    name == argument || option.len() == name.len() && option.bytes().zip(name.bytes()).all(is_alike)
}

fn argument(name: &str) -> Option<&'static str> {
    let mut arguments = arguments().iter().copied();
    arguments.find(|argument| is_called(argument, name))
}

/// What to give instead of what is an option and no column.
fn instead(name: &str) -> Option<&'static str> {
    let mut repeated = REPEATED.into_iter();
    let (_, instead) = repeated.find(|(option, _)| is_called(option, name))?;
    Some(instead)
}

/// `ARGUMENT=COLUMN`, for `--map`.
pub(super) fn mapped(text: &str) -> Result<(&'static str, String), String> {
    const ALIKE: f64 = 0.8;
    let (name, column) = pair(text).map_err(|_| "write it as ARGUMENT=COLUMN")?;
    if let Some(argument) = argument(&name) {
        return Ok((argument, column));
    }
    let known: Vec<_> = arguments()
        .iter()
        .map(|argument| option(argument))
        .collect();
    let likeness = |known: &str| strsim::jaro_winkler(&name.to_lowercase(), known);
    let near = known
        .iter()
        .copied()
        .filter(|known| likeness(known) >= ALIKE);
    let near = near.max_by(|one, other| likeness(one).total_cmp(&likeness(other)));
    let hint = match (instead(&name), near) {
        (Some(instead), _) => format!("map {instead}"),
        (None, Some(near)) => format!("did you mean {near}?"),
        (None, None) => format!("one of {}", known.join(", ")),
    };
    Err(format!("{name:?} is not an argument; {hint}"))
}

/// Makes rows for a run of the records of a file.
pub(super) struct Columns {
    /// Arguments, each with the column that it comes from.
    mapped: Vec<(&'static str, String)>,
    /// Columns that are mapped, and that the file has not shown so far.
    unseen: Vec<String>,
    /// The columns of the first row, where each row has its own.
    first: Option<String>,
}

impl Columns {
    pub(super) fn new(map: &[(&'static str, String)]) -> Result<Self, Failure> {
        for (index, (argument, _)) in map.iter().enumerate() {
            if map[..index].iter().any(|(known, _)| known == argument) {
                return Err(Failure::usage(format_args!(
                    "--map: {} is given twice",
                    option(argument)
                )));
            }
        }
        Ok(Self {
            mapped: map.to_vec(),
            unseen: map.iter().map(|(_, column)| column.clone()).collect(),
            first: None,
        })
    }

    /// The rows of a file. Where it has a header, what is wrong with that is said at once; else the
    /// row says it, or the end, and a run that has sent nothing yet ends.
    pub(super) fn rows(
        mut self,
        source: Streamed,
    ) -> Result<impl Iterator<Item = Result<Row, Error>> + Send + use<>, Failure> {
        let has_header = source.columns.is_some();
        if let Some(columns) = source.columns {
            self.look_at(columns.iter().map(String::as_str))
                .map_err(Failure::Usage)?;
            if let Some(column) = self.unseen.first() {
                return Err(Failure::usage(format_args!(
                    "--map: there is no column {column:?}; there are {}",
                    columns.join(", ")
                )));
            }
        }
        let mut records = source.records.fuse();
        Ok(std::iter::from_fn(move || match records.next() {
            None => self.missing().map(Err),
            Some(Ok(record)) => Some(self.row(record, has_header)),
            Some(Err(failure)) => {
                let problem = failure.message().unwrap_or_default();
                Some(Err(Error::invalid("rows", problem)))
            }
        }))
    }

    /// A row; one that cannot be read is refused, and the others are sent.
    fn row(&mut self, record: Record, has_header: bool) -> Result<Row, Error> {
        let line = record.line;
        let told = |problem| format!("line {line}: {problem}");
        match record.cells {
            Ok(cells) => {
                if !has_header {
                    self.look_at(cells.keys().map(String::as_str))
                        .map_err(|problem| Error::invalid("rows", told(problem)))?;
                    self.first.get_or_insert_with(|| {
                        let names: Vec<_> = cells.keys().map(String::as_str).collect();
                        names.join(", ")
                    });
                }
                Ok(self.filled(cells))
            }
            Err(problem) => Ok(Row::new().refused(Error::invalid("row", told(problem)))),
        }
    }

    /// Refuses names that somebody would take for arguments.
    fn look_at<'a>(&mut self, names: impl Iterator<Item = &'a str>) -> Result<(), String> {
        let mut known: Vec<(&str, &str)> = Vec::new();
        for name in names {
            self.unseen.retain(|column| column != name);
            let is_mapped = self.mapped.iter().any(|(_, column)| column == name);
            if let Some(instead) = instead(name).filter(|_| !is_mapped) {
                return Err(format!(
                    "the column {name:?} is not an argument; {instead}, has all of them"
                ));
            }
            let Some(argument) = argument(name).filter(|argument| !self.has(argument)) else {
                continue;
            };
            if let Some((other, _)) = known.iter().find(|(_, known)| *known == argument) {
                return Err(format!(
                    "the columns {other:?} and {name:?} are the same argument"
                ));
            }
            known.push((name, argument));
        }
        Ok(())
    }

    /// Whether an argument comes from a column of another name.
    fn has(&self, argument: &str) -> bool {
        self.mapped.iter().any(|(mapped, _)| *mapped == argument)
    }

    /// Arguments by their names, and all other columns by theirs: placeholders find both.
    fn filled(&self, cells: Cells) -> Row {
        let mut row = Row::new();
        for (argument, column) in &self.mapped {
            if let Some(value) = cells.get(column) {
                row.insert(*argument, Argument::Value(value.clone()));
            }
        }
        for (name, value) in cells {
            match argument(&name) {
                Some(argument) if self.has(argument) => {}
                Some(argument) => row.insert(argument, Argument::Value(value)),
                None => row.insert(name, Argument::Value(value)),
            }
        }
        row
    }

    /// What to say at the end of rows of which none had a column that is mapped.
    fn missing(&mut self) -> Option<Error> {
        let first = self.first.take()?;
        let column = self.unseen.first()?;
        let problem = format!("no row has the column {column:?}; the first one has {first}");
        Some(Error::invalid("--map", problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn columns(map: &[&str]) -> Columns {
        let map: Result<Vec<_>, _> = map.iter().map(|text| mapped(text)).collect();
        Columns::new(&map.expect("a map")).expect("columns")
    }

    fn row(map: &[&str], cells: Value) -> Vec<(String, Value)> {
        let cells = serde_json::from_value(cells).expect("cells");
        let row = columns(map).filled(cells);
        let value = |name| match row.get(name) {
            Some(Argument::Value(value)) => value.clone(),
            _ => Value::Null,
        };
        let names = row.names();
        names.map(|name| (name.to_owned(), value(name))).collect()
    }

    fn pairs(row: &[(&str, &str)]) -> Vec<(String, Value)> {
        let pairs = row.iter();
        pairs
            .map(|(name, value)| (name.to_string(), Value::from(*value)))
            .collect()
    }

    #[test]
    fn columns_are_called_like_arguments_or_like_options() {
        let cells = json!({"to": "1", "from": "2", "cta-id": "3", "first-name": "4"});
        assert_eq!(
            row(&[], cells),
            pairs(&[
                ("cta_id", "3"),
                ("first-name", "4"),
                ("from_", "2"),
                ("to", "1")
            ])
        );
    }

    #[test]
    fn what_is_mapped_comes_from_no_other_column() {
        let cells = json!({"to": "1", "from": "2", "sender": null});
        assert_eq!(
            row(&["from=sender", "key=to"], cells),
            pairs(&[("key", "1"), ("to", "1")])
        );
    }

    #[test]
    fn what_is_no_argument_is_not_mapped() {
        for (text, hint) in [
            ("languag=a", "did you mean language?"),
            ("nope=a", "one of to, key, from, text"),
            ("variable=a", "map variables, a JSON list"),
            ("header-variable=a", "map header_variables, a JSON list"),
            ("to", "ARGUMENT=COLUMN"),
        ] {
            let refused = mapped(text).expect_err(text);
            assert!(refused.contains(hint), "{refused}");
        }
        for text in ["from=a", "from_=a"] {
            assert_eq!(mapped(text), Ok(("from_", "a".to_owned())));
        }
        let twice = [("from_", "a".to_owned()), ("from_", "b".to_owned())];
        let refused = Columns::new(&twice).err().expect("refused");
        assert_eq!(
            refused.message().as_deref(),
            Some("--map: from is given twice")
        );
    }

    #[test]
    fn a_name_that_would_be_taken_for_an_argument_is_refused() {
        let look = |map: &[&str], names: &[&str]| columns(map).look_at(names.iter().copied());
        for (names, told) in [
            (["to", "variable"], "variables, a JSON list"),
            (["to", "extra-json"], "extra, a JSON object"),
            (["from", "from_"], "the same argument"),
        ] {
            let refused = look(&[], &names).expect_err(told);
            assert!(refused.contains(told), "{refused}");
        }
        assert_eq!(look(&["variables=variable"], &["to", "variable"]), Ok(()));
        assert_eq!(look(&["from=sender"], &["from", "from_", "sender"]), Ok(()));
    }
}
