//! Questions about history: DataFusion over the live segments and the buffer.
//!
//! Invariants: a reading that was acknowledged before the question is seen exactly once, in its newest
//! write; no type of the query engine leaves this folder; a question has a limit of memory, time and rows.
//!
//! A question in buckets of minutes or more reads roll-ups ([`rolled`]) where it can.
//!
//! Segments that cannot share a key with another source are read plainly; those that can are merged by
//! key, and the source with the newest batches wins.

mod error;
mod guarded;
mod lookup;
mod partial;
mod plan;
mod rolled;
mod series_set;
mod sources;
pub mod sql;
mod table;
mod windows;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use base::{Quality, Reading, Series};
use datafusion::arrow::array::RecordBatch;
use datafusion::dataframe::DataFrame;
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::FutureExt as _;
use object_store::ObjectStore;
use platform::db::Db;

use crate::buffer::Part;
use crate::catalogue::{self, Known, Span};
use crate::rollup::{self, Width};
use crate::segment;

pub use error::QueryError;

/// Readings of one answer of [`Engine::raw`].
pub const RAW_READINGS_MAX: usize = 100_000;
/// Buckets of one answer.
pub const BUCKETS_MAX: usize = 200_000;
/// Series of one question.
pub const SERIES_MAX: usize = 20_000;
/// Segments that one question may touch.
pub const SEGMENTS_MAX: usize = 5_000;
/// Memory of all questions together.
pub const MEMORY_BYTES_MAX: usize = 512 << 20;
/// How long a question may take.
pub const QUERY_TIMEOUT: Duration = Duration::from_secs(30);

/// No reading is older: 1900-01-01.
const FIRST_MS: i64 = -2_208_988_800_000;

/// Up to this many series the filter is applied while pages are read: three times quicker for a few
/// series, half as quick for all (measured).
const PUSHDOWN_SERIES_MAX: usize = 500;

/// The answer of [`Engine::raw`].
#[derive(Debug, Clone, PartialEq)]
pub struct RawReadings {
    /// The readings, by time.
    pub readings: Vec<Reading>,
    /// Whether there are more in the range.
    pub truncated: bool,
}

/// What becomes of the readings of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    /// The mean.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The sum: for intervals.
    Sum,
    /// How many.
    Count,
    /// The first by time.
    First,
    /// The last by time.
    Last,
}

/// How readings are cut into buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucketing {
    /// From here.
    pub from_ms: i64,
    /// Until here, excluded.
    pub until_ms: i64,
    /// Length of a bucket.
    pub bucket_ms: i64,
    /// Any moment at which a bucket begins; days of Korea begin at -9 h.
    pub origin_ms: i64,
    /// What becomes of the readings.
    pub aggregate: Aggregate,
}

/// One bucket of one series; buckets without a reading do not exist.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bucket {
    /// The series.
    pub series: Series,
    /// When the bucket begins; the first may begin before `from_ms`.
    pub start_ms: i64,
    /// The figure.
    pub value: f64,
    /// All flags of its readings.
    pub quality: Quality,
    /// How many readings.
    pub count: u64,
}

/// What is said when reading a file ends in a panic.
const DAMAGED: &str = "a file of readings is damaged: run 'sandan verify'";

/// The query engine of one store.
pub(crate) struct Engine {
    db: Db,
    runtime: Arc<RuntimeEnv>,
    few_series: SessionContext,
    many_series: SessionContext,
    sql_runtime: Arc<RuntimeEnv>,
}

impl Engine {
    pub(crate) fn new(db: Db, objects: Arc<dyn ObjectStore>) -> Result<Self, QueryError> {
        let runtime =
            RuntimeEnvBuilder::new().with_memory_limit(MEMORY_BYTES_MAX, 1.0).build_arc()?;
        let url = ObjectStoreUrl::parse(table::STORE_URL)?;
        runtime.register_object_store(url.as_ref(), Arc::clone(&objects));
        let sql_runtime = sql::runtime(objects)?;
        let context = |pushdown: bool, partitions: usize| {
            let mut config = SessionConfig::new().with_target_partitions(partitions);
            config.options_mut().execution.parquet.pushdown_filters = pushdown;
            config.options_mut().execution.parquet.reorder_filters = pushdown;
            SessionContext::new_with_config_rt(config, Arc::clone(&runtime))
        };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let (few_series, many_series) = (context(true, 1), context(false, cores));
        Ok(Self { db, runtime, few_series, many_series, sql_runtime })
    }

