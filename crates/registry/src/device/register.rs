//! What it takes to register, change and hand over a device: checks, points, owners, audit, together.

use base::{Id, Instant, noun};
use platform::Ctx;
use platform::db::{ReadTx, WriteTx};
use serde_json::json;

use super::credential::{self, SecretHash};
use super::{Device, DeviceKind, DeviceState, rules, store};
use crate::change::{self, Change};
use crate::device_profile::{DeviceProfile, Metric};
use crate::error::{RegistryError, named, same_complex};
use crate::point::{self, Point, PointOwner, owner};
use crate::{complex, device_profile, establishment};

/// Checks and adds a device with the points of its profile; its establishment owns them from
/// `owned_from`.
pub(crate) async fn register(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    owned_from: Instant,
) -> Result<Vec<Point>, RegistryError> {
    let profile = references(tx, device).await?;
    let metrics = profile.map(|profile| profile.metrics).unwrap_or_default();
    let points = add(tx, ctx, device, metrics, owned_from).await?;
    let body = json!({ "noun": "device", "id": device.id });
    change::announce(tx, device.scope(), &body).await?;
    Ok(points)
}

/// The same when all that the device names is known to stand: bulk imports and seeds, which announce
/// once before the commit.
pub(crate) async fn add(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    metrics: Vec<Metric>,
    owned_from: Instant,
) -> Result<Vec<Point>, RegistryError> {
    rules::check(device)?;
    store::insert(tx, device).await?;
    let count = u32::try_from(metrics.len()).unwrap_or(u32::MAX);
    let series = point::store::take_series(tx, count).await?;
    let mut points = Vec::with_capacity(metrics.len());
    for (metric, series) in metrics.into_iter().zip(series) {
        let id = (ctx.new_id(), series);
        points.push(add_point(tx, metric, device, id, ctx.now, owned_from).await?);
    }
    let keys: Vec<&str> = points.iter().map(|point| point.key.as_str()).collect();
    let change = Change {
        action: "device.create",
        noun: "device",
        id: device.id.to_string(),
        scope: device.scope(),
        detail: json!({ "device": device, "points": keys }),
    };
    change::audit(tx, ctx, change).await?;
    Ok(points)
}

async fn add_point(
    tx: &mut WriteTx,
    metric: Metric,
    device: &Device,
    id: (Id<noun::Point>, base::Series),
    now: Instant,
    owned_from: Instant,
) -> Result<Point, RegistryError> {
    let mut point = point::rules::born(metric, device, None, id, now)?;
    point::store::insert(tx, &point).await?;
    if let Some(establishment_id) = device.establishment_id {
        let span = PointOwner { establishment_id, from: owned_from, until: None };
        owner::apply(tx, point.id, owner::HandOver { end: None, begin: Some(span) }).await?;
        point.owner = Some(span);
    }
    Ok(point)
}

/// The profile of the device; refuses a device that names what does not stand.
async fn references(
    tx: &mut ReadTx,
    device: &Device,
) -> Result<Option<DeviceProfile>, RegistryError> {
    complex::store::find(tx, device.complex_id).await.map_err(named("/complex_id"))?;
    if let Some(id) = device.establishment_id {
        let house = establishment::store::find(tx, id).await;
        let house = house.map_err(named("/establishment_id"))?;
        same_complex("/establishment_id", house.complex_id, device.complex_id)?;
    }
    gateway(tx, device).await?;
    match device.profile_id {
        Some(id) => {
            let profile = device_profile::store::find(tx, id).await;
            profile.map(Some).map_err(named("/profile_id"))
        }
        None => Ok(None),
    }
}

/// The longest chain of gateways.
const GATEWAY_DEPTH_MAX: usize = 8;

