//! The plan of least cost over known slots: energy, wear and demand charge together.

use super::battery::{Battery, SLOT_HOURS};
use super::billing::{Billing, DemandTerms};
use super::error::{DispatchError, bounded};
use super::master::{Master, Plane};
use super::path::{End, Values, Way, walk};
use super::site::Site;
use super::slot::{Action, SlotTerms};

/// A plan is as good as done when no other can be cheaper by more, won.
const GAP_WON: f64 = 0.05;
/// Dispatches that one plan may take; the gap that is left is told.
const ROUNDS_MAX: usize = 600;

/// What to plan.
#[derive(Debug, Clone, Copy)]
pub struct Task<'a> {
    /// Load and prices.
    pub site: &'a Site,
    /// The battery.
    pub battery: &'a Battery,
    /// How demand is billed.
    pub terms: &'a DemandTerms,
    /// Energy stored before the first slot, kWh; brought within the battery's bounds.
    pub stored_kwh: f64,
    /// What is to be left.
    pub end: End,
}

/// Won by part.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Costs {
    /// Energy from the grid.
    pub energy_won: f64,
    /// Wear of the battery.
    pub wear_won: f64,
    /// Demand charge of all months.
    pub demand_won: f64,
}

impl Costs {
    /// All parts together, won.
    pub fn total_won(&self) -> f64 {
        self.energy_won + self.wear_won + self.demand_won
    }
}

/// A plan and what it comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// What the battery does, slot by slot.
    pub actions: Vec<Action>,
    /// Energy stored after each slot, kWh.
    pub stored_kwh: Vec<f64>,
    /// Costs with the battery.
    pub costs: Costs,
    /// Costs without it.
    pub base: Costs,
    /// Demand of each month without the battery, kW.
    pub base_demand_kw: Vec<f64>,
    /// Billing demand of each month without the battery, kW.
    pub base_billed_kw: Vec<f64>,
    /// Demand of each month with the battery, kW.
    pub demand_kw: Vec<f64>,
    /// Billing demand of each month with the battery, kW.
    pub billed_kw: Vec<f64>,
    /// What the energy of the plan would cost less per kW of higher demand in each month, won.
    pub relief_won_per_kw: Vec<f64>,
    /// No plan is cheaper by more than this, won.
    pub gap_won: f64,
    /// How many dispatches it took to find.
    pub rounds: usize,
}

impl Plan {
    /// What the battery saves, won.
    pub fn saving_won(&self) -> f64 {
        self.base.total_won() - self.costs.total_won()
    }

    /// The demand to defend, kW: the highest that is billed.
    pub fn target_kw(&self) -> f64 {
        self.billed_kw.iter().copied().fold(0.0, f64::max)
    }
}

/// Finds the plan of least cost.
pub fn plan(task: &Task<'_>) -> Result<Plan, DispatchError> {
    let billing = check(task)?;
    let mut search = Search::new(task, &billing);
    let best = search.run();
    Ok(search.told(best))
}

/// Checks a task and works its terms out.
pub(super) fn check(task: &Task<'_>) -> Result<Billing, DispatchError> {
    let billing = Billing::new(task.terms)?;
    task.site.check(billing.months())?;
    bounded("the energy stored (kWh)", task.stored_kwh, "a number", true)?;
    let (End::Exactly(left) | End::AtLeast(left) | End::Worth(left)) = task.end;
    bounded("the energy to be left", left, "a number", true)?;
    Ok(billing)
}

/// The costs without a battery.
pub(super) fn base_costs(site: &Site, billing: &Billing) -> Costs {
    let grid: Vec<f64> = site.load_kwh.iter().map(|load| load.max(0.0)).collect();
    Costs {
        energy_won: site.energy_won(&grid),
        wear_won: 0.0,
        demand_won: billing.demand_won(&site.demand_kw(&grid, billing.months())),
    }
}

/// The costs of what a battery did.
pub(super) fn costs(
    site: &Site,
    actions: &[Action],
    battery: &Battery,
    billing: &Billing,
) -> Costs {
    let grid: Vec<f64> = actions.iter().map(|action| action.grid_kwh).collect();
    let discharged: f64 = actions.iter().map(|action| action.discharge_kwh).sum();
    Costs {
        energy_won: site.energy_won(&grid),
        wear_won: discharged * battery.wear(),
        demand_won: billing.demand_won(&site.demand_kw(&grid, billing.months())),
    }
}

/// The best dispatch found so far.
#[derive(Debug, Default)]
struct Best {
    way: Way,
    relief: Vec<f64>,
    won: f64,
    gap: f64,
}

struct Search<'a> {
    task: &'a Task<'a>,
    billing: &'a Billing,
    slots: Vec<SlotTerms>,
    end_penalty: f64,
    values: Values,
    planes: Vec<Plane>,
    rounds: usize,
}

