//! The corrections in force, laid over whatever goes to the log.

use std::collections::BTreeMap;

use base::{Reading, Series, SeriesMap};

/// The corrections in force of every series, by time.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    by_series: SeriesMap<BTreeMap<i64, Reading>>,
    count: usize,
}

impl Overlay {
    /// Puts a corrected reading in force.
    pub(crate) fn put(&mut self, reading: Reading) {
        let of_series = self.by_series.entry(reading.series).or_default();
        self.count += usize::from(of_series.insert(reading.at_ms, reading).is_none());
    }

    /// Takes a correction out of force.
    pub(crate) fn take(&mut self, series: Series, at_ms: i64) {
        if let Some(of_series) = self.by_series.get_mut(&series) {
            self.count -= usize::from(of_series.remove(&at_ms).is_some());
        }
    }

    /// Takes every correction of these series and times out of force, and gives them back.
    pub(crate) fn cut(&mut self, series: &[Series], times: std::ops::Range<i64>) -> Vec<Reading> {
        let mut taken = Vec::new();
        for series in series {
            let Some(of_series) = self.by_series.get_mut(series) else { continue };
            let hit: Vec<i64> = of_series.range(times.clone()).map(|(at_ms, _)| *at_ms).collect();
            taken.extend(hit.iter().filter_map(|at_ms| of_series.remove(at_ms)));
        }
        self.count -= taken.len();
        taken
    }

    /// How many are in force.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Puts the corrected reading in the place of each that is corrected.
    pub(crate) fn lay_over(&self, readings: &mut [Reading]) {
        if self.count == 0 {
            return;
        }
        for reading in readings {
            let of_series = self.by_series.get(&reading.series);
            if let Some(corrected) = of_series.and_then(|times| times.get(&reading.at_ms)) {
                *reading = *corrected;
            }
        }
    }
}
