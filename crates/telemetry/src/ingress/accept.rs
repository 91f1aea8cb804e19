//! Whether and how a reading is taken: pure rules. A value is never dropped for being odd; it is kept
//! with a flag, and the reader decides.
//!
//! | observation | consequence |
//! |---|---|
//! | no point has this key | reject `unknown_point` |
//! | sent in another unit than the stored one | converted, `unit_converted` |
//! | outside the plausible range of the point | kept, `out_of_range` |
//! | more than 5 s ahead of our clock (at most 10 min, see [`super::decode`]) | kept, `clock_skew` |
//! | older than one hour on arrival, counted from the end of an interval | kept, `late` |
//! | an interval that does not begin on its grid | kept, `partial` |
//! | the point belongs to the demonstration | kept, `demo` |
//!
//! What takes the values before (stuck, spike, counters, repeats) is judged in [`super::quality`].

use base::{Instant, PointKind, Quality, Reading};
use registry::directory::PointInfo;

use super::decode::RawReading;
use crate::reject::{Reject, RejectCode};

/// What is older on arrival no longer raises or clears a live alarm.
pub const LATE_AFTER_MS: i64 = 3_600 * 1_000;
/// A clock may be this far ahead without a remark.
pub const SKEW_AFTER_MS: i64 = 5 * 1_000;
/// What only the platform can know; a sender that names these is not believed.
const NOT_FROM_SENDERS: u16 = Quality::UNCALIBRATED.0
    | Quality::UNIT_CONVERTED.0
    | Quality::CORRECTED.0
    | Quality::COUNTER_RESET.0
    | Quality::REPLACED.0;
/// Grids of intervals are checked up to this length: longer ones begin at local midnight, not at UTC's.
const GRID_MAX_S: u32 = 3_600;

/// Turns a reading as it was sent into one that is kept.
pub fn accept(
    raw: &RawReading,
    point: Option<&PointInfo>,
    arrived: Instant,
) -> Result<Reading, Reject> {
    let Some(point) = point else {
        let detail = "the device has no point with this key: register it, or correct the key";
        return Err(Reject::entry(
            raw.index,
            Some(&raw.point),
            RejectCode::UnknownPoint,
            detail,
            "",
        ));
    };
    let reading = judged(raw.at_ms, raw.value, point, arrived);
    let told = Quality(raw.quality.0 & !NOT_FROM_SENDERS);
    Ok(Reading { quality: told.with(reading.quality), ..reading })
}

/// A reading of a point that is known, with the flags that it earns.
pub(super) fn judged(at_ms: i64, value: f64, point: &PointInfo, arrived: Instant) -> Reading {
    let (value, converted) = stored(value, point);
    let quality = judge(at_ms, value, point, arrived).with(converted);
    Reading { series: point.series, at_ms, value, quality }
}

/// The value in the unit of the point. A profile that asks for what cannot be converted is refused when
/// it is saved; one that was saved before that rule marks its values as doubtful instead of bending them.
fn stored(value: f64, point: &PointInfo) -> (f64, Quality) {
    let Some(sent) = point.checks.sent_unit.as_deref() else { return (value, Quality::GOOD) };
    match base::conversion(sent, &point.unit) {
        Ok(None) => (value, Quality::GOOD),
        Ok(Some(way)) => {
            let converted = way.apply(value);
            // 1e308 of a great unit is no number of the small one: it stays as it was sent.
            if converted.is_finite() {
                (converted, Quality::UNIT_CONVERTED)
            } else {
                (value, Quality::DOUBTFUL)
            }
        }
        Err(_) => (value, Quality::DOUBTFUL),
    }
}

fn judge(at_ms: i64, value: f64, point: &PointInfo, arrived: Instant) -> Quality {
    let interval_s = match point.kind {
        PointKind::Interval => point.interval_s,
        PointKind::Gauge | PointKind::Counter => None,
    };
    let complete_ms = at_ms.saturating_add(interval_s.map_or(0, |s| i64::from(s) * 1_000));
    let age_ms = arrived.as_millis().saturating_sub(complete_ms);
    let ahead_ms = at_ms.saturating_sub(arrived.as_millis());
    let off_grid = interval_s
        .filter(|s| (1..=GRID_MAX_S).contains(s))
        .is_some_and(|s| at_ms.rem_euclid(i64::from(s) * 1_000) != 0);
    [
        (Quality::OUT_OF_RANGE, !point.range.holds(value)),
        (Quality::CLOCK_SKEW, ahead_ms > SKEW_AFTER_MS),
        (Quality::LATE, age_ms > LATE_AFTER_MS),
        (Quality::PARTIAL, off_grid),
        (Quality::DEMO, point.demo),
    ]
    .into_iter()
    .filter(|(_, is_so)| *is_so)
    .fold(Quality::GOOD, |quality, (flag, _)| quality.with(flag))
}
