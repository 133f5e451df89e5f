//! Files of contacts: CSV with a header, or one JSON object a line.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use clap::ValueEnum;
use serde_json::Value;

use crate::exit::Failure;
use crate::nouns::fields::{read_bytes, read_text};
use crate::output::unguarded;

/// A format of files to import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FileFormat {
    /// Comma-separated values with a header; semicolons and tabs are found out
    Csv,
    /// One JSON object a line
    Jsonl,
}

/// What a file holds.
pub(crate) struct Source {
    /// The names of its columns.
    pub(crate) columns: Vec<String>,
    pub(crate) records: Vec<Record>,
}

/// One row of a file, or why it is none.
pub(crate) struct Record {
    /// The line on which it begins, counted from 1.
    pub(crate) line: u64,
    pub(crate) cells: Result<Cells, String>,
}

/// The cells of a row by the names of their columns; an empty one is not there, or null.
pub(crate) type Cells = BTreeMap<String, Value>;

/// Reads a file.
pub(crate) fn read(
    path: &Path,
    format: Option<FileFormat>,
    delimiter: Option<u8>,
) -> Result<Source, Failure> {
    match known_format(path, format) {
        Some(FileFormat::Csv) => read_csv(&read_bytes(path)?, delimiter),
        Some(FileFormat::Jsonl) if delimiter.is_some() => {
            Err(Failure::usage("--delimiter does not go with jsonl"))
        }
        Some(FileFormat::Jsonl) => Ok(read_jsonl(&read_text(path)?)),
        None => Err(no_format(path)),
    }
}

fn known_format(path: &Path, format: Option<FileFormat>) -> Option<FileFormat> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let guessed = match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("csv" | "tsv" | "txt") => Some(FileFormat::Csv),
        Some("jsonl" | "ndjson") => Some(FileFormat::Jsonl),
        _ => None,
    };
    format.or(guessed)
}

fn no_format(path: &Path) -> Failure {
    Failure::usage(format_args!(
        "{}: its ending tells no format; add --format csv or --format jsonl",
        path.display()
    ))
}

/// A file that is read while its rows are asked for.
pub(crate) struct Streamed {
    /// The names of its columns, where it has a header.
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) records: Records,
}

/// Rows of a file that is read while they are asked for, so that a large one needs no memory.
pub(crate) fn stream(
    path: &Path,
    format: Option<FileFormat>,
    delimiter: Option<u8>,
) -> Result<Streamed, Failure> {
    let file: Box<dyn Read + Send> = match path.as_os_str() == "-" {
        true => Box::new(io::stdin()),
        false => Box::new(File::open(path).map_err(|error| Failure::file(path, &error))?),
    };
    let mut file = BufReader::with_capacity(1 << 16, file);
    let format = match known_format(path, format) {
        Some(FileFormat::Jsonl) if delimiter.is_some() => {
            return Err(Failure::usage("--delimiter does not go with jsonl"));
        }
        Some(format) => format,
        None => return Err(no_format(path)),
    };
    let start = file
        .fill_buf()
        .map_err(|error| Failure::file(path, &error))?;
    if start.starts_with(BYTE_ORDER_MARK) {
        file.consume(BYTE_ORDER_MARK.len());
    }
    if format == FileFormat::Jsonl {
        return Ok(Streamed {
            columns: None,
            records: Box::new(json_lines(file)),
        });
    }
    let start = file
        .fill_buf()
        .map_err(|error| Failure::file(path, &error))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or_else(|| find_delimiter(start)))
        .flexible(true)
        .from_reader(Lines::of(file));
    let columns = columns(&mut reader)?;
    let mut record = csv::ByteRecord::new();
    let names = columns.clone();
    let records = std::iter::from_fn(move || match reader.read_byte_record(&mut record) {
        Ok(false) => None,
        Ok(true) => Some(Ok(Record {
            line: Lines::line(&mut reader, &record),
            cells: cells(&columns, &record),
        })),
        Err(error) => Some(Err(error.into())),
    });
    Ok(Streamed {
        columns: Some(names),
        records: Box::new(records),
    })
}