/// Refuses a gateway that is none, lies in another complex, or speaks through this very device.
async fn gateway(tx: &mut ReadTx, device: &Device) -> Result<(), RegistryError> {
    let Some(id) = device.gateway_id else { return Ok(()) };
    let gateway = store::find(tx, id).await.map_err(named("/gateway_id"))?;
    same_complex("/gateway_id", gateway.complex_id, device.complex_id)?;
    if gateway.kind != DeviceKind::Gateway {
        let detail = format!("device {} is a {}: give a gateway", gateway.key, gateway.kind);
        return Err(RegistryError::field("/gateway_id", detail));
    }
    let (mut above, mut depth) = (gateway.gateway_id, 1);
    while let Some(id) = above {
        depth += 1;
        if id == device.id || depth > GATEWAY_DEPTH_MAX {
            let detail = format!(
                "gateway {} speaks through this device itself, or through more than \
                 {GATEWAY_DEPTH_MAX} others: give one nearer to the platform",
                gateway.key
            );
            return Err(RegistryError::field("/gateway_id", detail));
        }
        above = store::gateway_of(tx, id).await?;
    }
    Ok(())
}

/// Adds the points of `metrics` that the device lacks; tells their keys. Bumps no generation.
pub(crate) async fn complete(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    metrics: Vec<Metric>,
) -> Result<Vec<String>, RegistryError> {
    let standing = point::store::of_device(tx, device.id).await?;
    let lacks = |metric: &Metric| standing.iter().all(|(_, key)| *key != metric.key);
    let mut added = Vec::new();
    for metric in metrics.into_iter().filter(lacks) {
        added.push(point::store::add_quietly(tx, ctx, device, metric, None).await?.key);
    }
    Ok(added)
}

/// Checks and saves the next version of a device, with its audit row. Another profile adds the points
/// that the device lacks.
pub(crate) async fn amend(
    tx: &mut WriteTx,
    ctx: &Ctx,
    before: &Device,
    after: &Device,
) -> Result<(), RegistryError> {
    rules::check(after)?;
    let links = |x: &Device| (x.profile_id, x.gateway_id);
    let profile = if links(before) == links(after) { None } else { references(tx, after).await? };
    store::update(tx, after).await?;
    if let Some(profile) = profile.filter(|_| before.profile_id != after.profile_id) {
        complete(tx, ctx, after, profile.metrics).await?;
    }
    let change = Change {
        action: "device.update",
        noun: "device",
        id: after.id.to_string(),
        scope: after.scope(),
        detail: json!({ "before": before, "after": after }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Sets the credential of a device; the ledger says that it happened, never the secret.
pub(crate) async fn rotate(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    secret: &str,
) -> Result<(), RegistryError> {
    if device.state == DeviceState::Retired {
        return Err(RegistryError::Conflict(format!(
            "device {} is retired and may not send: set its state to active first",
            device.key
        )));
    }
    let replaced = credential::exists(tx, device.id).await?;
    credential::save(tx, device.id, SecretHash::of(secret), ctx.now).await?;
    let change = Change {
        action: "device.rotate_credential",
        noun: "device",
        id: device.id.to_string(),
        scope: device.scope(),
        detail: json!({ "replaced": replaced }),
    };
    Ok(change::record(tx, ctx, change).await?)
}

/// Hands a device and its points over at `at`.
pub(crate) async fn transfer(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    to: Option<Id<noun::Establishment>>,
    at: Instant,
) -> Result<Device, RegistryError> {
    if at > ctx.now {
        return Err(RegistryError::field("/from", "give a time that is not in the future"));
    }
    let mut next = device.clone();
    next.establishment_id = to;
    next.version += 1;
    next.updated_at = ctx.now;
    references(tx, &next).await?;
    for (id, _) in point::store::of_device(tx, device.id).await? {
        let spans = owner::of_point(tx, id).await?;
        owner::apply(tx, id, owner::hand_over(&spans, to, at)?).await?;
        let mut point = point::store::find(tx, id, at).await?;
        // Once a tenant's, always a tenant's: its past readings stay its own.
        if to.is_some() {
            point.class = point::PointClass::Tenant;
        }
        point.version += 1;
        point.updated_at = ctx.now;
        point::store::update(tx, &point).await?;
    }
    store::update(tx, &next).await?;
    let change = Change {
        action: "device.transfer",
        noun: "device",
        id: device.id.to_string(),
        scope: base::Scope::Complex(device.complex_id),
        detail: json!({ "from": device.establishment_id, "to": to, "at": at }),
    };
    change::record(tx, ctx, change).await?;
    Ok(next)
}
