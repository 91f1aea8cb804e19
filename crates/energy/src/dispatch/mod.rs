//! Storage and generation (ESS·태양광): what a battery would save a contract, when it charges and discharges, and
//! which size pays.
//!
//! A plan knows the load beforehand, so what it saves is the most that any controller could: answers carry
//! beside it what the controller kept of it on the one plant that it was measured on. Prices are those of the
//! terms in force today, without VAT, fund and power factor; every answer lists what it assumes. Nothing is
//! stored, and no battery is steered from here.

pub(crate) mod api;
pub(crate) mod run_api;
pub(crate) mod site;
pub(crate) mod sizing_api;
#[cfg(test)]
mod tests;
pub(crate) mod view;

use energy_rules::dispatch::{Battery, BatterySpec, DispatchError};
use serde::Deserialize;
use utoipa::ToSchema;

/// The largest battery that is planned, kWh and kW.
const SIZE_MAX: f64 = 1e6;

/// What is said of a battery beside its size.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BatteryHabits {
    /// Share of the energy taken that comes back, AC to AC, %; 90 when absent.
    efficiency_percent: Option<f64>,
    /// Never drawn below this charge, %; 10 when absent.
    soc_min_percent: Option<f64>,
    /// Never filled beyond this charge, %; 95 when absent.
    soc_max_percent: Option<f64>,
    /// Wear, won per kWh discharged; 0 when absent.
    wear_won_per_kwh: Option<f64>,
}

impl BatteryHabits {
    /// A battery of this size. Its figures are not checked yet.
    pub(crate) fn spec(self, capacity_kwh: f64, power_kw: f64) -> BatterySpec {
        let usual = BatterySpec::usual(capacity_kwh, power_kw);
        let share = |percent: Option<f64>, usual: f64| percent.map_or(usual, |all| all / 100.0);
        BatterySpec {
            efficiency: share(self.efficiency_percent, usual.efficiency),
            soc_min: share(self.soc_min_percent, usual.soc_min),
            soc_max: share(self.soc_max_percent, usual.soc_max),
            wear_won_per_kwh: self.wear_won_per_kwh.unwrap_or(usual.wear_won_per_kwh),
            ..usual
        }
    }
}

/// A battery of this size, when its figures make sense.
pub(crate) fn battery(
    habits: BatteryHabits,
    capacity_kwh: f64,
    power_kw: f64,
) -> Result<Battery, DispatchError> {
    for (name, value) in [("the capacity (kWh)", capacity_kwh), ("the power (kW)", power_kw)] {
        if !(0.0..=SIZE_MAX).contains(&value) {
            let allowed = "0 to 1000000";
            return Err(DispatchError::OutOfBounds { name, value, allowed });
        }
    }
    Battery::new(habits.spec(capacity_kwh, power_kw))
}
