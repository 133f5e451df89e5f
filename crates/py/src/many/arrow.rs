//! Rows of an Arrow stream, whichever library exports it.

use std::collections::HashSet;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::RecordBatchStreamReader;
use arrow_array::temporal_conversions::{date32_to_datetime, date64_to_datetime};
use arrow_array::types::{
    ArrowDictionaryKeyType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    Decimal256Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, RecordBatch, RecordBatchReader};
use arrow_schema::{DataType, TimeUnit};
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use palabre::ledger::Row;
use palabre::{Error, Result};
use serde_json::{Map, Value};

/// The rows of the next batch that has some; none at the end.
pub(super) fn pull(reader: &mut RecordBatchStreamReader) -> Result<Vec<Row>> {
    loop {
        match reader.next() {
            None => return Ok(Vec::new()),
            Some(Err(error)) => {
                return Err(Error::invalid(
                    "rows",
                    format_args!("the Arrow stream failed: {error}"),
                ));
            }
            Some(Ok(batch)) if batch.num_rows() == 0 => {}
            Some(Ok(batch)) => return rows(&batch),
        }
    }
}

/// Refuses a stream with two columns of one name: only one of them would be read.
pub(super) fn check(reader: &RecordBatchStreamReader) -> Result<()> {
    let schema = reader.schema();
    let mut seen = HashSet::new();
    let twice = schema
        .fields()
        .iter()
        .find(|field| !seen.insert(field.name()));
    match twice {
        Some(field) => Err(twice_there(field.name())),
        None => Ok(()),
    }
}

/// The error of a column that is there twice.
pub(super) fn twice_there(column: &str) -> Error {
    Error::invalid("rows", format_args!("the column {column:?} is there twice"))
}

fn rows(batch: &RecordBatch) -> Result<Vec<Row>> {
    let mut rows = vec![Row::new(); batch.num_rows()];
    let schema = batch.schema();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        for (index, row) in rows.iter_mut().enumerate() {
            let value = value(array, index).ok_or_else(|| {
                let problem = format_args!(
                    "the column {} is of type {}, which is not read",
                    field.name(),
                    array.data_type()
                )
                .to_string();
                Error::invalid("rows", problem).hint("make it a text, or leave the column out")
            })?;
            row.insert(field.name(), value);
        }
    }
    Ok(rows)
}

