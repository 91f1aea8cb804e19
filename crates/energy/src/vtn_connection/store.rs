//! Connections in SQL.

use base::Id;
use base::noun::Complex;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{CONNECTIONS_PER_COMPLEX_MAX, VtnConnection};
use crate::electricity_contract::ElectricityContract;

platform::statements! {
    /// A new connection.
    INSERT = "INSERT INTO vtn_connection
        (id, contract_id, complex_id, body, secret, enabled, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The next version, if nobody else wrote it in between; the secret stays when none is given.
    UPDATE = "UPDATE vtn_connection SET body = $3, secret = COALESCE(CAST($4 AS TEXT), secret),
        enabled = $5, version = $6, updated_at = $7
      WHERE id = $1 AND version = $2";
    /// Takes a connection away.
    DELETE = "DELETE FROM vtn_connection WHERE id = $1";
    /// One connection of a contract.
    FIND = "SELECT body FROM vtn_connection WHERE id = $1 AND contract_id = $2";
    /// The connections of a contract, the oldest first: never more than the limit.
    LIST = "SELECT body FROM vtn_connection
      WHERE contract_id = $1 AND (CAST($2 AS TEXT) IS NULL OR id > $2)
      ORDER BY id LIMIT $3";
    /// Every connection that is on, with its sealed secret.
    ENABLED = "SELECT body, secret FROM vtn_connection WHERE enabled = 1 ORDER BY id";
    /// How many connections a contract and its complex have.
    COUNT = "SELECT COUNT(*) AS connections,
        COALESCE(SUM(CASE WHEN contract_id = $2 THEN 1 ELSE 0 END), 0) AS own
      FROM vtn_connection WHERE complex_id = $1";
}

/// Writes a new connection.
pub(crate) async fn insert(
    tx: &mut WriteTx,
    x: &VtnConnection,
    secret: &str,
) -> Result<(), DbError> {
    let enabled = i64::from(x.terms.enabled);
    let row =
        args![x.id, x.contract_id, x.complex_id, body(x), secret, enabled, x.version, x.updated_at];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(
    tx: &mut WriteTx,
    x: &VtnConnection,
    secret: Option<&str>,
) -> Result<bool, DbError> {
    let enabled = i64::from(x.terms.enabled);
    let row = args![x.id, x.version - 1, body(x), secret, enabled, x.version, x.updated_at];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// Takes a connection away.
pub(crate) async fn delete(tx: &mut WriteTx, id: Id<VtnConnection>) -> Result<(), DbError> {
    tx.run(DELETE, args![id]).await.map(drop)
}

/// One connection of a contract.
pub(crate) async fn find(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    id: Id<VtnConnection>,
) -> Result<Option<VtnConnection>, DbError> {
    tx.one(FIND, args![id, contract]).await?.as_ref().map(|row| row.json("body")).transpose()
}

/// A page of connections of a contract, the oldest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    after: Option<Id<VtnConnection>>,
    fetch: i64,
) -> Result<Vec<VtnConnection>, DbError> {
    let rows = tx.all(LIST, args![contract, after, fetch]).await?;
    rows.iter().map(|row| row.json("body")).collect()
}

/// Every connection that is on, with its sealed secret.
pub(crate) async fn enabled(tx: &mut ReadTx) -> Result<Vec<(VtnConnection, String)>, DbError> {
    let rows = tx.all(ENABLED, args![]).await?;
    rows.iter().map(|row: &Row| Ok((row.json("body")?, row.get("secret")?))).collect()
}

/// How many connections a contract has, and whether its complex has as many as it may have.
pub(crate) async fn count(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    contract: Id<ElectricityContract>,
) -> Result<(usize, bool), DbError> {
    let Some(row) = tx.one(COUNT, args![complex, contract]).await? else { return Ok((0, false)) };
    let number =
        |name| Ok::<_, DbError>(usize::try_from(row.get::<i64>(name)?).unwrap_or(usize::MAX));
    Ok((number("own")?, number("connections")? >= CONNECTIONS_PER_COMPLEX_MAX))
}

fn body(x: &VtnConnection) -> String {
    serde_json::to_string(x).expect("a connection has a JSON form")
}
