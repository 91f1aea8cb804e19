//! An alarm tells the operator that something needs a response now, and keeps who did what about it.
//!
//! Everything in this folder is about one noun: this file says what an alarm *is*, [`rules`] says what
//! may happen to it, `store` keeps it, `api` shows it, `tests` prove it. Copy the folder for the next
//! noun.
//!
//! # States
//! An alarm is held as condition × acknowledged × suppression × latched; the letter of ISA-18.2 is
//! derived ([`Alarm::state`]), so that two columns can never disagree.
//!
//! ```text
//!                 on                 ack
//!  (no alarm) ─────────► B unacknow- ─────► C acknow- ───off───► A normal: over, the id is closed
//!                        │  ledged  ◄─────  │ ledged             ▲   ▲  ▲
//!              off       │         graver   │ off, latching      │   │  │ reset
//!        ┌───────────────┤                  └──────────► F ──────┼───┼──┘
//!        ▼               │ off, latching                 ▲       │   │
//!        D returned ─ack─┼───────────────────────────────┼───────┘   │
//!        │               ▼                               │           │
//!        │               E latched ─────────ack──────────┘           │
//!        └──on──► B ◄─on─┴───────────on── F                          │
//!  A…F ─► G shelved (reason, expiry) ─┐                              │
//!  A…F ─► H suppressed by design      ├─ exit: B if it holds, else ──┘
//!  A…F ─► I out of service (order)  ──┘
//! ```
//! What an imported file shows of the past comes and goes at once, so it starts in D (B for one line of
//! its history) and ends in A with the acknowledgement; it is never latched.
//!
//! Two arrows are ours, not of the reference table: a *graver* grade re-announces an acknowledged
//! alarm (C → B) and ends a shelf (G → B), because nobody has seen that grade yet.
//!
//! # Invariants
//! - Nobody clears or deletes an alarm. It ends when its condition has gone *and* somebody knows of it.
//! - One open alarm for each complex and `dedupe_key`; the next occurrence after A is a new id.
//! - Every change makes exactly one [`Transition`], written in the same transaction, and raises
//!   `version` by one.
//! - While shelved, suppressed or out of service the condition is tracked in silence.
//! - The title is a code with parameters, never a sentence and never a measured value: the console
//!   writes Korean or English, and a tenant's value is shown only to who may read it.
//!
//! Deliberately absent: clocks, retries, notification (a later noun reads the transitions).

pub(crate) mod api;
pub(crate) mod operate;
#[cfg(test)]
mod path_tests;
pub mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod view;

use std::collections::BTreeMap;
use std::time::Duration;

use base::noun::{Complex, Device, Establishment};
use base::{Actor, Coded, ErrorKind, Grade, Id, Instant, Position, Scope};
use serde::{Deserialize, Serialize};

use crate::alarm_rule::AlarmRule;

/// The longest that an alarm may lie on the shelf: one shift of the three-team system. What needs
/// longer is out of service and has a work order.
pub const SHELVE_MAX: Duration = Duration::from_hours(12);
/// How long the first person's wish to shelve an emergency waits for a second person.
pub const SHELVE_CONFIRM_WITHIN: Duration = Duration::from_mins(15);
/// The longest note, reason or work order, in characters.
pub const NOTE_CHARS_MAX: usize = 1_000;

/// One occurrence of something that needs a response.
#[derive(Debug, Clone, PartialEq)]
pub struct Alarm {
    /// Its id; the next occurrence has another.
    pub id: Id<Alarm>,
    /// What it is about: fixed for life.
    pub origin: Origin,
    /// How bad it is now.
    pub grade: Grade,
    /// Whether the condition holds.
    pub condition: Condition,
    /// Whether somebody took note of it.
    pub acknowledged: bool,
    /// Whether it is kept away from the operator, and why.
    pub suppression: Suppression,
    /// Whether it stays after the condition has gone until somebody resets it.
    pub latched: bool,
    /// The value that last set it on, in `origin.unit`.
    pub value: Option<f64>,
    /// When it was first raised; of a finding, when its worst reading was measured.
    pub raised_at: Instant,
    /// When the condition last came or went.
    pub condition_at: Instant,
    /// When the condition went, while it is gone.
    pub returned_at: Option<Instant>,
    /// Who took note of it and when; none where it ended in silence.
    pub acknowledgement: Option<Acknowledgement>,
    /// A first person's wish to shelve an emergency, waiting for a second.
    pub shelve_asked: Option<ShelveAsked>,
    /// How often the condition came.
    pub count: u32,
    /// Rises by one with each change.
    pub version: u32,
}

