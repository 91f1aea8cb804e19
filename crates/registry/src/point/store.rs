//! The tables `point` and `series_counter`. Owners: see `owner`.

use base::{Id, Instant, Position, Series, noun};
use platform::db::{DbError, ReadTx, Row, WriteTx};
use platform::{Ctx, args};
use serde_json::json;

use super::{Point, PointOwner, owner, rules};
use crate::access::Reach;
use crate::change::{self, Change};
use crate::device::Device;
use crate::device_profile::Metric;
use crate::error::RegistryError;
use crate::position;

platform::statements! {
    /// One by its id, with the owner at $2.
    FIND = "SELECT point.*, point_owner.establishment_id, owned_from, owned_until
      FROM point
      LEFT JOIN point_owner ON point_owner.point_id = point.id
        AND owned_from <= $2 AND (owned_until IS NULL OR owned_until > $2)
      WHERE point.id = $1";
    /// A page of what is within reach, with the owners at $5.
    LIST = "SELECT point.*, point_owner.establishment_id, owned_from, owned_until
      FROM point
      LEFT JOIN point_owner ON point_owner.point_id = point.id
        AND owned_from <= $5 AND (owned_until IS NULL OR owned_until > $5)
      WHERE ($1 = '*' OR $1 LIKE '%' || complex_id || '%'
          OR $1 LIKE '%' || COALESCE(establishment_id, '!') || '%')
        AND (CAST($2 AS TEXT) IS NULL OR complex_id = $2)
        AND (CAST($3 AS TEXT) IS NULL OR establishment_id = $3)
        AND (CAST($4 AS TEXT) IS NULL OR device_id = $4)
        AND (CAST($6 AS TEXT) IS NULL
          OR lower(key) LIKE $6 ESCAPE '!'
          OR lower(name) LIKE $6 ESCAPE '!'
          OR quantity LIKE $6 ESCAPE '!')
        AND (CAST($7 AS TEXT) IS NULL OR id > $7)
      ORDER BY id LIMIT $8";
    /// The points of a device.
    OF_DEVICE = "SELECT id, key FROM point WHERE device_id = $1 ORDER BY id LIMIT 10000";
    /// A new one.
    INSERT = "INSERT INTO point
        (id, series, complex_id, device_id, key, name, quantity, unit, kind, interval_s,
        expected_interval_s, range_min, range_max, decimals, class, lon, lat,
        demo, version, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19, $20, $21)";
    /// The next version of one; key, quantity, unit, kind and series never change.
    UPDATE = "UPDATE point SET name = $2, expected_interval_s = $3, range_min = $4,
        range_max = $5, decimals = $6, class = $7, lon = $8, lat = $9, version = $10,
        updated_at = $11
      WHERE id = $1 AND version = $12";
    /// The points of a device go to another.
    MOVE = "UPDATE point SET device_id = $2, version = version + 1, updated_at = $3
      WHERE device_id = $1";
    /// Takes $1 numbers and tells the one after the last.
    TAKE_SERIES = "UPDATE series_counter SET next_series = next_series + $1
      WHERE id = 'point' RETURNING next_series";
}

/// The point with this id and its owner at `now`.
pub(crate) async fn find(
    tx: &mut ReadTx,
    id: Id<noun::Point>,
    now: Instant,
) -> Result<Point, RegistryError> {
    let row = tx.one(FIND, args![id, now]).await?;
    let row = row.ok_or_else(|| RegistryError::not_found("point", id))?;
    Ok(read(&row)?)
}

/// What a list asks for.
pub(crate) struct Filter<'a> {
    pub(crate) reach: &'a Reach,
    pub(crate) complex: Option<Id<noun::Complex>>,
    pub(crate) establishment: Option<Id<noun::Establishment>>,
    pub(crate) device: Option<Id<noun::Device>>,
    pub(crate) now: Instant,
    pub(crate) q: Option<String>,
    pub(crate) after: Option<Id<noun::Point>>,
}

/// A page of what is within reach.
pub(crate) async fn list(
    tx: &mut ReadTx,
    filter: Filter<'_>,
    fetch: i64,
) -> Result<Vec<Point>, DbError> {
    let args = args![
        filter.reach.text(),
        filter.complex,
        filter.establishment,
        filter.device,
        filter.now,
        filter.q,
        filter.after,
        fetch,
    ];
    tx.all(LIST, args).await?.iter().map(read).collect()
}

/// Ids and keys of the points of a device.
pub(crate) async fn of_device(
    tx: &mut ReadTx,
    device: Id<noun::Device>,
) -> Result<Vec<(Id<noun::Point>, String)>, DbError> {
    let rows = tx.all(OF_DEVICE, args![device]).await?;
    rows.iter().map(|row| Ok((row.id("id")?, row.get("key")?))).collect()
}

/// Gives the points of a device to another; their series stay.
pub(crate) async fn move_to(
    tx: &mut WriteTx,
    from: Id<noun::Device>,
    to: Id<noun::Device>,
    now: Instant,
) -> Result<u64, DbError> {
    tx.run(MOVE, args![from, to, now]).await
}

/// Takes the next `count` series numbers; a rollback gives them back, a commit never does.
pub(crate) async fn take_series(
    tx: &mut WriteTx,
    count: u32,
) -> Result<Vec<Series>, RegistryError> {
    let row = tx.one(TAKE_SERIES, args![count]).await?;
    let next = match row {
        Some(row) => row.get::<i64>("next_series")?,
        None => return Err(RegistryError::Conflict("the series counter is missing".to_owned())),
    };
    let full = || {
        RegistryError::Conflict("all 4,294,967,295 series are taken: no point can be added".into())
    };
    let next = u32::try_from(next).map_err(|_| full())?;
    Ok((next - count..next).map(Series).collect())
}