impl<'a> Search<'a> {
    fn new(task: &'a Task<'a>, billing: &'a Billing) -> Self {
        let site = task.site;
        let price_max = site.price_won.iter().fold(1.0_f64, |most, price| most.max(price.abs()));
        // No multiplier of a cap exceeds the whole charge of a kW, over a quarter of an hour: with
        // twice that, the penalty forbids what can be avoided and nothing else.
        let charge = billing.charge * billing.months() as f64;
        let one_way = task.battery.one_way();
        let penalty = 2.0 * (charge / SLOT_HOURS + price_max / (one_way * one_way));
        let slot = |at: usize| SlotTerms {
            load: site.load_kwh[at],
            price: site.price_won[at],
            cap: f64::INFINITY,
            charge_cap: f64::INFINITY,
            penalty,
        };
        Self {
            slots: (0..site.len()).map(slot).collect(),
            end_penalty: 2.0 * (penalty + price_max + task.battery.wear()) / one_way,
            values: Values::default(),
            planes: Vec::new(),
            rounds: 0,
            task,
            billing,
        }
    }

    fn run(&mut self) -> Best {
        let months = self.billing.months();
        let free = self.dispatch(&vec![f64::INFINITY; months]);
        let ground = free.way.won;
        if self.billing.charge <= 0.0 {
            return free;
        }
        let low = self.low_kw();
        let mut best = free;
        best.won = f64::INFINITY;
        // First one demand for all months, where most of the way is; then each month its own.
        let together = Master::new(self.billing, vec![0; months], &low, ground);
        self.descend(together, &mut best);
        if months > 1 {
            let mut apart = Master::new(self.billing, (0..months).collect(), &low, ground);
            for plane in &self.planes {
                apart.add_plane(plane);
            }
            self.descend(apart, &mut best);
        }
        best
    }

    /// Asks the master for demands and dispatches under them until they agree.
    fn descend(&mut self, mut master: Master, best: &mut Best) {
        let limit = self.rounds + ROUNDS_MAX;
        while self.rounds < limit {
            let (demand, bound) = master.solve();
            best.gap = best.won - bound;
            if best.gap <= GAP_WON {
                return;
            }
            let found = self.dispatch(&demand);
            if let Some(plane) = self.planes.last() {
                master.add_plane(plane);
            }
            if found.won < best.won {
                *best = Best { gap: found.won - bound, ..found };
            }
        }
    }

    /// The exact dispatch under a demand for each month, kW; its plane joins the others.
    fn dispatch(&mut self, demand_kw: &[f64]) -> Best {
        let site = self.task.site;
        for (at, slot) in self.slots.iter_mut().enumerate() {
            let kw = if site.counts[at] { demand_kw[site.month[at]] } else { f64::INFINITY };
            slot.cap = kw * SLOT_HOURS;
            slot.charge_cap = slot.cap;
        }
        let (battery, end) = (self.task.battery, (self.task.end, self.end_penalty));
        let way = walk(&self.slots, battery, self.task.stored_kwh, end, &mut self.values);
        let mut relief = vec![0.0; demand_kw.len()];
        for (month, won) in site.month.iter().zip(&way.relief) {
            relief[*month] += won * SLOT_HOURS;
        }
        self.rounds += 1;
        if demand_kw.iter().all(|kw| kw.is_finite()) {
            let demand_kw = demand_kw.to_vec();
            self.planes.push(Plane { demand_kw, won: way.won, relief: relief.clone() });
        }
        let won = way.won + self.billing.demand_won(demand_kw);
        Best { way, relief, won, gap: 0.0 }
    }

    /// What no battery of this power can get the demand below, kW by month.
    fn low_kw(&self) -> Vec<f64> {
        let power_kw = self.task.battery.spec().power_kw;
        let alone = self.task.site.demand_kw(&self.task.site.load_kwh, self.billing.months());
        alone.into_iter().map(|kw| (kw - power_kw).max(0.0)).collect()
    }

    fn told(&self, best: Best) -> Plan {
        let (site, months) = (self.task.site, self.billing.months());
        let grid: Vec<f64> = best.way.actions.iter().map(|action| action.grid_kwh).collect();
        let demand_kw = site.demand_kw(&grid, months);
        let base_demand_kw = site.demand_kw(&site.load_kwh, months);
        let costs = costs(site, &best.way.actions, self.task.battery, self.billing);
        Plan {
            base_billed_kw: self.billing.billed_kw(&base_demand_kw),
            base_demand_kw,
            actions: best.way.actions,
            stored_kwh: best.way.stored,
            costs,
            base: base_costs(site, self.billing),
            billed_kw: self.billing.billed_kw(&demand_kw),
            demand_kw,
            relief_won_per_kw: best.relief,
            gap_won: best.gap.max(0.0),
            rounds: self.rounds,
        }
    }
}
