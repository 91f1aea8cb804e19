//! The controller: runs a battery slot by slot on a forecast, and defends a target of demand.
//!
//! Every quarter of an hour it plans the next 96 slots exactly, for energy alone, on a low load:
//! discharging is limited by the load, and what is left at the end of the peak hours is not sold.
//! It adds what stored energy is worth against demand (`risk`). The result is a policy,
//! not a schedule: it says for **any** load of the slot that begins what the battery is to do.
//!
//! We assume that within the slot the battery follows the load, as the now-cast of the running
//! quarter sees it, up to its power. A battery that only takes a set point every 15 minutes does
//! worse.
//!
//! The target is `max(target that is set, billing demand so far)`: after a breach there is nothing
//! to save below the new billing demand, and nothing is ever let go before the month ends. In slots
//! that count it never charges beyond a demand that the load has shown by itself, so that the
//! demand with the battery is never above the one without.

use super::battery::{Battery, SLOT_HOURS};
use super::billing::{Billing, DemandTerms};
use super::error::{DispatchError, bounded, finite, same_length};
use super::habit::Habit;
use super::path::{End, Values};
use super::plan::{Task, plan};
use super::policy::Policy;
use super::risk::{Case, Risk};
use super::site::Site;
use super::slot::{Action, SlotCost, SlotTerms};

/// Slots that the controller looks ahead: one day.
pub const AHEAD_SLOTS: usize = crate::SLOTS_PER_DAY;

/// Won per kWh that is missing at an end that is asked for: more than any trade of energy earns.
const END_WON: f64 = 10_000.0;

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
    /// The demand to defend, kW: of a yearly plan ([`super::Plan::target_kw`]) or [`learn_target`].
    pub target_kw: f64,
    /// How far below the median the load is planned with, as a share of the way from the median to
    /// the 90th percentile.
    pub caution: f64,
}

impl Settings {
    /// A target with the caution that did best on the steel plant of the reference.
    pub fn defending(target_kw: f64) -> Self {
        Self { target_kw, caution: 0.5 }
    }
}

/// The least demand, kW, that the battery could have held over all of `past` had it been known,
/// energy weighed: a target for the month that begins, learnt without looking at it. Two months
/// are a good past.
pub fn learn_target(
    past: &Site,
    battery: &Battery,
    charge_won_per_kw: f64,
) -> Result<f64, DispatchError> {
    let site = Site { month: vec![0; past.len()], ..past.clone() };
    let terms = DemandTerms::alone(1, charge_won_per_kw);
    let stored_kwh = f64::midpoint(battery.stored_min_kwh(), battery.stored_max_kwh());
    let end = End::AtLeast(stored_kwh);
    Ok(plan(&Task { site: &site, battery, terms: &terms, stored_kwh, end })?.target_kw())
}

/// What is known of the slots to come, the one that begins first; at most [`AHEAD_SLOTS`] are
/// looked at.
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
    pub(super) battery: &'a Battery,
    pub(super) billing: Billing,
    settings: Settings,
    habit: Habit,
    /// Energy above the least, kWh.
    above: f64,
    /// Demand of each month so far, kW, with the battery.
    shaved_kw: Vec<f64>,
    /// Demand of each month so far, kW, as the load alone would have made it.
    plain_kw: Vec<f64>,
    values: Values,
}

impl<'a> Controller<'a> {
    /// A controller that begins with `stored_kwh` and what past days taught.
    pub fn new(
        battery: &'a Battery,
        terms: &DemandTerms,
        settings: Settings,
        habit: Habit,
        stored_kwh: f64,
    ) -> Result<Self, DispatchError> {
        let billing = Billing::new(terms)?;
        let Settings { target_kw, caution } = settings;
        bounded("the target (kW)", target_kw, "0 or more", target_kw >= 0.0)?;
        bounded("the caution", caution, "0 to 1", (0.0..=1.0).contains(&caution))?;
        bounded("the energy stored (kWh)", stored_kwh, "a number", true)?;
        let mut shaved_kw = vec![0.0; billing.months()];
        shaved_kw[0] = terms.metered_kw;
        let (plain_kw, above) = (shaved_kw.clone(), battery.above_min(stored_kwh));
        let values = Values::default();
        Ok(Self { battery, billing, settings, habit, above, shaved_kw, plain_kw, values })
    }

