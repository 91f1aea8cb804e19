//! Readings over HTTP: the newest values, and history.

use axum::extract::State;
use base::noun::{Complex, Device, Point};
use base::{Id, Instant, PointKind, Series};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use registry::directory::{Directory, PointInfo};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{self, Span};
use crate::query::{BUCKETS_MAX, RAW_READINGS_MAX};
use crate::{Aggregate, Bucketing, Store};

/// Points of one answer of the newest values.
const LATEST_POINTS_MAX: usize = 20_000;
/// Values of an answer when no limit is given.
const LIMIT_DEFAULT: usize = 10_000;
/// Buckets begin where hours and days of Korea begin, which has no summer time.
pub(crate) const ORIGIN_MS: i64 = -9 * 3_600_000;
/// The longest bucket.
const BUCKET_MS_MAX: i64 = 31 * 86_400_000;
const DAY_MS: i64 = 86_400_000;

#[derive(Clone)]
struct Readings {
    store: Store,
    directory: Directory,
}

/// The routes of readings.
pub fn routes(store: Store, directory: Directory) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(reading_latest))
        .routes(routes!(reading_list))
        .with_state(Readings { store, directory })
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LatestQuery {
    /// Only points of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
    /// Only points of this device.
    #[param(value_type = Option<uuid::Uuid>)]
    device: Option<Id<Device>>,
    /// Only these points, separated by commas.
    ids: Option<String>,
}

/// The newest value of a point.
#[derive(Debug, Serialize, ToSchema)]
struct LatestValue {
    /// The point.
    #[schema(value_type = uuid::Uuid)]
    point_id: Id<Point>,
    /// Its device.
    #[schema(value_type = uuid::Uuid)]
    device_id: Id<Device>,
    /// When it was measured; an interval: its start.
    at: Instant,
    /// When anything of the point last reached us.
    arrived_at: Instant,
    /// The value, in the unit of the point; absent when only its health may be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    /// Whether the value is a tenant's and kept from the reader, who sees that the point lives.
    hidden: bool,
    /// What is to be said against it; empty is good.
    quality: Vec<&'static str>,
    /// Seconds since it was measured.
    age_s: u64,
}

/// The newest values.
#[derive(Debug, Serialize, ToSchema)]
struct LatestList {
    /// The newest values of the points that have one.
    items: Vec<LatestValue>,
    /// How many points have a value that the reader may not see, whether listed or not.
    hidden: usize,
}

/// The newest value of each point, with its age. Without a role for the establishment, a tenant's point
/// tells whoever sees the complex's registry only that it lives (관제 is responsible for the meters, not
/// for what they read), and others nothing.
#[utoipa::path(
    get, path = "/api/v1/points/latest", tag = "telemetry", params(LatestQuery),
    responses((status = 200, body = LatestList))
)]
async fn reading_latest(
    State(state): State<Readings>,
    ctx: Ctx,
    Query(query): Query<LatestQuery>,
) -> ApiResult<Json<LatestList>> {
    ctx.require_somewhere(base::Action::ReadRegistry)?;
    let wanted = query.ids.as_deref().map(parse_ids).transpose()?;
    let directory = state.directory.snapshot();
    let candidates: Vec<&PointInfo> = match &wanted {
        Some(ids) => ids.iter().filter_map(|id| directory.point_by_id(*id)).collect(),
        None => directory.points().iter().collect(),
    };
    let mut list = LatestList { items: Vec::new(), hidden: 0 };
    for point in candidates {
        let is_asked = query.complex.is_none_or(|complex| complex == point.complex)
            && query.device.is_none_or(|device| device == point.device);
        let Some(latest) = is_asked.then(|| state.store.latest(point.series)).flatten() else {
            continue;
        };
        let hidden = !access::may_read(point, latest.at_ms, |action, scope| ctx.may(action, scope));
        if hidden {
            list.hidden += 1;
            if !ctx.may(base::Action::ReadRegistry, base::Scope::Complex(point.complex)) {
                continue;
            }
        }
        if list.items.len() == LATEST_POINTS_MAX {
            return Err(Problem::new(
                base::ErrorKind::TooLarge,
                "readings.too_many_points",
                format!("more than {LATEST_POINTS_MAX} points: ask for a complex or a device"),
            ));
        }
        let at = Instant::from_micros(latest.at_ms.saturating_mul(1_000));
        list.items.push(LatestValue {
            point_id: point.id,
            device_id: point.device,
            at,
            arrived_at: latest.arrived,
            value: (!hidden).then_some(latest.value),
            hidden,
            quality: latest.quality.names(),
            age_s: ctx.now.since(at).as_secs(),
        });
    }
    Ok(Json(list))
}

