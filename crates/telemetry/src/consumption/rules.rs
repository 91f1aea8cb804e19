//! From the numbers of a register to amounts: pure.
//!
//! | from one reading to the next | amount |
//! |---|---|
//! | it grows | the difference |
//! | it falls, `rollover_at` is known, and the way over it is less than half a turn | over the top |
//! | it falls otherwise | unknown (`reset`): nobody saw what it showed last |
//! | a replacement of the meter lies between, and its record tells both numbers | what the old meter made until its last number, and the new one since its first |
//! | a replacement lies between, and a number is missing | unknown (`replaced`) |
//! | one of them cannot be believed | left out; the next that can is taken |
//!
//! An amount is laid evenly over the time between its readings; buckets take their share of it. What is
//! unknown is said with its span and its reason, never filled with a guess.

use base::Reading;
use registry::directory::MeterReplacement;
use serde::Serialize;
use utoipa::ToSchema;

/// What is told of the meter.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meter {
    /// It begins at 0 again when it reaches this.
    pub(crate) rollover_at: Option<f64>,
    /// When it was replaced, the oldest first.
    pub(crate) replacements: Vec<MeterReplacement>,
}

/// Why an amount is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unknown {
    /// The counter began anew, and what it showed last was not seen.
    Reset,
    /// The meter was replaced, and its record does not tell what the old one showed last and the new one
    /// first.
    Replaced,
    /// The difference is no number.
    NotFinite,
    /// There is no reading before, or none after.
    NoReading,
}

/// What was used between two readings.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
    pub(crate) amount: Result<f64, Unknown>,
}

/// The intervals between readings; these are in order of time.
pub(crate) fn consumption(readings: &[Reading], meter: &Meter) -> Vec<Interval> {
    let usable: Vec<&Reading> =
        readings.iter().filter(|reading| reading.quality.is_usable()).collect();
    let between = |pair: &[&Reading]| {
        let &[before, after] = pair else { return None };
        let (from_ms, until_ms) = (before.at_ms, after.at_ms);
        let amount = meter.amount(before, after);
        (from_ms < until_ms).then_some(Interval { from_ms, until_ms, amount })
    };
    usable.windows(2).filter_map(between).collect()
}

impl Meter {
    /// What was used between two readings, over all meters that hung there.
    fn amount(&self, before: &Reading, after: &Reading) -> Result<f64, Unknown> {
        let mut total = 0.0;
        let mut since = before.value;
        let is_between = |replacement: &&MeterReplacement| {
            let at_ms = replacement.at.as_millis();
            before.at_ms < at_ms && at_ms <= after.at_ms
        };
        for replacement in self.replacements.iter().filter(is_between) {
            let (Some(last), Some(first)) = (replacement.final_value, replacement.first_value)
            else {
                return Err(Unknown::Replaced);
            };
            total += amount(since, last, self.rollover_at)?;
            since = first;
        }
        Ok(total + amount(since, after.value, self.rollover_at)?)
    }
}

fn amount(before: f64, after: f64, rollover_at: Option<f64>) -> Result<f64, Unknown> {
    let finite =
        |amount: f64| if amount.is_finite() { Ok(amount) } else { Err(Unknown::NotFinite) };
    if after >= before {
        return finite(after - before);
    }
    match rollover_at {
        Some(top) if before <= top && after >= 0.0 && top - before + after < top / 2.0 => {
            finite(top - before + after)
        }
        _ => Err(Unknown::Reset),
    }
}

/// A span that nothing is known of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
    pub(crate) why: Unknown,
}

/// What was used in one bucket.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Used {
    pub(crate) start_ms: i64,
    /// The amount that is known.
    pub(crate) amount: f64,
    /// The share of the bucket that it covers, 0 to 1.
    pub(crate) known: f64,
    /// What it does not cover.
    pub(crate) gaps: Vec<Gap>,
}

/// Lays intervals over buckets that begin at `start_ms`, each `bucket_ms` long, until `until_ms`.
pub(crate) fn buckets(
    intervals: &[Interval],
    start_ms: i64,
    until_ms: i64,
    bucket_ms: i64,
) -> Vec<Used> {
    let mut used = Vec::new();
    let mut first = 0;
    let mut bucket = start_ms;
    while bucket < until_ms {
        let end = (bucket + bucket_ms).min(until_ms);
        while intervals.get(first).is_some_and(|interval| interval.until_ms <= bucket) {
            first += 1;
        }
        used.push(one(&intervals[first..], bucket, end));
        bucket += bucket_ms;
    }
    used
}

fn one(intervals: &[Interval], start_ms: i64, end_ms: i64) -> Used {
    let mut used = Used { start_ms, amount: 0.0, known: 0.0, gaps: Vec::new() };
    let mut told_ms = start_ms;
    let mut known_ms = 0;
    for interval in intervals.iter().take_while(|interval| interval.from_ms < end_ms) {
        let (from_ms, until_ms) = (interval.from_ms.max(start_ms), interval.until_ms.min(end_ms));
        if from_ms > told_ms {
            let why = Unknown::NoReading;
            used.gaps.push(Gap { from_ms: told_ms, until_ms: from_ms, why });
        }
        told_ms = until_ms;
        match interval.amount {
            Ok(amount) => {
                let share = ratio(until_ms - from_ms, interval.until_ms - interval.from_ms);
                used.amount += amount * share;
                known_ms += until_ms - from_ms;
            }
            Err(why) => used.gaps.push(Gap { from_ms, until_ms, why }),
        }
    }
    if told_ms < end_ms {
        let why = Unknown::NoReading;
        used.gaps.push(Gap { from_ms: told_ms, until_ms: end_ms, why });
    }
    used.known = ratio(known_ms, end_ms - start_ms);
    used
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a query are far below 2^53")]
fn ratio(part_ms: i64, whole_ms: i64) -> f64 {
    if part_ms == whole_ms { 1.0 } else { part_ms as f64 / whole_ms as f64 }
}
