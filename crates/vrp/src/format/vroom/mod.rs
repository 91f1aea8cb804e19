//! VROOM's JSON (as of 1.15), read strictly: a field that is not known is refused with its line, a
//! field that is known but cannot be honoured is named ([`VroomError::Unsupported`]).

mod convert;
mod output;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use super::INPUT_BYTES_MAX;

pub use convert::{VroomProblem, problem};

/// Why an input of VROOM was refused.
#[derive(Debug, Error)]
pub enum VroomError {
    /// It is too long.
    #[error("the input has {0} bytes, at most {INPUT_BYTES_MAX}")]
    Bytes(usize),
    /// It is no JSON of this form; the message names line and column.
    #[error("the input is not understood: {0}")]
    Json(#[from] serde_json::Error),
    /// A field is known and cannot be honoured.
    #[error("{thing}: `{field}` is not supported{hint}")]
    Unsupported {
        /// Whose field.
        thing: String,
        /// Its name.
        field: &'static str,
        /// What to do, with its own punctuation; may be empty.
        hint: &'static str,
    },
    /// A value makes no sense.
    #[error("{thing}: {what}")]
    Value {
        /// Whose value.
        thing: String,
        /// What is wrong.
        what: String,
    },
}

/// Everything that VROOM is asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Single visits.
    #[serde(default)]
    pub jobs: Vec<Job>,
    /// Pairs.
    #[serde(default)]
    pub shipments: Vec<Shipment>,
    /// Vehicles.
    #[serde(default)]
    pub vehicles: Vec<Vehicle>,
    /// Matrices by profile.
    #[serde(default)]
    pub matrices: BTreeMap<String, Matrices>,
}

/// Square matrices of one profile.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Matrices {
    /// Seconds.
    pub durations: Option<Vec<Vec<i64>>>,
    /// Metres.
    pub distances: Option<Vec<Vec<i64>>>,
    /// Costs: not supported.
    pub costs: Option<Vec<Vec<i64>>>,
}

/// One visit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names of VROOM's documentation")]
pub struct Job {
    pub id: u64,
    pub description: Option<String>,
    pub location: Option<[f64; 2]>,
    pub location_index: Option<usize>,
    #[serde(default)]
    pub setup: i64,
    #[serde(default)]
    pub service: i64,
    #[serde(default)]
    pub delivery: Vec<i64>,
    #[serde(default)]
    pub pickup: Vec<i64>,
    #[serde(default)]
    pub skills: Vec<u64>,
    #[serde(default)]
    pub priority: i64,
    #[serde(default)]
    pub time_windows: Vec<[i64; 2]>,
    pub setup_per_type: Option<BTreeMap<String, i64>>,
    pub service_per_type: Option<BTreeMap<String, i64>>,
}

/// A pickup and a delivery on one vehicle.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names of VROOM's documentation")]
pub struct Shipment {
    pub pickup: Step,
    pub delivery: Step,
    #[serde(default)]
    pub amount: Vec<i64>,
    #[serde(default)]
    pub skills: Vec<u64>,
    #[serde(default)]
    pub priority: i64,
}

/// One end of a shipment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names of VROOM's documentation")]
pub struct Step {
    pub id: u64,
    pub description: Option<String>,
    pub location: Option<[f64; 2]>,
    pub location_index: Option<usize>,
    #[serde(default)]
    pub setup: i64,
    #[serde(default)]
    pub service: i64,
    #[serde(default)]
    pub time_windows: Vec<[i64; 2]>,
    pub setup_per_type: Option<BTreeMap<String, i64>>,
    pub service_per_type: Option<BTreeMap<String, i64>>,
}

/// One vehicle.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names of VROOM's documentation")]
pub struct Vehicle {
    pub id: u64,
    pub profile: Option<String>,
    pub description: Option<String>,
    pub start: Option<[f64; 2]>,
    pub start_index: Option<usize>,
    pub end: Option<[f64; 2]>,
    pub end_index: Option<usize>,
    #[serde(default)]
    pub capacity: Vec<i64>,
    #[serde(default)]
    pub costs: Costs,
    #[serde(default)]
    pub skills: Vec<u64>,
    pub time_window: Option<[i64; 2]>,
    #[serde(default)]
    pub breaks: Vec<Break>,
    pub speed_factor: Option<f64>,
    pub max_tasks: Option<u64>,
    pub max_travel_time: Option<i64>,
    pub max_distance: Option<i64>,
    pub steps: Option<Vec<serde_json::Value>>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// What a vehicle costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "the names of VROOM's documentation")]
pub struct Costs {
    pub fixed: i64,
    pub per_hour: i64,
    pub per_km: i64,
    pub per_task_hour: i64,
}

impl Default for Costs {
    fn default() -> Self {
        Self { fixed: 0, per_hour: 3_600, per_km: 0, per_task_hour: 0 }
    }
}

/// A pause.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names of VROOM's documentation")]
pub struct Break {
    pub id: u64,
    pub description: Option<String>,
    #[serde(default)]
    pub time_windows: Vec<[i64; 2]>,
    #[serde(default)]
    pub service: i64,
    pub max_load: Option<Vec<i64>>,
}

impl Input {
    /// Reads an input.
    pub fn read(text: &str) -> Result<Self, VroomError> {
        if text.len() > INPUT_BYTES_MAX {
            return Err(VroomError::Bytes(text.len()));
        }
        Ok(serde_json::from_str(text)?)
    }
}

/// What VROOM's own program answers to a wrong input: code 2 and the words.
pub fn failure(error: &VroomError) -> serde_json::Value {
    serde_json::json!({ "code": 2, "error": error.to_string() })
}