/// What an alarm is about. Fixed for its life, but that the title of a finding names the time of its
/// worst reading.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The complex.
    pub complex: Id<Complex>,
    /// The tenant that owned the point when it was raised.
    pub owner: Option<Id<Establishment>>,
    /// Whether its values belong to a tenant: hidden from who may not read them.
    pub private: bool,
    /// Who saw it: `rule`, or the source of a signal.
    pub source: String,
    /// What was seen, as a stable code: `above`, `below`, `absent`; `imported_above` and
    /// `imported_below` for findings of an import; or the kind of a signal.
    pub kind: String,
    /// What it is about: `point:ID`, `device:ID`, `establishment:ID`.
    pub subject: String,
    /// The device, where known.
    pub device: Option<Id<Device>>,
    /// One open alarm for each complex and key.
    pub dedupe_key: String,
    /// The rule and its version, where a rule raised it.
    pub rule: Option<RuleRef>,
    /// What to write on the screen.
    pub title: Title,
    /// Unit of `value`, as people write it.
    pub unit: Option<String>,
    /// Where.
    pub place: Option<Position>,
    /// Invented by the demonstration (시연 데이터).
    pub demo: bool,
}

impl Origin {
    /// Whom it belongs to, for permissions: its tenant, else its complex.
    pub fn scope(&self) -> Scope {
        let complex = self.complex;
        self.owner.map_or(Scope::Complex(complex), |id| Scope::Establishment { id, complex })
    }
}

/// A rule at one of its versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleRef {
    /// The rule.
    pub id: Id<AlarmRule>,
    /// Its version when the alarm was raised.
    pub version: u32,
}

/// A sentence as code and parameters. The console knows the codes `above`, `below`, `absent`, for
/// findings of an import `imported_above` and `imported_below` (as the first two, with the time `at` of
/// the worst reading) and, for signals, `signal.<kind>`; parameters are names, limits and times, never
/// a measured value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = AlarmTitle)]
pub struct Title {
    /// Stable code of the sentence.
    pub code: String,
    /// Its parameters, as text.
    pub params: BTreeMap<String, String>,
}

/// Whether the cause of an alarm is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlarmCondition)]
pub enum Condition {
    /// It holds.
    Active,
    /// It has gone.
    Returned,
}

/// Why an alarm is kept away from the operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is", deny_unknown_fields)]
pub enum Suppression {
    /// It is not.
    None,
    /// A person put it aside for a while.
    Shelved {
        /// Until then.
        until: Instant,
        /// Why.
        reason: String,
        /// The second person, for an emergency.
        confirmed_by: Option<Actor>,
    },
    /// The design of the plant says that it has no meaning now.
    Suppressed {
        /// Why.
        reason: String,
    },
    /// The thing is under repair.
    OutOfService {
        /// The work order that brings it back.
        work_order: String,
    },
}

/// Who took note, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Instant,
}

/// A first person's wish to shelve an emergency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShelveAsked {
    /// Who asked.
    pub by: Actor,
    /// When.
    pub at: Instant,
    /// Until when it shall lie.
    pub until: Instant,
    /// Why.
    pub reason: String,
}

/// The states of ISA-18.2, with their letters A to I.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlarmState)]
pub enum State {
    /// A: over.
    Normal,
    /// B: holds, nobody took note.
    Unacknowledged,
    /// C: holds, somebody took note.
    Acknowledged,
    /// D: gone, nobody took note.
    ReturnedUnacknowledged,
    /// E: gone, latched, nobody took note.
    LatchedUnacknowledged,
    /// F: gone, latched, somebody took note: waits for a reset.
    LatchedAcknowledged,
    /// G: put aside by a person until a time.
    Shelved,
    /// H: kept silent by design.
    Suppressed,
    /// I: under repair.
    OutOfService,
}

impl State {
    /// All states, in the order of their letters.
    pub const ALL: [Self; 9] = [
        Self::Normal,
        Self::Unacknowledged,
        Self::Acknowledged,
        Self::ReturnedUnacknowledged,
        Self::LatchedUnacknowledged,
        Self::LatchedAcknowledged,
        Self::Shelved,
        Self::Suppressed,
        Self::OutOfService,
    ];

