//! What may happen to an alarm. Pure: an alarm, an actor and a time in; a [`Change`] or a refusal out.
//!
//! The functions know no clock, no table and no network; `base` and the types of this noun are all
//! they see. Each is one row of the table in the module's documentation.

use base::{Actor, Grade, Id, Instant};

use super::{
    Acknowledgement, Alarm, AlarmError, Change, Condition, NOTE_CHARS_MAX, Operation, Origin,
    SHELVE_CONFIRM_WITHIN, SHELVE_MAX, ShelveAsked, State, Suppression, Title, Transition,
};

/// What the platform saw: the input of everything that people do not do themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Who saw it: a rule, or the room that sent a signal.
    pub by: Actor,
    /// When it took effect.
    pub at: Instant,
    /// When it is written down.
    pub now: Instant,
    /// How bad it is.
    pub grade: Grade,
    /// The value that decided.
    pub value: Option<f64>,
    /// Why, where that is not plain: `rule_disabled`, `import`.
    pub why: Option<String>,
    /// The version of the rule that decided.
    pub rule_version: Option<u32>,
    /// Whether the timer that decided fired late.
    pub late_fire: bool,
}

/// A condition came that has no open alarm: a new alarm, unacknowledged (B).
pub fn raise(id: Id<Alarm>, origin: Origin, latched: bool, seen: &Seen) -> Change {
    let alarm = Alarm {
        id,
        origin,
        grade: seen.grade,
        condition: Condition::Active,
        acknowledged: false,
        suppression: Suppression::None,
        latched,
        value: seen.value,
        raised_at: seen.at,
        condition_at: seen.at,
        returned_at: None,
        acknowledgement: None,
        shelve_asked: None,
        count: 1,
        version: 1,
    };
    let transition = seen_transition(&alarm, Operation::Raise, State::Normal, seen);
    Change { alarm, transition }
}

/// A condition was found in the past, in a file that was imported: it came and went at that time, and
/// somebody shall take note (D). Nothing of it can be latched any more.
pub fn record(id: Id<Alarm>, origin: Origin, seen: &Seen) -> Result<[Change; 2], AlarmError> {
    let raised = raise(id, origin, false, seen);
    let returned = return_to_normal(&raised.alarm, seen)?;
    Ok([raised, returned])
}

/// Something worse than an open finding was found in the past: the finding is now about that, under
/// the title that names its time.
///
/// D stays; G, H and I note it in silence, but a graver grade takes it off the shelf. After A the
/// caller must [`record`] a new one. What holds now is no finding and is refused.
pub fn worsen(alarm: &Alarm, title: Title, seen: &Seen) -> Result<Change, AlarmError> {
    let from = alarm.state();
    if from == State::Normal {
        return Err(AlarmError::Over);
    }
    if alarm.condition == Condition::Active {
        return Err(AlarmError::StillActive);
    }
    let mut next = stepped(alarm);
    if from == State::Shelved && seen.grade > alarm.grade {
        announce(&mut next);
    }
    next.origin.title = title;
    next.grade = seen.grade;
    next.value = seen.value;
    next.count = alarm.count.saturating_add(1);
    (next.raised_at, next.condition_at, next.returned_at) = (seen.at, seen.at, Some(seen.at));
    Ok(seen_change(next, Operation::Update, from, seen))
}

/// The condition came again, or goes on with another grade or value.
///
/// D, E and F go back to B; B and C stay, but a graver grade announces C again; G, H and I note it in
/// silence, but a graver grade takes it off the shelf. After A the caller must [`raise`] a new alarm.
pub fn recur(alarm: &Alarm, seen: &Seen) -> Result<Change, AlarmError> {
    let graver = seen.grade > alarm.grade;
    let came = alarm.condition == Condition::Returned;
    let mut next = stepped(alarm);
    match alarm.state() {
        State::Normal => return Err(AlarmError::Over),
        State::ReturnedUnacknowledged
        | State::LatchedUnacknowledged
        | State::LatchedAcknowledged => announce(&mut next),
        State::Acknowledged | State::Shelved if graver => announce(&mut next),
        State::Unacknowledged
        | State::Acknowledged
        | State::Shelved
        | State::Suppressed
        | State::OutOfService => {}
    }
    next.grade = seen.grade;
    next.value = seen.value.or(alarm.value);
    next.count = alarm.count.saturating_add(1);
    if came {
        next.condition = Condition::Active;
        next.condition_at = seen.at;
        next.returned_at = None;
    }
    let operation = if came { Operation::Raise } else { Operation::Update };
    Ok(seen_change(next, operation, alarm.state(), seen))
}

/// The condition has gone: B → D (latching: E), C → A (latching: F), and in silence in G, H and I.
pub fn return_to_normal(alarm: &Alarm, seen: &Seen) -> Result<Change, AlarmError> {
    if alarm.condition == Condition::Returned {
        return Err(AlarmError::AlreadyReturned);
    }
    let mut next = stepped(alarm);
    next.condition = Condition::Returned;
    next.condition_at = seen.at;
    next.returned_at = Some(seen.at);
    Ok(seen_change(next, Operation::ReturnToNormal, alarm.state(), seen))
}

