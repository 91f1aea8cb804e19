//! OPC UA sources over HTTP: seen by whoever sees the device, written by whoever may change it.

use axum::extract::State as Shared;
use base::noun::{Complex, Device};
use base::{Action, FieldError, Id, Page, PageQuery, Scope};
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use platform::{Audit, Ctx};
use serde::{Deserialize, Serialize};
use serde_json::json;
use telemetry::ingress::device_scope;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::work::Opcua;
use super::{OpcuaSource, OpcuaSourceChange, OpcuaSourceError, OpcuaSourceNew, rules, store};
use crate::status::SourceStatus;

pub(crate) fn routes() -> OpenApiRouter<Opcua> {
    OpenApiRouter::new()
        .routes(routes!(opcua_source_list, opcua_source_create))
        .routes(routes!(opcua_source_get, opcua_source_update))
}

/// A source and how it is doing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct OpcuaSourceView {
    #[serde(flatten)]
    source: OpcuaSource,
    /// How it is doing since the platform started.
    status: SourceStatus,
}

/// Which sources to list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpcuaSourceQuery {
    /// Of this complex.
    #[param(value_type = Option<Uuid>)]
    complex: Option<Id<Complex>>,
    /// Of this device.
    #[param(value_type = Option<Uuid>)]
    device: Option<Id<Device>>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The OPC UA sources of devices that the reader sees, the oldest first, each with how it is doing. A page
/// may hold fewer rows than asked for although there is a next one.
#[utoipa::path(
    get, path = "/api/v1/opcua_sources", tag = "connect", params(OpcuaSourceQuery),
    responses((status = 200, body = Page<OpcuaSourceView>), (status = 403, body = Problem))
)]
pub(crate) async fn opcua_source_list(
    Shared(opcua): Shared<Opcua>,
    ctx: Ctx,
    Query(query): Query<OpcuaSourceQuery>,
) -> ApiResult<Json<Page<OpcuaSourceView>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = opcua.platform.db.read().await?;
    let (after, fetch) = (page.after()?, page.fetch());
    let sources = store::list(&mut tx, query.complex, query.device, after, fetch).await?;
    let Page { items, next } = page.page(sources, |source| source.id.to_string());
    let seen = items.into_iter().filter(|source| may_see(&opcua, &ctx, source));
    Ok(Json(Page { items: seen.map(|source| view(&opcua, source)).collect(), next }))
}

/// Has the platform subscribe to a device over OPC UA, from now on.
#[utoipa::path(
    post, path = "/api/v1/opcua_sources", tag = "connect", request_body = OpcuaSourceNew,
    responses(
        (status = 200, body = OpcuaSourceView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn opcua_source_create(
    Shared(opcua): Shared<Opcua>,
    ctx: Ctx,
    Json(new): Json<OpcuaSourceNew>,
) -> ApiResult<Json<OpcuaSourceView>> {
    let (complex, scope) = device_of(&opcua, &ctx, new.device_id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    let source = rules::create(ctx.new_id(), complex, new, ctx.now).map_err(refusal)?;
    know_points(&opcua, &source)?;
    let mut tx = opcua.platform.db.write().await?;
    if store::is_full(&mut tx, complex).await? {
        return Err(OpcuaSourceError::TooMany.into());
    }
    store::insert(&mut tx, &source).await?;
    audit(&mut tx, &ctx, "opcua_source.create", &source).await?;
    tx.commit().await?;
    opcua.nudge.notify_one();
    Ok(Json(view(&opcua, source)))
}

/// One source and how it is doing.
#[utoipa::path(
    get, path = "/api/v1/opcua_sources/{id}", tag = "connect", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpcuaSourceView), (status = 404, body = Problem))
)]
pub(crate) async fn opcua_source_get(
    Shared(opcua): Shared<Opcua>,
    ctx: Ctx,
    Path(id): Path<Id<OpcuaSource>>,
) -> ApiResult<Json<OpcuaSourceView>> {
    let mut tx = opcua.platform.db.read().await?;
    let source = visible(&opcua, &ctx, id, store::find(&mut tx, id).await?)?;
    Ok(Json(view(&opcua, source)))
}

