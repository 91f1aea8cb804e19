//! The file of a plan: what `sandan vrp solve` writes and `sandan vrp check` reads.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{INPUT_BYTES_MAX, NODES_MAX, Solution, VEHICLES_MAX};

/// Why the file of a plan was refused.
#[derive(Debug, Error)]
pub enum PlanFileError {
    /// It is too long.
    #[error("the plan has {0} bytes, at most {INPUT_BYTES_MAX}")]
    Bytes(usize),
    /// It is no JSON of this form; the message names line and column.
    #[error("the plan is not understood: {0}")]
    Json(#[from] serde_json::Error),
    /// It has too many routes or stops.
    #[error("the plan has more than {VEHICLES_MAX} routes or {NODES_MAX} customers")]
    Size,
    /// Routes and vehicles differ in number.
    #[error("{routes} routes have {vehicles} vehicles in `route_vehicles`")]
    Vehicles {
        /// Routes of the plan.
        routes: usize,
        /// Entries of `route_vehicles`.
        vehicles: usize,
    },
}

/// A plan for an instance of the literature.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile {
    /// Customers by number, the depot left out; 0 inside a route loads again.
    pub routes: Vec<Vec<usize>>,
    /// Customers that no route serves.
    #[serde(default)]
    pub unserved: Vec<usize>,
    /// Distance in units of the file, under `convention`.
    pub distance: f64,
    /// Routes with a customer.
    pub vehicles: usize,
    /// Vehicle of each route, counted from 1 over the fleet of the instance. Without it route `k` is
    /// driven by vehicle `k`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route_vehicles: Option<Vec<usize>>,
    /// Cost as published for the family, where it is not the distance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// How the distance was measured: `exact`, `dimacs`, `rounded` or `thousandths`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub convention: Option<String>,
}

impl PlanFile {
    /// Reads the file of a plan.
    pub fn read(text: &str) -> Result<Self, PlanFileError> {
        if text.len() > INPUT_BYTES_MAX {
            return Err(PlanFileError::Bytes(text.len()));
        }
        let plan: Self = serde_json::from_str(text)?;
        let stops: usize = plan.routes.iter().map(Vec::len).sum();
        if plan.routes.len() > VEHICLES_MAX || stops > 2 * NODES_MAX {
            return Err(PlanFileError::Size);
        }
        if let Some(vehicles) = &plan.route_vehicles
            && vehicles.len() != plan.routes.len()
        {
            let (routes, vehicles) = (plan.routes.len(), vehicles.len());
            return Err(PlanFileError::Vehicles { routes, vehicles });
        }
        Ok(plan)
    }

    /// Its routes with their vehicles. Vehicle 0, which no fleet has, becomes one beyond any fleet.
    pub fn solution(&self) -> Solution {
        let mut solution = Solution::in_order(self.routes.clone());
        if let Some(vehicles) = &self.route_vehicles {
            solution.vehicles =
                vehicles.iter().map(|number| number.checked_sub(1).unwrap_or(usize::MAX)).collect();
        }
        solution
    }
}
