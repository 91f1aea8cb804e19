//! What a routing problem is, and what a plan is.
//!
//! A [`Problem`] is plain data with public fields. Whoever reads a file fills one; the solver calls
//! [`Problem::validate`] before it believes it. Every reference between parts is an index into the
//! vectors of the same problem, so that no name can dangle unnoticed.
//!
//! ```text
//! Problem ── profiles: metres and seconds between places, per kind of vehicle
//!         ├─ sites:    a place with opening hours and docks
//!         ├─ requests: a chain of 1..=8 stops, each at a site, all on one vehicle and one trip
//!         ├─ vehicles: kinds of vehicle, each with a count
//!         ├─ locks:    what the search may not touch
//!         └─ rules, objective, baseline (the published plan)
//! ```
//!
//! Load: a pickup adds its amounts, a delivery takes them off. What a request delivers before it
//! has picked it up was loaded at the start of the trip; what it has left at the end is unloaded at
//! the end of the trip. So a lone delivery comes from the depot, a lone pickup goes to the depot,
//! and a pickup with a delivery is a transport between two sites.

mod error;
mod lock;
mod place;
mod plan;
mod problem;
mod request;
mod validate;
mod vehicle;

pub use error::ProblemError;
pub use lock::{Baseline, ExecutedStop, Lock};
pub use place::{Profile, Site, Window};
pub use plan::{Plan, Reason, Route, Unserved, Visit, VisitKind};
pub use problem::{Objective, Problem, Rules, limits};
pub use request::{Request, Stop, StopKind};
pub use vehicle::{Break, COST_UNITS_PER_WON, Reload, Vehicle, cost_units};
