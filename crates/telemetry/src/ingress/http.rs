//! Readings over HTTP, for gateways and programs with a token.

use axum::extract::{DefaultBodyLimit, State};
use base::{Action, ErrorKind};
use platform::Ctx;
use platform::http::{ApiResult, Body, Json, Problem};
use registry::directory::Snapshot;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::columns::{self, Known};
use super::pipeline::{Ingest, device_scope};
use crate::reject::{Reject, RejectCode};

/// Most bytes of one request. A larger one is refused with 413 while it comes in, never held whole.
pub const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The routes of the way in.
pub fn routes(ingest: Ingest) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(reading_send))
        .routes(routes!(reading_send_columns))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(ingest)
}

/// Readings of one device.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingsSent<'a> {
    /// Key of the device.
    #[serde(borrow)]
    device: std::borrow::Cow<'a, str>,
    /// The readings, at most 10,000.
    #[serde(borrow)]
    #[schema(value_type = Vec<ReadingSent>)]
    readings: &'a RawValue,
}

/// One reading.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the entries that `decode` reads one by one")]
pub(super) struct ReadingSent {
    /// Key of the point within its device.
    point: String,
    /// RFC 3339 with an offset, or whole milliseconds since 1970.
    #[schema(value_type = String, example = "2026-11-25T09:00:00+09:00")]
    at: String,
    /// A finite number in the unit of the point.
    value: f64,
    /// Flags that the sender sets itself, such as `doubtful`.
    #[schema(required = false)]
    quality: Vec<String>,
}

/// What became of the readings.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadingsSettled {
    /// Readings that are durable now.
    accepted: usize,
    /// What was not taken, and why; the rest of the message is not affected.
    rejected: Vec<Reject>,
}

/// Takes readings of one device and answers when they are durable. Bad entries are listed and cost their
/// neighbours nothing. Safe to repeat, with or without `Idempotency-Key`: point and time are the key of
/// a reading, so that the same request twice changes nothing. A body of more than 8 MiB is refused.
#[utoipa::path(
    post, path = "/api/v1/readings", tag = "telemetry",
    request_body = ReadingsSent<'static>,
    params(("Idempotency-Key" = Option<String>, Header, description = "accepted, not needed")),
    responses((status = 200, body = ReadingsSettled))
)]
pub(super) async fn reading_send(
    State(ingest): State<Ingest>,
    ctx: Ctx,
    Body(bytes): Body,
) -> ApiResult<Json<ReadingsSettled>> {
    ctx.require_somewhere(Action::WriteReadings)?;
    let sent: ReadingsSent<'_> = serde_json::from_slice(&bytes).map_err(|error| {
        let detail = format!(
            "the body is no {{\"device\": KEY, \"readings\": [...]}}, at line {} column {}: {error}",
            error.line(),
            error.column()
        );
        Problem::new(ErrorKind::Invalid, "reading.malformed", detail)
    })?;
    let snapshot = ingest.directory().snapshot();
    // Whoever may not send to a device does not learn whether it stands; those who run it see both.
    let device = snapshot.device_by_key(&sent.device);
    let is_permitted =
        device.is_some_and(|device| ctx.may(Action::WriteReadings, device_scope(device)));
    if !is_permitted {
        if device.is_none() {
            ingest.note_unknown(&ctx, &sent.device, &bytes, "http");
        }
        ingest.refuse_unknown(&sent.device, device, ctx.now);
        return Err(Problem::not_found("device", crate::reject::cut(&sent.device, 64)));
    }
    let readings = sent.readings.get().as_bytes();
    let outcome = ingest.message(&sent.device, readings, ctx.now, &ctx.actor).await?;
    Ok(Json(ReadingsSettled { accepted: outcome.accepted, rejected: outcome.rejected }))
}

/// What became of a stream of columns.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ColumnsSettled {
    /// Readings that are durable now.
    accepted: usize,
    /// What was not taken, by device, point and reason.
    rejected: Vec<ColumnsRefused>,
}

/// Rows of one point that were refused for one reason.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ColumnsRefused {
    /// Key of the device, as it was sent.
    device: String,
    /// What was refused, how often, and why.
    #[serde(flatten)]
    reject: Reject,
}

/// Takes readings of many devices as an Arrow IPC stream and answers when they are durable.
///
/// Columns: `device` and `point` (text, best as dictionaries: keys as in `POST /readings`), `at`
/// (timestamp, or int64 milliseconds since 1970, UTC), `value` (number); without compression, at most
/// 1,000,000 rows and 8 MiB. Bad rows are counted by reason and cost their neighbours nothing. Safe to
/// repeat. A stream that cannot be read is refused whole, and nothing of it is kept.
#[utoipa::path(
    post, path = "/api/v1/readings/columns", tag = "telemetry",
    request_body(content = Vec<u8>, content_type = "application/vnd.apache.arrow.stream"),
    responses((status = 200, body = ColumnsSettled), (status = 422, body = Problem))
)]
pub(super) async fn reading_send_columns(
    State(ingest): State<Ingest>,
    ctx: Ctx,
    Body(bytes): Body,
) -> ApiResult<Json<ColumnsSettled>> {
    ctx.require_somewhere(Action::WriteReadings)?;
    let refused = |detail: String| Problem::new(ErrorKind::Invalid, "reading.malformed", detail);
    let (directory, asking) = (ingest.directory().clone(), ctx.clone());
    // Some hundred thousand rows keep a core busy for a while; a panic of the decoder ends there too.
    let decoded = tokio::task::spawn_blocking(move || {
        let snapshot = directory.snapshot();
        let look_up = |device: &str, point: &str| known(&snapshot, &asking, device, point);
        columns::decode(&bytes, asking.now, look_up)
    });
    let decoded = decoded
        .await
        .map_err(|_| refused("the body is no Arrow IPC stream that can be read".to_owned()))?
        .map_err(refused)?;
    let accepted = decoded.readings.len();
    ingest.append_judged(decoded.readings, ctx.now, &ctx.actor).await?;
    let snapshot = ingest.directory().snapshot();
    for refusal in &decoded.refused {
        let device = snapshot.device_by_key(&refusal.device);
        ingest.count_refused(&refusal.device, device, &refusal.reject, ctx.now);
    }
    let rejected = decoded.refused.into_iter();
    let rejected = rejected
        .map(|refusal| ColumnsRefused { device: refusal.device, reject: refusal.reject })
        .collect();
    Ok(Json(ColumnsSettled { accepted, rejected }))
}

/// Whoever may not send to a device learns no more than that it does not know it.
fn known<'a>(snapshot: &'a Snapshot, ctx: &Ctx, device: &str, point: &str) -> Known<'a> {
    let info = snapshot.device_by_key(device);
    let Some(info) = info.filter(|info| ctx.may(Action::WriteReadings, device_scope(info))) else {
        let detail = "no device has this key: register it, or correct the key";
        return Known::Refused(RejectCode::UnknownDevice, detail.to_owned());
    };
    if info.retired {
        let detail = "the device is out of use: set it active again before it sends";
        return Known::Refused(RejectCode::NotPermitted, detail.to_owned());
    }
    snapshot.point(info.id, point).map_or_else(
        || {
            let detail = "the device has no point with this key: register it, or correct the key";
            Known::Refused(RejectCode::UnknownPoint, detail.to_owned())
        },
        Known::Point,
    )
}
