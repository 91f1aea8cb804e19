//! What can only be said by the values before: pure, in memory, bounded by the points of the directory.
//!
//! | observation | consequence |
//! |---|---|
//! | same point, time and value again | counted as `duplicate`; keeps the flags of the first arrival |
//! | same point and time, another value | the newest arrival stands, `replaced`; the old one is counted |
//! | the same value for `stuck_after_s` | `stuck`, until it changes |
//! | a step above `max_step` from the last usable value | `spike`; it does not become the next measure |
//! | [`LEVEL_AFTER`] values in a row at the new level | a real change: taken as it is from then on |
//! | a counter that falls, or the first value of another meter | `counter_reset` |
//! | the profile asks for a calibration that the device did not hold then | `uncalibrated` |
//! | older than the newest one of its point | kept; nothing of this table is asked |
//!
//! After [`GAP_INTERVALS`] expected intervals of silence a value is not compared with the one before: it
//! may stand anywhere, and nobody saw whether it moved. After a restart the newest stored value of a
//! point is the one before; what stood stuck then stays stuck.
//!
//! Sketch: 240 bytes a point, so 24 MB for 100,000; a hash look-up and eight comparisons a reading.

use base::{Instant, PointKind, Quality, Reading, Series, SeriesMap};
use registry::directory::{PointInfo, Snapshot};

/// Readings of a point that are remembered to know repeats.
const REMEMBERED: usize = 8;
/// So many values in a row at a new level are no spike any more.
const LEVEL_AFTER: u8 = 3;
/// Silence of so many expected intervals breaks the comparison with the value before.
const GAP_INTERVALS: i64 = 10;

/// A reading as it was kept.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Seen {
    pub(super) at_ms: i64,
    pub(super) value: f64,
    pub(super) quality: Quality,
}

/// How many readings were sent again, or earned a flag by the values before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Noticed {
    duplicates: u64,
    replaced: u64,
    stuck: u64,
    spikes: u64,
    resets: u64,
    uncalibrated: u64,
}

impl Noticed {
    /// The counts that are not 0, by the word of the metric.
    pub(super) fn counts(&self) -> impl Iterator<Item = (&'static str, u64)> {
        [
            ("duplicate", self.duplicates),
            ("replaced", self.replaced),
            ("stuck", self.stuck),
            ("spike", self.spikes),
            ("counter_reset", self.resets),
            ("uncalibrated", self.uncalibrated),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
    }

    fn note(&mut self, flags: Quality) {
        self.stuck += u64::from(flags.has(Quality::STUCK));
        self.spikes += u64::from(flags.has(Quality::SPIKE));
        self.resets += u64::from(flags.has(Quality::COUNTER_RESET));
    }
}

/// What is remembered of every point that sent since the start.
#[derive(Debug, Default)]
pub(super) struct Memory {
    by_series: SeriesMap<State>,
}

impl Memory {
    /// Gives each reading the flags that it earns by those before it; `newest` is asked once a point.
    pub(super) fn judge(
        &mut self,
        readings: &mut [Reading],
        directory: &Snapshot,
        newest: impl Fn(Series) -> Option<Seen>,
    ) -> Noticed {
        let mut noticed = Noticed::default();
        for reading in readings {
            let Some(point) = directory.point_by_series(reading.series) else { continue };
            let state = self
                .by_series
                .entry(reading.series)
                .or_insert_with(|| newest(reading.series).map_or_else(State::new, State::after));
            state.judge(reading, point, &mut noticed);
            let at = Instant::from_micros(reading.at_ms.saturating_mul(1_000));
            if point.checks.calibration && directory.lacks_calibration(point.device, at) {
                reading.quality = reading.quality.with(Quality::UNCALIBRATED);
                noticed.uncalibrated += 1;
            }
        }
        noticed
    }
}

/// What is remembered of one point.
#[derive(Debug, Clone)]
struct State {
    /// The last arrivals, `next` is the oldest.
    seen: [Seen; REMEMBERED],
    next: usize,
    /// The newest by its time.
    newest: Option<Seen>,
    /// Since when the value is the same; `None` when it stood stuck at a restart.
    same_since_ms: Option<i64>,
    /// The last value that can be believed.
    usable: Option<f64>,
    /// A level that may be real, and how often it came.
    level: Option<(f64, u8)>,
}

/// No reading has this time: the store refuses it.
const NEVER: Seen = Seen { at_ms: i64::MIN, value: 0.0, quality: Quality::GOOD };

impl State {
    fn new() -> Self {
        Self {
            seen: [NEVER; REMEMBERED],
            next: 0,
            newest: None,
            same_since_ms: None,
            usable: None,
            level: None,
        }
    }

