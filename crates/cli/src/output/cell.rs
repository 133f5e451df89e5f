//! One cell of an Arrow array as text.

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int32Type, Int64Type, TimestampMicrosecondType};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use jiff::civil::{Date, date};
use jiff::{Span, Timestamp};
use serde_json::Value;

/// Who reads a cell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reader {
    /// A person, at a terminal.
    Person,
    /// A program that reads CSV, which may be a spreadsheet.
    Spreadsheet,
}

/// Whether a column's values are written against its right edge.
pub(crate) fn is_number(kind: &DataType) -> bool {
    matches!(kind, DataType::Int64)
}

/// A cell as text; `None` where there is no value.
pub(crate) fn text(array: &ArrayRef, row: usize, reader: Reader) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    let free = |text: &str| match reader {
        Reader::Person => text.to_owned(),
        Reader::Spreadsheet => guarded(text),
    };
    Some(match array.data_type() {
        DataType::Utf8 => free(array.as_string::<i32>().value(row)),
        DataType::Dictionary(..) => {
            let words = array.as_dictionary::<Int32Type>();
            let values = words.values().as_string::<i32>();
            let key = words.keys().value(row);
            free(values.value(usize::try_from(key).unwrap_or_default()))
        }
        DataType::Int64 => array.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Boolean => {
            let is_true = array.as_boolean().value(row);
            match reader {
                Reader::Person if is_true => "yes".to_owned(),
                Reader::Person => "no".to_owned(),
                Reader::Spreadsheet => is_true.to_string(),
            }
        }
        DataType::Timestamp(..) => {
            let micros = array.as_primitive::<TimestampMicrosecondType>().value(row);
            time(micros, reader)?
        }
        DataType::Date32 => day(array.as_primitive::<Date32Type>().value(row))?.to_string(),
        DataType::List(_) => {
            let items = array.as_list::<i32>().value(row);
            let items: Vec<_> = items.as_string::<i32>().iter().flatten().collect();
            match reader {
                Reader::Person => items.join(", "),
                Reader::Spreadsheet => Value::from(items).to_string(),
            }
        }
        other => format!("({other})"),
    })
}

fn time(micros: i64, reader: Reader) -> Option<String> {
    let time = Timestamp::from_microsecond(micros).ok()?;
    Some(match reader {
        Reader::Person => time.strftime("%Y-%m-%d %H:%M").to_string(),
        Reader::Spreadsheet => time.to_string(),
    })
}

fn day(days: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(Span::new().days(days)).ok()
}

/// A text that no spreadsheet takes for a formula: contacts choose their own names, and a name such
/// as `=HYPERLINK(…)` must not run when somebody opens the file.
///
/// A phone number is no formula, masked or not, so it stays as it is.
pub(crate) fn guarded(text: &str) -> String {
    if is_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// What [`guarded`] was made from.
pub(crate) fn unguarded(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if is_formula(rest) => rest,
        _ => text,
    }
}

fn is_formula(text: &str) -> bool {
    let is_phone = text.strip_prefix('+').is_some_and(|rest| {
        !rest.is_empty()
            && rest
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '*'))
    });
    !is_phone && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_guarded_and_a_phone_number_is_not() {
        for (text, written) in [
            ("=1+1", "'=1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("-2+3", "'-2+3"),
            ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
            ("\t=1", "'\t=1"),
            ("+2290101000000", "+2290101000000"),
            ("+229********00", "+229********00"),
            ("+229 01 01 00 00 00", "+229 01 01 00 00 00"),
            ("Awa = Doe", "Awa = Doe"),
            ("'quoted'", "'quoted'"),
            ("", ""),
        ] {
            assert_eq!(guarded(text), written);
            assert_eq!(unguarded(written), text);
        }
    }
}
