//! Complexes over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, PageQuery, Scope, noun};
use platform::Ctx;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use serde_json::json;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Complex, ComplexCreate, ComplexUpdate, rules, store};
use crate::Registry;
use crate::access::pattern;
use crate::access::{self, Reach};
use crate::change::{self, Change};
use crate::error::{RegistryError, same_version};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(complex_list, complex_create))
        .routes(routes!(complex_get, complex_update))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ComplexFilter {
    /// Only those with this text in a name or code.
    q: Option<String>,
}

/// The complexes within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/complexes", tag = "registry", params(ComplexFilter, PageQuery),
    responses((status = 200, body = Page<Complex>), (status = 403, body = Problem)))]
async fn complex_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<ComplexFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Complex>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let (q, after) = (pattern(filter.q.as_deref()), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items = store::list(&mut tx, &Reach::complexes(&ctx), q, after, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One complex.
#[utoipa::path(get, path = "/api/v1/complexes/{id}", tag = "registry", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Complex), (status = 404, body = Problem)))]
async fn complex_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Complex>>,
) -> ApiResult<Json<Complex>> {
    let x = store::find(&mut registry.platform().db.read().await?, id).await?;
    access::see_land(&ctx, x.id, "complex", id)?;
    Ok(Json(x))
}

/// Registers a complex.
#[utoipa::path(post, path = "/api/v1/complexes", tag = "registry", request_body = ComplexCreate,
    responses((status = 201, body = Complex), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn complex_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<ComplexCreate>,
) -> ApiResult<(StatusCode, Json<Complex>)> {
    let x = Complex::born(body, ctx.new_id(), ctx.now);
    ctx.require(Action::WriteRegistry, Scope::System)?;
    let mut tx = registry.write().await?;
    register(&mut tx, &ctx, &x).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes a complex.
#[utoipa::path(patch, path = "/api/v1/complexes/{id}", tag = "registry", request_body = ComplexUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Complex), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn complex_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Complex>>,
    Json(body): Json<ComplexUpdate>,
) -> ApiResult<Json<Complex>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    access::see_land(&ctx, x.id, "complex", id)?;
    ctx.require(Action::WriteRegistry, Scope::Complex(x.id))?;
    same_version("complex", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    amend(&mut tx, &ctx, &x, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Checks and adds a complex, and tells the consoles after the commit.
pub(crate) async fn register(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &Complex,
) -> Result<(), RegistryError> {
    add(tx, ctx, x).await?;
    Ok(change::announce(tx, scope(x), &json!({ "noun": "complex", "id": x.id })).await?)
}

/// Checks and adds a complex, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(tx: &mut WriteTx, ctx: &Ctx, x: &Complex) -> Result<(), RegistryError> {
    rules::check(x)?;
    store::insert(tx, x).await?;
    let change = Change {
        action: "complex.create",
        noun: "complex",
        id: x.id.to_string(),
        scope: scope(x),
        detail: json!(x),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Checks and saves the next version of a complex, with its audit row.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &Complex,
    after: &Complex,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    store::update(tx, after).await?;
    let change = Change {
        action: "complex.update",
        noun: "complex",
        id: after.id.to_string(),
        scope: scope(after),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Whom the complex belongs to.
pub(crate) fn scope(x: &Complex) -> Scope {
    Scope::Complex(x.id)
}
