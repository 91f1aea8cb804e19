//! A call of demand response (수요반응 발령): on which day and in which hours a customer was asked to draw less,
//! by how much, and what came of it.
//!
//! ```text
//!   planned ──► running ──► ended        by the clock; the result is worked out anew each time from readings
//!      └───────────┴──────────► cancelled
//! ```
//! # Invariants
//! - The calls of a contract are seen and written by whoever sees and manages that contract.
//! - Two calls of a contract never overlap, so that no hour is reduced twice.
//! - A call is on a working day: Saturdays, Sundays and holidays have no baseline.
//! - Days with a call that was not cancelled never serve as baseline.
//!
//! Deliberately absent: settlement. KPX settles by its own meter and its own rules (전력시장운영규칙).

pub(crate) mod api;
pub(crate) mod publish_api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::noun::Complex;
use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant};
use energy_rules::response::{Adjustment, Exclusions, Method, Ranking, Rules};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::electricity_contract::ElectricityContract;

/// Calls of one contract at most.
pub const EVENTS_PER_CONTRACT_MAX: usize = 2_000;
/// The longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 400;
/// The largest reduction that can be asked for, kW.
pub const REQUESTED_KW_MAX: u32 = 1_000_000;
/// Establishments that one call is passed on to at most.
pub const PUBLISHED_MAX: usize = 100;
/// How far ahead a call may lie, days.
pub const AHEAD_DAYS_MAX: i64 = 366;

/// A call at its present version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrEvent {
    /// Its id.
    pub id: Id<DrEvent>,
    /// The contract whose load is to be reduced.
    pub contract_id: Id<ElectricityContract>,
    /// The complex.
    pub complex_id: Id<Complex>,
    /// What was asked for.
    pub terms: DrEventTerms,
    /// Whether it was called off.
    pub cancelled: bool,
    /// To whom it was passed on as events of the complex's own server.
    #[serde(default)]
    pub published: Vec<Published>,
    /// Rises by one with each change.
    pub version: u32,
    /// When this version was written.
    pub updated_at: Instant,
    /// Who wrote it.
    pub updated_by: Actor,
}

/// A part of a call that was passed on to a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = DrEventPublished)]
pub struct Published {
    /// The event of the complex's own server (VTN).
    #[schema(value_type = uuid::Uuid)]
    pub event: Id<openadr::Object>,
    /// The tenant's establishment.
    #[schema(value_type = uuid::Uuid)]
    pub establishment_id: Id<base::noun::Establishment>,
    /// How much less it is asked to draw, kW.
    pub requested_kw: u32,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrEventTerms {
    /// The day, civil time of Korea.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// The first hour, 0 to 23.
    pub first_hour: u8,
    /// The hour before which it ends, 1 to 24.
    pub end_hour: u8,
    /// How much less is to be drawn, kW.
    pub requested_kw: u32,
    /// How the baseline of this customer is made.
    pub baseline: DrRules,
    /// What its people should know of it.
    #[serde(default)]
    pub note: String,
    /// The event of a demand response server (OpenADR) that it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub openadr_event: Option<String>,
}

/// The rules of a baseline: fixed for a customer and a registration year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrRules {
    /// `max_4_5`, `mid_6_10`, `mid_8_10`, `mean_10`.
    #[schema(value_type = String)]
    pub method: Method,
    /// What days are ranked by: `by_hour`, `by_day`.
    #[schema(value_type = String)]
    pub ranking: Ranking,
    /// The same-day adjustment: `none`, `same_day`.
    #[schema(value_type = String)]
    pub adjustment: Adjustment,
    /// Days left out: `reductions`, `low_days`, `factory`.
    #[schema(value_type = String)]
    pub exclusions: Exclusions,
}

impl From<DrRules> for Rules {
    fn from(rules: DrRules) -> Self {
        let DrRules { method, ranking, adjustment, exclusions } = rules;
        Self { method, ranking, adjustment, exclusions }
    }
}

impl From<Rules> for DrRules {
    fn from(rules: Rules) -> Self {
        let Rules { method, ranking, adjustment, exclusions } = rules;
        Self { method, ranking, adjustment, exclusions }
    }
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DrEventState {
    /// Its first hour has not begun.
    Planned,
    /// It goes on.
    Running,
    /// It is over.
    Ended,
    /// It was called off.
    Cancelled,
}

/// Why an operation on a call was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DrEventError {
    /// No such call of this contract.
    #[error("there is no call {0} of this contract: read the list again")]
    NotFound(Id<DrEvent>),
    /// Something about it is wrong.
    #[error("the call cannot be kept: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// Another call of the contract has an hour of it.
    #[error(
        "on {day} the contract is called from {first_hour} to {end_hour} already: cancel that call, or choose other hours"
    )]
    Overlaps {
        /// The day.
        day: Date,
        /// First hour of the other call.
        first_hour: u8,
        /// The hour before which it ends.
        end_hour: u8,
    },
    /// It was changed in between.
    #[error("you changed version {given} of this call, but it is at {current}: load it again")]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// It is a tenant's own.
    #[error("only a call of the complex's own contract is passed on to tenants")]
    NotOfComplex,
    /// Tenants were told already.
    #[error(
        "this call was passed on already: cancel it, which takes the events back, and enter it anew"
    )]
    Published,
    /// It is over or called off.
    #[error("this call is over or was cancelled: it stays as it is")]
    Closed,
    /// Too many.
    #[error("this contract has {EVENTS_PER_CONTRACT_MAX} calls, the most there may be")]
    TooMany,
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for DrEventError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Overlaps { .. }
            | Self::Stale { .. }
            | Self::NotOfComplex
            | Self::Published
            | Self::Closed
            | Self::TooMany => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "dr_event.not_found",
            Self::Invalid(_) => "dr_event.invalid",
            Self::Overlaps { .. } => "dr_event.overlaps",
            Self::Stale { .. } => "dr_event.stale",
            Self::NotOfComplex => "dr_event.not_of_complex",
            Self::Published => "dr_event.published",
            Self::Closed => "dr_event.closed",
            Self::TooMany => "dr_event.too_many",
        }
    }
}
