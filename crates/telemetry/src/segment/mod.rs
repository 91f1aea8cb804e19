//! A segment: readings of some days in a Parquet file, sorted by (series, at), written whole.
//!
//! Any engine reads it: columns `series`, `at` (milliseconds, WITHOUT zone: a zoned column costs seven
//! times the CPU in the query engine), `value`, `quality`.
//!
//! Sketch: 3.3 bytes a reading on a mixed load, most of it the value; 8 M readings/s to encode.

mod guard;
mod header;
mod object;
mod read;
mod shape;
mod stream;
mod write;

use std::sync::Arc;

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

pub use header::Header;
pub(crate) use object::{ObjectReader, checked};
pub use read::decode;
pub(crate) use read::rows;
pub(crate) use stream::{ObjectWriter, SegmentReader, SegmentWriter, Written};
pub(crate) use write::batch;
pub use write::{encode, encode_with};

/// The column of the series.
pub const SERIES: &str = "series";
/// The column of the time.
pub const AT: &str = "at";
/// The column of the value.
pub const VALUE: &str = "value";
/// The column of the quality flags.
pub const QUALITY: &str = "quality";

/// Where segments lie in the blob store.
pub const FOLDER: &str = "readings";

/// Marks ids of segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Segment;

/// The object that holds segment `id`.
pub fn path_of(id: base::Id<Segment>) -> String {
    format!("{FOLDER}/{id}.parquet")
}

/// The columns of every segment.
pub fn schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new(SERIES, DataType::UInt32, false),
        Field::new(AT, DataType::Timestamp(TimeUnit::Millisecond, None), false),
        Field::new(VALUE, DataType::Float64, false),
        Field::new(QUALITY, DataType::UInt16, false),
    ]))
}

/// A file is no segment, or cannot be made one.
#[derive(Debug, thiserror::Error)]
#[error("a segment cannot be {doing}: {cause}")]
pub struct SegmentError {
    doing: &'static str,
    cause: String,
}

impl SegmentError {
    pub(crate) fn new(doing: &'static str, cause: &dyn std::fmt::Display) -> Self {
        Self { doing, cause: cause.to_string() }
    }

    /// The same with the object's name.
    pub(crate) fn at(self, path: &str) -> Self {
        Self { cause: format!("{path}: {}", self.cause), ..self }
    }
}

#[cfg(test)]
mod tests;