pub(super) fn parse_ids(text: &str) -> Result<Vec<Id<Point>>, Problem> {
    text.split(',')
        .map(|id| id.trim().parse())
        .collect::<Result<_, base::InvalidId>>()
        .map_err(|error| Problem::invalid_field("/ids", error.to_string()))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReadingQuery {
    /// From here; a day before `to` when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Until here, excluded; now when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// Length of a bucket, such as 60s, 15m, 1h, 1d (days of Korea); every reading when absent.
    bucket: Option<String>,
    /// What becomes of the readings of a bucket; when absent the mean of a gauge, the sum of an
    /// interval, the last of a counter.
    #[param(inline)]
    aggregate: Option<Aggregate>,
    /// The most values, 1 to 100000; 10000 when absent.
    limit: Option<usize>,
}

/// One value.
#[derive(Debug, Serialize, ToSchema)]
struct ReadingValue {
    /// When it was measured; an interval or a bucket: its start.
    at: Instant,
    /// The value.
    value: f64,
    /// What is to be said against it; empty is good.
    quality: Vec<&'static str>,
}

/// History of a point.
#[derive(Debug, Serialize, ToSchema)]
struct ReadingList {
    /// The point.
    #[schema(value_type = uuid::Uuid)]
    point_id: Id<Point>,
    /// The unit of the values, UCUM.
    unit: String,
    /// The values, by time.
    items: Vec<ReadingValue>,
    /// Whether there are more in the range than the limit.
    truncated: bool,
    /// Whether a part of the range is not shown because the point had another owner then.
    hidden: bool,
}

/// The readings of a point, as they are or in buckets. Of a tenant's point only the time in which an
/// establishment owned it that the reader may read for.
#[utoipa::path(
    get, path = "/api/v1/points/{id}/readings", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The point"), ReadingQuery),
    responses((status = 200, body = ReadingList))
)]
async fn reading_list(
    State(state): State<Readings>,
    ctx: Ctx,
    Path(id): Path<Id<Point>>,
    Query(query): Query<ReadingQuery>,
) -> ApiResult<Json<ReadingList>> {
    let directory = state.directory.snapshot();
    let point = directory.point_by_id(id).ok_or_else(|| Problem::not_found("point", id))?;
    let asked = span_of(query.from, query.to, ctx.now)?;
    let bucket_ms = query.bucket.as_deref().map(parse_bucket).transpose()?;
    if bucket_ms.is_none() && query.aggregate.is_some() {
        return Err(Problem::invalid_field("/bucket", "an aggregate needs a bucket, such as 15m"));
    }
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, RAW_READINGS_MAX);
    let may = |action, scope| ctx.may(action, scope);
    let readable = access::readable(point, asked, may).ok_or_else(|| forbidden(&ctx, point))?;
    let aggregate = query.aggregate.unwrap_or(aggregate_of(point.kind));
    let mut items = Vec::new();
    let mut truncated = false;
    for span in readable.spans {
        let (found, more) = match bucket_ms {
            Some(bucket_ms) => {
                let bucketing = Bucketing {
                    from_ms: span.from_ms,
                    until_ms: span.until_ms,
                    bucket_ms,
                    origin_ms: ORIGIN_MS,
                    aggregate,
                };
                (buckets(&state.store, point.series, bucketing).await?, false)
            }
            None => raw(&state.store, point.series, span, limit - items.len()).await?,
        };
        items.extend(found);
        truncated = more || items.len() > limit;
        if truncated || items.len() == limit {
            break;
        }
    }
    items.truncate(limit);
    let unit = point.unit.to_string();
    Ok(Json(ReadingList { point_id: id, unit, items, truncated, hidden: readable.hidden }))
}

