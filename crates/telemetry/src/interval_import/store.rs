//! The rows of interval files.

use base::noun::{Complex, Device, Establishment};
use base::{Actor, Id, Instant, Scope};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::{IntervalFile, IntervalResult};
use crate::column_mapping::Mapping;

platform::statements! {
    /// A file that was looked at.
    INSERT = "INSERT INTO interval_import
        (id, complex_id, establishment_id, device_id, file_name, state, spec, row_count, actor,
         created_at, expires_at)
      VALUES ($1, $2, $3, $4, $5, 'previewed', $6, $7, $8, $9, $10)";
    /// One file.
    FIND = "SELECT * FROM interval_import WHERE id = $1";
    /// Files of a device that wait, counted up to a limit.
    WAITING = "SELECT COUNT(*) AS waiting FROM
      (SELECT id FROM interval_import WHERE device_id = $1 AND state = 'previewed' LIMIT $2) AS found";
    /// A file whose readings are kept.
    COMMIT = "UPDATE interval_import SET
        state = 'committed', added = $2, replaced = $3, unchanged = $4, committed_at = $5
      WHERE id = $1 AND state = 'previewed'";
    /// A page, newest first. $1: what the reader may import into, `*` or ids one after the other.
    LIST = "SELECT * FROM interval_import
      WHERE ($1 = '*'
          OR $1 LIKE '%' || complex_id || '%'
          OR (establishment_id IS NOT NULL AND $1 LIKE '%' || establishment_id || '%'))
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR device_id = $3)
        AND (CAST($4 AS TEXT) IS NULL OR id < $4)
      ORDER BY id DESC
      LIMIT $5";
    /// Files that waited too long.
    EXPIRED = "SELECT id FROM interval_import WHERE state = 'previewed' AND expires_at < $1
      ORDER BY expires_at LIMIT 100";
    /// Forgets a file that waited too long.
    DELETE = "DELETE FROM interval_import WHERE id = $1 AND state = 'previewed'";
}

/// One file, as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FileRow {
    pub(super) id: Id<IntervalFile>,
    pub(super) complex: Id<Complex>,
    pub(super) establishment: Option<Id<Establishment>>,
    pub(super) device: Id<Device>,
    pub(super) file_name: String,
    pub(super) spec: Mapping,
    pub(super) rows: i64,
    pub(super) actor: Actor,
    pub(super) created_at: Instant,
    pub(super) expires_at: Instant,
    /// What the commit changed; absent until then.
    pub(super) result: Option<IntervalResult>,
}

impl FileRow {
    pub(super) fn scope(&self) -> Scope {
        match self.establishment {
            Some(id) => Scope::Establishment { id, complex: self.complex },
            None => Scope::Complex(self.complex),
        }
    }
}

pub(super) async fn insert(tx: &mut WriteTx, row: &FileRow) -> Result<(), DbError> {
    let spec = serde_json::to_string(&row.spec).expect("a mapping is plain JSON");
    let actor = serde_json::to_string(&row.actor).expect("an actor is plain JSON");
    let values = args![
        row.id,
        row.complex,
        row.establishment,
        row.device,
        &row.file_name,
        spec,
        row.rows,
        actor,
        row.created_at,
        row.expires_at,
    ];
    tx.run(INSERT, values).await.map(drop)
}

pub(super) async fn find(
    tx: &mut ReadTx,
    id: Id<IntervalFile>,
) -> Result<Option<FileRow>, DbError> {
    tx.one(FIND, args![id]).await?.as_ref().map(read).transpose()
}

pub(super) async fn waiting(tx: &mut ReadTx, device: Id<Device>, max: i64) -> Result<i64, DbError> {
    let row = tx.one(WAITING, args![device, max]).await?;
    row.map_or(Ok(0), |row| row.get("waiting"))
}

pub(super) async fn commit(
    tx: &mut WriteTx,
    id: Id<IntervalFile>,
    result: IntervalResult,
    now: Instant,
) -> Result<bool, DbError> {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let (added, replaced) = (number(result.added), number(result.replaced));
    let values = args![id, added, replaced, number(result.unchanged), now];
    Ok(tx.run(COMMIT, values).await? == 1)
}

/// What to list.
pub(super) struct Filter<'a> {
    pub(super) reach: &'a str,
    pub(super) complex: Option<Id<Complex>>,
    pub(super) device: Option<Id<Device>>,
    pub(super) after: Option<Id<IntervalFile>>,
    pub(super) fetch: i64,
}

pub(super) async fn list(tx: &mut ReadTx, filter: Filter<'_>) -> Result<Vec<FileRow>, DbError> {
    let Filter { reach, complex, device, after, fetch } = filter;
    let rows = tx.all(LIST, args![reach, complex, device, after, fetch]).await?;
    rows.iter().map(read).collect()
}

pub(super) async fn expired(
    tx: &mut ReadTx,
    now: Instant,
) -> Result<Vec<Id<IntervalFile>>, DbError> {
    tx.all(EXPIRED, args![now]).await?.iter().map(|row| row.id("id")).collect()
}

pub(super) async fn delete(tx: &mut WriteTx, id: Id<IntervalFile>) -> Result<(), DbError> {
    tx.run(DELETE, args![id]).await.map(drop)
}

fn read(row: &Row) -> Result<FileRow, DbError> {
    let number = |column: &str| {
        let count = row.get::<Option<i64>>(column)?;
        Ok::<_, DbError>(count.and_then(|count| u64::try_from(count).ok()))
    };
    let counts = (number("added")?, number("replaced")?, number("unchanged")?);
    let result = match counts {
        (Some(added), Some(replaced), Some(unchanged)) => {
            Some(IntervalResult { added, replaced, unchanged })
        }
        _ => None,
    };
    Ok(FileRow {
        id: row.id("id")?,
        complex: row.id("complex_id")?,
        establishment: row.opt_id("establishment_id")?,
        device: row.id("device_id")?,
        file_name: row.get("file_name")?,
        spec: row.json("spec")?,
        rows: row.get("row_count")?,
        actor: row.json("actor")?,
        created_at: row.instant("created_at")?,
        expires_at: row.instant("expires_at")?,
        result,
    })
}
