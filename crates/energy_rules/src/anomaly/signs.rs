//! The signs of each kind of event at one slot, from that slot and those before it.

use std::ops::RangeInclusive;

use super::known::{Known, STRETCH};
use super::{Kind, Tuning};
use crate::SLOTS_PER_DAY;

/// Slots of a steady load that must be seen: two hours.
const STEADY_SLOTS: usize = 8;
/// A steady load moves by no more than this share of its size.
const STEADY_SHARE: f64 = 0.5;
/// A load counts as left on from this share of idling.
const LEFT_ON_SHARE: f64 = 2.0;
/// More than this share of a busy slot is work, not something left on.
const LEFT_ON_MOST: f64 = 0.25;
/// Nothing is expected to be made where the expectation lies below this multiple of idling.
const QUIET: f64 = 2.0;
/// Slots of one value that are never a fault.
const REPEATS_MIN: f64 = 8.0;
/// A run must exceed the longest one before by this.
const REPEATS_SHARE: f64 = 1.25;
/// A run is counted no further: a week.
const RUN_MAX: usize = 7 * SLOTS_PER_DAY;
/// Less than this share of the lowest slots is no load.
const OUTAGE_SHARE: f64 = 0.5;
/// Slots without load that must be seen.
const OUTAGE_SLOTS: usize = 2;
/// A spike exceeds the highest slot before by this share.
const SPIKE_SHARE: f64 = 0.15;
/// An unusual stretch exceeds the highest like it by this share.
const UNUSUAL_SHARE: f64 = 0.15;

/// What can be seen at the end of a slot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    /// The slot.
    pub(super) at: usize,
    /// kWh of the slot and of all before it.
    pub(super) kwh: &'a [f64],
    /// What is expected of them, and of the rest of the day.
    pub(super) expected: &'a [f64],
    /// What was known at midnight.
    pub(super) known: &'a Known,
}

impl Sight<'_> {
    /// The last so many slots.
    fn last(&self, slots: usize) -> Option<RangeInclusive<usize>> {
        (self.at + 1).checked_sub(slots).map(|from| from..=self.at)
    }
}

/// What is seen at a slot and the slots that it reaches over. Kinds that leave least doubt come
/// first.
pub(super) fn signs(sight: &Sight<'_>, tuning: &Tuning) -> Option<(Kind, RangeInclusive<usize>)> {
    let look = |kind: Kind| {
        let factor = tuning.factor(kind);
        let reach = match kind {
            Kind::Outage => outage(sight, factor),
            Kind::StuckMeter => stuck(sight, factor),
            Kind::Spike => spike(sight, factor),
            Kind::BaseLoadOn => left_on(sight, factor),
            Kind::UnusualDay => unusual(sight, factor),
        };
        reach.map(|reach| (kind, reach))
    };
    [Kind::Outage, Kind::StuckMeter, Kind::Spike, Kind::BaseLoadOn, Kind::UnusualDay]
        .into_iter()
        .find_map(look)
}

/// Less than the site ever draws.
fn outage(sight: &Sight<'_>, factor: f64) -> Option<RangeInclusive<usize>> {
    let low = sight.known.lowest * OUTAGE_SHARE / factor;
    let slots = sight.last(OUTAGE_SLOTS)?;
    sight.kwh[slots.clone()].iter().all(|kwh| *kwh < low).then_some(slots)
}

/// One value, longer than ever.
fn stuck(sight: &Sight<'_>, factor: f64) -> Option<RangeInclusive<usize>> {
    let value = sight.kwh[sight.at];
    #[expect(clippy::float_cmp, reason = "a stuck meter repeats the very same reading")]
    let same = sight.kwh.iter().rev().take(RUN_MAX).take_while(|kwh| **kwh == value);
    let run = same.count();
    let repeats = REPEATS_MIN.max(sight.known.longest_run as f64 * REPEATS_SHARE) * factor;
    // A run of zeros is a site that draws nothing, or an outage.
    (value > 0.0 && run as f64 > repeats).then(|| sight.last(run)).flatten()
}

/// One slot above all before.
fn spike(sight: &Sight<'_>, factor: f64) -> Option<RangeInclusive<usize>> {
    let high = sight.known.highest * (1.0 + SPIKE_SHARE * factor);
    (sight.kwh[sight.at] > high).then_some(sight.at..=sight.at)
}

/// A steady load above what is expected of quiet hours.
fn left_on(sight: &Sight<'_>, factor: f64) -> Option<RangeInclusive<usize>> {
    let idle = sight.known.idle;
    let slots = sight.last(STEADY_SLOTS)?;
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for slot in slots.clone() {
        let (kwh, says) = (sight.kwh[slot], sight.expected[slot]);
        // A NaN fails the test as well.
        if !(says < QUIET * idle && kwh > says) {
            return None;
        }
        least = least.min(kwh - says);
        most = most.max(kwh - says);
    }
    let high = least > LEFT_ON_SHARE * idle * factor && most < LEFT_ON_MOST * sight.known.busy;
    (high && most - least < STEADY_SHARE * most).then_some(slots)
}

/// Hours that draw more than such hours ever did.
fn unusual(sight: &Sight<'_>, factor: f64) -> Option<RangeInclusive<usize>> {
    let slots = sight.last(STRETCH)?;
    let drawn: f64 = sight.kwh[slots.clone()].iter().sum();
    let ceiling = sight.known.ceilings[sight.at % SLOTS_PER_DAY];
    (drawn > ceiling * (1.0 + UNUSUAL_SHARE * factor)).then_some(slots)
}
