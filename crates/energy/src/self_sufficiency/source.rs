//! What a complex used and generated, from its own meters.

use base::Id;
use base::noun::Complex;
use energy_rules::load::Load;
use energy_rules::meter_tree::Place;
use energy_rules::self_sufficiency::{Disposal, Origin, Plant};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::ApiResult;

use super::SelfSufficiencyRefusal;
use crate::Energy;
use crate::meter::rules::Forest;
use crate::meter::{MeterDisposal, MeterKind};

/// The consumption of a complex and its plants, and what they were made from.
pub(super) struct Source {
    pub(super) forest: Forest,
    /// The meters that are in it, by place.
    pub(super) used: Vec<Place>,
    /// Main meters and generators of tenants, which are not in it.
    pub(super) tenants_left_out: usize,
    /// What was used, own generation included.
    pub(super) consumption: Load,
    /// What was generated, by plant.
    pub(super) plants: Vec<(Load, Disposal)>,
    /// Slots in which more went out than came in: no consumption, so left out.
    pub(super) impossible_slots: usize,
}

impl Source {
    pub(super) fn plants(&self) -> Vec<Plant<'_>> {
        let plants = self.plants.iter().map(|(generation, disposal)| Plant {
            generation,
            disposal: *disposal,
            origin: Origin::Metered,
        });
        plants.collect()
    }
}

impl Energy {
    pub(super) async fn source(
        &self,
        ctx: &Ctx,
        complex: Id<Complex>,
        (first, days): (Date, usize),
    ) -> ApiResult<Source> {
        let forest = self.forest(complex).await?;
        let kind = |place: Place| forest.meters[place].terms.kind;
        let own = |place: &Place| forest.meters[*place].establishment_id.is_none();
        let counted = |place: &Place| {
            let is_sold = forest.meters[*place].terms.disposal == Some(MeterDisposal::Sold);
            match kind(*place) {
                MeterKind::Main => true,
                MeterKind::Generator | MeterKind::Battery => {
                    is_sold || below_own_main(&forest, *place)
                }
                MeterKind::Sub | MeterKind::Virtual => false,
            }
        };
        let all: Vec<Place> = (0..forest.meters.len()).filter(counted).collect();
        let (used, left): (Vec<Place>, Vec<Place>) = all.into_iter().partition(own);
        if !used.iter().any(|place| kind(*place) == MeterKind::Main) {
            return Err(SelfSufficiencyRefusal::NoMainMeter.into());
        }
        let tenants_left_out = left.len();
        let read = self.counts(ctx, &forest, &used, (first, days)).await?;
        let mut consumption = vec![Some(0_i64); read.counts.slots];
        let mut plants = Vec::new();
        let span_of = |place: &Place| {
            let node = &forest.tree.nodes()[*place];
            (*place, Span { from: node.from, to: node.to })
        };
        let mains = used.iter().filter(|place| kind(**place) == MeterKind::Main).map(span_of);
        let mains: Vec<_> = mains.collect();
        for place in &used {
            let meter = &forest.meters[*place];
            let Some(series) = &read.counts.series[*place] else { continue };
            let is_main = kind(*place) == MeterKind::Main;
            let stands =
                |slot: usize| forest.tree.nodes()[*place].holds_on(read.counts.day_of(slot));
            let gone = |slot: usize| {
                let is_taken_over = |slot| is_taken_over(&mains, *place, read.counts.day_of(slot));
                !stands(slot) && (!is_main || is_taken_over(slot))
            };
            // A plant that was not there generated nothing; what a main meter that was not there would have
            // counted is known only where another stood in its place.
            let wh = |slot: usize| if gone(slot) { Some(0) } else { series.net(slot) };
            let is_sold = meter.terms.disposal == Some(MeterDisposal::Sold);
            let sign = match kind(*place) {
                MeterKind::Battery => -1,
                MeterKind::Generator if is_sold => 0,
                _ => 1,
            };
            for (slot, used) in consumption.iter_mut().enumerate() {
                let added = wh(slot).map(|wh| sign * wh);
                *used = used.zip(added).map(|(used, added)| used.saturating_add(added));
            }
            if kind(*place) == MeterKind::Generator {
                let disposal = if is_sold { Disposal::Sold } else { Disposal::OwnUse };
                // What a plant draws for itself at night is no generation.
                let wh = (0..read.counts.slots).map(|slot| wh(slot).map(|wh| wh.max(0)));
                plants.push((Load::active(first, wh.collect()), disposal));
            }
        }
        let mut impossible_slots = 0;
        for used in &mut consumption {
            if used.is_some_and(|wh| wh < 0) {
                (*used, impossible_slots) = (None, impossible_slots + 1);
            }
        }
        let consumption = Load::active(first, consumption);
        Ok(Source { forest, used, tenants_left_out, consumption, plants, impossible_slots })
    }
}

