//! Questions as plans of the query engine.

use std::sync::Arc;

use base::Series;
use datafusion::arrow::array::{Int64Array, RecordBatch};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::ScalarValue;
use datafusion::dataframe::DataFrame;
use datafusion::datasource::MemTable;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::functions_aggregate::expr_fn::{
    bit_or, count, first_value, last_value, max, min, sum,
};
use datafusion::functions_window::expr_fn::row_number;
use datafusion::logical_expr::{ExprFunctionExt as _, bitwise_and, cast};
use datafusion::prelude::{Expr, SessionContext, col, lit};

use super::series_set;
use super::sources::Sources;
use super::table::{FileTable, RANK, TOMBSTONES, rank_of};
use super::{Aggregate, Bucketing, QueryError};
use crate::buffer::Part;
use crate::catalogue::{SegmentRow, Span, Tombstone};
use crate::rollup::columns;
use crate::segment::{self, AT, QUALITY, SERIES, VALUE};

const NEWEST: &str = "newest";
const BUCKET: &str = "bucket";

/// Which readings are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) series: &'a [Series],
    pub(super) from_ms: i64,
    pub(super) until_ms: i64,
}

impl Question<'_> {
    /// What it may touch; `None` when that is nothing.
    pub(super) fn span(&self) -> Option<Span> {
        let min = self.series.iter().min()?;
        let max = self.series.iter().max()?;
        let Self { from_ms, until_ms, .. } = *self;
        let span = Span { min_series: min.0, max_series: max.0, from_ms, until_ms };
        (from_ms < until_ms).then_some(span)
    }

    fn filter(&self) -> Expr {
        let at = |ms: i64| lit(ScalarValue::TimestampMillisecond(Some(ms), None));
        let time = col(AT).gt_eq(at(self.from_ms)).and(col(AT).lt(at(self.until_ms)));
        time.and(self.series_filter())
    }

    fn series_filter(&self) -> Expr {
        match (self.series, self.series.iter().min(), self.series.iter().max()) {
            ([one], ..) => col(SERIES).eq(lit(one.0)),
            (many, Some(min), Some(max)) => {
                // A set prunes no pages; its bounds do.
                let bounds = col(SERIES).gt_eq(lit(min.0)).and(col(SERIES).lt_eq(lit(max.0)));
                if series_set::is_run(many) {
                    bounds
                } else {
                    bounds.and(series_set::is_one_of(col(SERIES), many))
                }
            }
            _ => lit(true),
        }
    }
}

/// The columns of a segment, each key once, in its newest write.
pub(super) fn readings(
    context: &SessionContext,
    runtime: &Arc<RuntimeEnv>,
    sources: Sources,
    question: Question<'_>,
) -> Result<DataFrame, QueryError> {
    let columns = || [SERIES, AT, VALUE, QUALITY].map(col).to_vec();
    let segments = |rows: Vec<SegmentRow>| {
        let table = FileTable::of_segments(&rows, Arc::clone(runtime));
        let mut rows = context.read_table(Arc::new(table))?.filter(question.filter())?;
        if let Some(left) = sources.tombstones.iter().map(not_deleted).reduce(Expr::and) {
            rows = rows.filter(left)?;
        }
        rows.select([SERIES, AT, VALUE, QUALITY, RANK].map(col).to_vec())
    };
    let apart = if sources.apart.is_empty() {
        None
    } else {
        Some(segments(sources.apart)?.select(columns())?)
    };
    let mut shared = if sources.shared.is_empty() { None } else { Some(segments(sources.shared)?) };
    if !sources.buffered.is_empty() {
        let table = MemTable::try_new(ranked_schema(), vec![ranked(&sources.buffered)?])?;
        let buffered = context.read_table(Arc::new(table))?;
        shared = Some(match shared {
            Some(shared) => shared.union(buffered)?,
            None => buffered,
        });
    }
    let merged = match shared {
        Some(shared) => Some(newest_of_key(shared)?.select(columns())?),
        None => None,
    };
    match (apart, merged) {
        (Some(apart), Some(merged)) => Ok(apart.union(merged)?),
        (Some(one), None) | (None, Some(one)) => Ok(one),
        (None, None) => Err(QueryError::Engine("a question without sources was planned".into())),
    }
}

