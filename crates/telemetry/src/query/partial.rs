//! Figures of parts of a bucket, and how they become one: pure.

use base::{Quality, Series};
use datafusion::arrow::array::{AsArray as _, RecordBatch};
use datafusion::arrow::datatypes::{Float64Type, Int64Type, UInt16Type, UInt32Type};

use super::{Aggregate, BUCKETS_MAX, Bucket, Bucketing, QueryError};

/// What one source knows of one bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Partial {
    pub(super) series: Series,
    /// The bucket, counted from the first.
    pub(super) number: i64,
    /// A sum for the mean, the figure itself for the others.
    pub(super) figure: f64,
    /// When it was, for the first and the last; 0 for the others.
    pub(super) at_ms: i64,
    pub(super) flags: Quality,
    pub(super) readings: u64,
}

impl Partial {
    fn key(&self) -> (Series, i64) {
        (self.series, self.number)
    }

    fn join(&mut self, other: &Self, aggregate: Aggregate) {
        let earlier = other.at_ms < self.at_ms;
        match aggregate {
            Aggregate::Avg | Aggregate::Sum | Aggregate::Count => self.figure += other.figure,
            Aggregate::Min => self.figure = self.figure.min(other.figure),
            Aggregate::Max => self.figure = self.figure.max(other.figure),
            Aggregate::First if earlier => (self.figure, self.at_ms) = (other.figure, other.at_ms),
            Aggregate::Last if !earlier => (self.figure, self.at_ms) = (other.figure, other.at_ms),
            Aggregate::First | Aggregate::Last => {}
        }
        self.flags = self.flags.with(other.flags);
        self.readings += other.readings;
    }
}

/// The buckets of all parts, by series and time; an error when they are too many for one answer.
pub(super) fn buckets(
    mut partials: Vec<Partial>,
    bucketing: Bucketing,
    base_ms: i64,
) -> Result<Vec<Bucket>, QueryError> {
    partials.sort_unstable_by_key(Partial::key);
    let mut joined: Vec<Partial> = Vec::with_capacity(partials.len());
    for partial in partials {
        match joined.last_mut().filter(|last| last.key() == partial.key()) {
            Some(last) => last.join(&partial, bucketing.aggregate),
            None => joined.push(partial),
        }
    }
    if joined.len() > BUCKETS_MAX {
        return Err(QueryError::TooManyBuckets { limit: BUCKETS_MAX });
    }
    let bucket = |partial: Partial| Bucket {
        series: partial.series,
        start_ms: base_ms + partial.number * bucketing.bucket_ms,
        value: match bucketing.aggregate {
            Aggregate::Avg => partial.figure / partial.readings as f64,
            _ => partial.figure,
        },
        quality: partial.flags,
        count: partial.readings,
    };
    Ok(joined.into_iter().map(bucket).collect())
}

/// The rows of [`super::plan::partials`] and of its like for roll-ups.
pub(super) fn rows(batch: &RecordBatch) -> impl Iterator<Item = Partial> + '_ {
    let series = batch.column(0).as_primitive::<UInt32Type>();
    let number = batch.column(1).as_primitive::<Int64Type>();
    let figure = batch.column(2).as_primitive::<Float64Type>();
    let at_ms = batch.column(3).as_primitive::<Int64Type>();
    let flags = batch.column(4).as_primitive::<UInt16Type>();
    let readings = batch.column(5).as_primitive::<Int64Type>();
    (0..batch.num_rows()).map(move |row| Partial {
        series: Series(series.value(row)),
        number: number.value(row),
        figure: figure.value(row),
        at_ms: at_ms.value(row),
        flags: Quality(flags.value(row)),
        readings: u64::try_from(readings.value(row)).unwrap_or(0),
    })
}
