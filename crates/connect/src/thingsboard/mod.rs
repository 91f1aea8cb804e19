//! ThingsBoard's device API over HTTP, as an input dialect: devices made for it send here unchanged.
//!
//! `POST /api/v1/{token}/telemetry`; the token is the secret of the device. Bodies are those of
//! [`telemetry::ingress::thingsboard`]; MQTT speaks the same (`telemetry::ingress::mqtt`).
//!
//! The path holds a secret. So this has an address of its own, answers nothing else, and no layer here
//! writes paths to a log. Deliberately absent: attributes are taken and not kept; commands and claims of
//! that API are not spoken.

#[cfg(test)]
mod tests;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base::Actor;
use telemetry::ingress::{Ingest, thingsboard};

/// Most bytes of one body.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Everything that this address answers.
pub fn router(ingest: Ingest) -> Router {
    Router::new()
        .route("/api/v1/{token}/telemetry", post(telemetry))
        .route("/api/v1/{token}/attributes", post(attributes))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(ingest)
}

/// 200 when the readings are durable, and also when single values were refused: they are counted, and
/// sending them again would not help.
async fn telemetry(
    State(ingest): State<Ingest>,
    Path(token): Path<String>,
    body: Bytes,
) -> Response {
    let snapshot = ingest.directory().snapshot();
    let Some(device) = snapshot.device_by_secret(&token) else { return unknown() };
    let key = device.key.to_string();
    let actor = Actor::device(&key);
    let arrived = ingest.now();
    let (raw, rejects) = thingsboard::decode(&body, arrived);
    let settled = ingest.readings(&key, raw, rejects, arrived, &actor).await;
    match settled {
        Ok(outcome) if outcome.accepted == 0 && !outcome.rejected.is_empty() => {
            let words = outcome.rejected.first().map_or("", |reject| reject.detail.as_str());
            (StatusCode::BAD_REQUEST, words.to_owned()).into_response()
        }
        Ok(_) => StatusCode::OK.into_response(),
        Err(error) => {
            tracing::warn!(device = key, %error, "a message was not acknowledged");
            (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response()
        }
    }
}

/// Attributes are answered, so that firmware that insists on them goes on, and not kept.
async fn attributes(State(ingest): State<Ingest>, Path(token): Path<String>) -> Response {
    match ingest.directory().snapshot().device_by_secret(&token) {
        Some(_) => StatusCode::OK.into_response(),
        None => unknown(),
    }
}

fn unknown() -> Response {
    let words = "no device has this token: check it, or make a new credential in the console";
    (StatusCode::UNAUTHORIZED, words).into_response()
}
