//! The rows of erasures, their tombstones and their files.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use base::noun::Complex;
use base::{Clock, Id, Instant};
use platform::Ctx;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{ErasedFile, Erasure, ErasureKind, Order, rules};
use crate::catalogue::{SegmentRow, Tombstone};

/// Files that the record of one erasure shows.
const FILES_SHOWN_MAX: i64 = 200;

platform::statements! {
    /// A new record.
    INSERT = "INSERT INTO erasure (id, kind, complex_id, reason, actor_name, series_count, what, seq,
      batch_hi, reading_count, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)";
    /// A range of series in it.
    INSERT_TOMBSTONE = "INSERT INTO tombstone (id, seq, erasure_id, min_series, max_series, from_ms,
      until_ms, batch_hi, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// A file that something was cut out of.
    INSERT_FILE = "INSERT INTO erasure_file (id, erasure_id, path, sha256, reading_count, new_path,
      new_sha256)
      SELECT $1, id, $3, $4, $5, $6, $7 FROM erasure WHERE seq = $2";
    /// Counts what was cut out.
    COUNT = "UPDATE erasure SET reading_count = reading_count + $2 WHERE seq = $1";
    /// A file is gone.
    FILE_GONE = "UPDATE erasure_file SET gone_at = $2 WHERE path = $1 AND gone_at IS NULL";
    /// The records that are not complete.
    OPEN = "SELECT id, kind, seq, batch_hi, created_at FROM erasure
      WHERE complete_at IS NULL ORDER BY seq LIMIT 10000";
    /// Files of a record that are not gone.
    FILES_LEFT = "SELECT COUNT(*) AS files FROM erasure_file
      WHERE erasure_id = $1 AND gone_at IS NULL";
    /// Segments, dead ones too, that may still hold something of a record.
    SEGMENTS_LEFT = "SELECT COUNT(*) AS segments FROM segment s, tombstone t
      WHERE t.erasure_id = $1 AND s.tombstone_seq < t.seq
        AND s.min_series <= t.max_series AND s.max_series >= t.min_series
        AND s.min_at_ms < t.until_ms AND s.max_at_ms >= t.from_ms";
    /// The record is complete.
    COMPLETE = "UPDATE erasure SET complete_at = $2 WHERE id = $1 AND complete_at IS NULL";
    /// Its tombstones are not needed any more.
    DELETE_TOMBSTONES = "DELETE FROM tombstone WHERE erasure_id = $1";
    /// A page, newest first. $1: what the reader may see, `*` or ids one after the other.
    LIST = "SELECT * FROM erasure
      WHERE ($1 = '*' OR (complex_id IS NOT NULL AND $1 LIKE '%' || complex_id || '%'))
        AND (CAST($2 AS TEXT) IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3";
    /// One record.
    FIND = "SELECT * FROM erasure WHERE id = $1";
    /// The files of a record.
    FILES = "SELECT * FROM erasure_file WHERE erasure_id = $1 ORDER BY id LIMIT $2";
}

/// A record that is not complete.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Open {
    pub(crate) id: Id<Erasure>,
    pub(crate) kind: ErasureKind,
    pub(crate) seq: i64,
    pub(crate) batch_hi: u64,
    pub(crate) created_at: Instant,
}

/// Writes the record and its tombstones.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    ctx: &Ctx,
    id: Id<Erasure>,
    order: &Order,
    (seq, batch_hi): (i64, u64),
) -> Result<(), DbError> {
    let batch_hi = i64::try_from(batch_hi).unwrap_or(i64::MAX);
    let record = args![
        id,
        order.kind.as_str(),
        order.complex,
        order.reason.as_str(),
        &ctx.actor.name,
        i64::try_from(order.series.len()).unwrap_or(i64::MAX),
        order.what.clone(),
        seq,
        batch_hi,
        ctx.now,
    ];
    tx.run(INSERT, record).await?;
    for (min, max) in rules::ranges(&order.series) {
        let (from_ms, until_ms) = (order.from_ms, order.until_ms);
        let key = ctx.new_id::<Tombstone>();
        let row = args![key, seq, id, min, max, from_ms, until_ms, batch_hi, ctx.now];
        tx.run(INSERT_TOMBSTONE, row).await?;
    }
    Ok(())
}

