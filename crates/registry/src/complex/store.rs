//! The table `complex`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};
use serde_json::Value;

use super::Complex;
use crate::access::Reach;
use crate::error::RegistryError;
use crate::position;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM complex WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM complex
      WHERE ($1 = '*' OR $1 LIKE '%' || id || '%')
        AND (CAST($2 AS TEXT) IS NULL
          OR lower(code) LIKE $2 ESCAPE '!'
          OR lower(name) LIKE $2 ESCAPE '!'
          OR lower(name_en) LIKE $2 ESCAPE '!')
        AND (CAST($3 AS TEXT) IS NULL OR id > $3)
      ORDER BY id LIMIT $4";
    /// A new one.
    INSERT = "INSERT INTO complex
        (id, code, name, name_en, kind, boundary, lon, lat, demo, version, created_at,
        updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
    /// The next version of one.
    UPDATE = "UPDATE complex SET code = $2, name = $3, name_en = $4, kind = $5, boundary = $6, lon = $7, lat = $8,
        version = $9, updated_at = $10
      WHERE id = $1 AND version = $11";
}

/// The complex with this id.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<noun::Complex>) -> Result<Complex, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("complex", id))?;
    Ok(read(&row)?)
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    reach: &Reach,
    q: Option<String>,
    after: Option<Id<noun::Complex>>,
    fetch: i64,
) -> Result<Vec<Complex>, DbError> {
    let args = args![reach.text(), q, after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Complex) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        &x.code,
        &x.name,
        &x.name_en,
        x.kind.as_str(),
        x.boundary.as_ref().map(Value::to_string),
        x.position.map(|at| at.lon),
        x.position.map(|at| at.lat),
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args)
        .await
        .map_err(|error| RegistryError::taken(error, "complex", "code", &x.code))?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Complex) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        &x.code,
        &x.name,
        &x.name_en,
        x.kind.as_str(),
        x.boundary.as_ref().map(Value::to_string),
        x.position.map(|at| at.lon),
        x.position.map(|at| at.lat),
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx
        .run(UPDATE, args)
        .await
        .map_err(|error| RegistryError::taken(error, "complex", "code", &x.code))?
    {
        0 => Err(RegistryError::raced("complex", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Complex, DbError> {
    Ok(Complex {
        id: row.id("id")?,
        code: row.get("code")?,
        name: row.get("name")?,
        name_en: row.get("name_en")?,
        kind: row.parsed("kind")?,
        boundary: row.opt_parsed("boundary")?,
        position: position::read(row)?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
