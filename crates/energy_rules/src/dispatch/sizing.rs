//! What batteries of other sizes would save in a year, and how soon they pay for themselves.
//!
//! The upper figure is what the controller kept of the optimum with perfect foresight in its best
//! month on one plant, the lower one in its worst month: a range, not a promise.

use super::battery::{Battery, BatterySpec, SLOT_HOURS};
use super::billing::{Billing, DemandTerms};
use super::error::{DispatchError, bounded};
use super::path::End;
use super::plan::{Task, base_costs, plan};
use super::site::Site;

/// The most sizes that one call computes.
pub const SIZES_MAX: usize = 400;

/// Share of the optimum that the controller kept on the steel plant of 2018, months billed alone,
/// 500 kWh and 250 kW, target learnt on the past: worst month (February, after one month of past)
/// and best one (September). One plant only.
pub const KEPT_SHARE: (f64, f64) = (0.50, 0.94);

/// Hours of a year.
const YEAR_HOURS: f64 = 8_760.0;

/// What to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct Sizes {
    /// Capacities, kWh.
    pub capacity_kwh: Vec<f64>,
    /// Powers, kW; each capacity is computed with each.
    pub power_kw: Vec<f64>,
    /// Everything else of the battery; its own capacity and power are not looked at.
    pub like: BatterySpec,
    /// What a kWh of capacity costs, won.
    pub won_per_kwh: f64,
    /// What a kW of power costs, won.
    pub won_per_kw: f64,
}

/// One size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sized {
    /// Capacity, kWh.
    pub capacity_kwh: f64,
    /// Power, kW.
    pub power_kw: f64,
    /// Highest billing demand of the plan, kW.
    pub target_kw: f64,
    /// What it saves in a year at least and at most, won.
    pub saving_won: (f64, f64),
    /// What it costs, won.
    pub cost_won: f64,
    /// Years until it has paid for itself, at best and at worst; `None` where it saves nothing.
    pub payback_years: Option<(f64, f64)>,
}

/// All sizes, beside what the site costs and what its own generation saves.
#[derive(Debug, Clone, PartialEq)]
pub struct Sizing {
    /// Energy and demand charge of a year without battery and without generation, won.
    pub base_won: f64,
    /// What generation alone saves in a year, won.
    pub generation_won: f64,
    /// One row for each size; savings are of the battery alone, beside the generation.
    pub rows: Vec<Sized>,
}

/// Computes all sizes over one site, with generation of its own (kWh a slot, never fed in) if there
/// is any. Money is scaled to a year of 8,760 hours when the site covers another time.
pub fn sizing(
    site: &Site,
    generated_kwh: Option<&[f64]>,
    terms: &DemandTerms,
    sizes: &Sizes,
) -> Result<Sizing, DispatchError> {
    let count = sizes.capacity_kwh.len() * sizes.power_kw.len();
    bounded("the number of sizes", count as f64, "at most 400", count <= SIZES_MAX)?;
    let kwh = sizes.won_per_kwh;
    bounded("the cost of a kWh (won)", kwh, "0 or more", kwh >= 0.0)?;
    bounded("the cost of a kW (won)", sizes.won_per_kw, "0 or more", sizes.won_per_kw >= 0.0)?;
    let billing = Billing::new(terms)?;
    site.check(billing.months())?;
    let served = match generated_kwh {
        Some(generated) => site.with_generation(generated)?,
        None => site.clone(),
    };
    let yearly = YEAR_HOURS / (site.len() as f64 * SLOT_HOURS);
    let base_won = base_costs(site, &billing).total_won() * yearly;
    let served_won = base_costs(&served, &billing).total_won() * yearly;
    let mut rows = Vec::with_capacity(count);
    for &capacity_kwh in &sizes.capacity_kwh {
        for &power_kw in &sizes.power_kw {
            let spec = BatterySpec { capacity_kwh, power_kw, ..sizes.like };
            rows.push(one(&served, terms, sizes, spec, yearly)?);
        }
    }
    Ok(Sizing { base_won, generation_won: base_won - served_won, rows })
}