/// Notes what a merge cut out of `row`: the number of the tombstone and how many readings.
pub(crate) async fn note_cut(
    tx: &mut WriteTx,
    clock: &Arc<dyn Clock>,
    row: &SegmentRow,
    cut: &BTreeMap<i64, i64>,
    output: Option<&SegmentRow>,
) -> Result<(), DbError> {
    for (seq, readings) in cut {
        let file = args![
            clock.new_id::<ErasedFile>(),
            *seq,
            row.path.as_str(),
            row.sha256.as_str(),
            *readings,
            output.map(|output| output.path.as_str()),
            output.map(|output| output.sha256.as_str()),
        ];
        tx.run(INSERT_FILE, file).await?;
        tx.run(COUNT, args![*seq, *readings]).await?;
    }
    Ok(())
}

/// Notes that a file is gone.
pub(crate) async fn note_gone(tx: &mut WriteTx, path: &str, now: Instant) -> Result<(), DbError> {
    tx.run(FILE_GONE, args![path, now]).await.map(drop)
}

/// The records that are not complete, oldest first.
pub(crate) async fn open(tx: &mut ReadTx) -> Result<Vec<Open>, DbError> {
    let open = |row: &Row| {
        Ok(Open {
            id: row.id("id")?,
            kind: row.parsed("kind")?,
            seq: row.get("seq")?,
            batch_hi: u64::try_from(row.get::<i64>("batch_hi")?).unwrap_or(0),
            created_at: row.instant("created_at")?,
        })
    };
    tx.all(OPEN, args![]).await?.iter().map(open).collect()
}

/// Whether any file may still hold something of a record.
pub(crate) async fn is_held(tx: &mut ReadTx, id: Id<Erasure>) -> Result<bool, DbError> {
    let files = tx.one(FILES_LEFT, args![id]).await?;
    let segments = tx.one(SEGMENTS_LEFT, args![id]).await?;
    let files: i64 = files.map_or(Ok(0), |row| row.get("files"))?;
    let segments: i64 = segments.map_or(Ok(0), |row| row.get("segments"))?;
    Ok(files + segments > 0)
}

/// The record is complete.
pub(crate) async fn complete(
    tx: &mut WriteTx,
    id: Id<Erasure>,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(COMPLETE, args![id, now]).await?;
    tx.run(DELETE_TOMBSTONES, args![id]).await.map(drop)
}

/// A page of records with their files.
pub(super) async fn list(
    tx: &mut ReadTx,
    reach: &str,
    after: Option<Id<Erasure>>,
    fetch: i64,
) -> Result<Vec<Erasure>, DbError> {
    let rows = tx.all(LIST, args![reach, after, fetch]).await?;
    let mut records = Vec::with_capacity(rows.len());
    for row in rows {
        records.push(read(tx, &row).await?);
    }
    Ok(records)
}

/// One record with its files.
pub(super) async fn find(tx: &mut ReadTx, id: Id<Erasure>) -> Result<Option<Erasure>, DbError> {
    match tx.one(FIND, args![id]).await? {
        Some(row) => read(tx, &row).await.map(Some),
        None => Ok(None),
    }
}

async fn read(tx: &mut ReadTx, row: &Row) -> Result<Erasure, DbError> {
    let id: Id<Erasure> = row.id("id")?;
    let file = |row: &Row| {
        Ok(ErasedFile {
            path: row.get("path")?,
            sha256: row.get("sha256")?,
            reading_count: row.get("reading_count")?,
            new_path: row.get("new_path")?,
            new_sha256: row.get("new_sha256")?,
            gone_at: row.opt_instant("gone_at")?,
        })
    };
    let files = tx.all(FILES, args![id, FILES_SHOWN_MAX]).await?;
    Ok(Erasure {
        id,
        kind: row.parsed("kind")?,
        complex_id: row.opt_id::<Complex>("complex_id")?,
        reason: row.get("reason")?,
        actor_name: row.get("actor_name")?,
        point_count: row.get("series_count")?,
        what: row.json("what")?,
        reading_count: row.get("reading_count")?,
        created_at: row.instant("created_at")?,
        complete_at: row.opt_instant("complete_at")?,
        files: files.iter().map(file).collect::<Result<_, DbError>>()?,
    })
}

/// The records by the number of their tombstones.
pub(crate) fn by_seq(open: &[Open]) -> HashMap<i64, Open> {
    open.iter().map(|open| (open.seq, *open)).collect()
}
