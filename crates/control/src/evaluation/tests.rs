//! Scenarios of users' complaints (S1 … S13 of the reference, 6.1) as a table, each also with the
//! process down in every gap; then properties over random samples.

use std::time::Duration;

use base::Instant;
use proptest::prelude::*;

use super::rules::{born, step};
use super::{Effect, EffectKind, Input, Phase, RuleState, Sample};
use crate::alarm_rule::{Direction, RuleCondition};

use EffectKind::{Clear, Raise};

/// Start of all scenarios.
const T0: Instant = Instant::from_micros(1_780_000_000_000_000);

fn at(millis: u64) -> Instant {
    T0 + Duration::from_millis(millis)
}

fn above(limit: f64, on_delay_s: u32, off_delay_s: u32) -> RuleCondition {
    let direction = Direction::Above;
    let (hysteresis, stale_after_s) = (0.0, None);
    RuleCondition::Threshold {
        direction,
        limit,
        hysteresis,
        on_delay_s,
        off_delay_s,
        stale_after_s,
    }
}

fn below(limit: f64, on_delay_s: u32) -> RuleCondition {
    let direction = Direction::Below;
    let (hysteresis, off_delay_s, stale_after_s) = (0.0, 0, None);
    RuleCondition::Threshold {
        direction,
        limit,
        hysteresis,
        on_delay_s,
        off_delay_s,
        stale_after_s,
    }
}

fn absent(after_s: u32) -> RuleCondition {
    RuleCondition::Absence { after_s }
}

/// One reading: arrival in milliseconds after the start, and the value.
#[derive(Debug, Clone, Copy)]
enum Event {
    /// A good one.
    Good(u64, f64),
    /// One whose quality says not to believe it.
    Doubtful(u64),
    /// One that was measured a minute before the start.
    Late(u64, f64),
}

use Event::{Doubtful, Good, Late};

impl Event {
    fn millis(self) -> u64 {
        match self {
            Good(millis, _) | Doubtful(millis) | Late(millis, _) => millis,
        }
    }

    fn input(self) -> Input {
        let arrived = at(self.millis());
        let (at_ms, value, late) = match self {
            Good(_, value) => (arrived.as_millis(), Some(value), false),
            Doubtful(_) => (arrived.as_millis(), None, false),
            Late(_, value) => (T0.as_millis() - 60_000, Some(value), true),
        };
        Input::Sample(Sample { arrived, at_ms, value, late })
    }
}

/// Plays `events` until `end`, each timer on time, except in the gap after event `down`: there the
/// process is down and comes back, from its written state, just before the next event.
fn play(
    condition: &RuleCondition,
    events: &[Event],
    end: u64,
    down: Option<usize>,
) -> (RuleState, Vec<Effect>) {
    let mut state = born(condition, T0);
    let mut effects = Vec::new();
    let mut run = |state: &mut RuleState, input, now| {
        let (next, told) = step(condition, state, input, now);
        *state = next;
        effects.extend(told);
    };
    for (index, event) in events.iter().enumerate() {
        let now = at(event.millis());
        if index > 0 && down == Some(index - 1) {
            state = restarted(&state);
            run(&mut state, Input::Timer, now - Duration::from_millis(1));
        }
        while let Some(deadline) = state.deadline.filter(|deadline| *deadline < now) {
            run(&mut state, Input::Timer, deadline);
        }
        run(&mut state, event.input(), now);
    }
    if down.is_some() && down == events.len().checked_sub(1) {
        state = restarted(&state);
        run(&mut state, Input::Timer, at(end));
    }
    while let Some(deadline) = state.deadline.filter(|deadline| *deadline <= at(end)) {
        run(&mut state, Input::Timer, deadline);
    }
    (state, effects)
}

fn restarted(state: &RuleState) -> RuleState {
    let (since, due) = state.phase.instants();
    let read = Phase::read(state.phase.as_str(), since, due).unwrap();
    assert_eq!(state.phase, read);
    RuleState { phase: read, ..*state }
}

