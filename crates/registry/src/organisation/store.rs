//! The table `organisation`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::Organisation;
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM organisation WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM organisation
      WHERE (CAST($1 AS TEXT) IS NULL OR complex_id = $1)
        AND (CAST($2 AS TEXT) IS NULL
          OR lower(name) LIKE $2 ESCAPE '!')
        AND (CAST($3 AS TEXT) IS NULL OR id > $3)
      ORDER BY id LIMIT $4";
    /// A new one.
    INSERT = "INSERT INTO organisation
        (id, complex_id, name, kind, phone, demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The next version of one.
    UPDATE = "UPDATE organisation SET complex_id = $2, name = $3, kind = $4, phone = $5, version = $6, updated_at = $7
      WHERE id = $1 AND version = $8";
}

/// The organisation with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<noun::Organisation>,
) -> Result<Organisation, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("organisation", id))?;
    Ok(read(&row)?)
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    complex: Option<Id<noun::Complex>>,
    q: Option<String>,
    after: Option<Id<noun::Organisation>>,
    fetch: i64,
) -> Result<Vec<Organisation>, DbError> {
    let args = args![complex, q, after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Organisation) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        &x.name,
        x.kind.as_str(),
        &x.phone,
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args).await?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Organisation) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        &x.name,
        x.kind.as_str(),
        &x.phone,
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx.run(UPDATE, args).await? {
        0 => Err(RegistryError::raced("organisation", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Organisation, DbError> {
    Ok(Organisation {
        id: row.id("id")?,
        complex_id: row.opt_id("complex_id")?,
        name: row.get("name")?,
        kind: row.parsed("kind")?,
        phone: row.get("phone")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
