//! A simulated complex that speaks the real protocols, seeded and repeatable; and a kit for tests.
//!
//! All firms, places, plans and values in here are invented (시연 데이터).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod dice;
pub mod fault;
pub mod geometry;
pub mod plan;
mod wall;
pub mod world;
