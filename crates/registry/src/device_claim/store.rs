//! The table `device_claim`.

use base::{Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::DeviceClaim;

platform::statements! {
    /// Sets or replaces the claim of a device.
    SAVE = "INSERT INTO device_claim
        (device_id, code_sha256, created_by, created_at, expires_at, claimed_at)
      VALUES ($1, $2, $3, $4, $5, NULL)
      ON CONFLICT (device_id) DO UPDATE SET
        code_sha256 = excluded.code_sha256, created_by = excluded.created_by,
        created_at = excluded.created_at, expires_at = excluded.expires_at, claimed_at = NULL";
    /// The claim of a device.
    FIND = "SELECT * FROM device_claim WHERE device_id = $1";
    /// The claim with this code.
    BY_CODE = "SELECT * FROM device_claim WHERE code_sha256 = $1";
    /// It is used; hits nothing when somebody was first.
    USE = "UPDATE device_claim SET claimed_at = $2 WHERE device_id = $1 AND claimed_at IS NULL";
    /// It ends now; hits nothing when it was used.
    WITHDRAW = "UPDATE device_claim SET expires_at = $2
      WHERE device_id = $1 AND claimed_at IS NULL AND expires_at > $2";
}

/// Sets or replaces the claim of a device.
pub(crate) async fn save(tx: &mut WriteTx, x: &DeviceClaim, hash: String) -> Result<(), DbError> {
    let args = args![x.device_id, hash, &x.created_by, x.created_at, x.expires_at];
    tx.run(SAVE, args).await.map(drop)
}

/// The claim of a device.
pub(crate) async fn find(
    tx: &mut ReadTx,
    device: Id<noun::Device>,
) -> Result<Option<DeviceClaim>, DbError> {
    tx.one(FIND, args![device]).await?.as_ref().map(read).transpose()
}

/// The claim with the code of this hash.
pub(crate) async fn by_code(tx: &mut ReadTx, hash: &str) -> Result<Option<DeviceClaim>, DbError> {
    tx.one(BY_CODE, args![hash]).await?.as_ref().map(read).transpose()
}

/// Uses a claim; `false` when somebody was first.
pub(crate) async fn use_up(
    tx: &mut WriteTx,
    device: Id<noun::Device>,
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.run(USE, args![device, now]).await? > 0)
}

/// Ends an open claim; `false` when there is none.
pub(crate) async fn withdraw(
    tx: &mut WriteTx,
    device: Id<noun::Device>,
    now: Instant,
) -> Result<bool, DbError> {
    Ok(tx.run(WITHDRAW, args![device, now]).await? > 0)
}

fn read(row: &Row) -> Result<DeviceClaim, DbError> {
    Ok(DeviceClaim {
        device_id: row.id("device_id")?,
        created_by: row.get("created_by")?,
        created_at: row.instant("created_at")?,
        expires_at: row.instant("expires_at")?,
        claimed_at: row.opt_instant("claimed_at")?,
    })
}
