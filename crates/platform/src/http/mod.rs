//! HTTP for all domains: errors as problem+json, parsing, paging, sign-in of each request, events.
//!
//! Life of a request: request id → body limit and timeout → [`fn@authenticate`] makes the [`crate::Ctx`] →
//! the handler asks [`crate::Ctx::require`] → JSON or problem+json. Only this module knows status codes.

pub mod audit_api;
mod authenticate;
mod events;
mod extract;
mod problem;

pub(crate) use authenticate::cookie;
pub use authenticate::{authenticate, request_id};
pub use extract::{Body, Json, Path, Query};
pub use problem::{ApiResult, Problem};

pub use crate::Ctx;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Platform;

/// Bytes of an ordinary request body.
pub const BODY_LIMIT: usize = 1024 * 1024;

/// The routes of the platform itself: sign-in, accounts, tokens, ledger, events.
pub fn routes(platform: &Platform) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(audit_api::audit_entry_list))
        .routes(routes!(audit_api::audit_entry_verify))
        .routes(routes!(events::event_stream))
        .with_state(platform.clone())
        .merge(crate::sign_in::api::routes(platform))
}
