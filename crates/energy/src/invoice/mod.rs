//! An invoice (청구서): what KEPCO asked for in a month, as somebody typed it in, kept so that it is typed once.
//!
//! # Invariants
//! - It is the customer's own: seen and changed by whoever keeps the contract.
//! - A contract has one invoice for a month; a line stands in it once.
//! - What was invoiced is never computed here: [`crate::invoice_check`] puts it beside the bill.
//!
//! Deliberately absent: scans and files of invoices, and passwords of KEPCO's customer pages.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant};
use energy_rules::bill::BillMonth;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::electricity_contract::ElectricityContract;

/// Won that a line may hold, above and below zero: 10 trillion.
pub const WON_MAX: i64 = 10_000_000_000_000;
/// kWh or kW that a line may hold.
pub const QUANTITY_MAX: f64 = 1e9;
/// The longest note, in characters.
pub const NOTE_CHARS_MAX: usize = 500;

/// The invoice of a month at its present version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Invoice {
    /// The contract.
    #[schema(value_type = uuid::Uuid)]
    pub contract_id: Id<ElectricityContract>,
    /// The month that names it: `2026-07`.
    #[schema(value_type = String)]
    pub month: BillMonth,
    /// What stands on it, as far as it was typed in.
    pub lines: Vec<InvoiceLine>,
    /// What is to be known of it, in the words of who typed it.
    #[serde(default)]
    pub note: String,
    /// Rises by one with each change.
    pub version: u32,
    /// When this version was written.
    pub updated_at: Instant,
    /// Who wrote it.
    pub updated_by: Actor,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceLine {
    /// A group such as `basic`, `energy`, `vat`, `total`, or one line such as `energy.summer.peak`.
    pub code: String,
    /// Won; below zero where it is taken off.
    pub won: i64,
    /// kWh or kW, where the invoice prints it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<f64>,
}

/// An invoice as somebody types it.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InvoiceNew {
    /// The version that was read; 0 when there was none.
    pub version: u32,
    /// What stands on it.
    pub lines: Vec<InvoiceLine>,
    /// What is to be known of it.
    #[serde(default)]
    pub note: String,
}

/// Why an operation on an invoice was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvoiceError {
    /// No invoice of the month is kept.
    #[error("no invoice of {0} is kept for this contract: type it in first")]
    NotFound(BillMonth),
    /// Something about it is wrong.
    #[error("the invoice cannot be kept: {} {}", .0.pointer, .0.detail)]
    Invalid(FieldError),
    /// It was changed in between.
    #[error("you changed version {given} of this invoice, but it is at {current}: load it again")]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
}

impl Coded for InvoiceError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Stale { .. } => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "invoice.not_found",
            Self::Invalid(_) => "invoice.invalid",
            Self::Stale { .. } => "invoice.stale",
        }
    }
}
