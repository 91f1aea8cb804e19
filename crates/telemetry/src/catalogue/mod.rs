//! Which segments are alive, how far each day's log is kept in them, what was deleted from them. SQL.
//!
//! Invariants: a segment and the checkpoint that it stands for appear in one transaction, and so do the
//! output of a compaction and the death of its inputs; what a query reads of all this is one snapshot; an
//! object is written before the row that names it, and removed after the row has died.

pub(crate) mod store;

use base::{Id, Instant};
use platform::db::{Db, DbError};

use crate::buffer::Day;
use crate::rollup::{self, RollupRow, Width};
use crate::segment::Segment;

pub use store::{
    bury, commit_flush, dead_before, dead_count, forget, insert, live, live_between, live_count,
    load_checkpoints, move_checkpoint, newest_batch, newest_tombstone, paths, statements,
    tombstones,
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
    /// Its last day.
    pub last_day: Day,
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
    /// Last batch in it.
    pub batch_hi: u64,
    /// Of equal keys the segment with the greater one wins.
    pub precedence: u64,
    /// Later tombstones than this apply to it.
    pub tombstones: i64,
    /// When it was committed.
    pub created_at: Instant,
}

impl SegmentRow {
    /// Whether it may hold something of `span`.
    pub(crate) const fn is_within(&self, span: Span) -> bool {
        self.min_at_ms < span.until_ms
            && span.from_ms <= self.max_at_ms
            && self.min_series <= span.max_series
            && span.min_series <= self.max_series
    }

    /// Whether both may hold the same (series, at).
    pub fn overlaps(&self, other: &Self) -> bool {
        self.min_at_ms <= other.max_at_ms
            && other.min_at_ms <= self.max_at_ms
            && self.min_series <= other.max_series
            && other.min_series <= self.max_series
    }
}

/// Readings that were deleted, as far as they were there when `seq` was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tombstone {
    /// Applies to segments that say a lesser number.
    pub seq: i64,
    /// Least series.
    pub min_series: u32,
    /// Greatest series.
    pub max_series: u32,
    /// From here.
    pub from_ms: i64,
    /// Until here, excluded.
    pub until_ms: i64,
    /// Applies to batches of the log up to this.
    pub batch_hi: u64,
}

impl Tombstone {
    /// Whether a reading of this series and time is meant.
    pub const fn hits(&self, series: u32, at_ms: i64) -> bool {
        self.min_series <= series
            && series <= self.max_series
            && self.from_ms <= at_ms
            && at_ms < self.until_ms
    }

    /// Whether it may concern something in `row`.
    pub const fn applies_to(&self, row: &SegmentRow) -> bool {
        self.seq > row.tombstones
            && self.min_series <= row.max_series
            && row.min_series <= self.max_series
            && self.from_ms <= row.max_at_ms
            && row.min_at_ms < self.until_ms
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

impl Span {
    /// Everything.
    pub const ALL: Self =
        Self { min_series: 0, max_series: u32::MAX, from_ms: i64::MIN, until_ms: i64::MAX };
}

/// What the catalogue knows of a span, as of one moment.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// The live segments that may hold something of it, older ones first.
    pub segments: Vec<SegmentRow>,
    /// How far the log of its days is in segments.
    pub checkpoints: Checkpoints,
    /// What was deleted and may still be in the segments.
    pub tombstones: Vec<Tombstone>,
    /// The roll-ups of these segments, of the width that was asked for.
    pub(crate) rollups: Vec<RollupRow>,
}

impl Known {
    /// What of it may concern `span`; without roll-ups.
    pub(crate) fn within(&self, span: Span) -> Self {
        let segments = self.segments.iter().filter(|row| row.is_within(span));
        let tombstones = self.tombstones.iter().filter(|tombstone| {
            tombstone.from_ms < span.until_ms && span.from_ms < tombstone.until_ms
        });
        Self {
            segments: segments.cloned().collect(),
            checkpoints: self.checkpoints.clone(),
            tombstones: tombstones.copied().collect(),
            rollups: Vec::new(),
        }
    }
}

/// What the catalogue knows of `span`, with the roll-ups of `width` if one is named: one snapshot.
pub(crate) async fn read(db: &Db, span: Span, width: Option<Width>) -> Result<Known, DbError> {
    let mut tx = db.read().await?;
    let segments = live_between(&mut tx, span).await?;
    let days = (Day::of_ms(span.from_ms), Day::of_ms(span.until_ms));
    let checkpoints = load_checkpoints(&mut tx, days.0, days.1).await?;
    let tombstones = tombstones(&mut tx, span).await?;
    let rollups = match width {
        Some(width) => rollup::store::between(&mut tx, span, width).await?,
        None => Vec::new(),
    };
    Ok(Known { segments, checkpoints, tombstones, rollups })
}

#[cfg(test)]
mod tests;
