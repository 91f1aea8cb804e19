//! Load plans in SQL.

use base::Id;
use jiff::civil::Date;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{ENTRIES_MAX, LoadPlan};
use crate::electricity_contract::ElectricityContract;

platform::statements! {
    /// A new entry.
    INSERT = "INSERT INTO load_plan (id, contract_id, first_day, last_day, body, created_at)
      VALUES ($1, $2, $3, $4, $5, $6)";
    /// One entry.
    FIND = "SELECT body FROM load_plan WHERE id = $1";
    /// Forgets an entry.
    DELETE = "DELETE FROM load_plan WHERE id = $1";
    /// Entries of a contract that touch some days, the earliest first; $4 is the cursor.
    LIST = "SELECT body FROM load_plan
      WHERE contract_id = $1
        AND (CAST($2 AS TEXT) IS NULL OR last_day >= $2)
        AND (CAST($3 AS TEXT) IS NULL OR first_day <= $3)
        AND (CAST($4 AS TEXT) IS NULL OR first_day > $4)
      ORDER BY first_day LIMIT $5";
    /// How many entries a contract has.
    COUNT = "SELECT COUNT(*) AS entries FROM load_plan WHERE contract_id = $1";
}

/// Some days; open where absent.
pub(crate) type Days = (Option<Date>, Option<Date>);

/// Writes a new entry.
pub(crate) async fn insert(tx: &mut WriteTx, x: &LoadPlan) -> Result<(), DbError> {
    let body = serde_json::to_string(x).expect("a plan has a JSON form");
    let (from, to) = (x.from.to_string(), x.to.to_string());
    tx.run(INSERT, args![x.id, x.contract_id, from, to, body, x.created_at]).await.map(drop)
}

/// One entry.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<LoadPlan>) -> Result<Option<LoadPlan>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// Forgets an entry.
pub(crate) async fn delete(tx: &mut WriteTx, id: Id<LoadPlan>) -> Result<(), DbError> {
    tx.run(DELETE, args![id]).await.map(drop)
}

/// A page of the entries that touch some days, the earliest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    (from, to): Days,
    after: Option<Date>,
    fetch: i64,
) -> Result<Vec<LoadPlan>, DbError> {
    let text = |day: Option<Date>| day.map(|day| day.to_string());
    let row = args![contract, text(from), text(to), text(after), fetch];
    tx.all(LIST, row).await?.iter().map(read).collect()
}

/// Every entry that touches some days: no contract has more than [`ENTRIES_MAX`].
pub(crate) async fn all(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    days: Days,
) -> Result<Vec<LoadPlan>, DbError> {
    list(tx, contract, days, None, i64::try_from(ENTRIES_MAX).unwrap_or(i64::MAX)).await
}

/// Whether a contract has as many entries as it may have.
pub(crate) async fn is_full(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
) -> Result<bool, DbError> {
    let row = tx.one(COUNT, args![contract]).await?;
    let count = row.map_or(Ok(0), |row| row.get::<i64>("entries"))?;
    Ok(usize::try_from(count).is_ok_and(|count| count >= ENTRIES_MAX))
}

fn read(row: &Row) -> Result<LoadPlan, DbError> {
    row.json("body")
}
