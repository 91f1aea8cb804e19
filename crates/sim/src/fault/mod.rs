//! What goes wrong, on purpose and repeatably: silence, spikes, late and duplicate data, episodes.
//!
//! A fault is asked for with `--fault KIND:DEVICE:FROM:FOR`, where FROM counts from the start of the run:
//! `silence:jj1-air-01:30s:10m`. Besides, the gentle schedule (on by default) keeps the demonstration
//! lively: at any time two dust sensors are in an episode, every half hour a distribution board leaks
//! more, every hour one sensor falls silent, and now and then a value is a spike, late or doubled.
//!
//! Invariant: pure. What happens to a reading depends on the seed, the start, the device and the time.

mod flag;
mod schedule;
#[cfg(test)]
mod tests;

pub use flag::{Fault, FaultKind, InvalidFault};
pub use schedule::{Delivery, Schedule};
