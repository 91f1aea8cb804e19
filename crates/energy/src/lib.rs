//! Energy (에너지): what a tenant's electricity costs, why, and when its peak comes.
//!
//! ```text
//!  readings of a meter ──► load ──► energy_rules: bill, demand, forecast … ──► answers that explain themselves
//!        contract (terms by date) ──────────┘        tariffs, adders, holidays: dated data
//! ```
//! - [`electricity_contract`] says which meter a customer is billed by, and on which terms.
//! - [`bill`] makes out the bill of each month, line by line, and what another choice would cost.
//! - [`demand`] shows what the basic charge rests on, and where the running quarter of an hour will end.
//! - [`invoice_check`] puts KEPCO's invoice beside the bill, and says what would explain differences.
//! - [`forecast`] says how tomorrow will be, [`anomaly`] what went wrong and what it cost.
//! - [`dr_fitness`] says whether a customer would pass the gate of demand response, [`dr_event`] what a call came to.
//! - [`dispatch`] plans a battery, and says which size would pay.
//! - [`tariff`] lists the tariff versions that bills are made by, each with its source and how sure it is.
//!
//! The rules themselves stand in the crate `energy_rules`, which knows no database and no clock.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod anomaly;
pub mod bill;
pub mod demand;
pub mod dispatch;
pub mod dr_event;
pub mod dr_fitness;
pub mod electricity_contract;
pub mod file;
pub mod forecast;
pub mod invoice_check;
pub mod tariff;

mod calculation;
mod demo;
mod load;

use std::sync::Arc;

use energy_rules::calendar::Calendar;
use energy_rules::tariff::{Adders, Tariffs};
use platform::Platform;
use platform::db::Statement;
use registry::Directory;
use telemetry::Telemetry;
use utoipa_axum::router::OpenApiRouter;

/// The tables that the energy platform writes.
pub const MIGRATIONS: platform::db::MigrationSet =
    platform::migrations!("energy", "0001_electricity_contract", "0006_dr_event");

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    let mut all = electricity_contract::store::statements();
    all.extend(dr_event::store::statements());
    all
}

/// The energy platform of this process. Cheap to clone.
#[derive(Clone)]
pub struct Energy {
    pub(crate) platform: Platform,
    pub(crate) directory: Directory,
    pub(crate) telemetry: Telemetry,
    pub(crate) tariffs: Arc<Tariffs>,
    pub(crate) adders: Arc<Adders>,
    pub(crate) calendar: Arc<Calendar>,
    pub(crate) calculations: calculation::Calculations,
}

impl Energy {
    /// The energy platform on these readings, with the tariffs that the product ships.
    pub fn new(platform: &Platform, directory: &Directory, telemetry: &Telemetry) -> Self {
        Self {
            platform: platform.clone(),
            directory: directory.clone(),
            telemetry: telemetry.clone(),
            tariffs: Arc::new(Tariffs::shipped()),
            adders: Arc::new(Adders::shipped()),
            calendar: Arc::new(Calendar::shipped()),
            calculations: calculation::Calculations::default(),
        }
    }

    /// The routes under `/api/v1`.
    pub fn routes(&self) -> OpenApiRouter {
        OpenApiRouter::new()
            .merge(electricity_contract::api::routes())
            .merge(bill::api::routes())
            .merge(demand::api::routes())
            .merge(forecast::api::routes())
            .merge(anomaly::api::routes())
            .merge(invoice_check::api::routes())
            .merge(dr_fitness::api::routes())
            .merge(dr_event::api::routes())
            .merge(dispatch::api::routes())
            .merge(dispatch::run_api::routes())
            .merge(dispatch::sizing_api::routes())
            .merge(tariff::api::routes())
            .with_state(self.clone())
    }
}
