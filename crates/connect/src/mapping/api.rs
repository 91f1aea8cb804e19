//! Mapped messages over HTTP, and the tester of the console.

use axum::extract::{DefaultBodyLimit, State};
use base::{Action, Actor, ErrorKind, Instant};
use platform::Ctx;
use platform::http::{ApiResult, Body, Json, Problem, Query};
use registry::directory::DeviceInfo;
use serde::{Deserialize, Serialize};
use telemetry::ingress::decode::decode;
use telemetry::ingress::mqtt::Downlink;
use telemetry::ingress::{Ingest, Outcome, device_scope};
use telemetry::reject::{Reject, RejectCode, cut};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Mapper, MappingError, MappingFault, PAYLOAD_BYTES_MAX};

/// Most bytes of a request: the message and a little around it.
const BODY_BYTES_MAX: usize = 2 * PAYLOAD_BYTES_MAX;

/// What the handlers work with.
#[derive(Clone)]
pub(crate) struct Mapped {
    pub(crate) ingest: Ingest,
    pub(crate) mapper: Mapper,
}

/// The routes of mapped messages.
pub fn routes(ingest: Ingest, mapper: Mapper) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(device_message_send))
        .routes(routes!(device_profile_test))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(Mapped { ingest, mapper })
}

/// What became of a message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageSettled {
    /// Readings that are durable now.
    accepted: usize,
    /// What was not taken, and why.
    rejected: Vec<Reject>,
}

/// Whose message it is.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct MessageSender {
    /// Key of the device.
    device: String,
}

/// Takes one message of a device in its maker's own form; the mapping of its profile turns it into readings.
/// A device whose profile has no mapping sends the platform's own list here. Answered when durable.
#[utoipa::path(
    post, path = "/api/v1/device_messages", tag = "connect",
    params(MessageSender),
    request_body(content = serde_json::Value, content_type = "application/json"),
    responses((status = 200, body = MessageSettled), (status = 404, body = Problem),
        (status = 422, body = Problem))
)]
pub(crate) async fn device_message_send(
    State(state): State<Mapped>,
    ctx: Ctx,
    Query(MessageSender { device: key }): Query<MessageSender>,
    Body(bytes): Body,
) -> ApiResult<Json<MessageSettled>> {
    ctx.require_somewhere(Action::WriteReadings)?;
    let snapshot = state.ingest.directory().snapshot();
    let device = snapshot.device_by_key(&key);
    let permitted = device.filter(|device| ctx.may(Action::WriteReadings, device_scope(device)));
    let Some(device) = permitted else {
        state.ingest.refuse_unknown(&key, device, ctx.now);
        return Err(Problem::not_found("device", cut(&key, 64)));
    };
    let Outcome { accepted, rejected } =
        state.settle(device, &bytes, (ctx.now, &ctx.actor)).await?;
    Ok(Json(MessageSettled { accepted, rejected }))
}

impl Mapped {
    /// Settles one message of a device by the mapping of its profile, if it has one.
    pub(crate) async fn settle(
        &self,
        device: &DeviceInfo,
        payload: &[u8],
        (now, actor): (Instant, &Actor),
    ) -> ApiResult<Outcome> {
        let snapshot = self.ingest.directory().snapshot();
        let mapping = snapshot.profile_of(device).and_then(|profile| profile.mapping.as_deref());
        let Some(mapping) = mapping else {
            return Ok(self.ingest.message(&device.key, payload, now, actor).await?);
        };
        let (readings, rejects) = match self.mapper.map(mapping, payload, now).await {
            Ok(list) => decode(list.as_bytes(), now),
            Err(error) if error.what == MappingFault::Busy => {
                return Err(Problem::new(ErrorKind::Unavailable, "mapping.busy", error.detail));
            }
            Err(error) => (Vec::new(), vec![refused(&error, payload)]),
        };
        Ok(self.ingest.readings(&device.key, readings, rejects, now, actor).await?)
    }
}

/// Has what devices send over MQTT in their maker's own form mapped, and made durable, before it is
/// acknowledged.
pub fn map_raw(downlink: &Downlink, ingest: Ingest, mapper: Mapper) {
    let mapped = Mapped { ingest, mapper };
    downlink.on_raw(move |key, payload| {
        let mapped = mapped.clone();
        Box::pin(async move {
            let snapshot = mapped.ingest.directory().snapshot();
            let Some(device) = snapshot.device_by_key(&key) else {
                return Err("the device is gone".to_owned());
            };
            let actor = Actor::device(&key);
            let now = mapped.ingest.now();
            let settled = mapped.settle(device, &payload, (now, &actor)).await;
            settled.map(drop).map_err(|problem| problem.detail)
        })
    });
}

/// A message that its mapping made nothing of.
fn refused(error: &MappingError, payload: &[u8]) -> Reject {
    let detail = format!("the mapping of the profile made no readings of it: {}", error.detail);
    Reject::body(RejectCode::NotMapped, detail, payload)
}

/// A message to be tried.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MappingTrial {
    /// The expression; absent: the message is in the platform's own form.
    mapping: Option<String>,
    /// The message, as the device sends it.
    payload: String,
}

/// What a message would become. Nothing is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MappingTried {
    /// The readings, as they would be taken by a device that has these points.
    readings: Vec<TriedReading>,
    /// What would be refused, and why.
    rejected: Vec<Reject>,
    /// Why the expression made nothing of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<MappingError>,
}

/// One reading of a trial.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TriedReading {
    /// Key of the point.
    point: String,
    /// When; of a message without time: now.
    at: Instant,
    /// The value, before any conversion of its unit.
    value: f64,
    /// Flags that the message sets.
    quality: Vec<&'static str>,
}

/// Tries an expression on a message and keeps nothing: for whoever writes profiles.
#[utoipa::path(
    post, path = "/api/v1/device_profiles/test", tag = "connect", request_body = MappingTrial,
    responses((status = 200, body = MappingTried), (status = 403, body = Problem))
)]
pub(crate) async fn device_profile_test(
    State(state): State<Mapped>,
    ctx: Ctx,
    Json(trial): Json<MappingTrial>,
) -> ApiResult<Json<MappingTried>> {
    ctx.require_somewhere(Action::WriteRegistry)?;
    let list = match &trial.mapping {
        Some(mapping) => state.mapper.map(mapping, trial.payload.as_bytes(), ctx.now).await,
        None => Ok(trial.payload),
    };
    let list = match list {
        Ok(list) => list,
        Err(error) => {
            let (readings, rejected) = (Vec::new(), Vec::new());
            return Ok(Json(MappingTried { readings, rejected, error: Some(error) }));
        }
    };
    let (raw, rejected) = decode(list.as_bytes(), ctx.now);
    let readings = raw
        .into_iter()
        .filter_map(|reading| {
            Some(TriedReading {
                at: Instant::from_millis(reading.at_ms).ok()?,
                point: reading.point,
                value: reading.value,
                quality: reading.quality.names(),
            })
        })
        .collect();
    Ok(Json(MappingTried { readings, rejected, error: None }))
}