    /// The letter of ISA-18.2.
    pub const fn letter(self) -> char {
        match self {
            Self::Normal => 'A',
            Self::Unacknowledged => 'B',
            Self::Acknowledged => 'C',
            Self::ReturnedUnacknowledged => 'D',
            Self::LatchedUnacknowledged => 'E',
            Self::LatchedAcknowledged => 'F',
            Self::Shelved => 'G',
            Self::Suppressed => 'H',
            Self::OutOfService => 'I',
        }
    }

    /// The stable word in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Unacknowledged => "unacknowledged",
            Self::Acknowledged => "acknowledged",
            Self::ReturnedUnacknowledged => "returned_unacknowledged",
            Self::LatchedUnacknowledged => "latched_unacknowledged",
            Self::LatchedAcknowledged => "latched_acknowledged",
            Self::Shelved => "shelved",
            Self::Suppressed => "suppressed",
            Self::OutOfService => "out_of_service",
        }
    }
}

impl std::str::FromStr for State {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|state| state.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            format!("'{text}' is no state of an alarm: use one of {known}")
        })
    }
}

impl Alarm {
    /// The state of ISA-18.2 that the four facts amount to.
    pub const fn state(&self) -> State {
        match (&self.suppression, self.condition, self.acknowledged, self.latched) {
            (Suppression::Shelved { .. }, ..) => State::Shelved,
            (Suppression::Suppressed { .. }, ..) => State::Suppressed,
            (Suppression::OutOfService { .. }, ..) => State::OutOfService,
            (Suppression::None, Condition::Active, false, _) => State::Unacknowledged,
            (Suppression::None, Condition::Active, true, _) => State::Acknowledged,
            (Suppression::None, Condition::Returned, false, false) => State::ReturnedUnacknowledged,
            (Suppression::None, Condition::Returned, false, true) => State::LatchedUnacknowledged,
            (Suppression::None, Condition::Returned, true, true) => State::LatchedAcknowledged,
            (Suppression::None, Condition::Returned, true, false) => State::Normal,
        }
    }

    /// Whether it still asks for something; an alarm that is over keeps its row and its history.
    pub fn is_open(&self) -> bool {
        self.state() != State::Normal
    }
}

/// What was done to an alarm.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlarmOperation)]
pub enum Operation {
    /// The condition came, or came again.
    Raise,
    /// The condition went.
    ReturnToNormal,
    /// It goes on, at another grade or with a new value.
    Update,
    /// Somebody took note.
    Acknowledge,
    /// Somebody released the latch.
    Reset,
    /// A first person asked to shelve an emergency.
    AskToShelve,
    /// Somebody put it aside.
    Shelve,
    /// Somebody, or the expiry, took it off the shelf.
    Unshelve,
    /// It was silenced by design.
    Suppress,
    /// It is heard again.
    Unsuppress,
    /// It was taken out of service.
    TakeOutOfService,
    /// It was returned to service.
    ReturnToService,
}

impl Operation {
    /// All operations.
    pub const ALL: [Self; 12] = [
        Self::Raise,
        Self::ReturnToNormal,
        Self::Update,
        Self::Acknowledge,
        Self::Reset,
        Self::AskToShelve,
        Self::Shelve,
        Self::Unshelve,
        Self::Suppress,
        Self::Unsuppress,
        Self::TakeOutOfService,
        Self::ReturnToService,
    ];

    /// The stable word in tables, JSON and the audit ledger (`alarm.acknowledge`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raise => "raise",
            Self::ReturnToNormal => "return_to_normal",
            Self::Update => "update",
            Self::Acknowledge => "acknowledge",
            Self::Reset => "reset",
            Self::AskToShelve => "ask_to_shelve",
            Self::Shelve => "shelve",
            Self::Unshelve => "unshelve",
            Self::Suppress => "suppress",
            Self::Unsuppress => "unsuppress",
            Self::TakeOutOfService => "take_out_of_service",
            Self::ReturnToService => "return_to_service",
        }
    }
}

impl std::str::FromStr for Operation {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|operation| operation.as_str() == text)
            .ok_or_else(|| format!("'{text}' is no operation on an alarm"))
    }
}

/// One line of an alarm's history: who did what, when, why, from which state to which.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition {
    /// The alarm.
    pub alarm: Id<Alarm>,
    /// The version that the alarm has after it: orders the history.
    pub version: u32,
    /// What was done.
    pub operation: Operation,
    /// State before; normal for a new alarm.
    pub from: State,
    /// State after.
    pub to: State,
    /// Grade after.
    pub grade: Grade,
    /// Who.
    pub by: Actor,
    /// Why, in the words of who did it, or a code of the platform.
    pub why: Option<String>,
    /// When it took effect: the arrival of the reading, the deadline of the timer, the click.
    pub at: Instant,
    /// When it was written down.
    pub recorded_at: Instant,
    /// The version of the rule that decided.
    pub rule_version: Option<u32>,
    /// The value that decided.
    pub value: Option<f64>,
    /// Whether a timer fired more than a second after its deadline (the platform was down or busy).
    pub late_fire: bool,
}

