//! Tests of `accept`.

use base::{Id, Instant, PointKind, Quality, Series};
use registry::directory::{PointInfo, ValueRange};
use registry::point::PointClass;

use crate::ingress::accept::{LATE_AFTER_MS, SKEW_AFTER_MS, accept};
use crate::ingress::decode::RawReading;
use crate::reject::RejectCode;

const NOW: Instant = Instant::from_micros(1_795_564_800_000_000); // 2026-11-25T00:00:00Z
const NOW_MS: i64 = 1_795_564_800_000;
const QUARTER_MS: i64 = 900_000;

pub(crate) fn point(kind: PointKind) -> PointInfo {
    let interval = kind == PointKind::Interval;
    PointInfo {
        id: Id::v7(NOW, [1; 10]),
        series: Series(7),
        device: Id::v7(NOW, [2; 10]),
        complex: Id::v7(NOW, [3; 10]),
        key: "pm25".into(),
        name: "초미세먼지".into(),
        quantity: "pm25".into(),
        unit: "ug/m3".into(),
        kind,
        interval_s: interval.then_some(900),
        expected_interval_s: 60,
        range: ValueRange { min: Some(0.0), max: Some(1_000.0) },
        class: PointClass::Complex,
        position: None,
        checks: registry::directory::Checks::default(),
        owners: Vec::new(),
        replacements: Vec::new(),
        demo: false,
    }
}

fn raw(at_ms: i64, value: f64, quality: Quality) -> RawReading {
    RawReading { index: 3, point: "pm25".into(), at_ms, value, quality }
}

fn check(kind: PointKind, at_ms: i64, value: f64, expect: Quality) {
    let reading = accept(&raw(at_ms, value, Quality::GOOD), Some(&point(kind)), NOW).unwrap();
    assert_eq!(
        (reading.series, reading.at_ms, reading.value, reading.quality.names()),
        (Series(7), at_ms, value, expect.names()),
        "{kind:?} at {at_ms} value {value}"
    );
}

#[test]
fn what_is_odd_is_kept_with_a_flag() {
    use PointKind::{Gauge, Interval};
    for (kind, at_ms, value, expect) in [
        (Gauge, NOW_MS, 12.0, Quality::GOOD),
        (Gauge, NOW_MS, 0.0, Quality::GOOD),
        (Gauge, NOW_MS, 1_000.0, Quality::GOOD),
        (Gauge, NOW_MS, -0.1, Quality::OUT_OF_RANGE),
        (Gauge, NOW_MS, 1_000.1, Quality::OUT_OF_RANGE),
        (Gauge, NOW_MS + SKEW_AFTER_MS, 1.0, Quality::GOOD),
        (Gauge, NOW_MS + SKEW_AFTER_MS + 1, 1.0, Quality::CLOCK_SKEW),
        (Gauge, NOW_MS - LATE_AFTER_MS, 1.0, Quality::GOOD),
        (Gauge, NOW_MS - LATE_AFTER_MS - 1, 1.0, Quality::LATE),
        (Gauge, NOW_MS - LATE_AFTER_MS - 1, -1.0, Quality::LATE.with(Quality::OUT_OF_RANGE)),
        // An interval is complete at its end: 15 minutes later than its time says.
        (Interval, NOW_MS - LATE_AFTER_MS - QUARTER_MS, 1.0, Quality::GOOD),
        (Interval, NOW_MS - LATE_AFTER_MS - 2 * QUARTER_MS, 1.0, Quality::LATE),
        (Interval, NOW_MS - 1_000, 1.0, Quality::PARTIAL),
    ] {
        check(kind, at_ms, value, expect);
    }
}

#[test]
fn values_no_meter_shows_are_kept_and_flagged() {
    for (value, expect) in [
        (1e308, Quality::OUT_OF_RANGE),
        (-1e308, Quality::OUT_OF_RANGE),
        (f64::MIN_POSITIVE, Quality::GOOD),
        (-0.0, Quality::GOOD),
    ] {
        check(PointKind::Gauge, NOW_MS, value, expect);
    }
}

fn sent_in(unit: &str, value: f64) -> base::Reading {
    let mut point = point(PointKind::Gauge);
    point.checks.sent_unit = Some(unit.into());
    accept(&raw(NOW_MS, value, Quality::GOOD), Some(&point), NOW).unwrap()
}

#[test]
fn a_value_in_another_unit_is_converted_once_before_its_range_is_asked() {
    let dust = sent_in("mg/m3", 0.035);
    assert!((dust.value - 35.0).abs() < 1e-12, "{}", dust.value);
    assert_eq!(dust.quality, Quality::UNIT_CONVERTED);
    let much = sent_in("mg/m3", 2.0);
    assert_eq!(
        (much.value, much.quality.names()),
        (2_000.0, vec!["out_of_range", "unit_converted"])
    );
    let stored = sent_in("ug/m3", 35.0);
    assert_eq!((stored.value, stored.quality), (35.0, Quality::GOOD));
}

#[test]
fn what_cannot_be_converted_is_doubtful_and_stays_as_it_was_sent() {
    assert_eq!(
        (sent_in("[ppm]", 5.0).value, sent_in("[ppm]", 5.0).quality),
        (5.0, Quality::DOUBTFUL)
    );
    let endless = sent_in("g/m3", 1e307);
    assert_eq!(endless.value, 1e307);
    assert!(endless.quality.has(Quality::DOUBTFUL.with(Quality::OUT_OF_RANGE)));
}

#[test]
fn flags_of_the_sender_stay() {
    let raw = raw(NOW_MS, -1.0, Quality::DOUBTFUL);
    let reading = accept(&raw, Some(&point(PointKind::Gauge)), NOW).unwrap();
    assert_eq!(reading.quality, Quality::DOUBTFUL.with(Quality::OUT_OF_RANGE));
}

#[test]
fn a_sender_cannot_say_that_a_person_corrected_or_struck_out_its_value() {
    let raw = raw(NOW_MS, 1.0, Quality::VOID.with(Quality::REPLACED));
    let reading = accept(&raw, Some(&point(PointKind::Gauge)), NOW).unwrap();
    assert_eq!(reading.quality, Quality::DOUBTFUL);
}

#[test]
fn an_invented_point_marks_every_reading() {
    let demo = PointInfo { demo: true, ..point(PointKind::Gauge) };
    let reading = accept(&raw(NOW_MS, 1.0, Quality::GOOD), Some(&demo), NOW).unwrap();
    assert_eq!(reading.quality, Quality::DEMO);
}

#[test]
fn an_unknown_point_is_refused_with_its_key() {
    let reject = accept(&raw(NOW_MS, 1.0, Quality::GOOD), None, NOW).unwrap_err();
    assert_eq!((reject.code, reject.index), (RejectCode::UnknownPoint, Some(3)));
    assert_eq!(reject.point.as_deref(), Some("pm25"));
    assert!(reject.detail.contains("register it"));
}
