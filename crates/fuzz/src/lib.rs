//! Fuzzing of every decoder of outside bytes, with a harness that needs no nightly compiler.
//!
//! ```text
//! sandan-fuzz ─► one process for each target, with a limit of memory
//!    watches        mutate an input of the corpus ─► run the decoder ─► behaves newly? keep it
//!    it, keeps
//!    the input that ended it (panic, abort, full stack, out of memory, hang)
//! ```
//! There is no coverage on stable: an input is kept when the [`Target`] answers a signature that was not
//! seen before, made of the outcome, the words of the error and the magnitude of the counts. `fuzz/` holds
//! the corpus, and the same targets for cargo-fuzz.
//!
//! A development tool: no crate of the product knows it.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A command line talks to its caller.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod corpus;
pub mod harness;
pub mod mutate;
pub mod supervise;
pub mod targets;
pub mod workbook;

pub use targets::{TARGETS, Target};

/// Runs the target `name` on one input: what the programs of cargo-fuzz call.
pub fn run(name: &str, input: &[u8]) {
    let target = TARGETS.iter().find(|target| target.name == name);
    (target.expect("the program is named after a target").run)(input);
}
