//! The exact dispatch under fixed caps: costs-to-go, backwards, then the way of least cost,
//! forwards.
//!
//! The cost-to-go `V(s)` over stored energy `s` is convex and made of straight pieces, and so is
//! the cost of a slot over the energy that leaves the store. The cost-to-go before a slot is the
//! infimal convolution of the two (Rockafellar, Convex Analysis, 1970, section 5): their pieces
//! merged in order of slope, cut to what the battery holds. Few prices make few slopes, so that one
//! slot costs some tens of nanoseconds.
//!
//! Nothing here is ever infeasible: a load above its cap and an end that cannot be reached pay a
//! penalty.

use super::battery::Battery;
use super::slot::{Action, Piece, SlotCost, SlotTerms, act, relief};

/// Two stored energies are the same when they differ by less, kWh.
const SAME_KWH: f64 = 1e-9;

/// What stored energy is worth when the horizon ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End {
    /// So much is to be left, kWh stored. Missing it costs more than any demand charge.
    Exactly(f64),
    /// At least so much is to be left, kWh stored.
    AtLeast(f64),
    /// What is left is worth so much, won per kWh stored.
    Worth(f64),
}

/// Costs-to-go after each slot, as slopes and lengths over the energy above the least one.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    pieces: Vec<Piece>,
    /// Where each list begins in `pieces`: the list of the end first, that of the first slot last.
    begins: Vec<usize>,
    width: f64,
}

impl Values {
    /// Costs-to-go of slots, the last one first in time's reverse.
    pub(super) fn begin(&mut self, end: End, penalty: f64, battery: &Battery) {
        self.pieces.clear();
        self.begins.clear();
        self.width = battery.usable_kwh();
        self.begins.push(0);
        let (below, above, level) = match end {
            End::Exactly(stored) => (-penalty, penalty, battery.above_min(stored)),
            End::AtLeast(stored) => (-penalty, 0.0, battery.above_min(stored)),
            End::Worth(won) => (-won, -won, self.width),
        };
        self.push(below, level);
        self.push(above, self.width - level);
    }

    /// Puts a slot in front of those that are there.
    pub(super) fn precede(&mut self, slot: &SlotCost) {
        let (mut at, end) = (self.newest(), self.pieces.len());
        self.begins.push(end);
        let mut others = slot.pieces().iter().copied().peekable();
        let (mut skip, mut room) = (slot.charge_max, self.width);
        while room > 0.0 {
            let ours = (at < end).then(|| self.pieces[at]);
            let piece = match (ours, others.peek().copied()) {
                (Some(own), Some(other)) if own.slope > other.slope => {
                    others.next();
                    other
                }
                (Some(own), _) => {
                    at += 1;
                    own
                }
                (None, Some(other)) => {
                    others.next();
                    other
                }
                (None, None) => break,
            };
            let skipped = skip.min(piece.length);
            skip -= skipped;
            let kept = (piece.length - skipped).min(room);
            room -= kept;
            self.push(piece.slope, kept);
        }
        self.fill(room);
    }

    /// The cost-to-go after a slot, when `slots` were put in.
    fn after(&self, slot: usize, slots: usize) -> &[Piece] {
        let list = slots - 1 - slot;
        &self.pieces[self.begins[list]..self.begins[list + 1]]
    }

    /// The cost-to-go before the newest slot.
    pub(super) fn before_all(&self) -> &[Piece] {
        &self.pieces[self.newest()..]
    }

    /// The cost-to-go after the newest slot.
    pub(super) fn after_newest(&self) -> &[Piece] {
        let slots = self.begins.len() - 1;
        self.after(0, slots)
    }

    fn newest(&self) -> usize {
        *self.begins.last().expect("begin() came first")
    }

    fn push(&mut self, slope: f64, length: f64) {
        if length <= 0.0 {
            return;
        }
        let newest = self.newest();
        match self.pieces[newest..].last_mut() {
            Some(last) if last.slope.total_cmp(&slope).is_eq() => last.length += length,
            _ => self.pieces.push(Piece { slope, length }),
        }
    }

    /// What rounding left out goes to the last piece.
    fn fill(&mut self, room: f64) {
        let newest = self.newest();
        if let Some(last) = self.pieces[newest..].last_mut() {
            last.length += room;
        }
    }
}

