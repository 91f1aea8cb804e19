//! Meters in SQL.

use base::Id;
use base::noun::Complex;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{METERS_PER_COMPLEX_MAX, Meter};

platform::statements! {
    /// A new meter.
    INSERT = "INSERT INTO meter (id, complex_id, establishment_id, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE meter SET body = $3, version = $4, updated_at = $5
      WHERE id = $1 AND version = $2";
    /// One meter.
    FIND = "SELECT body FROM meter WHERE id = $1";
    /// A page of meters of a complex, the oldest first.
    LIST = "SELECT body FROM meter
      WHERE complex_id = $1
        AND (CAST($2 AS TEXT) IS NULL OR id > $2)
      ORDER BY id LIMIT $3";
}

/// Writes a new meter.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Meter) -> Result<(), DbError> {
    let row = args![x.id, x.complex_id, x.establishment_id, body(x), x.version, x.updated_at];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, x: &Meter) -> Result<bool, DbError> {
    let row = args![x.id, x.version - 1, body(x), x.version, x.updated_at];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// One meter.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<Meter>) -> Result<Option<Meter>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// A page of meters, the oldest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    after: Option<Id<Meter>>,
    fetch: i64,
) -> Result<Vec<Meter>, DbError> {
    let rows = tx.all(LIST, args![complex, after, fetch]).await?;
    rows.iter().map(read).collect()
}

/// All meters of a complex, the oldest first; one more than there may be tells that there are too many.
pub(crate) async fn all(tx: &mut ReadTx, complex: Id<Complex>) -> Result<Vec<Meter>, DbError> {
    let fetch = i64::try_from(METERS_PER_COMPLEX_MAX).unwrap_or(i64::MAX).saturating_add(1);
    list(tx, complex, None, fetch).await
}

fn body(x: &Meter) -> String {
    serde_json::to_string(x).expect("a meter has a JSON form")
}

fn read(row: &Row) -> Result<Meter, DbError> {
    row.json("body")
}
