//! Tests of what the values before say.

use base::{PointKind, Quality, Reading, Series};
use proptest::prelude::*;
use registry::directory::PointInfo;

use super::*;
use crate::ingress::tests::judging::point;

/// A gauge that is expected every minute, stuck after ten, with steps of at most 50.
fn gauge() -> PointInfo {
    let mut point = point(PointKind::Gauge);
    point.checks.stuck_after_s = Some(600);
    point.checks.max_step = Some(50.0);
    point
}

fn reading(at_s: i64, value: f64) -> Reading {
    Reading { series: Series(7), at_ms: at_s * 1_000, value, quality: Quality::GOOD }
}

fn judged(state: &mut State, point: &PointInfo, at_s: i64, value: f64) -> Quality {
    let mut reading = reading(at_s, value);
    state.judge(&mut reading, point, &mut Noticed::default());
    reading.quality
}

/// Sends values, and compares the flags of each.
fn check(point: &PointInfo, sent: &[(i64, f64, Quality)]) {
    let mut state = State::new();
    for (at_s, value, expect) in sent {
        let found = judged(&mut state, point, *at_s, *value);
        assert_eq!(found.names(), expect.names(), "{value} at {at_s} s");
    }
}

const GOOD: Quality = Quality::GOOD;
const SPIKE: Quality = Quality::SPIKE;
const STUCK: Quality = Quality::STUCK;

#[test]
fn the_first_value_of_another_meter_is_compared_with_nothing() {
    let replacement = |at_s: i64| registry::directory::MeterReplacement {
        at: Instant::from_micros(at_s * 1_000_000),
        final_value: None,
        first_value: None,
    };
    let mut gauge = gauge();
    gauge.replacements = vec![replacement(90)];
    check(&gauge, &[(0, 10.0, GOOD), (60, 12.0, GOOD), (120, 900.0, GOOD), (180, 12.0, SPIKE)]);
    let mut counter = point(PointKind::Counter);
    counter.replacements = vec![replacement(60)];
    check(
        &counter,
        &[(0, 10.0, GOOD), (60, 5_000.0, Quality::COUNTER_RESET), (120, 5_001.0, GOOD)],
    );
}

#[test]
fn a_lone_spike_is_flagged_and_the_next_value_is_not() {
    check(&gauge(), &[(0, 10.0, GOOD), (60, 500.0, SPIKE), (120, 12.0, GOOD), (180, 61.0, GOOD)]);
}

#[test]
fn a_new_level_is_real_once_it_persists() {
    check(
        &gauge(),
        &[
            (0, 10.0, GOOD),
            (60, 500.0, SPIKE),
            (120, 510.0, SPIKE),
            (180, 505.0, GOOD),
            (240, 500.0, GOOD),
            (300, 10.0, SPIKE),
        ],
    );
}

#[test]
fn noise_of_spikes_makes_no_level() {
    check(
        &gauge(),
        &[
            (0, 10.0, GOOD),
            (60, 300.0, SPIKE),
            (120, 600.0, SPIKE),
            (180, 300.0, SPIKE),
            (240, 11.0, GOOD),
        ],
    );
}

#[test]
fn the_same_value_for_ten_minutes_is_stuck_until_it_changes() {
    let mut sent: Vec<_> = (0..10).map(|minute| (minute * 60, 7.0, GOOD)).collect();
    sent.extend([(600, 7.0, STUCK), (660, 7.0, STUCK), (720, 7.5, GOOD), (780, 7.5, GOOD)]);
    check(&gauge(), &sent);
}

#[test]
fn after_a_silence_nothing_is_compared() {
    check(&gauge(), &[(0, 10.0, GOOD), (3_600, 500.0, GOOD), (3_660, 500.0, GOOD)]);
    check(&gauge(), &[(0, 10.0, GOOD), (3_600, 10.0, GOOD), (3_660, 10.0, GOOD)]);
}

