//! A point (측정점): one series of values of one device, with its unit and its dated owner.
//!
//! Invariants: `series` is unique and never reused; kind, quantity and unit never change; no two
//! owners at the same instant. The owner at the reading's time decides who may read it, so a
//! successor never sees the former tenant's data.

pub(crate) mod api;
pub(crate) mod owner;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, Instant, PointKind, Position, Series, noun};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::noun::present;

crate::noun::words! {
    /// Whose values they are.
    PointClass, "class of point" {
        /// The complex's own: environment, traffic, common facilities.
        Complex = "complex",
        /// A tenant's: shown to its owner, and to others only when granted.
        Tenant = "tenant",
    }
}

/// Who owned a point from when to when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PointOwner {
    /// The owner.
    #[schema(value_type = uuid::Uuid)]
    pub establishment_id: Id<noun::Establishment>,
    /// Since when.
    pub from: Instant,
    /// Until when, exclusive; absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// A point (측정점).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Point {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<noun::Point>,
    /// The short number of the point in readings.
    #[serde(skip)]
    pub series: Series,
    /// Its complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<noun::Complex>,
    /// Its device.
    #[schema(value_type = uuid::Uuid)]
    pub device_id: Id<noun::Device>,
    /// Key within the device, as in its messages: `pm25`.
    pub key: String,
    /// Korean name.
    pub name: String,
    /// Code of the quantity: `pm25`.
    pub quantity: String,
    /// Unit of the values, UCUM.
    pub unit: String,
    /// What a value means in time. Never changes.
    pub kind: PointKind,
    /// Length of the interval in seconds; only for kind `interval`.
    pub interval_s: Option<u32>,
    /// A value is expected this often, in seconds.
    pub expected_interval_s: u32,
    /// Lowest plausible value.
    pub range_min: Option<f64>,
    /// Highest plausible value.
    pub range_max: Option<f64>,
    /// Decimals to show.
    pub decimals: Option<u8>,
    /// Whose values they are.
    pub class: PointClass,
    /// Where it is; absent: where its device is.
    pub position: Option<Position>,
    /// The owner today; absent when the complex runs it.
    pub owner: Option<PointOwner>,
    /// Invented for the demonstration (시연 데이터).
    pub demo: bool,
    /// Give this back with a change.
    pub version: i64,
    /// When it was registered.
    pub created_at: Instant,
    /// When it was changed last.
    pub updated_at: Instant,
}

/// What it takes to register a point of a device.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointCreate {
    /// Its device.
    #[schema(value_type = uuid::Uuid)]
    pub device_id: Id<noun::Device>,
    /// Key within the device, as in its messages: `pm25`.
    pub key: String,
    /// Korean name; absent: that of the quantity.
    pub name: Option<String>,
    /// Code of the quantity: `pm25`.
    pub quantity: String,
    /// Unit of the values, UCUM; absent: the stored unit of the quantity.
    pub unit: Option<String>,
    /// What a value means in time. Never changes.
    pub kind: PointKind,
    /// Length of the interval in seconds; only for kind `interval`.
    pub interval_s: Option<u32>,
    /// A value is expected this often, in seconds.
    pub expected_interval_s: u32,
    /// Lowest plausible value.
    pub range_min: Option<f64>,
    /// Highest plausible value.
    pub range_max: Option<f64>,
    /// Decimals to show; absent: those of the quantity.
    pub decimals: Option<u8>,
    /// Where it is; absent: where its device is.
    pub position: Option<Position>,
}

/// What to change of a point: absent keeps, `null` clears. Key, quantity, unit and kind never change.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PointUpdate {
    /// The version that the change was made from.
    pub version: i64,
    /// Korean name.
    #[serde(default, deserialize_with = "present")]
    pub name: Option<String>,
    /// A value is expected this often, in seconds.
    #[serde(default, deserialize_with = "present")]
    pub expected_interval_s: Option<u32>,
    /// Lowest plausible value.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    pub range_min: Option<Option<f64>>,
    /// Highest plausible value.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<f64>)]
    pub range_max: Option<Option<f64>>,
    /// Decimals to show.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<u8>)]
    pub decimals: Option<Option<u8>>,
    /// Where it is.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Position>)]
    pub position: Option<Option<Position>>,
}
