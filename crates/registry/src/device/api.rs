//! Devices over HTTP, with their credentials and their hand-over between tenants.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Instant, Page, PageQuery, noun};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Device, DeviceCreate, DeviceKind, DeviceUpdate, credential, register, store};
use crate::Registry;
use crate::access::{self, Reach, pattern};
use crate::device_profile::DeviceProfileNoun;
use crate::error::same_version;

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(device_list, device_create))
        .routes(routes!(device_get, device_update))
        .routes(routes!(device_rotate_credential))
        .routes(routes!(device_transfer))
        .with_state(registry.clone())
}

/// Which devices to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeviceFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those of this establishment.
    #[param(value_type = Option<uuid::Uuid>)]
    establishment: Option<Id<noun::Establishment>>,
    /// Only those of this kind.
    kind: Option<DeviceKind>,
    /// Only those that speak through this gateway.
    #[param(value_type = Option<uuid::Uuid>)]
    gateway: Option<Id<noun::Device>>,
    /// Only those of this profile.
    #[param(value_type = Option<uuid::Uuid>)]
    profile: Option<Id<DeviceProfileNoun>>,
    /// Only those with this text in key, name or serial number.
    q: Option<String>,
}

/// The devices within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/devices", tag = "registry", params(DeviceFilter, PageQuery),
    responses((status = 200, body = Page<Device>), (status = 403, body = Problem)))]
async fn device_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<DeviceFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<Device>>> {
    access::require_complex(&ctx, filter.complex)?;
    let filter = store::Filter {
        reach: &Reach::of(&ctx),
        complex: filter.complex,
        establishment: filter.establishment,
        kind: filter.kind,
        q: pattern(filter.q.as_deref()),
        after: query.after()?,
        gateway: filter.gateway,
        profile: filter.profile,
    };
    let mut tx = registry.platform().db.read().await?;
    let items = store::list(&mut tx, filter, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One device.
#[utoipa::path(get, path = "/api/v1/devices/{id}", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Device), (status = 404, body = Problem)))]
async fn device_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
) -> ApiResult<Json<Device>> {
    let device = store::find(&mut registry.platform().db.read().await?, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    Ok(Json(device))
}

/// Registers a device. With a profile, its points come into being at the same time.
#[utoipa::path(post, path = "/api/v1/devices", tag = "registry", request_body = DeviceCreate,
    responses((status = 201, body = Device), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn device_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<DeviceCreate>,
) -> ApiResult<(StatusCode, Json<Device>)> {
    let device = Device::born(body, ctx.new_id(), ctx.now);
    ctx.require(Action::WriteRegistry, device.scope())?;
    let mut tx = registry.write().await?;
    register::register(&mut tx, &ctx, &device, crate::point::owner::SINCE_EVER).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(device)))
}

/// Changes a device; `state` `retired` takes it out of use and keeps its history. Another profile adds the
/// points that the device lacks and removes none.
#[utoipa::path(patch, path = "/api/v1/devices/{id}", tag = "registry",
    request_body = DeviceUpdate, params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Device), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn device_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
    Json(body): Json<DeviceUpdate>,
) -> ApiResult<Json<Device>> {
    let mut tx = registry.write().await?;
    let device = store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    same_version("device", id, body.version, device.version)?;
    let next = device.changed(body, ctx.now);
    register::amend(&mut tx, &ctx, &device, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// What a device signs in with; shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceCredential {
    /// The key of the device.
    pub(crate) username: String,
    /// 160 random bits in hexadecimal. Only its SHA-256 is kept.
    pub(crate) password: String,
}

/// Gives a device a new credential; the one before is refused from now on.
#[utoipa::path(post, path = "/api/v1/devices/{id}/credential", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = DeviceCredential), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn device_rotate_credential(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
) -> ApiResult<Json<DeviceCredential>> {
    let mut tx = registry.write().await?;
    let device = store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    let password = credential::new_secret(registry.platform().clock.as_ref());
    register::rotate(&mut tx, &ctx, &device, &password).await?;
    registry.commit(tx).await?;
    Ok(Json(DeviceCredential { username: device.key, password }))
}

/// Whom a device goes to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceTransfer {
    /// The version that the caller saw.
    version: i64,
    /// The establishment that takes it over; absent: the complex runs it from then on.
    #[schema(value_type = Option<uuid::Uuid>)]
    establishment_id: Option<Id<noun::Establishment>>,
    /// Since when; absent: now. Readings of before stay with the owner of before.
    from: Option<Instant>,
}

/// Hands a device and all its points over to another establishment, or to the complex.
#[utoipa::path(post, path = "/api/v1/devices/{id}/transfer", tag = "registry",
    request_body = DeviceTransfer, params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Device), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn device_transfer(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
    Json(body): Json<DeviceTransfer>,
) -> ApiResult<Json<Device>> {
    let mut tx = registry.write().await?;
    let device = store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    // A hand-over touches two houses, so it takes the whole complex.
    ctx.require(Action::WriteRegistry, base::Scope::Complex(device.complex_id))?;
    same_version("device", id, body.version, device.version)?;
    let at = body.from.unwrap_or(ctx.now);
    let next = register::transfer(&mut tx, &ctx, &device, body.establishment_id, at).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}