/// Knows on which line a row of a CSV file begins, as an editor counts.
///
/// A position of the `csv` crate stands before the second half of a `\r\n` and before empty lines.
struct Lines<R> {
    inner: R,
    /// How many bytes were read.
    read: u64,
    /// Where lines end behind the last row, and by which byte.
    ends: VecDeque<(u64, u8)>,
    /// How many lines end before that.
    ended: u64,
}

impl<R> Lines<R> {
    fn of(inner: R) -> Self {
        Self {
            inner,
            read: 0,
            ends: VecDeque::new(),
            ended: 0,
        }
    }
}

impl<R: Read> Lines<R> {
    /// The line on which a row that was just read begins, counted from 1.
    fn line(reader: &mut csv::Reader<Self>, row: &csv::ByteRecord) -> u64 {
        let mut start = row.position().map_or(0, csv::Position::byte);
        let lines = reader.get_mut();
        while let Some((place, byte)) = lines.ends.front().copied().filter(|end| end.0 <= start) {
            start += u64::from(place == start);
            lines.ended += u64::from(byte == b'\n');
            lines.ends.pop_front();
        }
        lines.ended + 1
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(into)?;
        let places = (self.read..).zip(into[..count].iter().copied());
        let ends = places.filter(|(_, byte)| matches!(byte, b'\r' | b'\n'));
        self.ends.extend(ends);
        self.read += count as u64;
        Ok(count)
    }
}

/// Rows that are read while they are asked for.
pub(crate) type Records = Box<dyn Iterator<Item = Result<Record, Failure>> + Send>;

fn json_lines(file: impl BufRead) -> impl Iterator<Item = Result<Record, Failure>> {
    file.lines().enumerate().filter_map(|(index, line)| {
        let line = match line {
            Ok(line) if line.trim().is_empty() => return None,
            Ok(line) => line,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => String::new(),
            Err(error) => return Some(Err(error.into())),
        };
        let object: Result<serde_json::Map<String, Value>, _> = serde_json::from_str(&line);
        let cells = match object {
            // Null is no value, and says that there is such a column.
            Ok(object) => Ok(object.into_iter().collect()),
            Err(_) => Err("is not a JSON object".to_owned()),
        };
        Some(Ok(Record {
            line: u64::try_from(index + 1).unwrap_or_default(),
            cells,
        }))
    })
}

/// The separator that a header holds most of, outside of quotes.
fn find_delimiter(header: &[u8]) -> u8 {
    let mut is_quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for byte in header {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\n' if !is_quoted => break,
            byte if !is_quoted => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(delimiter == byte);
                }
            }
            _ => {}
        }
    }
    // The first of several that are alike: the comma.
    let mut best = counts[0];
    for candidate in counts {
        if candidate.1 > best.1 {
            best = candidate;
        }
    }
    best.0
}

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The names of the columns, from the header.
fn columns(reader: &mut csv::Reader<impl Read>) -> Result<Vec<String>, Failure> {
    let not_text = || Failure::usage("the header is not UTF-8 text: save the file as UTF-8");
    let header = reader.headers().map_err(|_| not_text())?;
    let columns: Vec<String> = header.iter().map(|name| name.trim().to_owned()).collect();
    match twice(&columns) {
        Some(twice) => Err(Failure::usage(format_args!(
            "the header has the column {twice:?} twice"
        ))),
        None => Ok(columns),
    }
}

fn read_csv(bytes: &[u8], delimiter: Option<u8>) -> Result<Source, Failure> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or_else(|| find_delimiter(bytes)))
        .flexible(true)
        .from_reader(Lines::of(bytes));
    let columns = columns(&mut reader)?;
    let mut records = Vec::new();
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        let line = Lines::line(&mut reader, &record);
        records.push(Record {
            line,
            cells: cells(&columns, &record),
        });
    }
    Ok(Source { columns, records })
}

