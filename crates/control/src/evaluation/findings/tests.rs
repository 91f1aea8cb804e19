//! Files as tables of readings, then the property that a finding is the extreme or nothing.

use base::Series;
use proptest::prelude::*;

use super::*;

const GOOD: Quality = Quality::IMPORTED;
const PARTIAL: Quality = GOOD.with(Quality::PARTIAL);
const SPIKE: Quality = GOOD.with(Quality::SPIKE);

fn threshold(direction: Direction, limit: f64) -> RuleCondition {
    RuleCondition::Threshold {
        direction,
        limit,
        hysteresis: 5.0,
        on_delay_s: 3_600,
        off_delay_s: 60,
        stale_after_s: Some(60),
    }
}

/// Readings at 0, 1, 2 … milliseconds.
fn file(values: &[(f64, Quality)]) -> Vec<Reading> {
    let reading = |(at_ms, (value, quality)): (i64, &(f64, Quality))| Reading {
        series: Series(1),
        at_ms,
        value: *value,
        quality: *quality,
    };
    (0..).zip(values).map(reading).collect()
}

#[track_caller]
fn check(condition: RuleCondition, values: &[(f64, Quality)], expected: Option<(i64, f64)>) {
    let found = worst(&condition, &file(values));
    assert_eq!(found.map(|reading| (reading.at_ms, reading.value)), expected);
}

#[test]
fn the_highest_reading_above_the_limit_is_found_whatever_the_delays() {
    let above = threshold(Direction::Above, 100.0);
    check(above, &[(90.0, GOOD), (120.0, GOOD), (157.2, GOOD), (110.0, GOOD)], Some((2, 157.2)));
    check(above, &[(100.1, GOOD)], Some((0, 100.1)));
}

#[test]
fn the_lowest_reading_below_the_limit_is_found() {
    let below = threshold(Direction::Below, 10.0);
    check(below, &[(11.0, GOOD), (9.0, GOOD), (-2.0, GOOD), (3.0, GOOD)], Some((2, -2.0)));
}

#[test]
fn the_limit_itself_and_an_empty_file_are_no_finding() {
    check(threshold(Direction::Above, 100.0), &[(100.0, GOOD), (99.9, GOOD)], None);
    check(threshold(Direction::Below, 100.0), &[(100.0, GOOD), (100.1, GOOD)], None);
    check(threshold(Direction::Above, 100.0), &[], None);
}

#[test]
fn of_equal_peaks_the_earliest_is_found() {
    let mut readings = file(&[(1.0, GOOD), (9.0, GOOD), (9.0, GOOD)]);
    readings.reverse();
    let found = worst(&threshold(Direction::Above, 5.0), &readings).unwrap();
    assert_eq!(found.at_ms, 1);
}

#[test]
fn what_cannot_be_believed_is_no_finding() {
    let above = threshold(Direction::Above, 100.0);
    let broken = [(f64::INFINITY, GOOD), (f64::NAN, GOOD), (900.0, SPIKE)];
    check(above, &broken, None);
    check(above, &[broken[0], broken[1], broken[2], (101.0, GOOD)], Some((3, 101.0)));
}

#[test]
fn part_of_an_interval_proves_an_excess_but_no_lack() {
    check(threshold(Direction::Above, 100.0), &[(120.0, PARTIAL)], Some((0, 120.0)));
    check(threshold(Direction::Below, 10.0), &[(1.0, PARTIAL), (2.0, GOOD)], Some((1, 2.0)));
    check(threshold(Direction::Below, 10.0), &[(1.0, PARTIAL)], None);
}

#[test]
fn a_gap_in_a_file_is_no_finding() {
    check(RuleCondition::Absence { after_s: 1 }, &[(1.0, GOOD), (1.0, GOOD)], None);
}

fn readings() -> impl Strategy<Value = Vec<Reading>> {
    let value = prop_oneof![20 => -50.0_f64..50.0, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)];
    let quality = prop::sample::select(vec![GOOD, GOOD, GOOD, PARTIAL, SPIKE]);
    let one = (-100_i64..100, value, quality).prop_map(|(at_ms, value, quality)| Reading {
        series: Series(1),
        at_ms,
        value,
        quality,
    });
    prop::collection::vec(one, 0..60)
}

proptest! {
    #[test]
    fn a_finding_is_the_extreme_of_the_usable_readings_beyond_the_limit_or_nothing(
        readings in readings(), limit in -40.0_f64..40.0, above in any::<bool>(),
    ) {
        let direction = if above { Direction::Above } else { Direction::Below };
        // As numbers that are worse the greater they are.
        let badness = |value: f64| if above { value } else { -value };
        let expected = readings
            .iter()
            .filter(|reading| reading.value.is_finite() && reading.quality.is_usable())
            .filter(|reading| above || !reading.quality.has(Quality::PARTIAL))
            .map(|reading| badness(reading.value))
            .filter(|bad| *bad > badness(limit))
            .max_by(f64::total_cmp);
        let found = worst(&threshold(direction, limit), &readings);
        prop_assert_eq!(found.map(|reading| badness(reading.value)), expected);
        if let Some(found) = found {
            prop_assert!(readings.contains(&found));
            let mut other = readings.clone();
            other.retain(|reading| !reading.value.is_nan());
            other.reverse();
            let again = worst(&threshold(direction, limit), &other).unwrap();
            prop_assert_eq!((again.at_ms, again.value), (found.at_ms, found.value));
        }
    }

    #[test]
    fn a_file_in_two_halves_tells_the_same_as_the_file_whole(
        readings in readings(), limit in -40.0_f64..40.0, cut in 0_usize..60,
    ) {
        let condition = threshold(Direction::Above, limit);
        let (first, second) = readings.split_at(cut.min(readings.len()));
        let halves: Vec<_> =
            [first, second].iter().filter_map(|half| worst(&condition, half)).collect();
        let value = |found: Option<Reading>| found.map(|reading| (reading.at_ms, reading.value));
        prop_assert_eq!(value(worst(&condition, &halves)), value(worst(&condition, &readings)));
    }
}
