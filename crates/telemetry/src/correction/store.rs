//! The rows of corrections.

use base::noun::{Complex, Point};
use base::{Id, Quality, Series};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Correction, CorrectionNoun, Overlay, Undone};

platform::statements! {
    /// A new version.
    INSERT = "INSERT INTO correction (id, complex_id, point_id, series, at_ms, version, old_value,
        old_quality, new_value, reason, author, created_at, in_force, written)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, 0)";
    /// A version that is followed by another one is in force no more.
    SUPERSEDE = "UPDATE correction SET in_force = 0
      WHERE point_id = $1 AND at_ms = $2 AND in_force = 1";
    /// Takes the version in force back.
    UNDO = "UPDATE correction
      SET in_force = 0, written = 0, undone_by = $2, undone_at = $3, undo_reason = $4
      WHERE id = $1 AND in_force = 1";
    /// Puts the version before in force again, unless it was taken back itself.
    REVIVE = "UPDATE correction SET in_force = 1
      WHERE point_id = $1 AND at_ms = $2 AND undone_at IS NULL AND version =
        (SELECT MAX(version) FROM correction
          WHERE point_id = $1 AND at_ms = $2 AND version < $3 AND undone_at IS NULL)";
    /// The reading of this version is in the log.
    WRITTEN = "UPDATE correction SET written = 1 WHERE id = $1";
    /// One version.
    FIND = "SELECT * FROM correction WHERE id = $1";
    /// The version in force of a time.
    IN_FORCE = "SELECT * FROM correction WHERE point_id = $1 AND at_ms = $2 AND in_force = 1";
    /// The versions of a span: the greatest of each time.
    VERSIONS = "SELECT at_ms, MAX(version) AS version FROM correction
      WHERE point_id = $1 AND at_ms >= $2 AND at_ms < $3 GROUP BY at_ms";
    /// Everything in force, page by page.
    ALL_IN_FORCE = "SELECT * FROM correction WHERE in_force = 1
        AND (CAST($1 AS TEXT) IS NULL OR id > $1)
      ORDER BY id LIMIT $2";
    /// What is not in the log yet, the oldest first.
    UNWRITTEN = "SELECT * FROM correction WHERE written = 0 ORDER BY id LIMIT $1";
    /// What was erased: the old values too, which an undoing would bring back.
    ERASE = "DELETE FROM correction
      WHERE series >= $1 AND series <= $2 AND at_ms >= $3 AND at_ms < $4";
    /// A page of a point, the newest first.
    LIST = "SELECT * FROM correction
      WHERE point_id = $1 AND at_ms >= $2 AND at_ms < $3
        AND (CAST($4 AS TEXT) IS NULL OR id < $4)
      ORDER BY id DESC LIMIT $5";
}

/// Rows of one step of loading.
const LOAD_ROWS: i64 = 10_000;

pub(super) async fn insert(
    tx: &mut WriteTx,
    complex: Id<Complex>,
    correction: &Correction,
) -> Result<(), DbError> {
    tx.run(SUPERSEDE, args![correction.point, correction.at_ms]).await?;
    let author = serde_json::to_value(&correction.author).unwrap_or_default();
    let values = args![
        correction.id,
        complex,
        correction.point,
        correction.series.0,
        correction.at_ms,
        correction.version,
        correction.old_value,
        i64::from(correction.old_quality.0),
        correction.new_value,
        &correction.reason,
        author,
        correction.created_at,
    ];
    tx.run(INSERT, values).await.map(drop)
}

/// Takes a correction back and puts the one before in force; false when it was not in force.
pub(super) async fn undo(
    tx: &mut WriteTx,
    correction: &Correction,
    undone: &Undone,
) -> Result<bool, DbError> {
    let by = serde_json::to_value(&undone.by).unwrap_or_default();
    let values = args![correction.id, by, undone.at, &undone.reason];
    if tx.run(UNDO, values).await? == 0 {
        return Ok(false);
    }
    let values = args![correction.point, correction.at_ms, correction.version];
    tx.run(REVIVE, values).await?;
    Ok(true)
}

