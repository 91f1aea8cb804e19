//! Outcome figures on their way to the programme office.

use serde::{Deserialize, Serialize};

use crate::{Instant, Scope};

/// One outcome figure with what it takes to believe it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Measure {
    /// Stable key: `control.alarms_handled`.
    pub key: String,
    /// Version of the formula that made it.
    pub formula_version: u32,
    /// Of whom.
    pub scope: Scope,
    /// Unit, UCUM.
    pub unit: String,
    /// Start of the period.
    pub from: Instant,
    /// End of the period.
    pub until: Instant,
    /// The figure; absent when it cannot be known.
    pub value: Option<f64>,
    /// Share of the data that was there, 0 to 1.
    pub coverage: f64,
    /// Half width of the uncertainty, in the unit, if known.
    pub uncertainty: Option<f64>,
    /// Links to the records behind it.
    pub evidence: Vec<String>,
    /// When it was computed.
    pub computed_at: Instant,
}
