//! Device health (장치 상태): how old the newest value of each device is, how much of a day is missing, what
//! was refused of it, and how its battery and its radio are. For whoever must drive out and mend it.
//!
//! Health is no value of a tenant: an operator sees that a meter is dark, never what it measured.
//! Invariant: a device without points is `unknown`, not silent: nothing can be expected of it.
//!
//! Sketch: 2,000 devices with 10,000 points make 14 million readings a day; what is missing is counted by
//! one query, at most once a minute for a complex, and kept.

mod api;
mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::noun::{Complex, Device, Establishment};
use base::{Id, Instant};
use serde::Serialize;
use utoipa::ToSchema;

pub use api::routes;
pub use store::statements;

/// How a device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthState {
    /// A value came in time.
    Live,
    /// Values came, but none in time.
    Silent,
    /// No value ever came.
    Never,
    /// It has no points: nothing is expected of it.
    Unknown,
}

/// The health of one device.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DeviceHealth {
    /// The device.
    #[schema(value_type = uuid::Uuid)]
    pub device_id: Id<Device>,
    /// Its key.
    pub key: String,
    /// Korean name.
    pub name: String,
    /// What sort.
    pub kind: registry::device::DeviceKind,
    /// Its complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<Complex>,
    /// Whose device it is.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub establishment_id: Option<Id<Establishment>>,
    /// The gateway that it speaks through.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub gateway_id: Option<Id<Device>>,
    /// How it is.
    pub state: HealthState,
    /// Its points.
    pub points: usize,
    /// When its newest value was measured.
    pub newest_at: Option<Instant>,
    /// When anything of it last reached us.
    pub heard_at: Option<Instant>,
    /// Seconds since then.
    pub age_s: Option<i64>,
    /// The shortest time between values that its points expect, in seconds.
    pub expected_interval_s: Option<u32>,
    /// The share of the expected values of the last 24 hours that did not come, 0 to 1; absent when that is
    /// not known now.
    pub missing_share: Option<f64>,
    /// Readings that were refused in the last 24 hours.
    pub rejects: i64,
    /// Battery, %.
    pub battery: Option<f64>,
    /// Signal strength, dBm.
    pub signal_dbm: Option<f64>,
    /// Until when its calibration holds.
    pub calibration_until: Option<Instant>,
    /// Its profile asks for a calibration that it does not hold now.
    pub uncalibrated: bool,
    /// Whether it is there, by the births and deaths of Sparkplug B; absent when it tells none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// Since when its edge node is there, or gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub online_since: Option<Instant>,
}
