//! Calls in SQL.

use base::Id;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{DrEvent, EVENTS_PER_CONTRACT_MAX};
use crate::electricity_contract::ElectricityContract;

platform::statements! {
    /// A new call.
    INSERT = "INSERT INTO dr_event (id, contract_id, complex_id, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE dr_event SET body = $3, version = $4, updated_at = $5
      WHERE id = $1 AND version = $2";
    /// One call of a contract.
    FIND = "SELECT body FROM dr_event WHERE id = $1 AND contract_id = $2";
    /// A page of calls of a contract, the newest first.
    LIST = "SELECT body FROM dr_event
      WHERE contract_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id < $2)
      ORDER BY id DESC LIMIT $3";
}

/// Writes a new call.
pub(crate) async fn insert(tx: &mut WriteTx, x: &DrEvent) -> Result<(), DbError> {
    let row = args![x.id, x.contract_id, x.complex_id, body(x), x.version, x.updated_at];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, x: &DrEvent) -> Result<bool, DbError> {
    let row = args![x.id, x.version - 1, body(x), x.version, x.updated_at];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// One call of a contract.
pub(crate) async fn find(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    id: Id<DrEvent>,
) -> Result<Option<DrEvent>, DbError> {
    tx.one(FIND, args![id, contract]).await?.as_ref().map(read).transpose()
}

/// A page of calls of a contract, the newest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    before: Option<Id<DrEvent>>,
    fetch: i64,
) -> Result<Vec<DrEvent>, DbError> {
    let rows = tx.all(LIST, args![contract, before, fetch]).await?;
    rows.iter().map(read).collect()
}

/// Every call of a contract: there are never more than [`EVENTS_PER_CONTRACT_MAX`].
pub(crate) async fn all(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
) -> Result<Vec<DrEvent>, DbError> {
    let most = i64::try_from(EVENTS_PER_CONTRACT_MAX).unwrap_or(i64::MAX);
    list(tx, contract, None, most).await
}

fn body(x: &DrEvent) -> String {
    serde_json::to_string(x).expect("a call has a JSON form")
}

fn read(row: &Row) -> Result<DrEvent, DbError> {
    row.json("body")
}
