//! Rows, whatever they are of: as Arrow batches and as JSON.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use palabre::table::Tabular;
use serde::Serialize;
use serde_json::{Map, Value};

/// Rows that can be written in every format.
pub(crate) trait Rows {
    fn len(&self) -> usize;
    fn schema(&self) -> Arc<Schema>;
    fn batch(&self) -> Result<RecordBatch, ArrowError>;
    /// One row as JSON.
    fn json(&self, index: usize) -> Result<Value, serde_json::Error>;
}

/// Rows of a type of the facade.
pub(crate) struct Typed<'a, T> {
    pub(crate) schema: &'a Arc<Schema>,
    pub(crate) items: &'a [T],
}

impl<T: Tabular + Serialize> Rows for Typed<'_, T> {
    fn len(&self) -> usize {
        self.items.len()
    }
    fn schema(&self) -> Arc<Schema> {
        self.schema.clone()
    }
    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        T::batch(self.schema, self.items)
    }
    fn json(&self, index: usize) -> Result<Value, serde_json::Error> {
        serde_json::to_value(&self.items[index])
    }
}

/// Rows of what is no table of the facade: reports, requests, settings.
pub(crate) struct Records {
    schema: Arc<Schema>,
    rows: Vec<Map<String, Value>>,
}

/// Columns of [`Records`]: their names and types.
pub(crate) type Columns = &'static [(&'static str, DataType)];

impl Records {
    pub(crate) fn new(columns: Columns) -> Self {
        let fields = columns
            .iter()
            .map(|(name, kind)| Field::new(*name, kind.clone(), true));
        Self {
            schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            rows: Vec::new(),
        }
    }

    /// Adds a row, a JSON object; what it does not have is null.
    pub(crate) fn push(&mut self, row: Value) {
        let Value::Object(mut row) = row else { return };
        let ordered = self.schema.fields().iter().map(|field| {
            let value = row.remove(field.name()).unwrap_or(Value::Null);
            (field.name().clone(), value)
        });
        let ordered = ordered.collect();
        debug_assert!(row.is_empty(), "no column for {row:?}");
        self.rows.push(ordered);
    }

    pub(crate) fn rows(&self) -> &[Map<String, Value>] {
        &self.rows
    }
}

impl Rows for Records {
    fn len(&self) -> usize {
        self.rows.len()
    }
    fn schema(&self) -> Arc<Schema> {
        self.schema.clone()
    }
    fn batch(&self) -> Result<RecordBatch, ArrowError> {
        let arrays = self.schema.fields().iter().map(|field| {
            let values = self.rows.iter().map(|row| &row[field.name()]);
            let array: ArrayRef = match field.data_type() {
                DataType::Int64 => Arc::new(Int64Array::from_iter(values.map(Value::as_i64))),
                DataType::Boolean => Arc::new(BooleanArray::from_iter(values.map(Value::as_bool))),
                _ => Arc::new(StringArray::from_iter(values.map(|value| match value {
                    Value::Null => None,
                    Value::String(text) => Some(text.clone()),
                    other => Some(other.to_string()),
                }))),
            };
            array
        });
        RecordBatch::try_new(self.schema.clone(), arrays.collect())
    }
    fn json(&self, index: usize) -> Result<Value, serde_json::Error> {
        Ok(Value::Object(self.rows[index].clone()))
    }
}
