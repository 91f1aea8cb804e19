//! What becomes of readings in a roll-up, and which width may answer a question: pure.

use std::fmt::Write as _;

use base::{Quality, Reading};

use crate::query::Bucketing;

/// Rows of a width, times this, must not exceed the readings that they stand for.
pub(crate) const CONDENSED_MIN: u64 = 4;

/// The length of the buckets of a roll-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Width {
    /// One minute.
    Minute,
    /// A quarter of an hour: the settlement interval of Korean electricity.
    Quarter,
    /// One hour.
    Hour,
    /// One day of Korea, from midnight to midnight at UTC+9.
    Day,
}

impl Width {
    /// From the finest to the coarsest; each is a whole number of the one before.
    pub const ALL: [Self; 4] = [Self::Minute, Self::Quarter, Self::Hour, Self::Day];

    /// The length in milliseconds.
    pub const fn ms(self) -> i64 {
        match self {
            Self::Minute => 60_000,
            Self::Quarter => 900_000,
            Self::Hour => 3_600_000,
            Self::Day => 86_400_000,
        }
    }

    /// A moment at which a bucket begins: 1970-01-01T00:00+09:00.
    const ANCHOR_MS: i64 = -9 * 3_600_000;

    /// The bucket that holds a moment, by its beginning.
    pub const fn start_of(self, at_ms: i64) -> i64 {
        at_ms - (at_ms - Self::ANCHOR_MS).rem_euclid(self.ms())
    }

    /// The first beginning of a bucket at or after a moment.
    pub(crate) const fn start_from(self, at_ms: i64) -> i64 {
        let start = self.start_of(at_ms);
        if start == at_ms { start } else { start + self.ms() }
    }

    /// The coarsest width whose buckets fill those of a question.
    pub(crate) fn of(bucketing: &Bucketing) -> Option<Self> {
        let fits = |width: &Self| {
            bucketing.bucket_ms % width.ms() == 0
                && width.start_of(bucketing.origin_ms) == bucketing.origin_ms
        };
        Self::ALL.into_iter().rev().find(fits)
    }
}

/// One bucket of one series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// When it begins.
    pub start_ms: i64,
    /// Readings in it.
    pub count: u64,
    /// The least value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
    /// Their sum. The true sum is `sum + lost`: adding in this way keeps the digits that a plain sum drops
    /// (Neumaier 1974), and decimals then stay short, which the file likes.
    pub sum: f64,
    /// What `sum` dropped.
    pub lost: f64,
    /// The first value by time.
    pub first: f64,
    /// Its time.
    pub first_at_ms: i64,
    /// The last value by time.
    pub last: f64,
    /// Its time.
    pub last_at_ms: i64,
    /// All flags.
    pub quality: Quality,
}

impl Row {
    const fn of(start_ms: i64, reading: &Reading) -> Self {
        let Reading { at_ms, value, quality, .. } = *reading;
        Self {
            start_ms,
            count: 1,
            min: value,
            max: value,
            sum: value,
            lost: 0.0,
            first: value,
            first_at_ms: at_ms,
            last: value,
            last_at_ms: at_ms,
            quality,
        }
    }

    /// Adds a row that comes later.
    fn add(&mut self, later: &Self) {
        self.count += later.count;
        self.min = self.min.min(later.min);
        self.max = self.max.max(later.max);
        let sum = self.sum + later.sum;
        self.lost += later.lost
            + if self.sum.abs() >= later.sum.abs() {
                (self.sum - sum) + later.sum
            } else {
                (later.sum - sum) + self.sum
            };
        self.sum = sum;
        self.last = later.last;
        self.last_at_ms = later.last_at_ms;
        self.quality = self.quality.with(later.quality);
    }

    /// The sum with the digits that adding dropped; infinite when that is what it came to.
    pub fn whole_sum(&self) -> f64 {
        if self.sum.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

/// The rows of one series under way.
#[derive(Debug, Default)]
pub(crate) struct Roller {
    /// By width.
    rows: [Vec<Row>; 4],
    readings: u64,
}

impl Roller {
    /// Adds the next reading by time.
    pub(crate) fn add(&mut self, reading: &Reading) {
        if reading.quality.has(Quality::VOID) {
            return;
        }
        self.readings += 1;
        for (rows, width) in self.rows.iter_mut().zip(Width::ALL) {
            let start_ms = width.start_of(reading.at_ms);
            let row = Row::of(start_ms, reading);
            match rows.last_mut().filter(|last| last.start_ms == start_ms) {
                Some(last) => last.add(&row),
                None => rows.push(row),
            }
        }
    }

    /// The rows of a width; `None` when they are not worth it.
    pub(crate) fn rows(&self, width: usize) -> Option<&[Row]> {
        let rows = self.rows[width].as_slice();
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        (count.saturating_mul(CONDENSED_MIN) <= self.readings).then_some(rows)
    }

    /// Begins the next series.
    pub(crate) fn clear(&mut self) {
        self.rows.iter_mut().for_each(Vec::clear);
        self.readings = 0;
    }
}

/// Some series, as ranges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Covered {
    /// First and last of each range, ascending, with gaps between.
    ranges: Vec<(u32, u32)>,
    /// The last series that was told of is in the last range.
    is_open: bool,
}

impl Covered {
    /// Tells of the next greater series; those between two that are in it count as in it.
    pub(crate) fn push(&mut self, series: u32, is_in: bool) {
        match self.ranges.last_mut() {
            Some((_, last)) if is_in && self.is_open => *last = series,
            _ if is_in => self.ranges.push((series, series)),
            _ => {}
        }
        self.is_open = is_in;
    }

    /// Whether a series is in it.
    pub fn has(&self, series: u32) -> bool {
        let after = self.ranges.partition_point(|(first, _)| *first <= series);
        after.checked_sub(1).is_some_and(|place| series <= self.ranges[place].1)
    }

    /// `0-49,120`.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (first, last) in &self.ranges {
            let comma = if text.is_empty() { "" } else { "," };
            let written = if first == last {
                write!(text, "{comma}{first}")
            } else {
                write!(text, "{comma}{first}-{last}")
            };
            debug_assert!(written.is_ok(), "a text takes any text");
        }
        text
    }

    /// The series of [`Self::text`]; `None` when it is another text.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let range = |range: &str| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            let (first, last) = (first.parse().ok()?, last.parse().ok()?);
            (first <= last).then_some((first, last))
        };
        let parts = text.split(',').filter(|part| !part.is_empty());
        let ranges: Vec<(u32, u32)> = parts.map(range).collect::<Option<_>>()?;
        let ascends = ranges.is_sorted_by(|(_, last), (first, _)| last < first);
        ascends.then_some(Self { ranges, is_open: false })
    }
}
