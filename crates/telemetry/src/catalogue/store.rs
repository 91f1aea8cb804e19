//! The SQL of the catalogue.

use base::{Id, Instant};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Checkpoints, SegmentRow, Span, Tombstone};
use crate::buffer::Day;
use crate::segment::Segment;

platform::statements! {
    /// A new segment.
    INSERT = "INSERT INTO segment (id, path, day, level, min_at_ms, max_at_ms, min_series,
      max_series, reading_count, byte_count, sha256, batch_lo, batch_hi, created_at, last_day,
      precedence, tombstone_seq)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    /// Moves a checkpoint, never back.
    CHECKPOINT = "INSERT INTO log_checkpoint (day, batch_hi) VALUES ($1, $2)
      ON CONFLICT (day) DO UPDATE SET batch_hi = $2 WHERE log_checkpoint.batch_hi < $2";
    /// The live segments that may hold something of a span. The day bounds serve the index; a segment
    /// begins up to 31 days before its last reading.
    LIVE_BETWEEN = "SELECT * FROM segment
      WHERE dead_at IS NULL AND day >= $1 AND day <= $2 AND max_at_ms >= $3 AND min_at_ms < $4
      AND max_series >= $5 AND min_series <= $6
      ORDER BY precedence, id";
    /// Every live segment; there are few, since they are compacted.
    LIVE = "SELECT * FROM segment WHERE dead_at IS NULL ORDER BY day, precedence, id";
    /// A segment that another one stands for.
    BURY = "UPDATE segment SET dead_at = $2 WHERE id = $1 AND dead_at IS NULL";
    /// Segments that died long enough ago.
    DEAD = "SELECT * FROM segment WHERE dead_at <= $1 ORDER BY dead_at, id LIMIT $2";
    /// Forgets a dead segment whose object is gone.
    FORGET = "DELETE FROM segment WHERE id = $1 AND dead_at IS NOT NULL";
    /// The checkpoints of some days.
    CHECKPOINTS = "SELECT day, batch_hi FROM log_checkpoint WHERE day >= $1 AND day <= $2";
    /// The last batch that any segment holds.
    NEWEST = "SELECT MAX(batch_hi) AS batch FROM log_checkpoint";
    /// The objects that rows name, live or dead.
    PATHS = "SELECT path FROM segment";
    /// How much is alive.
    TOTAL = "SELECT COUNT(*) AS segments FROM segment WHERE dead_at IS NULL";
    /// How much is dead and not removed.
    TOTAL_DEAD = "SELECT COUNT(*) AS segments FROM segment WHERE dead_at IS NOT NULL";
    /// The tombstones that may concern a span.
    TOMBSTONES = "SELECT seq, min_series, max_series, from_ms, until_ms, batch_hi FROM tombstone
      WHERE max_series >= $1 AND min_series <= $2 AND from_ms < $3 AND until_ms > $4
      ORDER BY seq, min_series";
    /// The last number of a tombstone that was ever given; an erasure keeps it when
    /// the row is gone, and so does a segment when an older database was restored.
    NEWEST_TOMBSTONE = "SELECT MAX(seq) AS seq FROM (SELECT MAX(seq) AS seq FROM erasure
      UNION ALL SELECT MAX(tombstone_seq) AS seq FROM segment) AS given";
}

/// Days that a segment reaches beyond its own: 30-day segments begin at their first day.
pub(crate) const DAYS_OF_SEGMENT_MAX: i64 = 31;

/// Adds a segment and moves the checkpoints of the days in it.
pub async fn commit_flush(
    tx: &mut WriteTx,
    row: &SegmentRow,
    checkpoints: &[(Day, u64)],
) -> Result<(), DbError> {
    insert(tx, row).await?;
    for (day, batch) in checkpoints {
        move_checkpoint(tx, *day, *batch).await?;
    }
    Ok(())
}

/// Moves the checkpoint of a day, never back.
pub async fn move_checkpoint(tx: &mut WriteTx, day: Day, batch: u64) -> Result<(), DbError> {
    tx.run(CHECKPOINT, args![day.0, signed(batch)]).await.map(drop)
}

/// Adds a segment.
pub async fn insert(tx: &mut WriteTx, row: &SegmentRow) -> Result<(), DbError> {
    let insert = args![
        row.id,
        row.path.as_str(),
        row.day.0,
        row.level,
        row.min_at_ms,
        row.max_at_ms,
        row.min_series,
        row.max_series,
        row.readings,
        row.bytes,
        row.sha256.as_str(),
        signed(row.batch_lo),
        signed(row.batch_hi),
        row.created_at,
        row.last_day.0,
        signed(row.precedence),
        row.tombstones,
    ];
    tx.run(INSERT, insert).await.map(drop)
}

/// Marks a segment dead; false when it was no longer alive.
pub async fn bury(tx: &mut WriteTx, id: Id<Segment>, now: Instant) -> Result<bool, DbError> {
    Ok(tx.run(BURY, args![id, now]).await? == 1)
}

