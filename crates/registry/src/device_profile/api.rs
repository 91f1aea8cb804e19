//! Device profiles over HTTP.

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

use super::{
    DeviceProfile, DeviceProfileCreate, DeviceProfileNoun, DeviceProfileUpdate, rules, store,
};
use crate::access::pattern;
use crate::change::{self, Change};
use crate::error::{RegistryError, same_version};
use crate::{Registry, device};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(device_profile_list, device_profile_create))
        .routes(routes!(device_profile_get, device_profile_update))
        .routes(routes!(device_profile_apply))
        .with_state(registry.clone())
}

/// Which ones to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeviceProfileFilter {
    /// Only those with this text in a name or code.
    q: Option<String>,
}

/// The device profiles within reach, in the order of registration.
#[utoipa::path(get, path = "/api/v1/device_profiles", tag = "registry", params(DeviceProfileFilter, PageQuery),
    responses((status = 200, body = Page<DeviceProfile>), (status = 403, body = Problem)))]
async fn device_profile_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Query(filter): Query<DeviceProfileFilter>,
    Query(query): Query<PageQuery>,
) -> ApiResult<Json<Page<DeviceProfile>>> {
    ctx.require_somewhere(Action::ReadRegistry)?;
    let (q, after) = (pattern(filter.q.as_deref()), query.after()?);
    let mut tx = registry.platform().db.read().await?;
    let items = store::list(&mut tx, q, after, query.fetch()).await?;
    Ok(Json(query.page(items, |x| x.id.to_string())))
}

/// One device profile.
#[utoipa::path(get, path = "/api/v1/device_profiles/{id}", tag = "registry", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = DeviceProfile), (status = 404, body = Problem)))]
async fn device_profile_get(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<DeviceProfileNoun>>,
) -> ApiResult<Json<DeviceProfile>> {
    let x = store::find(&mut registry.platform().db.read().await?, id).await?;
    ctx.require_somewhere(Action::ReadRegistry)?;
    Ok(Json(x))
}

/// Registers a device profile.
#[utoipa::path(post, path = "/api/v1/device_profiles", tag = "registry", request_body = DeviceProfileCreate,
    responses((status = 201, body = DeviceProfile), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn device_profile_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Json(body): Json<DeviceProfileCreate>,
) -> ApiResult<(StatusCode, Json<DeviceProfile>)> {
    let x = DeviceProfile::born(body, ctx.new_id(), ctx.now);
    ctx.require_somewhere(Action::WriteRegistry)?;
    let mut tx = registry.write().await?;
    register(&mut tx, &ctx, &x).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Changes a device profile.
#[utoipa::path(patch, path = "/api/v1/device_profiles/{id}", tag = "registry", request_body = DeviceProfileUpdate,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = DeviceProfile), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn device_profile_update(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<DeviceProfileNoun>>,
    Json(body): Json<DeviceProfileUpdate>,
) -> ApiResult<Json<DeviceProfile>> {
    let mut tx = registry.write().await?;
    let x = store::find(&mut tx, id).await?;
    ctx.require(Action::WriteRegistry, Scope::System)?;
    same_version("device profile", id, body.version, x.version)?;
    let next = x.changed(body, ctx.now);
    amend(&mut tx, &ctx, &x, &next).await?;
    registry.commit(tx).await?;
    Ok(Json(next))
}

/// Devices that one request brings up to date.
const APPLY_MAX: i64 = 500;
/// Devices that one transaction brings up to date.
const APPLY_PER_TX: usize = 16;

/// What applying a profile did.
#[derive(Debug, Default, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct DeviceProfileApplied {
    /// Devices that were looked at.
    devices: usize,
    /// Points that were added to them.
    points_added: usize,
    /// Pass this as `after` to go on; absent: all devices were looked at.
    next: Option<String>,
}

/// Where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeviceProfileApplyQuery {
    /// The last device of the answer before.
    #[param(value_type = Option<uuid::Uuid>)]
    after: Option<Id<base::noun::Device>>,
}

/// Gives the devices of a profile the points that they lack, 500 devices a request; removes and changes
/// none. Safe to repeat.
#[utoipa::path(post, path = "/api/v1/device_profiles/{id}/apply", tag = "registry",
    params(("id" = uuid::Uuid, Path), DeviceProfileApplyQuery),
    responses((status = 200, body = DeviceProfileApplied), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn device_profile_apply(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<DeviceProfileNoun>>,
    Query(query): Query<DeviceProfileApplyQuery>,
) -> ApiResult<Json<DeviceProfileApplied>> {
    let mut tx = registry.platform().db.read().await?;
    let profile = store::find(&mut tx, id).await?;
    ctx.require(Action::WriteRegistry, Scope::System)?;
    let devices = device::store::of_profile(&mut tx, id, query.after, APPLY_MAX + 1).await?;
    drop(tx);
    let most = usize::try_from(APPLY_MAX).unwrap_or(usize::MAX);
    let (now, later) = devices.split_at(devices.len().min(most));
    let mut done = DeviceProfileApplied { devices: now.len(), ..Default::default() };
    if !later.is_empty() {
        done.next = now.last().map(|device| device.id.to_string());
    }
    for batch in now.chunks(APPLY_PER_TX) {
        let mut tx = registry.platform().db.write_bulk().await?;
        tx.turn(crate::TURN, "").await?;
        let before = done.points_added;
        for device in batch {
            let metrics = profile.metrics.clone();
            let added = device::register::complete(&mut tx, &ctx, device, metrics).await?;
            done.points_added += added.len();
        }
        if done.points_added > before {
            let body = json!({ "noun": "device_profile", "id": id });
            change::announce(&mut tx, Scope::System, &body).await?;
        }
        registry.commit(tx).await?;
    }
    Ok(Json(done))
}

/// Checks and adds a device profile, and tells the consoles after the commit.
pub(crate) async fn register(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &DeviceProfile,
) -> Result<(), RegistryError> {
    add(tx, ctx, x).await?;
    Ok(change::announce(tx, scope(x), &json!({ "noun": "device_profile", "id": x.id })).await?)
}

/// Checks and adds a device profile, with its audit row. In bulk: announce once before the commit.
pub(crate) async fn add(
    tx: &mut WriteTx,
    ctx: &Ctx,
    x: &DeviceProfile,
) -> Result<(), RegistryError> {
    rules::check(x)?;
    store::insert(tx, x).await?;
    let change = Change {
        action: "device_profile.create",
        noun: "device_profile",
        id: x.id.to_string(),
        scope: scope(x),
        detail: json!(x),
    };
    Ok(change::audit(tx, ctx, change).await?)
}

/// Checks and saves the next version of a device profile, with its audit row.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &DeviceProfile,
    after: &DeviceProfile,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    store::update(tx, after).await?;
    let change = Change {
        action: "device_profile.update",
        noun: "device_profile",
        id: after.id.to_string(),
        scope: scope(after),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Whom the device profile belongs to.
pub(crate) fn scope(_: &DeviceProfile) -> Scope {
    Scope::System
}