/// The days of a meter, both ends in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    from: Date,
    to: Option<Date>,
}

impl Span {
    fn holds_on(self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// Whether another main meter stood in the place of one that does not stand on a day. After its end: any that still
/// stands, since who closed it said so. Before its beginning: only its predecessor, which had ended by its first day, the
/// day of the exchange; of an intake that was entered late nothing is known.
fn is_taken_over(mains: &[(Place, Span)], place: Place, day: Date) -> bool {
    let Some((_, own)) = mains.iter().find(|(at, _)| *at == place) else { return false };
    let others = || mains.iter().filter(|(at, _)| *at != place).map(|(_, span)| *span);
    if day < own.from {
        others().any(|other| other.holds_on(day) && other.to.is_some_and(|to| to <= own.from))
    } else {
        others().any(|other| other.holds_on(day))
    }
}

/// Whether the topmost meter above is a main meter of the complex itself.
fn below_own_main(forest: &Forest, place: Place) -> bool {
    let mut at = place;
    while let Some(parent) = forest.tree.nodes()[at].parent {
        at = parent;
    }
    let top = &forest.meters[at];
    top.terms.kind == MeterKind::Main && top.establishment_id.is_none()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_main_meter_is_taken_over_by_its_successor_and_by_nobody_else() {
        let span = |from, to| Span { from, to };
        let old = span(date(2026, 1, 1), Some(date(2026, 5, 31)));
        let new = span(date(2026, 6, 3), None);
        let late = span(date(2026, 6, 1), None);
        let exchanged = span(date(2026, 1, 1), Some(date(2026, 6, 3)));
        let beyond = span(date(2026, 1, 1), Some(date(2026, 6, 4)));
        let always = span(date(2026, 1, 1), None);
        for (mains, place, day, expect, why) in [
            (vec![old, new], 0, date(2026, 6, 3), true, "the successor stands"),
            (vec![old, new], 1, date(2026, 5, 31), true, "the predecessor stands"),
            (vec![old, new], 0, date(2026, 6, 2), false, "nothing stands between the two"),
            (vec![old, new], 1, date(2026, 6, 1), false, "nothing stands between the two"),
            (vec![old, new], 1, date(2025, 12, 31), false, "before both"),
            (vec![exchanged, new], 1, date(2026, 6, 2), true, "exchanged on the first day"),
            (vec![beyond, new], 1, date(2026, 6, 2), false, "both stood: another intake"),
            (vec![old], 0, date(2026, 7, 1), false, "closed, and nothing in its place"),
            (vec![always, late], 1, date(2026, 5, 1), false, "a second intake, entered late"),
            (vec![always, old], 1, date(2026, 7, 1), true, "a second intake that was closed"),
        ] {
            let mains: Vec<_> = mains.into_iter().enumerate().collect();
            assert_eq!(is_taken_over(&mains, place, day), expect, "{why}");
        }
    }
}