async fn raw(
    store: &Store,
    series: Series,
    span: Span,
    limit: usize,
) -> Result<(Vec<ReadingValue>, bool), Problem> {
    let found = store.raw(series, span.from_ms, span.until_ms, limit).await?;
    let values = found.readings.iter().map(|r| value(r.at_ms, r.value, r.quality)).collect();
    Ok((values, found.truncated))
}

async fn buckets(
    store: &Store,
    series: Series,
    bucketing: Bucketing,
) -> Result<Vec<ReadingValue>, Problem> {
    let length = bucketing.until_ms.saturating_sub(bucketing.from_ms);
    debug_assert!(
        length >= 0 && BUCKETS_MAX > RAW_READINGS_MAX,
        "the API's limit is the lower one"
    );
    let found = store.bucketed(&[series], bucketing).await?;
    Ok(found.iter().map(|b| value(b.start_ms, b.value, b.quality)).collect())
}

fn value(at_ms: i64, value: f64, quality: base::Quality) -> ReadingValue {
    let at = Instant::from_micros(at_ms.saturating_mul(1_000));
    ReadingValue { at, value, quality: quality.names() }
}

/// The time that is asked for: the last day when nothing is given.
pub(super) fn span_of(
    from: Option<Instant>,
    to: Option<Instant>,
    now: Instant,
) -> Result<Span, Problem> {
    let until_ms = to.unwrap_or(now).as_millis();
    let from_ms = from.map_or(until_ms - DAY_MS, Instant::as_millis);
    if from_ms >= until_ms {
        return Err(Problem::invalid_field("/from", "`from` must come before `to`"));
    }
    Ok(Span { from_ms, until_ms })
}

pub(super) fn aggregate_of(kind: PointKind) -> Aggregate {
    match kind {
        PointKind::Gauge => Aggregate::Avg,
        PointKind::Counter => Aggregate::Last,
        PointKind::Interval => Aggregate::Sum,
    }
}

/// Milliseconds of `60s`, `15m`, `1h`, `1d`.
pub(crate) fn parse_bucket(text: &str) -> Result<i64, Problem> {
    let wrong = || {
        let detail = format!(
            "'{text}' is no bucket: give a number and s, m, h or d, such as 15m, up to 31d"
        );
        Problem::invalid_field("/bucket", detail)
    };
    let unit_ms = match text.chars().last() {
        Some('s') => 1_000,
        Some('m') => 60_000,
        Some('h') => 3_600_000,
        Some('d') => DAY_MS,
        _ => return Err(wrong()),
    };
    let number: i64 = text[..text.len() - 1].parse().map_err(|_| wrong())?;
    let bucket_ms = number.checked_mul(unit_ms).ok_or_else(wrong)?;
    if (1..=BUCKET_MS_MAX).contains(&bucket_ms) { Ok(bucket_ms) } else { Err(wrong()) }
}

pub(crate) fn forbidden(ctx: &Ctx, point: &PointInfo) -> Problem {
    let who = match point.class {
        registry::point::PointClass::Complex => {
            "an administrator of the complex can grant a role that may"
        }
        registry::point::PointClass::Tenant => {
            "its values belong to a tenant; an administrator of that establishment can grant a role \
             for it (에너지 관리자)"
        }
    };
    Problem::forbidden(format!(
        "{} may not read the values of point {}: {who}",
        ctx.actor.name, point.id
    ))
}
