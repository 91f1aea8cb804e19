//! Which segments are alive, and how far each day's log is kept in them. SQL, two tables.
//!
//! Invariants: a segment and the checkpoint that it stands for appear in one transaction; what a query
//! reads of both is one snapshot; an object is written before the row that names it.

pub(crate) mod store;

use base::{Id, Instant};
use platform::db::{Db, DbError};

use crate::buffer::Day;
use crate::segment::Segment;

pub use store::{
    commit_flush, live_between, live_count, load_checkpoints, newest_batch, paths, statements,
};

/// One live or dead segment.
#[derive(Debug, Clone, PartialEq)]
pub struct SegmentRow {
    /// Its id.
    pub id: Id<Segment>,
    /// Its object.
    pub path: String,
    /// Its day; the first one when it holds several.
    pub day: Day,
    /// 0 as flushed; compaction makes greater ones.
    pub level: i64,
    /// Earliest time in it.
    pub min_at_ms: i64,
    /// Latest time in it.
    pub max_at_ms: i64,
    /// Least series in it.
    pub min_series: u32,
    /// Greatest series in it.
    pub max_series: u32,
    /// Readings in it.
    pub readings: i64,
    /// Bytes of its object.
    pub bytes: i64,
    /// SHA-256 of its object, hexadecimal.
    pub sha256: String,
    /// First batch in it.
    pub batch_lo: u64,
    /// Last batch in it: of equal keys the segment with the greater one wins.
    pub batch_hi: u64,
    /// When it was committed.
    pub created_at: Instant,
}

impl SegmentRow {
    /// Whether both may hold the same (series, at).
    pub fn overlaps(&self, other: &Self) -> bool {
        self.min_at_ms <= other.max_at_ms
            && other.min_at_ms <= self.max_at_ms
            && self.min_series <= other.max_series
            && other.min_series <= self.max_series
    }
}

/// The checkpoints of some days: the last batch of each that segments hold.
pub type Checkpoints = std::collections::HashMap<Day, u64>;

/// What a query may touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Least series.
    pub min_series: u32,
    /// Greatest series.
    pub max_series: u32,
    /// From here.
    pub from_ms: i64,
    /// Until here, excluded.
    pub until_ms: i64,
}

/// The live segments that may hold something of `span`, and the checkpoints of its days: one snapshot.
pub async fn read(db: &Db, span: Span) -> Result<(Vec<SegmentRow>, Checkpoints), DbError> {
    let mut tx = db.read().await?;
    let segments = live_between(&mut tx, span).await?;
    let days = (Day::of_ms(span.from_ms), Day::of_ms(span.until_ms));
    let checkpoints = load_checkpoints(&mut tx, days.0, days.1).await?;
    Ok((segments, checkpoints))
}

#[cfg(test)]
mod tests;
