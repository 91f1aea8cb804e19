//! One slot's cost as a function of the energy that leaves the battery: convex, of straight pieces.

use super::battery::Battery;

/// A straight piece of a convex cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Piece {
    /// Won per kWh stored.
    pub(super) slope: f64,
    /// Over how many kWh stored.
    pub(super) length: f64,
}

/// The most pieces of one slot: charging beyond the cap, below it, from surplus; discharging above
/// the cap, below it.
const PIECES_MAX: usize = 5;

/// What a slot asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlotTerms {
    /// Energy drawn, kWh; below 0 in surplus.
    pub(super) load: f64,
    /// Won per kWh from the grid.
    pub(super) price: f64,
    /// Energy from the grid beyond which the penalty applies, kWh; infinite where demand does not
    /// count.
    pub(super) cap: f64,
    /// The same for charging alone, never above `cap`: a battery does not create demand for itself,
    /// kWh.
    pub(super) charge_cap: f64,
    /// Won per kWh beyond the cap.
    pub(super) penalty: f64,
}

impl SlotTerms {
    /// What the load draws before the battery does anything, kWh. Surplus is below 0, but where
    /// drawing is paid for: there it is lost, and all that is charged is drawn.
    pub(super) fn drawn(&self) -> f64 {
        if self.price < 0.0 { self.load.max(0.0) } else { self.load }
    }
}

/// A slot's cost over energy that leaves the store, from the most charging (below 0) to the most
/// discharging, slopes rising.
#[derive(Debug, Clone)]
pub(super) struct SlotCost {
    pieces: [Piece; PIECES_MAX],
    count: usize,
    /// The most energy that can enter the store, kWh.
    pub(super) charge_max: f64,
}

/// What the battery does in a slot, at its terminals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Action {
    /// Energy taken, kWh.
    pub charge_kwh: f64,
    /// Energy given, kWh.
    pub discharge_kwh: f64,
    /// Energy then drawn from the grid, kWh.
    pub grid_kwh: f64,
}

impl SlotCost {
    /// The cost of a slot.
    ///
    /// Where the price is so far below 0 that charging and discharging at once would earn money by
    /// burning energy, the cost would not be convex: there the battery does not discharge, but to
    /// keep the cap.
    pub(super) fn new(terms: &SlotTerms, battery: &Battery) -> Self {
        let SlotTerms { load, price, cap, charge_cap, penalty } = *terms;
        let (e, wear, power) = (battery.one_way(), battery.wear(), battery.slot_kwh());
        // Surplus costs nothing to store, unless drawing from the grid is paid for: then it is
        // lost.
        let free = if price < 0.0 { 0.0 } else { (-load).clamp(0.0, power) };
        let room = (charge_cap - load.max(0.0)).clamp(0.0, power - free);
        let beyond = power - free - room;
        let most = load.clamp(0.0, power);
        let over = (load - cap).clamp(0.0, most);
        let convex = price / e >= (price - wear) * e;
        let below = if convex { most - over } else { 0.0 };
        let mut cost = Self {
            pieces: [Piece { slope: 0.0, length: 0.0 }; PIECES_MAX],
            count: 0,
            charge_max: power * e,
        };
        cost.add(-(price + penalty) / e, beyond * e);
        cost.add(-price / e, room * e);
        cost.add(0.0, free * e);
        cost.add(-(price + penalty - wear) * e, over / e);
        cost.add(-(price - wear) * e, below / e);
        cost
    }

    fn add(&mut self, slope: f64, length: f64) {
        if length > 0.0 {
            self.pieces[self.count] = Piece { slope, length };
            self.count += 1;
        }
    }

    /// The pieces, slopes rising.
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces[..self.count]
    }
}

/// What the battery does when `leaving` kWh leave its store (below 0: enter it).
pub(super) fn act(terms: &SlotTerms, leaving: f64, battery: &Battery) -> Action {
    let (e, power) = (battery.one_way(), battery.slot_kwh());
    let charge = (-leaving / e).clamp(0.0, power);
    let discharge = (leaving * e).clamp(0.0, terms.load.clamp(0.0, power));
    let grid = (terms.drawn() + charge - discharge).max(0.0);
    Action { charge_kwh: charge, discharge_kwh: discharge, grid_kwh: grid }
}

/// How much the slot's cost would fall per kWh of higher cap, when a kWh stored is worth `-slope`
/// won.
///
/// This is the multiplier of the cap in the linear program, between 0 and the penalty.
pub(super) fn relief(terms: &SlotTerms, action: &Action, slope: f64, battery: &Battery) -> f64 {
    /// Two energies are the same when they differ by less, kWh.
    const SAME_KWH: f64 = 1e-7;
    let SlotTerms { price, cap, penalty, .. } = *terms;
    let e = battery.one_way();
    let beyond = action.grid_kwh - cap;
    if beyond.is_nan() || beyond < -SAME_KWH {
        return 0.0;
    }
    if beyond > SAME_KWH {
        return penalty;
    }
    let discharging = action.discharge_kwh > SAME_KWH;
    let wanted =
        if discharging { -(price - battery.wear()) - slope / e } else { -price - slope * e };
    wanted.clamp(0.0, penalty)
}

#[cfg(test)]
mod tests {
    use super::super::battery::BatterySpec;
    use super::*;

    fn check(load: f64, price: f64, cap: f64) -> Vec<(f64, f64)> {
        let spec = BatterySpec { efficiency: 0.81, ..BatterySpec::usual(100.0, 40.0) };
        let battery = Battery::new(spec).unwrap();
        let terms = SlotTerms { load, price, cap, charge_cap: cap, penalty: 1_000.0 };
        let cost = SlotCost::new(&terms, &battery);
        let round = |value: f64| (value * 100.0).round() / 100.0;
        cost.pieces().iter().map(|piece| (round(piece.slope), round(piece.length))).collect()
    }

    #[test]
    fn a_slot_has_the_pieces_that_its_cap_its_load_and_its_price_make() {
        // Power 10 kWh a slot, 90 % each way. No cap: charge 9 kWh at 100 / 0.9, discharge at most
        // the load.
        assert_eq!(check(4.5, 90.0, f64::INFINITY), [(-100.0, 9.0), (-81.0, 5.0)]);
        // Room of 4 kWh below the cap; what is charged beyond it pays the penalty.
        assert_eq!(check(9.0, 90.0, 13.0), [(-1211.11, 5.4), (-100.0, 3.6), (-81.0, 10.0)]);
        // The load is 4.5 kWh over its cap: shaving is worth the penalty.
        assert_eq!(check(13.5, 90.0, 9.0), [(-1211.11, 9.0), (-981.0, 5.0), (-81.0, 6.11)]);
        // Surplus of 4 kWh is stored for nothing and never fed in.
        assert_eq!(check(-4.0, 90.0, f64::INFINITY), [(-100.0, 5.4), (0.0, 3.6)]);
        // A price below 0: charge, never discharge.
        assert_eq!(check(9.0, -90.0, f64::INFINITY), [(100.0, 9.0)]);
    }

    #[test]
    fn slopes_rise_whatever_the_terms() {
        for load in [-30.0, -3.0, 0.0, 3.0, 30.0] {
            for price in [-500.0, -1.0, 0.0, 1.0, 500.0] {
                for cap in [0.0, 2.0, 30.0, f64::INFINITY] {
                    let pieces = check(load, price, cap);
                    let rising = pieces.windows(2).all(|pair| pair[0].0 <= pair[1].0);
                    assert!(rising, "{load} {price} {cap}: {pieces:?}");
                }
            }
        }
    }
}
