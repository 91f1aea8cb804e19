//! Objects in SQL.

use base::Id;
use base::noun::{Complex, Establishment};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use crate::{Kind, OBJECTS_MAX, Object};

platform::statements! {
    /// A new object.
    INSERT = "INSERT INTO openadr_object
        (id, complex_id, kind, client_id, body, created_at, modified_at, establishment_id)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// Another body.
    UPDATE = "UPDATE openadr_object SET body = $3, client_id = $4, modified_at = $5
      WHERE id = $1 AND complex_id = $2";
    /// One object of a kind.
    FIND = "SELECT id, complex_id, client_id, body, created_at, modified_at, establishment_id FROM openadr_object
      WHERE id = $1 AND complex_id = $2 AND kind = $3";
    /// The objects of a kind, the oldest first: never more than the limit.
    LIST = "SELECT id, complex_id, client_id, body, created_at, modified_at, establishment_id FROM openadr_object
      WHERE complex_id = $1 AND kind = $2
      ORDER BY id LIMIT $3";
    /// The objects of a kind that are of one client, the oldest first: never more than the limit.
    LIST_OWN = "SELECT id, complex_id, client_id, body, created_at, modified_at, establishment_id FROM openadr_object
      WHERE complex_id = $1 AND kind = $2 AND client_id = $3
      ORDER BY id LIMIT $4";
    /// How many objects of a kind a complex has.
    COUNT = "SELECT COUNT(*) AS objects FROM openadr_object WHERE complex_id = $1 AND kind = $2";
    /// How many of them are of one client, or of another of its establishment.
    COUNT_OWN = "SELECT COUNT(*) AS objects FROM openadr_object
      WHERE complex_id = $1 AND kind = $2 AND (client_id = $3 OR establishment_id = $4)";
    /// Takes an object away.
    DELETE = "DELETE FROM openadr_object WHERE id = $1 AND complex_id = $2";
}

/// Writes a new object.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Object) -> Result<(), DbError> {
    let (kind, body) = (x.kind.object_type(), x.body.to_string());
    let (made, changed) = (x.created_at, x.modified_at);
    let row =
        args![x.id, x.complex_id, kind, &x.client_id, body, made, changed, x.establishment_id];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes another body.
pub(crate) async fn update(tx: &mut WriteTx, x: &Object) -> Result<(), DbError> {
    let row = args![x.id, x.complex_id, x.body.to_string(), &x.client_id, x.modified_at];
    tx.run(UPDATE, row).await.map(drop)
}

/// Takes an object away.
pub(crate) async fn delete(tx: &mut WriteTx, x: &Object) -> Result<(), DbError> {
    tx.run(DELETE, args![x.id, x.complex_id]).await.map(drop)
}

/// One object of a kind.
pub(crate) async fn find(
    tx: &mut ReadTx,
    (complex, kind): (Id<Complex>, Kind),
    id: Id<Object>,
) -> Result<Option<Object>, DbError> {
    let row = tx.one(FIND, args![id, complex, kind.object_type()]).await?;
    row.as_ref().map(|row| read(row, kind)).transpose()
}

/// The objects of a kind, the oldest first.
pub(crate) async fn all(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    kind: Kind,
) -> Result<Vec<Object>, DbError> {
    let most = i64::try_from(OBJECTS_MAX).unwrap_or(i64::MAX);
    let rows = tx.all(LIST, args![complex, kind.object_type(), most]).await?;
    rows.iter().map(|row| read(row, kind)).collect()
}

/// The objects of a kind that are of one client, the oldest first.
pub(crate) async fn own(
    tx: &mut ReadTx,
    (complex, kind): (Id<Complex>, Kind),
    client: &str,
) -> Result<Vec<Object>, DbError> {
    let most = i64::try_from(OBJECTS_MAX).unwrap_or(i64::MAX);
    let rows = tx.all(LIST_OWN, args![complex, kind.object_type(), client, most]).await?;
    rows.iter().map(|row| read(row, kind)).collect()
}

/// How many objects of a kind a complex has.
pub(crate) async fn count(
    tx: &mut ReadTx,
    (complex, kind): (Id<Complex>, Kind),
) -> Result<usize, DbError> {
    counted(tx.one(COUNT, args![complex, kind.object_type()]).await?.as_ref())
}

/// How many objects of a kind are of one client, or of another client of its establishment.
pub(crate) async fn count_own(
    tx: &mut ReadTx,
    (complex, kind): (Id<Complex>, Kind),
    client: &str,
    establishment: Option<Id<Establishment>>,
) -> Result<usize, DbError> {
    let args = args![complex, kind.object_type(), client, establishment];
    counted(tx.one(COUNT_OWN, args).await?.as_ref())
}

fn counted(row: Option<&Row>) -> Result<usize, DbError> {
    let count = row.map_or(Ok(0), |row| row.get::<i64>("objects"))?;
    Ok(usize::try_from(count).unwrap_or(usize::MAX))
}

fn read(row: &Row, kind: Kind) -> Result<Object, DbError> {
    Ok(Object {
        id: row.parsed("id")?,
        complex_id: row.parsed("complex_id")?,
        kind,
        client_id: row.get("client_id")?,
        body: row.json("body")?,
        establishment_id: row.opt_id("establishment_id")?,
        created_at: row.instant("created_at")?,
        modified_at: row.instant("modified_at")?,
    })
}
