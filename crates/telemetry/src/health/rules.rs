//! How a device is: pure.

use base::{Instant, Series};
use registry::directory::{DeviceInfo, PointInfo};

use super::{DeviceHealth, HealthState};
use crate::LatestReading;
use crate::ingress::sparkplug::session::Presence;

/// A point is late after this many of its expected intervals, as in the console.
const INTERVALS_MISSED: i64 = 3;
/// Nothing is late within this many seconds.
const LATE_MIN_S: i64 = 300;
/// What is missing is counted over this time.
pub(super) const DAY_MS: i64 = 86_400_000;

/// What is known of the readings of a device's points.
pub(super) struct Heard<'a> {
    /// The newest reading of a series.
    pub(super) latest: &'a dyn Fn(Series) -> Option<LatestReading>,
    /// Readings of a series in the last 24 hours; `None` when they were not counted.
    pub(super) received: Option<&'a dyn Fn(Series) -> u64>,
    /// Readings that were refused in the last 24 hours.
    pub(super) rejects: i64,
    /// Its profile asks for a calibration that it does not hold now.
    pub(super) uncalibrated: bool,
    /// What its births and deaths tell, if it tells any (Sparkplug B).
    pub(super) presence: Option<Presence>,
}

/// The health of a device with these points.
pub(super) fn health(
    device: &DeviceInfo,
    points: &[&PointInfo],
    heard: &Heard<'_>,
    now: Instant,
) -> DeviceHealth {
    let newest: Vec<(&PointInfo, LatestReading)> =
        points.iter().filter_map(|point| Some((*point, (heard.latest)(point.series)?))).collect();
    let heard_at = newest.iter().map(|(_, latest)| latest.arrived).max();
    let late = |(point, latest): &(&PointInfo, LatestReading)| {
        now.since(latest.arrived).as_secs() > late_after_s(point).cast_unsigned()
    };
    let state = match (points.is_empty(), newest.is_empty(), heard.presence) {
        (true, ..) => HealthState::Unknown,
        (false, true, _) => HealthState::Never,
        // Who tells births and deaths sends what changed: silence says nothing, a death all.
        (false, false, Some(presence)) if presence.is_online => HealthState::Live,
        (false, false, Some(_)) => HealthState::Silent,
        (false, false, None) if newest.iter().all(late) => HealthState::Silent,
        (false, false, None) => HealthState::Live,
    };
    let of = |quantity: &str| {
        newest.iter().find(|(point, _)| &*point.quantity == quantity).map(|(_, x)| x.value)
    };
    DeviceHealth {
        device_id: device.id,
        key: device.key.to_string(),
        name: device.name.to_string(),
        kind: device.kind,
        complex_id: device.complex,
        establishment_id: device.establishment,
        gateway_id: device.gateway,
        state,
        points: points.len(),
        newest_at: newest
            .iter()
            .map(|(_, latest)| latest.at_ms)
            .max()
            .map(|ms| Instant::from_micros(ms.saturating_mul(1_000))),
        heard_at,
        age_s: heard_at.map(|at| i64::try_from(now.since(at).as_secs()).unwrap_or(i64::MAX)),
        expected_interval_s: points.iter().map(|point| interval_s(point)).min(),
        missing_share: heard.received.and_then(|count| missing_share(points, count, now)),
        rejects: heard.rejects,
        battery: of("battery"),
        signal_dbm: of("signal_strength"),
        calibration_until: device.calibration_until,
        uncalibrated: heard.uncalibrated,
        online: heard.presence.map(|presence| presence.is_online),
        online_since: heard.presence.and_then(|presence| presence.since),
    }
}

fn interval_s(point: &PointInfo) -> u32 {
    point.expected_interval_s.max(point.interval_s.unwrap_or(0))
}

fn late_after_s(point: &PointInfo) -> i64 {
    LATE_MIN_S.max(INTERVALS_MISSED * i64::from(interval_s(point)))
}

/// The share of expected values of the last 24 hours that did not come. A point that sends more often than
/// expected makes up for no other; one registered today is expected since then.
pub(super) fn missing_share(
    points: &[&PointInfo],
    received: &dyn Fn(Series) -> u64,
    now: Instant,
) -> Option<f64> {
    let (mut expected, mut came) = (0_u64, 0_u64);
    for point in points {
        // The interval of readings, not of values: a quarter-hour meter that reports once a day sends 96.
        let every_s = point.interval_s.unwrap_or(point.expected_interval_s).max(1);
        let seconds = seconds_expected(point, now);
        let due = seconds / u64::from(every_s);
        expected += due;
        came += received(point.series).min(due);
    }
    if expected == 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of a day are far below 2^52")]
    let share = (expected - came) as f64 / expected as f64;
    Some(share)
}

/// Seconds of the last day in which the point stood; its id says when it was registered (`UUIDv7`).
fn seconds_expected(point: &PointInfo, now: Instant) -> u64 {
    let day = DAY_MS.cast_unsigned() / 1_000;
    let born = point.id.uuid().get_timestamp().map(|stamp| stamp.to_unix().0);
    let now = u64::try_from(now.as_millis() / 1_000).unwrap_or(0);
    born.map_or(day, |born| now.saturating_sub(born).min(day))
}
