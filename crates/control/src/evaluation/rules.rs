//! One rule for one point as a pure state machine: state, input and `now` in; state and effects out.

use std::time::Duration;

use base::Instant;

use super::{Effect, EffectKind, Input, Phase, RuleState, Sample};
use crate::alarm_rule::{Direction, RuleCondition};

/// A timer that fires later than this after its deadline says so.
pub const LATE_FIRE_AFTER: Duration = Duration::from_secs(1);

/// What is known about the condition at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Truth {
    Yes,
    No,
    Unknown,
}

/// The state of a rule and a point that meet at `commissioned`, which counts as a first arrival.
pub fn born(condition: &RuleCondition, commissioned: Instant) -> RuleState {
    let mut state = RuleState {
        phase: Phase::Idle,
        deadline: None,
        last_arrival: commissioned,
        last_at_ms: None,
        value: None,
    };
    rearm(condition, &mut state);
    state
}

/// The state after `input`, and what it tells the alarm, in order.
///
/// Deadlines that lie before the input fire first, each at its own time.
pub fn step(
    condition: &RuleCondition,
    before: &RuleState,
    input: Input,
    now: Instant,
) -> (RuleState, Vec<Effect>) {
    let mut state = *before;
    let mut effects = Vec::new();
    if let Input::Sample(sample) = input
        && is_replay(&state, &sample)
    {
        return (state, effects);
    }
    while let Some(deadline) = state.deadline.filter(|deadline| is_over(*deadline, input, now)) {
        state.deadline = None;
        let late_fire = now > deadline + LATE_FIRE_AFTER;
        decide(condition, &mut state, deadline, late_fire, &mut effects);
    }
    match input {
        Input::Timer => {}
        Input::Wake => {
            rearm(condition, &mut state);
            decide(condition, &mut state, now, false, &mut effects);
        }
        Input::Sample(sample) => {
            state.last_arrival = state.last_arrival.max(sample.arrived);
            let newest = take(&mut state, &sample);
            rearm(condition, &mut state);
            // Silence ends with any live reading, even one that a clock set back makes look old.
            let alive = matches!(condition, RuleCondition::Absence { .. }) && !sample.late;
            if newest || alive {
                decide(condition, &mut state, sample.arrived, false, &mut effects);
            }
        }
    }
    (state, effects)
}

/// A reading goes before a timer of the same instant.
fn is_over(deadline: Instant, input: Input, now: Instant) -> bool {
    match input {
        Input::Sample(sample) => deadline < sample.arrived,
        Input::Timer => deadline <= now,
        Input::Wake => deadline < now,
    }
}

/// Batches come at least once; one from before the last arrival was dealt with already.
fn is_replay(state: &RuleState, sample: &Sample) -> bool {
    let measured = measured_ms(sample);
    sample.arrived < state.last_arrival
        || (sample.arrived == state.last_arrival
            && state.last_at_ms.is_some_and(|last| measured <= last))
}

/// When the reading was measured, but never after it arrived: a clock that runs ahead must not make
/// the next right reading look old.
fn measured_ms(sample: &Sample) -> i64 {
    sample.at_ms.min(sample.arrived.as_millis())
}

/// Takes the value over unless it is late or older than the one there; tells whether it counts.
fn take(state: &mut RuleState, sample: &Sample) -> bool {
    let measured = measured_ms(sample);
    if sample.late || state.last_at_ms.is_some_and(|last| measured < last) {
        return false;
    }
    state.last_at_ms = Some(measured);
    state.value = sample.value;
    true
}

/// Silence is measured from each arrival anew, whatever the phase.
fn rearm(condition: &RuleCondition, state: &mut RuleState) {
    if let RuleCondition::Absence { after_s } = condition {
        let due = state.last_arrival + seconds(*after_s);
        // A silence that was told once is not told again before something arrives.
        state.deadline = (!state.phase.is_raised()).then_some(due);
    }
}

fn decide(
    condition: &RuleCondition,
    state: &mut RuleState,
    at: Instant,
    late_fire: bool,
    effects: &mut Vec<Effect>,
) {
    let (on_delay, off_delay) = delays(condition);
    let value = match condition {
        RuleCondition::Threshold { .. } => state.value,
        RuleCondition::Absence { .. } => None,
    };
    let mut tell = |kind| effects.push(Effect { kind, at, value, late_fire });
    let truth = eval(condition, state, at);
    match (state.phase, truth) {
        (Phase::Idle, Truth::Yes) if on_delay.is_zero() => {
            tell(EffectKind::Raise);
            enter(condition, state, Phase::Active { since: at });
        }
        (Phase::Idle, Truth::Yes) => {
            enter(condition, state, Phase::Pending { since: at, due: at + on_delay });
        }
        (Phase::Pending { due, .. }, Truth::Yes) if at >= due => {
            tell(EffectKind::Raise);
            enter(condition, state, Phase::Active { since: at });
        }
        (Phase::Pending { .. }, Truth::No | Truth::Unknown) => {
            enter(condition, state, Phase::Idle);
        }
        (Phase::Active { .. }, Truth::No) if off_delay.is_zero() => {
            tell(EffectKind::Clear);
            enter(condition, state, Phase::Idle);
        }
        (Phase::Active { since }, Truth::No) => {
            enter(condition, state, Phase::Clearing { since, due: at + off_delay });
        }
        (Phase::Clearing { since, .. }, Truth::Yes) => {
            enter(condition, state, Phase::Active { since });
        }
        (Phase::Clearing { due, .. }, Truth::No) if at >= due => {
            tell(EffectKind::Clear);
            enter(condition, state, Phase::Idle);
        }
        (Phase::Idle | Phase::Clearing { .. }, Truth::No | Truth::Unknown)
        | (Phase::Pending { .. } | Phase::Active { .. }, Truth::Yes)
        | (Phase::Active { .. }, Truth::Unknown) => {}
    }
}

fn enter(condition: &RuleCondition, state: &mut RuleState, phase: Phase) {
    state.phase = phase;
    match condition {
        RuleCondition::Threshold { .. } => {
            state.deadline = match phase {
                Phase::Pending { due, .. } | Phase::Clearing { due, .. } => Some(due),
                Phase::Idle | Phase::Active { .. } => None,
            };
        }
        RuleCondition::Absence { .. } => rearm(condition, state),
    }
}

fn eval(condition: &RuleCondition, state: &RuleState, at: Instant) -> Truth {
    match condition {
        RuleCondition::Threshold { direction, limit, hysteresis, stale_after_s, .. } => {
            let stale = stale_after_s.is_some_and(|s| at > state.last_arrival + seconds(s));
            let Some(value) = state.value.filter(|value| value.is_finite() && !stale) else {
                return Truth::Unknown;
            };
            // Once raised, the value must come back by the hysteresis before it counts as good.
            let slack = if state.phase.is_raised() { *hysteresis } else { 0.0 };
            let bad = match direction {
                Direction::Above => value > limit - slack,
                Direction::Below => value < limit + slack,
            };
            if bad { Truth::Yes } else { Truth::No }
        }
        RuleCondition::Absence { after_s } => {
            if at >= state.last_arrival + seconds(*after_s) {
                Truth::Yes
            } else {
                Truth::No
            }
        }
    }
}

fn delays(condition: &RuleCondition) -> (Duration, Duration) {
    match condition {
        RuleCondition::Threshold { on_delay_s, off_delay_s, .. } => {
            (seconds(*on_delay_s), seconds(*off_delay_s))
        }
        RuleCondition::Absence { .. } => (Duration::ZERO, Duration::ZERO),
    }
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