pub(super) async fn set_written(tx: &mut WriteTx, id: Id<CorrectionNoun>) -> Result<(), DbError> {
    tx.run(WRITTEN, args![id]).await.map(drop)
}

pub(super) async fn find(
    tx: &mut ReadTx,
    id: Id<CorrectionNoun>,
) -> Result<Option<Correction>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

pub(super) async fn in_force(
    tx: &mut ReadTx,
    point: Id<Point>,
    at_ms: i64,
) -> Result<Option<Correction>, DbError> {
    tx.one(IN_FORCE, args![point, at_ms]).await?.as_ref().map(read).transpose()
}

/// The greatest version of each corrected time of a span.
pub(super) async fn versions(
    tx: &mut ReadTx,
    point: Id<Point>,
    from_ms: i64,
    until_ms: i64,
) -> Result<Vec<(i64, i64)>, DbError> {
    let rows = tx.all(VERSIONS, args![point, from_ms, until_ms]).await?;
    rows.iter().map(|row| Ok((row.get("at_ms")?, row.get("version")?))).collect()
}

pub(super) async fn unwritten(tx: &mut ReadTx, limit: i64) -> Result<Vec<Correction>, DbError> {
    tx.all(UNWRITTEN, args![limit]).await?.iter().map(read).collect()
}

pub(super) async fn list(
    tx: &mut ReadTx,
    point: Id<Point>,
    (from_ms, until_ms): (i64, i64),
    after: Option<Id<CorrectionNoun>>,
    fetch: i64,
) -> Result<Vec<Correction>, DbError> {
    tx.all(LIST, args![point, from_ms, until_ms, after, fetch]).await?.iter().map(read).collect()
}

/// Forgets the corrections of erased readings; the ledger still says that there were some, and why.
pub(crate) async fn erase(
    tx: &mut WriteTx,
    ranges: &[(u32, u32)],
    from_ms: i64,
    until_ms: i64,
) -> Result<u64, DbError> {
    let mut erased = 0;
    for (min, max) in ranges {
        erased += tx.run(ERASE, args![*min, *max, from_ms, until_ms]).await?;
    }
    Ok(erased)
}

/// Everything in force, for the store to lay over what arrives.
pub(crate) async fn overlay(tx: &mut ReadTx) -> Result<Overlay, DbError> {
    let mut overlay = Overlay::default();
    let mut after: Option<Id<CorrectionNoun>> = None;
    loop {
        let rows = tx.all(ALL_IN_FORCE, args![after, LOAD_ROWS]).await?;
        let Some(last) = rows.last() else { return Ok(overlay) };
        after = Some(last.id("id")?);
        for row in &rows {
            overlay.put(read(row)?.reading());
        }
    }
}

fn read(row: &Row) -> Result<Correction, DbError> {
    let undone = match row.opt_instant("undone_at")? {
        None => None,
        Some(at) => {
            let reason = row.get::<Option<String>>("undo_reason")?.unwrap_or_default();
            Some(Undone { by: row.json("undone_by")?, at, reason })
        }
    };
    Ok(Correction {
        id: row.id("id")?,
        point: row.id("point_id")?,
        series: Series(u32::try_from(row.get::<i64>("series")?).unwrap_or(0)),
        at_ms: row.get("at_ms")?,
        version: row.get("version")?,
        old_value: row.get("old_value")?,
        old_quality: Quality(u16::try_from(row.get::<i64>("old_quality")?).unwrap_or(0)),
        new_value: row.get("new_value")?,
        reason: row.get("reason")?,
        author: row.json("author")?,
        created_at: row.instant("created_at")?,
        undone,
        in_force: row.bool("in_force")?,
    })
}
