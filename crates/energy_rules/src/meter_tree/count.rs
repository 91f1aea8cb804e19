//! What meters counted, and what virtual meters make of it.

use jiff::civil::Date;

use super::{Formula, Kind, Place, Share, Tree, allocate};
use crate::SLOTS_PER_DAY;

/// What one meter counted, Wh a slot; `None` where nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Series {
    /// Drawn, generated or charged.
    pub forward: Vec<Option<i64>>,
    /// The other way: fed back, or discharged; empty when that is not counted.
    pub back: Vec<Option<i64>>,
}

impl Series {
    /// Forward less back in a slot, if both are known.
    pub fn net(&self, slot: usize) -> Option<i64> {
        let forward = self.forward.get(slot).copied().flatten()?;
        if self.back.is_empty() {
            return Some(forward);
        }
        Some(forward.saturating_sub(self.back.get(slot).copied().flatten()?))
    }
}

/// What the meters of a tree counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The day that slot 0 begins.
    pub first_day: Date,
    /// Slots of every series.
    pub slots: usize,
    /// By place; `None` where the reader may not know it, or did not ask.
    pub series: Vec<Option<Series>>,
}

impl Counts {
    /// The day of a slot.
    pub fn day_of(&self, slot: usize) -> Date {
        let days = i64::try_from(slot / SLOTS_PER_DAY).unwrap_or(i64::MAX);
        let span = jiff::Span::new().try_days(days);
        span.map_or(Date::MAX, |span| self.first_day.saturating_add(span))
    }
}

impl Tree {
    /// The same counts with those virtual meters calculated that are among `needed`, as
    /// [`Tree::needed_for`] tells. One with an input that is not known to the reader stays unknown; a
    /// slot in which an input is missing is missing.
    #[must_use]
    pub fn calculated(&self, mut counts: Counts, needed: &[Place]) -> Counts {
        counts.series.resize(self.nodes.len(), None);
        for place in self.order.iter().filter(|place| needed.contains(place)) {
            if counts.series[*place].is_some() {
                continue;
            }
            let made = match &self.nodes[*place].kind {
                Kind::Virtual(Formula::Allocation { of, .. }) => self.parts(&counts, *of),
                Kind::Virtual(formula) => one(&counts, formula).map(|wh| vec![(*place, wh)]),
                Kind::Main | Kind::Sub | Kind::Generator | Kind::Battery => None,
            };
            for (at, mut forward) in made.unwrap_or_default() {
                for (slot, value) in forward.iter_mut().enumerate() {
                    if !self.nodes[at].holds_on(counts.day_of(slot)) {
                        *value = None;
                    }
                }
                counts.series[at] = Some(Series { forward, back: Vec::new() });
            }
        }
        counts
    }

    /// All parts of a whole, reckoned together, day by day as they stand; `None` when the whole or a
    /// part's own meter is not known to the reader.
    fn parts(&self, counts: &Counts, of: Place) -> Option<Vec<(Place, Vec<Option<i64>>)>> {
        let whole = counts.series.get(of)?.as_ref()?;
        let parts: Vec<(Place, Share)> = self.parts_of(of).collect();
        for (_, share) in &parts {
            if let Share::Metered(by) = share {
                counts.series.get(*by)?.as_ref()?;
            }
        }
        let mut made: Vec<_> =
            parts.iter().map(|(place, _)| (*place, vec![None; counts.slots])).collect();
        for slot in 0..counts.slots {
            let day = counts.day_of(slot);
            let stands = |at: &usize| self.nodes[parts[*at].0].holds_on(day);
            let held: Vec<usize> = (0..parts.len()).filter(stands).collect();
            let weights: Option<Vec<u64>> =
                held.iter().map(|at| weight(counts, parts[*at].1, slot)).collect();
            let shares = whole.net(slot).zip(weights);
            let shares = shares.and_then(|(whole, weights)| allocate(whole, &weights));
            for (at, wh) in held.into_iter().zip(shares.unwrap_or_default()) {
                made[at].1[slot] = Some(wh);
            }
        }
        Some(made)
    }
}

/// What a part weighs in a slot; `None` when its own meter's reading is missing.
fn weight(counts: &Counts, share: Share, slot: usize) -> Option<u64> {
    match share {
        Share::Area(weight) | Share::Headcount(weight) | Share::Fixed(weight) => Some(weight),
        Share::Metered(by) => {
            let wh = counts.series.get(by)?.as_ref()?.net(slot)?;
            Some(u64::try_from(wh).unwrap_or(0))
        }
    }
}

/// A sum or a difference; allocations are reckoned all parts together.
fn one(counts: &Counts, formula: &Formula) -> Option<Vec<Option<i64>>> {
    let known = |at: &Place| counts.series.get(*at).and_then(Option::as_ref);
    match formula {
        Formula::Sum(of) => {
            let of: Vec<_> = of.iter().map(known).collect::<Option<_>>()?;
            Some(slots(counts.slots, |slot| sum(&of, slot)))
        }
        Formula::Difference { from, minus } => {
            let from = known(from)?;
            let minus: Vec<_> = minus.iter().map(known).collect::<Option<_>>()?;
            let less = |slot| Some(from.net(slot)?.saturating_sub(sum(&minus, slot)?));
            Some(slots(counts.slots, less))
        }
        Formula::Allocation { .. } => None,
    }
}

fn slots(count: usize, of: impl Fn(usize) -> Option<i64>) -> Vec<Option<i64>> {
    (0..count).map(of).collect()
}

fn sum(of: &[&Series], slot: usize) -> Option<i64> {
    of.iter().try_fold(0_i64, |all, series| Some(all.saturating_add(series.net(slot)?)))
}
