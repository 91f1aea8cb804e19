//! Groups in SQL.

use base::noun::Complex;
use base::{Id, Instant};
use energy_rules::bill::BillMonth;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Kept;

/// Which sort of row.
pub(crate) const TOTAL: &str = "total";
/// Which sort of row.
pub(crate) const BENCHMARK: &str = "benchmark";

platform::statements! {
    /// A group that is fixed now; the key refuses a second one.
    INSERT = "INSERT INTO sharing_group
        (complex_id, kind, month, code, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// What was decided since, if nobody else wrote in between.
    UPDATE = "UPDATE sharing_group SET body = $5, version = $6, updated_at = $7
      WHERE complex_id = $1 AND kind = $2 AND month = $3 AND code = $4 AND version = $6 - 1";
    /// The groups of a complex in a month.
    OF_MONTH = "SELECT complex_id, month, code, body, version FROM sharing_group
      WHERE complex_id = $1 AND kind = $2 AND month = $3 ORDER BY code LIMIT 200";
    /// The newest groups of a complex.
    NEWEST = "SELECT complex_id, month, code, body, version FROM sharing_group
      WHERE complex_id = $1 AND kind = $2 ORDER BY month DESC, code LIMIT 200";
}

/// Keeps a new group.
pub(crate) async fn insert<B: Serialize>(
    tx: &mut WriteTx,
    kind: &str,
    x: &Kept<B>,
    now: Instant,
) -> Result<(), DbError> {
    let body = serde_json::to_string(&x.body).expect("a group has a JSON form");
    let row = args![x.complex, kind, x.month.to_string(), &x.code, body, x.version, now];
    tx.run(INSERT, row).await.map(drop)
}

/// Keeps the next version of a group; false when somebody else was faster.
pub(crate) async fn update<B: Serialize>(
    tx: &mut WriteTx,
    kind: &str,
    x: &Kept<B>,
    now: Instant,
) -> Result<bool, DbError> {
    let body = serde_json::to_string(&x.body).expect("a group has a JSON form");
    let row = args![x.complex, kind, x.month.to_string(), &x.code, body, x.version, now];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// The groups of a complex in a month.
pub(crate) async fn of_month<B: DeserializeOwned>(
    tx: &mut ReadTx,
    kind: &str,
    complex: Id<Complex>,
    month: BillMonth,
) -> Result<Vec<Kept<B>>, DbError> {
    let rows = tx.all(OF_MONTH, args![complex, kind, month.to_string()]).await?;
    rows.iter().map(read).collect()
}

/// The newest groups of a complex, the latest month first.
pub(crate) async fn newest<B: DeserializeOwned>(
    tx: &mut ReadTx,
    kind: &str,
    complex: Id<Complex>,
) -> Result<Vec<Kept<B>>, DbError> {
    let rows = tx.all(NEWEST, args![complex, kind]).await?;
    rows.iter().map(read).collect()
}

fn read<B: DeserializeOwned>(row: &Row) -> Result<Kept<B>, DbError> {
    Ok(Kept {
        complex: row.id("complex_id")?,
        month: row.parsed("month")?,
        code: row.get("code")?,
        version: u32::try_from(row.get::<i64>("version")?).unwrap_or(u32::MAX),
        body: row.json("body")?,
    })
}
