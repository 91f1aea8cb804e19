//! The table `device_certificate`.

use base::{Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{DeviceCertificate, DeviceCertificateNoun};
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM device_certificate WHERE id = $1";
    /// Those of a device, the newest first.
    OF_DEVICE = "SELECT * FROM device_certificate WHERE device_id = $1 ORDER BY id DESC LIMIT 200";
    /// A new one.
    INSERT = "INSERT INTO device_certificate
        (id, device_id, fingerprint, subject, valid_from, valid_until, added_by, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// It is refused from now on.
    REVOKE = "UPDATE device_certificate SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
}

/// The certificate with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<DeviceCertificateNoun>,
) -> Result<DeviceCertificate, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("device certificate", id))?;
    Ok(read(&row)?)
}

/// Those of a device, the newest first.
pub(crate) async fn of_device(
    tx: &mut ReadTx,
    device: Id<noun::Device>,
) -> Result<Vec<DeviceCertificate>, DbError> {
    tx.all(OF_DEVICE, args![device]).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &DeviceCertificate) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.device_id,
        &x.fingerprint,
        &x.subject,
        x.valid_from,
        x.valid_until,
        &x.added_by,
        x.created_at
    ];
    let taken =
        |error| RegistryError::taken(error, "device certificate", "fingerprint", &x.fingerprint);
    tx.run(INSERT, args).await.map_err(taken)?;
    Ok(())
}

/// Refuses one from now on; `false` when it is refused already.
pub(crate) async fn revoke(
    tx: &mut WriteTx,
    id: Id<DeviceCertificateNoun>,
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.run(REVOKE, args![id, now]).await? > 0)
}

fn read(row: &Row) -> Result<DeviceCertificate, DbError> {
    Ok(DeviceCertificate {
        id: row.id("id")?,
        device_id: row.id("device_id")?,
        fingerprint: row.get("fingerprint")?,
        subject: row.get("subject")?,
        valid_from: row.instant("valid_from")?,
        valid_until: row.instant("valid_until")?,
        added_by: row.get("added_by")?,
        created_at: row.instant("created_at")?,
        revoked_at: row.opt_instant("revoked_at")?,
    })
}
