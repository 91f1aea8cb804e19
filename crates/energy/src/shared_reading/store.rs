//! The read log in SQL.

use base::Id;
use base::noun::Establishment;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::SharingRead;
use crate::sharing_grant::SharingGrant;

platform::statements! {
    /// A read.
    INSERT = "INSERT INTO sharing_read
        (id, grant_id, establishment_id, read_at, value_count, body)
      VALUES ($1, $2, $3, $4, $5, $6)";
    /// A page of reads of an owner's values, the newest first.
    LIST = "SELECT body FROM sharing_read
      WHERE establishment_id = $1
        AND (CAST($2 AS TEXT) IS NULL OR grant_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4";
    /// How much was read under a grant.
    COUNT = "SELECT COUNT(*) AS reads, CAST(COALESCE(SUM(value_count), 0) AS BIGINT) AS value_sum
      FROM sharing_read WHERE grant_id = $1";
}

/// Writes a row of the log.
pub(crate) async fn insert(tx: &mut WriteTx, x: &SharingRead) -> Result<(), DbError> {
    let body = serde_json::to_string(x).expect("a read has a JSON form");
    let row = args![x.id, x.grant_id, x.establishment_id, x.at, x.value_count, body];
    tx.run(INSERT, row).await.map(drop)
}

/// A page of reads, the newest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    owner: Id<Establishment>,
    grant: Option<Id<SharingGrant>>,
    after: Option<Id<SharingRead>>,
    fetch: i64,
) -> Result<Vec<SharingRead>, DbError> {
    let rows = tx.all(LIST, args![owner, grant, after, fetch]).await?;
    rows.iter().map(read).collect()
}

/// How often a grant was read, and how many values left by it.
pub(crate) async fn count(tx: &mut ReadTx, grant: Id<SharingGrant>) -> Result<(i64, i64), DbError> {
    let row = tx.one(COUNT, args![grant]).await?;
    row.map_or(Ok((0, 0)), |row| Ok((row.get("reads")?, row.get("value_sum")?)))
}

fn read(row: &Row) -> Result<SharingRead, DbError> {
    row.json("body")
}
