//! Readings for the people who may see them.
//!
//! Invariants: a reading of a tenant's point is shown to those who may read for the establishment that
//! owned the point AT THE READING'S TIME, and to nobody else: a successor does not see the former
//! tenant's readings, nor the other way round.

pub(crate) mod access;
pub(crate) mod api;

pub use api::routes;

#[cfg(test)]
mod tests;
