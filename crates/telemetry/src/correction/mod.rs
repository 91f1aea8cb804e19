//! A correction (보정): a person puts another value in the place of a reading, or strikes it out, with a
//! reason. Nothing is overwritten in the books: each correction is a version with its author.
//!
//! ```text
//! none ─correct─► version 1, in force ─correct─► version 2, in force (1 is superseded)
//!                      ◄──────────undo──────────────┘
//! ```
//!
//! Invariants: the SQL row comes first, then the reading goes through the log with the flag `corrected`,
//! so that every query and every backup holds it; a row that is not `written` is written at the next
//! start. What arrives later for a corrected time is laid under the correction, see [`Overlay`], so that
//! a meter that sends its memory again undoes nothing. A value that is struck out stays to be seen, with
//! `corrected` and `doubtful`; no figure counts it.
//!
//! Deliberately absent: a correction of a time without a reading. A missing value is estimated by whom
//! needs it, never entered here.

mod api;
mod overlay;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;
mod work;

use base::noun::Point;
use base::{Actor, Id, Instant, Quality, Reading, Series};

pub(crate) use api::routes;
pub(crate) use overlay::Overlay;
pub(crate) use work::Corrections;

/// Readings of one correction.
pub const READINGS_MAX: usize = 1_000;
/// Corrections in force at once, of all points: 48 bytes each in memory.
pub const IN_FORCE_MAX: usize = 500_000;
/// Longest reason, in characters.
pub const REASON_CHARS_MAX: usize = 500;

/// Marks identifiers of corrections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CorrectionNoun;

/// One version of one reading, as a person made it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Correction {
    pub(crate) id: Id<CorrectionNoun>,
    pub(crate) point: Id<Point>,
    pub(crate) series: Series,
    pub(crate) at_ms: i64,
    pub(crate) version: i64,
    /// What stood there before.
    pub(crate) old_value: f64,
    pub(crate) old_quality: Quality,
    /// What stands there now; `None`: struck out.
    pub(crate) new_value: Option<f64>,
    pub(crate) reason: String,
    pub(crate) author: Actor,
    pub(crate) created_at: Instant,
    pub(crate) undone: Option<Undone>,
    pub(crate) in_force: bool,
}

/// That a correction was taken back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Undone {
    pub(crate) by: Actor,
    pub(crate) at: Instant,
    pub(crate) reason: String,
}

impl Correction {
    /// The reading that stands while this is in force. It is `late` by its nature: no live alarm is
    /// raised or cleared by what a person enters afterwards.
    pub(crate) fn reading(&self) -> Reading {
        let kept = self.old_quality.0 & (Quality::IMPORTED.0 | Quality::DEMO.0);
        let (value, flags) = match self.new_value {
            Some(value) => (value, Quality::CORRECTED),
            None => (self.old_value, Quality::VOID),
        };
        let quality = flags.with(Quality::LATE).with(Quality(kept));
        Reading { series: self.series, at_ms: self.at_ms, value, quality }
    }

    /// The reading that stood before.
    pub(crate) fn before(&self) -> Reading {
        let (value, quality) = (self.old_value, self.old_quality.with(Quality::LATE));
        Reading { series: self.series, at_ms: self.at_ms, value, quality }
    }
}
