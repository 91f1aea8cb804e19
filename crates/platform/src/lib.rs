//! The outside world, once: database, HTTP, work, bus, blobs. Domains see these parts and no library
//! behind them.
//!
//! Invariants: domains never open a connection, a socket or a file themselves; every write goes through
//! [`db::WriteTx`], which carries change, audit and outbox together; every task runs in [`work::Tasks`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod audit;
pub mod blob;
pub mod bus;
pub mod clock;
pub mod db;
pub mod http;
pub mod metrics;
pub mod seal;
pub mod sign_in;
pub mod testing;
pub mod trouble;
pub mod work;

mod ctx;

use std::sync::Arc;

use base::Clock;

pub use audit::Audit;
pub use ctx::Ctx;

/// Everything a domain may use of the outside world. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    /// State.
    pub db: db::Db,
    /// Events to consoles and between parts of this process.
    pub bus: bus::Bus,
    /// Files: segments, uploads, documents.
    pub blob: blob::Blob,
    /// Time and randomness.
    pub clock: Arc<dyn Clock>,
    /// Counters for `/metrics`.
    pub metrics: metrics::Metrics,
    /// What is wrong with the platform itself.
    pub troubles: trouble::Troubles,
    /// Background tasks and shutdown.
    pub tasks: work::Tasks,
    /// Seals secrets of services that the platform calls.
    pub seal: seal::Seal,
    /// Whether people reach the console over HTTPS only: then the session cookie is marked `Secure`.
    pub https: bool,
}

impl Platform {
    /// Puts the parts together; `blob` holds the files.
    pub fn new(db: db::Db, blob: blob::Blob, clock: Arc<dyn Clock>) -> Self {
        let bus = bus::Bus::new();
        let db = db.with_bus(bus.clone());
        let (metrics, tasks) = (metrics::Metrics::new(), work::Tasks::new());
        let troubles = trouble::Troubles::new(&metrics);
        let seal = seal::Seal::passing(clock.as_ref());
        Self { db, bus, blob, clock, metrics, troubles, tasks, seal, https: false }
    }
}

/// The tables that the platform itself writes.
pub const MIGRATIONS: db::MigrationSet =
    migrations!("platform", "0001_sign_in", "0002_ledger", "0003_work");

/// Every SQL statement of the platform, for the test that prepares all on both engines.
pub fn statements() -> Vec<db::Statement> {
    [
        sign_in::store::statements(),
        audit::statements(),
        work::outbox::statements(),
        work::lease::statements(),
    ]
    .concat()
}
