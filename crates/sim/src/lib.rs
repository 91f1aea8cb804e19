//! A simulated complex that speaks the real protocols, seeded and repeatable; and a kit for tests.
//!
//! Everything in here is invented (시연 데이터): firms, places, devices and values. What it sends goes
//! through the public doors only, MQTT and HTTP, so that whatever works with it works with real devices.
//!
//! | module | what it is |
//! |---|---|
//! | [`geometry`] | the lie of the land and the schematic base map, pure |
//! | [`plan`] | who and what exists, and the registry's seed, pure |
//! | [`world`] | the value of any point at any time, pure |
//! | [`fault`] | what goes wrong and when, pure |
//! | [`publish`] | MQTT as devices send it, history over HTTP |
//! | [`load`] | how much the platform takes |
//! | [`open_data`] | the public services for air quality and weather, with their faults |
//! | [`testkit`] | one device, for tests of other crates |
//!
//! Invariants: the first four read no clock; the same seed gives the same world; nothing here knows the
//! inside of another crate (the registry is a dependency of tests only).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

mod command;
mod dice;
pub mod fault;
pub mod geometry;
pub mod load;
pub mod open_data;
pub mod plan;
pub mod publish;
pub mod testkit;
pub mod vtn;
mod wall;
pub mod world;

pub use command::{SimArgs, run};
