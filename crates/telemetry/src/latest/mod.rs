//! The newest value of every series, in memory, so that a screen of 10,000 points needs no query.
//!
//! Invariants: a late reading never hides a newer one; the file of it is written before the log files are
//! removed that it was made from, so that file and log together always give the whole.
//!
//! Sketch: 40 bytes a series; 10,000 series are 0.4 MB, written once for each round of flushes.

mod file;

use base::{Instant, Quality, Reading, Series, SeriesMap};

pub use file::{LatestFileError, load, save};

/// The newest reading of one series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatestReading {
    /// The series.
    pub series: Series,
    /// When it was measured, milliseconds UTC.
    pub at_ms: i64,
    /// The value.
    pub value: f64,
    /// Its quality.
    pub quality: Quality,
    /// When anything of the series last reached us: also a late reading shows that the device is alive.
    pub arrived: Instant,
}

/// The newest reading of every series.
#[derive(Debug, Clone, Default)]
pub struct Latest {
    by_series: SeriesMap<LatestReading>,
    /// When series last sent whose newest reading is hidden.
    arrived: SeriesMap<Instant>,
}

impl Latest {
    /// Takes note of a reading; readings come in the order of their batches.
    pub fn note(&mut self, reading: &Reading, arrived: Instant) {
        let fresh = LatestReading {
            series: reading.series,
            at_ms: reading.at_ms,
            value: reading.value,
            quality: reading.quality,
            arrived,
        };
        let kept = self.by_series.entry(reading.series).or_insert(fresh);
        let arrived = kept.arrived.max(arrived);
        if fresh.at_ms >= kept.at_ms {
            *kept = fresh;
        }
        kept.arrived = arrived;
    }

    /// Hides the newest readings of some series that are erased; tells which. The device stays alive: when
    /// it last sent is kept, and [`Latest::restore`] may put an older reading in the place.
    pub fn hide(
        &mut self,
        series: &[Series],
        is_erased: impl Fn(&LatestReading) -> bool,
    ) -> Vec<Series> {
        let mut hidden = Vec::new();
        for series in series {
            if self.by_series.get(series).is_some_and(&is_erased)
                && let Some(row) = self.by_series.remove(series)
            {
                self.arrived.insert(*series, row.arrived);
                hidden.push(*series);
            }
        }
        hidden
    }

    /// Takes note of a reading that was kept before.
    pub fn restore(&mut self, reading: &Reading) {
        let arrived = self.arrived.get(&reading.series).copied();
        let measured = Instant::from_micros(reading.at_ms.saturating_mul(1_000));
        self.note(reading, arrived.unwrap_or(measured));
    }

    /// The newest reading of a series.
    pub fn get(&self, series: Series) -> Option<LatestReading> {
        self.by_series.get(&series).copied()
    }

    /// All of them, in no order.
    pub fn all(&self) -> impl Iterator<Item = &LatestReading> {
        self.by_series.values()
    }

    /// How many series have one.
    pub fn len(&self) -> usize {
        self.by_series.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_series.is_empty()
    }
}

#[cfg(test)]
mod tests;
