//! Organisations over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, PageQuery, noun};
use platform::Ctx;
use platform::db::{ReadTx, WriteTx};
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Organisation, OrganisationCreate, OrganisationUpdate, rules, store};
use crate::access::pattern;
use crate::access::{self};
use crate::change::{self, Change};
use crate::error::{RegistryError, named, same_version};
use crate::{Registry, complex};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(organisation_list, organisation_create))
        .routes(routes!(organisation_get, organisation_update))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OrganisationFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those with this text in a name or code.
    q: Option<String>,
}

/// The organisations within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/organisations", tag = "registry", params(OrganisationFilter, PageQuery),
    responses((status = 200, body = Page<Organisation>), (status = 403, body = Problem)))]
async fn organisation_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<OrganisationFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Organisation>>> {
    access::require_complex(&ctx, filter.complex)?;
    let (q, after) = (pattern(filter.q.as_deref()), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items = store::list(&mut tx, filter.complex, q, after, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One organisation.
#[utoipa::path(get, path = "/api/v1/organisations/{id}", tag = "registry", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Organisation), (status = 404, body = Problem)))]
async fn organisation_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Organisation>>,
) -> ApiResult<Json<Organisation>> {
    let x = store::find(&mut registry.platform().db.read().await?, id).await?;
    ctx.require_somewhere(Action::ReadRegistry)?;
    Ok(Json(x))
}

/// Registers an organisation.
#[utoipa::path(post, path = "/api/v1/organisations", tag = "registry", request_body = OrganisationCreate,
    responses((status = 201, body = Organisation), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn organisation_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<OrganisationCreate>,
) -> ApiResult<(StatusCode, Json<Organisation>)> {
    let x = Organisation::born(body, ctx.new_id(), ctx.now);
    ctx.require(Action::WriteRegistry, change::complex_or_system(x.complex_id))?;
    let mut tx = registry.write().await?;
    register(&mut tx, &ctx, &x).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes an organisation.
#[utoipa::path(patch, path = "/api/v1/organisations/{id}", tag = "registry", request_body = OrganisationUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Organisation), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn organisation_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Organisation>>,
    Json(body): Json<OrganisationUpdate>,
) -> ApiResult<Json<Organisation>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    ctx.require(Action::WriteRegistry, change::complex_or_system(x.complex_id))?;
    same_version("organisation", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    amend(&mut tx, &ctx, &x, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Checks and adds an organisation, and tells the consoles after the commit.
pub(crate) async fn register(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &Organisation,
) -> Result<(), RegistryError> {
    add(tx, ctx, x).await?;
    Ok(change::announce(tx, scope(x), &json!({ "noun": "organisation", "id": x.id })).await?)
}

/// Checks and adds an organisation, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &Organisation,
) -> Result<(), RegistryError> {
    rules::check(x)?;
    references(tx, x).await?;
    store::insert(tx, x).await?;
    let change = Change {
        action: "organisation.create",
        noun: "organisation",
        id: x.id.to_string(),
        scope: scope(x),
        detail: json!(x),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Checks and saves the next version of an organisation, with its audit row.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &Organisation,
    after: &Organisation,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    references(tx, after).await?;
    store::update(tx, after).await?;
    let change = Change {
        action: "organisation.update",
        noun: "organisation",
        id: after.id.to_string(),
        scope: scope(after),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Whom the organisation belongs to.
pub(crate) fn scope(x: &Organisation) -> base::Scope {
    change::complex_or_system(x.complex_id)
}

/// Refuses what points at nothing, or into another complex.
async fn references(tx: &mut ReadTx, x: &Organisation) -> Result<(), RegistryError> {
    if let Some(id) = x.complex_id {
        complex::store::find(tx, id).await.map_err(named("/complex_id"))?;
    }
    Ok(())
}
