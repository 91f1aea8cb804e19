//! What the answers say.

use energy_rules::SLOTS_PER_DAY;
use energy_rules::dispatch::{BatterySpec, Costs, KEPT_SHARE, Plan};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use super::site::Planned;

/// A plan of a battery over some months.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DispatchView {
    /// What it rests on.
    basis: PlanBasis,
    /// The battery.
    battery: BatteryView,
    /// Costs without it.
    before: DispatchCosts,
    /// Costs with it.
    after: DispatchCosts,
    /// The most that it saves, the load known beforehand, won.
    saving_won: f64,
    /// Of that by energy, its losses and wear taken off, won.
    saving_energy_won: f64,
    /// Of that by the basic charge, won.
    saving_demand_won: f64,
    /// What the controller kept of the most on the one plant that it was measured on, at least and at most, %.
    kept_percent: [f64; 2],
    /// The demand to defend, kW: the highest that is billed.
    target_kw: f64,
    /// Month by month.
    months: Vec<DispatchMonth>,
    /// One day, quarter by quarter.
    day: DispatchDay,
}

/// What a plan rests on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanBasis {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    first: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    last: Date,
    /// How many months.
    months: usize,
    /// The version of the tariff whose prices hold for all days.
    tariff: String,
    /// Voltage and choice.
    option: String,
    /// Contract power, kW.
    contract_kw: u32,
    /// Basic charge, won per kW and month; 0 where it rests on the contract.
    charge_won_per_kw: f64,
    /// Quarters of an hour whose load was guessed.
    filled_slots: usize,
    /// Whether a part of the time is not shown because the meter was another's then.
    hidden: bool,
    /// What is assumed, by name.
    #[schema(value_type = Vec<String>)]
    assumes: Vec<&'static str>,
}

/// A battery.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatteryView {
    /// Capacity, kWh.
    capacity_kwh: f64,
    /// Power at its terminals, kW.
    power_kw: f64,
    /// Round trip, %.
    efficiency_percent: f64,
    /// Never below this charge, %.
    soc_min_percent: f64,
    /// Never beyond this charge, %.
    soc_max_percent: f64,
    /// Won per kWh discharged.
    wear_won_per_kwh: f64,
}

/// Won by part.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "a name says its unit")]
pub(crate) struct DispatchCosts {
    /// Energy from the grid.
    energy_won: f64,
    /// Basic charge.
    demand_won: f64,
    /// Wear of the battery.
    wear_won: f64,
    /// All of it.
    total_won: f64,
}

/// A month of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DispatchMonth {
    /// The month: `2026-07`.
    month: String,
    /// Highest quarter of an hour that counts, without the battery, kW.
    demand_before_kw: f64,
    /// With it, kW.
    demand_after_kw: f64,
    /// What is billed without the battery, kW.
    billed_before_kw: f64,
    /// With it, kW.
    billed_after_kw: f64,
    /// Discharged, kWh.
    discharged_kwh: f64,
}

/// One day of a plan, 96 quarters of an hour each.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DispatchDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// What the site draws, kW.
    load_kw: Vec<f64>,
    /// What comes from the grid, kW.
    grid_kw: Vec<f64>,
    /// What the battery takes, kW.
    charge_kw: Vec<f64>,
    /// What it gives, kW.
    discharge_kw: Vec<f64>,
    /// Energy stored after the quarter, kWh.
    stored_kwh: Vec<f64>,
    /// Price of energy, won/kWh.
    price_won: Vec<f64>,
    /// Whether a quarter can set the billing demand.
    counts: Vec<bool>,
}

impl PlanBasis {
    pub(super) fn of(planned: &Planned, more: &[&'static str]) -> Self {
        Self {
            first: planned.first,
            last: planned.last,
            months: planned.months.len(),
            tariff: planned.row.tariff.clone(),
            option: planned.row.option.clone(),
            contract_kw: planned.row.contract_kw,
            charge_won_per_kw: planned.terms.charge_won_per_kw,
            filled_slots: planned.filled,
            hidden: planned.hidden,
            assumes: [planned.assumes.as_slice(), more].concat(),
        }
    }
}

impl From<&BatterySpec> for BatteryView {
    fn from(spec: &BatterySpec) -> Self {
        Self {
            capacity_kwh: spec.capacity_kwh,
            power_kw: spec.power_kw,
            efficiency_percent: spec.efficiency * 100.0,
            soc_min_percent: spec.soc_min * 100.0,
            soc_max_percent: spec.soc_max * 100.0,
            wear_won_per_kwh: spec.wear_won_per_kwh,
        }
    }
}

impl From<Costs> for DispatchCosts {
    fn from(costs: Costs) -> Self {
        Self {
            energy_won: costs.energy_won,
            demand_won: costs.demand_won,
            wear_won: costs.wear_won,
            total_won: costs.total_won(),
        }
    }
}

impl DispatchView {
    pub(super) fn of(planned: &Planned, spec: &BatterySpec, plan: &Plan, day: usize) -> Self {
        let energy = |costs: &Costs| costs.energy_won + costs.wear_won;
        Self {
            basis: PlanBasis::of(planned, &["kept_on_one_plant", "no_ageing"]),
            battery: spec.into(),
            before: plan.base.into(),
            after: plan.costs.into(),
            saving_won: plan.saving_won(),
            saving_energy_won: energy(&plan.base) - energy(&plan.costs),
            saving_demand_won: plan.base.demand_won - plan.costs.demand_won,
            kept_percent: [KEPT_SHARE.0 * 100.0, KEPT_SHARE.1 * 100.0],
            target_kw: plan.target_kw(),
            months: months(planned, plan),
            day: DispatchDay::of(planned, plan, day),
        }
    }
}

fn months(planned: &Planned, plan: &Plan) -> Vec<DispatchMonth> {
    let mut discharged = vec![0.0; planned.months.len()];
    for (month, action) in planned.site.month.iter().zip(&plan.actions) {
        discharged[*month] += action.discharge_kwh;
    }
    let month = |(at, month): (usize, &energy_rules::bill::BillMonth)| DispatchMonth {
        month: month.to_string(),
        demand_before_kw: plan.base_demand_kw[at],
        demand_after_kw: plan.demand_kw[at],
        billed_before_kw: plan.base_billed_kw[at],
        billed_after_kw: plan.billed_kw[at],
        discharged_kwh: discharged[at],
    };
    planned.months.iter().enumerate().map(month).collect()
}

impl DispatchDay {
    /// The day with this number.
    fn of(planned: &Planned, plan: &Plan, day: usize) -> Self {
        let slots = day * SLOTS_PER_DAY..(day + 1) * SLOTS_PER_DAY;
        let site = &planned.site;
        let actions = &plan.actions[slots.clone()];
        let kw = |kwh: f64| kwh * 4.0;
        let days = i64::try_from(day).unwrap_or(0);
        Self {
            date: planned.first.saturating_add(jiff::Span::new().days(days)),
            load_kw: site.load_kwh[slots.clone()].iter().map(|kwh| kw(*kwh)).collect(),
            grid_kw: actions.iter().map(|action| kw(action.grid_kwh)).collect(),
            charge_kw: actions.iter().map(|action| kw(action.charge_kwh)).collect(),
            discharge_kw: actions.iter().map(|action| kw(action.discharge_kwh)).collect(),
            stored_kwh: plan.stored_kwh[slots.clone()].to_vec(),
            price_won: site.price_won[slots.clone()].to_vec(),
            counts: site.counts[slots].to_vec(),
        }
    }
}