fn twice(columns: &[String]) -> Option<&String> {
    let mut seen = std::collections::HashSet::new();
    columns
        .iter()
        .find(|name| !name.is_empty() && !seen.insert(*name))
}

fn cells(columns: &[String], record: &csv::ByteRecord) -> Result<Cells, String> {
    // Fewer are cells that are not there; a program that leaves out empty ones at the end does that.
    if record.len() > columns.len() {
        return Err(format!(
            "has {} cells, the header has {}",
            record.len(),
            columns.len()
        ));
    }
    let mut cells = Cells::new();
    for (name, bytes) in columns.iter().zip(record) {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| format!("{name}: is not UTF-8 text: save the file as UTF-8"))?;
        let text = unguarded(text.trim());
        if !text.is_empty() {
            cells.insert(name.clone(), text.into());
        }
    }
    Ok(cells)
}

fn read_jsonl(text: &str) -> Source {
    let mut columns = Vec::new();
    let mut records = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let object: Result<serde_json::Map<String, Value>, _> = serde_json::from_str(line);
        let cells = match object {
            Ok(object) => {
                for name in object.keys() {
                    if !columns.contains(name) {
                        columns.push(name.clone());
                    }
                }
                let filled = object.into_iter().filter(|(_, value)| !value.is_null());
                Ok(filled.collect())
            }
            Err(_) => Err("is not a JSON object".to_owned()),
        };
        records.push(Record {
            line: u64::try_from(index + 1).unwrap_or_default(),
            cells,
        });
    }
    Source { columns, records }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_of_the_header() {
        assert_eq!(find_delimiter(b"name,phone\na;b;c;d"), b',');
        assert_eq!(find_delimiter("Nom;Téléphone\n".as_bytes()), b';');
        assert_eq!(find_delimiter(b"name\tphone"), b'\t');
        assert_eq!(find_delimiter(b"\"a;b;c\",phone"), b',');
        assert_eq!(find_delimiter(b"phone"), b',');
    }

    #[test]
    fn a_row_that_cannot_be_read_is_a_row_with_a_reason() {
        let source = read_csv(
            b"\xef\xbb\xbfname,phone\nAwa,+229\n\xff,+1\na,b,c\nKofi\n",
            None,
        )
        .expect("a source");
        assert_eq!(source.columns, ["name", "phone"]);
        let rows: Vec<_> = source
            .records
            .iter()
            .map(|record| (record.line, record.cells.is_ok()))
            .collect();
        assert_eq!(rows, [(2, true), (3, false), (4, false), (5, true)]);
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        for (text, lines) in [
            ("a,b\n1,2\n3,4", vec![2, 3]),
            ("a,b\r\n1,2\r\n3,4\r\n", vec![2, 3]),
            ("\na,b\n\n1,2\n\n\n3,4", vec![4, 7]),
            ("a,b\r\n\r\n1,2\r\n\r\n3,4", vec![3, 5]),
            ("a,b\r\n\"1\r\n1\",2\r\n3,4", vec![2, 4]),
        ] {
            let source = read_csv(text.as_bytes(), None).expect("a source");
            let found: Vec<_> = source.records.iter().map(|record| record.line).collect();
            assert_eq!(found, lines, "{text:?}");
        }
    }

    #[test]
    fn a_guard_of_our_own_export_is_taken_off() {
        let source = read_csv(b"name\n'=1+1\n", None).expect("a source");
        let cells = source.records[0].cells.as_ref().expect("cells");
        assert_eq!(cells["name"], "=1+1");
    }

    #[test]
    fn every_line_of_jsonl_is_a_row() {
        let source = read_jsonl("{\"name\": \"Awa\", \"phone\": null}\n\n[1]\n{\"tags\": []}");
        assert_eq!(source.columns, ["name", "phone", "tags"]);
        let rows: Vec<_> = source
            .records
            .iter()
            .map(|record| (record.line, record.cells.is_ok()))
            .collect();
        assert_eq!(rows, [(1, true), (3, false), (4, true)]);
    }
}
