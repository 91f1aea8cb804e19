//! Replacements over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Instant, Page, noun};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::replace::{Successor, replace};
use super::{DeviceReplacement, MeterReading, store};
use crate::device::{self, Device, credential};
use crate::error::same_version;
use crate::{Registry, access};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(device_replacement_create))
        .routes(routes!(device_replacement_list))
        .with_state(registry.clone())
}

/// The device that takes over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceReplacementCreate {
    /// The version of the old device that the caller saw.
    version: i64,
    /// Key of the new device, unique in the whole system.
    key: String,
    /// Serial number of the new device.
    serial: Option<String>,
    /// Who made it; absent: as before.
    manufacturer: Option<String>,
    /// The maker's name of the model; absent: as before.
    model: Option<String>,
    /// Since when the values are those of the new device; absent: now.
    at: Option<Instant>,
    /// Why.
    reason: Option<String>,
    /// What the old meter showed last and the new one first, for points that count.
    #[serde(default)]
    readings: Vec<MeterReading>,
}

/// The device that took over, with its credential; shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceReplaced {
    /// The new device.
    device: Device,
    /// What took place.
    replacement: DeviceReplacement,
    /// The key of the new device.
    username: String,
    /// 160 random bits in hexadecimal. Only its SHA-256 is kept.
    password: String,
}

/// Puts a new device in the place of a broken one. Its points, their series, owners and alarms go to the
/// new one; the old one retires.
#[utoipa::path(post, path = "/api/v1/devices/{id}/replacement", tag = "registry",
    request_body = DeviceReplacementCreate, params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = DeviceReplaced), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn device_replacement_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
    Json(body): Json<DeviceReplacementCreate>,
) -> ApiResult<(StatusCode, Json<DeviceReplaced>)> {
    let mut tx = registry.write().await?;
    let old = device::store::find(&mut tx, id).await?;
    access::see(&ctx, old.scope(), "device", id)?;
    ctx.require(Action::WriteRegistry, old.scope())?;
    same_version("device", id, body.version, old.version)?;
    let by = Successor {
        key: body.key,
        serial: body.serial,
        manufacturer: body.manufacturer,
        model: body.model,
        at: body.at.unwrap_or(ctx.now),
        reason: body.reason,
        readings: body.readings,
    };
    let (device, replacement) = replace(&mut tx, &ctx, &old, by).await?;
    let password = credential::new_secret(registry.platform().clock.as_ref());
    device::register::rotate(&mut tx, &ctx, &device, &password).await?;
    registry.commit(tx).await?;
    let username = device.key.clone();
    let body = DeviceReplaced { device, replacement, username, password };
    Ok((StatusCode::CREATED, Json(body)))
}

/// The replacements in which a device took part, the newest first.
#[utoipa::path(get, path = "/api/v1/devices/{id}/replacements", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Page<DeviceReplacement>), (status = 404, body = Problem)))]
async fn device_replacement_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
) -> ApiResult<Json<Page<DeviceReplacement>>> {
    let mut tx = registry.platform().db.read().await?;
    let device = device::store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    let items = store::of_device(&mut tx, id).await?;
    Ok(Json(Page { items, next: None }))
}