#[test]
fn a_profile_that_asks_for_nothing_flags_nothing() {
    let sent: Vec<_> =
        (0..200).map(|n| (n * 60, if n % 7 == 0 { 900.0 } else { 1.0 }, GOOD)).collect();
    check(&point(PointKind::Gauge), &sent);
}

#[test]
fn a_counter_that_falls_began_anew() {
    let counter = point(PointKind::Counter);
    let reset = Quality::COUNTER_RESET;
    check(
        &counter,
        &[(0, 99_990.0, GOOD), (60, 99_999.0, GOOD), (120, 5.0, reset), (180, 9.0, GOOD)],
    );
}

#[test]
fn a_late_reading_is_kept_and_changes_no_state() {
    check(&gauge(), &[(600, 10.0, GOOD), (0, 900.0, GOOD), (660, 12.0, GOOD)]);
}

#[test]
fn the_same_again_is_counted_and_keeps_its_flags() {
    let (gauge, mut state, mut noticed) = (gauge(), State::new(), Noticed::default());
    for (at_s, value) in [(0, 10.0), (60, 500.0), (60, 500.0), (0, 10.0), (0, -0.0), (0, 0.0)] {
        let mut again = reading(at_s, value);
        state.judge(&mut again, &gauge, &mut noticed);
        if (at_s, value) == (60, 500.0) {
            assert_eq!(again.quality, SPIKE);
        }
    }
    let expect = Noticed { duplicates: 3, replaced: 1, spikes: 1, ..Noticed::default() };
    assert_eq!(noticed, expect);
}

#[test]
fn another_value_at_the_same_time_stands_and_says_so() {
    let (gauge, mut state) = (gauge(), State::new());
    judged(&mut state, &gauge, 0, 10.0);
    assert_eq!(judged(&mut state, &gauge, 0, 300.0), Quality::REPLACED);
    // What replaced it is the measure of the next step.
    assert_eq!(judged(&mut state, &gauge, 60, 310.0), GOOD);
}

#[test]
fn after_a_restart_the_newest_value_is_the_one_before() {
    let gauge = gauge();
    let newest = |quality| Seen { at_ms: 0, value: 10.0, quality };
    let mut state = State::after(newest(GOOD));
    assert_eq!(judged(&mut state, &gauge, 60, 500.0), SPIKE);
    let mut stuck = State::after(newest(STUCK));
    assert_eq!(judged(&mut stuck, &gauge, 60, 10.0), STUCK);
    assert_eq!(judged(&mut stuck, &gauge, 120, 11.0), GOOD);
    // A spike that was the last one stored is no measure.
    let mut spike = State::after(newest(SPIKE));
    assert_eq!(judged(&mut spike, &gauge, 60, 900.0), GOOD);
}

proptest! {
    #[test]
    fn no_value_is_changed_and_flags_are_only_added(
        sent in proptest::collection::vec((0_i64..50, -2.0_f64..2_000.0), 1..200),
    ) {
        let (gauge, mut state) = (gauge(), State::new());
        let mut noticed = Noticed::default();
        for (at_s, value) in sent {
            let before = Reading { quality: Quality::LATE, ..reading(at_s * 60, value) };
            let mut after = before;
            state.judge(&mut after, &gauge, &mut noticed);
            prop_assert_eq!((after.at_ms, after.value), (before.at_ms, before.value));
            prop_assert!(after.quality.has(Quality::LATE));
        }
    }

    #[test]
    fn within_the_step_nothing_is_a_spike(steps in proptest::collection::vec(-50.0_f64..50.0, 1..100)) {
        let (gauge, mut state, mut value) = (gauge(), State::new(), 100.0);
        for (minute, step) in (0_i64..).zip(steps) {
            value += step * 0.99;
            prop_assert!(!judged(&mut state, &gauge, minute * 60, value).has(SPIKE));
        }
    }
}
