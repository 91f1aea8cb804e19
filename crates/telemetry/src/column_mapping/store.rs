//! The rows of saved mappings.

use base::noun::Complex;
use base::{Id, Instant};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{ColumnMapping, Mapping, Saved};

platform::statements! {
    /// Saves a new mapping.
    INSERT = "INSERT INTO column_mapping (id, complex_id, name, spec, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, 1, $5, $5)";
    /// Changes a mapping that is still at the version that was read.
    UPDATE = "UPDATE column_mapping SET name = $2, spec = $3, version = version + 1, updated_at = $4
      WHERE id = $1 AND version = $5";
    /// One mapping.
    FIND = "SELECT * FROM column_mapping WHERE id = $1";
    /// A page. $1: the complexes that the reader knows, `*` or ids one after the other.
    LIST = "SELECT * FROM column_mapping
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR id > $3)
      ORDER BY id
      LIMIT $4";
}

pub(super) async fn insert(
    tx: &mut WriteTx,
    id: Id<Saved>,
    complex: Id<Complex>,
    name: &str,
    spec: &Mapping,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(INSERT, args![id, complex, name, json(spec), now]).await.map(drop)
}

/// Changes a row; false when it is at another version by now.
pub(super) async fn update(
    tx: &mut WriteTx,
    id: Id<Saved>,
    name: &str,
    spec: &Mapping,
    version: i64,
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.run(UPDATE, args![id, name, json(spec), now, version]).await? == 1)
}

pub(super) async fn find(tx: &mut ReadTx, id: Id<Saved>) -> Result<Option<ColumnMapping>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

pub(super) async fn list(
    tx: &mut ReadTx,
    reach: &str,
    complex: Option<Id<Complex>>,
    after: Option<Id<Saved>>,
    fetch: i64,
) -> Result<Vec<ColumnMapping>, DbError> {
    let rows = tx.all(LIST, args![reach, complex, after, fetch]).await?;
    rows.iter().map(read).collect()
}

fn json(spec: &Mapping) -> String {
    serde_json::to_string(spec).expect("a mapping is plain JSON")
}

fn read(row: &Row) -> Result<ColumnMapping, DbError> {
    Ok(ColumnMapping {
        id: row.get("id")?,
        complex_id: Some(row.id("complex_id")?),
        name: row.get("name")?,
        spec: row.json("spec")?,
        version: Some(row.get("version")?),
    })
}
