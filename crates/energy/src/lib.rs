//! Energy (에너지): what a tenant's electricity costs, why, and when its peak comes.
//!
//! ```text
//!  readings of a meter ──► load ──► energy_rules: bill, demand, forecast … ──► answers that explain themselves
//!        contract (terms by date) ──────────┘        tariffs, adders, holidays: dated data
//! ```
//! - [`electricity_contract`] says which meter a customer is billed by, and on which terms.
//! - [`bill`] makes out the bill of each month, line by line, and what another choice would cost.
//! - [`demand`] shows what the basic charge rests on, and where the running quarter of an hour will end.
//! - [`peak`] watches the running quarter of an hour and warns the control centre.
//! - [`meter`] says which meter counts what another has counted before, and what is left unexplained;
//!   [`self_sufficiency`] and [`emission`] say what a complex generates of its own, and what the rest emits.
//! - [`invoice`] keeps KEPCO's invoices, [`invoice_check`] puts one beside the bill, and says what would
//!   explain differences.
//! - [`load_shift`] says what the same use would have cost at other hours.
//! - [`forecast`] says how tomorrow will be, by [`load_plan`] too; [`anomaly`] what went wrong and what it
//!   cost, tuned by each [`anomaly_verdict`].
//! - [`sharing_level`] says how much a tenant shares, [`sharing_grant`] with whom; [`shared_reading`] tells the
//!   granted values and keeps the read log; [`sharing_group`] publishes sums and benchmarks of groups.
//! - [`saving_measure`] says what a measure saved, how sure that is, and who signed for it.
//! - [`production_entry`] keeps what was made, [`report`] hands a month, products and a year on.
//! - [`dr_fitness`] says whether a customer would pass the gate of demand response, [`dr_event`] what a call came to.
//! - [`vtn_connection`] follows somebody else's server of demand response, [`dr_proposal`] is what it, or the
//!   complex's own, asks for until a person decides.
//! - [`dispatch`] plans a battery, and says which size would pay.
//! - [`tariff`] lists the tariff versions that bills are made by, each with its source and how sure it is.
//!
//! The rules themselves stand in the crate `energy_rules`, which knows no database and no clock.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod anomaly;
pub mod anomaly_verdict;
pub mod bill;
pub mod demand;
pub mod dispatch;
pub mod dr_event;
pub mod dr_fitness;
pub mod dr_proposal;
pub mod electricity_contract;
pub mod emission;
pub mod file;
pub mod forecast;
pub mod invoice;
pub mod invoice_check;
pub mod load_plan;
pub mod load_shift;
pub mod meter;
pub mod peak;
pub mod production_entry;
pub mod report;
pub mod saving_measure;
pub mod self_sufficiency;
pub mod shared_reading;
pub mod sharing_grant;
pub mod sharing_group;
pub mod sharing_level;
pub mod tariff;
pub mod vtn_connection;

mod calculation;
mod carried;
#[cfg(test)]
mod counter_tests;
mod demo;
mod demo_sharing;
mod load;
#[cfg(test)]
mod race_tests;
#[cfg(test)]
mod testkit;
mod workbook;

use std::sync::{Arc, Mutex};

use base::ReadingBatch;
use energy_rules::calendar::Calendar;
use energy_rules::carbon::Factors;
use energy_rules::tariff::{Adders, Tariffs};
use platform::Platform;
use platform::db::Statement;
use registry::Directory;
use telemetry::Telemetry;
use tokio::sync::mpsc;
use utoipa_axum::router::OpenApiRouter;

/// The tables that the energy platform writes.
pub const MIGRATIONS: platform::db::MigrationSet = platform::migrations!(
    "energy",
    "0001_electricity_contract",
    "0002_sharing",
    "0003_meter",
    "0004_saving_measure",
    "0005_load_plan",
    "0006_anomaly_verdict",
    "0007_invoice",
    "0008_production_entry",
    "0009_dr_event",
    "0014_vtn_connection",
);

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    let nouns = [
        anomaly_verdict::store::statements(),
        dr_event::store::statements(),
        dr_proposal::store::statements(),
        electricity_contract::store::statements(),
        invoice::store::statements(),
        load_plan::store::statements(),
        meter::store::statements(),
        production_entry::store::statements(),
        saving_measure::store::statements(),
        shared_reading::store::statements(),
        sharing_grant::store::statements(),
        sharing_group::store::statements(),
        sharing_level::store::statements(),
        vtn_connection::store::statements(),
    ];
    nouns.into_iter().flatten().collect()
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
    pub(crate) book: Arc<Mutex<peak::Book>>,
    pub(crate) factors: Arc<Factors>,
    pub(crate) calculations: calculation::Calculations,
    /// Demand response servers that may be called.
    pub(crate) vtn_hosts: Arc<[String]>,
    pub(crate) vtn_statuses: vtn_connection::Statuses,
    /// The table of connections changed.
    pub(crate) vtn_nudge: Arc<tokio::sync::Notify>,
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
            book: Arc::default(),
            factors: Arc::new(Factors::shipped()),
            calculations: calculation::Calculations::default(),
            vtn_hosts: Arc::default(),
            vtn_statuses: vtn_connection::Statuses::default(),
            vtn_nudge: Arc::default(),
        }
    }

    /// The same, allowed to call these demand response servers, each `HOST` or `HOST:PORT`.
    #[must_use]
    pub fn calling(mut self, vtn_hosts: &[String]) -> Self {
        self.vtn_hosts = vtn_hosts.into();
        self
    }

    /// Starts the work in the background: peaks are watched, shared sums are published. `readings` brings what
    /// became durable.
    pub fn start(&self, readings: mpsc::Receiver<ReadingBatch>) {
        self.watch_peaks(readings);
        self.start_publishing();
        self.follow_own_servers();
        self.follow_vtns();
    }

    /// The routes under `/api/v1`.
    pub fn routes(&self) -> OpenApiRouter {
        OpenApiRouter::new()
            .merge(electricity_contract::api::routes())
            .merge(bill::api::routes())
            .merge(demand::api::routes())
            .merge(forecast::api::routes())
            .merge(anomaly::api::routes())
            .merge(anomaly_verdict::api::routes())
            .merge(load_plan::api::routes())
            .merge(load_shift::api::routes())
            .merge(invoice::api::routes())
            .merge(invoice_check::api::routes())
            .merge(peak::api::routes())
            .merge(meter::api::routes())
            .merge(self_sufficiency::api::routes())
            .merge(emission::api::routes())
            .merge(sharing_level::api::routes())
            .merge(sharing_grant::api::routes())
            .merge(shared_reading::api::routes())
            .merge(sharing_group::api::routes())
            .merge(production_entry::api::routes())
            .merge(report::monthly_api::routes())
            .merge(report::product_api::routes())
            .merge(report::annual_api::routes())
            .merge(report::site_api::routes())
            .merge(dr_fitness::api::routes())
            .merge(dr_event::api::routes())
            .merge(dr_event::publish_api::routes())
            .merge(dr_proposal::api::routes())
            .merge(vtn_connection::api::routes())
            .merge(dispatch::api::routes())
            .merge(dispatch::run_api::routes())
            .merge(dispatch::sizing_api::routes())
            .merge(tariff::api::routes())
            .merge(saving_measure::api::routes())
            .with_state(self.clone())
    }
}
