//! Parcels over HTTP.

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

use super::{Parcel, ParcelCreate, ParcelNoun, ParcelUpdate, rules, store};
use crate::access::pattern;
use crate::access::{self, Reach};
use crate::change::{self, Change};
use crate::error::{RegistryError, named, same_version};
use crate::{Registry, complex};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(parcel_list, parcel_create))
        .routes(routes!(parcel_get, parcel_update))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ParcelFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those with this text in a name or code.
    q: Option<String>,
}

/// The parcels within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/parcels", tag = "registry", params(ParcelFilter, PageQuery),
    responses((status = 200, body = Page<Parcel>), (status = 403, body = Problem)))]
async fn parcel_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<ParcelFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Parcel>>> {
    access::require_complex(&ctx, filter.complex)?;
    let (q, after) = (pattern(filter.q.as_deref()), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items =
        store::list(&mut tx, &Reach::complexes(&ctx), filter.complex, q, after, query.fetch())
            .await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One parcel.
#[utoipa::path(get, path = "/api/v1/parcels/{id}", tag = "registry", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Parcel), (status = 404, body = Problem)))]
async fn parcel_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<ParcelNoun>>,
) -> ApiResult<Json<Parcel>> {
    let x = store::find(&mut registry.platform().db.read().await?, id).await?;
    access::see_land(&ctx, x.complex_id, "parcel", id)?;
    Ok(Json(x))
}

/// Registers a parcel.
#[utoipa::path(post, path = "/api/v1/parcels", tag = "registry", request_body = ParcelCreate,
    responses((status = 201, body = Parcel), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn parcel_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<ParcelCreate>,
) -> ApiResult<(StatusCode, Json<Parcel>)> {
    let x = Parcel::born(body, ctx.new_id(), ctx.now);
    ctx.require(Action::WriteRegistry, Scope::Complex(x.complex_id))?;
    let mut tx = registry.write().await?;
    register(&mut tx, &ctx, &x).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes a parcel.
#[utoipa::path(patch, path = "/api/v1/parcels/{id}", tag = "registry", request_body = ParcelUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Parcel), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn parcel_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<ParcelNoun>>,
    Json(body): Json<ParcelUpdate>,
) -> ApiResult<Json<Parcel>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    access::see_land(&ctx, x.complex_id, "parcel", id)?;
    ctx.require(Action::WriteRegistry, Scope::Complex(x.complex_id))?;
    same_version("parcel", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    amend(&mut tx, &ctx, &x, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Checks and adds a parcel, and tells the consoles after the commit.
pub(crate) async fn register(tx: &mut WriteTx, ctx: &Ctx, x: &Parcel) -> Result<(), RegistryError> {
    add(tx, ctx, x).await?;
    Ok(change::announce(tx, scope(x), &json!({ "noun": "parcel", "id": x.id })).await?)
}

/// Checks and adds a parcel, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(tx: &mut WriteTx, ctx: &Ctx, x: &Parcel) -> Result<(), RegistryError> {
    rules::check(x)?;
    references(tx, x).await?;
    store::insert(tx, x).await?;
    let change = Change {
        action: "parcel.create",
        noun: "parcel",
        id: x.id.to_string(),
        scope: scope(x),
        detail: json!(x),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Checks and saves the next version of a parcel, with its audit row.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &Parcel,
    after: &Parcel,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    references(tx, after).await?;
    store::update(tx, after).await?;
    let change = Change {
        action: "parcel.update",
        noun: "parcel",
        id: after.id.to_string(),
        scope: scope(after),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Whom the parcel belongs to.
pub(crate) fn scope(x: &Parcel) -> Scope {
    Scope::Complex(x.complex_id)
}

/// Refuses what points at nothing, or into another complex.
async fn references(tx: &mut ReadTx, x: &Parcel) -> Result<(), RegistryError> {
    complex::store::find(tx, x.complex_id).await.map_err(named("/complex_id"))?;
    Ok(())
}
