//! Readings: how they become durable, where they are kept, and how they are asked for.
//!
//! Invariants: a reading is acknowledged only after `fdatasync`; of two readings with the same series and
//! time the one acknowledged last wins; a query sees every acknowledged reading once.
// Tests compare floats exactly: the store gives back the bits that it took.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic, clippy::float_cmp))]

pub mod buffer;
pub mod catalogue;
pub mod check;
pub mod column_mapping;
pub mod compaction;
pub mod consumption;
pub mod correction;
pub mod coverage;
pub mod erasure;
pub mod export;
pub mod health;
pub mod ingress;
pub mod interval_import;
pub mod latest;
pub mod log;
pub mod query;
pub mod reading;
pub mod reject;
pub mod rollup;
pub mod saved_query;
pub mod segment;
pub mod sql_query;
pub mod store;

mod facade;
mod fault;

pub use consumption::{EDGE_MS, counter_slots};
pub use facade::Telemetry;
pub use latest::LatestReading;
pub use query::{Aggregate, Bucket, Bucketing, RAW_READINGS_MAX, RawReadings};
pub use store::{Options, Sameness, Store, StoreError};

/// The tables of this crate.
pub const MIGRATIONS: platform::db::MigrationSet = platform::migrations!(
    "telemetry",
    "0001_segment",
    "0010_reject",
    "0011_column_mapping",
    "0012_interval_import",
    "0020_compaction",
    "0030_saved_query",
    "0040_correction",
    "0050_rollup"
);

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<platform::db::Statement> {
    [
        catalogue::store::statements(),
        column_mapping::statements(),
        erasure::statements(),
        correction::store::statements(),
        health::statements(),
        interval_import::statements(),
        reject::store::statements(),
        rollup::statements(),
        saved_query::statements(),
    ]
    .concat()
}
