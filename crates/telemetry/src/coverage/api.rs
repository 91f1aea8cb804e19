//! Coverage over HTTP.

use std::collections::HashMap;

use axum::extract::State;
use base::noun::{Complex, Device, Establishment};
use base::{Action, ErrorKind, Id, Instant, Series};
use platform::Ctx;
use platform::http::{ApiResult, Json, Problem, Query};
use registry::device::DeviceKind;
use registry::directory::{DeviceInfo, Directory, PointInfo, Snapshot};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rules::{Cell, Passed, expected, is_dark};
use super::{BUCKETS_MAX, CELLS_MAX, DEVICES_MAX, ROWS_PER_QUERY};
use crate::ingress::device_scope;
use crate::reading::api::{ORIGIN_MS, parse_bucket};
use crate::{Aggregate, Bucketing, Store};

const DAY_MS: i64 = 86_400_000;

#[derive(Clone)]
struct Coverages {
    store: Store,
    directory: Directory,
}

/// The routes of coverage.
pub(crate) fn routes(store: Store, directory: Directory) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(coverage_list)).with_state(Coverages { store, directory })
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CoverageQuery {
    /// Only devices of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
    /// From here; a day before `to` when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Until here, excluded; now when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// Length of a bucket: 15m, 1h, 1d (days of Korea); 1h when absent.
    bucket: Option<String>,
    /// Only devices of this kind.
    #[param(inline)]
    kind: Option<DeviceKind>,
    /// Only devices of this establishment.
    #[param(value_type = Option<uuid::Uuid>)]
    establishment: Option<Id<Establishment>>,
    /// Only points of this quantity.
    quantity: Option<String>,
}

/// Coverage of one device.
#[derive(Debug, Serialize, ToSchema)]
struct CoverageRow {
    /// The device.
    #[schema(value_type = uuid::Uuid)]
    device_id: Id<Device>,
    /// Its key.
    device: String,
    /// Its name.
    name: String,
    /// Its kind.
    kind: DeviceKind,
    /// The establishment of a tenant's device.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    establishment_id: Option<Id<Establishment>>,
    /// How many of its points are looked at.
    points: usize,
    /// The share that came in the whole range, 0 to 1; absent where nothing was expected yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    /// Whether nothing comes any more.
    is_dark: bool,
    /// When anything last came; absent: never.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    last_arrived_at: Option<Instant>,
    /// The share that came in each bucket, 0 to 1; null where nothing was expected.
    cells: Vec<Option<f64>>,
}

/// Coverage of a complex.
#[derive(Debug, Serialize, ToSchema)]
struct CoverageList {
    /// When each bucket begins.
    #[schema(value_type = Vec<String>)]
    starts: Vec<Instant>,
    /// Length of a bucket, in seconds.
    bucket_s: i64,
    /// The devices, the darkest first.
    items: Vec<CoverageRow>,
    /// How many devices there are; more than the items when the limit of 2000 was reached.
    total: usize,
    /// How many of them are dark.
    dark: usize,
}

/// Who sends and who is dark: for each device the share of expected readings that came, in buckets of
/// time. It tells no values, so that whoever sees a device in the registry sees its coverage.
#[utoipa::path(
    get, path = "/api/v1/coverage", tag = "telemetry", params(CoverageQuery),
    responses((status = 200, body = CoverageList))
)]
async fn coverage_list(
    State(state): State<Coverages>,
    ctx: Ctx,
    Query(query): Query<CoverageQuery>,
) -> ApiResult<Json<CoverageList>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let span = span(&query, ctx.now)?;
    let directory = state.directory.snapshot();
    let mut devices = devices(&directory, &query, &ctx);
    let starts = starts(span);
    let points: Vec<&PointInfo> = devices.iter().flat_map(|(_, points)| points.clone()).collect();
    if points.len() * starts.len() > CELLS_MAX {
        let detail = format!(
            "{} points × {} buckets are more than {CELLS_MAX}: ask for a shorter range, a longer bucket \
             or one kind of device",
            points.len(),
            starts.len()
        );
        return Err(Problem::new(ErrorKind::TooLarge, "coverage.too_large", detail));
    }
    let series: Vec<Series> = points.iter().map(|point| point.series).collect();
    let counts = counts(&state.store, &series, span, starts.len()).await?;
    let mut items: Vec<CoverageRow> = devices
        .drain(..)
        .map(|(device, points)| row(&state.store, device, &points, &counts, (&starts, span), &ctx))
        .collect();
    items.sort_by(|a, b| {
        let share = |row: &CoverageRow| row.share.unwrap_or(1.0);
        (b.is_dark.cmp(&a.is_dark))
            .then(share(a).total_cmp(&share(b)))
            .then(a.device.cmp(&b.device))
    });
    let (total, dark) = (items.len(), items.iter().filter(|row| row.is_dark).count());
    items.truncate(DEVICES_MAX);
    let starts = starts.into_iter().map(at).collect();
    Ok(Json(CoverageList { starts, bucket_s: span.bucket_ms / 1_000, items, total, dark }))
}

