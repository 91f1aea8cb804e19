//! A signal from another room (energy, vision, logistics, training) or from a program becomes an alarm
//! here.
//!
//! # Invariants
//! - A signal whose id was dealt with before changes nothing.
//! - One open alarm for each complex, source and `dedupe_key`; two faults of one sort on one device
//!   carry two keys and are two alarms.
//! - A signal that is older than what the alarm knows already changes nothing: the outbox delivers at
//!   least once and in no sure order.
//!
//! Deliberately absent: rules about signals. Who sends one has decided that it needs a response.

pub(crate) mod api;
pub mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use base::Id;
use serde::{Deserialize, Serialize};

use crate::alarm::Alarm;

/// The outbox topic on which other rooms leave their signals.
pub const TOPIC: &str = "signal";

/// How long a signal is known again: no sender repeats an older one.
pub(crate) const REMEMBERED: Duration = Duration::from_hours(90 * 24);

/// What became of a signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SignalOutcome {
    /// A new alarm.
    Raised,
    /// The open alarm took it up.
    Updated,
    /// The open alarm returned to normal.
    Cleared,
    /// The alarm knows something newer.
    OutOfOrder,
    /// It ended something that is not open.
    NothingOpen,
    /// This id was dealt with before.
    Repeated,
}

impl SignalOutcome {
    /// The stable word in tables and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raised => "raised",
            Self::Updated => "updated",
            Self::Cleared => "cleared",
            Self::OutOfOrder => "out_of_order",
            Self::NothingOpen => "nothing_open",
            Self::Repeated => "repeated",
        }
    }
}

/// The answer to a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SignalReceipt {
    /// The signal.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<base::noun::Signal>,
    /// What became of it.
    pub outcome: SignalOutcome,
    /// The alarm that it concerns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub alarm_id: Option<Id<Alarm>>,
}
