//! The composition root: options in, a running platform out. No business rule lives here.
//!
//! Start: lock the folder → open the store, migrate → read the directory → recover the reading log →
//! start rules → open the brokers and addresses. Shutdown runs backwards: intake first, then what works
//! on data that is in, then the stores, within 20 seconds.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod admin;
pub mod backup;

mod app;
mod clock_watch;
mod console;
mod demo;
mod live;
mod maintenance;
mod options;
mod router;
mod serve;
mod system;
#[cfg(test)]
mod tests;

pub use app::{App, MAPPER_COMMAND, StartError, run_mapper};
pub use options::Options;
pub use serve::{Addresses, serve};

/// The description of the API as JSON, as `openapi.json` holds it.
pub fn openapi(app: &App) -> String {
    let mut json = serde_json::to_value(router::openapi(app)).unwrap_or_default();
    json.sort_all_objects();
    let mut text = serde_json::to_string_pretty(&json).unwrap_or_default();
    text.push('\n');
    text
}

/// The migrations of every crate, in the order in which they run.
pub const MIGRATIONS: [platform::db::MigrationSet; 7] = [
    platform::MIGRATIONS,
    registry::MIGRATIONS,
    telemetry::MIGRATIONS,
    connect::MIGRATIONS,
    control::MIGRATIONS,
    energy::MIGRATIONS,
    openadr::MIGRATIONS,
];

/// Every SQL statement of the product, for the test that prepares all on both engines.
pub fn statements() -> Vec<platform::db::Statement> {
    [
        platform::statements(),
        registry::statements(),
        telemetry::statements(),
        connect::statements(),
        control::statements(),
        energy::statements(),
        openadr::statements(),
    ]
    .concat()
}
