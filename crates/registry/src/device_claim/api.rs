//! Claims over HTTP: issuing and withdrawing for engineers, using one for whoever holds its code.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use base::{Action, Actor, ActorKind, ErrorKind, Id, Instant, noun};
use platform::Ctx;
use platform::db::WriteTx;
use platform::http::{ApiResult, Json, Path, Problem};
use platform::sign_in::{Attempts, SignInError};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{DeviceClaim, rules, store};
use crate::change::{self, Change};
use crate::device::{self, Commissioning, Device, DeviceState, credential};
use crate::error::RegistryError;
use crate::{Registry, access};

/// The state of these routes.
#[derive(Clone)]
struct Claims {
    registry: Registry,
    attempts: Arc<Attempts>,
}

pub(crate) fn routes(registry: &Registry) -> OpenApiRouter {
    let state = Claims { registry: registry.clone(), attempts: Arc::new(Attempts::default()) };
    OpenApiRouter::new()
        .routes(routes!(device_claim_get, device_claim_create, device_claim_withdraw))
        .routes(routes!(device_claim_use))
        .with_state(state)
}

/// How to issue a code.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceClaimCreate {
    /// It works for so many hours; absent: 720 (30 days).
    expires_in_h: Option<u32>,
    /// The address of the console that goes into the QR; absent: the QR holds the bare code.
    base_url: Option<String>,
}

/// A code; shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceClaimIssued {
    /// The claim.
    #[serde(flatten)]
    pub(crate) claim: DeviceClaim,
    /// The code. Only its SHA-256 is kept.
    pub(crate) code: String,
    /// What the QR says.
    pub(crate) link: String,
    /// The QR as SVG.
    pub(crate) qr_svg: String,
}

/// The claim of a device, without its code.
#[utoipa::path(get, path = "/api/v1/devices/{id}/claim", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Option<DeviceClaim>), (status = 404, body = Problem)))]
async fn device_claim_get(
    State(state): State<Claims>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
) -> ApiResult<Json<Option<DeviceClaim>>> {
    let mut tx = state.registry.platform().db.read().await?;
    let device = device::store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    Ok(Json(store::find(&mut tx, id).await?))
}

/// Issues a code with which an installer, or the device itself, takes the credential. The code before is
/// refused from now on; a device without credential is `planned` until then.
#[utoipa::path(post, path = "/api/v1/devices/{id}/claim", tag = "registry",
    request_body = DeviceClaimCreate, params(("id" = uuid::Uuid, Path)),
    responses((status = 201, body = DeviceClaimIssued), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem)))]
async fn device_claim_create(
    State(state): State<Claims>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
    Json(body): Json<DeviceClaimCreate>,
) -> ApiResult<(StatusCode, Json<DeviceClaimIssued>)> {
    let registry = &state.registry;
    let mut tx = registry.write().await?;
    let device = device::store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    let code = rules::new_code(registry.platform().clock.as_ref());
    let expires_at = rules::expiry(body.expires_in_h, ctx.now)?;
    let claim = issue(&mut tx, &ctx, &device, &code, expires_at).await?;
    let link = rules::link(body.base_url.as_deref(), &code)?;
    let qr_svg = rules::qr_svg(&link)?;
    registry.commit(tx).await?;
    Ok((StatusCode::CREATED, Json(DeviceClaimIssued { claim, code, link, qr_svg })))
}

/// Keeps a code for a device; one that has no credential yet becomes `planned`.
pub(crate) async fn issue(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    code: &str,
    expires_at: Instant,
) -> Result<DeviceClaim, RegistryError> {
    if device.state == DeviceState::Retired {
        return Err(RegistryError::Conflict(format!(
            "device {} is retired and may not send: set its state to active first",
            device.key
        )));
    }
    let claim = DeviceClaim {
        device_id: device.id,
        created_by: ctx.actor.name.clone(),
        created_at: ctx.now,
        expires_at,
        claimed_at: None,
    };
    let normal = rules::normal(code).unwrap_or_else(|| code.to_owned());
    store::save(tx, &claim, rules::hash(&normal)).await?;
    if !credential::exists(tx, device.id).await? {
        set(tx, ctx, device, Commissioning::Planned).await?;
    }
    record(tx, ctx, device, "device_claim.create", json!({ "expires_at": expires_at })).await?;
    Ok(claim)
}

