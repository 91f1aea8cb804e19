//! The tables `device_replacement` and `point_replacement`.

use base::{Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{DeviceReplacement, MeterReading};

platform::statements! {
    /// Those in which a device took part, the newest first.
    OF_DEVICE = "SELECT device_replacement.*, old.key AS old_key, new.key AS new_key
      FROM device_replacement
      JOIN device AS old ON old.id = old_device_id
      JOIN device AS new ON new.id = new_device_id
      WHERE old_device_id = $1 OR new_device_id = $1
      ORDER BY replaced_at DESC LIMIT 200";
    /// When a device itself took over.
    LAST_OF = "SELECT replaced_at FROM device_replacement WHERE new_device_id = $1
      ORDER BY replaced_at DESC LIMIT 1";
    /// A new one.
    INSERT = "INSERT INTO device_replacement
        (id, complex_id, old_device_id, new_device_id, replaced_at, reason, replaced_by, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// A point of it.
    INSERT_POINT = "INSERT INTO point_replacement
        (point_id, replacement_id, replaced_at, final_value, first_value)
      VALUES ($1, $2, $3, $4, $5)";
}

/// Those in which a device took part, the newest first.
pub(crate) async fn of_device(
    tx: &mut ReadTx,
    device: Id<noun::Device>,
) -> Result<Vec<DeviceReplacement>, DbError> {
    tx.all(OF_DEVICE, args![device]).await?.iter().map(read).collect()
}

/// When a device itself took over.
pub(crate) async fn last_of(
    tx: &mut ReadTx,
    device: Id<noun::Device>,
) -> Result<Option<Instant>, DbError> {
    let row = tx.one(LAST_OF, args![device]).await?;
    row.map(|row| row.instant("replaced_at")).transpose()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &DeviceReplacement) -> Result<(), DbError> {
    let args = args![
        x.id,
        x.complex_id,
        x.old_device_id,
        x.new_device_id,
        x.at,
        x.reason.as_deref(),
        &x.replaced_by,
        x.created_at
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Adds a point of it, with what the meters showed.
pub(crate) async fn insert_point(
    tx: &mut WriteTx,
    point: Id<noun::Point>,
    x: &DeviceReplacement,
    shown: Option<&MeterReading>,
) -> Result<(), DbError> {
    let final_value = shown.and_then(|shown| shown.final_value);
    let first_value = shown.and_then(|shown| shown.first_value);
    tx.run(INSERT_POINT, args![point, x.id, x.at, final_value, first_value]).await.map(drop)
}

fn read(row: &Row) -> Result<DeviceReplacement, DbError> {
    Ok(DeviceReplacement {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        old_device_id: row.id("old_device_id")?,
        old_key: row.get("old_key")?,
        new_device_id: row.id("new_device_id")?,
        new_key: row.get("new_key")?,
        at: row.instant("replaced_at")?,
        reason: row.get("reason")?,
        replaced_by: row.get("replaced_by")?,
        created_at: row.instant("created_at")?,
    })
}
