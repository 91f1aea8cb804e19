//! Shared readings (공유 값): a tenant's values as a grant tells them to its recipient, and the read log that
//! the tenant sees.
//!
//! # Invariants
//! - Values are read as the owner may read them, made coarse, and only then shown: the recipient's own roles
//!   open nothing of the raw readings (ADR 0014).
//! - Whole buckets only, by whole days of Korea: no question can be cut so that the difference of two
//!   answers tells of a quarter of an hour.
//! - The row of the log and the last look at the grant are one transaction, and the answer leaves after it:
//!   no value leaves without its row.

pub(crate) mod api;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::noun::{Establishment, Point};
use base::{Actor, Id, Instant};
use energy_rules::sharing::Resolution;
use jiff::civil::{Date, DateTime};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::sharing_grant::SharingGrant;

/// Days of one question.
pub const DAYS_MAX: i32 = 366;
/// Values of one answer.
pub const VALUES_MAX: usize = 200_000;

/// One read of a tenant's values by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SharingRead {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<SharingRead>,
    /// Under which grant.
    #[schema(value_type = uuid::Uuid)]
    pub grant_id: Id<SharingGrant>,
    /// Whose values.
    #[schema(value_type = uuid::Uuid)]
    pub establishment_id: Id<Establishment>,
    /// When.
    pub at: Instant,
    /// Who read.
    pub actor: Actor,
    /// First day of the values.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day of the values.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// `quarter_hour`, `hour`, `day` or `month`.
    #[schema(value_type = String)]
    pub resolution: Resolution,
    /// Of so many points.
    pub point_count: u32,
    /// So many values.
    pub value_count: u32,
}

/// The values that a grant tells.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedReadings {
    /// The grant.
    #[schema(value_type = uuid::Uuid)]
    pub grant_id: Id<SharingGrant>,
    /// First day that was asked for and granted.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
    /// `quarter_hour`, `hour`, `day` or `month`.
    #[schema(value_type = String)]
    pub resolution: Resolution,
    /// By point.
    pub series: Vec<SharedSeries>,
    /// Values in all; so many stand in the owner's log.
    pub value_count: u32,
}

/// The values of one point.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedSeries {
    /// The point.
    #[schema(value_type = uuid::Uuid)]
    pub point_id: Id<Point>,
    /// Its name.
    pub name: String,
    /// Its quantity.
    pub quantity: String,
    /// Unit of the values, UCUM.
    pub unit: String,
    /// By time; only buckets that are whole and over.
    pub items: Vec<SharedValue>,
    /// Whether the point was not the owner's for a part of the time, which is left out.
    pub hidden: bool,
}

/// The sum of a bucket.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharedValue {
    /// Its start, civil time of Korea.
    #[schema(value_type = String)]
    pub start: DateTime,
    /// The sum; absent when nothing is known, or while missing quarters of an hour may still come.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// Quarters of an hour that it has.
    pub slots: u32,
    /// Those of which nothing is known: the sum is then too small.
    pub missing_slots: u32,
}
