//! Modbus sources over HTTP: seen by whoever sees the device, written by whoever may change it.

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

use super::work::Modbus;
use super::{ModbusSource, ModbusSourceChange, ModbusSourceError, ModbusSourceNew, rules, store};
use crate::status::SourceStatus;

pub(crate) fn routes() -> OpenApiRouter<Modbus> {
    OpenApiRouter::new()
        .routes(routes!(modbus_source_list, modbus_source_create))
        .routes(routes!(modbus_source_get, modbus_source_update))
}

/// A source and how it is doing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct ModbusSourceView {
    #[serde(flatten)]
    source: ModbusSource,
    /// How it is doing since the platform started.
    status: SourceStatus,
}

/// Which sources to list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModbusSourceQuery {
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

/// The Modbus sources of devices that the reader sees, the oldest first, each with how it is doing. A page
/// may hold fewer rows than asked for although there is a next one.
#[utoipa::path(
    get, path = "/api/v1/modbus_sources", tag = "connect", params(ModbusSourceQuery),
    responses((status = 200, body = Page<ModbusSourceView>), (status = 403, body = Problem))
)]
pub(crate) async fn modbus_source_list(
    Shared(modbus): Shared<Modbus>,
    ctx: Ctx,
    Query(query): Query<ModbusSourceQuery>,
) -> ApiResult<Json<Page<ModbusSourceView>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = modbus.platform.db.read().await?;
    let (after, fetch) = (page.after()?, page.fetch());
    let sources = store::list(&mut tx, query.complex, query.device, after, fetch).await?;
    let Page { items, next } = page.page(sources, |source| source.id.to_string());
    let seen = items.into_iter().filter(|source| may_see(&modbus, &ctx, source));
    Ok(Json(Page { items: seen.map(|source| view(&modbus, source)).collect(), next }))
}

/// Has the platform ask a device over Modbus TCP, from now on.
#[utoipa::path(
    post, path = "/api/v1/modbus_sources", tag = "connect", request_body = ModbusSourceNew,
    responses(
        (status = 200, body = ModbusSourceView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn modbus_source_create(
    Shared(modbus): Shared<Modbus>,
    ctx: Ctx,
    Json(new): Json<ModbusSourceNew>,
) -> ApiResult<Json<ModbusSourceView>> {
    let (complex, scope) = device_of(&modbus, &ctx, new.device_id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    let source = rules::create(ctx.new_id(), complex, new, ctx.now).map_err(refusal)?;
    know_points(&modbus, &source)?;
    let mut tx = modbus.platform.db.write().await?;
    if store::is_full(&mut tx, complex).await? {
        return Err(ModbusSourceError::TooMany.into());
    }
    store::insert(&mut tx, &source).await?;
    audit(&mut tx, &ctx, "modbus_source.create", &source).await?;
    tx.commit().await?;
    modbus.nudge.notify_one();
    Ok(Json(view(&modbus, source)))
}

/// One source and how it is doing.
#[utoipa::path(
    get, path = "/api/v1/modbus_sources/{id}", tag = "connect", params(("id" = Uuid, Path)),
    responses((status = 200, body = ModbusSourceView), (status = 404, body = Problem))
)]
pub(crate) async fn modbus_source_get(
    Shared(modbus): Shared<Modbus>,
    ctx: Ctx,
    Path(id): Path<Id<ModbusSource>>,
) -> ApiResult<Json<ModbusSourceView>> {
    let mut tx = modbus.platform.db.read().await?;
    let source = visible(&modbus, &ctx, id, store::find(&mut tx, id).await?)?;
    Ok(Json(view(&modbus, source)))
}

/// Changes a source; `enabled` false ends the calls to it.
#[utoipa::path(
    patch, path = "/api/v1/modbus_sources/{id}", tag = "connect", params(("id" = Uuid, Path)),
    request_body = ModbusSourceChange,
    responses(
        (status = 200, body = ModbusSourceView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn modbus_source_update(
    Shared(modbus): Shared<Modbus>,
    ctx: Ctx,
    Path(id): Path<Id<ModbusSource>>,
    Json(change): Json<ModbusSourceChange>,
) -> ApiResult<Json<ModbusSourceView>> {
    let mut tx = modbus.platform.db.write().await?;
    let source = visible(&modbus, &ctx, id, store::find(&mut tx, id).await?)?;
    let (_, scope) = device_of(&modbus, &ctx, source.device_id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    let given = change.version;
    let next = rules::change(&source, change, ctx.now).map_err(refusal)?;
    know_points(&modbus, &next)?;
    if !store::update(&mut tx, &next).await? {
        return Err(ModbusSourceError::Stale { given, current: next.version }.into());
    }
    audit(&mut tx, &ctx, "modbus_source.update", &next).await?;
    tx.commit().await?;
    modbus.nudge.notify_one();
    Ok(Json(view(&modbus, next)))
}

fn view(modbus: &Modbus, source: ModbusSource) -> ModbusSourceView {
    let status = modbus.statuses.of(source.id, source.enabled);
    ModbusSourceView { source, status }
}

/// The complex and the scope of a device that the caller may see.
fn device_of(modbus: &Modbus, ctx: &Ctx, id: Id<Device>) -> Result<(Id<Complex>, Scope), Problem> {
    let snapshot = modbus.ingest.directory().snapshot();
    let device = snapshot.device(id).map(|device| (device.complex, device_scope(device)));
    device
        .filter(|(_, scope)| ctx.may(Action::ReadRegistry, *scope))
        .ok_or_else(|| Problem::not_found("device", id))
}

fn may_see(modbus: &Modbus, ctx: &Ctx, source: &ModbusSource) -> bool {
    device_of(modbus, ctx, source.device_id).is_ok()
}

fn visible(
    modbus: &Modbus,
    ctx: &Ctx,
    id: Id<ModbusSource>,
    source: Option<ModbusSource>,
) -> Result<ModbusSource, ModbusSourceError> {
    let seen = source.filter(|source| may_see(modbus, ctx, source));
    seen.ok_or(ModbusSourceError::NotFound(id))
}

/// Every line of the list must name a point of the device.
fn know_points(modbus: &Modbus, source: &ModbusSource) -> Result<(), Problem> {
    let snapshot = modbus.ingest.directory().snapshot();
    let unknown =
        |(_, poll): &(usize, &super::Poll)| snapshot.point(source.device_id, &poll.point).is_none();
    let wrong: Vec<_> = source
        .polls
        .iter()
        .enumerate()
        .filter(unknown)
        .map(|(i, poll)| {
            let detail = format!("the device has no point '{}': register it first", poll.point);
            FieldError::new(format!("/polls/{i}/point"), detail)
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: ModbusSourceError) -> Problem {
    match error {
        ModbusSourceError::Invalid(fields) => Problem::invalid(fields),
        ModbusSourceError::NotFound(_)
        | ModbusSourceError::Stale { .. }
        | ModbusSourceError::TooMany => Problem::from(error),
    }
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    source: &ModbusSource,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("modbus_source:{}", source.id),
        complex: Some(source.complex_id),
        detail: json!(source),
    };
    Ok(tx.audit(ctx, audit).await?)
}
