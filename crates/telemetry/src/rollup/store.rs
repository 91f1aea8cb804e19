//! The SQL of roll-ups.

use base::{Id, Instant};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::rules::{Covered, Width};
use crate::buffer::Day;
use crate::catalogue::store::DAYS_OF_SEGMENT_MAX;
use crate::catalogue::{SegmentRow, Span};
use crate::segment::Segment;

platform::statements! {
    /// A roll-up of a segment that is still alive; a second one of the same width changes nothing.
    INSERT = "INSERT INTO rollup (segment_id, width_ms, path, row_count, byte_count, sha256, covered,
      created_at)
      SELECT id, $2, $3, $4, $5, $6, $7, $8 FROM segment WHERE id = $1 AND dead_at IS NULL
      ON CONFLICT (segment_id, width_ms) DO NOTHING";
    /// The roll-ups of a width of the live segments of a span.
    BETWEEN = "SELECT r.* FROM rollup r JOIN segment s ON s.id = r.segment_id
      WHERE s.dead_at IS NULL AND s.day >= $1 AND s.day <= $2 AND s.max_at_ms >= $3 AND s.min_at_ms < $4
      AND s.max_series >= $5 AND s.min_series <= $6 AND r.width_ms = $7";
    /// The segments that have roll-ups.
    SEGMENTS = "SELECT DISTINCT segment_id FROM rollup";
    /// Every roll-up that has a file.
    FILES = "SELECT r.* FROM rollup r WHERE r.path IS NOT NULL ORDER BY r.path";
    /// The roll-ups of a segment.
    OF_SEGMENT = "SELECT * FROM rollup WHERE segment_id = $1";
    /// Forgets the roll-ups of a segment.
    FORGET = "DELETE FROM rollup WHERE segment_id = $1";
    /// Forgets roll-ups that a restored database names for segments that are not there.
    FORGET_LEFT = "DELETE FROM rollup WHERE segment_id NOT IN (SELECT id FROM segment)";
}

/// One roll-up of one segment.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RollupRow {
    /// The segment.
    pub(crate) segment: Id<Segment>,
    /// Length of its buckets, ms.
    pub(crate) width_ms: i64,
    /// Its object; none when it covers nothing.
    pub(crate) path: Option<String>,
    /// Rows in it.
    pub(crate) rows: i64,
    /// Bytes of its object.
    pub(crate) bytes: i64,
    /// SHA-256 of its object, hexadecimal.
    pub(crate) sha256: String,
    /// The series that it stands for.
    pub(crate) covered: Covered,
}

/// Adds a roll-up; false when its segment is no longer alive.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    row: &RollupRow,
    now: Instant,
) -> Result<bool, DbError> {
    let args = args![
        row.segment,
        row.width_ms,
        row.path.as_deref(),
        row.rows,
        row.bytes,
        row.sha256.as_str(),
        row.covered.text(),
        now,
    ];
    Ok(tx.run(INSERT, args).await? == 1)
}

/// The roll-ups of a width of the live segments that may hold something of `span`.
pub(crate) async fn between(
    tx: &mut ReadTx,
    span: Span,
    width: Width,
) -> Result<Vec<RollupRow>, DbError> {
    let first_day = Day::of_ms(span.from_ms).0.saturating_sub(DAYS_OF_SEGMENT_MAX);
    let args = args![
        first_day,
        Day::of_ms(span.until_ms).0,
        span.from_ms,
        span.until_ms,
        span.min_series,
        span.max_series,
        width.ms(),
    ];
    tx.all(BETWEEN, args).await?.iter().map(rollup).collect()
}

/// The segments that have roll-ups.
pub(crate) async fn segments(tx: &mut ReadTx) -> Result<Vec<Id<Segment>>, DbError> {
    tx.all(SEGMENTS, args![]).await?.iter().map(|row| row.id("segment_id")).collect()
}

/// Every roll-up that has a file.
pub(crate) async fn files(tx: &mut ReadTx) -> Result<Vec<RollupRow>, DbError> {
    tx.all(FILES, args![]).await?.iter().map(rollup).collect()
}

/// The roll-ups of a segment.
pub(crate) async fn of_segment(
    tx: &mut ReadTx,
    segment: &SegmentRow,
) -> Result<Vec<RollupRow>, DbError> {
    tx.all(OF_SEGMENT, args![segment.id]).await?.iter().map(rollup).collect()
}

/// Forgets the roll-ups of a segment.
pub(crate) async fn forget(tx: &mut WriteTx, segment: Id<Segment>) -> Result<(), DbError> {
    tx.run(FORGET, args![segment]).await.map(drop)
}

/// Forgets the roll-ups of segments that no row names.
pub(crate) async fn forget_left(tx: &mut WriteTx) -> Result<u64, DbError> {
    tx.run(FORGET_LEFT, args![]).await
}

fn rollup(row: &Row) -> Result<RollupRow, DbError> {
    let covered: String = row.get("covered")?;
    Ok(RollupRow {
        segment: row.id("segment_id")?,
        width_ms: row.get("width_ms")?,
        path: row.get("path")?,
        rows: row.get("row_count")?,
        bytes: row.get("byte_count")?,
        sha256: row.get("sha256")?,
        // What cannot be read covers nothing: the answer then comes from the readings.
        covered: Covered::parse(&covered).unwrap_or_default(),
    })
}
