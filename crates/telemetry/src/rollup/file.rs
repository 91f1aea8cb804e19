//! Roll-ups as Parquet files, which any engine reads.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Array, RecordBatch, TimestampMillisecondArray, UInt16Array, UInt32Array,
    UInt64Array,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use object_store::ObjectStore;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::schema::types::ColumnPath;

use super::rules::Row;
use crate::segment::{ObjectWriter, SegmentError};

/// The names of the columns, in their order.
pub(crate) mod columns {
    /// The series.
    pub(crate) const SERIES: &str = "series";
    /// When the bucket begins (milliseconds, without zone, as in segments).
    pub(crate) const START: &str = "start";
    /// Readings in it.
    pub(crate) const COUNT: &str = "count";
    /// The least value.
    pub(crate) const MIN: &str = "min";
    /// The greatest value.
    pub(crate) const MAX: &str = "max";
    /// Their sum.
    pub(crate) const SUM: &str = "sum";
    /// The first value by time.
    pub(crate) const FIRST: &str = "first";
    /// Its time.
    pub(crate) const FIRST_AT: &str = "first_at";
    /// The last value by time.
    pub(crate) const LAST: &str = "last";
    /// Its time.
    pub(crate) const LAST_AT: &str = "last_at";
    /// All flags.
    pub(crate) const QUALITY: &str = "quality";
}

const ROW_GROUP_ROWS: usize = 131_072;
/// Small pages let a question about one series read little.
const PAGE_ROWS: usize = 4_096;
const ZSTD_LEVEL: i32 = 3;

/// The columns of every roll-up.
pub(crate) fn schema() -> SchemaRef {
    let time = || DataType::Timestamp(TimeUnit::Millisecond, None);
    let field = |name: &str, kind: DataType| Field::new(name, kind, false);
    Arc::new(Schema::new(vec![
        field(columns::SERIES, DataType::UInt32),
        field(columns::START, time()),
        field(columns::COUNT, DataType::UInt64),
        field(columns::MIN, DataType::Float64),
        field(columns::MAX, DataType::Float64),
        field(columns::SUM, DataType::Float64),
        field(columns::FIRST, DataType::Float64),
        field(columns::FIRST_AT, time()),
        field(columns::LAST, DataType::Float64),
        field(columns::LAST_AT, time()),
        field(columns::QUALITY, DataType::UInt16),
    ]))
}

fn properties() -> Result<WriterProperties, parquet::errors::ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_dictionary_enabled(true)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_write_batch_size(PAGE_ROWS);
    for time in [columns::START, columns::FIRST_AT, columns::LAST_AT] {
        properties = properties
            .set_column_dictionary_enabled(ColumnPath::from(time), false)
            .set_column_encoding(ColumnPath::from(time), Encoding::DELTA_BINARY_PACKED);
    }
    for value in [columns::MIN, columns::MAX, columns::SUM, columns::FIRST, columns::LAST] {
        properties = properties
            .set_column_dictionary_enabled(ColumnPath::from(value), false)
            .set_column_encoding(ColumnPath::from(value), Encoding::PLAIN);
    }
    Ok(properties.build())
}

/// A roll-up that is being written: rows with their series.
pub(super) type RollupWriter = ObjectWriter<(u32, Row)>;

/// Begins the roll-up at `path`.
pub(super) fn create(
    objects: Arc<dyn ObjectStore>,
    path: &str,
) -> Result<RollupWriter, SegmentError> {
    let properties = properties().map_err(|cause| SegmentError::new("written", &cause).at(path))?;
    ObjectWriter::create(objects, path, schema(), properties, batch)
}

fn batch(rows: &[(u32, Row)]) -> Result<RecordBatch, arrow::error::ArrowError> {
    let time = |of: fn(&Row) -> i64| {
        let times = rows.iter().map(|(_, row)| of(row));
        Arc::new(TimestampMillisecondArray::from_iter_values(times)) as ArrayRef
    };
    let value = |of: fn(&Row) -> f64| {
        let values = rows.iter().map(|(_, row)| of(row));
        Arc::new(Float64Array::from_iter_values(values)) as ArrayRef
    };
    let series = UInt32Array::from_iter_values(rows.iter().map(|(series, _)| *series));
    let count = UInt64Array::from_iter_values(rows.iter().map(|(_, row)| row.count));
    let quality = UInt16Array::from_iter_values(rows.iter().map(|(_, row)| row.quality.0));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(series),
        time(|row| row.start_ms),
        Arc::new(count),
        value(|row| row.min),
        value(|row| row.max),
        value(Row::whole_sum),
        value(|row| row.first),
        time(|row| row.first_at_ms),
        value(|row| row.last),
        time(|row| row.last_at_ms),
        Arc::new(quality),
    ];
    RecordBatch::try_new(schema(), columns)
}
