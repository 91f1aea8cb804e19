//! A command (제어 명령) has a device do something now: sound the siren, show a text, light the lamp.
//!
//! # States
//! ```text
//!           device is connected            device answers
//!  queued ───────────────────────► sent ─────────────────► acknowledged | refused | failed
//!    │ cancel     │ expires          │ expires                    ▲
//!    ▼            ▼                  ▼                            │ an answer stands, also when it is late
//!  cancelled   expired            expired ────────────────────────┘
//! ```
//! # Invariants
//! - Nothing is delivered after `expires_at`: an alarm of this morning must not sound tonight.
//! - Delivery is at least once: until it answers, the device gets the command again, with the same `id`;
//!   it obeys an id once and repeats its answer.
//! - What was sent cannot be cancelled, only countermanded by the next command. A cancellation that crosses
//!   the delivery loses: the answer of the device stands.
//! - Every command has a person, a reason and an audit row; so has every answer.
//!
//! Deliberately absent: interlocks, schedules, commands to several devices at once.

pub(crate) mod api;
pub mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod work;

use std::time::Duration;

use base::noun::{Complex, Device, Establishment};
use base::{Actor, Coded, ErrorKind, Id, Instant, Scope};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The longest that a command may wait for its device: a day.
pub const EXPIRES_IN_S_MAX: u32 = 86_400;
/// The shortest, so that a slow network does not eat it.
pub const EXPIRES_IN_S_MIN: u32 = 5;
/// The longest payload, in bytes of JSON.
pub const PAYLOAD_BYTES_MAX: usize = 4_096;
/// The longest text of a sign, in characters.
pub const SIGN_CHARS_MAX: usize = 200;
/// The longest that a siren sounds by one command.
pub const SIREN_S_MAX: u64 = 600;
/// The longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 500;
/// The longest detail that is kept of an answer, in characters.
pub const DETAIL_CHARS_MAX: usize = 500;
/// Commands of one device that may be open at once.
pub const OPEN_PER_DEVICE_MAX: i64 = 20;
/// A command without an answer is delivered again this long after.
pub const RESEND_AFTER: Duration = Duration::from_secs(15);

/// One command to one device.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Command {
    /// Identifier; the device answers with it.
    #[schema(value_type = Uuid)]
    pub id: Id<Command>,
    /// Complex of the device.
    #[schema(value_type = Uuid)]
    pub complex_id: Id<Complex>,
    /// Tenant of the device, if it is a tenant's.
    #[schema(value_type = Option<Uuid>)]
    pub establishment_id: Option<Id<Establishment>>,
    /// The device.
    #[schema(value_type = Uuid)]
    pub device_id: Id<Device>,
    /// Its key, as in the topic.
    pub device_key: String,
    /// What sort of command.
    pub kind: Kind,
    /// What exactly: `{"on": true, "duration_s": 30}`, `{"text": "…"}`, `{"on": true}`, or any object.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// Why.
    pub reason: String,
    /// Who asked for it.
    pub requested_by: Actor,
    /// When.
    pub requested_at: Instant,
    /// It is not delivered after that.
    pub expires_at: Instant,
    /// Where it stands.
    pub state: State,
    /// When it was delivered last.
    pub sent_at: Option<Instant>,
    /// How often it was delivered.
    pub sent_count: u32,
    /// When it came to its end.
    pub ended_at: Option<Instant>,
    /// What the device said.
    pub detail: Option<String>,
    /// Rises by one with each change.
    pub version: u32,
}

