//! The table `review_item`.

use base::{Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};
use serde_json::json;

use super::{ReviewItem, ReviewItemNoun, ReviewState};
use crate::access::Reach;
use crate::error::RegistryError;
use crate::registry_import::{ImportRow, RegistryImport};

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM review_item WHERE id = $1";
    /// A page of what is within reach, the oldest first.
    LIST = "SELECT * FROM review_item
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR state = $3)
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
    /// A new one; a row of an import makes one item at most.
    INSERT = "INSERT INTO review_item
        (id, complex_id, import_id, line, kind, file_name, row_values, candidates, state,
        target_id, decided_by, decided_at, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', NULL, NULL, NULL, $9)
      ON CONFLICT (import_id, line) DO NOTHING";
    /// The decision; hits nothing when somebody decided before.
    DECIDE = "UPDATE review_item SET state = $2, target_id = $3, decided_by = $4, decided_at = $5
      WHERE id = $1 AND state = 'open'";
}

/// The review item with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<ReviewItemNoun>,
) -> Result<ReviewItem, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("review item", id))?;
    Ok(read(&row)?)
}

/// A page of what is within reach.
pub(crate) async fn list(
    tx: &mut ReadTx,
    reach: &Reach,
    complex: Option<Id<noun::Complex>>,
    state: Option<ReviewState>,
    after: Option<Id<ReviewItemNoun>>,
    fetch: i64,
) -> Result<Vec<ReviewItem>, DbError> {
    let args = args![reach.text(), complex, state.map(ReviewState::as_str), after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds an item for a row of an import.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    id: Id<ReviewItemNoun>,
    import: &RegistryImport,
    row: &ImportRow,
    now: Instant,
) -> Result<(), DbError> {
    let args = args![
        id,
        import.complex_id,
        import.id,
        row.line,
        import.kind.as_str(),
        &import.file_name,
        json!(row.values),
        json!(row.candidates),
        now,
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Keeps a decision; `false` when somebody decided before.
pub(crate) async fn decide(tx: &mut WriteTx, x: &ReviewItem) -> Result<bool, DbError> {
    let args = args![x.id, x.state.as_str(), x.target_id, &x.decided_by, x.decided_at];
    Ok(tx.run(DECIDE, args).await? > 0)
}

fn read(row: &Row) -> Result<ReviewItem, DbError> {
    Ok(ReviewItem {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        import_id: row.id("import_id")?,
        line: row.get("line")?,
        kind: row.parsed("kind")?,
        file_name: row.get("file_name")?,
        values: row.json("row_values")?,
        candidates: row.json("candidates")?,
        state: row.parsed("state")?,
        target_id: row.opt_id("target_id")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.opt_instant("decided_at")?,
        created_at: row.instant("created_at")?,
    })
}