    /// As it is known after a restart.
    fn after(newest: Seen) -> Self {
        let mut state = Self::new();
        let was_stuck = newest.quality.has(Quality::STUCK);
        state.same_since_ms = (!was_stuck).then_some(newest.at_ms);
        let measure = Quality(newest.quality.0 & !Quality::STUCK.0);
        state.usable = measure.is_usable().then_some(newest.value);
        state.newest = Some(newest);
        state.remember(newest);
        state
    }

    fn remember(&mut self, seen: Seen) {
        self.seen[self.next] = seen;
        self.next = (self.next + 1) % REMEMBERED;
    }

    fn judge(&mut self, reading: &mut Reading, point: &PointInfo, noticed: &mut Noticed) {
        if let Some(place) = self.seen.iter().position(|seen| seen.at_ms == reading.at_ms) {
            self.again(place, reading, noticed);
            return;
        }
        let is_newer = self.newest.is_none_or(|newest| reading.at_ms > newest.at_ms);
        if is_newer {
            let flags = self.step(reading, point);
            noticed.note(flags);
            reading.quality = reading.quality.with(flags);
            self.newest = Some(seen(reading));
        }
        self.remember(seen(reading));
    }

    /// A reading whose time was there before. A person's correction is not remembered here: the store
    /// puts it over whatever arrives.
    fn again(&mut self, place: usize, reading: &mut Reading, noticed: &mut Noticed) {
        let before = self.seen[place];
        if same(before.value, reading.value) {
            noticed.duplicates += 1;
            reading.quality = before.quality;
            return;
        }
        noticed.replaced += 1;
        reading.quality = reading.quality.with(Quality::REPLACED);
        self.seen[place] = seen(reading);
        if self.newest.is_some_and(|newest| newest.at_ms == reading.at_ms) {
            self.newest = Some(seen(reading));
            self.same_since_ms = Some(reading.at_ms);
            if reading.quality.is_usable() {
                self.usable = Some(reading.value);
            }
        }
    }

    /// The next reading in time.
    fn step(&mut self, reading: &Reading, point: &PointInfo) -> Quality {
        let gap_ms = i64::from(point.expected_interval_s.max(1)) * 1_000 * GAP_INTERVALS;
        let is_other_meter = self
            .newest
            .is_some_and(|newest| point.is_replaced_between(newest.at_ms, reading.at_ms));
        let before = self.newest.filter(|newest| {
            let silence_ms = reading.at_ms.saturating_sub(newest.at_ms);
            let limit_ms = gap_ms.max(point.interval_s.map_or(0, |s| i64::from(s) * 2_000));
            silence_ms <= limit_ms && !is_other_meter
        });
        let mut flags = Quality::GOOD;
        if self.is_stuck(reading, before, point) {
            flags = flags.with(Quality::STUCK);
        }
        let begins_anew = point.kind == PointKind::Counter
            && (is_other_meter || self.usable.is_some_and(|usable| reading.value < usable));
        if begins_anew {
            flags = flags.with(Quality::COUNTER_RESET);
            self.level = None;
        } else if before.is_none() {
            self.level = None;
        } else if self.is_spike(reading.value, point) {
            flags = flags.with(Quality::SPIKE);
        }
        // A value that stands still was believed once: it stays the measure of the next step.
        let judged = reading.quality.with(Quality(flags.0 & !Quality::STUCK.0));
        if judged.is_usable() {
            self.usable = Some(reading.value);
        }
        flags
    }

    fn is_stuck(&mut self, reading: &Reading, before: Option<Seen>, point: &PointInfo) -> bool {
        let stands = before.is_some_and(|before| same(before.value, reading.value));
        if !stands {
            self.same_since_ms = Some(reading.at_ms);
            return false;
        }
        let Some(stuck_after_s) = point.checks.stuck_after_s else { return false };
        self.same_since_ms.is_none_or(|since_ms| {
            reading.at_ms.saturating_sub(since_ms) >= i64::from(stuck_after_s) * 1_000
        })
    }

    fn is_spike(&mut self, value: f64, point: &PointInfo) -> bool {
        let (Some(max_step), Some(usable)) = (point.checks.max_step, self.usable) else {
            return false;
        };
        if (value - usable).abs() <= max_step {
            self.level = None;
            return false;
        }
        let times = match self.level {
            Some((level, times)) if (value - level).abs() <= max_step => times.saturating_add(1),
            _ => 1,
        };
        self.level = Some((value, times));
        let is_spike = times < LEVEL_AFTER;
        if !is_spike {
            self.level = None;
        }
        is_spike
    }
}

fn seen(reading: &Reading) -> Seen {
    Seen { at_ms: reading.at_ms, value: reading.value, quality: reading.quality }
}

/// Whether a sender means the same: -0.0 and 0.0 are one value.
#[expect(clippy::float_cmp, reason = "a repeat carries the very same number")]
fn same(a: f64, b: f64) -> bool {
    a == b
}

#[cfg(test)]
#[path = "tests/stateful.rs"]
mod tests;
