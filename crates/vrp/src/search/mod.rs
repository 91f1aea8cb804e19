//! Search: from a problem to a good plan, better the longer it may take.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "all numbers were checked against `model::limits` before the search begins"
)]

mod chain;
mod emit;
mod exact;
mod net;
mod portfolio;
mod recreate;
mod resume;
mod rng;
mod ruin;
mod scan;
mod solver;
mod state;
mod tour;

pub use portfolio::{THREADS, portfolio};
pub use solver::{Budget, Improvement, Options, Solver};
