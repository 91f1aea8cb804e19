//! Contracts in SQL.

use base::Id;
use base::noun::{Complex, Establishment};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{CONTRACTS_PER_COMPLEX_MAX, CONTRACTS_PER_ESTABLISHMENT_MAX, ElectricityContract};

platform::statements! {
    /// A new contract.
    INSERT = "INSERT INTO electricity_contract
        (id, complex_id, establishment_id, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE electricity_contract SET body = $3, version = $4, updated_at = $5
      WHERE id = $1 AND version = $2";
    /// One contract.
    FIND = "SELECT body FROM electricity_contract WHERE id = $1";
    /// A page of contracts of a complex, the oldest first.
    LIST = "SELECT body FROM electricity_contract
      WHERE complex_id = $1
        AND (CAST($2 AS TEXT) IS NULL OR establishment_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR id > $3)
      ORDER BY id LIMIT $4";
    /// The version of every contract.
    VERSIONS = "SELECT id, version FROM electricity_contract";
    /// How many contracts a complex has.
    COUNT = "SELECT COUNT(*) AS contracts FROM electricity_contract WHERE complex_id = $1";
    /// How many contracts an establishment of a complex has.
    COUNT_OWN = "SELECT COUNT(*) AS contracts FROM electricity_contract
      WHERE complex_id = $1 AND establishment_id = $2";
}

/// Writes a new contract.
pub(crate) async fn insert(tx: &mut WriteTx, x: &ElectricityContract) -> Result<(), DbError> {
    let row = args![x.id, x.complex_id, x.establishment_id, body(x), x.version, x.updated_at];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, x: &ElectricityContract) -> Result<bool, DbError> {
    let row = args![x.id, x.version - 1, body(x), x.version, x.updated_at];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// One contract.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<ElectricityContract>,
) -> Result<Option<ElectricityContract>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// A page of contracts, the oldest first.
pub(crate) async fn list(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    establishment: Option<Id<Establishment>>,
    after: Option<Id<ElectricityContract>>,
    fetch: i64,
) -> Result<Vec<ElectricityContract>, DbError> {
    let rows = tx.all(LIST, args![complex, establishment, after, fetch]).await?;
    rows.iter().map(read).collect()
}

/// The version of every contract.
pub(crate) async fn versions(
    tx: &mut ReadTx,
) -> Result<Vec<(Id<ElectricityContract>, u32)>, DbError> {
    let rows = tx.all(VERSIONS, args![]).await?;
    let read = |row: &Row| {
        let version = u32::try_from(row.get::<i64>("version")?).unwrap_or(u32::MAX);
        Ok((row.id("id")?, version))
    };
    rows.iter().map(read).collect()
}

/// Whether a complex has as many contracts as it may have.
pub(crate) async fn is_full(tx: &mut ReadTx, complex: Id<Complex>) -> Result<bool, DbError> {
    let row = tx.one(COUNT, args![complex]).await?;
    let count = row.map_or(Ok(0), |row| row.get::<i64>("contracts"))?;
    Ok(usize::try_from(count).is_ok_and(|count| count >= CONTRACTS_PER_COMPLEX_MAX))
}

/// Whether an establishment has as many contracts as it may have; the complex's own have no limit of their own.
pub(crate) async fn is_own_full(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    establishment: Option<Id<Establishment>>,
) -> Result<bool, DbError> {
    let Some(establishment) = establishment else { return Ok(false) };
    let row = tx.one(COUNT_OWN, args![complex, establishment]).await?;
    let count = row.map_or(Ok(0), |row| row.get::<i64>("contracts"))?;
    Ok(usize::try_from(count).is_ok_and(|count| count >= CONTRACTS_PER_ESTABLISHMENT_MAX))
}

fn body(x: &ElectricityContract) -> String {
    serde_json::to_string(x).expect("a contract has a JSON form")
}

fn read(row: &Row) -> Result<ElectricityContract, DbError> {
    row.json("body")
}
