//! Readings of several points at once: raw by pages, in buckets, as sums of groups; as JSON or as a file.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse as _, Response};
use base::noun::{Complex, Device, Establishment, Point};
use base::{Action, Id, Instant};
use platform::http::{ApiResult, Json, Problem, Query};
use platform::{Audit, Ctx, Platform};
use registry::directory::Directory;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::Span;
use super::api::{ORIGIN_MS, parse_bucket, span_of};
use super::ask::{Ask, Buckets, raw_page};
use super::file;
use super::fill::{Cell, Fill};
use super::group::{Across, Group};
use super::select::{Picked, Selection, pick};
use crate::export::Format;
use crate::query::RAW_READINGS_MAX;
use crate::{Aggregate, Store};

/// Readings of a page when no limit is given.
const LIMIT_DEFAULT: usize = 10_000;
/// Values of an answer in JSON; a file has no such limit.
const VALUES_MAX: usize = 200_000;
/// Points named in a row of the ledger.
const LEDGER_POINTS_MAX: usize = 100;

#[derive(Clone)]
pub(super) struct Many {
    pub(super) platform: Platform,
    pub(super) store: Store,
    pub(super) directory: Directory,
}

/// The routes of questions about several points.
pub fn routes(platform: &Platform, store: Store, directory: Directory) -> OpenApiRouter {
    let platform = platform.clone();
    OpenApiRouter::new()
        .routes(routes!(reading_query))
        .routes(routes!(super::as_of::reading_as_of))
        .with_state(Many { platform, store, directory })
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReadingsQuery {
    /// These points, separated by commas; all that fit the other conditions when absent.
    points: Option<String>,
    /// Only points of this device.
    #[param(value_type = Option<uuid::Uuid>)]
    device: Option<Id<Device>>,
    /// Only readings of this establishment: of its points, while it owned them.
    #[param(value_type = Option<uuid::Uuid>)]
    establishment: Option<Id<Establishment>>,
    /// Only points of this quantity, such as `active_energy`.
    quantity: Option<String>,
    /// Only points of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<Complex>>,
    /// From here; a day before `to` when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Until here, excluded; now when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// Length of a bucket, such as 60s, 15m, 1h, 1d (days of Korea); every reading when absent.
    bucket: Option<String>,
    /// What becomes of the readings of a point in a bucket; when absent the mean of a gauge, the sum of
    /// an interval, the last of a counter.
    #[param(inline)]
    aggregate: Option<Aggregate>,
    /// What stands in a bucket without a reading: `none` (it is left out), `null`, `previous`, `linear`.
    #[param(inline)]
    fill: Option<Fill>,
    /// What becomes one figure: `point` when absent, `establishment`, `complex`, `quantity`.
    #[param(inline)]
    group: Option<Group>,
    /// How the points of a group become one figure; when absent the sum of amounts, the mean of states.
    #[param(inline)]
    across: Option<Across>,
    /// Readings of a page without buckets, 1 to 100000; 10000 when absent.
    limit: Option<usize>,
    /// `next` of the page before.
    after: Option<String>,
    /// `json`, `csv` or `arrow`; by the `Accept` header when absent.
    #[param(inline)]
    format: Option<Format>,
    /// Whether a CSV begins with a byte order mark, for Excel.
    bom: Option<bool>,
}

/// A value of a point or of a group.
#[derive(Debug, Serialize, ToSchema)]
struct SeriesValue {
    /// When it was measured; an interval or a bucket: its start.
    at: Instant,
    /// The value; null where nothing was measured and nothing is put in.
    #[schema(required)]
    value: Option<f64>,
    /// What is to be said against it; empty is good.
    quality: Vec<&'static str>,
    /// Whether it was put in for a bucket without a reading: it was not measured.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    filled: bool,
    /// Of a group: how many of its points had a reading.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<u32>,
}

/// The values of a point or of a group.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SeriesValues {
    /// The point; absent for a group.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    point_id: Option<Id<Point>>,
    /// Key of its device.
    #[serde(skip_serializing_if = "Option::is_none")]
    device_key: Option<String>,
    /// Name of the point.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// Of a group by tenant: whose readings; absent for those of the complex.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    establishment_id: Option<Id<Establishment>>,
    /// The complex.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    complex_id: Option<Id<Complex>>,
    /// Code of the quantity.
    quantity: String,
    /// The unit of the values, UCUM.
    unit: String,
    /// How many points it is of.
    points: usize,
    /// Whether a part of the range is not shown because the point had another owner then.
    hidden: bool,
    /// The values, by time.
    items: Vec<SeriesValue>,
}