    /// The readings of a series; `parts` were taken from the buffer before this call.
    pub(crate) async fn raw(
        &self,
        parts: Vec<Part>,
        series: Series,
        from_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Result<RawReadings, QueryError> {
        let limit = limit.clamp(1, RAW_READINGS_MAX);
        let question = plan::Question { series: &[series], from_ms, until_ms };
        let Some(readings) = self.readings(parts, question).await? else {
            return Ok(RawReadings { readings: Vec::new(), truncated: false });
        };
        let batches = self.run(plan::by_time(readings, limit + 1)?).await?;
        let mut readings: Vec<Reading> = batches.iter().flat_map(segment::rows).collect();
        let truncated = readings.len() > limit;
        readings.truncate(limit);
        Ok(RawReadings { readings, truncated })
    }

    /// The newest reading of a series; `parts` were taken from the buffer before this call.
    pub(crate) async fn newest(
        &self,
        parts: Vec<Part>,
        series: Series,
    ) -> Result<Option<Reading>, QueryError> {
        let question = plan::Question { series: &[series], from_ms: FIRST_MS, until_ms: i64::MAX };
        let Some(readings) = self.readings(parts, question).await? else { return Ok(None) };
        let batches = self.run(plan::newest(readings)?).await?;
        Ok(batches.iter().flat_map(segment::rows).next())
    }

    /// The newest reading of each series; `parts` were taken from the buffer before this call.
    pub(crate) async fn newest_of_each(
        &self,
        parts: Vec<Part>,
        series: &[Series],
        from_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<Reading>, QueryError> {
        let question = plan::Question { series, from_ms, until_ms };
        let Some(readings) = self.readings(parts, question).await? else {
            return Ok(Vec::new());
        };
        let batches = self.run(plan::newest_of_each(readings)?).await?;
        Ok(batches.iter().flat_map(segment::rows).collect())
    }

    /// One figure for each series and bucket; `parts` were taken from the buffer before this call.
    pub(crate) async fn bucketed(
        &self,
        parts: Vec<Part>,
        series: &[Series],
        bucketing: Bucketing,
    ) -> Result<Vec<Bucket>, QueryError> {
        if bucketing.bucket_ms <= 0 {
            return Err(QueryError::BadBucket { bucket_ms: bucketing.bucket_ms });
        }
        let Bucketing { from_ms, until_ms, .. } = bucketing;
        let question = plan::Question { series, from_ms, until_ms };
        let width = rolled::width_of(&bucketing);
        let Some((known, span)) = self.known(question, width).await? else {
            return Ok(Vec::new());
        };
        if let Some(rolled) = rolled::Rolled::new(&known, &parts, series, &bucketing) {
            match self.rolled(&known, &parts, series, bucketing, rolled).await {
                Err(QueryError::FileMissing { path }) if path.starts_with(rollup::FOLDER) => {
                    tracing::warn!(path, "a roll-up is missing: the answer comes from readings");
                }
                answer => return answer,
            }
        }
        let Some(readings) = self.plan(known, parts, question, span)? else {
            return Ok(Vec::new());
        };
        let base_ms = bucketing.base_ms();
        let plan = plan::partials(readings, bucketing, base_ms, BUCKETS_MAX + 1)?;
        let partials = self.run(plan).await?.iter().flat_map(partial::rows).collect();
        partial::buckets(partials, bucketing, base_ms)
    }

    /// The readings that answer `question`, each once; `None` when there can be none.
    async fn readings(
        &self,
        parts: Vec<Part>,
        question: plan::Question<'_>,
    ) -> Result<Option<DataFrame>, QueryError> {
        match self.known(question, None).await? {
            Some((known, span)) => self.plan(known, parts, question, span),
            None => Ok(None),
        }
    }

    /// What the catalogue knows of a question's span; `None` when it asks for nothing.
    async fn known(
        &self,
        question: plan::Question<'_>,
        width: Option<Width>,
    ) -> Result<Option<(Known, Span)>, QueryError> {
        let Some(span) = question.span() else { return Ok(None) };
        if question.series.len() > SERIES_MAX {
            return Err(QueryError::TooManySeries { limit: SERIES_MAX });
        }
        let known = catalogue::read(&self.db, span, width).await?;
        let segments = &known.segments;
        if segments.len() > SEGMENTS_MAX {
            return Err(QueryError::TooManySegments {
                segments: segments.len(),
                limit: SEGMENTS_MAX,
            });
        }
        Ok(Some((known, span)))
    }

    fn plan(
        &self,
        known: Known,
        parts: Vec<Part>,
        question: plan::Question<'_>,
        span: Span,
    ) -> Result<Option<DataFrame>, QueryError> {
        let sources = sources::Sources::new(known, parts, span);
        if sources.is_empty() {
            return Ok(None);
        }
        let context = self.context_of(question.series.len());
        plan::readings(context, &self.runtime, sources, question).map(Some)
    }

    /// The session for so many series.
    fn context_of(&self, series: usize) -> &SessionContext {
        if series <= PUSHDOWN_SERIES_MAX { &self.few_series } else { &self.many_series }
    }

    async fn run(&self, plan: DataFrame) -> Result<Vec<RecordBatch>, QueryError> {
        limited(async { Ok(plan.collect().await?) }).await
    }
}

/// The answer, if it comes in time.
async fn limited<T>(answer: impl Future<Output = Result<T, QueryError>>) -> Result<T, QueryError> {
    // The Parquet reader panics on some damaged files.
    let answer = AssertUnwindSafe(answer).catch_unwind();
    match tokio::time::timeout(QUERY_TIMEOUT, answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(QueryError::Engine(DAMAGED.to_owned())),
        Err(_) => Err(QueryError::Timeout { seconds: QUERY_TIMEOUT.as_secs() }),
    }
}

impl Bucketing {
    /// The start of the first bucket.
    fn base_ms(&self) -> i64 {
        let since_origin = self.from_ms.saturating_sub(self.origin_ms);
        self.from_ms.saturating_sub(since_origin.rem_euclid(self.bucket_ms))
    }
}

#[cfg(test)]
mod tests;
