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
//! - [`tariff`] lists the tariff versions that bills are made by, each with its source and how sure it is.
//!
//! The rules themselves stand in the crate `energy_rules`, which knows no database and no clock.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub mod anomaly;
pub mod anomaly_verdict;
pub mod bill;
pub mod demand;
pub mod electricity_contract;
pub mod emission;
pub mod file;
pub mod forecast;
pub mod invoice;
pub mod invoice_check;
pub mod peak;
pub mod meter;
pub mod self_sufficiency;
pub mod load_plan;
pub mod load_shift;
pub mod shared_reading;
pub mod sharing_grant;
pub mod sharing_group;
pub mod sharing_level;
pub mod saving_measure;
pub mod production_entry;
pub mod report;
pub mod tariff;

mod demo;
mod demo_sharing;
mod load;
mod workbook;

use std::sync::{Arc, Mutex};

use energy_rules::calendar::Calendar;
use energy_rules::carbon::Factors;
use energy_rules::tariff::{Adders, Tariffs};
use platform::Platform;
use platform::db::Statement;
use registry::Directory;
use telemetry::Telemetry;
use utoipa_axum::router::OpenApiRouter;

/// The tables that the energy platform writes.
pub const MIGRATIONS: platform::db::MigrationSet =
    platform::migrations!("energy", "0001_electricity_contract", "0003_meter");

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    [electricity_contract::store::statements(), meter::store::statements()].concat()
pub const MIGRATIONS: platform::db::MigrationSet = platform::migrations!(
    "energy",
    "0001_electricity_contract",
    "0005_load_plan",
    "0005_anomaly_verdict",
    "0005_invoice",
);

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    let nouns = [
        electricity_contract::store::statements(),
        load_plan::store::statements(),
        anomaly_verdict::store::statements(),
        invoice::store::statements(),
    ];
    nouns.into_iter().flatten().collect()
    platform::migrations!("energy", "0001_electricity_contract", "0002_sharing");

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    [
        electricity_contract::store::statements(),
        shared_reading::store::statements(),
        sharing_grant::store::statements(),
        sharing_group::store::statements(),
        sharing_level::store::statements(),
    ]
    .concat()
    platform::migrations!("energy", "0001_electricity_contract", "0004_saving_measure");

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    let mut all = electricity_contract::store::statements();
    all.extend(saving_measure::store::statements());
    all
    platform::migrations!("energy", "0001_electricity_contract", "0008_production_entry");

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    [electricity_contract::store::statements(), production_entry::store::statements()].concat()
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
        }
    }

    /// Starts the periodic work: shared sums are published.
    pub fn start(&self) {
        self.start_publishing();
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
            .merge(tariff::api::routes())
            .merge(saving_measure::api::routes())
            .with_state(self.clone())
    }
}
