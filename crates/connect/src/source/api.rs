//! Sources over HTTP: seen by whoever sees the device, written by whoever may change it.

use axum::extract::State as Shared;
use axum::http::StatusCode;
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

use super::status::SourceStatus;
use super::work::Sources;
use super::{Source, SourceChange, SourceError, SourceKind, SourceNew, rules, store};

pub(crate) fn routes() -> OpenApiRouter<Sources> {
    OpenApiRouter::new().routes(routes!(source_list, source_create)).routes(routes!(
        source_get,
        source_update,
        source_delete
    ))
}

/// A source and how it is doing.
#[derive(Debug, Clone, Serialize, utoipa::ToSchema)]
pub(crate) struct SourceView {
    #[serde(flatten)]
    source: Source,
    /// How it is doing since the platform started.
    status: SourceStatus,
}

/// Which sources to list.
#[derive(Debug, Clone, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SourceQuery {
    /// Of this complex.
    #[param(value_type = Option<Uuid>)]
    complex: Option<Id<Complex>>,
    /// Of this device.
    #[param(value_type = Option<Uuid>)]
    device: Option<Id<Device>>,
    /// Of this kind.
    #[param(inline)]
    kind: Option<SourceKind>,
    /// Rows of a page, 1 to 1000; 100 when absent.
    limit: Option<u32>,
    /// `next` of the page before.
    after: Option<String>,
}

/// The sources of devices that the reader sees, the oldest first, each with how it is doing. A page
/// may hold fewer rows than asked for although there is a next one.
#[utoipa::path(
    get, path = "/api/v1/sources", tag = "connect", params(SourceQuery),
    responses((status = 200, body = Page<SourceView>), (status = 403, body = Problem))
)]
pub(crate) async fn source_list(
    Shared(sources): Shared<Sources>,
    ctx: Ctx,
    Query(query): Query<SourceQuery>,
) -> ApiResult<Json<Page<SourceView>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let page = PageQuery { limit: query.limit, after: query.after };
    let mut tx = sources.platform.db.read().await?;
    let (complex, device, kind) = (query.complex, query.device, query.kind);
    let filter = store::Filter { complex, device, kind, after: page.after()? };
    let found = store::list(&mut tx, filter, page.fetch()).await?;
    let Page { items, next } = page.page(found, |source| source.id.to_string());
    let seen = items.into_iter().filter(|source| may_see(&sources, &ctx, source));
    Ok(Json(Page { items: seen.map(|source| view(&sources, source)).collect(), next }))
}

/// Has the platform ask something for the values of a device, from now on.
#[utoipa::path(
    post, path = "/api/v1/sources", tag = "connect", request_body = SourceNew,
    responses(
        (status = 200, body = SourceView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem),
    )
)]
pub(crate) async fn source_create(
    Shared(sources): Shared<Sources>,
    ctx: Ctx,
    Json(new): Json<SourceNew>,
) -> ApiResult<Json<SourceView>> {
    let (complex, scope) = device_of(&sources, &ctx, new.device_id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    let source = rules::create(ctx.new_id(), complex, new, ctx.now).map_err(refusal)?;
    know_points(&sources, &source)?;
    let mut tx = sources.platform.db.write_in_turn("source", complex).await?;
    let kind = source.connection.kind();
    if store::is_full(&mut tx, complex, kind).await? {
        return Err(SourceError::TooMany(kind).into());
    }
    store::insert(&mut tx, &source).await?;
    audit(&mut tx, &ctx, "source.create", &source).await?;
    tx.commit().await?;
    sources.nudge.notify_one();
    Ok(Json(view(&sources, source)))
}

/// One source and how it is doing.
#[utoipa::path(
    get, path = "/api/v1/sources/{id}", tag = "connect", params(("id" = Uuid, Path)),
    responses((status = 200, body = SourceView), (status = 404, body = Problem))
)]
pub(crate) async fn source_get(
    Shared(sources): Shared<Sources>,
    ctx: Ctx,
    Path(id): Path<Id<Source>>,
) -> ApiResult<Json<SourceView>> {
    let mut tx = sources.platform.db.read().await?;
    let source = visible(&sources, &ctx, id, store::find(&mut tx, id).await?)?;
    Ok(Json(view(&sources, source)))
}