/// What a tombstone leaves: other series and times, and segments that it does not apply to.
fn not_deleted(tombstone: &Tombstone) -> Expr {
    let at = |ms: i64| lit(ScalarValue::TimestampMillisecond(Some(ms), None));
    col(TOMBSTONES)
        .gt_eq(lit(tombstone.seq))
        .or(col(SERIES).lt(lit(tombstone.min_series)))
        .or(col(SERIES).gt(lit(tombstone.max_series)))
        .or(col(AT).lt(at(tombstone.from_ms)))
        .or(col(AT).gt_eq(at(tombstone.until_ms)))
}

/// Of equal keys the row with the greatest rank.
fn newest_of_key(rows: DataFrame) -> Result<DataFrame, DataFusionError> {
    let number = row_number()
        .partition_by(vec![col(SERIES), col(AT)])
        .order_by(vec![col(RANK).sort(false, false)])
        .build()?
        .alias(NEWEST);
    rows.window(vec![number])?.filter(col(NEWEST).eq(lit(1_u64)))
}

/// The first `limit` readings by time.
pub(super) fn by_time(readings: DataFrame, limit: usize) -> Result<DataFrame, QueryError> {
    Ok(readings.sort(vec![col(AT).sort(true, false)])?.limit(0, Some(limit))?)
}

/// The last reading by time.
pub(super) fn newest(readings: DataFrame) -> Result<DataFrame, QueryError> {
    Ok(readings.sort(vec![col(AT).sort(false, false)])?.limit(0, Some(1))?)
}

/// The newest reading of each series, as the columns of a segment.
pub(super) fn newest_of_each(readings: DataFrame) -> Result<DataFrame, QueryError> {
    let by_time = || vec![col(AT).sort(true, false)];
    let figures = vec![
        max(col(AT)).alias("newest_at"),
        last_value(col(VALUE), by_time()).alias("newest_value"),
        last_value(col(QUALITY), by_time()).alias("newest_quality"),
    ];
    Ok(readings.aggregate(vec![col(SERIES)], figures)?.select(vec![
        col(SERIES),
        col("newest_at").alias(AT),
        col("newest_value").alias(VALUE),
        col("newest_quality").alias(QUALITY),
    ])?)
}

/// The rows of roll-ups that lie in `clean` time.
pub(super) fn rollups(
    context: &SessionContext,
    runtime: &Arc<RuntimeEnv>,
    files: Vec<(String, u64)>,
    clean: &[(i64, i64)],
    question: Question<'_>,
) -> Result<DataFrame, QueryError> {
    let at = |ms: i64| lit(ScalarValue::TimestampMillisecond(Some(ms), None));
    let start = || col(columns::START);
    let stretch = |(from, until): &(i64, i64)| start().gt_eq(at(*from)).and(start().lt(at(*until)));
    let table = FileTable::of_rollups(files, Arc::clone(runtime));
    let rows = context.read_table(Arc::new(table))?.filter(question.series_filter())?;
    match clean.iter().map(stretch).reduce(Expr::or) {
        Some(in_clean) => Ok(rows.filter(in_clean)?),
        None => Ok(rows.filter(lit(false))?),
    }
}

/// The number of the bucket since `base_ms` that a time lies in.
fn bucket_of(at: &str, bucketing: Bucketing, base_ms: i64) -> Expr {
    ((cast(col(at), DataType::Int64) - lit(base_ms)) / lit(bucketing.bucket_ms)).alias(BUCKET)
}

/// Readings that count in figures: what a person struck out is shown by `raw`, and counted in none.
fn counted() -> Expr {
    let void = lit(base::Quality::VOID.0);
    bitwise_and(col(QUALITY), void.clone()).not_eq(void)
}

