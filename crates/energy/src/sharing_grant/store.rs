//! Sharing grants in SQL.

use base::Id;
use base::noun::{Complex, Establishment};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{GRANTS_PER_TENANT_MAX, SharingGrant};

platform::statements! {
    /// A new grant.
    INSERT = "INSERT INTO sharing_grant
        (id, complex_id, establishment_id, recipient, body, revoked_at)
      VALUES ($1, $2, $3, $4, $5, $6)";
    /// Takes a grant back, once.
    REVOKE = "UPDATE sharing_grant SET body = $2, revoked_at = $3
      WHERE id = $1 AND revoked_at IS NULL";
    /// One grant.
    FIND = "SELECT body FROM sharing_grant WHERE id = $1";
    /// A page of grants, the newest first.
    LIST = "SELECT body FROM sharing_grant
      WHERE (CAST($1 AS TEXT) IS NULL OR complex_id = $1)
        AND (CAST($2 AS TEXT) IS NULL OR establishment_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR id < $3)
      ORDER BY id DESC LIMIT $4";
    /// How many grants a tenant has made.
    COUNT = "SELECT COUNT(*) AS grants FROM sharing_grant WHERE establishment_id = $1";
}

/// Writes a new grant.
pub(crate) async fn insert(tx: &mut WriteTx, x: &SharingGrant) -> Result<(), DbError> {
    let recipient = x.terms.recipient.to_string();
    let row = args![x.id, x.complex_id, x.establishment_id, recipient, body(x), x.revoked_at];
    tx.run(INSERT, row).await.map(drop)
}

/// Keeps that a grant was taken back; false when it was before.
pub(crate) async fn revoke(tx: &mut WriteTx, x: &SharingGrant) -> Result<bool, DbError> {
    Ok(tx.run(REVOKE, args![x.id, body(x), x.revoked_at]).await? == 1)
}

/// One grant.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<SharingGrant>,
) -> Result<Option<SharingGrant>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// A page of grants, the newest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    complex: Option<Id<Complex>>,
    establishment: Option<Id<Establishment>>,
    after: Option<Id<SharingGrant>>,
    fetch: i64,
) -> Result<Vec<SharingGrant>, DbError> {
    let rows = tx.all(LIST, args![complex, establishment, after, fetch]).await?;
    rows.iter().map(read).collect()
}

/// Whether a tenant has as many grants as it may have.
pub(crate) async fn is_full(tx: &mut ReadTx, owner: Id<Establishment>) -> Result<bool, DbError> {
    let row = tx.one(COUNT, args![owner]).await?;
    let count = row.map_or(Ok(0), |row| row.get::<i64>("grants"))?;
    Ok(usize::try_from(count).is_ok_and(|count| count >= GRANTS_PER_TENANT_MAX))
}

fn body(x: &SharingGrant) -> String {
    serde_json::to_string(x).expect("a grant has a JSON form")
}

fn read(row: &Row) -> Result<SharingGrant, DbError> {
    row.json("body")
}
