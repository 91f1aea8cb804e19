//! All routes of the process, with what every request passes through.

use std::time::Duration;

use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use platform::http::BODY_LIMIT;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use crate::App;

/// How long a request may take; live events and uploads are apart.
const REQUEST_TIMEOUT: Duration = Duration::from_mins(1);

#[derive(OpenApi)]
#[openapi(info(
    title = "Sandan (산단)",
    description = "The operating platform of a smart green industrial complex. Instants are RFC 3339 \
        UTC; lists answer {items, next}; every error is problem+json (RFC 9457).",
    license(name = "Apache-2.0")
))]
struct Doc;

fn api(app: &App) -> OpenApiRouter {
    OpenApiRouter::with_openapi(Doc::openapi())
        .merge(crate::system::routes(app))
        .merge(platform::http::routes(&app.platform))
        .merge(registry::routes(&app.registry))
        .merge(app.telemetry.routes())
        .merge(connect::routes(app.telemetry.ingest(), &app.mapper))
        .merge(app.fieldbus.routes())
        .merge(app.control.routes())
        .merge(app.energy.routes())
}

/// The description of the API, as `openapi.json` holds it.
pub(crate) fn openapi(app: &App) -> utoipa::openapi::OpenApi {
    api(app).split_for_parts().1
}

/// Everything that the HTTP address serves.
pub(crate) fn router(app: &App) -> Router {
    let (api, openapi) = api(app).split_for_parts();
    let platform = app.platform.clone();
    let probes = Router::new()
        .route("/api/v1/openapi.json", get(async move || Json(openapi)))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(app.clone());
    api.merge(probes)
        .merge(openadr::routes(&app.platform))
        .fallback(crate::console::serve)
        .layer(middleware::from_fn_with_state(platform.clone(), platform::http::authenticate))
        .layer(middleware::from_fn(timeout))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(app.clone(), security_headers))
        .layer(tower_http::catch_panic::CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(platform, platform::http::request_id))
        .layer(middleware::from_fn(log))
}

/// Whether the parts that a request needs answer, and readings are taken in. No path of a file stands in
/// the answer: anybody may ask.
async fn ready(State(app): State<App>) -> Response {
    if let Err(error) = app.platform.db.read().await {
        tracing::error!(cause = %error, "the store does not answer");
        return not_ready("the store does not answer");
    }
    let troubles = app.platform.troubles.list();
    match troubles.iter().find(|trouble| trouble.stops_intake) {
        Some(trouble) => not_ready(&format!(
            "no readings are taken in since {}: {}; see GET /api/v1/system/health",
            trouble.since, trouble.code
        )),
        None => "ready\n".into_response(),
    }
}

fn not_ready(why: &str) -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, format!("{why}\n")).into_response()
}

/// Counters for Prometheus. No names of people, devices or tenants stand in them.
async fn metrics(State(app): State<App>) -> Response {
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, content_type)], app.platform.metrics.text()).into_response()
}

async fn timeout(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let answer = tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let detail = format!(
            "{path} took longer than {} s: ask for less, or try again",
            REQUEST_TIMEOUT.as_secs()
        );
        platform::http::Problem::new(base::ErrorKind::Unavailable, "timeout", detail)
            .into_response()
    })
}

async fn security_headers(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=()"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_SECURITY_POLICY, app.policy.clone());
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

fn panicked(_: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let detail = "something failed on our side and was logged; try again";
    platform::http::Problem::new(base::ErrorKind::Internal, "panic", detail).into_response()
}

/// One line for each request: no query, no body, no header.
async fn log(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let start = tokio::time::Instant::now();
    let response = next.run(request).await;
    let took_ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let id = response.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    let status = response.status().as_u16();
    if path.starts_with("/api/") {
        tracing::info!(%method, path, status, took_ms, id, "request");
    } else {
        tracing::debug!(%method, path, status, took_ms, id, "request");
    }
    response
}
