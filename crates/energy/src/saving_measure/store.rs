//! Measures in SQL.

use base::Id;
use base::noun::{Complex, Establishment};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{
    MEASURES_PER_COMPLEX_MAX, MEASURES_PER_ESTABLISHMENT_MAX, SavingMeasure, VariableSource,
};
use crate::electricity_contract::ElectricityContract;

platform::statements! {
    /// A new measure.
    INSERT = "INSERT INTO saving_measure
        (id, complex_id, establishment_id, contract_id, state, summary, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE saving_measure SET state = $3, summary = $4, body = $5, version = $6,
        updated_at = $7
      WHERE id = $1 AND version = $2";
    /// One measure.
    FIND = "SELECT body FROM saving_measure WHERE id = $1";
    /// A page of measures of a complex without their long series, the oldest first.
    LIST = "SELECT summary FROM saving_measure
      WHERE complex_id = $1
        AND (CAST($2 AS TEXT) IS NULL OR contract_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR id > $3)
      ORDER BY id LIMIT $4";
    /// How many measures a complex has.
    COUNT = "SELECT COUNT(*) AS measures FROM saving_measure WHERE complex_id = $1";
    /// How many measures an establishment of a complex has.
    COUNT_OWN = "SELECT COUNT(*) AS measures FROM saving_measure
      WHERE complex_id = $1 AND establishment_id = $2";
}

/// Writes a new measure.
pub(crate) async fn insert(tx: &mut WriteTx, x: &SavingMeasure) -> Result<(), DbError> {
    let state = x.state.as_str();
    let row = args![
        x.id,
        x.complex_id,
        x.establishment_id,
        x.contract_id,
        state,
        summary(x),
        body(x),
        x.version,
        x.updated_at
    ];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, x: &SavingMeasure) -> Result<bool, DbError> {
    let row =
        args![x.id, x.version - 1, x.state.as_str(), summary(x), body(x), x.version, x.updated_at];
    Ok(tx.run(UPDATE, row).await? == 1)
}

/// One measure.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<SavingMeasure>,
) -> Result<Option<SavingMeasure>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// A page of measures, the oldest first: entered values and series of results are empty.
pub(crate) async fn list(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    contract: Option<Id<ElectricityContract>>,
    after: Option<Id<SavingMeasure>>,
    fetch: i64,
) -> Result<Vec<SavingMeasure>, DbError> {
    let rows = tx.all(LIST, args![complex, contract, after, fetch]).await?;
    rows.iter().map(|row| row.json("summary")).collect()
}

/// Whether a complex has as many measures as it may have.
pub(crate) async fn is_full(tx: &mut ReadTx, complex: Id<Complex>) -> Result<bool, DbError> {
    let row = tx.one(COUNT, args![complex]).await?;
    let count = row.map_or(Ok(0), |row| row.get::<i64>("measures"))?;
    Ok(usize::try_from(count).is_ok_and(|count| count >= MEASURES_PER_COMPLEX_MAX))
}

/// Whether an establishment has as many measures as it may have; the complex's own have no limit of their own.
pub(crate) async fn is_own_full(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    establishment: Option<Id<Establishment>>,
) -> Result<bool, DbError> {
    let Some(establishment) = establishment else { return Ok(false) };
    let row = tx.one(COUNT_OWN, args![complex, establishment]).await?;
    let count = row.map_or(Ok(0), |row| row.get::<i64>("measures"))?;
    Ok(usize::try_from(count).is_ok_and(|count| count >= MEASURES_PER_ESTABLISHMENT_MAX))
}

/// A measure without what makes it long.
fn summary(x: &SavingMeasure) -> String {
    let mut short = x.clone();
    for variable in &mut short.plan.variables {
        if let VariableSource::Entered { values } = &mut variable.source {
            values.clear();
        }
    }
    if let Some(frozen) = &mut short.frozen {
        frozen.result.forget_series();
    }
    body(&short)
}

fn body(x: &SavingMeasure) -> String {
    serde_json::to_string(x).expect("a measure has a JSON form")
}

fn read(row: &Row) -> Result<SavingMeasure, DbError> {
    row.json("body")
}