    /// Energy stored now, kWh.
    pub fn stored_kwh(&self) -> f64 {
        self.battery.stored_min_kwh() + self.above
    }

    /// Corrects the energy stored to what the battery itself says, kWh.
    pub fn correct(&mut self, stored_kwh: f64) {
        if stored_kwh.is_finite() {
            self.above = self.battery.above_min(stored_kwh);
        }
    }

    /// Plans the slots ahead and says what to do in the one that begins.
    pub fn policy(&mut self, ahead: &Ahead<'_>) -> Result<Policy<'a>, DispatchError> {
        let slots = self.check(ahead)?;
        let targets = self.targets();
        self.values.begin(ahead.end, END_WON, self.battery);
        for at in (0..slots).rev() {
            let terms = self.terms(ahead, at, &targets);
            self.values.precede(&SlotCost::new(&terms, self.battery));
        }
        let month = ahead.month[0];
        let mut terms = self.terms(ahead, 0, &targets);
        if ahead.counts[0] {
            let shown = self.plain_kw[month].max(self.shaved_kw[month]).max(self.billing.floor_kw);
            terms.charge_cap = terms.charge_cap.min(shown * SLOT_HOURS);
        }
        Ok(Policy {
            battery: self.battery,
            above: self.above,
            after: self.values.after_newest().to_vec(),
            terms,
            risk: self.risk(ahead, slots, targets[month]),
            charge: self.billing.charge,
            counts: ahead.counts[0],
            target_kw: targets[month],
        })
    }

    /// Takes note of what the slot came to.
    pub fn record(&mut self, month: usize, counts: bool, load_kwh: f64, action: &Action) {
        self.habit.take(load_kwh, counts);
        let e = self.battery.one_way();
        let change = action.charge_kwh * e - action.discharge_kwh / e;
        self.above = (self.above + change).clamp(0.0, self.battery.usable_kwh());
        if counts && month < self.shaved_kw.len() {
            let higher = |kw: &mut f64, kwh: f64| *kw = kw.max(kwh / SLOT_HOURS);
            higher(&mut self.shaved_kw[month], action.grid_kwh);
            higher(&mut self.plain_kw[month], load_kwh);
        }
    }

    /// The demand to defend in each month, kW.
    fn targets(&self) -> Vec<f64> {
        let billed = self.billing.billed_kw(&self.shaved_kw);
        billed.into_iter().map(|billed| billed.max(self.settings.target_kw)).collect()
    }

    /// A slot ahead, as the plan for energy sees it.
    fn terms(&self, ahead: &Ahead<'_>, at: usize, targets: &[f64]) -> SlotTerms {
        let (p50, p90) = (ahead.outlook.p50_kwh[at], ahead.outlook.p90_kwh[at]);
        let low = p50 - self.settings.caution * (p90 - p50).max(0.0);
        let defended = ahead.counts[at] && self.billing.charge > 0.0;
        SlotTerms {
            // Surplus of own generation is not made smaller than it is forecast.
            load: low.max(p50.min(0.0)),
            price: ahead.price_won[at],
            cap: f64::INFINITY,
            charge_cap: if defended {
                targets[ahead.month[at]] * SLOT_HOURS
            } else {
                f64::INFINITY
            },
            penalty: self.billing.charge / SLOT_HOURS,
        }
    }

    /// What energy is worth against the demand of the rest of today.
    fn risk(&self, ahead: &Ahead<'_>, slots: usize, target_kw: f64) -> Risk {
        let today = &ahead.counts[1..self.habit.slots_left().clamp(1, slots)];
        if self.billing.charge <= 0.0 || !today.contains(&true) {
            return Risk::default();
        }
        let mut cases = self.habit.cases();
        if cases.is_empty() {
            let Outlook { p50_kwh, p90_kwh } = ahead.outlook;
            let case = |loads: &[f64]| Case { load_kwh: loads[1..].to_vec(), weight: 1.0 };
            cases = vec![case(p50_kwh), case(p90_kwh)];
        }
        Risk::weigh(&cases, today, target_kw, self.battery)
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
