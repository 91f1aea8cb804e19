//! The table `establishment`.

use base::{Id, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::Establishment;
use crate::access::Reach;
use crate::company::CompanyNoun;
use crate::error::RegistryError;
use crate::identity;
use crate::position;

platform::statements! {
    /// One by its id.
    FIND = "SELECT * FROM establishment WHERE id = $1";
    /// A page.
    LIST = "SELECT * FROM establishment
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%'
          OR $1 LIKE '%' || id || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL
          OR lower(name) LIKE $3 ESCAPE '!'
          OR lower(lot_address) LIKE $3 ESCAPE '!'
          OR lower(road_address) LIKE $3 ESCAPE '!')
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
    /// The complexes in which a company has establishments.
    COMPLEXES_OF = "SELECT DISTINCT complex_id FROM establishment WHERE company_id = $1
      ORDER BY complex_id LIMIT 1000";
    /// A new one.
    INSERT = "INSERT INTO establishment
        (id, complex_id, company_id, name, name_key, lot_key, unit_id, lot_address,
        road_address, ksic_code, ksic_revision, lon, lat, opened_on, state, closed_on,
        demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19, $20)";
    /// The next version of one.
    UPDATE = "UPDATE establishment SET complex_id = $2, company_id = $3, name = $4, name_key = $5, lot_key = $6,
        unit_id = $7, lot_address = $8, road_address = $9, ksic_code = $10,
        ksic_revision = $11, lon = $12, lat = $13, opened_on = $14, state = $15,
        closed_on = $16, version = $17, updated_at = $18
      WHERE id = $1 AND version = $19";
}

/// The establishment with this id.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<noun::Establishment>,
) -> Result<Establishment, RegistryError> {
    let row = tx.one(FIND, args![id]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("establishment", id))?;
    Ok(read(&row)?)
}

/// A page.
pub(crate) async fn list(
    tx: &mut ReadTx,
    reach: &Reach,
    complex: Option<Id<noun::Complex>>,
    q: Option<String>,
    after: Option<Id<noun::Establishment>>,
    fetch: i64,
) -> Result<Vec<Establishment>, DbError> {
    let args = args![reach.text(), complex, q, after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// The complexes in which a company has establishments.
pub(crate) async fn complexes_of(
    tx: &mut ReadTx,
    company: Id<CompanyNoun>,
) -> Result<Vec<Id<noun::Complex>>, DbError> {
    let rows = tx.all(COMPLEXES_OF, args![company]).await?;
    rows.iter().map(|row| row.id("complex_id")).collect()
}

/// Adds one.
pub(crate) async fn insert(tx: &mut WriteTx, x: &Establishment) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        x.company_id,
        &x.name,
        identity::name_key(&x.name),
        x.lot_address.as_deref().and_then(identity::lot_key),
        x.unit_id,
        &x.lot_address,
        &x.road_address,
        &x.ksic_code,
        x.ksic_revision,
        x.position.map(|at| at.lon),
        x.position.map(|at| at.lat),
        x.opened_on.map(|day| day.to_string()),
        x.state.as_str(),
        x.closed_on.map(|day| day.to_string()),
        x.demo,
        x.version,
        x.created_at,
        x.updated_at
    ];
    tx.run(INSERT, args).await?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, x: &Establishment) -> Result<(), RegistryError> {
    let args = args![
        x.id,
        x.complex_id,
        x.company_id,
        &x.name,
        identity::name_key(&x.name),
        x.lot_address.as_deref().and_then(identity::lot_key),
        x.unit_id,
        &x.lot_address,
        &x.road_address,
        &x.ksic_code,
        x.ksic_revision,
        x.position.map(|at| at.lon),
        x.position.map(|at| at.lat),
        x.opened_on.map(|day| day.to_string()),
        x.state.as_str(),
        x.closed_on.map(|day| day.to_string()),
        x.version,
        x.updated_at,
        x.version - 1
    ];
    match tx.run(UPDATE, args).await? {
        0 => Err(RegistryError::raced("establishment", x.id)),
        _ => Ok(()),
    }
}

pub(crate) fn read(row: &Row) -> Result<Establishment, DbError> {
    Ok(Establishment {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        company_id: row.id("company_id")?,
        name: row.get("name")?,
        unit_id: row.opt_id("unit_id")?,
        lot_address: row.get("lot_address")?,
        road_address: row.get("road_address")?,
        ksic_code: row.get("ksic_code")?,
        ksic_revision: row.get("ksic_revision")?,
        position: position::read(row)?,
        opened_on: row.opt_parsed("opened_on")?,
        state: row.parsed("state")?,
        closed_on: row.opt_parsed("closed_on")?,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}
