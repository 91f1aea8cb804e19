//! What went wrong at a meter or behind it, seen as it happens: base load left on, a stuck meter,
//! an outage, a spike, an unusual day; each with its kWh, its won, and a way to say "that was
//! nothing".
//!
//! Invariant: whether a slot is flagged depends on that slot and those before it, never on later
//! ones ([`Event::flags`] are the slots at which it was told).
//!
//! What is expected of a slot comes from the same similar days as the forecast's. Thresholds were
//! chosen on events injected by ourselves with other seeds and other sizes
//! (`examples/anomaly_bench.rs`); real oddities of the plant count as false alarms there.
//!
//! Absent on purpose: the cause. An event says what is seen and what it costs, people say why.

mod detect;
mod event;
mod known;
mod signs;
mod tuning;

pub use detect::{Detection, LEARNING_DAYS, detect, detection};
pub use event::{Event, Kind};
pub use tuning::{Tuning, Verdict};

use crate::forecast::ForecastError;

/// Why nothing can be detected.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AnomalyError {
    /// Prices do not go with the slots.
    #[error("{found} prices were given for {expected} slots; pass one price a slot")]
    Prices {
        /// Prices.
        found: usize,
        /// Slots.
        expected: usize,
    },
    /// The load is shorter than the days that the detector learns from.
    #[error(
        "the load covers {days} days and the detector learns from {LEARNING_DAYS} before it \
         speaks; import more history"
    )]
    TooShort {
        /// Days of the load.
        days: usize,
    },
    /// The load cannot be read.
    #[error(transparent)]
    Load(#[from] ForecastError),
}

#[cfg(test)]
mod tests;