fn at(ms: i64) -> Instant {
    Instant::from_micros(ms.saturating_mul(1_000))
}

fn span(query: &CoverageQuery, now: Instant) -> Result<Bucketing, Problem> {
    let until_ms = query.to.unwrap_or(now).as_millis();
    let from_ms = query.from.map_or(until_ms - DAY_MS, Instant::as_millis);
    let bucket_ms = parse_bucket(query.bucket.as_deref().unwrap_or("1h"))?;
    let buckets = (until_ms - from_ms) / bucket_ms;
    if from_ms >= until_ms || usize::try_from(buckets).unwrap_or(usize::MAX) >= BUCKETS_MAX {
        let detail = format!("give a `from` before `to`, and at most {BUCKETS_MAX} buckets");
        return Err(Problem::invalid_field("/from", detail));
    }
    let aggregate = Aggregate::Count;
    // Only whole buckets are comparable: the first one is taken whole, until `to` or now.
    let from_ms = from_ms - (from_ms - ORIGIN_MS).rem_euclid(bucket_ms);
    let until_ms = until_ms.min(now.as_millis()).max(from_ms + 1);
    Ok(Bucketing { from_ms, until_ms, bucket_ms, origin_ms: ORIGIN_MS, aggregate })
}

fn starts(span: Bucketing) -> Vec<i64> {
    let next = |start: &i64| Some(start + span.bucket_ms);
    std::iter::successors(Some(span.from_ms), next).take_while(|at| *at < span.until_ms).collect()
}

/// The devices that are asked for and that the reader may know of, with the points that are asked for.
fn devices<'a>(
    directory: &'a Snapshot,
    query: &CoverageQuery,
    ctx: &Ctx,
) -> Vec<(&'a DeviceInfo, Vec<&'a PointInfo>)> {
    let is_asked = |device: &DeviceInfo| {
        query.complex.is_none_or(|complex| complex == device.complex)
            && !device.retired
            && query.kind.is_none_or(|kind| kind == device.kind)
            && query.establishment.is_none_or(|id| Some(id) == device.establishment)
            && ctx.may(Action::ReadRegistry, device_scope(device))
    };
    let of_quantity = |point: &&PointInfo| {
        query.quantity.as_deref().is_none_or(|quantity| quantity == &*point.quantity)
    };
    directory
        .devices()
        .filter(|device| is_asked(device))
        .map(|device| (device, directory.points_of(device.id).filter(of_quantity).collect()))
        .filter(|(_, points): &(_, Vec<_>)| !points.is_empty())
        .collect()
}

/// Readings by series and start of the bucket.
async fn counts(
    store: &Store,
    series: &[Series],
    span: Bucketing,
    buckets: usize,
) -> Result<HashMap<(Series, i64), u64>, Problem> {
    let mut counts = HashMap::new();
    for part in series.chunks((ROWS_PER_QUERY / buckets.max(1)).max(1)) {
        let found = store.bucketed(part, span).await?;
        counts.extend(found.iter().map(|b| ((b.series, b.start_ms), b.count)));
    }
    Ok(counts)
}

fn row(
    store: &Store,
    device: &DeviceInfo,
    points: &[&PointInfo],
    counts: &HashMap<(Series, i64), u64>,
    (starts, span): (&[i64], Bucketing),
    ctx: &Ctx,
) -> CoverageRow {
    let interval = |point: &PointInfo| point.interval_s.unwrap_or(point.expected_interval_s);
    let mut whole = Cell::default();
    let cells = starts
        .iter()
        .map(|start| {
            let until_ms = (start + span.bucket_ms).min(span.until_ms);
            let passed = Passed { from_ms: *start, until_ms };
            let mut cell = Cell::default();
            for point in points {
                let received = counts.get(&(point.series, *start)).copied().unwrap_or(0);
                cell.add(received, expected(passed, interval(point)));
            }
            whole.received += cell.received;
            whole.expected += cell.expected;
            cell.share()
        })
        .collect();
    let arrived = points.iter().filter_map(|point| store.latest(point.series));
    let last_arrived_at = arrived.map(|latest| latest.arrived).max();
    let often = points.iter().map(|point| interval(point)).min().unwrap_or(60);
    CoverageRow {
        device_id: device.id,
        device: device.key.to_string(),
        name: device.name.to_string(),
        kind: device.kind,
        establishment_id: device.establishment,
        points: points.len(),
        share: whole.share(),
        is_dark: is_dark(last_arrived_at, often, ctx.now),
        last_arrived_at,
        cells,
    }
}
