//! Quarantined devices over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, PageQuery, Position, Scope, noun};
use platform::Ctx;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem, Query};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{QuarantineState, QuarantinedDevice, QuarantinedDeviceNoun, store};
use crate::access::{self, Reach};
use crate::change::{self, Change};
use crate::device::{self, Device, DeviceCreate, DeviceKind};
use crate::device_profile::DeviceProfileNoun;
use crate::error::RegistryError;
use crate::{Registry, point};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(quarantined_device_list))
        .routes(routes!(quarantined_device_adopt))
        .routes(routes!(quarantined_device_refuse))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QuarantinedDeviceFilter {
    /// Only those of this complex.
    #[param(value_type = Option<uuid::Uuid>)]
    complex: Option<Id<noun::Complex>>,
    /// Only those in this state.
    state: Option<QuarantineState>,
}

/// Senders whose key no device has, in the order in which they came.
#[utoipa::path(get, path = "/api/v1/quarantined_devices", tag = "registry",
    params(QuarantinedDeviceFilter, PageQuery),
    responses((status = 200, body = Page<QuarantinedDevice>), (status = 403, body = Problem)))]
async fn quarantined_device_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<QuarantinedDeviceFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<QuarantinedDevice>>> {
    access::require_complex(&ctx, filter.complex)?;
    // A message may show values of a tenant to be: only those who register devices see them.
    let (reach, after) = (Reach::people(&ctx), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items =
        store::list(&mut tx, &reach, filter.complex, filter.state, after, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// As what to register it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuarantinedDeviceAdopt {
    /// Korean name.
    name: String,
    /// What sort; absent: sensor.
    kind: Option<DeviceKind>,
    /// Its profile; its metrics become the points of the device.
    #[schema(value_type = Option<uuid::Uuid>)]
    profile_id: Option<Id<DeviceProfileNoun>>,
    /// The establishment whose device it is; absent when the complex runs it.
    #[schema(value_type = Option<uuid::Uuid>)]
    establishment_id: Option<Id<noun::Establishment>>,
    /// The gateway that it speaks through.
    #[schema(value_type = Option<uuid::Uuid>)]
    gateway_id: Option<Id<noun::Device>>,
    /// Serial number of the maker.
    serial: Option<String>,
    /// Where it is.
    position: Option<Position>,
}

/// Registers a quarantined device under its key; its messages are taken from now on.
#[utoipa::path(post, path = "/api/v1/quarantined_devices/{id}/adopt", tag = "registry",
    request_body = QuarantinedDeviceAdopt, params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = Device), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn quarantined_device_adopt(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<QuarantinedDeviceNoun>>,
    Json(body): Json<QuarantinedDeviceAdopt>,
) -> ApiResult<(StatusCode, Json<Device>)> {
    let mut tx = registry.write().await?;
    let x = find(&mut tx, &ctx, id).await?;
    let new = DeviceCreate {
        complex_id: x.complex_id,
        key: x.key.clone(),
        kind: body.kind.unwrap_or(DeviceKind::Sensor),
        profile_id: body.profile_id,
        establishment_id: body.establishment_id,
        gateway_id: body.gateway_id,
        serial: body.serial,
        manufacturer: None,
        model: None,
        name: body.name,
        position: body.position,
    };
    let device = Device::born(new, ctx.new_id(), ctx.now);
    device::register::register(&mut tx, &ctx, &device, point::owner::SINCE_EVER).await?;
    decide(&mut tx, &ctx, x, QuarantineState::Adopted, Some(device.id)).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(device)))
}

/// Says that a sender is none of ours: its messages stay refused, and it leaves the list of those that wait.
#[utoipa::path(post, path = "/api/v1/quarantined_devices/{id}/refuse", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = QuarantinedDevice), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn quarantined_device_refuse(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<QuarantinedDeviceNoun>>,
) -> ApiResult<Json<QuarantinedDevice>> {
    let mut tx = registry.write().await?;
    let x = find(&mut tx, &ctx, id).await?;
    let x = decide(&mut tx, &ctx, x, QuarantineState::Refused, None).await?;
    registry.commit(tx).await?;
    Ok(Json(x))
}

async fn find(
    tx: &mut WriteTx,
    ctx: &Ctx,
    id: Id<QuarantinedDeviceNoun>,
) -> Result<QuarantinedDevice, Problem> {
    let x = store::find(tx, id).await?;
    let scope = Scope::Complex(x.complex_id);
    access::see(ctx, scope, "quarantined device", id)?;
    ctx.require(Action::WriteRegistry, scope)?;
    Ok(x)
}

async fn decide(
    tx: &mut WriteTx,
    ctx: &Ctx,
    mut x: QuarantinedDevice,
    state: QuarantineState,
    device: Option<Id<noun::Device>>,
) -> Result<QuarantinedDevice, RegistryError> {
    x.state = state;
    x.device_id = device;
    x.decided_by = Some(ctx.actor.name.clone());
    x.decided_at = Some(ctx.now);
    if !store::decide(tx, &x).await? {
        return Err(RegistryError::Conflict(format!(
            "'{}' was adopted before: see the device with this key",
            x.key
        )));
    }
    let change = Change {
        action: match state {
            QuarantineState::Adopted => "quarantined_device.adopt",
            QuarantineState::Refused | QuarantineState::Waiting => "quarantined_device.refuse",
        },
        noun: "quarantined_device",
        id: x.id.to_string(),
        scope: Scope::Complex(x.complex_id),
        detail: json!({ "key": x.key, "device": device }),
    };
    change::record(tx, ctx, change).await?;
    Ok(x)
}
