//! The table `building`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Building, BuildingNoun};
use crate::access::Reach;
use crate::error::RegistryError;
use crate::position;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM building WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM building
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL
          OR lower(name) LIKE $3 ESCAPE '!')
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
    /// A new one.
    INSERT = "INSERT INTO building
        (id, complex_id, parcel_id, name, lon, lat, demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// The next version of one.
    UPDATE = "UPDATE building SET complex_id = $2, parcel_id = $3, name = $4, lon = $5, lat = $6, version = $7,
        updated_at = $8
      WHERE id = $1 AND version = $9";
}

/// The building with this id.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<BuildingNoun>) -> Result<Building, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("building", id))?;
    Ok(read(&row)?)
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    reach: &Reach,
    complex: Option<Id<noun::Complex>>,
    q: Option<String>,
    after: Option<Id<BuildingNoun>>,
    fetch: i64,
) -> Result<Vec<Building>, DbError> {
    let args = args![reach.text(), complex, q, after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Building) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        x.parcel_id,
        &x.name,
        x.position.map(|at| at.lon),
        x.position.map(|at| at.lat),
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args)
        .await
        .map_err(|error| RegistryError::taken(error, "building", "name", &x.name))?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Building) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        x.parcel_id,
        &x.name,
        x.position.map(|at| at.lon),
        x.position.map(|at| at.lat),
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx
        .run(UPDATE, args)
        .await
        .map_err(|error| RegistryError::taken(error, "building", "name", &x.name))?
    {
        0 => Err(RegistryError::raced("building", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Building, DbError> {
    Ok(Building {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        parcel_id: row.id("parcel_id")?,
        name: row.get("name")?,
        position: position::read(row)?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
