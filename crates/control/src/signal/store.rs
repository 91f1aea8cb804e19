//! Signals that were dealt with.

use base::{Id, Instant, Signal, noun};
use platform::args;
use platform::db::{Db, DbError, WriteTx};

use super::SignalOutcome;
use crate::alarm::Alarm;

platform::statements! {
    /// Takes note of a signal, unless it was dealt with before.
    INSERT = "INSERT INTO alarm_signal (id, complex_id, alarm_id, outcome, at, received_at)
      VALUES ($1, $2, NULL, 'taken', $3, $4)
      ON CONFLICT (id) DO NOTHING";
    /// Writes what became of it.
    SETTLE = "UPDATE alarm_signal SET alarm_id = $2, outcome = $3 WHERE id = $1";
    /// Forgets signals that were received long ago.
    FORGET = "DELETE FROM alarm_signal WHERE received_at < $1";
}

/// Takes note of a signal; false when it was dealt with before.
pub(crate) async fn take(tx: &mut WriteTx, signal: &Signal, now: Instant) -> Result<bool, DbError> {
    let row = args![signal.id, signal.complex, signal.at, now];
    Ok(tx.run(INSERT, row).await? == 1)
}

/// Writes what became of it.
pub(crate) async fn settle(
    tx: &mut WriteTx,
    id: Id<noun::Signal>,
    alarm: Option<Id<Alarm>>,
    outcome: SignalOutcome,
) -> Result<(), DbError> {
    tx.run(SETTLE, args![id, alarm, outcome.as_str()]).await.map(drop)
}

/// Forgets signals received before `before`; tells how many.
pub(crate) async fn forget(db: &Db, before: Instant) -> Result<u64, DbError> {
    let mut tx = db.write_bulk().await?;
    let forgotten = tx.run(FORGET, args![before]).await?;
    tx.commit().await?;
    Ok(forgotten)
}
