//! The registry (등록부): who and what exists.
//!
//! A complex holds parcels, buildings and units; companies have establishments in it; devices measure
//! points there, and a point has an owner from when to when. Other registers' codes hang on all of them.
//! Files of establishments, devices and points come in by [`registry_import`], and what only looks alike
//! waits as a [`review_item`] for a person.
//!
//! Invariants: nothing is removed, only closed or retired; nothing is merged silently; every write leaves
//! an audit row, a higher generation and an event `registry.changed` in its own transaction; every handler
//! asks for permission at the scope of the thing. Deliberately absent: readings, alarms, money.
#![allow(unused_qualifications, reason = "the macros of utoipa write whole paths")]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod building;
pub mod calibration;
pub mod company;
pub mod complex;
pub mod device;
pub mod device_certificate;
pub mod device_claim;
pub mod device_profile;
pub mod device_replacement;
pub mod directory;
pub mod establishment;
pub mod external_code;
pub mod identity;
pub mod organisation;
pub mod parcel;
pub mod person;
pub mod point;
pub mod quarantined_device;
pub mod registry_import;
pub mod review_item;
pub mod seed;
pub mod unit;
pub mod workbook;

mod access;
mod change;
mod error;
mod noun;
mod position;
#[cfg(test)]
mod tests;

use platform::Platform;
use platform::db::{DbError, Statement, WriteTx};
use platform::http::Problem;
use platform::work::Stage;
use utoipa_axum::router::OpenApiRouter;

pub use directory::Directory;
pub use error::RegistryError;
pub use quarantined_device::Quarantine;

/// Name of the turn that changes of the registry take.
pub(crate) const TURN: &str = "registry";

/// The tables that the registry writes.
pub const MIGRATIONS: platform::db::MigrationSet = platform::migrations!(
    "registry",
    "0001_registry",
    "0002_import",
    "0003_profile",
    "0004_device"
);

/// Every SQL statement of the registry, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    [
        building::store::statements(),
        calibration::store::statements(),
        change::statements(),
        company::store::statements(),
        complex::store::statements(),
        device::credential::statements(),
        device::store::statements(),
        device_certificate::store::statements(),
        device_claim::store::statements(),
        device_profile::store::statements(),
        device_replacement::store::statements(),
        directory::statements(),
        establishment::store::statements(),
        external_code::store::statements(),
        organisation::store::statements(),
        parcel::store::statements(),
        person::store::statements(),
        point::owner::statements(),
        point::store::statements(),
        quarantined_device::store::statements(),
        registry_import::statements(),
        review_item::store::statements(),
        seed::statements(),
        unit::store::statements(),
    ]
    .concat()
}

/// The registry of this process. Cheap to clone.
#[derive(Clone)]
pub struct Registry {
    platform: Platform,
    directory: Directory,
}

impl Registry {
    /// Reads the directory and stands ready.
    pub async fn load(platform: &Platform) -> Result<Self, DbError> {
        let directory = Directory::load(platform).await?;
        Ok(Self { platform: platform.clone(), directory })
    }

    /// Devices, points and owners in memory.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Where adaptors note senders whose key no device has.
    pub fn quarantine(&self) -> &Quarantine {
        self.directory.quarantine()
    }

    pub(crate) fn platform(&self) -> &Platform {
        &self.platform
    }

    /// A change of the registry, when its turn has come: keys, owners, codes and limits are read before they are
    /// written, and companies are shared by all complexes.
    pub(crate) async fn write(&self) -> Result<WriteTx, DbError> {
        self.platform.db.write_in_turn(TURN, "").await
    }

    /// Makes a change durable and visible in the directory.
    pub(crate) async fn commit(&self, tx: WriteTx) -> Result<(), Problem> {
        tx.commit().await?;
        // The change stands; a directory that lags is put right by the task within seconds.
        if let Err(error) = self.directory.refresh().await {
            tracing::warn!(cause = %error, "the directory could not be refreshed after a write");
        }
        Ok(())
    }
}

/// All routes of the registry.
pub fn routes(registry: &Registry) -> OpenApiRouter {
    OpenApiRouter::new()
        .merge(complex::api::routes(registry))
        .merge(company::api::routes(registry))
        .merge(parcel::api::routes(registry))
        .merge(building::api::routes(registry))
        .merge(unit::api::routes(registry))
        .merge(establishment::api::routes(registry))
        .merge(organisation::api::routes(registry))
        .merge(person::api::routes(registry))
        .merge(external_code::api::routes(registry))
        .merge(device_profile::api::routes(registry))
        .merge(device::api::routes(registry))
        .merge(device_claim::api::routes(registry))
        .merge(device_certificate::api::routes(registry))
        .merge(calibration::api::routes(registry))
        .merge(device_replacement::api::routes(registry))
        .merge(quarantined_device::api::routes(registry))
        .merge(point::api::routes(registry))
        .merge(registry_import::api::routes(registry))
        .merge(review_item::api::routes(registry))
}

/// Starts the tasks: `registry.directory.refresh` follows what other processes write, and quarantined
/// senders go to their table.
pub fn tasks(registry: &Registry) {
    registry.quarantine().start(&registry.platform);
    let directory = registry.directory.clone();
    registry.platform.tasks.every(Stage::Drain, directory::CHECK_EVERY, move || {
        let directory = directory.clone();
        async move {
            if let Err(error) = directory.refresh().await {
                tracing::warn!(cause = %error, "the directory could not be refreshed");
            }
        }
    });
}
