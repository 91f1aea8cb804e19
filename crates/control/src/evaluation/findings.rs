//! What a file that somebody imports tells of the past: the worst reading beyond the limit of a
//! rule. Pure: a condition and readings in, the extreme out.
//!
//! Readings from a file say nothing about now, so they never touch the state of a rule. What they
//! show is past when it is found: it becomes an alarm that came and went at once, for somebody to
//! take note of.
//!
//! # Invariants
//! - A finding is the extreme of the usable readings beyond the limit; of equal ones, the earliest.
//!   So a year of a file is one finding for each rule and point, not one for each bad quarter-hour.
//! - A finding looks at single readings: delays and hysteresis are about how a value behaves while
//!   somebody watches, and play no part. Silence is no finding: a gap in a file alarms nobody.
//! - The value is compared as the point keeps it: an interval of energy in kWh of that interval, not
//!   in kW. Part of an interval proves an excess, but never that too little flowed.

use base::{Quality, Reading};

use crate::alarm_rule::{Direction, RuleCondition};

/// The worst of `readings` beyond the limit of `condition`; none where all are good or in doubt, and
/// for silence.
pub fn worst(condition: &RuleCondition, readings: &[Reading]) -> Option<Reading> {
    let RuleCondition::Threshold { direction, limit, .. } = *condition else { return None };
    let mut found: Option<Reading> = None;
    let beyond = |reading: &&Reading| is_worse(direction, reading.value, limit);
    for reading in readings.iter().filter(|reading| counts(direction, reading)).filter(beyond) {
        let replaces = found.is_none_or(|best| {
            is_worse(direction, reading.value, best.value)
                || (!is_worse(direction, best.value, reading.value) && reading.at_ms < best.at_ms)
        });
        if replaces {
            found = Some(*reading);
        }
    }
    found
}

/// Whether `value` lies further on the bad side than `other`.
pub fn is_worse(direction: Direction, value: f64, other: f64) -> bool {
    match direction {
        Direction::Above => value > other,
        Direction::Below => value < other,
    }
}

/// The code of a finding: the kind of its alarm, and of its title.
pub const fn kind(direction: Direction) -> &'static str {
    match direction {
        Direction::Above => "imported_above",
        Direction::Below => "imported_below",
    }
}

fn counts(direction: Direction, reading: &Reading) -> bool {
    let whole = !reading.quality.has(Quality::PARTIAL) || direction == Direction::Above;
    reading.quality.is_usable() && reading.value.is_finite() && whole
}

#[cfg(test)]
mod tests;
