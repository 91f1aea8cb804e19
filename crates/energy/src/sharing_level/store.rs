//! Levels of sharing in SQL.

use std::collections::BTreeMap;

use base::noun::{Complex, Establishment};
use base::{Id, Instant};
use energy_rules::sharing::Level;
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};
use serde_json::json;

use super::SharingLevel;
use registry::directory::EstablishmentInfo;

platform::statements! {
    /// The next choice; a second writer of the same version is refused by the key.
    INSERT = "INSERT INTO sharing_level
        (establishment_id, version, complex_id, level, floor_area_m2, chosen_at, chosen_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// What holds for a tenant.
    LATEST = "SELECT * FROM sharing_level WHERE establishment_id = $1
      ORDER BY version DESC LIMIT 1";
    /// All choices in a complex, each tenant's the earliest first.
    HISTORY = "SELECT establishment_id, level, floor_area_m2, chosen_at FROM sharing_level
      WHERE complex_id = $1 ORDER BY establishment_id, version LIMIT 1000000";
}

/// A tenant's choices, the earliest first, and the floor space of the last.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Choices {
    pub(crate) levels: Vec<(Instant, Level)>,
    pub(crate) floor_area_m2: Option<f64>,
}

/// Keeps a choice.
pub(crate) async fn insert(tx: &mut WriteTx, x: &SharingLevel) -> Result<(), DbError> {
    let level = i64::from(u8::from(x.level));
    let row = args![
        x.establishment_id,
        x.version,
        x.complex_id,
        level,
        x.floor_area_m2,
        x.chosen_at,
        json!(x.chosen_by)
    ];
    tx.run(INSERT, row).await.map(drop)
}

/// How much a tenant shares.
pub(crate) async fn latest(
    tx: &mut ReadTx,
    of: &EstablishmentInfo,
) -> Result<SharingLevel, DbError> {
    let row = tx.one(LATEST, args![of.id]).await?;
    let mut x = SharingLevel {
        establishment_id: of.id,
        complex_id: of.complex,
        name: of.name.to_string(),
        level: Level::None,
        floor_area_m2: None,
        version: 0,
        chosen_at: None,
        chosen_by: None,
    };
    if let Some(row) = row {
        x.level = level(&row)?;
        x.floor_area_m2 = row.get("floor_area_m2")?;
        x.version = u32::try_from(row.get::<i64>("version")?).unwrap_or(u32::MAX);
        x.chosen_at = Some(row.instant("chosen_at")?);
        x.chosen_by = Some(row.json("chosen_by")?);
    }
    Ok(x)
}

/// The level of a tenant, nothing more.
pub(crate) async fn level_of(tx: &mut ReadTx, id: Id<Establishment>) -> Result<Level, DbError> {
    let row = tx.one(LATEST, args![id]).await?;
    row.as_ref().map_or(Ok(Level::None), level)
}

/// The choices of everybody in a complex.
pub(crate) async fn history(
    tx: &mut ReadTx,
    complex: Id<Complex>,
) -> Result<BTreeMap<Id<Establishment>, Choices>, DbError> {
    let mut all: BTreeMap<Id<Establishment>, Choices> = BTreeMap::new();
    for row in tx.all(HISTORY, args![complex]).await? {
        let choices = all.entry(row.id("establishment_id")?).or_default();
        choices.levels.push((row.instant("chosen_at")?, level(&row)?));
        choices.floor_area_m2 = row.get("floor_area_m2")?;
    }
    Ok(all)
}

fn level(row: &Row) -> Result<Level, DbError> {
    let number = row.get::<i64>("level")?;
    let level = u8::try_from(number).ok().and_then(|number| Level::try_from(number).ok());
    level.ok_or_else(|| DbError::Decode {
        column: "level".to_owned(),
        value: number.to_string(),
        reason: "no level of sharing".to_owned(),
    })
}
