//! Upward talk between rooms: a domain says what it saw, the control centre makes an alarm of it.

use serde::{Deserialize, Serialize};

use crate::{ComplexId, Grade, Instant, Position, SignalId};

/// Whether the thing began, changed or ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// It began.
    Raised,
    /// It goes on, with new evidence or another grade.
    Updated,
    /// It ended.
    Cleared,
}

/// What one room tells the control centre. Written to the outbox in the transaction of its cause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Identifies this message; a repeat is ignored.
    pub id: SignalId,
    /// Version of this shape: 1.
    pub v: u16,
    /// Who saw it: `energy.peak`, `vision.zone`, `logistics.dock` …
    pub source: String,
    /// The complex.
    pub complex: ComplexId,
    /// What it is about: `point:ID`, `device:ID`, `establishment:ID`.
    pub subject: String,
    /// What was seen, as a stable code: `peak_ahead`, `person_in_zone`.
    pub kind: String,
    /// How bad.
    pub grade: Grade,
    /// Began, changed or ended.
    pub phase: Phase,
    /// One open alarm for each key.
    pub dedupe_key: String,
    /// Where, if known.
    pub place: Option<Position>,
    /// The value that caused it; never a tenant's value that the operator may not see.
    pub value: Option<f64>,
    /// Unit of the value, UCUM.
    pub unit: Option<String>,
    /// Links to evidence: clips, readings, documents.
    #[serde(default)]
    pub evidence: Vec<String>,
    /// When it was seen.
    pub at: Instant,
}
