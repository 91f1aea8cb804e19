//! Erasures over HTTP.

use axum::extract::State;
use base::noun::Point;
use base::{Action, FieldError, Id, Instant, Page, PageQuery, Scope, Series};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use registry::directory::Directory;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Erasure, ErasureKind, Order, POINTS_MAX, REASON_CHARS_MAX, store};
use crate::Store;

#[derive(Clone)]
struct Erasures {
    store: Store,
    directory: Directory,
}

/// The routes of erasures.
pub fn routes(store: Store, directory: Directory) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(erasure_list, erasure_create))
        .routes(routes!(erasure_read))
        .with_state(Erasures { store, directory })
}

/// Which readings to erase.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ErasureNew {
    /// The points, all of one complex.
    #[schema(value_type = Vec<uuid::Uuid>)]
    point_ids: Vec<Id<Point>>,
    /// Readings from here on; all that came before `until` when absent.
    from: Option<Instant>,
    /// Readings before this moment.
    until: Instant,
    /// Why; it stays in the record, so name no person in it.
    reason: String,
}

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ErasureQuery {
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// What was erased, newest first, with the files and when the last of it was gone.
#[utoipa::path(
    get, path = "/api/v1/erasures", tag = "telemetry", params(ErasureQuery),
    responses((status = 200, body = Page<Erasure>))
)]
async fn erasure_list(
    State(state): State<Erasures>,
    ctx: Ctx,
    Query(query): Query<ErasureQuery>,
) -> ApiResult<Json<Page<Erasure>>> {
    ctx.require_somewhere(Action::ReadAudit)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = state.store.inner.platform.db.read().await?;
    let after = page.after::<Id<Erasure>>()?;
    let rows = store::list(&mut tx, &reach(&ctx), after, page.fetch()).await?;
    Ok(Json(page.page(rows, |row| row.id.to_string())))
}

/// One erasure.
#[utoipa::path(
    get, path = "/api/v1/erasures/{id}", tag = "telemetry",
    params(("id" = uuid::Uuid, Path, description = "The erasure")),
    responses((status = 200, body = Erasure))
)]
async fn erasure_read(
    State(state): State<Erasures>,
    ctx: Ctx,
    Path(id): Path<Id<Erasure>>,
) -> ApiResult<Json<Erasure>> {
    ctx.require_somewhere(Action::ReadAudit)?;
    let found = store::find(&mut state.store.inner.platform.db.read().await?, id).await?;
    let is_reached = |erasure: &Erasure| {
        ctx.may(Action::ReadAudit, erasure.complex_id.map_or(Scope::System, Scope::Complex))
    };
    match found.filter(is_reached) {
        Some(erasure) => Ok(Json(erasure)),
        None => Err(Problem::not_found("erasure", id)),
    }
}

/// Erases readings for good: for privacy, or because they should never have been kept. From the answer on
/// nobody sees them; the files are written anew without them, and the record says when the last one was
/// gone. It cannot be undone. It takes an administrator of the complex.
#[utoipa::path(
    post, path = "/api/v1/erasures", tag = "telemetry", request_body = ErasureNew,
    responses((status = 200, body = Erasure))
)]
async fn erasure_create(
    State(state): State<Erasures>,
    ctx: Ctx,
    Json(new): Json<ErasureNew>,
) -> ApiResult<Json<Erasure>> {
    ctx.require_somewhere(Action::Administer)?;
    let order = order(&state.directory, &ctx, new)?;
    let id = state.store.erase(&ctx, &order).await?;
    let found = store::find(&mut state.store.inner.platform.db.read().await?, id).await?;
    found.map(Json).ok_or_else(|| Problem::not_found("erasure", id))
}

fn order(directory: &Directory, ctx: &Ctx, new: ErasureNew) -> Result<Order, Problem> {
    let ErasureNew { point_ids, from, until, reason } = new;
    let mut wrong = Vec::new();
    if point_ids.is_empty() || point_ids.len() > POINTS_MAX {
        wrong.push(FieldError::new("/point_ids", format!("name 1 to {POINTS_MAX} points")));
    }
    if !(1..=REASON_CHARS_MAX).contains(&reason.trim().chars().count()) {
        let words =
            format!("say why in 1 to {REASON_CHARS_MAX} characters: it stays in the record");
        wrong.push(FieldError::new("/reason", words));
    }
    if from.is_some_and(|from| from >= until) {
        wrong.push(FieldError::new("/until", "it must come after from".to_owned()));
    }
    if !wrong.is_empty() {
        return Err(Problem::invalid(wrong));
    }
    let snapshot = directory.snapshot();
    let mut series: Vec<Series> = Vec::with_capacity(point_ids.len());
    let mut complex = None;
    for id in &point_ids {
        let point = snapshot
            .point_by_id(*id)
            .filter(|point| ctx.may(Action::ReadRegistry, Scope::Complex(point.complex)));
        let Some(point) = point else { return Err(Problem::not_found("point", id)) };
        ctx.require(Action::Administer, Scope::Complex(point.complex))?;
        if complex.is_some_and(|complex| complex != point.complex) {
            let words = "the points are of several complexes: erase one complex at a time";
            return Err(Problem::invalid_field("/point_ids", words.to_owned()));
        }
        complex = Some(point.complex);
        series.push(point.series);
    }
    Ok(Order {
        kind: ErasureKind::Request,
        complex,
        reason: reason.trim().to_owned(),
        what: json!({ "point_ids": point_ids, "from": from, "until": until }),
        series,
        from_ms: from.map_or(i64::MIN, first_ms),
        until_ms: first_ms(until),
    })
}

/// The first millisecond that is not before `instant`.
fn first_ms(instant: Instant) -> i64 {
    let ms = instant.as_millis();
    if ms.saturating_mul(1_000) < instant.as_micros() { ms + 1 } else { ms }
}

/// The complexes whose records the actor may see: `*`, or ids one after the other.
fn reach(ctx: &Ctx) -> String {
    if ctx.may(Action::ReadAudit, Scope::System) {
        return "*".to_owned();
    }
    let complexes = ctx.grants.iter().filter_map(|grant| grant.scope.complex());
    let readable = complexes.filter(|id| ctx.may(Action::ReadAudit, Scope::Complex(*id)));
    readable.map(|id| id.to_string()).collect::<Vec<_>>().join(" ")
}
