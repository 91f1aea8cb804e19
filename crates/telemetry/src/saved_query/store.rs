//! The rows of saved queries.

use base::noun::Complex;
use base::{Id, Instant};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Kept, SavedQuery, SavedQueryKind};

platform::statements! {
    /// Keeps a new one.
    INSERT = "INSERT INTO saved_query
      (id, owner, owner_name, complex_id, name, kind, spec, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8)";
    /// Changes one that is still at the version that was read.
    UPDATE = "UPDATE saved_query
      SET name = $2, spec = $3, complex_id = $4, version = version + 1, updated_at = $5
      WHERE id = $1 AND version = $6";
    /// Removes one.
    DELETE = "DELETE FROM saved_query WHERE id = $1";
    /// One.
    FIND = "SELECT * FROM saved_query WHERE id = $1";
    /// How many somebody keeps.
    COUNT = "SELECT COUNT(*) AS n FROM saved_query WHERE owner = $1";
    /// A page: the reader's own, and those shared in the complexes that the reader knows ($2: `*`, or
    /// ids one after the other).
    LIST = "SELECT * FROM saved_query
      WHERE (owner = $1
          OR (complex_id IS NOT NULL AND ($2 = '*' OR $2 LIKE '%' || complex_id || '%')))
        AND (CAST($3 AS TEXT) IS NULL OR kind = $3)
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
}

/// A row with its owner, whom the API does not show.
pub(super) struct Owned {
    pub(super) owner: String,
    pub(super) query: SavedQuery,
}

/// What is kept.
pub(super) struct New<'a> {
    pub(super) id: Id<Kept>,
    pub(super) owner: &'a str,
    pub(super) owner_name: &'a str,
    pub(super) complex: Option<Id<Complex>>,
    pub(super) name: &'a str,
    pub(super) kind: SavedQueryKind,
    pub(super) spec: &'a serde_json::Value,
}

pub(super) async fn insert(tx: &mut WriteTx, new: New<'_>, now: Instant) -> Result<(), DbError> {
    let New { id, owner, owner_name, complex, name, kind, spec } = new;
    let values = args![id, owner, owner_name, complex, name, kind.as_str(), spec.to_string(), now];
    tx.run(INSERT, values).await.map(drop)
}

/// Changes a row; false when it is at another version by now.
pub(super) async fn update(
    tx: &mut WriteTx,
    query: &SavedQuery,
    now: Instant,
) -> Result<bool, DbError> {
    let SavedQuery { id, name, spec, complex_id, version, .. } = query;
    let values = args![*id, name.as_str(), spec.to_string(), *complex_id, now, *version];
    Ok(tx.run(UPDATE, values).await? == 1)
}

pub(super) async fn delete(tx: &mut WriteTx, id: Id<Kept>) -> Result<(), DbError> {
    tx.run(DELETE, args![id]).await.map(drop)
}

pub(super) async fn find(
    tx: &mut ReadTx,
    id: Id<Kept>,
    reader: &str,
) -> Result<Option<Owned>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(|row| read(row, reader)).transpose()
}

pub(super) async fn count(tx: &mut ReadTx, owner: &str) -> Result<i64, DbError> {
    let row = tx.one(COUNT, args![owner]).await?;
    row.as_ref().map_or(Ok(0), |row| row.get("n"))
}

pub(super) async fn list(
    tx: &mut ReadTx,
    reader: &str,
    reach: &str,
    kind: Option<SavedQueryKind>,
    after: Option<Id<Kept>>,
    fetch: i64,
) -> Result<Vec<SavedQuery>, DbError> {
    let kind = kind.map(SavedQueryKind::as_str);
    let rows = tx.all(LIST, args![reader, reach, kind, after, fetch]).await?;
    rows.iter().map(|row| Ok(read(row, reader)?.query)).collect()
}

fn read(row: &Row, reader: &str) -> Result<Owned, DbError> {
    let owner: String = row.get("owner")?;
    let kind = match row.get::<String>("kind")?.as_str() {
        "sql" => SavedQueryKind::Sql,
        _ => SavedQueryKind::Chart,
    };
    let query = SavedQuery {
        id: row.id("id")?,
        name: row.get("name")?,
        kind,
        spec: row.json("spec")?,
        complex_id: row.opt_id("complex_id")?,
        owner_name: row.get("owner_name")?,
        own: owner == reader,
        version: row.get("version")?,
        updated_at: row.instant("updated_at")?,
    };
    Ok(Owned { owner, query })
}
