//! What was allocated to a tenant from the complex's own meter: its own part is told to it, and nothing else of
//! the meter or of the other parts.
//!
//! | key | told to the owner of a part |
//! |---|---|
//! | area, headcount, fixed | always: the part rests on the complex's meter alone |
//! | metered | on days on which five other owners stand in the weights: of fewer, one could be reckoned back |
//!
//! Who writes an allocation manages the meter that is shared out: nobody gives himself a part.

use std::collections::BTreeSet;

use base::noun::Establishment;
use base::{Action, Actor, Grant, Id, Role, Scope};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::meter_tree::{HIDDEN_OWNERS_MIN, Place, Series};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::ApiResult;

use super::count::MeterCounts;
use super::rules::Forest;
use super::{Meter, MeterAllocationKey, MeterFormula};
use crate::Energy;

const TASK: &str = "energy.meter.share";

impl Energy {
    /// Puts the reader's own parts among `wanted` into counts that were read as the reader may read.
    pub(super) async fn add_own_parts(
        &self,
        ctx: &Ctx,
        forest: &Forest,
        wanted: &[Place],
        days: (Date, usize),
        found: &mut MeterCounts,
    ) -> ApiResult<()> {
        let unknown = wanted.iter().filter(|place| found.counts.series[**place].is_none());
        let (plain, metered): (Vec<_>, Vec<_>) =
            unknown.filter_map(|place| told(ctx, forest, *place, days)).partition(Part::is_plain);
        let plain = (!plain.is_empty()).then(|| plain.iter().map(|part| part.place).collect());
        let complex = |part: &Part| Scope::Complex(forest.meters[part.place].complex_id);
        let mut asked: Vec<(Vec<Place>, Vec<Grant>)> = Vec::new();
        for part in &metered {
            let sites = part.weighing.iter().map(|weigher| {
                let complex = forest.meters[part.place].complex_id;
                Grant {
                    role: Role::EnergyManager,
                    scope: Scope::Establishment { id: weigher.owner, complex },
                }
            });
            let office = Grant { role: Role::EnergyOffice, scope: complex(part) };
            asked.push((vec![part.place], sites.chain([office]).collect()));
        }
        if let Some(places) = plain {
            let places: Vec<Place> = places;
            let scope = Scope::Complex(forest.meters[places[0]].complex_id);
            asked.push((places, vec![Grant { role: Role::EnergyOffice, scope }]));
        }
        for (places, grants) in asked {
            let clock = self.platform.clock.clone();
            let reader = Ctx::new(Actor::system(TASK), grants, clock, format!("task:{TASK}"));
            let mut read = self.counts_as(&reader, forest, &places, days).await?;
            for place in places {
                found.counts.series[place] = read.counts.series[place].take();
            }
            found.hidden_partly |= read.hidden_partly;
        }
        for part in &metered {
            let Some(series) = &mut found.counts.series[part.place] else { continue };
            found.hidden_partly |= part.blank(series, days.0);
        }
        Ok(())
    }
}

/// A part that is told to its owner.
struct Part {
    place: Place,
    owner: Id<Establishment>,
    /// Whose meters it is weighed by; empty when it rests on the shared meter alone.
    weighing: Vec<Weigher>,
}

/// The owner of a meter that a whole is shared out by, and the days on which both his part and that meter stand.
struct Weigher {
    owner: Id<Establishment>,
    from: Date,
    to: Option<Date>,
}

impl Weigher {
    fn holds_on(&self, day: Date) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

impl Part {
    fn is_plain(&self) -> bool {
        self.weighing.is_empty()
    }

    /// Whether so many others stand in the weights on a day that none of them can be reckoned back.
    fn is_told_on(&self, day: Date) -> bool {
        let others = self.weighing.iter().filter(|each| each.owner != self.owner);
        let standing = others.filter(|each| each.holds_on(day)).map(|each| each.owner);
        self.is_plain() || standing.collect::<BTreeSet<_>>().len() >= HIDDEN_OWNERS_MIN
    }

