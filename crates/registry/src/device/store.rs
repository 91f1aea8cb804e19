//! The table `device`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Device, DeviceKind};
use crate::access::Reach;
use crate::error::RegistryError;
use crate::position;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM device WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM device
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%'
          OR $1 LIKE '%' || COALESCE(establishment_id, '!') || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR establishment_id = $3)
        AND (CAST($4 AS TEXT) IS NULL OR kind = $4)
        AND (CAST($5 AS TEXT) IS NULL
          OR lower(key) LIKE $5 ESCAPE '!'
          OR lower(name) LIKE $5 ESCAPE '!')
        AND (CAST($6 AS TEXT) IS NULL OR id > $6)
      ORDER BY id LIMIT $7";
    /// A new one.
    INSERT = "INSERT INTO device
        (id, complex_id, key, kind, profile_id, establishment_id, name, lon, lat, state,
        demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    /// The next version of one.
    UPDATE = "UPDATE device SET complex_id = $2, key = $3, kind = $4, profile_id = $5, establishment_id = $6,
        name = $7, lon = $8, lat = $9, state = $10, version = $11, updated_at = $12
      WHERE id = $1 AND version = $13";
}

/// The device with this id.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<noun::Device>) -> Result<Device, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("device", id))?;
    Ok(read(&row)?)
}

/// What a list asks for.
pub(crate) struct Filter<'a> {
    pub(crate) reach: &'a Reach,
    pub(crate) complex: Option<Id<noun::Complex>>,
    pub(crate) establishment: Option<Id<noun::Establishment>>,
    pub(crate) kind: Option<DeviceKind>,
    pub(crate) q: Option<String>,
    pub(crate) after: Option<Id<noun::Device>>,
}

/// A page of what is within reach.
pub(crate) async fn list(
    tx: &mut ReadTx,
    filter: Filter<'_>,
    fetch: i64,
) -> Result<Vec<Device>, DbError> {
    let args = args![
        filter.reach.text(),
        filter.complex,
        filter.establishment,
        filter.kind.map(DeviceKind::as_str),
        filter.q,
        filter.after,
        fetch
    ];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Device) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        &x.key,
        x.kind.as_str(),
        x.profile_id,
        x.establishment_id,
        &x.name,
        x.position.map(|at| at.lon),
        x.position.map(|at| at.lat),
        x.state.as_str(),
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args)
        .await
        .map_err(|error| RegistryError::taken(error, "device", "key", &x.key))?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Device) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        &x.key,
        x.kind.as_str(),
        x.profile_id,
        x.establishment_id,
        &x.name,
        x.position.map(|at| at.lon),
        x.position.map(|at| at.lat),
        x.state.as_str(),
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx
        .run(UPDATE, args)
        .await
        .map_err(|error| RegistryError::taken(error, "device", "key", &x.key))?
    {
        0 => Err(RegistryError::raced("device", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Device, DbError> {
    Ok(Device {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        key: row.get("key")?,
        kind: row.parsed("kind")?,
        profile_id: row.opt_id("profile_id")?,
        establishment_id: row.opt_id("establishment_id")?,
        name: row.get("name")?,
        position: position::read(row)?,
        state: row.parsed("state")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