fn one(
    site: &Site,
    terms: &DemandTerms,
    sizes: &Sizes,
    spec: BatterySpec,
    yearly: f64,
) -> Result<Sized, DispatchError> {
    let battery = &Battery::new(spec)?;
    let stored_kwh = f64::midpoint(battery.stored_min_kwh(), battery.stored_max_kwh());
    let task = Task { site, battery, terms, stored_kwh, end: End::Exactly(stored_kwh) };
    let plan = plan(&task)?;
    let best = plan.saving_won() * yearly;
    let cost_won = spec.capacity_kwh * sizes.won_per_kwh + spec.power_kw * sizes.won_per_kw;
    let saving_won = (best * KEPT_SHARE.0, best * KEPT_SHARE.1);
    Ok(Sized {
        capacity_kwh: spec.capacity_kwh,
        power_kw: spec.power_kw,
        target_kw: plan.target_kw(),
        saving_won,
        cost_won,
        payback_years: (saving_won.0 >= 1.0)
            .then(|| (cost_won / saving_won.1, cost_won / saving_won.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two days: nights at 100 won, days at 200 won, an hour of 400 kW at noon.
    fn site() -> Site {
        let slots = 0..2 * crate::SLOTS_PER_DAY;
        let hour = |slot: usize| slot % crate::SLOTS_PER_DAY / 4;
        let is_day = |slot: usize| (8..22).contains(&hour(slot));
        Site {
            load_kwh: slots
                .clone()
                .map(|slot| if hour(slot) == 12 { 100.0 } else { 25.0 })
                .collect(),
            price_won: slots.clone().map(|slot| if is_day(slot) { 200.0 } else { 100.0 }).collect(),
            counts: slots.clone().map(is_day).collect(),
            month: slots.map(|_| 0).collect(),
        }
    }

    fn sizes(capacity_kwh: Vec<f64>, power_kw: Vec<f64>) -> Sizes {
        let like = BatterySpec::usual(0.0, 0.0);
        Sizes { capacity_kwh, power_kw, like, won_per_kwh: 400_000.0, won_per_kw: 100_000.0 }
    }

    #[test]
    fn more_capacity_saves_more_and_none_saves_nothing() {
        let terms = DemandTerms::alone(7, 8_320.0);
        let sizes = sizes(vec![0.0, 100.0, 200.0, 400.0], vec![100.0]);
        let rows = sizing(&site(), None, &terms, &sizes).unwrap().rows;
        assert_eq!(rows[0].payback_years, None);
        assert!(rows[0].saving_won.1.abs() < 1.0, "{:?}", rows[0]);
        for pair in rows.windows(2) {
            assert!(pair[1].saving_won.1 >= pair[0].saving_won.1 - 1.0, "{pair:?}");
            assert!(pair[1].target_kw <= pair[0].target_kw + 1e-6, "{pair:?}");
        }
        let (best, worst) = rows[3].payback_years.unwrap();
        assert!(best < worst && rows[3].cost_won == 170e6, "{:?}", rows[3]);
    }

    #[test]
    fn generation_saves_by_itself_and_its_surplus_is_stored_not_sold() {
        let terms = DemandTerms::alone(7, 0.0);
        let mut generated = vec![0.0; site().len()];
        generated[40..44].fill(50.0);
        let sizes = sizes(vec![400.0], vec![100.0]);
        let found = sizing(&site(), Some(&generated), &terms, &sizes).unwrap();
        // 100 kWh at 200 won in two days; the other 100 kWh are lost without a battery.
        let yearly = 8_760.0 / 48.0;
        assert!((found.generation_won - 20_000.0 * yearly).abs() < 1.0, "{found:?}");
        let alone = sizing(&site(), None, &terms, &sizes).unwrap();
        assert!(
            found.rows[0].saving_won.1 > alone.rows[0].saving_won.1,
            "surplus is worth storing"
        );
    }

    #[test]
    fn a_table_that_is_too_large_or_a_series_that_is_too_short_is_refused() {
        let terms = DemandTerms::alone(7, 8_320.0);
        let large = sizes(vec![1.0; 21], vec![1.0; 20]);
        let said = sizing(&site(), None, &terms, &large).unwrap_err().to_string();
        assert!(said.contains("at most 400"), "{said}");
        let short = sizing(&site(), Some(&[1.0]), &terms, &sizes(vec![1.0], vec![1.0]));
        assert!(short.unwrap_err().to_string().contains("the generation has 1 values and must"));
    }
}
