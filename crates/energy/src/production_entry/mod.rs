//! A production entry (생산량): how much of a product was made in a month at the meter of a contract.
//!
//! # Invariants
//! - It is seen and changed by whoever sees and keeps the contract: what a tenant makes is its own.
//! - A product stands once in a month; the stated shares of a month are 100 % at most.
//!
//! Deliberately absent: orders, batches and stock; a product is a name and a code as people type them.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::noun::Point;
use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant};
use energy_rules::bill::BillMonth;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::electricity_contract::ElectricityContract;

/// Entries of one month of a contract at most.
pub const ENTRIES_PER_MONTH_MAX: usize = 50;
/// The longest name of a product, in characters.
pub const PRODUCT_CHARS_MAX: usize = 120;
/// The longest CN or HS code, in characters.
pub const CODE_CHARS_MAX: usize = 20;
/// The most tonnes of a month.
pub const TONNES_MAX: f64 = 1e9;

/// An entry at its present version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductionEntry {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<ProductionEntry>,
    /// The contract by whose meter the product is made.
    #[schema(value_type = uuid::Uuid)]
    pub contract_id: Id<ElectricityContract>,
    /// What was made.
    pub made: Production,
    /// Rises by one with each change.
    pub version: u32,
    /// When this version was written.
    pub updated_at: Instant,
    /// Who wrote it.
    pub updated_by: Actor,
}

/// What was made of a product in a month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Production {
    /// The month: `2026-10`.
    #[schema(value_type = String)]
    pub month: BillMonth,
    /// The product, as its people call it.
    pub product: String,
    /// Its CN or HS code, as it is written on the customs papers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Tonnes, to the kilogram.
    pub tonnes: f64,
    /// Its share of the contract's electricity, per cent; not beside `point_id`. Without both the product
    /// takes part in what is left, by tonnes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share_percent: Option<f64>,
    /// The point that counts its electricity, as intervals of 15 minutes or as a counter read as often, kWh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub point_id: Option<Id<Point>>,
}

/// An entry as somebody changes it.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProductionEntryChange {
    /// The version that was read.
    pub version: u32,
    /// What was made.
    pub made: Production,
}

/// Why an operation on an entry was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProductionEntryError {
    /// No such entry, or none that the reader may know of.
    #[error("there is no production entry {0} that you may see")]
    NotFound(Id<ProductionEntry>),
    /// Something about it is wrong.
    #[error("the production entry cannot be kept: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// It was changed in between.
    #[error("you changed version {given} of this entry, but it is at {current}: load it again")]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// The product stands in that month already.
    #[error("{product} stands in {month} already: change that entry")]
    Taken {
        /// The product.
        product: String,
        /// The month.
        month: BillMonth,
    },
    /// Too many.
    #[error("{0} has {ENTRIES_PER_MONTH_MAX} products, the most there may be")]
    TooMany(BillMonth),
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for ProductionEntryError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Stale { .. } | Self::Taken { .. } | Self::TooMany(_) => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "production_entry.not_found",
            Self::Invalid(_) => "production_entry.invalid",
            Self::Stale { .. } => "production_entry.stale",
            Self::Taken { .. } => "production_entry.taken",
            Self::TooMany(_) => "production_entry.too_many",
        }
    }
}
