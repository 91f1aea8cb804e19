//! A register as intervals: what it counted in each slot, where it was read near both of its edges. Pure.

use base::Reading;
use registry::directory::PointInfo;

use super::rules::{Meter, buckets, consumption};

/// A register counts as read at the edge of a slot when a reading lies this near.
pub const EDGE_MS: i64 = 60_000;

/// What a counter counted in `slots` slots of `slot_ms` from `start_ms` on, in the unit of the point.
///
/// A slot is known where a reading that can be believed lies within [`EDGE_MS`] of both its edges and nothing of it is
/// unknown: over a roll-over, and over a replacement whose record tells both numbers. What was counted between two
/// readings is laid evenly over the time between them. `readings` are in order of time, and reach beyond the slots by
/// as much as the counter is read seldom, so that the first and the last slot are whole.
pub fn counter_slots(
    point: &PointInfo,
    readings: &[Reading],
    (start_ms, slots, slot_ms): (i64, usize, i64),
) -> Vec<Option<f64>> {
    let rollover_at = point.checks.rollover_at;
    let meter = Meter { rollover_at, replacements: point.replacements.clone() };
    of_meter(&meter, readings, (start_ms, slots, slot_ms))
}

pub(super) fn of_meter(
    meter: &Meter,
    readings: &[Reading],
    (start_ms, slots, slot_ms): (i64, usize, i64),
) -> Vec<Option<f64>> {
    let usable = readings.iter().filter(|reading| reading.quality.is_usable());
    let times: Vec<i64> = usable.map(|reading| reading.at_ms).collect();
    let is_read = |edge_ms: i64| {
        let next = times.partition_point(|at_ms| *at_ms < edge_ms);
        let beside = [next.checked_sub(1), Some(next)].into_iter().flatten();
        beside.filter_map(|place| times.get(place)).any(|at_ms| (at_ms - edge_ms).abs() <= EDGE_MS)
    };
    let length = i64::try_from(slots).unwrap_or(i64::MAX).saturating_mul(slot_ms);
    let intervals = consumption(readings, meter);
    let used = buckets(&intervals, start_ms, start_ms.saturating_add(length), slot_ms);
    let known = used.iter().map(|used| {
        let is_whole = used.gaps.is_empty();
        let is_held = is_read(used.start_ms) && is_read(used.start_ms + slot_ms);
        (is_whole && is_held).then_some(used.amount)
    });
    known.collect()
}