/// Somebody took note: B → C, D → A, E → F.
pub fn acknowledge(
    alarm: &Alarm,
    by: &Actor,
    note: Option<&str>,
    now: Instant,
) -> Result<Change, AlarmError> {
    let note = note.map(|text| checked("note", text)).transpose()?;
    match alarm.state() {
        State::Unacknowledged | State::ReturnedUnacknowledged | State::LatchedUnacknowledged => {}
        State::Acknowledged | State::LatchedAcknowledged => {
            return Err(AlarmError::AlreadyAcknowledged);
        }
        State::Normal => return Err(AlarmError::Over),
        state @ (State::Shelved | State::Suppressed | State::OutOfService) => {
            return Err(AlarmError::Silenced(state));
        }
    }
    let mut next = stepped(alarm);
    next.acknowledged = true;
    next.acknowledgement = Some(Acknowledgement { by: by.clone(), at: now });
    Ok(done_change(next, Operation::Acknowledge, alarm.state(), by, note, now))
}

/// Somebody releases the latch: F → A.
pub fn reset(
    alarm: &Alarm,
    by: &Actor,
    note: Option<&str>,
    now: Instant,
) -> Result<Change, AlarmError> {
    let note = note.map(|text| checked("note", text)).transpose()?;
    match alarm.state() {
        State::LatchedAcknowledged => {}
        State::LatchedUnacknowledged => return Err(AlarmError::NotAcknowledged),
        State::ReturnedUnacknowledged => return Err(AlarmError::NotLatched),
        State::Unacknowledged | State::Acknowledged => return Err(AlarmError::StillActive),
        State::Normal => return Err(AlarmError::Over),
        state @ (State::Shelved | State::Suppressed | State::OutOfService) => {
            return Err(AlarmError::Silenced(state));
        }
    }
    let mut next = stepped(alarm);
    next.latched = false;
    Ok(done_change(next, Operation::Reset, alarm.state(), by, note, now))
}

/// A person puts the alarm aside until a time: A…F → G.
///
/// An emergency takes two people: the first call only notes the wish, and the same call by another
/// person within [`SHELVE_CONFIRM_WITHIN`] shelves it, for the shorter of both times.
pub fn shelve(
    alarm: &Alarm,
    by: &Actor,
    reason: &str,
    until: Instant,
    now: Instant,
) -> Result<Change, AlarmError> {
    let reason = checked("reason", reason)?;
    audible(alarm)?;
    if until <= now {
        return Err(AlarmError::ShelfPast);
    }
    if until > now + SHELVE_MAX {
        return Err(AlarmError::ShelfTooLong);
    }
    let mut next = stepped(alarm);
    let (from, why) = (alarm.state(), Some(reason.clone()));
    if alarm.grade < Grade::Emergency {
        next.suppression = Suppression::Shelved { until, reason, confirmed_by: None };
        return Ok(done_change(next, Operation::Shelve, from, by, why, now));
    }
    let waiting = alarm.shelve_asked.as_ref();
    let asked = waiting.filter(|asked| now <= asked.at + SHELVE_CONFIRM_WITHIN);
    let Some(asked) = asked else {
        next.shelve_asked = Some(ShelveAsked { by: by.clone(), at: now, until, reason });
        return Ok(done_change(next, Operation::AskToShelve, from, by, why, now));
    };
    if (asked.by.kind, &asked.by.id) == (by.kind, &by.id) {
        return Err(AlarmError::SecondPersonNeeded);
    }
    // The wish may have been to shelve until a moment that has passed by now.
    if asked.until <= now {
        return Err(AlarmError::ShelfPast);
    }
    next.suppression = Suppression::Shelved {
        until: until.min(asked.until),
        reason: asked.reason.clone(),
        confirmed_by: Some(by.clone()),
    };
    next.shelve_asked = None;
    Ok(done_change(next, Operation::Shelve, from, by, why, now))
}

/// A person takes the alarm off the shelf: G → B where the condition holds, else A.
pub fn unshelve(
    alarm: &Alarm,
    by: &Actor,
    note: Option<&str>,
    now: Instant,
) -> Result<Change, AlarmError> {
    let note = note.map(|text| checked("note", text)).transpose()?;
    let next = released(alarm, State::Shelved)?;
    Ok(done_change(next, Operation::Unshelve, State::Shelved, by, note, now))
}

/// The time on the shelf is over: as [`unshelve`], in effect at the expiry itself. `None` while it is
/// not over, so that a task may ask at any time.
pub fn expire_shelf(alarm: &Alarm, by: &Actor, now: Instant) -> Option<Change> {
    let Suppression::Shelved { until, .. } = &alarm.suppression else { return None };
    let until = *until;
    if until > now {
        return None;
    }
    let next = released(alarm, State::Shelved).ok()?;
    let why = Some("expired".to_owned());
    let mut change = done_change(next, Operation::Unshelve, State::Shelved, by, why, now);
    change.transition.at = until;
    Some(change)
}

