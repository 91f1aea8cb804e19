//! What stored energy is worth against the demand that today may still come to.
//!
//! Each case of today (a past day from this time of day on, with its weight) has a least demand
//! that a store could hold if the case were known; it falls with the energy stored, convexly. The
//! mean over the cases, times the charge, is what energy is worth against peaks (hindsight
//! optimisation: Chong, Givan and Chang, A framework for simulation-based network control via
//! hindsight optimization, 2000). So a peak is let through only when most cases ask for it, and
//! energy is sold only when few cases need it.

use super::battery::{Battery, SLOT_HOURS};

/// Demands at which each case's need is computed; between them it is taken as straight.
const GRID: usize = 24;

/// Cases lighter than this share of the heaviest are left out.
const LIGHT: f64 = 1e-3;

/// A case: loads to come and how likely it is beside the others.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// Loads, kWh a slot.
    pub(super) load_kwh: Vec<f64>,
    /// Weight, over 0.
    pub(super) weight: f64,
}

/// Energy that a case needs.
#[derive(Debug, Clone)]
struct Need {
    weight: f64,
    /// Demand that no battery of this power gets below, kW.
    unshaved_kw: f64,
    /// Energy above the least, kWh, at each demand of the grid; it falls.
    energy_kwh: [f64; GRID],
}

/// The least demand to be had, by energy stored, over all cases.
#[derive(Debug, Clone, Default)]
pub(super) struct Risk {
    /// The first demand of the grid, kW: below it there is nothing to gain.
    least_kw: f64,
    step_kw: f64,
    needs: Vec<Need>,
}

impl Risk {
    /// Weighs the cases over the slots to come, of which those in `counts` set the demand.
    pub(super) fn weigh(cases: &[Case], counts: &[bool], least_kw: f64, battery: &Battery) -> Self {
        let heaviest = cases.iter().map(|case| case.weight).fold(0.0, f64::max);
        let cases = || cases.iter().filter(|case| case.weight > LIGHT * heaviest);
        let most = cases().map(|case| peak_kw(case, counts)).fold(least_kw, f64::max);
        let step_kw = (most - least_kw) / (GRID - 1) as f64;
        let mut risk = Self { least_kw, step_kw, needs: Vec::new() };
        if most > least_kw {
            risk.needs = cases().map(|case| risk.need(case, counts, battery)).collect();
        }
        risk
    }

    /// Backwards: a slot above a demand adds what must be given; one below it, or one that does not
    /// count, takes off what could be charged meanwhile.
    fn need(&self, case: &Case, counts: &[bool], battery: &Battery) -> Need {
        let (e, power) = (battery.one_way(), battery.slot_kwh());
        let mut caps = [0.0; GRID];
        for (at, cap) in caps.iter_mut().enumerate() {
            *cap = (self.least_kw + self.step_kw * at as f64) * SLOT_HOURS;
        }
        let mut energy_kwh = [0.0_f64; GRID];
        for (load, counts) in case.load_kwh.iter().zip(counts).rev() {
            for (energy, cap) in energy_kwh.iter_mut().zip(&caps) {
                let over = if *counts { load - cap } else { -power };
                let change = if over > 0.0 { over.min(power) / e } else { over.max(-power) * e };
                *energy = (*energy + change).max(0.0);
            }
        }
        let unshaved_kw = peak_kw(case, counts) - battery.spec().power_kw;
        Need { weight: case.weight, unshaved_kw, energy_kwh }
    }

    /// The demand that the day ends with on average, kW, when `above` kWh are stored above the
    /// least and `shown_kw` will be billed anyway.
    pub(super) fn ends_with(&self, above: f64, shown_kw: f64) -> f64 {
        let shown = shown_kw.max(self.least_kw);
        if self.needs.is_empty() {
            return shown;
        }
        let (mut sum, mut weights) = (0.0, 0.0);
        for need in &self.needs {
            let held = self.held_kw(&need.energy_kwh, above).max(need.unshaved_kw);
            sum += need.weight * held.max(shown);
            weights += need.weight;
        }
        sum / weights
    }

    /// The least demand that the energy holds in one case, kW.
    fn held_kw(&self, energy_kwh: &[f64; GRID], above: f64) -> f64 {
        let at = energy_kwh.partition_point(|need| *need > above);
        if at == 0 {
            return self.least_kw;
        }
        let share = match energy_kwh.get(at) {
            Some(enough) => (energy_kwh[at - 1] - above) / (energy_kwh[at - 1] - enough),
            None => 0.0,
        };
        self.least_kw + self.step_kw * ((at - 1) as f64 + share)
    }
}

/// The highest demand of a case, kW.
fn peak_kw(case: &Case, counts: &[bool]) -> f64 {
    let slots = case.load_kwh.iter().zip(counts).filter(|(_, counts)| **counts);
    slots.map(|(load, _)| load / SLOT_HOURS).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::super::battery::BatterySpec;
    use super::*;

    fn risk(cases: &[(&[f64], f64)], least_kw: f64) -> Risk {
        let usual = BatterySpec::usual(100.0, 80.0);
        let spec = BatterySpec { soc_min: 0.0, soc_max: 1.0, efficiency: 1.0, ..usual };
        let case =
            |(load, weight): &(&[f64], f64)| Case { load_kwh: load.to_vec(), weight: *weight };
        let cases: Vec<Case> = cases.iter().map(case).collect();
        Risk::weigh(&cases, &[true; 4], least_kw, &Battery::new(spec).unwrap())
    }

    fn check(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-6, "{found}, expected {expected}");
    }

    #[test]
    fn a_demand_that_cannot_be_held_rises_evenly() {
        // Four slots of 20 kWh = 80 kW over a target of 40 kW = 10 kWh a slot.
        let even = risk(&[(&[20.0; 4], 1.0)], 40.0);
        check(even.ends_with(40.0, 40.0), 40.0);
        check(even.ends_with(20.0, 40.0), 60.0);
        check(even.ends_with(0.0, 40.0), 80.0);
        check(even.ends_with(20.0, 70.0), 70.0);
    }

    #[test]
    fn what_can_be_charged_before_a_peak_is_not_needed_now() {
        let charged = risk(&[(&[4.0, 20.0, 4.0, 20.0], 1.0)], 40.0);
        // 6 kWh of room before the first and the second peak of 10 kWh over.
        check(charged.ends_with(8.0, 40.0), 40.0);
    }

    #[test]
    fn cases_count_by_their_weight_and_power_limits_them() {
        let two = risk(&[(&[20.0; 4], 3.0), (&[1.0; 4], 1.0)], 40.0);
        check(two.ends_with(0.0, 40.0), 0.75 * 80.0 + 0.25 * 40.0);
        // 100 kWh are there, but 20 kWh a slot are the most: 40 kWh = 160 kW become 80 kW.
        check(risk(&[(&[40.0, 1.0, 1.0, 1.0], 1.0)], 40.0).ends_with(100.0, 40.0), 80.0);
        check(risk(&[], 40.0).ends_with(0.0, 50.0), 50.0);
    }
}
