//! The table `parcel`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{Parcel, ParcelNoun};
use crate::access::Reach;
use crate::error::RegistryError;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM parcel WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM parcel
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL
          OR lower(pnu) LIKE $3 ESCAPE '!'
          OR lower(lot_address) LIKE $3 ESCAPE '!')
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
    /// A new one.
    INSERT = "INSERT INTO parcel
        (id, complex_id, pnu, area_m2, lot_address, demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The next version of one.
    UPDATE = "UPDATE parcel SET complex_id = $2, pnu = $3, area_m2 = $4, lot_address = $5, version = $6,
        updated_at = $7
      WHERE id = $1 AND version = $8";
}

/// The parcel with this id.
pub(crate) async fn find(tx: &mut ReadTx, id: Id<ParcelNoun>) -> Result<Parcel, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("parcel", id))?;
    Ok(read(&row)?)
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    reach: &Reach,
    complex: Option<Id<noun::Complex>>,
    q: Option<String>,
    after: Option<Id<ParcelNoun>>,
    fetch: i64,
) -> Result<Vec<Parcel>, DbError> {
    let args = args![reach.text(), complex, q, after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Parcel) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        &x.pnu,
        x.area_m2,
        &x.lot_address,
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args)
        .await
        .map_err(|error| RegistryError::taken(error, "parcel", "pnu", &x.pnu))?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Parcel) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        &x.pnu,
        x.area_m2,
        &x.lot_address,
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx
        .run(UPDATE, args)
        .await
        .map_err(|error| RegistryError::taken(error, "parcel", "pnu", &x.pnu))?
    {
        0 => Err(RegistryError::raced("parcel", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Parcel, DbError> {
    Ok(Parcel {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        pnu: row.get("pnu")?,
        area_m2: row.get("area_m2")?,
        lot_address: row.get("lot_address")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