/// Splits the energy above the least: what stays, when it is `above` before the slot.
///
/// Of equal slopes the store keeps its energy: it charges early and discharges late.
pub(super) fn stay(after: &[Piece], slot: &SlotCost, above: f64) -> f64 {
    let mut target = above + slot.charge_max;
    let mut stays = 0.0;
    let mut others = slot.pieces().iter().peekable();
    let mut own = after.iter().peekable();
    while target > 0.0 {
        match (own.peek(), others.peek()) {
            (Some(piece), Some(other)) if piece.slope > other.slope => {
                target -= other.length;
                others.next();
            }
            (Some(piece), _) => {
                stays += piece.length.min(target);
                target -= piece.length;
                own.next();
            }
            (None, Some(other)) => {
                target -= other.length;
                others.next();
            }
            (None, None) => break,
        }
    }
    stays
}

/// The slope of the merged costs at a place, which counts from the most charging of an empty store.
fn slope_at(after: &[Piece], slot: &SlotCost, place: f64) -> f64 {
    if place < 0.0 {
        return f64::NEG_INFINITY;
    }
    let mut left = place;
    let (mut own, mut others) = (after.iter().peekable(), slot.pieces().iter().peekable());
    loop {
        let first = match (own.peek(), others.peek()) {
            (Some(piece), Some(other)) if piece.slope > other.slope => others.next(),
            (Some(_), _) => own.next(),
            (None, Some(_)) => others.next(),
            (None, None) => return f64::INFINITY,
        };
        let Some(piece) = first else { return f64::INFINITY };
        if left < piece.length {
            return piece.slope;
        }
        left -= piece.length;
    }
}

/// The way of least cost.
#[derive(Debug, Clone, Default)]
pub(super) struct Way {
    /// What the battery does, slot by slot.
    pub(super) actions: Vec<Action>,
    /// Energy stored after each slot, kWh.
    pub(super) stored: Vec<f64>,
    /// What one more kWh of cap would save in each slot, won.
    pub(super) relief: Vec<f64>,
    /// Energy, wear and penalties together, won.
    pub(super) won: f64,
}

/// Computes the costs-to-go of `slots` and the way of least cost from `stored` kWh.
pub(super) fn walk(
    slots: &[SlotTerms],
    battery: &Battery,
    stored: f64,
    end: (End, f64),
    values: &mut Values,
) -> Way {
    values.begin(end.0, end.1, battery);
    for terms in slots.iter().rev() {
        values.precede(&SlotCost::new(terms, battery));
    }
    let mut above = battery.above_min(stored);
    let mut slope = slope_of(values.before_all(), above);
    let mut way = Way::default();
    for (at, terms) in slots.iter().enumerate() {
        let cost = SlotCost::new(terms, battery);
        let after = values.after(at, slots.len());
        slope = carry(slope, after, &cost, above, values.width);
        let stays = snapped(stay(after, &cost, above), values.width);
        let action = act(terms, above - stays, battery);
        above = stays;
        let beyond = (action.grid_kwh - terms.cap).max(0.0);
        way.won += action.grid_kwh * terms.price + beyond * terms.penalty;
        way.won += action.discharge_kwh * battery.wear();
        way.relief.push(relief(terms, &action, slope, battery));
        way.stored.push(battery.stored_min_kwh() + above);
        way.actions.push(action);
    }
    way.won += end_won(end, above, battery);
    way
}

/// The penalty, or the worth, of what is stored at the end, won.
fn end_won((end, penalty): (End, f64), above: f64, battery: &Battery) -> f64 {
    match end {
        End::Exactly(stored) => penalty * (above - battery.above_min(stored)).abs(),
        End::AtLeast(stored) => penalty * (battery.above_min(stored) - above).max(0.0),
        End::Worth(won) => -won * above,
    }
}

/// A stored energy at a bound is exactly at it.
fn snapped(above: f64, width: f64) -> f64 {
    if above < SAME_KWH {
        0.0
    } else if above > width - SAME_KWH {
        width
    } else {
        above
    }
}

/// The slope of a cost-to-go at `above` kWh.
fn slope_of(pieces: &[Piece], above: f64) -> f64 {
    let mut left = above;
    for piece in pieces {
        if left < piece.length {
            return piece.slope;
        }
        left -= piece.length;
    }
    pieces.last().map_or(0.0, |piece| piece.slope)
}

/// The price of stored energy over a slot. It changes only where the store is empty or full.
fn carry(slope: f64, after: &[Piece], cost: &SlotCost, above: f64, width: f64) -> f64 {
    /// So near to a corner both of its slopes hold, kWh.
    const CORNER_KWH: f64 = 1e-7;
    let place = above + cost.charge_max;
    if above <= 0.0 {
        slope.max(slope_at(after, cost, place - CORNER_KWH))
    } else if above >= width {
        slope.min(slope_at(after, cost, place + CORNER_KWH))
    } else {
        slope
    }
}
