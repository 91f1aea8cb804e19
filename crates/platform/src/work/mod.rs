//! Background work: tasks, leases, the outbox, ordered shutdown.
//!
//! A task is idempotent, takes no input and may be killed at any line. Work with input is an outbox row.

pub mod lease;
pub mod outbox;
mod tasks;

pub use tasks::{Stage, Tasks};
