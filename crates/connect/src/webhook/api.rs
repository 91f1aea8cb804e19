//! The two addresses that network servers call.

use axum::extract::{DefaultBodyLimit, State};
use base::{Action, ErrorKind, Quality};
use platform::Ctx;
use platform::http::{ApiResult, Body, Json, Problem, Query};
use serde::{Deserialize, Serialize};
use telemetry::ingress::decode::{RawReading, check_at};
use telemetry::ingress::{Ingest, Outcome, device_scope};
use telemetry::reject::Reject;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::mapping::{Mapped, Mapper};

use super::{Call, Uplink, chirpstack, is_of_the_radio, the_things_stack};

/// Most bytes of one call: a LoRaWAN message is some hundred bytes, its envelope some thousand.
const BODY_BYTES_MAX: usize = 256 * 1024;

/// The routes of the webhooks.
pub fn routes(ingest: Ingest, mapper: Mapper) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(webhook_chirpstack))
        .routes(routes!(webhook_the_things_stack))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Mapped { ingest, mapper })
}

/// What a ChirpStack call is about.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ChirpstackEvent {
    /// `up`, `status`, `join` and so on, as ChirpStack sets it.
    event: String,
}

/// What became of a call.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookSettled {
    /// Readings that are durable now.
    accepted: usize,
    /// What was not taken, and why.
    rejected: Vec<Reject>,
    /// Keys of the payload that are no numbers.
    ignored: Vec<String>,
}

/// Takes an event of ChirpStack (version 4, JSON; version 3 is read as well). Point its HTTP integration
/// here, with the header `Authorization: Bearer TOKEN`. The device is found by its DevEUI in lower case.
#[utoipa::path(
    post, path = "/api/v1/webhooks/chirpstack", tag = "connect",
    params(ChirpstackEvent),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = WebhookSettled), (status = 422, body = Problem),
        (status = 404, body = Problem))
)]
pub(super) async fn webhook_chirpstack(
    State(state): State<Mapped>,
    ctx: Ctx,
    Query(query): Query<ChirpstackEvent>,
    Body(bytes): Body,
) -> ApiResult<Json<WebhookSettled>> {
    ctx.require_somewhere(Action::WriteReadings)?;
    settle(&state, &ctx, chirpstack::decode(&query.event, &bytes), &bytes).await
}

/// Takes a message of The Things Stack. Point its webhook here (JSON, at least "uplink message"), with the
/// header `Authorization: Bearer TOKEN`. The device is found by its DevEUI in lower case.
#[utoipa::path(
    post, path = "/api/v1/webhooks/the_things_stack", tag = "connect",
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = WebhookSettled), (status = 422, body = Problem),
        (status = 404, body = Problem))
)]
pub(super) async fn webhook_the_things_stack(
    State(state): State<Mapped>,
    ctx: Ctx,
    Body(bytes): Body,
) -> ApiResult<Json<WebhookSettled>> {
    ctx.require_somewhere(Action::WriteReadings)?;
    settle(&state, &ctx, the_things_stack::decode(&bytes), &bytes).await
}

async fn settle(
    state: &Mapped,
    ctx: &Ctx,
    call: Result<Call, String>,
    body: &[u8],
) -> ApiResult<Json<WebhookSettled>> {
    let call =
        call.map_err(|detail| Problem::new(ErrorKind::Invalid, "webhook.malformed", detail))?;
    let Call::Uplink(uplink) = call else {
        let nothing = WebhookSettled { accepted: 0, rejected: Vec::new(), ignored: Vec::new() };
        return Ok(Json(nothing));
    };
    let ingest = &state.ingest;
    let snapshot = ingest.directory().snapshot();
    let device = snapshot.device_by_key(&uplink.device);
    let permitted = device.filter(|device| ctx.may(Action::WriteReadings, device_scope(device)));
    let Some(device) = permitted else {
        if device.is_none() {
            let sample = format!("{:?}", uplink.values);
            ingest.note_unknown(ctx, &uplink.device, sample.as_bytes(), "lorawan");
        }
        ingest.refuse_unknown(&uplink.device, device, ctx.now);
        return Err(Problem::not_found("device", &uplink.device));
    };
    if snapshot.profile_of(device).is_some_and(|profile| profile.mapping.is_some()) {
        let outcome = state.settle(device, body, (ctx.now, &ctx.actor)).await?;
        let Outcome { accepted, rejected } = outcome;
        return Ok(Json(WebhookSettled { accepted, rejected, ignored: Vec::new() }));
    }
    let Uplink { device: key, at, values, ignored } = uplink;
    let at_ms = at.unwrap_or(ctx.now).as_millis();
    let has = |key: &str| snapshot.point(device.id, key).is_some();
    if let Err((code, detail)) = check_at(at_ms, ctx.now) {
        let rejected = vec![Reject::body(code, detail, b"")];
        let outcome = ingest.readings(&key, Vec::new(), rejected, ctx.now, &ctx.actor).await?;
        return Ok(Json(WebhookSettled { accepted: 0, rejected: outcome.rejected, ignored }));
    }
    let known = values.into_iter().filter(|(key, _)| !is_of_the_radio(key) || has(key));
    let reading =
        |(index, (point, value))| RawReading { index, point, at_ms, value, quality: Quality::GOOD };
    let readings = known.enumerate().map(reading).collect();
    let outcome = ingest.readings(&key, readings, Vec::new(), ctx.now, &ctx.actor).await?;
    Ok(Json(WebhookSettled { accepted: outcome.accepted, rejected: outcome.rejected, ignored }))
}
