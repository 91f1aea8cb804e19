//! Who sends this request: session cookie or API token, checked before any handler runs.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base::ErrorKind;
use subtle::ConstantTimeEq;

use super::Problem;
use super::problem::REQUEST_ID;
use crate::sign_in::{self, SESSION_COOKIE};
use crate::{Ctx, Platform};

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const X_CSRF_TOKEN: HeaderName = HeaderName::from_static("x-csrf-token");

#[derive(Clone)]
struct RequestId(String);

/// Gives each request an id: ours, or the caller's when it is short and plain.
pub async fn request_id(
    State(platform): State<Platform>,
    mut request: Request,
    next: Next,
) -> Response {
    let given = request.headers().get(X_REQUEST_ID).and_then(|id| id.to_str().ok());
    let id = match given {
        Some(id) if (8..=64).contains(&id.len()) && id.bytes().all(is_plain) => id.to_owned(),
        _ => platform.clock.new_id::<RequestId>().to_string(),
    };
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = REQUEST_ID.scope(id.clone(), next.run(request)).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    response
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Finds the actor of the request and leaves its [`Ctx`] for the handler. A wrong token is refused
/// here; no token at all is the handler's to refuse, so that public pages stay public.
pub async fn authenticate(
    State(platform): State<Platform>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    match find_actor(&platform, &parts).await {
        Ok(Some(ctx)) => {
            parts.extensions.insert(ctx);
        }
        Ok(None) => {}
        Err(problem) => return problem.into_response(),
    }
    next.run(Request::from_parts(parts, body)).await
}

async fn find_actor(platform: &Platform, request: &Parts) -> Result<Option<Ctx>, Problem> {
    let headers = &request.headers;
    let id = request.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default();
    let clock = &platform.clock;
    if let Some(token) = bearer(headers) {
        let found = sign_in::store::token_actor(&platform.db, token, clock.now()).await?;
        let (actor, grants) = found.ok_or_else(|| {
            let detail =
                "the token is unknown, expired or revoked: make a new one under 설정 > 토큰";
            Problem::new(ErrorKind::Unauthenticated, "token_refused", detail)
        })?;
        return Ok(Some(Ctx::new(actor, grants, clock.clone(), id)));
    }
    let Some(secret) = cookie(headers, SESSION_COOKIE) else { return Ok(None) };
    let Some(session) =
        sign_in::store::session_by_secret(&platform.db, secret, clock.now()).await?
    else {
        return Ok(None);
    };
    if !is_safe(&request.method) && !signs_in(request) {
        check_origin(headers)?;
        check_csrf(headers, &session.csrf)?;
    }
    Ok(Some(Ctx::new(session.actor(), session.grants, clock.clone(), id)))
}

fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Signing in carries no CSRF token yet; the cookie is `SameSite=Strict` and the body must be JSON.
fn signs_in(request: &Parts) -> bool {
    let path = request.uri.path();
    request.method == Method::POST
        && matches!(path, "/api/v1/session" | "/api/v1/session/demo" | "/api/v1/setup")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ").map(str::trim)
}

/// The value of the cookie `name`, if the request carries it.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

fn check_csrf(headers: &HeaderMap, expected: &str) -> Result<(), Problem> {
    let given = headers.get(X_CSRF_TOKEN).map(HeaderValue::as_bytes).unwrap_or_default();
    if bool::from(given.ct_eq(expected.as_bytes())) {
        return Ok(());
    }
    Err(Problem::forbidden(
        "the request lacks the X-CSRF-Token of this session: reload the page and try again",
    ))
}

/// A browser names the page that sends a change; only our own may.
fn check_origin(headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (Some(origin), Some(host)) = (text(header::ORIGIN), text(header::HOST)) else {
        return Ok(());
    };
    if origin.split_once("://").is_some_and(|(_, from)| from == host) {
        return Ok(());
    }
    Err(Problem::forbidden("the request comes from another site than this console"))
}