/// The effects must come at these milliseconds, with and without the process down in any gap; what a
/// down time delays is marked as late.
fn check(condition: &RuleCondition, events: &[Event], end: u64, expected: &[(EffectKind, u64)]) {
    let expected: Vec<_> = expected.iter().map(|(kind, millis)| (*kind, at(*millis))).collect();
    for down in std::iter::once(None).chain((0..events.len()).map(Some)) {
        let (_, effects) = play(condition, events, end, down);
        let told: Vec<_> = effects.iter().map(|effect| (effect.kind, effect.at)).collect();
        assert_eq!(told, expected, "down after event {down:?}");
        if down.is_none() {
            assert!(effects.iter().all(|effect| !effect.late_fire), "every timer was on time");
        }
    }
}

const MIN: u64 = 60_000;

#[test]
fn s1_silence_after_regular_data_is_an_alarm_without_any_message() {
    let events = [Good(15 * MIN, 1.0), Good(30 * MIN, 1.0), Good(45 * MIN, 1.0)];
    check(&absent(45 * 60), &events, 200 * MIN, &[(Raise, 90 * MIN)]);
}

#[test]
fn s2_one_message_and_then_nothing_still_raises_after_the_delay() {
    check(&above(0.5, 300, 0), &[Good(10_000, 1.0)], 60 * MIN, &[(Raise, 310_000)]);
    let no_flow = [Good(0, 0.0), Good(700_000, 5.0), Good(800_000, 0.0)];
    let expected = [(Raise, 600_000), (Clear, 700_000), (Raise, 1_400_000)];
    check(&below(0.1, 600), &no_flow, 60 * MIN, &expected);
}

#[test]
fn s5_data_at_the_instant_of_the_deadline_counts_first_and_the_next_data_ends_the_silence() {
    // 04:03:10, 04:23:10 and 04:28:10 as minutes after 04:03:10.
    let events = [Good(0, 1.0), Good(20 * MIN, 1.0), Good(25 * MIN, 1.0)];
    check(&absent(20 * 60), &events, 30 * MIN, &[]);
    let (tight, expected) = (absent(20 * 60 - 1), [(Raise, 20 * MIN - 1_000), (Clear, 20 * MIN)]);
    check(&tight, &events, 30 * MIN, &expected);
}

#[test]
fn s6_true_for_less_than_the_delay_is_no_alarm() {
    check(&above(10.0, 2, 0), &[Good(47_000, 11.0), Good(48_000, 9.0)], 60_000, &[]);
}

#[test]
fn s8_a_condition_that_comes_again_after_normal_is_raised_again() {
    let events = [Good(0, 11.0), Good(1_000, 9.0), Good(2_000, 12.0), Good(3_000, 12.0)];
    let expected = [(Raise, 0), (Clear, 1_000), (Raise, 2_000)];
    check(&above(10.0, 0, 0), &events, 9_000, &expected);
}

#[test]
fn s9_a_point_that_never_spoke_is_silent_since_it_was_commissioned() {
    check(&absent(600), &[], 700_000, &[(Raise, 600_000)]);
}

#[test]
fn s10_a_timeout_of_600_seconds_fires_at_600_seconds() {
    check(&absent(600), &[Good(5_000, 1.0)], 19_123_478, &[(Raise, 605_000)]);
}

#[test]
fn s11_an_alarm_lasts_from_its_raise_to_its_return() {
    let events = [Good(100_000, 11.0), Good(400_000, 9.0)];
    let (_, effects) = play(&above(10.0, 0, 0), &events, 500_000, None);
    assert_eq!(effects[1].at.since(effects[0].at), Duration::from_mins(5));
}

