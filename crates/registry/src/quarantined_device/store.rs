//! The table `quarantined_device`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::note::Note;
use super::{KEPT_MAX, QuarantineState, QuarantinedDevice, QuarantinedDeviceNoun};
use crate::access::Reach;
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM quarantined_device WHERE id = $1";
    /// A page of what is within reach.
    LIST = "SELECT * FROM quarantined_device
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR state = $3)
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
    /// More messages of one that is known.
    AGAIN = "UPDATE quarantined_device SET messages = messages + $3, sample = $4, last_at = $5,
        protocol = $6
      WHERE complex_id = $1 AND key = $2";
    /// Whether the complex stands and how many it keeps.
    ROOM = "SELECT complex.id, (SELECT COUNT(*) FROM quarantined_device WHERE complex_id = complex.id)
        AS kept
      FROM complex WHERE complex.id = $1";
    /// A new one.
    INSERT = "INSERT INTO quarantined_device
        (id, complex_id, key, protocol, state, messages, sample, first_at, last_at)
      VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $7, $8)";
    /// The decision; hits nothing when it was adopted before.
    DECIDE = "UPDATE quarantined_device SET state = $2, device_id = $3, decided_by = $4,
        decided_at = $5
      WHERE id = $1 AND state <> 'adopted'";
}

/// The quarantined device with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<QuarantinedDeviceNoun>,
) -> Result<QuarantinedDevice, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("quarantined device", id))?;
    Ok(read(&row)?)
}

/// A page of what is within reach.
pub(crate) async fn list(
    tx: &mut ReadTx,
    reach: &Reach,
    complex: Option<Id<noun::Complex>>,
    state: Option<QuarantineState>,
    after: Option<Id<QuarantinedDeviceNoun>>,
    fetch: i64,
) -> Result<Vec<QuarantinedDevice>, DbError> {
    let args = args![reach.text(), complex, state.map(QuarantineState::as_str), after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds what was noted; `false` when the complex keeps too many already, or is none.
pub(super) async fn keep(
    tx: &mut WriteTx,
    id: Id<QuarantinedDeviceNoun>,
    x: &Note,
) -> Result<bool, DbError> {
    let args = args![x.complex, &x.key, x.messages, &x.sample, x.last_at, x.protocol];
    if tx.run(AGAIN, args).await? > 0 {
        return Ok(true);
    }
    let room = tx.one(ROOM, args![x.complex]).await?;
    let Some(room) = room else { return Ok(false) };
    if room.get::<i64>("kept")? >= KEPT_MAX {
        return Ok(false);
    }
    let args =
        args![id, x.complex, &x.key, x.protocol, x.messages, &x.sample, x.first_at, x.last_at];
    tx.run(INSERT, args).await?;
    Ok(true)
}

/// Keeps a decision; `false` when it was adopted before.
pub(crate) async fn decide(tx: &mut WriteTx, x: &QuarantinedDevice) -> Result<bool, DbError> {
    let args = args![x.id, x.state.as_str(), x.device_id, &x.decided_by, x.decided_at];
    Ok(tx.run(DECIDE, args).await? > 0)
}

fn read(row: &Row) -> Result<QuarantinedDevice, DbError> {
    Ok(QuarantinedDevice {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        key: row.get("key")?,
        protocol: row.get("protocol")?,
        state: row.parsed("state")?,
        messages: row.get("messages")?,
        sample: row.get("sample")?,
        first_at: row.instant("first_at")?,
        last_at: row.instant("last_at")?,
        device_id: row.opt_id("device_id")?,
        decided_by: row.get("decided_by")?,
        decided_at: row.opt_instant("decided_at")?,
    })
}
