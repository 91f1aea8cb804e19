//! What makes a good profile, and a good metric in it.

use std::collections::BTreeSet;

use base::{FieldError, PointKind, quantity};

use super::{DeviceProfile, METRICS_MAX, Metric};
use crate::complex::rules::is_code;
use crate::error::{Checks, RegistryError};

/// The longest interval of points: a day.
const INTERVAL_MAX_S: u32 = 86_400;
/// The longest time between expected values: a month.
const EXPECTED_MAX_S: u32 = 31 * 86_400;
/// The longest mapping.
const MAPPING_BYTES_MAX: usize = 8_192;
/// The longest time between calibrations: ten years.
const CALIBRATION_DAYS_MAX: u32 = 3_650;
/// The longest retention that is a number: a century.
const RETENTION_DAYS_MAX: u32 = 36_500;

/// Refuses a profile with a bad code, name or metric, and names every bad field.
pub(crate) fn check(profile: &DeviceProfile) -> Result<(), RegistryError> {
    let mut keys = BTreeSet::new();
    let mut wrong = Vec::new();
    for (index, metric) in profile.metrics.iter().enumerate() {
        wrong.extend(metric_errors(metric, &format!("/metrics/{index}")));
        if !keys.insert(&metric.key) {
            let detail = format!("key '{}' stands twice: give each metric its own", metric.key);
            wrong.push(FieldError::new(format!("/metrics/{index}/key"), detail));
        }
    }
    let head = Checks::default()
        .that(
            is_code(&profile.code),
            "/code",
            "give 2 to 32 of a-z, 0-9 and '-', a letter or digit first, such as air-basic",
        )
        .name("/name", &profile.name)
        .that(profile.metrics.len() <= METRICS_MAX, "/metrics", "give at most 64 metrics")
        .that(
            profile
                .mapping
                .as_ref()
                .is_none_or(|text| (1..=MAPPING_BYTES_MAX).contains(&text.len())),
            "/mapping",
            "give a jaq expression of at most 8192 bytes, or null",
        )
        .that(
            profile.retention_days.is_none_or(|days| (1..=RETENTION_DAYS_MAX).contains(&days)),
            "/retention_days",
            "give 1 to 36500 days, or null to keep readings for good",
        )
        .that(
            profile.calibration_days.is_none_or(|days| (1..=CALIBRATION_DAYS_MAX).contains(&days)),
            "/calibration_days",
            "give 1 to 3650 days, or null when no calibration is asked for",
        )
        .done();
    match (head, wrong.is_empty()) {
        (verdict, true) => verdict,
        (Ok(()), false) => Err(RegistryError::Invalid(wrong)),
        (Err(error), false) => Err(RegistryError::Invalid([error.fields(), &wrong].concat())),
    }
}

/// What is wrong with one metric; the pointers start with `at`.
pub(crate) fn metric_errors(metric: &Metric, at: &str) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    let mut complain = |field: &str, detail: String| {
        wrong.push(FieldError::new(format!("{at}/{field}"), detail));
    };
    if !is_point_key(&metric.key) {
        let detail = "give 1 to 64 of a-z, 0-9, '.', '_' and '-', a letter or digit first";
        complain("key", detail.to_owned());
    }
    let known = quantity(&metric.quantity);
    if known.is_none() {
        let codes = base::QUANTITIES.iter().map(|q| q.code).collect::<Vec<_>>().join(", ");
        complain("quantity", format!("'{}' is not known: use one of {codes}", metric.quantity));
    }
    if let (Some(unit), Some(known)) = (&metric.unit, known)
        && unit != known.ucum
    {
        let detail = format!(
            "'{unit}' is not the stored unit of {}: use {} (values are converted by the sender)",
            known.code, known.ucum
        );
        complain("unit", detail);
    }
    let interval = metric.kind == PointKind::Interval;
    let fits = metric.interval_s.is_none_or(|s| (1..=INTERVAL_MAX_S).contains(&s));
    if interval != metric.interval_s.is_some() || !fits {
        let detail = "give 1 to 86400 seconds for kind interval, and nothing for other kinds";
        complain("interval_s", detail.to_owned());
    }
    if !(1..=EXPECTED_MAX_S).contains(&metric.expected_interval_s) {
        complain("expected_interval_s", "give 1 to 2678400 seconds".to_owned());
    }
    if !is_range(metric.min, metric.max) {
        complain("max", "give a finite range whose lowest value is below the highest".to_owned());
    }
    if metric.decimals.is_some_and(|decimals| decimals > 6) {
        complain("decimals", "give 0 to 6".to_owned());
    }
    if let (Some(sent), Some(known)) = (&metric.sent_unit, known)
        && let Err(error) = base::conversion(sent, known.ucum)
    {
        complain("sent_unit", error.to_string());
    }
    if metric.stuck_after_s.is_some_and(|s| !(1..=EXPECTED_MAX_S).contains(&s)) {
        complain("stuck_after_s", "give 1 to 2678400 seconds".to_owned());
    }
    let positive = |value: Option<f64>| value.is_none_or(|value| value.is_finite() && value > 0.0);
    if !positive(metric.max_step) {
        complain("max_step", "give a number above 0".to_owned());
    }
    let may_roll = metric.kind == PointKind::Counter || metric.rollover_at.is_none();
    if !positive(metric.rollover_at) || !may_roll {
        let detail = "give a number above 0 for kind counter, and nothing for other kinds";
        complain("rollover_at", detail.to_owned());
    }
    let named = metric.name.as_deref().map(|name| Checks::default().name("/name", name).done());
    if let Some(Err(_)) = named {
        complain("name", "give 1 to 200 characters on one line".to_owned());
    }
    wrong
}

/// Whether the bounds are finite and in order.
pub(crate) fn is_range(min: Option<f64>, max: Option<f64>) -> bool {
    let finite = min.is_none_or(f64::is_finite) && max.is_none_or(f64::is_finite);
    finite && min.zip(max).is_none_or(|(min, max)| min < max)
}

fn is_point_key(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=64).contains(&text.len())
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|b| plain(b) || b"._-".contains(&b))
}
