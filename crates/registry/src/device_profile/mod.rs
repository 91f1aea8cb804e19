//! A device profile (장치 프로파일): what a model of device measures. A device that is registered with
//! a profile gets one point for each metric. A later change of the profile changes no point; applying the
//! profile adds the points that its devices lack. What is checked on arrival (conversion, stuck, spike, roll-over), the mapping of messages and the retention
//! follow the profile as it stands.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;

use base::PointKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Marks identifiers of device profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceProfileNoun;

/// The most metrics of a profile.
pub const METRICS_MAX: usize = 64;

/// One thing that a device measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// Key within the device, as in its messages: `pm25`.
    pub key: String,
    /// Name of the point; absent: the Korean name of the quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Code of the quantity: `pm25`.
    pub quantity: String,
    /// Unit of the values, UCUM; absent: the stored unit of the quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What a value means in time.
    pub kind: PointKind,
    /// Length of the interval in seconds; only for kind `interval`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_s: Option<u32>,
    /// A value is expected this often, in seconds.
    pub expected_interval_s: u32,
    /// Lowest plausible value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Highest plausible value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Decimals to show; absent: those of the quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u8>,
    /// Unit in which the device sends, UCUM; absent: the stored unit. Converted once, on arrival.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_unit: Option<String>,
    /// The same value for this many seconds is stuck (고착); absent: not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stuck_after_s: Option<u32>,
    /// A greater change from one value to the next is a spike (급변); absent: not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_step: Option<f64>,
    /// A counter begins at 0 again when it reaches this; only for kind `counter`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollover_at: Option<f64>,
}

crate::noun::noun! {
    /// A device profile (장치 프로파일).
    DeviceProfile of DeviceProfileNoun;
    /// What it takes to register a device profile.
    DeviceProfileCreate;
    /// What to change of a device profile: absent keeps.
    DeviceProfileUpdate;
    at_birth {
        /// Short code, unique: `air-basic`.
        code: String,
    }
    any_time {
        /// Korean name.
        name: String,
        /// What its devices measure, at most 64.
        metrics: Vec<Metric>,
        /// Turns a message of the device into a list of readings, a `jaq` expression; absent: it sends
        /// the platform's own form.
        mapping: Option<String>,
        /// Readings are kept this many days; absent: for good.
        retention_days: Option<u32>,
        /// Its devices must be calibrated this often, in days: without a valid record their values are
        /// flagged. Absent: no calibration is asked for.
        calibration_days: Option<u32>,
    }
    afterwards {}
}
