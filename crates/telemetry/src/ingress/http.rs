//! Readings over HTTP, for gateways and programs with a token.

use axum::extract::{DefaultBodyLimit, State};
use base::{Action, ErrorKind};
use platform::Ctx;
use platform::http::{ApiResult, Body, Json, Problem};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::pipeline::{Ingest, device_scope};
use crate::reject::{Reject, RejectCode};

/// Most bytes of one request. A larger one is refused with 413 while it comes in, never held whole.
pub const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The routes of the way in.
pub fn routes(ingest: Ingest) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(reading_send))
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
        let (code, detail) = match device {
            Some(_) => {
                (RejectCode::NotPermitted, "a token without a role for it sent to the device")
            }
            None => {
                (RejectCode::UnknownDevice, "no device has this key: register it, or correct it")
            }
        };
        ingest.refuse(&sent.device, device, code, detail.to_owned(), ctx.now);
        return Err(Problem::not_found("device", crate::reject::cut(&sent.device, 64)));
    }
    let readings = sent.readings.get().as_bytes();
    let outcome = ingest.message(&sent.device, readings, ctx.now, &ctx.actor).await?;
    Ok(Json(ReadingsSettled { accepted: outcome.accepted, rejected: outcome.rejected }))
}
