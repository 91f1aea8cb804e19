//! Consumption over HTTP.

use axum::extract::State;
use base::noun::Point;
use base::{Id, Instant, PointKind};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use registry::directory::Directory;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::rules::{Meter, Unknown, Used, buckets, consumption};
use crate::Store;
use crate::query::RAW_READINGS_MAX;
use crate::reading::access::{self, Span};
use crate::reading::api::{ORIGIN_MS, forbidden, parse_bucket};

/// Buckets of one answer.
const BUCKETS_MAX: i64 = 5_000;
/// So far outside the range a reading is looked for that begins or ends an interval within it.
const MARGIN_MS: i64 = 86_400_000;
const DAY_MS: i64 = 86_400_000;

#[derive(Clone)]
struct Meters {
    store: Store,
    directory: Directory,
}

/// The routes of consumption.
pub(crate) fn routes(store: Store, directory: Directory) -> OpenApiRouter {
    OpenApiRouter::new().routes(routes!(consumption_list)).with_state(Meters { store, directory })
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ConsumptionQuery {
    /// From here; a day before `to` when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Until here, excluded; now when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// Length of a bucket: 15m, 1h, 1d (days of Korea); 1h when absent.
    bucket: Option<String>,
}

/// A span that nothing is known of.
#[derive(Debug, Serialize, ToSchema)]
struct ConsumptionGap {
    /// From here.
    #[schema(value_type = String, format = DateTime)]
    from: Instant,
    /// Until here, excluded.
    #[schema(value_type = String, format = DateTime)]
    to: Instant,
    /// Why.
    #[schema(inline)]
    why: Unknown,
}

/// What was used in one bucket.
#[derive(Debug, Serialize, ToSchema)]
struct ConsumptionBucket {
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    at: Instant,
    /// The amount that is known.
    value: f64,
    /// The share of the bucket that it covers, 0 to 1.
    known: f64,
    /// What it does not cover, and why.
    unknown: Vec<ConsumptionGap>,
}

/// Consumption of a meter.
#[derive(Debug, Serialize, ToSchema)]
struct ConsumptionList {
    /// The point.
    #[schema(value_type = uuid::Uuid)]
    point_id: Id<Point>,
    /// The unit of the amounts, UCUM.
    unit: String,
    /// The buckets, by time.
    items: Vec<ConsumptionBucket>,
    /// Whether a part of the range is not shown because the point had another owner then.
    hidden: bool,
}

/// What a meter that counts up has used, in buckets: over its roll-over, and with words for what is
/// unknown after a reset or a replacement. Only for points of kind `counter`.
#[utoipa::path(
    get, path = "/api/v1/points/{id}/consumption", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The point"), ConsumptionQuery),
    responses((status = 200, body = ConsumptionList))
)]
async fn consumption_list(
    State(state): State<Meters>,
    ctx: Ctx,
    Path(id): Path<Id<Point>>,
    Query(query): Query<ConsumptionQuery>,
) -> ApiResult<Json<ConsumptionList>> {
    let directory = state.directory.snapshot();
    let point = directory.point_by_id(id).ok_or_else(|| Problem::not_found("point", id))?;
    if point.kind != PointKind::Counter {
        let detail = "the point is no counter: ask for its readings, with a bucket and a sum";
        return Err(Problem::invalid_field("/id", detail));
    }
    let until_ms = query.to.unwrap_or(ctx.now).as_millis();
    let from_ms = query.from.map_or(until_ms - DAY_MS, Instant::as_millis);
    let bucket_ms = parse_bucket(query.bucket.as_deref().unwrap_or("1h"))?;
    if from_ms >= until_ms || (until_ms - from_ms) / bucket_ms >= BUCKETS_MAX {
        let detail = format!("give a `from` before `to`, and at most {BUCKETS_MAX} buckets");
        return Err(Problem::invalid_field("/from", detail));
    }
    let may = |action, scope| ctx.may(action, scope);
    let asked = Span { from_ms, until_ms };
    let wide = Span { from_ms: from_ms - MARGIN_MS, until_ms: until_ms + MARGIN_MS };
    let readable = access::readable(point, asked, may).ok_or_else(|| forbidden(&ctx, point))?;
    let around = access::readable(point, wide, may).ok_or_else(|| forbidden(&ctx, point))?;
    let rollover_at = point.checks.rollover_at;
    let meter = Meter { rollover_at, replacements: point.replacements.clone() };
    let mut items = Vec::new();
    for span in readable.spans {
        // An interval that reaches over a change of the owner is nobody's.
        let read = around.spans.iter().find(|wide| wide.from_ms <= span.from_ms);
        let read = read.filter(|wide| span.until_ms <= wide.until_ms).copied().unwrap_or(span);
        let found =
            state.store.raw(point.series, read.from_ms, read.until_ms, RAW_READINGS_MAX).await?;
        if found.truncated {
            let detail = format!("more than {RAW_READINGS_MAX} readings: ask for a shorter range");
            return Err(Problem::invalid_field("/from", detail));
        }
        let intervals = consumption(&found.readings, &meter);
        let start_ms = span.from_ms - (span.from_ms - ORIGIN_MS).rem_euclid(bucket_ms);
        items.extend(buckets(&intervals, start_ms, span.until_ms, bucket_ms).iter().map(bucket));
    }
    let unit = point.unit.to_string();
    Ok(Json(ConsumptionList { point_id: id, unit, items, hidden: readable.hidden }))
}

fn bucket(used: &Used) -> ConsumptionBucket {
    let at = |ms: i64| Instant::from_micros(ms.saturating_mul(1_000));
    let unknown = used
        .gaps
        .iter()
        .map(|gap| ConsumptionGap { from: at(gap.from_ms), to: at(gap.until_ms), why: gap.why })
        .collect();
    ConsumptionBucket { at: at(used.start_ms), value: used.amount, known: used.known, unknown }
}
