//! The table `device_profile`.

use base::Id;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{DeviceProfile, DeviceProfileNoun};
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM device_profile WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM device_profile
      WHERE (CAST($1 AS TEXT) IS NULL
          OR lower(code) LIKE $1 ESCAPE '!'
          OR lower(name) LIKE $1 ESCAPE '!')
        AND (CAST($2 AS TEXT) IS NULL OR id > $2)
      ORDER BY id LIMIT $3";
    /// A new one.
    INSERT = "INSERT INTO device_profile
        (id, code, name, metrics, demo, version, created_at, updated_at, mapping, retention_days,
        calibration_days)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    /// The next version of one.
    UPDATE = "UPDATE device_profile SET code = $2, name = $3, metrics = $4, version = $5, updated_at = $6,
        mapping = $8, retention_days = $9, calibration_days = $10
      WHERE id = $1 AND version = $7";
}

/// The device profile with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<DeviceProfileNoun>,
) -> Result<DeviceProfile, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("device profile", id))?;
    Ok(read(&row)?)
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    q: Option<String>,
    after: Option<Id<DeviceProfileNoun>>,
    fetch: i64,
) -> Result<Vec<DeviceProfile>, DbError> {
    let args = args![q, after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &DeviceProfile) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        &x.code,
        &x.name,
        serde_json::json!(x.metrics),
        x.demo,
        x.version,
        x.created_at,
        x.updated_at,
        x.mapping.as_deref(),
        x.retention_days,
        x.calibration_days
    ];
    tx.run(INSERT, args)
        .await
        .map_err(|error| RegistryError::taken(error, "device profile", "code", &x.code))?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &DeviceProfile) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        &x.code,
        &x.name,
        serde_json::json!(x.metrics),
        x.version,
        x.updated_at,
        x.version - 1,
        x.mapping.as_deref(),
        x.retention_days,
        x.calibration_days
    ];
    match tx
        .run(UPDATE, args)
        .await
        .map_err(|error| RegistryError::taken(error, "device profile", "code", &x.code))?
    {
        0 => Err(RegistryError::raced("device profile", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<DeviceProfile, DbError> {
    Ok(DeviceProfile {
        id: row.id("id")?,
        code: row.get("code")?,
        name: row.get("name")?,
        metrics: row.json("metrics")?,
        mapping: row.get("mapping")?,
        retention_days: row
            .get::<Option<i64>>("retention_days")?
            .and_then(|days| days.try_into().ok()),
        calibration_days: row
            .get::<Option<i64>>("calibration_days")?
            .and_then(|days| days.try_into().ok()),
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