/// Readings of several points.
#[derive(Debug, Serialize, ToSchema)]
struct ReadingsAnswer {
    /// One entry for each point or group that may be read, also without values.
    series: Vec<SeriesValues>,
    /// Give this as `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// How many points fit that the reader may not read.
    hidden: usize,
}

/// The readings of several points: as they are, page by page, or in buckets, for each point or as one
/// figure for each tenant, complex or quantity. Of a tenant's point only the time in which an
/// establishment owned it that the reader may read for. As CSV or Arrow all of it, as a stream; each
/// export is a row of the ledger.
#[utoipa::path(
    get, path = "/api/v1/readings", tag = "telemetry", params(ReadingsQuery),
    responses((status = 200, body = ReadingsAnswer))
)]
async fn reading_query(
    State(state): State<Many>,
    ctx: Ctx,
    Query(query): Query<ReadingsQuery>,
    headers: HeaderMap,
) -> ApiResult<Response> {
    if ctx.require_somewhere(Action::ReadValues).is_err() {
        ctx.require_somewhere(Action::ReadTenantValues)?;
    }
    let asked = span_of(query.from, query.to, ctx.now)?;
    let group = query.group.unwrap_or_default();
    let buckets = buckets(&query, group)?;
    let selection = Selection {
        points: query.points.as_deref(),
        device: query.device,
        establishment: query.establishment,
        quantity: query.quantity.as_deref(),
        complex: query.complex,
    };
    let directory = state.directory.snapshot();
    let by_owner = group == Group::Establishment;
    let (picked, hidden) = pick(&selection, &directory, &ctx, asked, by_owner)?;
    let ask = Ask { store: state.store.clone(), picked, buckets, now_ms: ctx.now.as_millis() };
    let format = Format::of(query.format, &headers);
    if format != Format::Json {
        note(&state.platform, &ctx, &ask.picked, &query, format).await?;
        return file::export(ask, format, query.bom.unwrap_or(false)).await;
    }
    let limit = query.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, RAW_READINGS_MAX);
    let (series, next) = match ask.buckets {
        Some(_) => (ask.series().await?, None),
        None => page(&ask, query.after.as_deref(), limit).await?,
    };
    let values: usize = series.iter().map(|one| one.cells.len()).sum();
    if values > VALUES_MAX {
        let detail = format!(
            "the answer would hold {values} values of at most {VALUES_MAX}: choose a longer bucket or \
             a shorter time, or ask for a file (format=csv)"
        );
        return Err(Problem::new(base::ErrorKind::TooLarge, "query.too_many_values", detail));
    }
    let series = series.into_iter().map(SeriesValues::from).collect();
    Ok(Json(ReadingsAnswer { series, next, hidden }).into_response())
}

fn buckets(query: &ReadingsQuery, group: Group) -> Result<Option<Buckets>, Problem> {
    let Some(bucket) = query.bucket.as_deref() else {
        let needs = [
            (query.aggregate.is_some(), "an aggregate"),
            (query.fill.is_some_and(|fill| fill != Fill::None), "filling gaps"),
            (group != Group::Point, "a group"),
        ];
        return match needs.into_iter().find(|(is_given, _)| *is_given) {
            Some((_, what)) => {
                let detail = format!("{what} needs a bucket, such as 15m");
                Err(Problem::invalid_field("/bucket", detail))
            }
            None => Ok(None),
        };
    };
    Ok(Some(Buckets {
        step_ms: parse_bucket(bucket)?,
        origin_ms: ORIGIN_MS,
        aggregate: query.aggregate,
        fill: query.fill.unwrap_or_default(),
        group,
        across: query.across,
    }))
}

/// The values of one point or group, before they are written.
#[derive(Debug, Clone)]
pub(super) struct One {
    pub(super) picked: Option<Picked>,
    pub(super) establishment: Option<Id<Establishment>>,
    pub(super) complex: Option<Id<Complex>>,
    pub(super) quantity: String,
    pub(super) unit: String,
    pub(super) points: usize,
    pub(super) cells: Vec<Cell>,
}

