//! A verdict (이상 판정): whether an anomaly was one, in the word of somebody who knows the plant.
//!
//! # Invariants
//! - An event is known by contract, kind and beginning; it has one verdict at most, the last one.
//! - The verdicts of a contract, in the order they were given, are what its detector is tuned by: no other
//!   contract's count.
//! - A verdict keeps what the event was when it was judged, so that it can still be read, changed and
//!   withdrawn when the detector, being tuned, tells the event no more.
//!
//! Deliberately absent: verdicts on events that nobody was told of.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Actor, Coded, ErrorKind, Id, Instant};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::electricity_contract::ElectricityContract;

/// Verdicts of one contract at most.
pub const VERDICTS_MAX: usize = 2_000;
/// The longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 500;

/// What somebody said of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnomalyVerdict {
    /// The contract.
    #[schema(value_type = uuid::Uuid)]
    pub contract_id: Id<ElectricityContract>,
    /// The kind of the event: `base_load_on`, `stuck_meter`, `outage`, `spike`, `unusual_day`.
    pub kind: String,
    /// When it began, civil time of Korea.
    #[schema(value_type = String)]
    pub from: DateTime,
    /// When it ended, excluded.
    #[schema(value_type = String)]
    pub until: DateTime,
    /// When it could first be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub told_at: Option<DateTime>,
    /// Energy drawn, kWh, when it was judged.
    pub actual_kwh: f64,
    /// What days like it drew, kWh, when it was judged.
    pub expected_kwh: f64,
    /// What the difference cost, won, when it was judged; none where the contract had no terms.
    pub cost_won: Option<i64>,
    /// What was said.
    pub verdict: VerdictWord,
    /// What it was, in the words of who said it.
    #[serde(default)]
    pub note: String,
    /// When it was said.
    pub judged_at: Instant,
    /// Who said it.
    pub judged_by: Actor,
}

/// What a person says of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VerdictWord {
    /// It was what it was called.
    Yes,
    /// It was nothing.
    No,
}

/// A verdict as somebody gives it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnomalyVerdictNew {
    /// The kind of the event.
    pub kind: String,
    /// When the event began, as it is listed.
    #[schema(value_type = String)]
    pub from: DateTime,
    /// When it ended, as it is listed.
    #[schema(value_type = String)]
    pub until: DateTime,
    /// What is said.
    pub verdict: VerdictWord,
    /// What it was.
    #[serde(default)]
    pub note: String,
}

/// Why a verdict was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnomalyVerdictError {
    /// Nothing of the kind was seen then.
    #[error("no {kind} was seen from {from} on: list the anomalies again and judge one of them")]
    NoSuchEvent {
        /// The kind.
        kind: String,
        /// The beginning that was given.
        from: DateTime,
    },
    /// Too many.
    #[error("this contract has {VERDICTS_MAX} verdicts, the most there may be: withdraw old ones")]
    TooMany,
}

impl Coded for AnomalyVerdictError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoSuchEvent { .. } => ErrorKind::NotFound,
            Self::TooMany => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoSuchEvent { .. } => "anomaly_verdict.no_such_event",
            Self::TooMany => "anomaly_verdict.too_many",
        }
    }
}
