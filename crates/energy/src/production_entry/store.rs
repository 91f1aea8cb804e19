//! Production entries in SQL.

use base::Id;
use energy_rules::bill::BillMonth;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::ProductionEntry;
use crate::electricity_contract::ElectricityContract;

platform::statements! {
    /// A new entry.
    INSERT = "INSERT INTO production_entry
        (id, contract_id, month, code, product, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE production_entry
      SET month = $3, code = $4, product = $5, body = $6, version = $7, updated_at = $8
      WHERE id = $1 AND version = $2";
    /// Takes one away.
    DELETE = "DELETE FROM production_entry WHERE id = $1";
    /// One entry.
    FIND = "SELECT body FROM production_entry WHERE id = $1";
    /// A page of the entries of a contract, in the order in which they were made.
    LIST = "SELECT body FROM production_entry
      WHERE contract_id = $1
        AND (CAST($2 AS TEXT) IS NULL OR month >= $2)
        AND (CAST($3 AS TEXT) IS NULL OR month <= $3)
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
}

/// Which entries of a contract.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) contract: Id<ElectricityContract>,
    pub(crate) from: Option<BillMonth>,
    pub(crate) to: Option<BillMonth>,
}

/// Writes a new entry.
pub(crate) async fn insert(tx: &mut WriteTx, x: &ProductionEntry) -> Result<(), DbError> {
    let (month, code, product) = columns(x);
    let row = args![x.id, x.contract_id, month, code, product, body(x), x.version, x.updated_at];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, x: &ProductionEntry) -> Result<bool, DbError> {
    let (month, code, product) = columns(x);
    let row = args![x.id, x.version - 1, month, code, product, body(x), x.version, x.updated_at];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// Takes an entry away.
pub(crate) async fn delete(tx: &mut WriteTx, id: Id<ProductionEntry>) -> Result<(), DbError> {
    tx.run(DELETE, args![id]).await.map(drop)
}

/// One entry.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<ProductionEntry>,
) -> Result<Option<ProductionEntry>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// A page of entries, the oldest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    wanted: Wanted,
    after: Option<Id<ProductionEntry>>,
    fetch: i64,
) -> Result<Vec<ProductionEntry>, DbError> {
    let month = |month: Option<BillMonth>| month.map(|month| month.to_string());
    let (from, to) = (month(wanted.from), month(wanted.to));
    let rows = tx.all(LIST, args![wanted.contract, from, to, after, fetch]).await?;
    rows.iter().map(read).collect()
}

fn columns(x: &ProductionEntry) -> (String, String, String) {
    let made = &x.made;
    (made.month.to_string(), made.code.clone().unwrap_or_default(), made.product.clone())
}

fn body(x: &ProductionEntry) -> String {
    serde_json::to_string(x).expect("an entry has a JSON form")
}

fn read(row: &Row) -> Result<ProductionEntry, DbError> {
    row.json("body")
}
