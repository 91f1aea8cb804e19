//! Readings for the people who may see them.
//!
//! Invariants: a reading of a tenant's point is shown to those who may read for the establishment that
//! owned the point AT THE READING'S TIME, and to nobody else: a successor does not see the former
//! tenant's readings, nor the other way round.

pub(crate) mod access;
pub(crate) mod api;
mod as_of;
mod ask;
mod file;
mod fill;
mod group;
mod many;
mod select;

pub use access::Permitted;
pub use api::routes;
pub use many::routes as many_routes;

#[cfg(test)]
mod many_tests;
#[cfg(test)]
mod tests;
