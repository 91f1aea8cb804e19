//! The controller: runs a battery slot by slot on a forecast, and defends a target of demand.
//!
//! Every quarter of an hour it plans the next 96 slots exactly, on the median forecast, with the target as a
//! soft cap and a reserve against higher loads. The plan is a policy, not a schedule: it says for **any** load
//! of the slot that begins what the battery is to do. We assume that within the slot the battery follows the
//! load as the now-cast of the running quarter sees it, up to its power: it shaves what goes beyond the target
//! and stops charging that would. A battery that only takes a set point every 15 minutes does worse.
//!
//! The target is `max(target of the plan, billing demand so far)`: after a breach there is nothing more to
//! save below the new billing demand. It never charges beyond a demand that the load has shown by itself, so
//! that the demand with the battery is never above the one without.

use super::battery::{Battery, SLOT_HOURS};
use super::billing::{Billing, DemandTerms};
use super::error::{DispatchError, bounded, finite, same_length};
use super::path::{End, Values, stay};
use super::plan::{Costs, base_costs};
use super::reserve::{Coming, held_kw};
use super::site::Site;
use super::slot::{Action, Piece, SlotCost, SlotTerms, act};

/// Slots that the controller looks ahead: one day.
pub const AHEAD_SLOTS: usize = crate::SLOTS_PER_DAY;

/// Won per kWh and slot that are missing from the reserve: more than any trade of energy earns.
const RESERVE_WON: f64 = 200.0;

/// Loads to come from a slot on, kWh a slot, that slot first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outlook {
    /// The median.
    pub p50_kwh: Vec<f64>,
    /// What the load exceeds one time in ten.
    pub p90_kwh: Vec<f64>,
}

/// How the controller is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// The demand to defend, kW: from a plan, or learnt on the past ([`super::learn`]).
    pub target_kw: f64,
    /// How far from the median to the 90th percentile the reserve is ready for, 0 to 1.
    pub caution: f64,
}

/// What is known of the slots to come, the one that begins first; at most [`AHEAD_SLOTS`] are looked at.
#[derive(Debug, Clone, Copy)]
pub struct Ahead<'a> {
    /// Prices, won/kWh.
    pub price_won: &'a [f64],
    /// Whether demand counts.
    pub counts: &'a [bool],
    /// Month of each, as the terms list them.
    pub month: &'a [usize],
    /// The forecast.
    pub outlook: &'a Outlook,
    /// What stored energy is worth after the last of them.
    pub end: End,
}

/// The state of a battery in the hands of the controller.
#[derive(Debug)]
pub struct Controller<'a> {
    battery: &'a Battery,
    billing: Billing,
    settings: Settings,
    /// Energy above the least, kWh.
    above: f64,
    /// Demand of each month so far, kW: with the battery, and as the load alone would have made it.
    shaved_kw: Vec<f64>,
    plain_kw: Vec<f64>,
    values: Values,
    need: Vec<f64>,
}

/// What to do in the slot that begins, whatever its load turns out to be.
#[derive(Debug, Clone)]
pub struct Policy<'a> {
    battery: &'a Battery,
    above: f64,
    after: Vec<Piece>,
    terms: SlotTerms,
    /// The demand that is defended, kW: the target, or what can be held of it.
    pub held_kw: f64,
}

impl Policy<'_> {
    /// What to do when the slot's load is this, kWh; asked anew as often as the now-cast changes.
    pub fn react(&self, load_kwh: f64) -> Action {
        let load = if load_kwh.is_finite() { load_kwh } else { self.terms.load };
        let terms = SlotTerms { load, ..self.terms };
        let stays = stay(&self.after, &SlotCost::new(&terms, self.battery), self.above);
        act(&terms, self.above - stays, self.battery)
    }
}

impl<'a> Controller<'a> {
    /// A controller that begins with `stored_kwh`.
    pub fn new(
        battery: &'a Battery,
        terms: &DemandTerms,
        settings: Settings,
        stored_kwh: f64,
    ) -> Result<Self, DispatchError> {
        let billing = Billing::new(terms)?;
        let Settings { target_kw, caution } = settings;
        bounded("the target (kW)", target_kw, "0 or more", target_kw >= 0.0)?;
        bounded("the caution", caution, "0 to 1", (0.0..=1.0).contains(&caution))?;
        bounded("the energy stored (kWh)", stored_kwh, "a number", true)?;
        let mut shaved_kw = vec![0.0; billing.months()];
        shaved_kw[0] = terms.metered_kw;
        Ok(Self {
            above: battery.above_min(stored_kwh),
            plain_kw: shaved_kw.clone(),
            shaved_kw,
            battery,
            billing,
            settings,
            values: Values::default(),
            need: Vec::new(),
        })
    }

    /// Energy stored now, kWh.
    pub fn stored_kwh(&self) -> f64 {
        self.battery.stored_min_kwh() + self.above
    }