/// Segments that died before `moment`, at most `limit`.
pub async fn dead_before(
    tx: &mut ReadTx,
    moment: Instant,
    limit: i64,
) -> Result<Vec<SegmentRow>, DbError> {
    tx.all(DEAD, args![moment, limit]).await?.iter().map(segment).collect()
}

/// Forgets a dead segment: its object is gone.
pub async fn forget(tx: &mut WriteTx, id: Id<Segment>) -> Result<(), DbError> {
    tx.run(FORGET, args![id]).await.map(drop)
}

/// Every live segment, by day.
pub async fn live(tx: &mut ReadTx) -> Result<Vec<SegmentRow>, DbError> {
    tx.all(LIVE, args![]).await?.iter().map(segment).collect()
}

/// The tombstones that may concern `span`.
pub async fn tombstones(tx: &mut ReadTx, span: Span) -> Result<Vec<Tombstone>, DbError> {
    let args = args![span.min_series, span.max_series, span.until_ms, span.from_ms];
    let tombstone = |row: &Row| {
        Ok(Tombstone {
            seq: row.get("seq")?,
            min_series: series(row.get("min_series")?),
            max_series: series(row.get("max_series")?),
            from_ms: row.get("from_ms")?,
            until_ms: row.get("until_ms")?,
            batch_hi: unsigned(row.get("batch_hi")?),
        })
    };
    tx.all(TOMBSTONES, args).await?.iter().map(tombstone).collect()
}

/// The number of the last tombstone, 0 when there never was one.
pub async fn newest_tombstone(tx: &mut ReadTx) -> Result<i64, DbError> {
    let row = tx.one(NEWEST_TOMBSTONE, args![]).await?;
    let seq = row.map_or(Ok(None), |row| row.get::<Option<i64>>("seq"))?;
    Ok(seq.unwrap_or(0))
}

/// The live segments that may hold something of `span`, older ones first.
pub async fn live_between(tx: &mut ReadTx, span: Span) -> Result<Vec<SegmentRow>, DbError> {
    let first_day = Day::of_ms(span.from_ms).0.saturating_sub(DAYS_OF_SEGMENT_MAX);
    let args = args![
        first_day,
        Day::of_ms(span.until_ms).0,
        span.from_ms,
        span.until_ms,
        span.min_series,
        span.max_series,
    ];
    tx.all(LIVE_BETWEEN, args).await?.iter().map(segment).collect()
}

/// The checkpoints of the days `from..=to`.
pub async fn load_checkpoints(tx: &mut ReadTx, from: Day, to: Day) -> Result<Checkpoints, DbError> {
    let rows = tx.all(CHECKPOINTS, args![from.0, to.0]).await?;
    rows.iter().map(|row| Ok((Day(row.get("day")?), unsigned(row.get("batch_hi")?)))).collect()
}

/// The last batch that any segment holds, 0 when there is none.
pub async fn newest_batch(tx: &mut ReadTx) -> Result<u64, DbError> {
    let row = tx.one(NEWEST, args![]).await?;
    let batch = row.map_or(Ok(None), |row| row.get::<Option<i64>>("batch"))?;
    Ok(unsigned(batch.unwrap_or(0)))
}

/// Every object that a row names.
pub async fn paths(tx: &mut ReadTx) -> Result<Vec<String>, DbError> {
    tx.all(PATHS, args![]).await?.iter().map(|row| row.get("path")).collect()
}

/// How many segments are alive.
pub async fn live_count(tx: &mut ReadTx) -> Result<i64, DbError> {
    tx.one(TOTAL, args![]).await?.map_or(Ok(0), |row| row.get("segments"))
}

/// How many dead segments are not removed yet.
pub async fn dead_count(tx: &mut ReadTx) -> Result<i64, DbError> {
    tx.one(TOTAL_DEAD, args![]).await?.map_or(Ok(0), |row| row.get("segments"))
}

fn segment(row: &Row) -> Result<SegmentRow, DbError> {
    Ok(SegmentRow {
        id: row.id("id")?,
        path: row.get("path")?,
        day: Day(row.get("day")?),
        last_day: Day(row.get("last_day")?),
        level: row.get("level")?,
        min_at_ms: row.get("min_at_ms")?,
        max_at_ms: row.get("max_at_ms")?,
        min_series: series(row.get("min_series")?),
        max_series: series(row.get("max_series")?),
        readings: row.get("reading_count")?,
        bytes: row.get("byte_count")?,
        sha256: row.get("sha256")?,
        batch_lo: unsigned(row.get("batch_lo")?),
        batch_hi: unsigned(row.get("batch_hi")?),
        precedence: unsigned(row.get("precedence")?),
        tombstones: row.get("tombstone_seq")?,
        created_at: row.get::<i64>("created_at").map(Instant::from_micros)?,
    })
}

// The columns are written from the unsigned types only; batch numbers stay below 2^63 (checked by the
// frame codec).
fn signed(batch: u64) -> i64 {
    i64::try_from(batch).unwrap_or(i64::MAX)
}

fn unsigned(batch: i64) -> u64 {
    u64::try_from(batch).unwrap_or(0)
}

fn series(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
