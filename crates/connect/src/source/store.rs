//! The table `source`.

use base::noun::{Complex, Device};
use base::{Id, Instant};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};
use serde_json::{Map, Value};

use super::{Connection, Source, SourceKind};

platform::statements! {
    /// A new source.
    INSERT = "INSERT INTO source
        (id, kind, complex_id, device_id, enabled, body, version, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    /// The next version, if nobody else wrote it in between.
    UPDATE = "UPDATE source SET enabled = $3, body = $4, version = $5, updated_at = $6
      WHERE id = $1 AND version = $2";
    /// It is not asked any more, and not known.
    DELETE = "DELETE FROM source WHERE id = $1";
    /// One source.
    FIND = "SELECT * FROM source WHERE id = $1";
    /// A page of sources, the oldest first.
    LIST = "SELECT * FROM source
      WHERE (CAST($1 AS TEXT) IS NULL OR complex_id = $1)
        AND (CAST($2 AS TEXT) IS NULL OR device_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR kind = $3)
        AND (CAST($4 AS TEXT) IS NULL OR id > $4)
      ORDER BY id LIMIT $5";
    /// Those that are asked.
    ENABLED = "SELECT * FROM source WHERE enabled = 1 ORDER BY id LIMIT 100000";
    /// How many of a kind a complex has.
    COUNT = "SELECT COUNT(*) AS sources FROM source WHERE complex_id = $1 AND kind = $2";
}

pub(crate) async fn insert(tx: &mut WriteTx, source: &Source) -> Result<(), DbError> {
    let updated_at: Instant = source.updated_at;
    let row = args![
        source.id,
        source.connection.kind().as_str(),
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
pub(crate) async fn update(tx: &mut WriteTx, source: &Source) -> Result<bool, DbError> {
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

pub(crate) async fn delete(tx: &mut WriteTx, id: Id<Source>) -> Result<(), DbError> {
    tx.run(DELETE, args![id]).await.map(drop)
}

pub(crate) async fn find(tx: &mut ReadTx, id: Id<Source>) -> Result<Option<Source>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

/// What a list asks for.
pub(crate) struct Filter {
    pub(crate) complex: Option<Id<Complex>>,
    pub(crate) device: Option<Id<Device>>,
    pub(crate) kind: Option<SourceKind>,
    pub(crate) after: Option<Id<Source>>,
}

pub(crate) async fn list(
    tx: &mut ReadTx,
    filter: Filter,
    fetch: i64,
) -> Result<Vec<Source>, DbError> {
    let kind = filter.kind.map(SourceKind::as_str);
    let args = args![filter.complex, filter.device, kind, filter.after, fetch];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

pub(crate) async fn enabled(tx: &mut ReadTx) -> Result<Vec<Source>, DbError> {
    tx.all(ENABLED, args![]).await?.iter().map(read).collect()
}

/// Whether a complex has as many sources of a kind as it may have.
pub(crate) async fn is_full(
    tx: &mut ReadTx,
    complex: Id<Complex>,
    kind: SourceKind,
) -> Result<bool, DbError> {
    let row = tx.one(COUNT, args![complex, kind.as_str()]).await?;
    let sources = row.map_or(Ok(0), |row| row.get::<i64>("sources"))?;
    Ok(usize::try_from(sources).is_ok_and(|sources| sources >= kind.per_complex_max()))
}

/// The connection and the name beside its fields.
fn body(source: &Source) -> Value {
    let mut body = serde_json::to_value(&source.connection).expect("a connection has a JSON form");
    body["name"] = Value::from(source.name.as_str());
    body
}

fn read(row: &Row) -> Result<Source, DbError> {
    let mut body: Map<String, Value> = row.json("body")?;
    let name = body.remove("name").unwrap_or_default();
    body.insert("kind".to_owned(), Value::from(row.get::<String>("kind")?));
    // A row that was carried over and not changed since holds its columns in the body once more.
    for column in ["id", "complex_id", "device_id", "enabled", "version", "updated_at"] {
        body.remove(column);
    }
    let connection: Connection =
        serde_json::from_value(Value::Object(body)).map_err(|error| DbError::Decode {
            column: "body".to_owned(),
            value: name.to_string(),
            reason: error.to_string(),
        })?;
    Ok(Source {
        id: row.id("id")?,
        complex_id: row.id("complex_id")?,
        device_id: row.id("device_id")?,
        name: name.as_str().unwrap_or_default().to_owned(),
        enabled: row.bool("enabled")?,
        connection,
        version: u32::try_from(row.get::<i64>("version")?).unwrap_or(u32::MAX),
        updated_at: row.instant("updated_at")?,
    })
}
