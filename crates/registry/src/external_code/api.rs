//! External codes over HTTP. Whoever may see or change a thing may see or change its codes.

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

use super::{
    ExternalCode, ExternalCodeCreate, ExternalCodeNoun, ExternalCodeUpdate, SubjectKind, rules,
    store,
};
use crate::access;
use crate::change::{self, Change};
use crate::error::{RegistryError, named, same_version};
use crate::{Registry, building, company, complex, device, establishment, organisation, parcel};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(external_code_list, external_code_create))
        .routes(routes!(external_code_update))
        .with_state(registry.clone())
}

/// Whose codes to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ExternalCodeFilter {
    /// Which noun carries them.
    subject_kind: SubjectKind,
    /// Which thing carries them.
    subject_id: uuid::Uuid,
}

/// The external codes of one thing, in the order of registration.
#[utoipa::path(get, path = "/api/v1/external_codes", tag = "registry",
    params(ExternalCodeFilter, PageQuery),
    responses((status = 200, body = Page<ExternalCode>), (status = 404, body = Problem)))]
async fn external_code_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<ExternalCodeFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<ExternalCode>>> {
    let (kind, subject) = (filter.subject_kind, filter.subject_id);
    let mut tx = registry.platform().db.read().await?;
    see(&ctx, subject_scope(&mut tx, kind, subject).await?, kind, subject)?;
    let items = store::list(&mut tx, kind, subject, query.after()?, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// Registers an external code.
#[utoipa::path(post, path = "/api/v1/external_codes", tag = "registry",
    request_body = ExternalCodeCreate,
    responses((status = 201, body = ExternalCode), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn external_code_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<ExternalCodeCreate>,
) -> ApiResult<(StatusCode, Json<ExternalCode>)> {
    let x = ExternalCode::born(body, ctx.new_id(), ctx.now);
    let mut tx = registry.write().await?;
    let scope = subject_scope(&mut tx, x.subject_kind, x.subject_id).await;
    let scope = scope.map_err(named("/subject_id"))?;
    require_write(&ctx, scope)?;
    register(&mut tx, &ctx, &x, scope).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes the validity or source of an external code: end it with `valid_until`.
#[utoipa::path(patch, path = "/api/v1/external_codes/{id}", tag = "registry",
    request_body = ExternalCodeUpdate, params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = ExternalCode), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn external_code_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<ExternalCodeNoun>>,
    Json(body): Json<ExternalCodeUpdate>,
) -> ApiResult<Json<ExternalCode>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    let scope = subject_scope(&mut tx, x.subject_kind, x.subject_id).await?;
    see(&ctx, scope, x.subject_kind, x.subject_id)?;
    require_write(&ctx, scope)?;
    same_version("external code", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    rules::check(&next)?;
    refuse_overlap(&mut tx, &next).await?;
    store::update(&mut tx, &next, scope.complex()).await?;
    let detail = json!({ "before": x, "after": next });
    change::record(&mut tx, &ctx, changed("external_code.update", &next, scope, detail)).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Checks and adds an external code, and tells the consoles after the commit.
async fn register(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &ExternalCode,
    scope: Scope,
) -> Result<(), RegistryError> {
    add(tx, ctx, x, scope).await?;
    let body = json!({ "noun": "external_code", "id": x.id });
    Ok(change::announce(tx, scope, &body).await?)
}

/// Checks and adds an external code, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &ExternalCode,
    scope: Scope,
) -> Result<(), RegistryError> {
    rules::check(x)?;
    refuse_overlap(tx, x).await?;
    store::insert(tx, x, scope.complex()).await?;
    let change = changed("external_code.create", x, scope, json!(x));
    Ok(change::audit(tx, ctx, change).await?)
}

fn changed(
    action: &'static str,
    x: &ExternalCode,
    scope: Scope,
    detail: serde_json::Value,
) -> Change {
    Change { action, noun: "external_code", id: x.id.to_string(), scope, detail }
}

/// One code of one system names one thing at a time.
async fn refuse_overlap(tx: &mut ReadTx, x: &ExternalCode) -> Result<(), RegistryError> {
    for other in store::same_code(tx, &x.code_system, &x.code).await? {
        let validity = (x.valid_from, x.valid_until);
        if other.id != x.id && rules::overlap(validity, (other.valid_from, other.valid_until)) {
            return Err(RegistryError::Conflict(format!(
                "{} {} names {} {} at the same time: end that code first",
                x.code_system, x.code, other.subject_kind, other.subject_id
            )));
        }
    }
    Ok(())
}

fn see(ctx: &Ctx, scope: Scope, kind: SubjectKind, id: uuid::Uuid) -> Result<(), Problem> {
    match kind {
        SubjectKind::Company | SubjectKind::Organisation => {
            ctx.require_somewhere(Action::ReadRegistry)
        }
        SubjectKind::Complex | SubjectKind::Parcel | SubjectKind::Building => {
            match scope.complex() {
                Some(complex) => access::see_land(ctx, complex, kind.as_str(), id),
                None => access::see(ctx, scope, kind.as_str(), id),
            }
        }
        SubjectKind::Establishment | SubjectKind::Device => {
            access::see(ctx, scope, kind.as_str(), id)
        }
    }
}

/// A company belongs to no complex; whoever registers companies may write their codes.
fn require_write(ctx: &Ctx, scope: Scope) -> Result<(), Problem> {
    match scope {
        Scope::System => ctx.require_somewhere(Action::WriteRegistry),
        Scope::Complex(_) | Scope::Establishment { .. } | Scope::Organisation(_) => {
            ctx.require(Action::WriteRegistry, scope)
        }
    }
}

/// Whom the carrier of a code belongs to.
async fn subject_scope(
    tx: &mut ReadTx,
    kind: SubjectKind,
    id: uuid::Uuid,
) -> Result<Scope, RegistryError> {
    Ok(match kind {
        SubjectKind::Complex => {
            complex::api::scope(&complex::store::find(tx, Id::from_uuid(id)).await?)
        }
        SubjectKind::Company => {
            company::api::scope(&company::store::find(tx, Id::from_uuid(id)).await?)
        }
        SubjectKind::Establishment => {
            let id: Id<noun::Establishment> = Id::from_uuid(id);
            establishment::api::scope(&establishment::store::find(tx, id).await?)
        }
        SubjectKind::Parcel => {
            parcel::api::scope(&parcel::store::find(tx, Id::from_uuid(id)).await?)
        }
        SubjectKind::Building => {
            building::api::scope(&building::store::find(tx, Id::from_uuid(id)).await?)
        }
        SubjectKind::Organisation => {
            organisation::api::scope(&organisation::store::find(tx, Id::from_uuid(id)).await?)
        }
        SubjectKind::Device => device::store::find(tx, Id::from_uuid(id)).await?.scope(),
    })
}