/// Ends an open code; the device stays registered.
#[utoipa::path(delete, path = "/api/v1/devices/{id}/claim", tag = "registry",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 409, body = Problem)))]
async fn device_claim_withdraw(
    State(state): State<Claims>,
    ctx: Ctx,
    Path(id): Path<Id<noun::Device>>,
) -> ApiResult<StatusCode> {
    let registry = &state.registry;
    let mut tx = registry.write().await?;
    let device = device::store::find(&mut tx, id).await?;
    access::see(&ctx, device.scope(), "device", id)?;
    ctx.require(Action::WriteRegistry, device.scope())?;
    if !store::withdraw(&mut tx, id, ctx.now).await? {
        let detail = format!("device {} has no open code: nothing to withdraw", device.key);
        return Err(RegistryError::Conflict(detail).into());
    }
    record(&mut tx, &ctx, &device, "device_claim.withdraw", json!({})).await?;
    registry.commit(tx).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A code.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeviceClaimUse {
    /// The code of the label; separators and small letters do not matter.
    code: String,
}

/// A claimed device with what it signs in with; shown once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceClaimed {
    /// The key of the device: the user name of MQTT and the key in topics.
    username: String,
    /// 160 random bits in hexadecimal. Only its SHA-256 is kept.
    password: String,
    /// The name of the device.
    name: String,
    /// The topic that its readings go to.
    topic: String,
}

/// The address of the peer, if the server knows it.
struct Peer(String);

impl<S: Send + Sync> FromRequestParts<S> for Peer {
    type Rejection = std::convert::Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let info = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = info.map(|ConnectInfo(peer)| peer.ip().to_string());
        Ok(Self(peer.unwrap_or_else(|| "unknown".into())))
    }
}

/// Uses a code: gives the device its credential. For installers and for devices; nobody signs in, the code
/// is the proof. Works once; an address that sends many wrong codes must wait.
#[utoipa::path(post, path = "/api/v1/device_claims", tag = "registry",
    request_body = DeviceClaimUse, security(()),
    responses((status = 200, body = DeviceClaimed), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
async fn device_claim_use(
    State(state): State<Claims>,
    Peer(peer): Peer,
    Json(body): Json<DeviceClaimUse>,
) -> ApiResult<Json<DeviceClaimed>> {
    let clock = &state.registry.platform().clock;
    let key = format!("peer:{peer}");
    if let Some(pause) = state.attempts.pause(&key, clock.now()) {
        return Err(SignInError::TooManyAttempts(pause.as_secs() + 1).into());
    }
    let actor = Actor { kind: ActorKind::Device, id: "claim".into(), name: "등록 코드".into() };
    let ctx = Ctx::new(actor, Vec::new(), Arc::clone(clock), "claim".to_owned());
    let Some(claimed) = claim(&state.registry, ctx, &body.code).await? else {
        state.attempts.wrong(&key, clock.now());
        let detail = "this code is unknown, used or expired: ask for a new label";
        return Err(Problem::new(ErrorKind::NotFound, "device_claim.refused", detail));
    };
    Ok(Json(claimed))
}

async fn claim(
    registry: &Registry,
    mut ctx: Ctx,
    code: &str,
) -> Result<Option<DeviceClaimed>, Problem> {
    let Some(code) = rules::normal(code) else { return Ok(None) };
    let mut tx = registry.write().await?;
    let open = store::by_code(&mut tx, &rules::hash(&code)).await?;
    let Some(open) = open.filter(|claim| rules::is_open(claim, ctx.now)) else { return Ok(None) };
    let device = device::store::find(&mut tx, open.device_id).await?;
    if device.state == DeviceState::Retired || !store::use_up(&mut tx, device.id, ctx.now).await? {
        return Ok(None);
    }
    ctx.actor.id.clone_from(&device.key);
    let password = credential::new_secret(registry.platform().clock.as_ref());
    device::register::rotate(&mut tx, &ctx, &device, &password).await?;
    if device.commissioning == Commissioning::Planned {
        set(&mut tx, &ctx, &device, Commissioning::Installed).await?;
    }
    record(&mut tx, &ctx, &device, "device_claim.use", json!({})).await?;
    registry.commit(tx).await?;
    let topic = format!("sandan/v1/{}/readings", device.key);
    Ok(Some(DeviceClaimed { username: device.key, password, name: device.name, topic }))
}

async fn set(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    commissioning: Commissioning,
) -> Result<(), RegistryError> {
    if device.commissioning == commissioning {
        return Ok(());
    }
    let mut next = device.clone();
    next.commissioning = commissioning;
    next.version += 1;
    next.updated_at = ctx.now;
    device::register::amend(tx, ctx, device, &next).await
}

async fn record(
    tx: &mut WriteTx,
    ctx: &Ctx,
    device: &Device,
    action: &'static str,
    detail: serde_json::Value,
) -> Result<(), RegistryError> {
    let (noun, id) = ("device", device.id.to_string());
    Ok(change::record(tx, ctx, Change { action, noun, id, scope: device.scope(), detail }).await?)
}