/// The same as [`add_quietly`], and tells the consoles after the commit.
pub(crate) async fn add(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    metric: Metric,
    position: Option<Position>,
) -> Result<Point, RegistryError> {
    let point = add_quietly(tx, ctx, device, metric, position).await?;
    let body = json!({ "noun": "point", "id": point.id });
    change::announce(tx, device.scope(), &body).await?;
    Ok(point)
}

/// Checks and adds a point to a device that stands, with its owner from now on and its audit row.
/// In bulk: announce once before the commit.
pub(crate) async fn add_quietly(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    metric: Metric,
    position: Option<Position>,
) -> Result<Point, RegistryError> {
    let series = take_series(tx, 1).await?;
    let id = (ctx.new_id(), series.first().copied().unwrap_or(Series(0)));
    let mut point = rules::born(metric, device, position, id, ctx.now)?;
    insert(tx, &point).await?;
    if let Some(establishment_id) = device.establishment_id {
        let span = PointOwner { establishment_id, from: ctx.now, until: None };
        owner::apply(tx, point.id, owner::HandOver { end: None, begin: Some(span) }).await?;
        point.owner = Some(span);
    }
    let change = Change {
        action: "point.create",
        noun: "point",
        id: point.id.to_string(),
        scope: device.scope(),
        detail: json!(point),
    };
    change::audit(tx, ctx, change).await?;
    Ok(point)
}

/// Brings name, interval and range of a point up to date from a file, if they differ.
pub(crate) async fn bring_up_to_date(
    tx: &mut WriteTx,
    ctx: &Ctx,
    id: Id<noun::Point>,
    metric: &Metric,
) -> Result<(), RegistryError> {
    let before = find(tx, id, ctx.now).await?;
    let mut after = before.clone();
    after.name = metric.name.clone().unwrap_or(after.name);
    after.expected_interval_s = metric.expected_interval_s;
    after.range_min = metric.min.or(after.range_min);
    after.range_max = metric.max.or(after.range_max);
    if after == before {
        return Ok(());
    }
    after.version += 1;
    after.updated_at = ctx.now;
    update(tx, &after).await?;
    let change = Change {
        action: "point.update",
        noun: "point",
        id: id.to_string(),
        scope: after.scope(),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Adds one, without owner.
pub(crate) async fn insert(tx: &mut WriteTx, point: &Point) -> Result<(), RegistryError> {
    let args = args![
        point.id,
        point.series.0,
        point.complex_id,
        point.device_id,
        &point.key,
        &point.name,
        &point.quantity,
        &point.unit,
        point.kind.as_str(),
        point.interval_s,
        point.expected_interval_s,
        point.range_min,
        point.range_max,
        point.decimals.map(i64::from),
        point.class.as_str(),
        point.position.map(|at| at.lon),
        point.position.map(|at| at.lat),
        point.demo,
        point.version,
        point.created_at,
        point.updated_at,
    ];
    let taken = |error| RegistryError::taken(error, "point", "key", &point.key);
    tx.run(INSERT, args).await.map_err(taken)?;
    Ok(())
}

/// Saves the next version of one; refuses when another change came first.
pub(crate) async fn update(tx: &mut WriteTx, point: &Point) -> Result<(), RegistryError> {
    let args = args![
        point.id,
        &point.name,
        point.expected_interval_s,
        point.range_min,
        point.range_max,
        point.decimals.map(i64::from),
        point.class.as_str(),
        point.position.map(|at| at.lon),
        point.position.map(|at| at.lat),
        point.version,
        point.updated_at,
        point.version - 1,
    ];
    match tx.run(UPDATE, args).await? {
        0 => Err(RegistryError::raced("point", point.id)),
        _ => Ok(()),
    }
}

fn read(row: &Row) -> Result<Point, DbError> {
    let owner = match (row.opt_id("establishment_id")?, row.opt_instant("owned_from")?) {
        (Some(establishment_id), Some(from)) => {
            Some(PointOwner { establishment_id, from, until: row.opt_instant("owned_until")? })
        }
        (_, _) => None,
    };
    Ok(Point {
        id: row.id("id")?,
        series: Series(whole(row, "series")?),
        complex_id: row.id("complex_id")?,
        device_id: row.id("device_id")?,
        key: row.get("key")?,
        name: row.get("name")?,
        quantity: row.get("quantity")?,
        unit: row.get("unit")?,
        kind: row.parsed("kind")?,
        interval_s: row.get::<Option<i64>>("interval_s")?.and_then(|s| s.try_into().ok()),
        expected_interval_s: whole(row, "expected_interval_s")?,
        range_min: row.get("range_min")?,
        range_max: row.get("range_max")?,
        decimals: row.get::<Option<i64>>("decimals")?.and_then(|d| d.try_into().ok()),
        class: row.parsed("class")?,
        position: position::read(row)?,
        owner,
        demo: row.bool("demo")?,
        version: row.get("version")?,
        created_at: row.instant("created_at")?,
        updated_at: row.instant("updated_at")?,
    })
}

/// A column that holds a number of at most 32 bits, without sign.
pub(crate) fn whole(row: &Row, column: &str) -> Result<u32, DbError> {
    let value = row.get::<i64>(column)?;
    value.try_into().map_err(|_| DbError::Decode {
        column: column.to_owned(),
        value: value.to_string(),
        reason: "expected a whole number from 0 to 4294967295".to_owned(),
    })
}
