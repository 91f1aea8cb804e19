//! Invoices in SQL.

use base::Id;
use energy_rules::bill::BillMonth;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::Invoice;
use crate::electricity_contract::ElectricityContract;

platform::statements! {
    /// A new invoice.
    INSERT = "INSERT INTO invoice (contract_id, month, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE invoice SET body = $3, version = $5, updated_at = $6
      WHERE contract_id = $1 AND month = $2 AND version = $4";
    /// One invoice.
    FIND = "SELECT body FROM invoice WHERE contract_id = $1 AND month = $2";
    /// Forgets an invoice.
    DELETE = "DELETE FROM invoice WHERE contract_id = $1 AND month = $2";
    /// The invoices of a contract, the latest month first; $4 is the cursor.
    LIST = "SELECT body FROM invoice
      WHERE contract_id = $1
        AND (CAST($2 AS TEXT) IS NULL OR month >= $2)
        AND (CAST($3 AS TEXT) IS NULL OR month <= $3)
        AND (CAST($4 AS TEXT) IS NULL OR month < $4)
      ORDER BY month DESC LIMIT $5";
}

/// Writes a new invoice.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Invoice) -> Result<(), DbError> {
    let row = args![x.contract_id, x.month.to_string(), body(x), x.version, x.updated_at];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, x: &Invoice) -> Result<bool, DbError> {
    let month = x.month.to_string();
    let row = args![x.contract_id, month, body(x), x.version - 1, x.version, x.updated_at];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// The invoice of a month.
pub(crate) async fn find(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    month: BillMonth,
) -> Result<Option<Invoice>, DbError> {
    tx.one(FIND, args![contract, month.to_string()]).await?.as_ref().map(read).transpose()
}

/// Forgets the invoice of a month; whether there was one.
pub(crate) async fn delete(
    tx: &mut WriteTx,
    contract: Id<ElectricityContract>,
    month: BillMonth,
) -> Result<bool, DbError> {
    Ok(tx.run(DELETE, args![contract, month.to_string()]).await? == 1)
}

/// A page of invoices, the latest month first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    contract: Id<ElectricityContract>,
    (from, to): (Option<BillMonth>, Option<BillMonth>),
    after: Option<BillMonth>,
    fetch: i64,
) -> Result<Vec<Invoice>, DbError> {
    let text = |month: Option<BillMonth>| month.map(|month| month.to_string());
    let row = args![contract, text(from), text(to), text(after), fetch];
    tx.all(LIST, row).await?.iter().map(read).collect()
}

fn body(x: &Invoice) -> String {
    serde_json::to_string(x).expect("an invoice has a JSON form")
}

fn read(row: &Row) -> Result<Invoice, DbError> {
    row.json("body")
}
