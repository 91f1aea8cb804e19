//! Buildings over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, PageQuery, Scope, noun};
use platform::Ctx;
use platform::db::{ReadTx, WriteTx};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Building, BuildingCreate, BuildingNoun, BuildingUpdate, rules, store};
use crate::access::pattern;
use crate::access::{self, Reach};
use crate::change::{self, Change};
use crate::error::{RegistryError, named, same_complex, same_version};
use crate::{Registry, parcel};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(building_list, building_create))
        .routes(routes!(building_get, building_update))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct BuildingFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those with this text in a name or code.
    q: Option<String>,
}

/// The buildings within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/buildings", tag = "registry", params(BuildingFilter, PageQuery),
    responses((status = 200, body = Page<Building>), (status = 403, body = Problem)))]
async fn building_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<BuildingFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Building>>> {
    access::require_complex(&ctx, filter.complex)?;
    let (q, after) = (pattern(filter.q.as_deref()), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items =
        store::list(&mut tx, &Reach::complexes(&ctx), filter.complex, q, after, query.fetch())
            .await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One building.
#[utoipa::path(get, path = "/api/v1/buildings/{id}", tag = "registry", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Building), (status = 404, body = Problem)))]
async fn building_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<BuildingNoun>>,
) -> ApiResult<Json<Building>> {
    let x = store::find(&mut registry.platform().db.read().await?, id).await?;
    access::see_land(&ctx, x.complex_id, "building", id)?;
    Ok(Json(x))
}

/// Registers a building.
#[utoipa::path(post, path = "/api/v1/buildings", tag = "registry", request_body = BuildingCreate,
    responses((status = 201, body = Building), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn building_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<BuildingCreate>,
) -> ApiResult<(StatusCode, Json<Building>)> {
    let x = Building::born(body, ctx.new_id(), ctx.now);
    ctx.require(Action::WriteRegistry, Scope::Complex(x.complex_id))?;
    let mut tx = registry.write().await?;
    register(&mut tx, &ctx, &x).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes a building.
#[utoipa::path(patch, path = "/api/v1/buildings/{id}", tag = "registry", request_body = BuildingUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Building), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn building_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<BuildingNoun>>,
    Json(body): Json<BuildingUpdate>,
) -> ApiResult<Json<Building>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    access::see_land(&ctx, x.complex_id, "building", id)?;
    ctx.require(Action::WriteRegistry, Scope::Complex(x.complex_id))?;
    same_version("building", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    amend(&mut tx, &ctx, &x, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Checks and adds a building, and tells the consoles after the commit.
pub(crate) async fn register(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &Building,
) -> Result<(), RegistryError> {
    add(tx, ctx, x).await?;
    Ok(change::announce(tx, scope(x), &json!({ "noun": "building", "id": x.id })).await?)
}

/// Checks and adds a building, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(tx: &mut WriteTx, ctx: &Ctx, x: &Building) -> Result<(), RegistryError> {
    rules::check(x)?;
    references(tx, x).await?;
    store::insert(tx, x).await?;
    let change = Change {
        action: "building.create",
        noun: "building",
        id: x.id.to_string(),
        scope: scope(x),
        detail: json!(x),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Checks and saves the next version of a building, with its audit row.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &Building,
    after: &Building,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    references(tx, after).await?;
    store::update(tx, after).await?;
    let change = Change {
        action: "building.update",
        noun: "building",
        id: after.id.to_string(),
        scope: scope(after),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Whom the building belongs to.
pub(crate) fn scope(x: &Building) -> Scope {
    Scope::Complex(x.complex_id)
}

/// Refuses what points at nothing, or into another complex.
async fn references(tx: &mut ReadTx, x: &Building) -> Result<(), RegistryError> {
    let parcel = parcel::store::find(tx, x.parcel_id).await.map_err(named("/parcel_id"))?;
    same_complex("/parcel_id", parcel.complex_id, x.complex_id)?;
    Ok(())
}