/// An alarm after a change, and the line that tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The alarm as it is now.
    pub alarm: Alarm,
    /// What happened.
    pub transition: Transition,
}

/// Why an operation on an alarm was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlarmError {
    /// No such alarm, or none that the reader may know of.
    #[error("there is no alarm {0} that you may see: open the list of alarms again")]
    NotFound(Id<Alarm>),
    /// It is over.
    #[error("this alarm is over: look for a newer one of the same thing in the list")]
    Over,
    /// Somebody was faster.
    #[error("this alarm is acknowledged already: nothing is left to do here")]
    AlreadyAcknowledged,
    /// The condition has gone already.
    #[error("the condition of this alarm has returned to normal already")]
    AlreadyReturned,
    /// It is shelved, suppressed or out of service.
    #[error("this alarm is {}: take it back first (unshelve, unsuppress or return to service)", .0.as_str())]
    Silenced(State),
    /// The opposite of a suppression that is not there.
    #[error("this alarm is not {}, it is {}: load it again", .expected.as_str(), .found.as_str())]
    NotSilenced {
        /// The suppression that was to be ended.
        expected: State,
        /// The state it has.
        found: State,
    },
    /// A reset before the condition has gone.
    #[error("the condition of this alarm still holds: remove the cause, then reset")]
    StillActive,
    /// A reset before somebody took note.
    #[error("this alarm is not acknowledged: acknowledge it, then reset")]
    NotAcknowledged,
    /// A reset of an alarm that does not latch.
    #[error("this alarm is not latched: there is nothing to reset")]
    NotLatched,
    /// A text is missing.
    #[error("a {0} is missing: say in a few words why")]
    TextMissing(&'static str),
    /// A text is too long.
    #[error("the {0} is longer than {NOTE_CHARS_MAX} characters: shorten it")]
    TextTooLong(&'static str),
    /// The expiry lies in the past.
    #[error("the end of the shelf lies in the past: give a later time in `until`")]
    ShelfPast,
    /// The expiry lies too far ahead.
    #[error(
        "an alarm may lie on the shelf for 12 hours at most: give an earlier `until`, or take it out of service with a work order"
    )]
    ShelfTooLong,
    /// The same person asked and confirmed.
    #[error(
        "an emergency is shelved by two people: another person must ask for the same within 15 minutes"
    )]
    SecondPersonNeeded,
    /// The alarm changed in between.
    #[error("this alarm changed in the meantime: load it again and repeat")]
    Changed,
    /// A newer alarm of the same key is open.
    #[error("this alarm is over and a newer one of the same thing is open: act on that one")]
    Superseded,
}

impl Coded for AlarmError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::TextMissing(_) | Self::TextTooLong(_) | Self::ShelfPast | Self::ShelfTooLong => {
                ErrorKind::Invalid
            }
            Self::Over
            | Self::AlreadyAcknowledged
            | Self::AlreadyReturned
            | Self::Silenced(_)
            | Self::NotSilenced { .. }
            | Self::StillActive
            | Self::NotAcknowledged
            | Self::NotLatched
            | Self::SecondPersonNeeded
            | Self::Changed
            | Self::Superseded => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "alarm.not_found",
            Self::Over => "alarm.over",
            Self::AlreadyAcknowledged => "alarm.already_acknowledged",
            Self::AlreadyReturned => "alarm.already_returned",
            Self::Silenced(_) => "alarm.silenced",
            Self::NotSilenced { .. } => "alarm.not_silenced",
            Self::StillActive => "alarm.still_active",
            Self::NotAcknowledged => "alarm.not_acknowledged",
            Self::NotLatched => "alarm.not_latched",
            Self::TextMissing(_) => "alarm.text_missing",
            Self::TextTooLong(_) => "alarm.text_too_long",
            Self::ShelfPast => "alarm.shelf_past",
            Self::ShelfTooLong => "alarm.shelf_too_long",
            Self::SecondPersonNeeded => "alarm.second_person_needed",
            Self::Changed => "alarm.changed",
            Self::Superseded => "alarm.superseded",
        }
    }
}
