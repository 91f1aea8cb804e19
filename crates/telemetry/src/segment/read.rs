//! A whole segment back to readings: for repair and checks. Queries read through the query engine.

use std::panic::AssertUnwindSafe;

use arrow::array::{AsArray as _, RecordBatch};
use arrow::datatypes::{Float64Type, TimestampMillisecondType, UInt16Type, UInt32Type};
use base::{Quality, Reading, Series};
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::stream::DAMAGED;
use super::{SegmentError, schema};

/// Every reading of a segment's file, in its order.
pub fn decode(file: Bytes) -> Result<Vec<Reading>, SegmentError> {
    std::panic::catch_unwind(AssertUnwindSafe(|| read(file)))
        .unwrap_or_else(|_| Err(SegmentError::new("read", &DAMAGED)))
}

fn read(file: Bytes) -> Result<Vec<Reading>, SegmentError> {
    let failed =
        |cause: &dyn std::fmt::Display| SegmentError { doing: "read", cause: cause.to_string() };
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|cause| failed(&cause))?;
    if reader.schema().fields() != schema().fields() {
        return Err(failed(&"its columns are not series, at, value and quality"));
    }
    let mut readings = Vec::new();
    for batch in reader.build().map_err(|cause| failed(&cause))? {
        readings.extend(rows(&batch.map_err(|cause| failed(&cause))?));
    }
    Ok(readings)
}

/// The rows of a batch whose first four columns are those of a segment.
pub(crate) fn rows(batch: &RecordBatch) -> impl Iterator<Item = Reading> + '_ {
    let series = batch.column(0).as_primitive::<UInt32Type>();
    let at = batch.column(1).as_primitive::<TimestampMillisecondType>();
    let value = batch.column(2).as_primitive::<Float64Type>();
    let quality = batch.column(3).as_primitive::<UInt16Type>();
    (0..batch.num_rows()).map(move |row| Reading {
        series: Series(series.value(row)),
        at_ms: at.value(row),
        value: value.value(row),
        quality: Quality(quality.value(row)),
    })
}
