//! The table `unit`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Unit, UnitNoun};
use crate::access::Reach;
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM unit WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM unit
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL
          OR lower(name) LIKE $3 ESCAPE '!'
          OR lower(floor) LIKE $3 ESCAPE '!')
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
    /// A new one.
    INSERT = "INSERT INTO unit
        (id, complex_id, building_id, floor, name, demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The next version of one.
    UPDATE = "UPDATE unit SET complex_id = $2, building_id = $3, floor = $4, name = $5, version = $6,
        updated_at = $7
      WHERE id = $1 AND version = $8";
}

/// The unit with this id.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<UnitNoun>) -> Result<Unit, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("unit", id))?;
    Ok(read(&row)?)
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    reach: &Reach,
    complex: Option<Id<noun::Complex>>,
    q: Option<String>,
    after: Option<Id<UnitNoun>>,
    fetch: i64,
) -> Result<Vec<Unit>, DbError> {
    let args = args![reach.text(), complex, q, after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Unit) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        x.building_id,
        &x.floor,
        &x.name,
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args)
        .await
        .map_err(|error| RegistryError::taken(error, "unit", "name", &x.name))?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Unit) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        x.building_id,
        &x.floor,
        &x.name,
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx
        .run(UPDATE, args)
        .await
        .map_err(|error| RegistryError::taken(error, "unit", "name", &x.name))?
    {
        0 => Err(RegistryError::raced("unit", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Unit, DbError> {
    Ok(Unit {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        building_id: row.id("building_id")?,
        floor: row.get("floor")?,
        name: row.get("name")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
