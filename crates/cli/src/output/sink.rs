//! Takes rows page by page and writes them in one format.

use std::io::Write;
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{ArrowError, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use serde_json::Value;

use super::cell::{self, Reader};
use super::{Destination, Rows, table};
use crate::exit::Failure;
use crate::options::{Format, Output};
use crate::terminal;

/// Rows on their way into one format. Without [`Sink::finish`] a file is not written.
pub(crate) struct Sink {
    writer: Writer,
    schema: Arc<Schema>,
    /// The columns asked for, by their index; all if `None`.
    columns: Option<Vec<usize>>,
    count: usize,
}

enum Writer {
    Table(Vec<RecordBatch>, Destination),
    Json(Destination),
    Jsonl(Destination),
    Csv(Box<csv::Writer<Destination>>),
    Parquet(Box<ArrowWriter<Destination>>),
    ArrowFile(Box<FileWriter<Destination>>),
    ArrowStream(Box<StreamWriter<Destination>>),
}

impl Sink {
    /// Opens the output for rows of a schema.
    pub(crate) fn open(output: &Output, schema: &Arc<Schema>) -> Result<Self, Failure> {
        let format = output.format()?;
        let columns = columns(output, schema)?;
        let schema = match &columns {
            Some(columns) => Arc::new(schema.project(columns)?),
            None => schema.clone(),
        };
        let destination = Destination::open(output.out.as_deref())?;
        let writer = match format {
            Format::Table => Writer::Table(Vec::new(), destination),
            Format::Json => Writer::Json(destination),
            Format::Jsonl => Writer::Jsonl(destination),
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(destination);
                writer.write_record(schema.fields().iter().map(|field| field.name()))?;
                Writer::Csv(Box::new(writer))
            }
            Format::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .build();
                let writer = ArrowWriter::try_new(destination, schema.clone(), Some(properties))?;
                Writer::Parquet(Box::new(writer))
            }
            Format::Arrow if destination.is_file() => {
                Writer::ArrowFile(Box::new(FileWriter::try_new(destination, &schema)?))
            }
            Format::Arrow => {
                Writer::ArrowStream(Box::new(StreamWriter::try_new(destination, &schema)?))
            }
        };
        Ok(Self {
            writer,
            schema,
            columns,
            count: 0,
        })
    }

    /// Whether rows appear on a terminal while they come.
    pub(crate) fn shows_rows(&self) -> bool {
        let streams = matches!(
            self.writer,
            Writer::Json(Destination::Stdout(_)) | Writer::Jsonl(Destination::Stdout(_))
        ) || matches!(&self.writer, Writer::Csv(csv) if !csv.get_ref().is_file());
        streams && console::Term::stdout().is_term()
    }

    /// Whether a row was written.
    pub(crate) fn has_rows(&self) -> bool {
        self.count > 0
    }

    /// Writes rows. What can be read while it comes is flushed.
    pub(crate) fn write(&mut self, rows: &dyn Rows) -> Result<(), Failure> {
        let batch = || -> Result<RecordBatch, ArrowError> {
            let batch = rows.batch()?;
            match &self.columns {
                Some(columns) => batch.project(columns),
                None => Ok(batch),
            }
        };
        match &mut self.writer {
            Writer::Table(batches, _) => batches.push(batch()?),
            Writer::Json(out) => {
                for index in 0..rows.len() {
                    let row = chosen(rows.json(index)?, &self.schema, self.columns.is_some());
                    let pretty = serde_json::to_string_pretty(&row)?;
                    let before = if self.count + index == 0 { "[" } else { "," };
                    write!(out, "{before}\n  {}", pretty.replace('\n', "\n  "))?;
                }
            }
            Writer::Jsonl(out) => {
                for index in 0..rows.len() {
                    let row = chosen(rows.json(index)?, &self.schema, self.columns.is_some());
                    serde_json::to_writer(&mut *out, &row)?;
                    out.write_all(b"\n")?;
                }
                out.flush()?;
            }
            Writer::Csv(out) => {
                let batch = batch()?;
                for row in 0..batch.num_rows() {
                    let cells = batch.columns().iter();
                    let cells = cells.map(|array| cell::text(array, row, Reader::Spreadsheet));
                    out.write_record(cells.map(Option::unwrap_or_default))?;
                }
                out.flush()?;
            }
            Writer::Parquet(writer) => writer.write(&batch()?)?,
            Writer::ArrowFile(writer) => writer.write(&batch()?)?,
            Writer::ArrowStream(writer) => writer.write(&batch()?)?,
        }
        self.count += rows.len();
        Ok(())
    }

    /// Ends the output and puts a file in place; returns how many rows there are.
    pub(crate) fn finish(self) -> Result<usize, Failure> {
        let mut left_out = Vec::new();
        let destination = match self.writer {
            Writer::Table(batches, mut out) => {
                let is_chosen = self.columns.is_some();
                left_out = table::write(&mut out, &self.schema, &batches, is_chosen)?;
                out
            }
            Writer::Json(mut out) => {
                out.write_all(if self.count == 0 { b"[]\n" } else { b"\n]\n" })?;
                out
            }
            Writer::Jsonl(out) => out,
            Writer::Csv(out) => out
                .into_inner()
                .map_err(|error| Failure::from(std::io::Error::from(error.error().kind())))?,
            Writer::Parquet(writer) => writer.into_inner()?,
            Writer::ArrowFile(mut writer) => {
                writer.finish()?;
                writer.into_inner()?
            }
            Writer::ArrowStream(mut writer) => {
                writer.finish()?;
                writer.into_inner()?
            }
        };
        destination.finish()?;
        if !left_out.is_empty() {
            terminal::note(&format!(
                "no room for {}: --columns chooses, --output json shows all",
                left_out.join(", ")
            ));
        }
        Ok(self.count)
    }
}

/// The chosen columns of a row, in their order.
fn chosen(mut row: Value, schema: &Schema, is_chosen: bool) -> Value {
    let Some(fields) = row.as_object_mut().filter(|_| is_chosen) else {
        return row;
    };
    let names = schema.fields().iter().map(|field| field.name());
    let chosen = names.map(|name| (name.clone(), fields.remove(name).unwrap_or_default()));
    Value::Object(chosen.collect())
}

fn columns(output: &Output, schema: &Schema) -> Result<Option<Vec<usize>>, Failure> {
    if output.columns.is_empty() {
        return Ok(None);
    }
    let index = |name: &String| {
        schema.index_of(name).map_err(|_| {
            let known: Vec<_> = schema
                .fields()
                .iter()
                .map(|field| field.name().as_str())
                .collect();
            Failure::usage(format_args!(
                "--columns: there is no column {name:?}; one of {}",
                known.join(", ")
            ))
        })
    };
    let columns = output.columns.iter().map(index);
    Ok(Some(columns.collect::<Result<_, _>>()?))
}

impl From<ArrowError> for Failure {
    fn from(error: ArrowError) -> Self {
        match error {
            ArrowError::IoError(_, error) => error.into(),
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<ParquetError> for Failure {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(error) => match error.downcast::<std::io::Error>() {
                Ok(error) => (*error).into(),
                Err(error) => Self::Other(error.to_string()),
            },
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<csv::Error> for Failure {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => error.into(),
            other => Self::Other(format!("{other:?}")),
        }
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        match error.io_error_kind() {
            Some(kind) => std::io::Error::from(kind).into(),
            None => Self::Other(error.to_string()),
        }
    }
}