/// The design of the plant makes the alarm meaningless for now: A…F → H.
pub fn suppress(
    alarm: &Alarm,
    by: &Actor,
    reason: &str,
    now: Instant,
) -> Result<Change, AlarmError> {
    let reason = checked("reason", reason)?;
    audible(alarm)?;
    let mut next = stepped(alarm);
    next.suppression = Suppression::Suppressed { reason: reason.clone() };
    Ok(done_change(next, Operation::Suppress, alarm.state(), by, Some(reason), now))
}

/// The alarm has meaning again: H → B where the condition holds, else A.
pub fn unsuppress(
    alarm: &Alarm,
    by: &Actor,
    note: Option<&str>,
    now: Instant,
) -> Result<Change, AlarmError> {
    let note = note.map(|text| checked("note", text)).transpose()?;
    let next = released(alarm, State::Suppressed)?;
    Ok(done_change(next, Operation::Unsuppress, State::Suppressed, by, note, now))
}

/// The thing goes into repair: A…F → I. It needs a work order, because only that brings it back.
pub fn take_out_of_service(
    alarm: &Alarm,
    by: &Actor,
    work_order: &str,
    now: Instant,
) -> Result<Change, AlarmError> {
    let work_order = checked("work_order", work_order)?;
    audible(alarm)?;
    let mut next = stepped(alarm);
    next.suppression = Suppression::OutOfService { work_order: work_order.clone() };
    let why = Some(work_order);
    Ok(done_change(next, Operation::TakeOutOfService, alarm.state(), by, why, now))
}

/// The repair is done: I → B where the condition holds, else A.
pub fn return_to_service(
    alarm: &Alarm,
    by: &Actor,
    note: Option<&str>,
    now: Instant,
) -> Result<Change, AlarmError> {
    let note = note.map(|text| checked("note", text)).transpose()?;
    let next = released(alarm, State::OutOfService)?;
    Ok(done_change(next, Operation::ReturnToService, State::OutOfService, by, note, now))
}

/// A copy with the next version.
fn stepped(alarm: &Alarm) -> Alarm {
    Alarm { version: alarm.version.saturating_add(1), ..alarm.clone() }
}

/// Makes it heard by the operator as if new: B, once the condition holds.
fn announce(alarm: &mut Alarm) {
    alarm.acknowledged = false;
    alarm.acknowledgement = None;
    alarm.shelve_asked = None;
    alarm.suppression = Suppression::None;
}

/// Refuses what is kept silent already: one suppression at a time.
fn audible(alarm: &Alarm) -> Result<(), AlarmError> {
    match alarm.state() {
        state @ (State::Shelved | State::Suppressed | State::OutOfService) => {
            Err(AlarmError::Silenced(state))
        }
        State::Normal
        | State::Unacknowledged
        | State::Acknowledged
        | State::ReturnedUnacknowledged
        | State::LatchedUnacknowledged
        | State::LatchedAcknowledged => Ok(()),
    }
}

/// The alarm after leaving G, H or I: B where the condition holds, else A. An end in silence is nobody's
/// acknowledgement, so none is written.
fn released(alarm: &Alarm, expected: State) -> Result<Alarm, AlarmError> {
    let found = alarm.state();
    if found != expected {
        return Err(AlarmError::NotSilenced { expected, found });
    }
    let mut next = stepped(alarm);
    announce(&mut next);
    if next.condition == Condition::Returned {
        next.acknowledged = true;
        next.latched = false;
    }
    Ok(next)
}

/// The text without blanks at its ends, refused when empty or too long.
fn checked(field: &'static str, text: &str) -> Result<String, AlarmError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(AlarmError::TextMissing(field));
    }
    if text.chars().count() > NOTE_CHARS_MAX {
        return Err(AlarmError::TextTooLong(field));
    }
    Ok(text.to_owned())
}

fn seen_change(alarm: Alarm, operation: Operation, from: State, seen: &Seen) -> Change {
    let transition = seen_transition(&alarm, operation, from, seen);
    Change { alarm, transition }
}

fn seen_transition(alarm: &Alarm, operation: Operation, from: State, seen: &Seen) -> Transition {
    Transition {
        alarm: alarm.id,
        version: alarm.version,
        operation,
        from,
        to: alarm.state(),
        grade: alarm.grade,
        by: seen.by.clone(),
        why: seen.why.clone(),
        at: seen.at,
        recorded_at: seen.now,
        rule_version: seen.rule_version,
        value: seen.value,
        late_fire: seen.late_fire,
    }
}

fn done_change(
    alarm: Alarm,
    operation: Operation,
    from: State,
    by: &Actor,
    why: Option<String>,
    now: Instant,
) -> Change {
    let transition = Transition {
        alarm: alarm.id,
        version: alarm.version,
        operation,
        from,
        to: alarm.state(),
        grade: alarm.grade,
        by: by.clone(),
        why,
        at: now,
        recorded_at: now,
        rule_version: alarm.origin.rule.map(|rule| rule.version),
        value: None,
        late_fire: false,
    };
    Change { alarm, transition }
}
