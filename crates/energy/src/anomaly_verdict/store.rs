//! Verdicts in SQL.

use base::Id;
use jiff::civil::DateTime;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{AnomalyVerdict, VERDICTS_MAX};
use crate::electricity_contract::ElectricityContract;

platform::statements! {
    /// A new verdict.
    INSERT = "INSERT INTO anomaly_verdict
        (contract_id, kind, began_at, ended_at, body, judged_at)
      VALUES ($1, $2, $3, $4, $5, $6)";
    /// Forgets what was said of an event: of whatever of its kind was at that time.
    DELETE = "DELETE FROM anomaly_verdict
      WHERE contract_id = $1 AND kind = $2 AND began_at < $4 AND ended_at > $3";
    /// The verdicts of a contract in the order they were given.
    ALL = "SELECT body FROM anomaly_verdict WHERE contract_id = $1
      ORDER BY judged_at, kind, began_at LIMIT $2";
}

/// Keeps a verdict in the place of what was said of the same event before.
pub(crate) async fn replace(tx: &mut WriteTx, x: &AnomalyVerdict) -> Result<(), DbError> {
    delete(tx, x.contract_id, &x.kind, (x.from, x.until)).await?;
    let body = serde_json::to_string(x).expect("a verdict has a JSON form");
    let (from, until) = (x.from.to_string(), x.until.to_string());
    let row = args![x.contract_id, &x.kind, from, until, body, x.judged_at];
    tx.run(INSERT, row).await.map(drop)
}

/// Forgets what was said of an event; how many verdicts that were.
pub(crate) async fn delete(
    tx: &mut WriteTx,
    contract: Id<ElectricityContract>,
    kind: &str,
    (from, until): (DateTime, DateTime),
) -> Result<u64, DbError> {
    tx.run(DELETE, args![contract, kind, from.to_string(), until.to_string()]).await
}

/// The verdicts of a contract in the order they were given.
pub(crate) async fn all(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
) -> Result<Vec<AnomalyVerdict>, DbError> {
    let most = i64::try_from(VERDICTS_MAX).unwrap_or(i64::MAX);
    tx.all(ALL, args![contract, most]).await?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<AnomalyVerdict, DbError> {
    row.json("body")
}
