//! A load plan (가동 계획): days on which a customer shuts down, or makes more or less than on other days.
//!
//! # Invariants
//! - It is the customer's own: seen and changed by whoever keeps the contract.
//! - The entries of a contract do not overlap, so that no day has two plans.
//! - Entries of the past stay: forecasts learn from past days what an ordinary day draws.
//!
//! Deliberately absent: plans by the hour, by machine or by product; an entry is withdrawn and written anew
//! instead of changed.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::electricity_contract::ElectricityContract;

/// Entries of one contract at most.
pub const ENTRIES_MAX: usize = 1_000;
/// Days of one entry at most.
pub const DAYS_MAX: i64 = 366;
/// The longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 200;
/// Factors that are believed, per cent of an ordinary day.
pub const FACTOR_PERCENT: std::ops::RangeInclusive<u16> = 5..=500;

/// Days that are planned alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LoadPlan {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<LoadPlan>,
    /// The contract.
    #[schema(value_type = uuid::Uuid)]
    pub contract_id: Id<ElectricityContract>,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// What is planned.
    pub kind: LoadPlanKind,
    /// Production over that of an ordinary day of its type, per cent; with kind `factor` only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor_percent: Option<u16>,
    /// Why, in the words of who wrote it.
    #[serde(default)]
    pub note: String,
    /// When it was written.
    pub created_at: Instant,
    /// Who wrote it.
    pub created_by: Actor,
}

/// What is planned for days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LoadPlanKind {
    /// Nothing is made (휴지).
    Shutdown,
    /// More or less is made than on an ordinary day.
    Factor,
}

/// An entry as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoadPlanNew {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// What is planned.
    pub kind: LoadPlanKind,
    /// Production over that of an ordinary day, 5 to 500 per cent; with kind `factor` only.
    #[serde(default)]
    pub factor_percent: Option<u16>,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// Why an operation on a plan was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadPlanError {
    /// No such entry, or none that the reader may know of.
    #[error("there is no load plan {0} that you may see")]
    NotFound(Id<LoadPlan>),
    /// Something about it is wrong.
    #[error("the plan cannot be kept: {} {}", .0.pointer, .0.detail)]
    Invalid(FieldError),
    /// Another entry holds some of its days.
    #[error("{from} to {to} is planned already: withdraw that entry first, or choose other days")]
    Overlap {
        /// The first day of the other entry.
        from: Date,
        /// Its last day.
        to: Date,
    },
    /// Too many.
    #[error(
        "this contract has {ENTRIES_MAX} plan entries, the most there may be: withdraw old ones"
    )]
    TooMany,
}

impl Coded for LoadPlanError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Overlap { .. } | Self::TooMany => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "load_plan.not_found",
            Self::Invalid(_) => "load_plan.invalid",
            Self::Overlap { .. } => "load_plan.overlap",
            Self::TooMany => "load_plan.too_many",
        }
    }
}