#[test]
fn s13_an_hour_of_bad_values_is_one_transition() {
    let events: Vec<_> = (0..3_600).map(|second| Good(second * 1_000, 90.0)).collect();
    let (_, effects) = play(&above(75.0, 600, 60), &events, 3_700_000, None);
    let told: Vec<_> = effects.iter().map(|effect| (effect.kind, effect.at)).collect();
    assert_eq!(told, [(Raise, at(600_000))]);
}

#[test]
fn the_off_delay_holds_an_alarm_over_a_short_dip() {
    let events = [Good(0, 11.0), Good(10_000, 9.0), Good(30_000, 11.0), Good(40_000, 9.0)];
    check(&above(10.0, 0, 60), &events, 200_000, &[(Raise, 0), (Clear, 100_000)]);
}

#[test]
fn the_hysteresis_keeps_a_value_near_the_limit_from_flapping() {
    let RuleCondition::Threshold {
        direction, limit, on_delay_s, off_delay_s, stale_after_s, ..
    } = above(75.0, 0, 0)
    else {
        unreachable!()
    };
    let hysteresis = 5.0;
    let condition = RuleCondition::Threshold {
        direction,
        limit,
        hysteresis,
        on_delay_s,
        off_delay_s,
        stale_after_s,
    };
    let events = [Good(0, 75.0), Good(1_000, 76.0), Good(2_000, 71.0), Good(3_000, 70.0)];
    check(&condition, &events, 9_000, &[(Raise, 1_000), (Clear, 3_000)]);
}

#[test]
fn doubtful_values_neither_raise_nor_return() {
    check(&above(10.0, 5, 0), &[Good(0, 11.0), Doubtful(3_000)], 60_000, &[]);
    let events = [Good(0, 11.0), Doubtful(3_000), Good(9_000, 9.0)];
    check(&above(10.0, 0, 0), &events, 60_000, &[(Raise, 0), (Clear, 9_000)]);
    // In the off delay: unknown at the deadline waits for the next believable value.
    let events = [Good(0, 11.0), Good(1_000, 9.0), Doubtful(2_000), Good(90_000, 9.0)];
    check(&above(10.0, 0, 10), &events, 120_000, &[(Raise, 0), (Clear, 90_000)]);
}

#[test]
fn late_data_proves_life_but_raises_and_returns_nothing() {
    let events = [Good(0, 9.0), Late(500_000, 99.0)];
    check(&above(10.0, 0, 0), &events, 60 * MIN, &[]);
    check(&absent(600), &events, 20 * MIN, &[(Raise, 1_100_000)]);
    let events = [Good(0, 1.0), Late(700_000, 1.0), Good(800_000, 1.0)];
    check(&absent(600), &events, 20 * MIN, &[(Raise, 600_000), (Clear, 800_000)]);
}

#[test]
fn a_value_counts_no_longer_than_it_is_fresh() {
    let condition = RuleCondition::Threshold {
        direction: Direction::Above,
        limit: 10.0,
        hysteresis: 0.0,
        on_delay_s: 600,
        off_delay_s: 0,
        stale_after_s: Some(120),
    };
    check(&condition, &[Good(0, 99.0)], 60 * MIN, &[]);
    let fed: Vec<_> = (0..12).map(|minute| Good(minute * MIN, 99.0)).collect();
    check(&condition, &fed, 60 * MIN, &[(Raise, 10 * MIN)]);
}

#[test]
fn a_deadline_missed_while_down_fires_at_its_own_time_and_says_so() {
    let (_, effects) = play(&absent(600), &[Good(0, 1.0)], 60 * MIN, Some(0));
    assert_eq!((effects[0].at, effects[0].late_fire), (at(600_000), true));
}

