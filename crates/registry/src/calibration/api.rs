//! Calibration records over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, noun};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde_json::json;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Calibration, CalibrationCreate, CalibrationNoun, rules, store};
use crate::change::{self, Change};
use crate::{Registry, access, device};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(calibration_list, calibration_create))
        .routes(routes!(calibration_void))
        .with_state(registry.clone())
}

/// The calibration records of a device, the newest first; voided ones too.
#[utoipa::path(get, path = "/api/v1/devices/{id}/calibrations", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Page<Calibration>), (status = 404, body = Problem)))]
async fn calibration_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
) -> ApiResult<Json<Page<Calibration>>> {
    let mut tx = registry.platform().db.read().await?;
    let device = device::store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    let items = store::of_device(&mut tx, id).await?;
    Ok(Json(Page { items, next: None }))
}

/// Puts a calibration of a device down.
#[utoipa::path(post, path = "/api/v1/devices/{id}/calibrations", tag = "registry",
    request_body = CalibrationCreate, params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = Calibration), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn calibration_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
    Json(work): Json<CalibrationCreate>,
) -> ApiResult<(StatusCode, Json<Calibration>)> {
    let mut tx = registry.write().await?;
    let device = device::store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    rules::check(&work, ctx.now)?;
    let x = Calibration {
        id: ctx.new_id(),
        device_id: id,
        work,
        recorded_by: ctx.actor.name.clone(),
        created_at: ctx.now,
        voided_at: None,
    };
    store::insert(&mut tx, &x).await?;
    let change = Change::of_device("calibration.create", &device, json!(x));
    change::record(&mut tx, &ctx, change).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Voids a mistaken record: it stays to be seen and does not count.
#[utoipa::path(post, path = "/api/v1/calibrations/{id}/void", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Calibration), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn calibration_void(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<CalibrationNoun>>,
) -> ApiResult<Json<Calibration>> {
    let mut tx = registry.write().await?;
    let mut x = store::find(&mut tx, id).await?;
    let device = device::store::find(&mut tx, x.device_id).await?;
    access::see(&ctx, device.scope(), "calibration record", id)?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    if !store::void(&mut tx, id, ctx.now).await? {
        return Ok(Json(x));
    }
    x.voided_at = Some(ctx.now);
    let change = Change::of_device("calibration.void", &device, json!({ "calibration": id }));
    change::record(&mut tx, &ctx, change).await?;
    registry.commit(tx).await?;
    Ok(Json(x))
}
