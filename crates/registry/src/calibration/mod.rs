//! A calibration record (교정 기록): when a device was calibrated, by whom, and until when that holds. A
//! profile says how often its devices must be; values measured outside a record are flagged.
//!
//! Invariants: a record never changes; a mistaken one is voided and stays to be seen. What counts is the
//! time of measurement, not of arrival.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, Instant, noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Marks identifiers of calibration records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CalibrationNoun;

/// A calibration record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Calibration {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<CalibrationNoun>,
    /// The device.
    #[schema(value_type = uuid::Uuid)]
    pub device_id: Id<noun::Device>,
    /// What was done.
    #[serde(flatten)]
    pub work: CalibrationCreate,
    /// Who put it down here.
    pub recorded_by: String,
    /// When it was put down.
    pub created_at: Instant,
    /// Since when it does not count, because it was a mistake.
    pub voided_at: Option<Instant>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalibrationCreate {
    /// When the device was calibrated.
    pub calibrated_at: Instant,
    /// Until when that holds.
    pub valid_until: Instant,
    /// The laboratory or the person.
    pub calibrated_by: String,
    /// Number of the certificate (교정성적서 번호).
    pub certificate_number: Option<String>,
    /// Where the certificate is kept: a file name, a document number.
    pub file_reference: Option<String>,
    /// Anything else.
    pub note: Option<String>,
}
