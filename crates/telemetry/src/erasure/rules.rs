//! Which series are one range, and when a file is written anew. Pure.

use std::time::Duration;

use base::{Instant, Series};

use super::Held;

/// A file of which only a part is past its retention is rewritten after this, not every day.
const RETENTION_WAITS: Duration = Duration::from_hours(7 * 24);

/// `series` as ranges from least to greatest.
pub(crate) fn ranges(series: &[Series]) -> Vec<(u32, u32)> {
    let mut numbers: Vec<u32> = series.iter().map(|series| series.0).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let mut ranges: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(number) => *last = number,
            Some(_) | None => ranges.push((number, number)),
        }
    }
    ranges
}

/// Whether a file is written anew now. What a person asked for is cut out at once; what is past its
/// retention when the whole file is, or after a week.
pub(crate) fn is_due(held: &Held, now: Instant) -> bool {
    let is_wholly_expired = held.expired_until_ms.is_some_and(|until_ms| held.at_ms.1 < until_ms);
    let has_waited = held.expired_since.is_some_and(|since| now >= since + RETENTION_WAITS);
    held.requested || is_wholly_expired || has_waited
}

/// The moment until which readings are past `days`, at a border of UTC days.
pub(crate) fn cutoff_ms(now: Instant, days: u32) -> i64 {
    const DAY_MS: i64 = 86_400_000;
    let today = now.as_millis().div_euclid(DAY_MS);
    (today - i64::from(days)) * DAY_MS
}
