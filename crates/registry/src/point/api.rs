//! Points over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, PageQuery, Scope, noun};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Point, PointCreate, PointOwner, PointUpdate, owner, rules, store};
use crate::access::{self, Reach, pattern, scope_of};
use crate::change::{self, Change};
use crate::error::{named, same_version};
use crate::{Registry, device};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(point_list, point_create))
        .routes(routes!(point_get, point_update))
        .routes(routes!(point_list_owners))
        .with_state(registry.clone())
}

/// Which points to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PointFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those that this establishment owns now.
    #[param(value_type = Option<uuid::Uuid>)]
    establishment: Option<Id<noun::Establishment>>,
    /// Only those of this device.
    #[param(value_type = Option<uuid::Uuid>)]
    device: Option<Id<noun::Device>>,
    /// Only those with this text in key, name or quantity.
    q: Option<String>,
}

/// The points within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/points", tag = "registry", params(PointFilter, PageQuery),
    responses((status = 200, body = Page<Point>), (status = 403, body = Problem)))]
async fn point_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<PointFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Point>>> {
    access::require_complex(&ctx, filter.complex)?;
    let filter = store::Filter {
        reach: &Reach::of(&ctx),
        complex: filter.complex,
        establishment: filter.establishment,
        device: filter.device,
        now: ctx.now,
        q: pattern(filter.q.as_deref()),
        after: query.after()?,
    };
    let mut tx = registry.platform().db.read().await?;
    let items = store::list(&mut tx, filter, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One point.
#[utoipa::path(get, path = "/api/v1/points/{id}", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Point), (status = 404, body = Problem)))]
async fn point_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Point>>,
) -> ApiResult<Json<Point>> {
    let point = store::find(&mut registry.platform().db.read().await?, id, ctx.now).await?;
    access::see(&ctx, point.scope(), "point", id)?;
    Ok(Json(point))
}

/// Registers a point of a device; the establishment of the device owns it from now on.
#[utoipa::path(post, path = "/api/v1/points", tag = "registry", request_body = PointCreate,
    responses((status = 201, body = Point), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn point_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<PointCreate>,
) -> ApiResult<(StatusCode, Json<Point>)> {
    let mut tx = registry.write().await?;
    let device = device::store::find(&mut tx, body.device_id).await.map_err(named("/device_id"))?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    let (metric, position) = rules::metric_of(body);
    let point = store::add(&mut tx, &ctx, &device, metric, position).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(point)))
}

/// Changes a point. Key, quantity, unit and kind never change: register another point instead.
#[utoipa::path(patch, path = "/api/v1/points/{id}", tag = "registry", request_body = PointUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Point), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn point_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Point>>,
    Json(body): Json<PointUpdate>,
) -> ApiResult<Json<Point>> {
    let mut tx = registry.write().await?;
    let point = store::find(&mut tx, id, ctx.now).await?;
    access::see(&ctx, point.scope(), "point", id)?;
    ctx.require(Action::WriteRegistry, point.scope())?;
    same_version("point", id, body.version, point.version)?;
    let next = rules::changed(&point, body, ctx.now)?;
    store::update(&mut tx, &next).await?;
    let change = Change {
        action: "point.update",
        noun: "point",
        id: id.to_string(),
        scope: next.scope(),
        detail: json!({ "before": point, "after": next }),
    };
    change::record(&mut tx, &ctx, change).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Who owned a point from when to when, the oldest first. A tenant sees its own spans only.
#[utoipa::path(get, path = "/api/v1/points/{id}/owners", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Page<PointOwner>), (status = 404, body = Problem)))]
async fn point_list_owners(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Point>>,
) -> ApiResult<Json<Page<PointOwner>>> {
    let mut tx = registry.platform().db.read().await?;
    let point = store::find(&mut tx, id, ctx.now).await?;
    let mut items = owner::of_point(&mut tx, id).await?;
    items.retain(|span| {
        let scope = scope_of(point.complex_id, Some(span.establishment_id));
        ctx.may(Action::ReadRegistry, scope)
    });
    if items.is_empty() {
        access::see(&ctx, point.scope(), "point", id)?;
    }
    Ok(Json(Page { items, next: None }))
}

impl Point {
    /// Whom it belongs to now, for permissions.
    pub fn scope(&self) -> Scope {
        scope_of(self.complex_id, self.owner.map(|owner| owner.establishment_id))
    }
}