#[test]
fn a_clock_that_ran_ahead_does_not_make_the_next_right_reading_look_old() {
    let condition = above(10.0, 0, 0);
    let ahead = Input::Sample(Sample {
        arrived: at(1_000),
        at_ms: at(601_000).as_millis(),
        value: Some(11.0),
        late: false,
    });
    let (state, _) = step(&condition, &born(&condition, T0), ahead, at(1_000));
    let (_, effects) = step(&condition, &state, Good(2_000, 9.0).input(), at(2_000));
    assert_eq!(effects[0].kind, Clear);
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let one = (1_u64..40_000, 0_u8..12, 0.0_f64..20.0);
    prop::collection::vec(one, 1..80).prop_map(|gaps| {
        let mut millis = 0;
        gaps.into_iter()
            .map(|(gap, sort, value)| {
                millis += gap;
                match sort {
                    0 => Doubtful(millis),
                    1 => Late(millis, value),
                    _ => Good(millis, value),
                }
            })
            .collect()
    })
}

fn conditions() -> impl Strategy<Value = RuleCondition> {
    prop_oneof![
        (0_u32..60, 0_u32..60).prop_map(|(on, off)| above(10.0, on, off)),
        (0_u32..60).prop_map(|on| below(10.0, on)),
        (10_u32..60).prop_map(absent),
    ]
}

proptest! {
    #[test]
    fn raises_and_clears_alternate_in_the_order_of_time(
        condition in conditions(), events in events(), down in prop::option::of(0_usize..80),
    ) {
        let (state, effects) = play(&condition, &events, 10_000_000, down);
        for (index, effect) in effects.iter().enumerate() {
            let expected = if index % 2 == 0 { Raise } else { Clear };
            prop_assert_eq!(effect.kind, expected);
            prop_assert!(index == 0 || effects[index - 1].at <= effect.at);
        }
        prop_assert_eq!(state.phase.is_raised(), effects.len() % 2 == 1);
    }

    #[test]
    fn the_process_being_down_changes_no_effect_but_its_mark(
        condition in conditions(), events in events(), down in 0_usize..80,
    ) {
        let bare = |effects: Vec<Effect>| {
            effects.into_iter().map(|effect| (effect.kind, effect.at, effect.value)).collect::<Vec<_>>()
        };
        let live = bare(play(&condition, &events, 10_000_000, None).1);
        let gapped = bare(play(&condition, &events, 10_000_000, Some(down)).1);
        prop_assert_eq!(live, gapped);
    }

    #[test]
    fn nothing_is_raised_before_the_value_was_bad_for_the_whole_delay(
        on_delay_s in 1_u32..60, events in events(),
    ) {
        let (_, effects) = play(&above(10.0, on_delay_s, 0), &events, 10_000_000, None);
        for raise in effects.iter().filter(|effect| effect.kind == Raise) {
            let since = raise.at - Duration::from_secs(on_delay_s.into());
            // Every live reading in the window was bad.
            for event in &events {
                let arrived = at(event.millis());
                if since <= arrived && arrived <= raise.at {
                    let bad = matches!(event, Good(_, value) if *value > 10.0);
                    prop_assert!(bad || matches!(event, Late(..)), "{event:?} in the window");
                }
            }
        }
    }

    #[test]
    fn a_replay_changes_nothing(condition in conditions(), events in events()) {
        let end = events.last().map_or(0, |event| event.millis());
        let (state, _) = play(&condition, &events, end, None);
        let mut again = state;
        for event in &events {
            let (next, effects) = step(&condition, &again, event.input(), at(end));
            prop_assert!(effects.is_empty(), "{event:?} told {effects:?}");
            again = next;
        }
        prop_assert_eq!(again, state);
    }
}

#[test]
fn a_late_reading_at_the_same_arrival_is_known_when_replayed() {
    let condition = absent(600);
    let mut state = born(&condition, T0);
    for event in [Good(1_000, 1.0), Late(2_000, 1.0)] {
        state = step(&condition, &state, event.input(), at(2_000)).0;
    }
    let (again, effects) = step(&condition, &state, Late(2_000, 1.0).input(), at(2_000));
    assert_eq!((again, effects.len()), (state, 0));
    assert_eq!(state.phase, Phase::Idle);
}
