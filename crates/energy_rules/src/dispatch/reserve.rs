//! The energy that must stay stored to hold a demand against the loads that may come.

use super::battery::{Battery, SLOT_HOURS};

/// Halvings of the search for the demand that can be held: to a thousandth of a kW.
const HALVINGS: usize = 24;

/// A slot to come, as the reserve sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Coming {
    /// The load to be ready for, kWh.
    pub(super) load: f64,
    /// The demand to be held, kW; infinite where demand does not count.
    pub(super) target_kw: f64,
}

/// Energy above the least that is needed before each slot, kWh, when the target is at least `held_kw`.
///
/// Backwards: a slot above its target adds what must be given; one below it takes off what could be charged
/// meanwhile. What goes beyond a full battery cannot be prepared for.
pub(super) fn needed(coming: &[Coming], held_kw: f64, battery: &Battery, need: &mut Vec<f64>) {
    let (e, power, full) = (battery.one_way(), battery.slot_kwh(), battery.usable_kwh());
    need.clear();
    let mut level = 0.0_f64;
    for slot in coming.iter().rev() {
        let over = slot.load - slot.target_kw.max(held_kw) * SLOT_HOURS;
        let change = if over > 0.0 { over.min(power) / e } else { over.max(-power) * e };
        level = (level + change).clamp(0.0, full);
        need.push(level);
    }
    need.reverse();
}

/// The least demand that the energy above the least can hold, kW, and not below `target_kw`.
pub(super) fn held_kw(
    coming: &[Coming],
    target_kw: f64,
    above: f64,
    battery: &Battery,
    need: &mut Vec<f64>,
) -> f64 {
    /// Rounding of the energy stored, kWh.
    const SLACK_KWH: f64 = 1e-6;
    let mut holds = |kw: f64| {
        needed(coming, kw, battery, need);
        need.first().is_none_or(|need| *need <= above + SLACK_KWH)
    };
    if holds(target_kw) {
        return target_kw;
    }
    let most = coming.iter().map(|slot| slot.load / SLOT_HOURS).fold(target_kw, f64::max);
    let (mut low, mut high) = (target_kw, most);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if holds(middle) { high = middle } else { low = middle }
    }
    holds(high);
    high
}

#[cfg(test)]
mod tests {
    use super::super::battery::BatterySpec;
    use super::*;

    fn battery() -> Battery {
        let spec = BatterySpec {
            soc_min: 0.0,
            soc_max: 1.0,
            efficiency: 1.0,
            ..BatterySpec::usual(100.0, 80.0)
        };
        Battery::new(spec).unwrap()
    }

    fn coming(loads: &[f64], target_kw: f64) -> Vec<Coming> {
        loads.iter().map(|&load| Coming { load, target_kw }).collect()
    }

    #[test]
    fn the_reserve_is_what_loads_above_the_target_take_less_what_can_be_charged_before() {
        let mut need = Vec::new();
        // Target 40 kW = 10 kWh a slot.
        needed(&coming(&[10.0, 4.0, 15.0, 25.0], 40.0), 0.0, &battery(), &mut need);
        assert_eq!(need, [14.0, 14.0, 20.0, 15.0]);
        // Above a full battery there is nothing to keep.
        needed(&coming(&[30.0; 10], 40.0), 0.0, &battery(), &mut need);
        assert_eq!(need[0], 100.0);
    }

    #[test]
    fn a_target_that_cannot_be_held_rises_evenly() {
        let mut need = Vec::new();
        let slots = coming(&[20.0; 4], 40.0);
        assert_eq!(held_kw(&slots, 40.0, 40.0, &battery(), &mut need), 40.0);
        // 20 kWh for four slots: each can be shaved by 5 kWh, 15 kWh are left = 60 kW.
        let held = held_kw(&slots, 40.0, 20.0, &battery(), &mut need);
        assert!((held - 60.0).abs() < 1e-3, "{held}");
    }
}
