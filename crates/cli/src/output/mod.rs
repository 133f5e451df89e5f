//! Results in every format, to the standard output or into a file.

mod cell;
mod destination;
mod fit;
mod rows;
mod sink;
mod table;

use std::path::Path;

pub(crate) use cell::unguarded;
pub(crate) use destination::Destination;
pub(crate) use rows::{Columns, Records, Rows, Typed};
pub(crate) use sink::Sink;
pub(crate) use table::{details, printable};

use crate::exit::Failure;
use crate::options::{Format, Output};

impl Output {
    /// The format: as asked for, or by the ending of the file, or by who reads.
    pub(crate) fn format(&self) -> Result<Format, Failure> {
        match (&self.out, self.output) {
            (_, Some(format)) => Ok(format),
            (Some(path), None) => by_ending(path),
            (None, None) if console::Term::stdout().is_term() => Ok(Format::Table),
            (None, None) => Ok(Format::Jsonl),
        }
    }
}

fn by_ending(path: &Path) -> Result<Format, Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("json") => Ok(Format::Json),
        Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
        Some("csv") => Ok(Format::Csv),
        Some("parquet" | "pq") => Ok(Format::Parquet),
        Some("arrow" | "feather" | "ipc") => Ok(Format::Arrow),
        Some("txt") => Ok(Format::Table),
        _ => Err(Failure::usage(format_args!(
            "--out: the ending of {} tells no format; add --output, or end it in .json, .jsonl, \
             .csv, .parquet, .arrow or .txt",
            path.display()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_of_a_file_tells_the_format() {
        for (name, format) in [
            ("a.json", Format::Json),
            ("a.b.JSONL", Format::Jsonl),
            ("a.ndjson", Format::Jsonl),
            ("dir.csv/a.csv", Format::Csv),
            ("a.parquet", Format::Parquet),
            ("a.feather", Format::Arrow),
            ("a.txt", Format::Table),
        ] {
            assert_eq!(by_ending(Path::new(name)).expect(name), format);
        }
        for name in ["a", "a.xlsx", "dir.csv/a"] {
            assert!(by_ending(Path::new(name)).is_err(), "{name}");
        }
    }
}
