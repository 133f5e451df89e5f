//! Tables for people: as wide as the terminal, phone numbers whole, missing values as a dash.

use std::io::{self, Write};

use arrow_array::RecordBatch;
use arrow_schema::Schema;
use console::{Alignment, measure_text_width, pad_str, style, truncate_str};
use serde_json::Value;

use super::cell::{self, Reader};
use super::fit::{Column, GAP, fit};
use crate::terminal;

/// What stands for a value that is not there.
const MISSING: &str = "–";

/// A text without what a terminal would act on: names come from strangers.
pub(crate) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\r' | '\t' => ' ',
            // Controls, and what turns the direction of the text around it.
            c if c.is_control() => '\u{fffd}',
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                '\u{fffd}'
            }
            c => c,
        })
        .collect()
}

/// Writes rows as a table, with `keep_all` columns without any value too; returns the columns for which
/// there is no room.
pub(crate) fn write(
    out: &mut dyn Write,
    schema: &Schema,
    batches: &[RecordBatch],
    keep_all: bool,
) -> io::Result<Vec<String>> {
    let cells = |column: usize| -> Vec<Option<String>> {
        let rows = batches.iter().flat_map(|batch| {
            let array = batch.column(column);
            (0..batch.num_rows()).map(move |row| cell::text(array, row, Reader::Person))
        });
        rows.map(|cell| cell.map(|text| printable(&text))).collect()
    };
    let columns: Vec<(usize, Vec<Option<String>>)> = (0..schema.fields().len())
        .map(|index| (index, cells(index)))
        .filter(|(_, cells)| keep_all || cells.iter().any(Option::is_some))
        .collect();
    if columns.is_empty() || columns[0].1.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: Vec<_> = columns
        .iter()
        .map(|(index, cells)| {
            let widths = cells
                .iter()
                .map(|cell| measure_text_width(cell.as_deref().unwrap_or(MISSING)));
            let name = schema.field(*index).name();
            Column {
                name,
                width: widths.max().unwrap_or_default().max(name.len()),
            }
        })
        .collect();
    let mut shown = fit(&wanted, terminal::width());
    if !keep_all {
        // It is as long as it is, so nothing stands behind it.
        shown.sort_by_key(|(column, _)| wanted[*column].name == "reason");
    }
    let gap = " ".repeat(GAP);
    let mut line = |cells: Vec<String>| {
        let line = cells.join(&gap);
        writeln!(out, "{}", line.trim_end())
    };
    let pad = |text: &str, column: usize, width: usize| {
        let is_number = cell::is_number(schema.field(columns[column].0).data_type());
        let side = if is_number {
            Alignment::Right
        } else {
            Alignment::Left
        };
        // Why something failed is told whole, over several lines of the terminal if need be.
        if wanted[column].name == "reason" {
            return text.to_owned();
        }
        pad_str(&truncate_str(text, width, "…"), width, side, None).into_owned()
    };
    let header = shown.iter().map(|(column, width)| {
        style(pad(wanted[*column].name, *column, *width))
            .bold()
            .to_string()
    });
    line(header.collect())?;
    for row in 0..columns[0].1.len() {
        let cells = shown.iter().map(|(column, width)| {
            let cell = columns[*column].1[row].as_deref();
            pad(cell.unwrap_or(MISSING), *column, *width)
        });
        line(cells.collect())?;
    }
    let left_out = (0..wanted.len())
        .filter(|column| shown.iter().all(|(shown, _)| shown != column))
        .map(|column| wanted[column].name.to_owned());
    Ok(left_out.collect())
}

/// Writes one object, a line for each field.
pub(crate) fn details(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    let mut fields = Vec::new();
    flatten("", value, &mut fields);
    let width = fields
        .iter()
        .map(|(name, _)| measure_text_width(name))
        .max();
    for (name, text) in fields {
        let name = pad_str(&name, width.unwrap_or_default(), Alignment::Left, None).into_owned();
        writeln!(out, "{}  {}", style(name).bold(), text)?;
    }
    Ok(())
}

fn flatten(name: &str, value: &Value, fields: &mut Vec<(String, String)>) {
    let text = match value {
        Value::Object(inner) if !inner.is_empty() => {
            for (field, value) in inner {
                let dot = if name.is_empty() { "" } else { "." };
                flatten(&format!("{name}{dot}{field}"), value, fields);
            }
            return;
        }
        Value::Null => MISSING.to_owned(),
        Value::String(text) => printable(text),
        Value::Bool(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let items: Vec<_> = items.iter().filter_map(Value::as_str).collect();
            printable(&items.join(", "))
        }
        other => printable(&other.to_string()),
    };
    fields.push((name.to_owned(), text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_steers_the_terminal() {
        assert_eq!(printable("Awa\u{1b}[2J"), "Awa\u{fffd}[2J");
        assert_eq!(printable("Awa\u{202e}eoD"), "Awa\u{fffd}eoD");
        assert_eq!(printable("two\nlines"), "two lines");
        assert_eq!(printable("Àwà 李雷 שלום 👋"), "Àwà 李雷 שלום 👋");
    }
}
