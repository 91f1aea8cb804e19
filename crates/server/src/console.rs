//! The console, embedded in the binary: hashed files that a browser may keep for ever, compressed at
//! build time, and `index.html` for every address that is a page.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../web/dist"]
#[allow_missing = true]
struct Files;

/// What the console may load: nothing from outside. Styles are set inline by the component library; the
/// map draws in a worker made from a blob. A configured tile server is added to `img-src`/`connect-src`.
pub(crate) fn content_security_policy(tile_origin: Option<&str>) -> String {
    let tiles = tile_origin.map(|origin| format!(" {origin}")).unwrap_or_default();
    format!(
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:{tiles}; \
         connect-src 'self'{tiles}; worker-src 'self' blob:; child-src blob:; font-src 'self'; \
         object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
}

/// Serves a file of the console, or its start page.
pub(crate) async fn serve(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("api/") {
        let detail = format!("there is no address /{path}; see /api/v1/openapi.json");
        let problem =
            platform::http::Problem::new(base::ErrorKind::NotFound, "no_such_address", detail);
        return problem.into_response();
    }
    let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
    let name = if is_file { path } else { "index.html" };
    find(name, request.headers()).unwrap_or_else(|| not_built(name))
}

fn find(name: &str, headers: &HeaderMap) -> Option<Response> {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok());
    let accepts = |encoding: &str| accepts.is_some_and(|list| list.contains(encoding));
    let (file, encoding) = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepts(encoding))
        .find_map(|(encoding, suffix)| {
            Files::get(&format!("{name}{suffix}")).map(|file| (file, Some(encoding)))
        })
        .or_else(|| Files::get(name).map(|file| (file, None)))?;
    let mut response = Response::new(Body::from(file.data));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    // Files in assets/ carry their hash in the name; everything else may change with the next version.
    let cache = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    Some(response)
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "geojson" | "webmanifest") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn not_built(name: &str) -> Response {
    let text = if name == "index.html" {
        "The console is not part of this build. Run ./dev run, or build web/ and then sandan.\n"
    } else {
        "There is no such file.\n"
    };
    (StatusCode::NOT_FOUND, text).into_response()
}
