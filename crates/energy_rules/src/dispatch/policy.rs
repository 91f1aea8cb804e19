//! What to do in one slot, whatever its load turns out to be.

use super::battery::{Battery, SLOT_HOURS};
use super::path::stay;
use super::risk::Risk;
use super::slot::{Action, Piece, SlotCost, SlotTerms, act};

/// Steps of the search for the best action: to a thousandth of a kWh.
const SEARCH_STEPS: usize = 32;

/// The answer to any load of the slot that begins.
#[derive(Debug, Clone)]
pub struct Policy<'a> {
    pub(super) battery: &'a Battery,
    /// Energy above the least, kWh.
    pub(super) above: f64,
    /// The cost-to-go of energy after the slot.
    pub(super) after: Vec<Piece>,
    pub(super) terms: SlotTerms,
    /// What energy is worth against later demand.
    pub(super) risk: Risk,
    /// Won per kW of demand; 0 where there is none to defend.
    pub(super) charge: f64,
    /// Whether the slot itself counts.
    pub(super) counts: bool,
    pub(super) target_kw: f64,
}

impl Policy<'_> {
    /// The demand that is defended, kW: the target, or what is billed anyway.
    pub fn target_kw(&self) -> f64 {
        self.target_kw
    }

    /// What to do when the slot's load is this, kWh; asked anew as often as the now-cast changes. A
    /// load that is not a number is taken for the forecast.
    pub fn react(&self, load_kwh: f64) -> Action {
        let load = if load_kwh.is_finite() { load_kwh } else { self.terms.load };
        let terms = SlotTerms { load, ..self.terms };
        let cost = SlotCost::new(&terms, self.battery);
        let plain = self.above - stay(&self.after, &cost, self.above);
        if self.charge <= 0.0 {
            return act(&terms, plain, self.battery);
        }
        let (least, most) = self.bounds(&terms);
        let over = (load - self.target_kw * SLOT_HOURS) / self.battery.one_way();
        let total = |leaving: f64| self.total_won(&terms, leaving);
        // Among equals what comes first stays: the plan, then doing nothing.
        let mut best = plain.clamp(least, most);
        for other in [0.0, over.clamp(least, most), search(least, most, total), least, most] {
            if total(other) < total(best) - 1e-6 {
                best = other;
            }
        }
        act(&terms, best, self.battery)
    }

    /// The least and the most energy that can leave the store, kWh, without charging beyond the
    /// cap.
    fn bounds(&self, terms: &SlotTerms) -> (f64, f64) {
        let (e, power) = (self.battery.one_way(), self.battery.slot_kwh());
        let most = (terms.load.clamp(0.0, power) / e).min(self.above);
        let room = (terms.charge_cap - terms.drawn()).clamp(0.0, power) * e;
        (-room.min(self.battery.usable_kwh() - self.above), most)
    }

    /// What the slot costs, what the energy left is worth, and the demand to be expected, won.
    fn total_won(&self, terms: &SlotTerms, leaving: f64) -> f64 {
        let action = act(terms, leaving, self.battery);
        let stays = self.above - leaving;
        let now = if self.counts { action.grid_kwh / SLOT_HOURS } else { 0.0 };
        action.grid_kwh * terms.price
            + action.discharge_kwh * self.battery.wear()
            + self.to_go_won(stays)
            + self.charge * self.risk.ends_with(stays, now.max(self.target_kw))
    }

    /// The cost-to-go of energy, won, against an empty store.
    fn to_go_won(&self, above: f64) -> f64 {
        let (mut left, mut won) = (above, 0.0);
        for piece in &self.after {
            let part = piece.length.min(left);
            won += part * piece.slope;
            left -= part;
            if left <= 0.0 {
                break;
            }
        }
        won
    }
}

/// The least of a convex function between two bounds, by thirds; of equal values the lowest place.
fn search(least: f64, most: f64, total: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (least, most);
    for _ in 0..SEARCH_STEPS {
        let third = (high - low) / 3.0;
        if total(low + third) <= total(high - third) + 1e-9 {
            high -= third;
        } else {
            low += third;
        }
    }
    f64::midpoint(low, high)
}
