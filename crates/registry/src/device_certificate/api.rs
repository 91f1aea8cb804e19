//! Device certificates over HTTP.

use axum::extract::State;
use axum::http::StatusCode;
use base::{Action, Id, Page, noun};
use platform::Ctx;
use platform::http::{ApiResult, Json, Path, Problem};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{CERTIFICATES_MAX, DeviceCertificate, DeviceCertificateNoun, rules, store};
use crate::change::{self, Change};
use crate::device::DeviceState;
use crate::error::RegistryError;
use crate::{Registry, access, device};

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(device_certificate_list, device_certificate_create))
        .routes(routes!(device_certificate_revoke))
        .with_state(registry.clone())
}

/// The certificates of a device, the newest first; revoked ones too.
#[utoipa::path(get, path = "/api/v1/devices/{id}/certificates", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Page<DeviceCertificate>), (status = 404, body = Problem)))]
async fn device_certificate_list(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
) -> ApiResult<Json<Page<DeviceCertificate>>> {
    let mut tx = registry.platform().db.read().await?;
    let device = device::store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    let items = store::of_device(&mut tx, id).await?;
    Ok(Json(Page { items, next: None }))
}

/// A certificate to trust.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceCertificateCreate {
    /// One certificate in PEM, without its private key.
    pem: String,
}

/// Trusts a client certificate for a device, beside those that it has: at most 8 at once.
#[utoipa::path(post, path = "/api/v1/devices/{id}/certificates", tag = "registry",
    request_body = DeviceCertificateCreate, params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = DeviceCertificate), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn device_certificate_create(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
    Json(body): Json<DeviceCertificateCreate>,
) -> ApiResult<(StatusCode, Json<DeviceCertificate>)> {
    let mut tx = registry.write().await?;
    let device = device::store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    let read = rules::read(&body.pem)?;
    if device.state == DeviceState::Retired {
        let detail = format!("device {} is retired: set its state to active first", device.key);
        return Err(RegistryError::Conflict(detail).into());
    }
    if read.valid_until <= ctx.now {
        let detail = format!("the certificate ended at {}: issue another", read.valid_until);
        return Err(RegistryError::field("/pem", detail).into());
    }
    let standing = store::of_device(&mut tx, id).await?;
    let trusted = standing.iter().filter(|x| x.revoked_at.is_none() && x.valid_until > ctx.now);
    if trusted.count() >= CERTIFICATES_MAX {
        let detail = format!("device {} has 8 certificates already: revoke one", device.key);
        return Err(RegistryError::Conflict(detail).into());
    }
    let x = DeviceCertificate {
        id: ctx.new_id(),
        device_id: id,
        fingerprint: read.fingerprint,
        subject: read.subject,
        valid_from: read.valid_from,
        valid_until: read.valid_until,
        added_by: ctx.actor.name.clone(),
        created_at: ctx.now,
        revoked_at: None,
    };
    store::insert(&mut tx, &x).await?;
    let change = Change::of_device("device_certificate.create", &device, json!(x));
    change::record(&mut tx, &ctx, change).await?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(x)))
}

/// Refuses a certificate from now on, for good.
#[utoipa::path(post, path = "/api/v1/device_certificates/{id}/revoke", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = DeviceCertificate), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
async fn device_certificate_revoke(
    State(registry): State<Registry>,
    ctx: Ctx,
    Path(id): Path<Id<DeviceCertificateNoun>>,
) -> ApiResult<Json<DeviceCertificate>> {
    let mut tx = registry.write().await?;
    let mut x = store::find(&mut tx, id).await?;
    let device = device::store::find(&mut tx, x.device_id).await?;
    access::see(&ctx, device.scope(), "device certificate", id)?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    if !store::revoke(&mut tx, id, ctx.now).await? {
        return Ok(Json(x));
    }
    x.revoked_at = Some(ctx.now);
    let change = Change::of_device(
        "device_certificate.revoke",
        &device,
        json!({ "fingerprint": x.fingerprint }),
    );
    change::record(&mut tx, &ctx, change).await?;
    registry.commit(tx).await?;
    Ok(Json(x))
}