/// One value; `None` for a type that no message holds.
fn value(array: &ArrayRef, index: usize) -> Option<Value> {
    if array.is_null(index) {
        return Some(Value::Null);
    }
    macro_rules! number {
        ($type:ty) => {
            Value::from(array.as_primitive::<$type>().value(index))
        };
    }
    // All its digits, as Python writes it.
    macro_rules! decimal {
        ($type:ty) => {
            Value::from(array.as_primitive::<$type>().value_as_string(index))
        };
    }
    macro_rules! clock {
        ($type:ty) => {{
            let time = array.as_primitive::<$type>().value_as_time(index)?;
            Value::from(digits(&time.format("%H:%M:%S%.9f").to_string()))
        }};
    }
    macro_rules! dictionary {
        ($($key:ident => $type:ty),+) => {
            match array.data_type() {
                DataType::Dictionary(key, _) => match **key {
                    $(DataType::$key => word::<$type>(array, index),)+
                    _ => None,
                },
                _ => None,
            }
        };
    }
    Some(match array.data_type() {
        DataType::Null => Value::Null,
        DataType::Utf8 => Value::from(array.as_string::<i32>().value(index)),
        DataType::LargeUtf8 => Value::from(array.as_string::<i64>().value(index)),
        DataType::Utf8View => Value::from(array.as_string_view().value(index)),
        DataType::Boolean => Value::from(array.as_boolean().value(index)),
        DataType::Int8 => number!(Int8Type),
        DataType::Int16 => number!(Int16Type),
        DataType::Int32 => number!(Int32Type),
        DataType::Int64 => number!(Int64Type),
        DataType::UInt8 => number!(UInt8Type),
        DataType::UInt16 => number!(UInt16Type),
        DataType::UInt32 => number!(UInt32Type),
        DataType::UInt64 => number!(UInt64Type),
        // NaN, which JSON has not, is null: what data libraries have in place of nothing.
        DataType::Float32 => {
            let number = array.as_primitive::<Float32Type>().value(index);
            // 1.1 and not 1.100000023841858, which it is with more digits.
            number
                .to_string()
                .parse::<f64>()
                .map_or(Value::Null, Value::from)
        }
        DataType::Float64 => number!(Float64Type),
        DataType::Decimal32(..) => decimal!(Decimal32Type),
        DataType::Decimal64(..) => decimal!(Decimal64Type),
        DataType::Decimal128(..) => decimal!(Decimal128Type),
        DataType::Decimal256(..) => decimal!(Decimal256Type),
        DataType::Time32(TimeUnit::Second) => clock!(Time32SecondType),
        DataType::Time32(_) => clock!(Time32MillisecondType),
        DataType::Time64(TimeUnit::Microsecond) => clock!(Time64MicrosecondType),
        DataType::Time64(_) => clock!(Time64NanosecondType),
        DataType::Date32 => {
            let date = date32_to_datetime(array.as_primitive::<Date32Type>().value(index))?;
            Value::from(date.date().to_string())
        }
        DataType::Date64 => {
            let date = date64_to_datetime(array.as_primitive::<Date64Type>().value(index))?;
            Value::from(date.date().to_string())
        }
        DataType::Timestamp(unit, zone) => Value::from(time(array, index, *unit, zone.as_deref())?),
        DataType::List(_) => items(&array.as_list::<i32>().value(index))?,
        DataType::LargeList(_) => items(&array.as_list::<i64>().value(index))?,
        DataType::Struct(fields) => {
            let array = array.as_struct();
            let members = fields.iter().zip(array.columns());
            let members =
                members.map(|(field, column)| Some((field.name().clone(), value(column, index)?)));
            Value::Object(members.collect::<Option<Map<_, _>>>()?)
        }
        DataType::Dictionary(..) => dictionary! {
            Int8 => Int8Type, Int16 => Int16Type, Int32 => Int32Type, Int64 => Int64Type,
            UInt8 => UInt8Type, UInt16 => UInt16Type, UInt32 => UInt32Type, UInt64 => UInt64Type
        }?,
        _ => return None,
    })
}

/// A time as Python's `isoformat` writes it, so that a row is the same whatever holds it: with the
/// offset of its zone, if it has one.
fn time(array: &ArrayRef, index: usize, unit: TimeUnit, zone: Option<&str>) -> Option<String> {
    let time = match unit {
        TimeUnit::Second => {
            Timestamp::from_second(array.as_primitive::<TimestampSecondType>().value(index))
        }
        TimeUnit::Millisecond => Timestamp::from_millisecond(
            array
                .as_primitive::<TimestampMillisecondType>()
                .value(index),
        ),
        TimeUnit::Microsecond => Timestamp::from_microsecond(
            array
                .as_primitive::<TimestampMicrosecondType>()
                .value(index),
        ),
        TimeUnit::Nanosecond => Timestamp::from_nanosecond(
            array
                .as_primitive::<TimestampNanosecondType>()
                .value(index)
                .into(),
        ),
    };
    let time = time.ok()?;
    let (zone, offset) = match zone {
        Some(name) => (DateTimeParser::new().parse_time_zone(name).ok()?, "%:z"),
        None => (TimeZone::UTC, ""),
    };
    let time = time.to_zoned(zone);
    let local = time.strftime("%Y-%m-%dT%H:%M:%S%.9f").to_string();
    Some(format!("{}{}", digits(&local), time.strftime(offset)))
}

/// A time of nanoseconds with as many digits as Python writes: none, or six; nine where they are
/// needed.
fn digits(time: &str) -> &str {
    let micros = time.strip_suffix("000").unwrap_or(time);
    micros.strip_suffix(".000000").unwrap_or(micros)
}

fn word<K: ArrowDictionaryKeyType>(array: &ArrayRef, index: usize) -> Option<Value> {
    let dictionary = array.as_dictionary::<K>();
    value(dictionary.values(), dictionary.key(index)?)
}

fn items(array: &ArrayRef) -> Option<Value> {
    let items = (0..array.len()).map(|index| value(&Arc::clone(array), index));
    items.collect::<Option<Vec<_>>>().map(Value::Array)
}
