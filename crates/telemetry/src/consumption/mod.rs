//! Consumption (사용량) of a meter that only counts up: what was used between two of its readings.
//!
//! Absent on purpose: intervals are amounts already, and a gauge has no consumption.

mod api;
pub(crate) mod rules;
mod slots;
#[cfg(test)]
mod tests;

pub(crate) use api::routes;
pub use slots::{EDGE_MS, counter_slots};