impl Command {
    /// Whom it belongs to, for permissions.
    pub fn scope(&self) -> Scope {
        let complex = self.complex_id;
        match self.establishment_id {
            Some(id) => Scope::Establishment { id, complex },
            None => Scope::Complex(complex),
        }
    }
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident as $schema:ident, $what:literal {
        $( $(#[$value_meta:meta])* $value:ident = $word:literal ),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        #[schema(as = $schema)]
        pub enum $name { $( $(#[$value_meta])* $value ),+ }

        impl $name {
            /// All values.
            pub const ALL: &[Self] = &[$( Self::$value ),+];

            /// The stable word in tables and JSON.
            pub const fn as_str(self) -> &'static str {
                match self { $( Self::$value => $word ),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                let found = Self::ALL.iter().copied().find(|value| value.as_str() == text);
                found.ok_or_else(|| format!(concat!("'{}' is no ", $what, " of a command"), text))
            }
        }
    };
}

words! {
    /// The sorts of command.
    Kind as CommandKind, "kind" {
        /// 사이렌: sounds or is silent.
        Siren = "siren",
        /// 전광판: shows a text.
        Sign = "sign",
        /// 경광등: is lit or dark.
        Lamp = "lamp",
        /// Whatever the maker of the device says.
        Custom = "custom",
    }
}

words! {
    /// Where a command stands.
    State as CommandState, "state" {
        /// Waits for its device.
        Queued = "queued",
        /// Delivered; the device has not said yet what became of it.
        Sent = "sent",
        /// The device obeyed.
        Acknowledged = "acknowledged",
        /// The device may or will not.
        Refused = "refused",
        /// The device tried and could not.
        Failed = "failed",
        /// Its time passed before the device answered.
        Expired = "expired",
        /// A person took it back before it was delivered.
        Cancelled = "cancelled",
    }
}

impl State {
    /// Whether something is still to come.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Sent)
    }
}

/// What to have a device do.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CommandNew {
    /// The device.
    #[schema(value_type = Uuid)]
    pub device_id: Id<Device>,
    /// What sort of command.
    pub kind: Kind,
    /// `siren`: `{"on": bool, "duration_s"?: 1..600}`; `sign`: `{"text": 1..200 characters}`; `lamp`:
    /// `{"on": bool}`; `custom`: any object of at most 4 KiB.
    #[schema(value_type = Object)]
    pub payload: Value,
    /// Why, for whoever reads it later.
    pub reason: String,
    /// Seconds after which it is not delivered any more, 5 to 86,400.
    pub expires_in_s: u32,
}

/// What a device says became of a command.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Answer {
    /// Which command.
    pub id: Id<Command>,
    /// What became of it.
    pub result: Outcome,
    /// In words, if the device has any.
    #[serde(default)]
    pub detail: Option<String>,
}

/// What became of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Obeyed.
    Done,
    /// The device may or will not.
    Refused,
    /// Tried, and could not.
    Failed,
}

/// Why a command was not taken or changed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// No such command, or none that the reader may know of.
    #[error("there is no command {0}, or you may not see it")]
    NotFound(Id<Command>),
    /// A field is wrong.
    #[error("{0}: {1}")]
    Invalid(&'static str, &'static str),
    /// The device is out of use.
    #[error("the device is out of use: set it active again before you command it")]
    Retired,
    /// The device has too many open ones.
    #[error(
        "{OPEN_PER_DEVICE_MAX} commands of the device are open already: cancel some, or wait until \
         they expire"
    )]
    TooMany,
    /// It was delivered already, or is over.
    #[error(
        "the command is {} and can no longer be cancelled: send another that says the opposite",
        .0.as_str()
    )]
    NotQueued(State),
    /// Somebody else changed it at this moment.
    #[error("the command was changed at this moment: read it again")]
    Changed,
}

impl Coded for CommandError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(..) => ErrorKind::Invalid,
            Self::TooMany => ErrorKind::TooMany,
            Self::Retired | Self::NotQueued(_) | Self::Changed => ErrorKind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "command.not_found",
            Self::Invalid(..) => "invalid",
            Self::Retired => "command.device_retired",
            Self::TooMany => "command.too_many",
            Self::NotQueued(_) => "command.not_queued",
            Self::Changed => "command.changed",
        }
    }
}
