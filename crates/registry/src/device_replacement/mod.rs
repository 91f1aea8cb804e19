//! A device replacement (장치 교체): a broken device gives its points to the next one. The series go on,
//! so that the point keeps its history, its owners and its alarms.
//!
//! Invariants: the points, not the readings, move; the old device retires and keeps key, certificates and
//! calibration; the instant is kept for each point, so that consumption does not run across two meters.

pub(crate) mod api;
pub(crate) mod replace;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, Instant, noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Marks identifiers of replacements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceReplacementNoun;

/// What the meters showed at the moment of the replacement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeterReading {
    /// Key of the point, such as `kwh`.
    pub point: String,
    /// What the old meter showed last; absent: unknown.
    pub final_value: Option<f64>,
    /// What the new meter showed first; absent: unknown.
    pub first_value: Option<f64>,
}

/// A replacement that took place.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DeviceReplacement {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<DeviceReplacementNoun>,
    /// Its complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<noun::Complex>,
    /// The device that broke.
    #[schema(value_type = uuid::Uuid)]
    pub old_device_id: Id<noun::Device>,
    /// Its key.
    pub old_key: String,
    /// The device that took over.
    #[schema(value_type = uuid::Uuid)]
    pub new_device_id: Id<noun::Device>,
    /// Its key.
    pub new_key: String,
    /// Since when the values are those of the new device.
    pub at: Instant,
    /// Why.
    pub reason: Option<String>,
    /// Who did it.
    pub replaced_by: String,
    /// When it was put down.
    pub created_at: Instant,
}
