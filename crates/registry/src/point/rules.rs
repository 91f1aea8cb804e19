//! What makes a good point.

use base::{Id, Instant, Position, Series, noun, quantity};

use super::{Point, PointClass, PointCreate, PointUpdate};
use crate::device::Device;
use crate::device_profile::Metric;
use crate::device_profile::rules::{is_range, metric_errors};
use crate::error::{Checks, RegistryError};

/// The point that `metric` becomes on `device`.
pub(crate) fn born(
    metric: Metric,
    device: &Device,
    position: Option<Position>,
    (id, series): (Id<noun::Point>, Series),
    now: Instant,
) -> Result<Point, RegistryError> {
    let wrong = metric_errors(&metric, "");
    let Some(known) = quantity(&metric.quantity).filter(|_| wrong.is_empty()) else {
        return Err(RegistryError::Invalid(wrong));
    };
    Checks::default().position(position).done()?;
    let tenant = device.establishment_id.is_some();
    Ok(Point {
        id,
        series,
        complex_id: device.complex_id,
        device_id: device.id,
        key: metric.key,
        name: metric.name.unwrap_or_else(|| known.ko.to_owned()),
        quantity: metric.quantity,
        unit: metric.unit.unwrap_or_else(|| known.ucum.to_owned()),
        kind: metric.kind,
        interval_s: metric.interval_s,
        expected_interval_s: metric.expected_interval_s,
        range_min: metric.min,
        range_max: metric.max,
        decimals: Some(metric.decimals.unwrap_or(known.decimals)),
        class: if tenant { PointClass::Tenant } else { PointClass::Complex },
        position,
        owner: None,
        demo: device.demo,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// What a request to register a point says as a metric.
pub(crate) fn metric_of(new: PointCreate) -> (Metric, Option<Position>) {
    let metric = Metric {
        key: new.key,
        name: new.name,
        quantity: new.quantity,
        unit: new.unit,
        kind: new.kind,
        interval_s: new.interval_s,
        expected_interval_s: new.expected_interval_s,
        min: new.range_min,
        max: new.range_max,
        decimals: new.decimals,
        sent_unit: None,
        stuck_after_s: None,
        max_step: None,
        rollover_at: None,
    };
    (metric, new.position)
}

/// The point after `change`, one version on.
pub(crate) fn changed(
    point: &Point,
    change: PointUpdate,
    now: Instant,
) -> Result<Point, RegistryError> {
    let mut next = point.clone();
    next.name = change.name.unwrap_or(next.name);
    next.expected_interval_s = change.expected_interval_s.unwrap_or(next.expected_interval_s);
    next.range_min = change.range_min.unwrap_or(next.range_min);
    next.range_max = change.range_max.unwrap_or(next.range_max);
    next.decimals = change.decimals.unwrap_or(next.decimals);
    next.position = change.position.unwrap_or(next.position);
    next.version += 1;
    next.updated_at = now;
    Checks::default()
        .name("/name", &next.name)
        .that(
            (1..=31 * 86_400).contains(&next.expected_interval_s),
            "/expected_interval_s",
            "give 1 to 2678400 seconds",
        )
        .that(
            is_range(next.range_min, next.range_max),
            "/range_max",
            "give a finite range whose lowest value is below the highest",
        )
        .that(next.decimals.is_none_or(|d| d <= 6), "/decimals", "give 0 to 6")
        .position(next.position)
        .done()?;
    Ok(next)
}
