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
    /// The same counts with the virtual meters calculated. One with an input that is not known to the
    /// reader stays unknown; a slot in which an input is missing is missing.
    #[must_use]
    pub fn calculated(&self, mut counts: Counts) -> Counts {
        counts.series.resize(self.nodes.len(), None);
        for place in &self.order {
            if counts.series[*place].is_none() {
                counts.series[*place] = self.calculate(&counts, *place);
            }
        }
        counts
    }

    fn calculate(&self, counts: &Counts, place: Place) -> Option<Series> {
        let known = |at: &Place| counts.series.get(*at).and_then(Option::as_ref);
        let Kind::Virtual(formula) = &self.nodes[place].kind else { return None };
        let forward: Vec<Option<i64>> = match formula {
            Formula::Sum(of) => {
                let of: Vec<_> = of.iter().map(known).collect::<Option<_>>()?;
                slots(counts.slots, |slot| sum(&of, slot))
            }
            Formula::Difference { from, minus } => {
                let from = known(from)?;
                let minus: Vec<_> = minus.iter().map(known).collect::<Option<_>>()?;
                slots(counts.slots, |slot| Some(from.net(slot)?.saturating_sub(sum(&minus, slot)?)))
            }
            Formula::Allocation { of, .. } => self.part(counts, place, *of)?,
        };
        let mut series = Series { forward, back: Vec::new() };
        for (slot, value) in series.forward.iter_mut().enumerate() {
            if !self.nodes[place].holds_on(counts.day_of(slot)) {
                *value = None;
            }
        }
        Some(series)
    }

    /// One part of a whole: all parts are reckoned together, day by day as they stand.
    fn part(&self, counts: &Counts, place: Place, of: Place) -> Option<Vec<Option<i64>>> {
        let whole = counts.series.get(of)?.as_ref()?;
        let parts: Vec<(Place, Share)> = self.parts_of(of).collect();
        for (_, share) in &parts {
            if let Share::Metered(by) = share {
                counts.series.get(*by)?.as_ref()?;
            }
        }
        Some(slots(counts.slots, |slot| {
            let day = counts.day_of(slot);
            let held = parts.iter().filter(|(part, _)| self.nodes[*part].holds_on(day));
            let held: Vec<_> = held.collect();
            let own = held.iter().position(|(part, _)| *part == place)?;
            let weights = held.iter().map(|(_, share)| match share {
                Share::Area(weight) | Share::Headcount(weight) | Share::Fixed(weight) => {
                    Some(*weight)
                }
                Share::Metered(by) => {
                    let wh = counts.series[*by].as_ref()?.net(slot)?;
                    Some(u64::try_from(wh).unwrap_or(0))
                }
            });
            let weights: Vec<u64> = weights.collect::<Option<_>>()?;
            allocate(whole.net(slot)?, &weights)?.get(own).copied()
        }))
    }
}

fn slots(count: usize, of: impl Fn(usize) -> Option<i64>) -> Vec<Option<i64>> {
    (0..count).map(of).collect()
}

fn sum(of: &[&Series], slot: usize) -> Option<i64> {
    of.iter().try_fold(0_i64, |all, series| Some(all.saturating_add(series.net(slot)?)))
}
