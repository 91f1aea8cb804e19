//! Companies over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, PageQuery, Scope};
use platform::Ctx;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Company, CompanyCreate, CompanyNoun, CompanyUpdate, rules, store};
use crate::access::pattern;
use crate::change::{self, Change};
use crate::error::{RegistryError, same_version};
use crate::{Registry, establishment};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(company_list, company_create))
        .routes(routes!(company_get, company_update))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompanyFilter {
    /// Only those with this text in a name or code.
    q: Option<String>,
}

/// The companies within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/companies", tag = "registry", params(CompanyFilter, PageQuery),
    responses((status = 200, body = Page<Company>), (status = 403, body = Problem)))]
async fn company_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<CompanyFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Company>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let (q, after) = (pattern(filter.q.as_deref()), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items = store::list(&mut tx, q, after, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One company.
#[utoipa::path(get, path = "/api/v1/companies/{id}", tag = "registry", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Company), (status = 404, body = Problem)))]
async fn company_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<CompanyNoun>>,
) -> ApiResult<Json<Company>> {
    let x = store::find(&mut registry.platform().db.read().await?, id).await?;
    ctx.require_somewhere(Action::ReadRegistry)?;
    Ok(Json(x))
}

/// Registers a company.
#[utoipa::path(post, path = "/api/v1/companies", tag = "registry", request_body = CompanyCreate,
    responses((status = 201, body = Company), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn company_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<CompanyCreate>,
) -> ApiResult<(StatusCode, Json<Company>)> {
    let x = Company::born(body, ctx.new_id(), ctx.now);
    ctx.require_somewhere(Action::WriteRegistry)?;
    let mut tx = registry.write().await?;
    register(&mut tx, &ctx, &x).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes a company.
#[utoipa::path(patch, path = "/api/v1/companies/{id}", tag = "registry", request_body = CompanyUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Company), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn company_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<CompanyNoun>>,
    Json(body): Json<CompanyUpdate>,
) -> ApiResult<Json<Company>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    let complexes = establishment::store::complexes_of(&mut tx, id).await?;
    ctx.require_somewhere(Action::WriteRegistry)?;
    for complex in complexes {
        ctx.require(Action::WriteRegistry, Scope::Complex(complex))?;
    }
    same_version("company", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    amend(&mut tx, &ctx, &x, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Checks and adds a company, and tells the consoles after the commit.
pub(crate) async fn register(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &Company,
) -> Result<(), RegistryError> {
    add(tx, ctx, x).await?;
    Ok(change::announce(tx, scope(x), &json!({ "noun": "company", "id": x.id })).await?)
}

/// Checks and adds a company, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(tx: &mut WriteTx, ctx: &Ctx, x: &Company) -> Result<(), RegistryError> {
    rules::check(x)?;
    store::insert(tx, x).await?;
    let change = Change {
        action: "company.create",
        noun: "company",
        id: x.id.to_string(),
        scope: scope(x),
        detail: json!(x),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Checks and saves the next version of a company, with its audit row.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &Company,
    after: &Company,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    store::update(tx, after).await?;
    let change = Change {
        action: "company.update",
        noun: "company",
        id: after.id.to_string(),
        scope: scope(after),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Whom the company belongs to.
pub(crate) fn scope(_: &Company) -> Scope {
    Scope::System
}
