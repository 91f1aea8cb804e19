//! The table `opcua_source`.

use base::noun::{Complex, Device};
use base::{Id, Instant};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{OpcuaSource, SOURCES_PER_COMPLEX_MAX};

platform::statements! {
    /// A new source.
    INSERT = "INSERT INTO opcua_source
        (id, complex_id, device_id, enabled, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE opcua_source SET enabled = $3, body = $4, version = $5, updated_at = $6
      WHERE id = $1 AND version = $2";
    /// One source.
    FIND = "SELECT body FROM opcua_source WHERE id = $1";
    /// A page of sources, the oldest first.
    LIST = "SELECT body FROM opcua_source
      WHERE (CAST($1 AS TEXT) IS NULL OR complex_id = $1)
        AND (CAST($2 AS TEXT) IS NULL OR device_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR id > $3)
      ORDER BY id LIMIT $4";
    /// Those that are asked.
    ENABLED = "SELECT body FROM opcua_source WHERE enabled = 1 ORDER BY id LIMIT 100000";
    /// How many a complex has.
    COUNT = "SELECT COUNT(*) AS sources FROM opcua_source WHERE complex_id = $1";
}

pub(crate) async fn insert(tx: &mut WriteTx, source: &OpcuaSource) -> Result<(), DbError> {
    let updated_at: Instant = source.updated_at;
    let row = args![
        source.id,
        source.complex_id,
        source.device_id,
        source.enabled,
        body(source),
        source.version,
        updated_at
    ];
    tx.run(INSERT, row).await.map(drop)
}

/// Writes the next version; false when somebody else was faster.
pub(crate) async fn update(tx: &mut WriteTx, source: &OpcuaSource) -> Result<bool, DbError> {
    let row = args![
        source.id,
        source.version - 1,
        source.enabled,
        body(source),
        source.version,
        source.updated_at
    ];
    Ok(tx.run(UPDATE, row).await? == 1)
}

pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<OpcuaSource>,
) -> Result<Option<OpcuaSource>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

pub(crate) async fn list(
    tx: &mut ReadTx,
    complex: Option<Id<Complex>>,
    device: Option<Id<Device>>,
    after: Option<Id<OpcuaSource>>,
    fetch: i64,
) -> Result<Vec<OpcuaSource>, DbError> {
    tx.all(LIST, args![complex, device, after, fetch]).await?.iter().map(read).collect()
}

pub(crate) async fn enabled(tx: &mut ReadTx) -> Result<Vec<OpcuaSource>, DbError> {
    tx.all(ENABLED, args![]).await?.iter().map(read).collect()
}

/// Whether a complex has as many sources as it may have.
pub(crate) async fn is_full(tx: &mut ReadTx, complex: Id<Complex>) -> Result<bool, DbError> {
    let row = tx.one(COUNT, args![complex]).await?;
    let sources = row.map_or(Ok(0), |row| row.get::<i64>("sources"))?;
    Ok(usize::try_from(sources).is_ok_and(|sources| sources >= SOURCES_PER_COMPLEX_MAX))
}

fn body(source: &OpcuaSource) -> String {
    serde_json::to_string(source).expect("a source has a JSON form")
}

fn read(row: &Row) -> Result<OpcuaSource, DbError> {
    row.json("body")
}
