//! How devices reach the platform: their protocols, and nothing of what happens to a reading later.
//!
//! Every adaptor turns bytes of its protocol into the readings of [`telemetry::ingress`] and answers its
//! sender only when those are durable. Decoders are pure and total.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp))]

pub mod mapping;
pub mod thingsboard;
pub mod webhook;

use mapping::Mapper;
use telemetry::ingress::Ingest;
use utoipa_axum::router::OpenApiRouter;

/// The routes of this crate.
pub fn routes(ingest: &Ingest, mapper: &Mapper) -> OpenApiRouter {
    webhook::routes(ingest.clone(), mapper.clone())
        .merge(mapping::routes(ingest.clone(), mapper.clone()))
}

#[cfg(test)]
mod testing;
