use base::{Instant, Quality, Reading, Series};
use proptest::prelude::*;
use registry::directory::MeterReplacement;

use super::rules::{Gap, Meter, Unknown, buckets, consumption};
use super::slots::of_meter;

const HOUR_MS: i64 = 3_600_000;

fn readings(values: &[(i64, f64)]) -> Vec<Reading> {
    let reading = |(hour, value): &(i64, f64)| Reading {
        series: Series(1),
        at_ms: hour * HOUR_MS,
        value: *value,
        quality: Quality::GOOD,
    };
    values.iter().map(reading).collect()
}

/// Replacements: the hour, and the last and first number where they are told.
fn meter(rollover_at: Option<f64>, replaced: &[(i64, Option<(f64, f64)>)]) -> Meter {
    let replacement = |(hour, told): &(i64, Option<(f64, f64)>)| MeterReplacement {
        at: Instant::from_micros(hour * HOUR_MS * 1_000),
        final_value: told.map(|(last, _)| last),
        first_value: told.map(|(_, first)| first),
    };
    Meter { rollover_at, replacements: replaced.iter().map(replacement).collect() }
}

fn check(values: &[(i64, f64)], meter: &Meter, expect: &[Result<f64, Unknown>]) {
    let found: Vec<_> =
        consumption(&readings(values), meter).iter().map(|interval| interval.amount).collect();
    assert_eq!(found, expect, "{values:?}");
}

#[test]
fn amounts_follow_the_register() {
    let top = Some(100_000.0);
    let plain = meter(None, &[]);
    check(&[(0, 10.0), (1, 12.5), (2, 12.5)], &plain, &[Ok(2.5), Ok(0.0)]);
    check(&[(0, 99_990.0), (1, 15.0)], &meter(top, &[]), &[Ok(25.0)]);
    // Without a known top, or with most of a turn between, a fall is a reset: its amount is unknown.
    check(&[(0, 99_990.0), (1, 15.0)], &plain, &[Err(Unknown::Reset)]);
    check(&[(0, 500.0), (1, 15.0)], &meter(top, &[]), &[Err(Unknown::Reset)]);
    check(
        &[(0, 100.0), (1, 110.0), (2, 5.0), (3, 6.0)],
        &plain,
        &[Ok(10.0), Err(Unknown::Reset), Ok(1.0)],
    );
    // A greater first value of the new meter is no consumption.
    check(
        &[(0, 10.0), (2, 5_000.0), (3, 5_001.0)],
        &meter(None, &[(1, None)]),
        &[Err(Unknown::Replaced), Ok(1.0)],
    );
    // The record tells where the old meters ended and the new ones began.
    check(
        &[(0, 10.0), (4, 7.0), (5, 8.0)],
        &meter(None, &[(1, Some((15.0, 2.0))), (3, Some((4.0, 0.5)))]),
        &[Ok(5.0 + 2.0 + 6.5), Ok(1.0)],
    );
    let less = meter(None, &[(1, Some((9.0, 0.0)))]);
    check(&[(0, 10.0), (2, 1.0)], &less, &[Err(Unknown::Reset)]);
    check(&[(0, -1e308), (1, 1e308)], &plain, &[Err(Unknown::NotFinite)]);
    check(&[(0, 1.0)], &plain, &[]);
}

#[test]
fn what_cannot_be_believed_is_left_out() {
    let mut all = readings(&[(0, 10.0), (1, 99_999.0), (2, 12.0)]);
    all[1].quality = Quality::SPIKE;
    let found = consumption(&all, &meter(None, &[]));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].from_ms, found[0].amount), (0, Ok(2.0)));
}

#[test]
fn buckets_take_their_share_and_say_what_is_unknown() {
    let intervals =
        consumption(&readings(&[(1, 0.0), (5, 40.0), (6, 3.0), (8, 5.0)]), &meter(None, &[]));
    let found = buckets(&intervals, 0, 8 * HOUR_MS, 4 * HOUR_MS);
    let gap = |from: i64, until: i64, why| Gap {
        from_ms: from * HOUR_MS,
        until_ms: until * HOUR_MS,
        why,
    };
    assert_eq!((found[0].amount, found[0].known), (30.0, 0.75));
    assert_eq!(found[0].gaps, [gap(0, 1, Unknown::NoReading)]);
    assert_eq!((found[1].amount, found[1].known), (12.0, 0.75));
    assert_eq!(found[1].gaps, [gap(5, 6, Unknown::Reset)]);
}

