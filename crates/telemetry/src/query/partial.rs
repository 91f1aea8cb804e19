//! Figures of parts of a bucket, and how they become one: pure.

use base::{Quality, Series};

use super::{Aggregate, Bucket, Bucketing};

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

/// The buckets of all parts, by series and time.
pub(super) fn buckets(
    mut partials: Vec<Partial>,
    bucketing: Bucketing,
    base_ms: i64,
) -> Vec<Bucket> {
    partials.sort_unstable_by_key(Partial::key);
    let mut joined: Vec<Partial> = Vec::with_capacity(partials.len());
    for partial in partials {
        match joined.last_mut().filter(|last| last.key() == partial.key()) {
            Some(last) => last.join(&partial, bucketing.aggregate),
            None => joined.push(partial),
        }
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
    joined.into_iter().map(bucket).collect()
}
