//! Readings to Parquet, with the encodings that were measured best for rounded decimals.

use arrow::array::{
    ArrayRef, Float64Array, RecordBatch, TimestampMillisecondArray, UInt16Array, UInt32Array,
};
use base::Reading;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;
use std::sync::Arc;

use super::{AT, Header, SegmentError, VALUE, schema};

pub(super) const ROW_GROUP_ROWS: usize = 131_072;
/// Small pages let a query for one series read little.
const PAGE_ROWS: usize = 8_192;
const ZSTD_LEVEL: i32 = 3;
/// Bytes for each reading to reserve.
const RESERVE_BYTES: usize = 4;

/// The file of `readings`, which are sorted by (series, at), each key once.
pub fn encode(readings: &[Reading]) -> Result<Bytes, SegmentError> {
    encode_with(readings, None)
}

/// The same with what the segment says of itself.
pub fn encode_with(readings: &[Reading], header: Option<&Header>) -> Result<Bytes, SegmentError> {
    debug_assert!(
        readings.is_sorted_by(|a, b| (a.series, a.at_ms) < (b.series, b.at_ms)),
        "a segment is sorted and holds each key once"
    );
    let failed =
        |cause: &dyn std::fmt::Display| SegmentError { doing: "written", cause: cause.to_string() };
    let file = Vec::with_capacity(readings.len() * RESERVE_BYTES);
    let properties = properties(header).map_err(|cause| failed(&cause))?;
    let mut writer =
        ArrowWriter::try_new(file, schema(), Some(properties)).map_err(|cause| failed(&cause))?;
    for chunk in readings.chunks(ROW_GROUP_ROWS) {
        let batch = batch(chunk).map_err(|cause| failed(&cause))?;
        writer.write(&batch).map_err(|cause| failed(&cause))?;
    }
    let file = writer.into_inner().map_err(|cause| failed(&cause))?;
    Ok(file.into())
}

pub(super) fn properties(
    header: Option<&Header>,
) -> Result<WriterProperties, parquet::errors::ParquetError> {
    let sorting = [0, 1].map(|column_idx| SortingColumn {
        column_idx,
        descending: false,
        nulls_first: false,
    });
    Ok(WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        // The dictionary serves series and quality.
        .set_dictionary_enabled(true)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        // The page limit is checked once for each written batch.
        .set_write_batch_size(PAGE_ROWS)
        .set_column_dictionary_enabled(ColumnPath::from(AT), false)
        .set_column_encoding(ColumnPath::from(AT), Encoding::DELTA_BINARY_PACKED)
        .set_column_dictionary_enabled(ColumnPath::from(VALUE), false)
        .set_column_encoding(ColumnPath::from(VALUE), Encoding::PLAIN)
        .set_sorting_columns(Some(sorting.to_vec()))
        .set_key_value_metadata(header.map(|header| vec![header.entry()]))
        .build())
}

/// The readings as columns of [`schema`].
pub(crate) fn batch(readings: &[Reading]) -> Result<RecordBatch, arrow::error::ArrowError> {
    let series = UInt32Array::from_iter_values(readings.iter().map(|r| r.series.0));
    let at = TimestampMillisecondArray::from_iter_values(readings.iter().map(|r| r.at_ms));
    let value = Float64Array::from_iter_values(readings.iter().map(|r| r.value));
    let quality = UInt16Array::from_iter_values(readings.iter().map(|r| r.quality.0));
    let columns: Vec<ArrayRef> =
        vec![Arc::new(series), Arc::new(at), Arc::new(value), Arc::new(quality)];
    RecordBatch::try_new(schema(), columns)
}