proptest! {
    #[test]
    fn a_register_that_only_grows_loses_nothing_in_buckets(
        steps in proptest::collection::vec((1_i64..5_000_000, 0.0_f64..50.0), 2..60),
        bucket_ms in 1_000_000_i64..20_000_000,
    ) {
        let (mut at_ms, mut value) = (0, 0.0);
        let mut all = Vec::new();
        for (wait_ms, more) in steps {
            at_ms += wait_ms;
            value += more;
            all.push(Reading { series: Series(1), at_ms, value, quality: Quality::GOOD });
        }
        let used = all[all.len() - 1].value - all[0].value;
        let intervals = consumption(&all, &Meter::default());
        let told: f64 = buckets(&intervals, 0, at_ms, bucket_ms).iter().map(|u| u.amount).sum();
        prop_assert!((told - used).abs() < 1e-6, "{} {}", told, used);
    }

    #[test]
    fn every_moment_of_a_bucket_is_known_or_a_gap(
        times in proptest::collection::vec((1_i64..5_000_000, -5.0_f64..50.0), 0..40),
    ) {
        let (mut at_ms, mut value) = (0, 100.0);
        let mut all = Vec::new();
        for (wait_ms, more) in times {
            at_ms += wait_ms;
            value += more;
            all.push(Reading { series: Series(1), at_ms, value, quality: Quality::GOOD });
        }
        let intervals = consumption(&all, &Meter::default());
        for used in buckets(&intervals, 0, 40_000_000, 3_600_000) {
            let end_ms = (used.start_ms + 3_600_000).min(40_000_000);
            let length_ms = end_ms - used.start_ms;
            let gaps: i64 = used.gaps.iter().map(|gap| gap.until_ms - gap.from_ms).sum();
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let known_ms = used.known * length_ms as f64;
            #[expect(clippy::cast_precision_loss, reason = "small numbers")]
            let rest = (length_ms - gaps) as f64;
            prop_assert!((known_ms - rest).abs() < 1.0);
        }
    }
}

const SLOT_MS: i64 = 900_000;

/// A register with one number at each edge, moved by some seconds.
fn register(values: &[f64], late_s: &[i64]) -> Vec<Reading> {
    let rows = values.iter().zip(late_s.iter().chain(std::iter::repeat(&0))).zip(0_i64..);
    let reading = |((value, late_s), edge): ((&f64, &i64), i64)| Reading {
        series: Series(1),
        at_ms: edge * SLOT_MS + late_s * 1_000,
        value: *value,
        quality: Quality::GOOD,
    };
    rows.map(reading).collect()
}

#[test]
fn a_register_read_at_each_edge_is_intervals() {
    let plain = meter(None, &[]);
    let slots = |meter: &Meter, readings: &[Reading], count: usize| {
        of_meter(meter, readings, (0, count, SLOT_MS))
    };
    let found = slots(&plain, &register(&[10.0, 12.5, 12.5, 20.0], &[]), 4);
    assert_eq!(found, [Some(2.5), Some(0.0), Some(7.5), None], "after the last reading nothing");
    let over = meter(Some(100.0), &[]);
    let found = slots(&over, &register(&[98.0, 1.0, 3.0], &[]), 2);
    assert_eq!(found, [Some(3.0), Some(2.0)]);
    let found = slots(&plain, &register(&[98.0, 1.0, 3.0], &[]), 2);
    assert_eq!(found, [None, Some(2.0)], "nobody saw what it showed last");
    // Some seconds late: laid evenly, and nothing is lost.
    let found = slots(&plain, &register(&[0.0, 9.0, 18.0, 27.0], &[0, 30, -60, 0]), 3);
    let found: Vec<f64> = found.into_iter().map(Option::unwrap).collect();
    assert!((found.iter().sum::<f64>() - 27.0).abs() < 1e-9, "{found:?}");
    assert!((found[0] - 9.0 * 900.0 / 930.0).abs() < 1e-9, "{found:?}");
    // Two minutes late is not at the edge: neither of its slots is known.
    let found = slots(&plain, &register(&[0.0, 9.0, 18.0, 27.0], &[0, 120, 0, 0]), 3);
    assert_eq!(found, [None, None, Some(9.0)]);
    // One number is missing: an hour's amount says nothing of its quarters.
    let mut gap = register(&[0.0, 9.0, 18.0, 27.0], &[]);
    gap.remove(1);
    assert_eq!(slots(&plain, &gap, 3), [None, None, Some(9.0)]);
    gap[1].quality = Quality::DOUBTFUL;
    assert_eq!(slots(&plain, &gap, 3), [None; 3], "what cannot be believed is no reading");
    // Read every minute.
    let minutes: Vec<Reading> = (0..=30)
        .map(|minute| Reading { at_ms: minute * 60_000, value: minute as f64, ..gap[0] })
        .collect();
    assert_eq!(slots(&plain, &minutes, 2), [Some(15.0), Some(15.0)]);
}

#[test]
fn a_replacement_within_a_slot_is_counted_over_when_both_numbers_are_told() {
    let readings = register(&[100.0, 3.0, 5.0], &[]);
    let replaced = |told| {
        let mut meter = meter(None, &[(0, told)]);
        meter.replacements[0].at = Instant::from_micros(300_000 * 1_000);
        of_meter(&meter, &readings, (0, 2, SLOT_MS))
    };
    assert_eq!(replaced(Some((101.0, 0.5))), [Some(3.5), Some(2.0)]);
    assert_eq!(replaced(None), [None, Some(2.0)]);
}
