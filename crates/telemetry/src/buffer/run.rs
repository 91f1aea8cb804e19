//! The samples of one series in one generation: appended in order nearly always, settled when not.

use base::{Quality, Reading, Series};

/// Samples out of order that a run keeps before it settles them.
const LOOSE_MIN: usize = 64;

/// A reading without its series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// When, milliseconds UTC.
    pub at_ms: i64,
    /// The value.
    pub value: f64,
    /// Its quality.
    pub quality: Quality,
}

impl Sample {
    /// The sample of a reading.
    pub const fn of(reading: &Reading) -> Self {
        Self { at_ms: reading.at_ms, value: reading.value, quality: reading.quality }
    }

    /// The reading again.
    pub const fn of_series(self, series: Series) -> Reading {
        Reading { series, at_ms: self.at_ms, value: self.value, quality: self.quality }
    }
}

/// `samples[..settled]` strictly ascends by time; behind it lie loose samples in order of arrival.
#[derive(Debug, Default)]
pub(super) struct Run {
    samples: Vec<Sample>,
    settled: usize,
}

impl Run {
    pub(super) fn len(&self) -> usize {
        self.samples.len()
    }

    /// Adds the newest write.
    pub(super) fn push(&mut self, sample: Sample) {
        let in_order = self.settled == self.samples.len();
        match self.samples.last_mut() {
            Some(last) if in_order && last.at_ms == sample.at_ms => *last = sample,
            Some(last) if in_order && last.at_ms > sample.at_ms => self.samples.push(sample),
            Some(_) | None => {
                self.samples.push(sample);
                self.settled += usize::from(in_order);
            }
        }
        // Growing with the run keeps the cost of settling at O(log n) a sample.
        if self.samples.len() - self.settled > LOOSE_MIN.max(self.settled / 4) {
            settle(&mut self.samples);
            self.settled = self.samples.len();
        }
    }

    /// The samples of `from_ms..until_ms`, ascending, each time once.
    pub(super) fn between(&self, from_ms: i64, until_ms: i64) -> Vec<Sample> {
        let settled = &self.samples[..self.settled];
        let start = settled.partition_point(|sample| sample.at_ms < from_ms);
        let end = settled.partition_point(|sample| sample.at_ms < until_ms);
        let mut found = settled[start..end.max(start)].to_vec();
        let ordered = found.len();
        let loose = self.samples[self.settled..].iter();
        found.extend(loose.filter(|sample| (from_ms..until_ms).contains(&sample.at_ms)));
        if found.len() > ordered {
            settle(&mut found);
        }
        found
    }
}

/// Sorts by time; of equal times the last write stays.
fn settle(samples: &mut Vec<Sample>) {
    samples.sort_by_key(|sample| sample.at_ms);
    samples.dedup_by(|later, kept| {
        let same = later.at_ms == kept.at_ms;
        if same {
            *kept = *later;
        }
        same
    });
}