    /// Blanks the days that are not told; says whether there was one.
    fn blank(&self, series: &mut Series, first: Date) -> bool {
        let mut is_hidden = false;
        for amounts in [&mut series.forward, &mut series.back] {
            let days = first.series(jiff::Span::new().days(1));
            for (slots, day) in amounts.chunks_mut(SLOTS_PER_DAY).zip(days) {
                if !self.is_told_on(day) {
                    slots.fill(None);
                    is_hidden = true;
                }
            }
        }
        is_hidden
    }
}

fn told(ctx: &Ctx, forest: &Forest, place: Place, (first, days): (Date, usize)) -> Option<Part> {
    let meter = &forest.meters[place];
    let owner = meter.establishment_id?;
    let Some(MeterFormula::Allocation { of, key, .. }) = &meter.terms.formula else { return None };
    let whole = &forest.meters[forest.place(*of)?];
    // Another tenant's meter is his, whoever shares it out; a calculated one may hold others' values.
    let is_complexs = whole.establishment_id.is_none() && whole.terms.formula.is_none();
    if !is_complexs || !ctx.may(Action::ReadTenantValues, meter.scope()) {
        return None;
    }
    let weighing = match key {
        MeterAllocationKey::Area | MeterAllocationKey::Headcount | MeterAllocationKey::Fixed => {
            Vec::new()
        }
        MeterAllocationKey::Metered => weighing(forest, *of)?,
    };
    let is_metered = matches!(key, MeterAllocationKey::Metered);
    if is_metered && weighing.is_empty() {
        return None;
    }
    let part = Part { place, owner, weighing };
    let mut asked = first.series(jiff::Span::new().days(1)).take(days);
    asked.any(|day| part.is_told_on(day)).then_some(part)
}

/// The owners of the meters that a whole is shared out by; none when one of these is calculated.
fn weighing(forest: &Forest, whole: Id<Meter>) -> Option<Vec<Weigher>> {
    let mut weighers = Vec::new();
    for meter in &forest.meters {
        let Some(MeterFormula::Allocation { of, by: Some(by), .. }) = &meter.terms.formula else {
            continue;
        };
        if *of != whole {
            continue;
        }
        let by = &forest.meters[forest.place(*by)?];
        if by.terms.formula.is_some() || by.establishment_id != meter.establishment_id {
            return None;
        }
        weighers.extend(by.establishment_id.map(|owner| Weigher {
            owner,
            from: meter.terms.from.max(by.terms.from),
            to: [meter.terms.to, by.terms.to].into_iter().flatten().min(),
        }));
    }
    Some(weighers)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_part_is_told_only_on_days_on_which_five_others_stand() {
        let id = |number: u8| {
            format!("00000000-0000-7000-8000-00000000000{number}").parse::<Id<Establishment>>()
        };
        let weigher = |number: u8| Weigher {
            owner: id(number).unwrap(),
            from: date(2026, 1, 1),
            to: (number == 5).then(|| date(2026, 6, 1)),
        };
        let weighing = (0..6).map(weigher).collect();
        let part = Part { place: 0, owner: id(0).unwrap(), weighing };
        assert!(part.is_told_on(date(2026, 6, 1)));
        assert!(!part.is_told_on(date(2026, 6, 2)), "the fifth is gone");
        assert!(!part.is_told_on(date(2025, 12, 31)), "nobody yet");
        let both = vec![Some(1); 2 * SLOTS_PER_DAY];
        let mut series = Series { forward: both, back: Vec::new() };
        assert!(part.blank(&mut series, date(2026, 6, 1)));
        let known = series.forward.iter().filter(|amount| amount.is_some()).count();
        assert_eq!(known, SLOTS_PER_DAY);
        assert_eq!(series.forward[SLOTS_PER_DAY], None);
    }
}