/// Parts of figures from readings: the columns of [`part`].
pub(super) fn partials(
    readings: DataFrame,
    bucketing: Bucketing,
    base_ms: i64,
    limit: usize,
) -> Result<DataFrame, QueryError> {
    let by_time = || vec![col(AT).sort(true, false)];
    let at = || cast(col(AT), DataType::Int64);
    let (figure, moment) = match bucketing.aggregate {
        Aggregate::Avg | Aggregate::Sum => (sum(col(VALUE)), None),
        Aggregate::Min => (min(col(VALUE)), None),
        Aggregate::Max => (max(col(VALUE)), None),
        Aggregate::Count => (count(col(VALUE)), None),
        Aggregate::First => (first_value(col(VALUE), by_time()), Some(min(at()))),
        Aggregate::Last => (last_value(col(VALUE), by_time()), Some(max(at()))),
    };
    let bucket = bucket_of(AT, bucketing, base_ms);
    part(readings.filter(counted())?, bucket, figure, moment, count(lit(1_i64)), limit)
}

/// The same from the rows of roll-ups.
pub(super) fn rolled_partials(
    rows: DataFrame,
    bucketing: Bucketing,
    base_ms: i64,
    limit: usize,
) -> Result<DataFrame, QueryError> {
    let at = |column: &str| cast(col(column), DataType::Int64);
    let by = |column: &str| vec![col(column).sort(true, false)];
    let readings = || sum(cast(col(columns::COUNT), DataType::Int64));
    let (figure, moment) = match bucketing.aggregate {
        Aggregate::Avg | Aggregate::Sum => (sum(col(columns::SUM)), None),
        Aggregate::Min => (min(col(columns::MIN)), None),
        Aggregate::Max => (max(col(columns::MAX)), None),
        Aggregate::Count => (readings(), None),
        Aggregate::First => {
            let first = first_value(col(columns::FIRST), by(columns::FIRST_AT));
            (first, Some(min(at(columns::FIRST_AT))))
        }
        Aggregate::Last => {
            let last = last_value(col(columns::LAST), by(columns::LAST_AT));
            (last, Some(max(at(columns::LAST_AT))))
        }
    };
    part(rows, bucket_of(columns::START, bucketing, base_ms), figure, moment, readings(), limit)
}

/// Series, number of the bucket, figure, its moment in milliseconds (0 where none is told), flags, number
/// of readings.
fn part(
    rows: DataFrame,
    bucket: Expr,
    figure: Expr,
    moment: Option<Expr>,
    readings: Expr,
    limit: usize,
) -> Result<DataFrame, QueryError> {
    let told = moment.is_some();
    let mut figures = vec![
        figure.alias("figure"),
        bit_or(col(QUALITY)).alias("flags"),
        readings.alias("readings"),
    ];
    figures.extend(moment.map(|moment| moment.alias("moment")));
    let moment = if told { col("moment") } else { lit(0_i64).alias("moment") };
    let columns = vec![
        col(SERIES),
        col(BUCKET),
        cast(col("figure"), DataType::Float64).alias("figure"),
        moment,
        col("flags"),
        col("readings"),
    ];
    Ok(rows
        .aggregate(vec![col(SERIES), bucket], figures)?
        .select(columns)?
        .limit(0, Some(limit))?)
}

fn ranked_schema() -> Arc<Schema> {
    let rank = Arc::new(Field::new(RANK, DataType::Int64, false));
    let fields = segment::schema().fields().iter().cloned().chain([rank]).collect::<Vec<_>>();
    Arc::new(Schema::new(fields))
}

fn ranked(parts: &[Part]) -> Result<Vec<RecordBatch>, QueryError> {
    let of_part = |part: &Part| {
        let rows = segment::batch(&part.readings)?;
        let rank = Int64Array::from_value(rank_of(part.hi), rows.num_rows());
        let mut columns = rows.columns().to_vec();
        columns.push(Arc::new(rank));
        RecordBatch::try_new(ranked_schema(), columns)
    };
    parts
        .iter()
        .map(of_part)
        .collect::<Result<_, _>>()
        .map_err(|cause| QueryError::Engine(cause.to_string()))
}
