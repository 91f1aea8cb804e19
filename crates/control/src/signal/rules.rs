//! What a signal does to the alarm of its key. Pure.

use std::time::Duration;

use base::{Actor, FieldError, Id, Instant, Phase, Signal};

use super::SignalOutcome;
use crate::alarm::rules::{Seen, raise, recur, return_to_normal};
use crate::alarm::{Alarm, Change, Condition, Origin};

/// The only version of the shape of a signal.
pub const VERSION: u16 = 1;
/// How far a sender's clock may run ahead of ours.
pub const AHEAD_MAX: Duration = Duration::from_mins(5);
/// The longest word of a signal, in characters.
pub const WORD_CHARS_MAX: usize = 200;
/// Links to evidence at most.
pub const EVIDENCE_MAX: usize = 20;

/// Everything that is wrong with a signal.
pub fn check(signal: &Signal, now: Instant) -> Vec<FieldError> {
    let mut wrong = Vec::new();
    if signal.v != VERSION {
        let detail = format!("{} is no version of a signal: use {VERSION}", signal.v);
        wrong.push(FieldError::new("/v", detail));
    }
    let words = [
        ("/source", &signal.source),
        ("/subject", &signal.subject),
        ("/kind", &signal.kind),
        ("/dedupe_key", &signal.dedupe_key),
    ];
    for (pointer, word) in words {
        if word.trim().is_empty() || word.chars().count() > WORD_CHARS_MAX {
            let detail = format!("give 1 to {WORD_CHARS_MAX} characters");
            wrong.push(FieldError::new(pointer, detail));
        }
    }
    if signal.evidence.len() > EVIDENCE_MAX {
        wrong.push(FieldError::new("/evidence", format!("give {EVIDENCE_MAX} links at most")));
    }
    if signal.value.is_some_and(|value| !value.is_finite()) {
        wrong.push(FieldError::new("/value", "is no number"));
    }
    if signal.at > now + AHEAD_MAX {
        let detail = format!("{} lies in the future: set the sender's clock", signal.at);
        wrong.push(FieldError::new("/at", detail));
    }
    wrong
}

/// The key of the alarm that a signal is about.
pub fn dedupe_key(signal: &Signal) -> String {
    format!("signal:{}:{}", signal.source, signal.dedupe_key)
}

/// What the signal does, given the last alarm of its key. `id` and `origin` are for a new one.
pub fn apply(
    signal: &Signal,
    last: Option<&Alarm>,
    id: Id<Alarm>,
    origin: Origin,
    by: &Actor,
    now: Instant,
) -> (SignalOutcome, Option<Change>) {
    let seen = Seen {
        by: by.clone(),
        at: signal.at,
        now,
        grade: signal.grade,
        value: signal.value,
        why: Some(signal.kind.clone()),
        rule_version: None,
        late_fire: false,
    };
    if last.is_some_and(|last| is_older(signal, last)) {
        return (SignalOutcome::OutOfOrder, None);
    }
    let open = last.filter(|last| last.is_open());
    match (signal.phase, open) {
        (Phase::Raised | Phase::Updated, None) => {
            (SignalOutcome::Raised, Some(raise(id, origin, false, &seen)))
        }
        (Phase::Raised | Phase::Updated, Some(alarm)) => {
            (SignalOutcome::Updated, recur(alarm, &seen).ok())
        }
        (Phase::Cleared, Some(alarm)) if alarm.condition == Condition::Active => {
            (SignalOutcome::Cleared, return_to_normal(alarm, &seen).ok())
        }
        (Phase::Cleared, Some(_) | None) => (SignalOutcome::NothingOpen, None),
    }
}

/// Whether the alarm knows of something that happened after the signal.
fn is_older(signal: &Signal, last: &Alarm) -> bool {
    let returned = last.condition == Condition::Returned;
    signal.at < last.condition_at || (returned && signal.at == last.condition_at)
}
