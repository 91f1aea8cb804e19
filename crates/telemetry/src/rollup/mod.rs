//! Roll-ups: what a segment holds by minute, quarter of an hour, hour and day, so that a question over
//! months reads some rows instead of all readings.
//!
//! ```text
//! segment (merged, or its day is over) ─► one Parquet file for each width that is worth it
//! question ─► clean time: roll-ups, and raw readings of what has none
//!          └► disturbed time (late data, erasures, ragged ends): raw readings
//! ```
//!
//! Invariants: a roll-up is made from one segment and from nothing else, and a segment never changes, so
//! that there is nothing to keep up to date; an answer is the same with and without roll-ups, but for the
//! last digits of sums; no file of a roll-up outlives the row of its segment.
//!
//! A reading that came late lies in another segment than its neighbours: where two sources can hold the
//! same point and time, raw readings are merged, until compaction has made one segment of them. Readings
//! that a person struck out ([`base::Quality::VOID`]) are in no roll-up.
//!
//! Sketch: a width covers a series when it has at most a quarter as many rows as readings: 1 s has all
//! four, 1 min all but the minute, 15 min the hour and the day. Some 12 bytes a row.

mod file;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;
mod work;

pub(crate) use file::{columns, schema};
pub use rules::{Covered, Row, Width};
pub(crate) use store::{RollupRow, statements};

/// Where roll-ups lie in the blob store.
pub const FOLDER: &str = "rollups";
