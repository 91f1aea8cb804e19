//! The measure of the demonstration: invented, laid down with the demonstration complex.

use base::Id;
use base::noun::Establishment;
use platform::Ctx;
use platform::http::{ApiResult, Problem};
use serde::Deserialize;

use super::MeasurePlan;
use crate::Energy;
use crate::electricity_contract::store as contracts;

/// Contracts that are looked through for the one of the measure.
const CONTRACTS_MAX: i64 = 5_000;

/// A measure of the demonstration, named by the key of the meter that shows it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemoMeasure {
    /// The device that counts.
    pub device: String,
    /// What was done and how it is measured.
    pub plan: MeasurePlan,
}

impl Energy {
    /// Whose measure it is; `None` when the meter or its owner is not there.
    pub fn demo_measure_owner(&self, measure: &DemoMeasure) -> Option<Id<Establishment>> {
        let directory = self.directory.snapshot();
        let found = directory.devices().find(|device| *device.key == *measure.device)?;
        found.establishment
    }

    /// Lays down the measure as a draft of its tenant, who has a contract by now.
    pub async fn write_demo_measure(&self, ctx: &Ctx, measure: DemoMeasure) -> ApiResult<()> {
        let owner = self.demo_measure_owner(&measure);
        let directory = self.directory.snapshot();
        let site = owner.and_then(|id| directory.establishment(id));
        let Some(site) = site else {
            return Err(Problem::not_found("device", measure.device));
        };
        let mut tx = self.platform.db.read().await?;
        let all = contracts::list(&mut tx, site.complex, None, None, CONTRACTS_MAX).await?;
        drop(tx);
        let Some(contract) = all.into_iter().find(|each| each.establishment_id == owner) else {
            return Ok(());
        };
        self.keep_measure(ctx, &contract, measure.plan).await.map(drop)
    }
}
