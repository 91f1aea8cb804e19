//! The table `calibration`.

use base::{Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Calibration, CalibrationCreate, CalibrationNoun};
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM calibration WHERE id = $1";
    /// Those of a device, the newest first.
    OF_DEVICE = "SELECT * FROM calibration WHERE device_id = $1
      ORDER BY calibrated_at DESC, id DESC LIMIT 200";
    /// A new one.
    INSERT = "INSERT INTO calibration
        (id, device_id, calibrated_at, valid_until, calibrated_by, certificate_number,
        file_reference, note, recorded_by, created_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    /// It was a mistake.
    VOID = "UPDATE calibration SET voided_at = $2 WHERE id = $1 AND voided_at IS NULL";
}

/// The record with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<CalibrationNoun>,
) -> Result<Calibration, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("calibration record", id))?;
    Ok(read(&row)?)
}

/// Those of a device, the newest first.
pub(crate) async fn of_device(
    tx: &mut ReadTx,
    device: Id<noun::Device>,
) -> Result<Vec<Calibration>, DbError> {
    tx.all(OF_DEVICE, args![device]).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Calibration) -> Result<(), DbError> {
    let args = args![
        x.id,
        x.device_id,
        x.work.calibrated_at,
        x.work.valid_until,
        &x.work.calibrated_by,
        x.work.certificate_number.as_deref(),
        x.work.file_reference.as_deref(),
        x.work.note.as_deref(),
        &x.recorded_by,
        x.created_at
    ];
    tx.run(INSERT, args).await.map(drop)
}

/// Voids one; `false` when it is void already.
pub(crate) async fn void(
    tx: &mut WriteTx,
    id: Id<CalibrationNoun>,
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.run(VOID, args![id, now]).await? > 0)
}

fn read(row: &Row) -> Result<Calibration, DbError> {
    Ok(Calibration {
        id: row.id("id")?,
        device_id: row.id("device_id")?,
        work: CalibrationCreate {
            calibrated_at: row.instant("calibrated_at")?,
            valid_until: row.instant("valid_until")?,
            calibrated_by: row.get("calibrated_by")?,
            certificate_number: row.get("certificate_number")?,
            file_reference: row.get("file_reference")?,
            note: row.get("note")?,
        },
        recorded_by: row.get("recorded_by")?,
        created_at: row.instant("created_at")?,
        voided_at: row.opt_instant("voided_at")?,
    })
}