/// Changes a source; `enabled` false ends the calls to it.
#[utoipa::path(
    patch, path = "/api/v1/opcua_sources/{id}", tag = "connect", params(("id" = Uuid, Path)),
    request_body = OpcuaSourceChange,
    responses(
        (status = 200, body = OpcuaSourceView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn opcua_source_update(
    Shared(opcua): Shared<Opcua>,
    ctx: Ctx,
    Path(id): Path<Id<OpcuaSource>>,
    Json(change): Json<OpcuaSourceChange>,
) -> ApiResult<Json<OpcuaSourceView>> {
    let mut tx = opcua.platform.db.write().await?;
    let source = visible(&opcua, &ctx, id, store::find(&mut tx, id).await?)?;
    let (_, scope) = device_of(&opcua, &ctx, source.device_id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    let given = change.version;
    let next = rules::change(&source, change, ctx.now).map_err(refusal)?;
    know_points(&opcua, &next)?;
    if !store::update(&mut tx, &next).await? {
        return Err(OpcuaSourceError::Stale { given, current: next.version }.into());
    }
    audit(&mut tx, &ctx, "opcua_source.update", &next).await?;
    tx.commit().await?;
    opcua.nudge.notify_one();
    Ok(Json(view(&opcua, next)))
}

fn view(opcua: &Opcua, source: OpcuaSource) -> OpcuaSourceView {
    let status = opcua.statuses.of(source.id, source.enabled);
    OpcuaSourceView { source, status }
}

/// The complex and the scope of a device that the caller may see.
fn device_of(opcua: &Opcua, ctx: &Ctx, id: Id<Device>) -> Result<(Id<Complex>, Scope), Problem> {
    let snapshot = opcua.ingest.directory().snapshot();
    let device = snapshot.device(id).map(|device| (device.complex, device_scope(device)));
    device
        .filter(|(_, scope)| ctx.may(Action::ReadRegistry, *scope))
        .ok_or_else(|| Problem::not_found("device", id))
}

fn may_see(opcua: &Opcua, ctx: &Ctx, source: &OpcuaSource) -> bool {
    device_of(opcua, ctx, source.device_id).is_ok()
}

fn visible(
    opcua: &Opcua,
    ctx: &Ctx,
    id: Id<OpcuaSource>,
    source: Option<OpcuaSource>,
) -> Result<OpcuaSource, OpcuaSourceError> {
    let seen = source.filter(|source| may_see(opcua, ctx, source));
    seen.ok_or(OpcuaSourceError::NotFound(id))
}

/// Every node of the list must name a point of the device.
fn know_points(opcua: &Opcua, source: &OpcuaSource) -> Result<(), Problem> {
    let snapshot = opcua.ingest.directory().snapshot();
    let unknown =
        |(_, node): &(usize, &super::Node)| snapshot.point(source.device_id, &node.point).is_none();
    let wrong: Vec<_> = source
        .nodes
        .iter()
        .enumerate()
        .filter(unknown)
        .map(|(i, node)| {
            let detail = format!("the device has no point '{}': register it first", node.point);
            FieldError::new(format!("/nodes/{i}/point"), detail)
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: OpcuaSourceError) -> Problem {
    match error {
        OpcuaSourceError::Invalid(fields) => Problem::invalid(fields),
        OpcuaSourceError::NotFound(_)
        | OpcuaSourceError::Stale { .. }
        | OpcuaSourceError::TooMany => Problem::from(error),
    }
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    source: &OpcuaSource,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("opcua_source:{}", source.id),
        complex: Some(source.complex_id),
        detail: json!(source),
    };
    Ok(tx.audit(ctx, audit).await?)
}
