//! Files of readings over HTTP.

use axum::extract::{DefaultBodyLimit, State};
use base::{Action, ErrorKind};
use platform::Ctx;
use platform::http::{ApiResult, Body, Json, Problem, Query};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use telemetry::ingress::{Ingest, device_scope};
use telemetry::reject::RejectCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::decode::{self, FILE_BYTES_MAX};

/// Values of one message; each is durable before the next begins.
const VALUES_PER_MESSAGE: usize = 10_000;
/// Most refusals that the answer lists; the rest is counted.
const REFUSALS_MAX: usize = 1_000;

pub(crate) fn routes(ingest: Ingest) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(reading_file_send))
        .layer(DefaultBodyLimit::max(FILE_BYTES_MAX))
        .with_state(ingest)
}

/// Whose file it is.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReadingFileQuery {
    /// Key of the device.
    device: String,
}

/// What became of a file.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct ReadingFileSettled {
    /// Values that are durable now.
    accepted: usize,
    /// Values that were refused.
    rejected: u64,
    /// The first 1,000 refusals.
    refusals: Vec<ReadingFileRefusal>,
}

/// One value that was not taken.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct ReadingFileRefusal {
    /// Line of the file, the header being 1.
    line: u64,
    /// Key of the point.
    point: Option<String>,
    /// Why.
    code: RejectCode,
    /// What is wrong and what to send instead.
    detail: String,
}

/// Takes a CSV of readings of one device, UTF-8, at most 8 MiB and 500,000 values: `point,at,value`, or
/// `at` and one column for each point. Times as in `POST /readings`. Bad lines are listed and cost their
/// neighbours nothing; a file sent twice changes nothing.
#[utoipa::path(
    post, path = "/api/v1/reading_files", tag = "connect", params(ReadingFileQuery),
    request_body(content = String, content_type = "text/csv"),
    responses(
        (status = 200, body = ReadingFileSettled), (status = 404, body = Problem),
        (status = 422, body = Problem),
    )
)]
pub(crate) async fn reading_file_send(
    State(ingest): State<Ingest>,
    ctx: Ctx,
    Query(ReadingFileQuery { device: key }): Query<ReadingFileQuery>,
    Body(bytes): Body,
) -> ApiResult<Json<ReadingFileSettled>> {
    ctx.require_somewhere(Action::WriteReadings)?;
    let snapshot = ingest.directory().snapshot();
    let device = snapshot.device_by_key(&key);
    if !device.is_some_and(|device| ctx.may(Action::WriteReadings, device_scope(device))) {
        return Err(Problem::not_found("device", telemetry::reject::cut(&key, 64)));
    }
    let entries = decode::decode(&bytes)
        .map_err(|detail| Problem::new(ErrorKind::Invalid, "reading_file.malformed", detail))?;
    let mut settled = ReadingFileSettled::default();
    for part in entries.chunks(VALUES_PER_MESSAGE) {
        let body: Value = part.iter().map(|entry| entry.body.clone()).collect();
        let outcome =
            ingest.message(&key, body.to_string().as_bytes(), ctx.now, &ctx.actor).await?;
        settled.accepted += outcome.accepted;
        for reject in outcome.rejected {
            settled.rejected += reject.count;
            let line = reject.index.and_then(|index| part.get(index)).map_or(0, |entry| entry.line);
            if settled.refusals.len() < REFUSALS_MAX {
                let (point, code, detail) = (reject.point, reject.code, reject.detail);
                settled.refusals.push(ReadingFileRefusal { line, point, code, detail });
            }
        }
    }
    Ok(Json(settled))
}
