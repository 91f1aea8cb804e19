//! Compaction: many small segments become few large ones, so that a question over a year opens some
//! dozens of files and not thousands.
//!
//! ```text
//! flushes ─► one file a day (8 small ones, or 2 h after the day) ─► one file for 30 days
//! ```
//!
//! Invariants: the output is written before the one transaction in which it takes the place of its inputs,
//! and inputs are removed 15 minutes later, when no question can still read them; what a reader sees is the
//! same before and after. Memory is bounded: at most 32 inputs are merged, piece by piece.
//!
//! Which of two equal keys is the newer is told by the segment's precedence. The output takes the least
//! one of its inputs, so that everything that came later stays the newer; [`rules::closed`] adds the inputs
//! without which an older segment would win.
//!
//! Sketch: 10,000 series at 15 minutes are 1 M readings a day, 3 MB; a month is merged in some 10 seconds.

mod merge;
pub(crate) mod rules;
mod work;

use base::Instant;

pub(crate) use merge::Merge;
pub(crate) use work::Extent;
pub use work::GRACE;
#[cfg(test)]
pub(crate) use work::piece;
pub(crate) use work::tasks;

/// Days of a large file; flushes keep within the same blocks.
pub const BLOCK_DAYS: i64 = 30;
/// Inputs of one merge.
pub const INPUTS_MAX: usize = 32;
/// Readings of one merge: some 700 MB of files.
pub const READINGS_MAX: i64 = 200_000_000;

/// What a plan looks at of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// First day.
    pub day: i64,
    /// Last day.
    pub last_day: i64,
    /// 0 flushed, 1 a day, 2 thirty days.
    pub level: i64,
    /// Readings.
    pub readings: i64,
    /// Of equal keys the greater one wins.
    pub precedence: u64,
    /// When it was made.
    pub created_at: Instant,
}

/// A merge that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Which pieces, by their place in the list.
    pub inputs: Vec<usize>,
    /// The level of the output.
    pub level: i64,
}

#[cfg(test)]
mod tests;
