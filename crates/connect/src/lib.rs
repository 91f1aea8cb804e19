//! How devices reach the platform: their protocols, and nothing of what happens to a reading later.
//!
//! Every adaptor turns bytes of its protocol into the readings of [`telemetry::ingress`] and answers its
//! sender only when those are durable. Decoders are pure and total.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp))]

pub mod command;
pub mod mapping;
pub mod reading_file;
pub mod source;
pub mod thingsboard;
pub mod webhook;

mod fieldbus;
#[cfg(test)]
mod testing;

use mapping::Mapper;
use telemetry::ingress::Ingest;
use utoipa_axum::router::OpenApiRouter;

pub use fieldbus::Fieldbus;

/// The tables of this crate.
pub const MIGRATIONS: platform::db::MigrationSet = platform::migrations!(
    "connect",
    "0001_modbus_source",
    "0002_command",
    "0003_opcua_source",
    "0004_source",
);

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<platform::db::Statement> {
    [source::store::statements(), command::store::statements()].concat()
}

/// The routes of this crate that need no state of their own.
pub fn routes(ingest: &Ingest, mapper: &Mapper) -> OpenApiRouter {
    webhook::routes(ingest.clone(), mapper.clone())
        .merge(mapping::routes(ingest.clone(), mapper.clone()))
        .merge(reading_file::routes(ingest.clone()))
}
