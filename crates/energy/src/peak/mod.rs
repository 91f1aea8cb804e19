//! The watch over billing demands (최대수요 감시): will the running quarter of an hour cost a year of higher
//! basic charges, and can somebody still do something about it?
//!
//! ```text
//!  readings that became durable ──► Book (in memory, a watch for each contract) ──► Signal ──► alarm
//!        contracts, months before ────────┘              └──► GET …/gauge
//! ```
//! # Invariants
//! - A signal is left in the outbox for every notice of a watch, and its value is the tenant's: it is about
//!   the tenant's point, so that the control centre hides it from others.
//! - A contract is watched once its months before are read; until then its gauge says so.
//! - The loop never waits for a question of a person: the book is locked for a batch at most.
//!
//! Sketch: 105,000 contracts take some 100 MB and a tick of all of them some 0.1 s of one core.
//!
//! Deliberately absent: switching loads off. A person does that, or a controller of the plant.

pub(crate) mod api;
mod book;
mod build;
mod register;
#[cfg(test)]
pub(crate) mod tests;
mod work;

pub use crate::carried::Carried;
pub use book::{Book, Happened, Stored, Today, Watched};
pub use register::Register;

/// Who sends the signals.
pub const SOURCE: &str = "energy.peak";
/// A quarter of an hour will pass the limit, and there is time to act.
pub const PEAK_AHEAD: &str = "peak_ahead";
/// A quarter of an hour passed the limit.
pub const PEAK_PASSED: &str = "peak_passed";
