//! The rows of refusals.

use base::noun::{Complex, Establishment};
use base::{Id, Instant};
use platform::Ctx;
use platform::args;
use platform::db::{Db, DbError, ReadTx, Row};

use super::api::{DeviceCount, HourCount};
use super::tally::{Count, Key};
use super::{RETENTION, RejectCode, RejectRow, Tallied};

/// Rows of one bulk transaction.
const ROWS_PER_TX: usize = 200;
/// Rows that one step of the clean-up deletes.
const DELETE_PER_TX: u64 = 500;

platform::statements! {
    /// Adds to the row of an hour, or begins it.
    COUNT = "INSERT INTO reading_reject
        (id, complex_id, establishment_id, device_key, point_key, code, hour, count, detail, sample,
         first_at, last_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
      ON CONFLICT (device_key, point_key, code, hour) DO UPDATE SET
        count = reading_reject.count + excluded.count,
        complex_id = excluded.complex_id,
        establishment_id = excluded.establishment_id,
        detail = excluded.detail,
        sample = excluded.sample,
        last_at = excluded.last_at";
    /// A page, newest first. $1: what the reader may see, `*` or ids one after the other.
    LIST = "SELECT * FROM reading_reject
      WHERE ($1 = '*'
          OR (complex_id IS NOT NULL AND $1 LIKE '%' || complex_id || '%')
          OR (establishment_id IS NOT NULL AND $1 LIKE '%' || establishment_id || '%'))
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR device_key = $3)
        AND (CAST($4 AS TEXT) IS NULL OR id < $4)
      ORDER BY id DESC
      LIMIT $5";
    /// Entries by hour and reason. $1 as in LIST.
    BY_HOUR = "SELECT hour, code, CAST(SUM(count) AS BIGINT) AS count FROM reading_reject
      WHERE ($1 = '*'
          OR (complex_id IS NOT NULL AND $1 LIKE '%' || complex_id || '%')
          OR (establishment_id IS NOT NULL AND $1 LIKE '%' || establishment_id || '%'))
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR device_key = $3)
        AND hour >= $4 AND hour <= $5
      GROUP BY hour, code ORDER BY hour, code LIMIT $6";
    /// The devices with the most entries. $1 as in LIST.
    BY_DEVICE = "SELECT device_key, code, CAST(SUM(count) AS BIGINT) AS count, MAX(last_at) AS last_at
      FROM reading_reject
      WHERE ($1 = '*'
          OR (complex_id IS NOT NULL AND $1 LIKE '%' || complex_id || '%')
          OR (establishment_id IS NOT NULL AND $1 LIKE '%' || establishment_id || '%'))
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR device_key = $3)
        AND hour >= $4 AND hour <= $5
      GROUP BY device_key, code ORDER BY count DESC, device_key, code LIMIT $6";
    /// Deletes some rows of hours that are past their keeping.
    DELETE_OLD = "DELETE FROM reading_reject WHERE id IN
      (SELECT id FROM reading_reject WHERE hour < $1 ORDER BY hour LIMIT $2)";
}

/// Writes counts in bulk; gives back what was not written when the store fails.
pub(super) async fn write(
    db: &Db,
    ctx: &Ctx,
    counts: Vec<(Key, Count)>,
) -> Result<(), (DbError, Vec<(Key, Count)>)> {
    let mut rest = counts.as_slice();
    while !rest.is_empty() {
        let (now, later) = rest.split_at(rest.len().min(ROWS_PER_TX));
        if let Err(error) = write_some(db, ctx, now).await {
            return Err((error, rest.to_vec()));
        }
        rest = later;
    }
    Ok(())
}

async fn write_some(db: &Db, ctx: &Ctx, counts: &[(Key, Count)]) -> Result<(), DbError> {
    let mut tx = db.write_bulk().await?;
    for (key, count) in counts {
        let values = args![
            ctx.new_id::<Tallied>(),
            count.complex,
            count.establishment,
            &key.device,
            &key.point,
            key.code.as_str(),
            key.hour,
            i64::try_from(count.entries).unwrap_or(i64::MAX),
            &count.detail,
            &count.sample,
            count.first_at,
            count.last_at,
        ];
        tx.run(COUNT, values).await?;
    }
    tx.commit().await
}

/// What to list.
pub(super) struct Filter<'a> {
    pub(super) reach: &'a str,
    pub(super) complex: Option<Id<Complex>>,
    pub(super) device: Option<&'a str>,
    pub(super) after: Option<Id<Tallied>>,
    pub(super) fetch: i64,
}

pub(super) async fn list(tx: &mut ReadTx, filter: Filter<'_>) -> Result<Vec<RejectRow>, DbError> {
    let Filter { reach, complex, device, after, fetch } = filter;
    let rows = tx.all(LIST, args![reach, complex, device, after, fetch]).await?;
    rows.iter().map(read).collect()
}

/// Whose entries to count, and of which time.
pub(super) struct Counted<'a> {
    pub(super) reach: &'a str,
    pub(super) complex: Option<Id<Complex>>,
    pub(super) device: Option<&'a str>,
    pub(super) from: Instant,
    pub(super) to: Instant,
}

pub(super) async fn by_hour(
    tx: &mut ReadTx,
    what: &Counted<'_>,
    limit: i64,
) -> Result<Vec<HourCount>, DbError> {
    let Counted { reach, complex, device, from, to } = *what;
    let rows = tx.all(BY_HOUR, args![reach, complex, device, from, to, limit]).await?;
    let hour = |row: &Row| {
        Ok(HourCount {
            hour: row.instant("hour")?,
            code: row.parsed::<RejectCode>("code")?,
            count: row.get("count")?,
        })
    };
    rows.iter().map(hour).collect()
}

pub(super) async fn by_device(
    tx: &mut ReadTx,
    what: &Counted<'_>,
    limit: i64,
) -> Result<Vec<DeviceCount>, DbError> {
    let Counted { reach, complex, device, from, to } = *what;
    let rows = tx.all(BY_DEVICE, args![reach, complex, device, from, to, limit]).await?;
    let device = |row: &Row| {
        Ok(DeviceCount {
            device: row.get("device_key")?,
            code: row.parsed::<RejectCode>("code")?,
            count: row.get("count")?,
            last_at: row.instant("last_at")?,
        })
    };
    rows.iter().map(device).collect()
}

fn read(row: &Row) -> Result<RejectRow, DbError> {
    Ok(RejectRow {
        id: row.id("id")?,
        complex_id: row.opt_id::<Complex>("complex_id")?,
        establishment_id: row.opt_id::<Establishment>("establishment_id")?,
        device: row.get("device_key")?,
        point: row.get("point_key")?,
        code: row.parsed::<RejectCode>("code")?,
        hour: row.instant("hour")?,
        count: row.get("count")?,
        detail: row.get("detail")?,
        sample: Some(row.get("sample")?),
        first_at: row.instant("first_at")?,
        last_at: row.instant("last_at")?,
    })
}

/// Deletes what is past its keeping, a few rows at a time; tells how many went.
pub(super) async fn delete_old(db: &Db, now: Instant) -> Result<u64, DbError> {
    let before = now - RETENTION;
    let mut deleted = 0;
    loop {
        let mut tx = db.write_bulk().await?;
        let limit = i64::try_from(DELETE_PER_TX).unwrap_or(i64::MAX);
        let gone = tx.run(DELETE_OLD, args![before, limit]).await?;
        tx.commit().await?;
        deleted += gone;
        if gone < DELETE_PER_TX {
            return Ok(deleted);
        }
    }
}
