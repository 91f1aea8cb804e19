//! Establishments over HTTP.

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

use super::{Establishment, EstablishmentCreate, EstablishmentUpdate, rules, store};
use crate::access::pattern;
use crate::access::{self, Reach};
use crate::change::{self, Change};
use crate::error::{RegistryError, named, same_complex, same_version};
use crate::{Registry, company, complex, unit};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(establishment_list, establishment_create))
        .routes(routes!(establishment_get, establishment_update))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct EstablishmentFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those with this text in a name or code.
    q: Option<String>,
}

/// The establishments within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/establishments", tag = "registry", params(EstablishmentFilter, PageQuery),
    responses((status = 200, body = Page<Establishment>), (status = 403, body = Problem)))]
async fn establishment_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<EstablishmentFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Establishment>>> {
    access::require_complex(&ctx, filter.complex)?;
    let (q, after) = (pattern(filter.q.as_deref()), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items =
        store::list(&mut tx, &Reach::of(&ctx), filter.complex, q, after, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One establishment.
#[utoipa::path(get, path = "/api/v1/establishments/{id}", tag = "registry", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Establishment), (status = 404, body = Problem)))]
async fn establishment_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Establishment>>,
) -> ApiResult<Json<Establishment>> {
    let x = store::find(&mut registry.platform().db.read().await?, id).await?;
    access::see(&ctx, scope(&x), "establishment", id)?;
    Ok(Json(x))
}

/// Registers an establishment.
#[utoipa::path(post, path = "/api/v1/establishments", tag = "registry", request_body = EstablishmentCreate,
    responses((status = 201, body = Establishment), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn establishment_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<EstablishmentCreate>,
) -> ApiResult<(StatusCode, Json<Establishment>)> {
    let x = Establishment::born(body, ctx.new_id(), ctx.now);
    ctx.require(Action::WriteRegistry, Scope::Complex(x.complex_id))?;
    let mut tx = registry.write().await?;
    register(&mut tx, &ctx, &x).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes an establishment.
#[utoipa::path(patch, path = "/api/v1/establishments/{id}", tag = "registry", request_body = EstablishmentUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Establishment), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn establishment_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Establishment>>,
    Json(body): Json<EstablishmentUpdate>,
) -> ApiResult<Json<Establishment>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    access::see(&ctx, scope(&x), "establishment", id)?;
    ctx.require(Action::WriteRegistry, scope(&x))?;
    same_version("establishment", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    amend(&mut tx, &ctx, &x, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Checks and adds an establishment, and tells the consoles after the commit.
pub(crate) async fn register(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &Establishment,
) -> Result<(), RegistryError> {
    add(tx, ctx, x).await?;
    Ok(change::announce(tx, scope(x), &json!({ "noun": "establishment", "id": x.id })).await?)
}

/// Checks and adds an establishment, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &Establishment,
) -> Result<(), RegistryError> {
    rules::check(x)?;
    references(tx, x).await?;
    store::insert(tx, x).await?;
    let change = Change {
        action: "establishment.create",
        noun: "establishment",
        id: x.id.to_string(),
        scope: scope(x),
        detail: json!(x),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Checks and saves the next version of an establishment, with its audit row.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &Establishment,
    after: &Establishment,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    references(tx, after).await?;
    store::update(tx, after).await?;
    let change = Change {
        action: "establishment.update",
        noun: "establishment",
        id: after.id.to_string(),
        scope: scope(after),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Whom the establishment belongs to.
pub(crate) fn scope(x: &Establishment) -> Scope {
    Scope::Establishment { id: x.id, complex: x.complex_id }
}

/// Refuses what points at nothing, or into another complex.
async fn references(tx: &mut ReadTx, x: &Establishment) -> Result<(), RegistryError> {
    complex::store::find(tx, x.complex_id).await.map_err(named("/complex_id"))?;
    company::store::find(tx, x.company_id).await.map_err(named("/company_id"))?;
    if let Some(id) = x.unit_id {
        let unit = unit::store::find(tx, id).await.map_err(named("/unit_id"))?;
        same_complex("/unit_id", unit.complex_id, x.complex_id)?;
    }
    Ok(())
}
