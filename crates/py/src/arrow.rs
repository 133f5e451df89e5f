//! Rows as an Arrow C stream, the form that pyarrow, pandas, polars and duckdb read.

use arrow_array::RecordBatchIterator;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_schema::{ArrowError, SchemaRef};
use palabre::table::Tabular;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::rows::Rows;

/// A capsule may be looked at from any thread; the stream in it is read by one consumer.
struct Stream(#[expect(dead_code, reason = "read through the capsule")] FFI_ArrowArrayStream);

// SAFETY: nothing in Rust uses the stream by reference; the consumer takes it out of the capsule.
unsafe impl Sync for Stream {}

/// The rows as one record batch in a capsule named `arrow_array_stream`.
pub(crate) fn stream<'py>(py: Python<'py>, rows: &dyn Rows) -> PyResult<Bound<'py, PyCapsule>> {
    let batch = py.detach(|| rows.batch());
    let batch = batch.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let reader = RecordBatchIterator::new([Ok(batch)], rows.schema());
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    PyCapsule::new_with_value(py, Stream(stream), c"arrow_array_stream")
}

/// Rows that come in pieces, as one record batch each. A piece that fails fails the whole.
pub(crate) fn batches<'py, T: Tabular + Send>(
    py: Python<'py>,
    schema: SchemaRef,
    pieces: impl Iterator<Item = palabre::Result<Vec<T>>> + Send + 'static,
) -> PyResult<Bound<'py, PyCapsule>> {
    let known = schema.clone();
    let batches = pieces.map(move |rows| {
        let rows = rows.map_err(|error| ArrowError::ExternalError(Box::new(error)))?;
        T::batch(&known, &rows)
    });
    let reader = RecordBatchIterator::new(batches, schema);
    let stream = FFI_ArrowArrayStream::new(Box::new(reader));
    PyCapsule::new_with_value(py, Stream(stream), c"arrow_array_stream")
}
