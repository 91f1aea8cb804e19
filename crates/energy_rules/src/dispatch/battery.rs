//! A battery (ESS): what it holds, how fast, and what it loses.

use super::error::{DispatchError, bounded};

/// Hours of one slot.
pub(super) const SLOT_HOURS: f64 = 0.25;

/// What a data sheet says of a battery. Not checked yet: [`Battery::new`] does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BatterySpec {
    /// Nominal capacity, kWh.
    pub capacity_kwh: f64,
    /// The most that it takes or gives at its terminals (AC), kW.
    pub power_kw: f64,
    /// Share of the capacity that is never drawn from, 0 to 1.
    pub soc_min: f64,
    /// Share of the capacity that is never filled beyond, 0 to 1.
    pub soc_max: f64,
    /// Share of the energy taken that comes back, AC to AC, over 0 and at most 1.
    pub efficiency: f64,
    /// Wear, won per kWh that is discharged.
    pub wear_won_per_kwh: f64,
}

impl BatterySpec {
    /// A battery as the reference computes with it: charge 10 to 95 %, 90 % round trip, no wear.
    pub fn usual(capacity_kwh: f64, power_kw: f64) -> Self {
        Self {
            capacity_kwh,
            power_kw,
            soc_min: 0.10,
            soc_max: 0.95,
            efficiency: 0.90,
            wear_won_per_kwh: 0.0,
        }
    }
}

/// A battery whose figures make sense.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Battery {
    spec: BatterySpec,
    one_way: f64,
}

impl Battery {
    /// Checks a data sheet. A battery of no capacity or no power is one that does nothing.
    pub fn new(spec: BatterySpec) -> Result<Self, DispatchError> {
        let BatterySpec { capacity_kwh, power_kw, soc_min, soc_max, efficiency, wear_won_per_kwh } =
            spec;
        let positive = "0 or more";
        bounded("the battery's capacity (kWh)", capacity_kwh, positive, capacity_kwh >= 0.0)?;
        bounded("the battery's power (kW)", power_kw, positive, power_kw >= 0.0)?;
        bounded("the lowest state of charge", soc_min, "0 to 1", (0.0..=1.0).contains(&soc_min))?;
        let above = (soc_min..=1.0).contains(&soc_max);
        bounded("the highest state of charge", soc_max, "from the lowest one to 1", above)?;
        let share = efficiency > 0.0 && efficiency <= 1.0;
        bounded("the round-trip efficiency", efficiency, "over 0 and at most 1", share)?;
        bounded("the wear (won/kWh)", wear_won_per_kwh, positive, wear_won_per_kwh >= 0.0)?;
        Ok(Self { spec, one_way: efficiency.sqrt() })
    }

    /// What the data sheet says.
    pub fn spec(&self) -> &BatterySpec {
        &self.spec
    }

    /// The least energy that is kept stored, kWh.
    pub fn stored_min_kwh(&self) -> f64 {
        self.spec.soc_min * self.spec.capacity_kwh
    }

    /// The most energy that is stored, kWh.
    pub fn stored_max_kwh(&self) -> f64 {
        self.spec.soc_max * self.spec.capacity_kwh
    }

    /// Energy between the least and the most, kWh.
    pub fn usable_kwh(&self) -> f64 {
        self.stored_max_kwh() - self.stored_min_kwh()
    }

    /// The most energy taken or given in one slot at the terminals, kWh.
    pub(super) fn slot_kwh(&self) -> f64 {
        self.spec.power_kw * SLOT_HOURS
    }

    /// Share that is left after charging alone, or after discharging alone.
    pub(super) fn one_way(&self) -> f64 {
        self.one_way
    }

    /// Wear, won per kWh discharged.
    pub(super) fn wear(&self) -> f64 {
        self.spec.wear_won_per_kwh
    }

    /// Energy above the least, within what can be used, kWh.
    pub(super) fn above_min(&self, stored_kwh: f64) -> f64 {
        (stored_kwh - self.stored_min_kwh()).clamp(0.0, self.usable_kwh())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_data_sheet_that_makes_no_sense_is_refused_with_its_bounds() {
        let good = BatterySpec::usual(500.0, 250.0);
        assert!((Battery::new(good).unwrap().usable_kwh() - 425.0).abs() < 1e-9);
        assert!(Battery::new(BatterySpec::usual(0.0, 0.0)).is_ok());
        for (bad, words) in [
            (BatterySpec { capacity_kwh: -1.0, ..good }, "capacity (kWh) is -1 and must be 0 or"),
            (BatterySpec { capacity_kwh: f64::NAN, ..good }, "capacity (kWh) is NaN"),
            (BatterySpec { power_kw: f64::INFINITY, ..good }, "power (kW) is inf"),
            (BatterySpec { soc_min: -0.1, ..good }, "must be 0 to 1"),
            (BatterySpec { soc_max: 0.05, ..good }, "must be from the lowest one to 1"),
            (BatterySpec { efficiency: 0.0, ..good }, "efficiency is 0 and must be over 0"),
            (BatterySpec { efficiency: 1.01, ..good }, "at most 1"),
            (BatterySpec { wear_won_per_kwh: -5.0, ..good }, "wear (won/kWh) is -5"),
        ] {
            let said = Battery::new(bad).unwrap_err().to_string();
            assert!(said.contains(words), "{said}");
        }
    }
}