    /// Plans the slots ahead.
    pub fn policy(&mut self, ahead: &Ahead<'_>) -> Result<Policy<'a>, DispatchError> {
        let slots = self.check(ahead)?;
        let targets = self.targets();
        let coming: Vec<Coming> = (0..slots).map(|at| self.coming(ahead, at, &targets)).collect();
        let month = ahead.month[0];
        let held = held_kw(&coming, targets[month], self.above, self.battery, &mut self.need);
        let penalty = self.billing.charge / SLOT_HOURS;
        self.values.begin(ahead.end, penalty + RESERVE_WON, self.battery);
        let mut terms = None;
        for at in (0..slots).rev() {
            let cap = coming[at].target_kw.max(held) * SLOT_HOURS;
            let load = ahead.outlook.p50_kwh[at];
            let slot =
                SlotTerms { load, price: ahead.price_won[at], cap, charge_cap: cap, penalty };
            self.values.precede(&SlotCost::new(&slot, self.battery));
            if at > 0 {
                self.values.keep(self.need[at], RESERVE_WON);
            }
            terms = Some(slot);
        }
        let mut terms = terms.ok_or(DispatchError::Empty)?;
        if ahead.counts[0] {
            let shown = self.plain_kw[month].max(self.billing.least_kw[month]);
            terms.charge_cap = terms.cap.min(shown.max(self.shaved_kw[month]) * SLOT_HOURS);
        }
        let after = self.values.after_newest().to_vec();
        Ok(Policy { battery: self.battery, above: self.above, after, terms, held_kw: held })
    }

    /// Takes note of what a slot of `month` came to.
    pub fn record(&mut self, month: usize, counts: bool, load_kwh: f64, action: &Action) {
        let e = self.battery.one_way();
        let change = action.charge_kwh * e - action.discharge_kwh / e;
        self.above = (self.above + change).clamp(0.0, self.battery.usable_kwh());
        if counts && month < self.shaved_kw.len() {
            let kw = |kwh: f64| kwh / SLOT_HOURS;
            self.shaved_kw[month] = self.shaved_kw[month].max(kw(action.grid_kwh));
            self.plain_kw[month] = self.plain_kw[month].max(kw(load_kwh));
        }
    }

    /// The demand to defend in each month, kW.
    fn targets(&self) -> Vec<f64> {
        let billed = self.billing.billed_kw(&self.shaved_kw);
        billed.into_iter().map(|billed| billed.max(self.settings.target_kw)).collect()
    }

    fn coming(&self, ahead: &Ahead<'_>, at: usize, targets: &[f64]) -> Coming {
        let (p50, p90) = (ahead.outlook.p50_kwh[at], ahead.outlook.p90_kwh[at]);
        let defended = ahead.counts[at] && self.billing.charge > 0.0;
        Coming {
            load: p50 + self.settings.caution * (p90 - p50).max(0.0),
            target_kw: if defended { targets[ahead.month[at]] } else { f64::INFINITY },
        }
    }

    fn check(&self, ahead: &Ahead<'_>) -> Result<usize, DispatchError> {
        let slots = ahead.price_won.len();
        if slots == 0 {
            return Err(DispatchError::Empty);
        }
        finite("the price", ahead.price_won, slots)?;
        finite("the median forecast", &ahead.outlook.p50_kwh, slots)?;
        finite("the high forecast", &ahead.outlook.p90_kwh, slots)?;
        same_length("the demand flags", ahead.counts.len(), slots)?;
        same_length("the months of slots", ahead.month.len(), slots)?;
        let last = self.shaved_kw.len() - 1;
        match ahead.month.iter().position(|&month| month > last) {
            Some(at) => Err(DispatchError::Month { at, month: ahead.month[at], last }),
            None => Ok(slots.min(AHEAD_SLOTS)),
        }
    }
}

/// What a run of the controller came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// What the battery did, slot by slot.
    pub actions: Vec<Action>,
    /// Costs with the battery.
    pub costs: Costs,
    /// Costs without it.
    pub base: Costs,
    /// Demand of each month, kW.
    pub demand_kw: Vec<f64>,
    /// Energy stored at the end, kWh.
    pub stored_kwh: f64,
}

impl Run {
    /// What the battery saved, won.
    pub fn saving_won(&self) -> f64 {
        self.base.total_won() - self.costs.total_won()
    }
}

/// Runs a controller over a site whose loads it learns only as they come.
///
/// `forecast` is asked at each slot for the loads from there on; it may know the loads before that slot only.
/// At the end the battery holds what it began with, as far as it can.
pub fn roll(
    site: &Site,
    mut controller: Controller<'_>,
    forecast: &mut dyn FnMut(usize) -> Outlook,
) -> Result<Run, DispatchError> {
    site.check(controller.billing.months())?;
    let (slots, begun) = (site.len(), controller.stored_kwh());
    let mut actions = Vec::with_capacity(slots);
    for at in 0..slots {
        let until = slots.min(at + AHEAD_SLOTS);
        let mut outlook = forecast(at);
        outlook.p50_kwh.truncate(until - at);
        outlook.p90_kwh.truncate(until - at);
        let price_won = &site.price_won[at..until];
        let ahead = Ahead {
            price_won,
            counts: &site.counts[at..until],
            month: &site.month[at..until],
            outlook: &outlook,
            end: if until == slots { End::AtLeast(begun) } else { refill(price_won, &controller) },
        };
        let load = site.load_kwh[at];
        let action = controller.policy(&ahead)?.react(load);
        controller.record(site.month[at], site.counts[at], load, &action);
        actions.push(action);
    }
    Ok(told(site, &controller, actions))
}

/// Energy left is worth what it costs to store it again at the best price of a day.
fn refill(price_won: &[f64], controller: &Controller<'_>) -> End {
    let least = price_won.iter().copied().fold(f64::INFINITY, f64::min);
    End::Worth(least / controller.battery.one_way())
}

fn told(site: &Site, controller: &Controller<'_>, actions: Vec<Action>) -> Run {
    let billing = &controller.billing;
    let grid: Vec<f64> = actions.iter().map(|action| action.grid_kwh).collect();
    let discharged: f64 = actions.iter().map(|action| action.discharge_kwh).sum();
    let demand_kw = site.demand_kw(&grid, billing.months());
    let costs = Costs {
        energy_won: site.energy_won(&grid),
        wear_won: discharged * controller.battery.wear(),
        demand_won: billing.demand_won(&demand_kw),
    };
    let base = base_costs(site, billing);
    Run { actions, costs, base, demand_kw, stored_kwh: controller.stored_kwh() }
}
