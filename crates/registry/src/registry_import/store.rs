//! The tables `registry_import` and `registry_import_row`.

use base::{Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};
use serde_json::json;

use super::{ImportCounts, ImportRow, RegistryImport, RegistryImportNoun, RowAction};
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM registry_import WHERE id = $1";
    /// The imports of a complex, the newest first.
    LIST = "SELECT * FROM registry_import
      WHERE complex_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3";
    /// A new one.
    INSERT = "INSERT INTO registry_import
        (id, complex_id, kind, file_name, sha256, encoding, columns, rows_total, counts, state,
        taken_by, taken_at, committed_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL)";
    /// It is written.
    COMMIT = "UPDATE registry_import SET state = 'committed', counts = $2, committed_at = $3
      WHERE id = $1";
    /// A row of a new one.
    INSERT_ROW = "INSERT INTO registry_import_row
        (import_id, line, action, row_values, row_errors, candidates, target_id, applied)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
    /// A page of the rows.
    ROWS = "SELECT * FROM registry_import_row
      WHERE import_id = $1 AND line > $2 AND (CAST($3 AS TEXT) IS NULL OR action = $3)
      ORDER BY line LIMIT $4";
    /// A row is done; hits nothing when it was done before.
    APPLY = "UPDATE registry_import_row
      SET applied = 1, action = $3, row_errors = $4, candidates = $5, target_id = $6
      WHERE import_id = $1 AND line = $2 AND applied = 0";
}

/// The import with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<RegistryImportNoun>,
) -> Result<RegistryImport, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("registry import", id))?;
    Ok(read(&row)?)
}

/// A page of the imports of a complex, the newest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    complex: Id<noun::Complex>,
    before: Option<Id<RegistryImportNoun>>,
    fetch: i64,
) -> Result<Vec<RegistryImport>, DbError> {
    tx.all(LIST, args![complex, before, fetch]).await?.iter().map(read).collect()
}

/// Adds an import without its rows.
pub(crate) async fn insert(tx: &mut WriteTx, x: &RegistryImport) -> Result<(), DbError> {
    let args = args![
        x.id,
        x.complex_id,
        x.kind.as_str(),
        &x.file_name,
        &x.sha256,
        &x.encoding,
        json!(x.columns),
        x.rows_total,
        json!(x.counts),
        x.state.as_str(),
        &x.taken_by,
        x.taken_at,
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Adds a row.
pub(crate) async fn insert_row(
    tx: &mut WriteTx,
    import: Id<RegistryImportNoun>,
    row: &ImportRow,
) -> Result<(), DbError> {
    let args = args![
        import,
        row.line,
        row.action.as_str(),
        json!(row.values),
        json!(row.errors),
        json!(row.candidates),
        row.target_id.map(|id| id.to_string()),
    ];
    tx.run(INSERT_ROW, args).await.map(drop)
}

/// A page of the rows, by line.
pub(crate) async fn rows(
    tx: &mut ReadTx,
    import: Id<RegistryImportNoun>,
    after: i64,
    action: Option<RowAction>,
    fetch: i64,
) -> Result<Vec<ImportRow>, DbError> {
    let args = args![import, after, action.map(RowAction::as_str), fetch];
    tx.all(ROWS, args).await?.iter().map(read_row).collect()
}

/// Marks a row as done with what became of it; `false` when it was done before.
pub(crate) async fn apply(
    tx: &mut WriteTx,
    import: Id<RegistryImportNoun>,
    row: &ImportRow,
) -> Result<bool, DbError> {
    let args = args![
        import,
        row.line,
        row.action.as_str(),
        json!(row.errors),
        json!(row.candidates),
        row.target_id.map(|id| id.to_string()),
    ];
    Ok(tx.run(APPLY, args).await? > 0)
}

/// Marks the import as written.
pub(crate) async fn commit(
    tx: &mut WriteTx,
    import: Id<RegistryImportNoun>,
    counts: ImportCounts,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(COMMIT, args![import, json!(counts), now]).await.map(drop)
}

fn read(row: &Row) -> Result<RegistryImport, DbError> {
    Ok(RegistryImport {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        kind: row.parsed("kind")?,
        file_name: row.get("file_name")?,
        sha256: row.get("sha256")?,
        encoding: row.get("encoding")?,
        columns: row.json("columns")?,
        rows_total: row.get("rows_total")?,
        counts: row.json("counts")?,
        state: row.parsed("state")?,
        taken_by: row.get("taken_by")?,
        taken_at: row.instant("taken_at")?,
        committed_at: row.opt_instant("committed_at")?,
    })
}

fn read_row(row: &Row) -> Result<ImportRow, DbError> {
    Ok(ImportRow {
        line: row.get("line")?,
        action: row.parsed("action")?,
        errors: row.json("row_errors")?,
        values: row.json("row_values")?,
        candidates: row.json("candidates")?,
        target_id: row.opt_parsed("target_id")?,
        applied: row.bool("applied")?,
    })
}
