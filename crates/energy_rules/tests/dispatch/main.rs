//! Dispatch of batteries on a real plant, against figures of an independent solver.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod forecast;
mod optimum;
mod property;
mod rolling;
mod steel;
