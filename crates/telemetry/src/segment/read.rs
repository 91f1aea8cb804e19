//! A whole segment back to readings: for tests and fuzzing. Queries read through the query engine.

use std::sync::Arc;

use arrow::array::{AsArray as _, RecordBatch};
use arrow::datatypes::{Float64Type, TimestampMillisecondType, UInt16Type, UInt32Type};
use base::{Quality, Reading, Series};
use bytes::Bytes;
use object_store::ObjectStoreExt as _;
use object_store::memory::InMemory;
use object_store::path::Path;

use super::{SegmentError, SegmentReader};

/// Every reading of a segment's file, in its order.
pub fn decode(file: Bytes) -> Result<Vec<Reading>, SegmentError> {
    futures::executor::block_on(async {
        let (objects, path) = (Arc::new(InMemory::new()), "segment");
        let put = objects.put(&Path::from(path), file.into()).await;
        put.map_err(|cause| SegmentError::new("read", &cause))?;
        let mut reader = SegmentReader::open(objects, path).await?;
        let mut readings = Vec::new();
        loop {
            let next = reader.next().await?;
            if next.is_empty() {
                return Ok(readings);
            }
            readings.extend(next);
        }
    })
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
