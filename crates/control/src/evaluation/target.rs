//! Which points a rule watches, as the directory knows them now.

use base::Instant;
use registry::directory::{PointInfo, Snapshot};

use super::engine::Watch;
use crate::alarm_rule::{AlarmRule, Target};

/// The points that `rule` is to watch. Retired devices are left alone.
pub(crate) fn watches(rule: &AlarmRule, directory: &Snapshot, now: Instant) -> Vec<Watch> {
    let watch = |point: &PointInfo| Watch { series: point.series, born: birth(point, now) };
    let points: Box<dyn Iterator<Item = &PointInfo>> = match &rule.target {
        Target::Point { point_id } => Box::new(directory.point_by_id(*point_id).into_iter()),
        Target::Matching { .. } => Box::new(directory.points().iter()),
    };
    points.filter(|point| is_target(rule, point, directory)).map(watch).collect()
}

fn is_target(rule: &AlarmRule, point: &PointInfo, directory: &Snapshot) -> bool {
    let Some(device) = directory.device(point.device) else { return false };
    let fits = match &rule.target {
        Target::Point { point_id } => point.id == *point_id,
        Target::Matching { quantity, device_kind } => {
            quantity.as_deref().is_none_or(|code| *point.quantity == *code)
                && device_kind.as_deref().is_none_or(|kind| device.kind.as_str() == kind)
        }
    };
    fits && point.complex == rule.complex_id && !device.retired
}

/// When a point was registered: its id is a UUIDv7 and carries the time. A foreign id counts as new.
fn birth(point: &PointInfo, now: Instant) -> Instant {
    let Some(stamp) = point.id.uuid().get_timestamp() else { return now };
    let (seconds, nanos) = stamp.to_unix();
    let micros = i64::try_from(seconds).ok().and_then(|s| s.checked_mul(1_000_000));
    micros.map_or(now, |us| Instant::from_micros(us + i64::from(nanos / 1_000)))
}
