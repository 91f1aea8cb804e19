//! Rows of roll-ups for a few series, read without a plan of the query engine: for each file that costs a
//! third of what a scan costs, whose filters are prepared anew for every file.

use std::ops::Range;
use std::sync::Arc;

use base::{Quality, Series};
use datafusion::arrow::array::{AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::{
    Float64Type, TimestampMillisecondType, UInt16Type, UInt32Type, UInt64Type,
};
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use futures::TryStreamExt as _;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, RowSelection, RowSelector,
};
use parquet::arrow::async_reader::{AsyncFileReader as _, ParquetRecordBatchStreamBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData};
use parquet::file::page_index::column_index::ColumnIndexMetaData;

use super::guarded::GuardedFiles;
use super::partial::Partial;
use super::table::store;
use super::{Aggregate, Bucketing, QueryError};
use crate::rollup::columns;

/// Up to so many series.
pub(super) const SERIES_MAX: usize = 8;
/// Rows that are read this way; beyond, the engine reads them, within its limit of memory.
const ROWS_MAX: usize = 400_000;
const BATCH_ROWS: usize = 8_192;

/// What is looked up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lookup<'a> {
    pub(super) series: &'a [Series],
    /// Stretches of time, in their order.
    pub(super) clean: &'a [(i64, i64)],
    pub(super) bucketing: Bucketing,
    pub(super) base_ms: i64,
}

/// The rows of roll-ups, given as path and bytes; `None` when they are too many for this way.
pub(super) async fn partials(
    runtime: &Arc<RuntimeEnv>,
    files: &[(String, u64)],
    lookup: Lookup<'_>,
) -> Result<Option<Vec<Partial>>, QueryError> {
    let files_of =
        GuardedFiles::new(store(runtime)?, runtime.cache_manager.get_file_metadata_cache());
    let mut partials = Vec::new();
    for (path, bytes) in files {
        let mut file = files_of.open(path, *bytes)?;
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = file.get_metadata(Some(&options)).await.map_err(failed)?;
        let (selection, rows) = selection(&metadata, lookup.series);
        if partials.len() + rows > ROWS_MAX {
            return Ok(None);
        }
        if rows == 0 {
            continue;
        }
        let metadata = ArrowReaderMetadata::try_new(metadata, options).map_err(failed)?;
        let names = names(lookup.bucketing.aggregate);
        let mask = ProjectionMask::columns(metadata.parquet_schema(), names);
        let mut rows = ParquetRecordBatchStreamBuilder::new_with_metadata(file, metadata)
            .with_projection(mask)
            .with_row_selection(selection)
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(failed)?;
        while let Some(batch) = rows.try_next().await.map_err(failed)? {
            lookup.keep(&batch, &mut partials)?;
        }
    }
    Ok(Some(partials))
}

fn failed(error: ParquetError) -> QueryError {
    DataFusionError::from(error).into()
}

/// The columns that a figure needs.
fn names(aggregate: Aggregate) -> Vec<&'static str> {
    let [figure, moment] = figure_of(aggregate);
    let mut names = vec![columns::SERIES, columns::START, columns::COUNT, columns::QUALITY, figure];
    names.push(moment);
    names
}

/// The column of the figure, and that of its moment.
fn figure_of(aggregate: Aggregate) -> [&'static str; 2] {
    match aggregate {
        Aggregate::Avg | Aggregate::Sum => [columns::SUM, columns::START],
        Aggregate::Min => [columns::MIN, columns::START],
        Aggregate::Max => [columns::MAX, columns::START],
        Aggregate::Count => [columns::COUNT, columns::START],
        Aggregate::First => [columns::FIRST, columns::FIRST_AT],
        Aggregate::Last => [columns::LAST, columns::LAST_AT],
    }
}

/// The pages that may hold one of the series, and how many rows those are. A file is sorted by series.
fn selection(metadata: &ParquetMetaData, series: &[Series]) -> (RowSelection, usize) {
    let mut selectors = Vec::new();
    let mut selected = 0;
    for group in 0..metadata.num_row_groups() {
        for (rows, bounds) in pages(metadata, group) {
            let may = bounds.is_none_or(|bounds| series.iter().any(|s| bounds.contains(&s.0)));
            let count = rows.len();
            if may {
                selected += count;
                selectors.push(RowSelector::select(count));
            } else {
                selectors.push(RowSelector::skip(count));
            }
        }
    }
    (RowSelection::from(selectors), selected)
}

type Page = (Range<usize>, Option<std::ops::RangeInclusive<u32>>);

/// The pages of a row group: their rows, and the series in them where the file tells.
fn pages(metadata: &ParquetMetaData, group: usize) -> Vec<Page> {
    let total = usize::try_from(metadata.row_group(group).num_rows()).unwrap_or(0);
    let whole = || vec![(0..total, None)];
    let index = metadata.column_index().and_then(|index| index.get(group)?.first());
    let offsets = metadata.offset_index().and_then(|index| index.get(group)?.first());
    let (Some(ColumnIndexMetaData::INT32(index)), Some(offsets)) = (index, offsets) else {
        return whole();
    };
    let starts = offsets.page_locations().iter().map(|page| usize::try_from(page.first_row_index));
    let Ok(mut starts) = starts.collect::<Result<Vec<usize>, _>>() else { return whole() };
    starts.push(total);
    // A damaged index must not hide rows.
    if starts.first() != Some(&0) || !starts.is_sorted() {
        return whole();
    }
    let page = |(number, rows): (usize, &[usize])| {
        let bound = |of: Option<&i32>| of.map(|bound| bound.cast_unsigned());
        let [least, most] = [bound(index.min_value(number)), bound(index.max_value(number))];
        (rows[0]..rows[1], least.zip(most).map(|(least, most)| least..=most))
    };
    starts.windows(2).enumerate().map(page).collect()
}

impl Lookup<'_> {
    /// What of a batch is asked for.
    fn keep(&self, batch: &RecordBatch, partials: &mut Vec<Partial>) -> Result<(), QueryError> {
        let column = |name: &str| {
            let missing = || QueryError::Engine(format!("a roll-up has no column '{name}'"));
            batch.column_by_name(name).ok_or_else(missing)
        };
        let [figure, moment] = figure_of(self.bucketing.aggregate);
        let series = column(columns::SERIES)?.as_primitive::<UInt32Type>();
        let start = column(columns::START)?.as_primitive::<TimestampMillisecondType>();
        let count = column(columns::COUNT)?.as_primitive::<UInt64Type>();
        let flags = column(columns::QUALITY)?.as_primitive::<UInt16Type>();
        let moments = column(moment)?.as_primitive::<TimestampMillisecondType>();
        let figures = column(figure)?.as_primitive_opt::<Float64Type>();
        for row in 0..batch.num_rows() {
            let (id, at_ms) = (Series(series.value(row)), start.value(row));
            if !self.series.contains(&id) || !self.is_clean(at_ms) {
                continue;
            }
            partials.push(Partial {
                series: id,
                number: (at_ms - self.base_ms) / self.bucketing.bucket_ms,
                figure: figures.map_or(count.value(row) as f64, |figures| figures.value(row)),
                at_ms: if moment == columns::START { 0 } else { moments.value(row) },
                flags: Quality(flags.value(row)),
                readings: count.value(row),
            });
        }
        Ok(())
    }

    fn is_clean(&self, at_ms: i64) -> bool {
        let after = self.clean.partition_point(|(from_ms, _)| *from_ms <= at_ms);
        after > 0 && at_ms < self.clean[after - 1].1
    }
}
