//! The table `device`.

use base::{Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Device, DeviceKind};
use crate::access::Reach;
use crate::device_profile::DeviceProfileNoun;
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
          OR lower(name) LIKE $5 ESCAPE '!'
          OR lower(COALESCE(serial, '')) LIKE $5 ESCAPE '!')
        AND (CAST($6 AS TEXT) IS NULL OR id > $6)
        AND (CAST($8 AS TEXT) IS NULL OR gateway_id = $8)
        AND (CAST($9 AS TEXT) IS NULL OR profile_id = $9)
      ORDER BY id LIMIT $7";
    /// The gateway that a device speaks through.
    GATEWAY_OF = "SELECT gateway_id FROM device WHERE id = $1";
    /// The children of a gateway go to another.
    MOVE_CHILDREN = "UPDATE device SET gateway_id = $2, version = version + 1, updated_at = $3
      WHERE gateway_id = $1";
    /// Active devices of a profile, page by page.
    OF_PROFILE = "SELECT * FROM device WHERE profile_id = $1 AND state = 'active'
        AND (CAST($2 AS TEXT) IS NULL OR id > $2)
      ORDER BY id LIMIT $3";
    /// A new one.
    INSERT = "INSERT INTO device
        (id, complex_id, key, kind, profile_id, establishment_id, name, lon, lat, state,
        demo, version, created_at, updated_at, gateway_id, serial, manufacturer, model, commissioning)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)";
    /// The next version of one.
    UPDATE = "UPDATE device SET complex_id = $2, key = $3, kind = $4, profile_id = $5, establishment_id = $6,
        name = $7, lon = $8, lat = $9, state = $10, version = $11, updated_at = $12,
        gateway_id = $14, serial = $15, manufacturer = $16, model = $17, commissioning = $18
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
    pub(crate) gateway: Option<Id<noun::Device>>,
    pub(crate) profile: Option<Id<DeviceProfileNoun>>,
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
        fetch,
        filter.gateway,
        filter.profile
    ];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// The gateway that a device speaks through.
pub(crate) async fn gateway_of(
    tx: &mut ReadTx,
    id: Id<noun::Device>,
) -> Result<Option<Id<noun::Device>>, DbError> {
    match tx.one(GATEWAY_OF, args![id]).await? {
        Some(row) => row.opt_id("gateway_id"),
        None => Ok(None),
    }
}

/// Hands the children of a gateway to another.
pub(crate) async fn move_children(
    tx: &mut WriteTx,
    from: Id<noun::Device>,
    to: Id<noun::Device>,
    now: Instant,
) -> Result<u64, DbError> {
    tx.run(MOVE_CHILDREN, args![from, to, now]).await
}

/// Active devices of a profile.
pub(crate) async fn of_profile(
    tx: &mut ReadTx,
    profile: Id<DeviceProfileNoun>,
    after: Option<Id<noun::Device>>,
    fetch: i64,
) -> Result<Vec<Device>, DbError> {
    tx.all(OF_PROFILE, args![profile, after, fetch]).await?.iter().map(read).collect()
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
        x.updated_at,
        x.gateway_id,
        x.serial.as_deref(),
        x.manufacturer.as_deref(),
        x.model.as_deref(),
        x.commissioning.as_str()
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
        x.version - 1,
        x.gateway_id,
        x.serial.as_deref(),
        x.manufacturer.as_deref(),
        x.model.as_deref(),
        x.commissioning.as_str()
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
        gateway_id: row.opt_id("gateway_id")?,
        serial: row.get("serial")?,
        manufacturer: row.get("manufacturer")?,
        model: row.get("model")?,
        commissioning: row.parsed("commissioning")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
