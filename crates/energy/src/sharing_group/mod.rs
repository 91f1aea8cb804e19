//! Groups of tenants (공유 그룹) whose sums are published by the hour, and benchmarks by the month.
//!
//! ```text
//!  levels of sharing ──► groups of a month, fixed at its first publication ──► hours: open, published, suppressed
//!  contracts' meters ─────────────────────────────────────────────────────────┘      (never changed again)
//! ```
//! # Invariants
//! - A task publishes; a question only reads what was published. So no question can choose its own set.
//! - Members count from the month on whose first moment they shared; who leaves takes the group's month off
//!   the page at once, and no sum of the others is made for it.
//! - Names and values of members never leave; a tenant sees its own figures beside quartiles.
//!
//! Sketch: 500 tenants are 500 x 96 readings a day; a round every minute reads the day of the first open
//! hour for each, some 50,000 readings.

pub(crate) mod api;
pub(crate) mod publish;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::Id;
use base::noun::{Complex, Establishment};
use energy_rules::bill::BillMonth;
use energy_rules::sharing::{Benchmark, Group, Metric, Reason};
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A group of a month, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Kept<B> {
    pub(crate) complex: Id<Complex>,
    pub(crate) month: BillMonth,
    pub(crate) code: String,
    pub(crate) version: u32,
    pub(crate) body: B,
}

/// Hourly sums of a group.
pub(crate) type Totals = Kept<Group<Id<Establishment>>>;
/// A group compared.
pub(crate) type Compared = Kept<BenchmarkBody>;

/// What became of the benchmark of a group in its month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BenchmarkBody {
    pub(crate) members: Vec<Id<Establishment>>,
    pub(crate) outcome: Result<Benchmark<Id<Establishment>>, Reason>,
}

/// The published sums of a complex in a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharingGroupList {
    /// The month: `2026-11`.
    #[schema(value_type = String)]
    pub month: BillMonth,
    /// By industry; disjoint, fixed for the month.
    pub items: Vec<SharingGroupView>,
}

/// A group and what is published of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharingGroupView {
    /// Two digits of KSIC; `rest` are all others.
    pub code: String,
    /// How many tenants it is of; absent when they are too few to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_count: Option<usize>,
    /// Whether one of your establishments is among them.
    pub is_mine: bool,
    /// Why nothing is published: `too_few`, `member_left`, `differencing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reason: Option<Reason>,
    /// Sum of the published hours, kWh.
    pub kwh: f64,
    /// Hours that are published.
    pub published_hours: usize,
    /// Hours that are suppressed, each with its reason.
    pub suppressed_hours: usize,
    /// Hours that are over or to come, and not decided yet.
    pub open_hours: usize,
    /// The decided hours, by time.
    pub hours: Vec<SharingHour>,
}

/// An hour of a group.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharingHour {
    /// Its start, civil time of Korea.
    #[schema(value_type = String)]
    pub start: DateTime,
    /// The sum of all members, kWh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kwh: Option<f64>,
    /// Why there is none: `dominated`, `missing_values`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub reason: Option<Reason>,
}

/// An establishment beside the others of its group.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenchmarkView {
    /// The establishment.
    #[schema(value_type = uuid::Uuid)]
    pub establishment_id: Id<Establishment>,
    /// The month; absent when none was made yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub month: Option<BillMonth>,
    /// Two digits of KSIC; `rest` are all others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How many are compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<usize>,
    /// Why there is none: `level_too_low`, `waiting`, `too_few`, `dominated`, `missing_values`,
    /// `member_left`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// What is compared.
    pub metrics: Vec<BenchmarkMetric>,
}

/// One figure and its place.
#[derive(Debug, Serialize, ToSchema)]
pub struct BenchmarkMetric {
    /// `load_factor`, `night_ratio`, `weekend_ratio`, `kwh_per_m2` or `peak_coincidence`.
    #[schema(value_type = String)]
    pub metric: Metric,
    /// Your own; absent when it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub own: Option<f64>,
    /// In which quarter of the group yours is: 1 the lowest to 4.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quarter: Option<u8>,
    /// First quartile, median and third quartile, rounded; absent when fewer than five have the figure.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<f64>>)]
    pub quartiles: Option<[f64; 3]>,
}
