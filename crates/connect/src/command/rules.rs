//! What may happen to a command, and when.

use std::time::Duration;

use base::{Actor, Id, Instant, Scope};
use serde_json::Value;

use super::{
    Answer, Command, CommandError, CommandNew, DETAIL_CHARS_MAX, EXPIRES_IN_S_MAX,
    EXPIRES_IN_S_MIN, Kind, Outcome, PAYLOAD_BYTES_MAX, REASON_CHARS_MAX, RESEND_AFTER,
    SIGN_CHARS_MAX, SIREN_S_MAX, State,
};

/// A new command to the device with this key.
pub fn request(
    id: Id<Command>,
    new: CommandNew,
    device_key: &str,
    scope: Scope,
    by: &Actor,
    now: Instant,
) -> Result<Command, CommandError> {
    let (complex_id, establishment_id) = match scope {
        Scope::Establishment { id, complex } => (complex, Some(id)),
        Scope::Complex(complex) => (complex, None),
        Scope::System | Scope::Organisation(_) => {
            return Err(CommandError::Invalid("/device_id", "the device lies in no complex"));
        }
    };
    check(&new)?;
    Ok(Command {
        id,
        complex_id,
        establishment_id,
        device_id: new.device_id,
        device_key: device_key.to_owned(),
        kind: new.kind,
        payload: new.payload,
        reason: new.reason.trim().to_owned(),
        requested_by: by.clone(),
        requested_at: now,
        expires_at: now + Duration::from_secs(new.expires_in_s.into()),
        state: State::Queued,
        sent_at: None,
        sent_count: 0,
        ended_at: None,
        detail: None,
        version: 1,
    })
}

fn check(new: &CommandNew) -> Result<(), CommandError> {
    let refuse = |field, detail| Err(CommandError::Invalid(field, detail));
    let reason = new.reason.trim().chars().count();
    if reason == 0 || reason > REASON_CHARS_MAX {
        return refuse("/reason", "say why, in 1 to 500 characters");
    }
    if !(EXPIRES_IN_S_MIN..=EXPIRES_IN_S_MAX).contains(&new.expires_in_s) {
        return refuse("/expires_in_s", "give 5 to 86400 seconds");
    }
    let Value::Object(fields) = &new.payload else {
        return refuse("/payload", "give a JSON object");
    };
    if new.payload.to_string().len() > PAYLOAD_BYTES_MAX {
        return refuse("/payload", "give at most 4096 bytes of JSON");
    }
    let only = |names: &[&str]| fields.keys().all(|name| names.contains(&name.as_str()));
    let is_on = fields.get("on").is_some_and(Value::is_boolean);
    let duration = fields.get("duration_s");
    let is_duration = duration.is_none_or(|seconds| {
        seconds.as_u64().is_some_and(|seconds| (1..=SIREN_S_MAX).contains(&seconds))
    });
    let text = fields.get("text").and_then(Value::as_str).map(|text| text.trim().chars().count());
    match new.kind {
        Kind::Siren if !only(&["on", "duration_s"]) || !is_on || !is_duration => {
            refuse("/payload", "a siren takes {\"on\": true or false, \"duration_s\"?: 1 to 600}")
        }
        Kind::Sign
            if !only(&["text"]) || !text.is_some_and(|n| (1..=SIGN_CHARS_MAX).contains(&n)) =>
        {
            refuse("/payload", "a sign takes {\"text\": 1 to 200 characters}")
        }
        Kind::Lamp if !only(&["on"]) || !is_on => {
            refuse("/payload", "a lamp takes {\"on\": true or false}")
        }
        Kind::Siren | Kind::Sign | Kind::Lamp | Kind::Custom => Ok(()),
    }
}

/// What is to be done with an open command now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Nothing yet.
    Wait,
    /// Deliver it, if the device is there.
    Deliver,
    /// Its time has passed.
    Expire,
}

/// What is to be done with a command now.
pub fn due(command: &Command, now: Instant) -> Due {
    match (command.state, command.sent_at) {
        (State::Queued | State::Sent, _) if now >= command.expires_at => Due::Expire,
        (State::Queued, _) => Due::Deliver,
        (State::Sent, sent_at) if sent_at.is_none_or(|at| now >= at + RESEND_AFTER) => Due::Deliver,
        (
            State::Sent
            | State::Acknowledged
            | State::Refused
            | State::Failed
            | State::Expired
            | State::Cancelled,
            _,
        ) => Due::Wait,
    }
}

/// It was handed to the device.
#[must_use]
pub fn delivered(command: &Command, now: Instant) -> Command {
    debug_assert!(command.state.is_open() && now < command.expires_at, "see `due`");
    Command {
        state: State::Sent,
        sent_at: Some(now),
        sent_count: command.sent_count.saturating_add(1),
        ..next(command)
    }
}

/// Its time has passed.
#[must_use]
pub fn expired(command: &Command, now: Instant) -> Command {
    debug_assert!(command.state.is_open(), "see `due`");
    Command { state: State::Expired, ended_at: Some(now), ..next(command) }
}

/// A person takes it back.
pub fn cancel(command: &Command, now: Instant) -> Result<Command, CommandError> {
    match command.state {
        State::Queued => {
            Ok(Command { state: State::Cancelled, ended_at: Some(now), ..next(command) })
        }
        State::Sent
        | State::Acknowledged
        | State::Refused
        | State::Failed
        | State::Expired
        | State::Cancelled => Err(CommandError::NotQueued(command.state)),
    }
}

/// The device says what became of it. `None`: nothing new. Only who got a command knows its id, so that an
/// answer stands whatever we believed: it may come before we noted the delivery, or after the expiry.
pub fn answered(command: &Command, answer: &Answer, now: Instant) -> Option<Command> {
    match command.state {
        State::Queued | State::Sent | State::Expired | State::Cancelled => {}
        State::Acknowledged | State::Refused | State::Failed => return None,
    }
    let state = match answer.result {
        Outcome::Done => State::Acknowledged,
        Outcome::Refused => State::Refused,
        Outcome::Failed => State::Failed,
    };
    let printable = |c: char| if c.is_control() { ' ' } else { c };
    let detail = answer.detail.as_ref();
    let detail = detail.map(|text| text.chars().take(DETAIL_CHARS_MAX).map(printable).collect());
    let sent_count = command.sent_count.max(1);
    Some(Command { state, sent_count, ended_at: Some(now), detail, ..next(command) })
}

fn next(command: &Command) -> Command {
    Command { version: command.version + 1, ..command.clone() }
}