impl One {
    /// The values of a point.
    pub(super) fn of_point(picked: &Picked, cells: Vec<Cell>) -> Self {
        Self {
            establishment: None,
            complex: Some(picked.point.complex),
            quantity: picked.point.quantity.to_string(),
            unit: picked.point.unit.to_string(),
            points: 1,
            cells,
            picked: Some(picked.clone()),
        }
    }
}

impl From<One> for SeriesValues {
    fn from(one: One) -> Self {
        let is_group = one.picked.is_none();
        let item = |cell: &Cell| SeriesValue {
            at: Instant::from_micros(cell.start_ms.saturating_mul(1_000)),
            value: cell.value,
            quality: cell.quality.names(),
            filled: cell.filled,
            points: is_group.then_some(cell.points),
        };
        Self {
            items: one.cells.iter().map(item).collect(),
            point_id: one.picked.as_ref().map(|picked| picked.point.id),
            device_key: one.picked.as_ref().map(|picked| picked.device_key.clone()),
            name: one.picked.as_ref().map(|picked| picked.point.name.to_string()),
            hidden: one.picked.as_ref().is_some_and(|picked| picked.hidden),
            establishment_id: one.establishment,
            complex_id: one.complex,
            quantity: one.quantity,
            unit: one.unit,
            points: one.points,
        }
    }
}

/// A page of readings as they are: point after point, each by time.
async fn page(
    ask: &Ask,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<One>, Option<String>), Problem> {
    let start = after.map(|text| cursor(text, &ask.picked)).transpose()?;
    let mut left = limit;
    let mut series = Vec::new();
    let first = start.map_or(0, |(place, _)| place);
    for (place, picked) in ask.picked.iter().enumerate().skip(first) {
        let since = start.filter(|(at, _)| *at == place).map(|(_, at_ms)| at_ms + 1);
        let mut cells = Vec::new();
        for (_, part) in &picked.parts {
            let from_ms = since.unwrap_or(i64::MIN).max(part.from_ms);
            if from_ms >= part.until_ms {
                continue;
            }
            let span = Span { from_ms, until_ms: part.until_ms };
            let (found, more) = raw_page(&ask.store, picked.point.series, span, left).await?;
            left -= found.len();
            cells.extend(found);
            if more || left == 0 {
                let at_ms = cells.last().map_or(from_ms - 1, |cell: &Cell| cell.start_ms);
                let next = format!("{}@{at_ms}", picked.point.id);
                series.push(One::of_point(picked, cells));
                return Ok((series, Some(next)));
            }
        }
        series.push(One::of_point(picked, cells));
    }
    Ok((series, None))
}

/// The place and the time of the last reading of the page before.
fn cursor(text: &str, picked: &[Picked]) -> Result<(usize, i64), Problem> {
    let invalid = || base::InvalidCursor(text.to_owned());
    let (id, at_ms) = text.split_once('@').ok_or_else(invalid)?;
    let place = picked.iter().position(|picked| picked.point.id.to_string() == id);
    let at_ms = at_ms.parse::<i64>().ok().filter(|at_ms| *at_ms < i64::MAX);
    Ok((place.ok_or_else(invalid)?, at_ms.ok_or_else(invalid)?))
}

/// Every export is a row of the ledger.
async fn note(
    platform: &Platform,
    ctx: &Ctx,
    picked: &[Picked],
    query: &ReadingsQuery,
    format: Format,
) -> Result<(), Problem> {
    let mut complexes: Vec<_> = picked.iter().map(|one| one.point.complex).collect();
    complexes.sort_unstable();
    complexes.dedup();
    let named: Vec<_> =
        picked.iter().take(LEDGER_POINTS_MAX).map(|one| one.point.id.to_string()).collect();
    let mut tx = platform.db.write().await?;
    let audit = Audit {
        action: "reading.export",
        subject: "reading".to_owned(),
        complex: complexes.first().copied().filter(|_| complexes.len() == 1),
        detail: json!({
            "points": picked.len(), "first_points": named, "from": query.from, "to": query.to,
            "bucket": query.bucket, "format": format!("{format:?}"),
        }),
    };
    tx.audit(ctx, audit).await?;
    tx.commit().await?;
    Ok(())
}