/// Changes a source; `enabled` false ends the calls to it.
#[utoipa::path(
    patch, path = "/api/v1/sources/{id}", tag = "connect", params(("id" = Uuid, Path)),
    request_body = SourceChange,
    responses(
        (status = 200, body = SourceView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn source_update(
    Shared(sources): Shared<Sources>,
    ctx: Ctx,
    Path(id): Path<Id<Source>>,
    Json(change): Json<SourceChange>,
) -> ApiResult<Json<SourceView>> {
    let mut tx = sources.platform.db.write().await?;
    let source = visible(&sources, &ctx, id, store::find(&mut tx, id).await?)?;
    let (_, scope) = device_of(&sources, &ctx, source.device_id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    let given = change.version;
    let next = rules::change(&source, change, ctx.now).map_err(refusal)?;
    know_points(&sources, &next)?;
    if !store::update(&mut tx, &next).await? {
        return Err(SourceError::Stale { given, current: next.version }.into());
    }
    audit(&mut tx, &ctx, "source.update", &next).await?;
    tx.commit().await?;
    sources.nudge.notify_one();
    Ok(Json(view(&sources, next)))
}

/// Forgets a source: it is not asked any more. Its readings stay.
#[utoipa::path(
    delete, path = "/api/v1/sources/{id}", tag = "connect", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem))
)]
pub(crate) async fn source_delete(
    Shared(sources): Shared<Sources>,
    ctx: Ctx,
    Path(id): Path<Id<Source>>,
) -> ApiResult<StatusCode> {
    let mut tx = sources.platform.db.write().await?;
    let source = visible(&sources, &ctx, id, store::find(&mut tx, id).await?)?;
    let (_, scope) = device_of(&sources, &ctx, source.device_id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    store::delete(&mut tx, id).await?;
    audit(&mut tx, &ctx, "source.delete", &source).await?;
    tx.commit().await?;
    sources.statuses.forget(id);
    sources.nudge.notify_one();
    Ok(StatusCode::NO_CONTENT)
}

fn view(sources: &Sources, source: Source) -> SourceView {
    let status = sources.statuses.of(source.id, source.enabled);
    SourceView { source, status }
}

/// The complex and the scope of a device that the caller may see.
fn device_of(
    sources: &Sources,
    ctx: &Ctx,
    id: Id<Device>,
) -> Result<(Id<Complex>, Scope), Problem> {
    let snapshot = sources.ingest.directory().snapshot();
    let device = snapshot.device(id).map(|device| (device.complex, device_scope(device)));
    device
        .filter(|(_, scope)| ctx.may(Action::ReadRegistry, *scope))
        .ok_or_else(|| Problem::not_found("device", id))
}

fn may_see(sources: &Sources, ctx: &Ctx, source: &Source) -> bool {
    device_of(sources, ctx, source.device_id).is_ok()
}

fn visible(
    sources: &Sources,
    ctx: &Ctx,
    id: Id<Source>,
    source: Option<Source>,
) -> Result<Source, SourceError> {
    let seen = source.filter(|source| may_see(sources, ctx, source));
    seen.ok_or(SourceError::NotFound(id))
}

/// Every point that the connection names must be one of the device.
fn know_points(sources: &Sources, source: &Source) -> Result<(), Problem> {
    let snapshot = sources.ingest.directory().snapshot();
    let named = source.connection.points().into_iter();
    let wrong: Vec<_> = named
        .filter(|(_, point)| snapshot.point(source.device_id, point).is_none())
        .map(|(place, point)| {
            let detail = format!("the device has no point '{point}': register it first");
            FieldError::new(format!("/connection{place}"), detail)
        })
        .collect();
    if wrong.is_empty() { Ok(()) } else { Err(Problem::invalid(wrong)) }
}

/// A refusal as problem+json, with every bad field.
fn refusal(error: SourceError) -> Problem {
    match error {
        SourceError::Invalid(fields) => Problem::invalid(fields),
        SourceError::NotFound(_) | SourceError::Stale { .. } | SourceError::TooMany(_) => {
            Problem::from(error)
        }
    }
}

async fn audit(
    tx: &mut WriteTx,
    ctx: &Ctx,
    action: &'static str,
    source: &Source,
) -> ApiResult<()> {
    let audit = Audit {
        action,
        subject: format!("source:{}", source.id),
        complex: Some(source.complex_id),
        detail: json!(source),
    };
    Ok(tx.audit(ctx, audit).await?)
}
