//! What was allocated to a tenant from the complex's own meter: its own part is told to it, and nothing else of
//! the meter or of the other parts.
//!
//! | key | told to the owner of a part |
//! |---|---|
//! | area, headcount, fixed | always: the part rests on the complex's meter alone |
//! | metered | where five other owners stand in the weights: of fewer, one could be reckoned back from what is known of the whole |
//!
//! Who writes an allocation manages the meter that is shared out: nobody gives himself a part.

use std::collections::BTreeSet;

use base::noun::Establishment;
use base::{Action, Actor, Grant, Id, Role, Scope};
use energy_rules::meter_tree::{HIDDEN_OWNERS_MIN, Place};
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
            unknown.filter_map(|place| told(ctx, forest, *place)).partition(Part::is_plain);
        let plain = (!plain.is_empty()).then(|| plain.iter().map(|part| part.place).collect());
        let complex = |part: &Part| Scope::Complex(forest.meters[part.place].complex_id);
        let mut asked: Vec<(Vec<Place>, Vec<Grant>)> = Vec::new();
        for part in &metered {
            let sites = part.weighing.iter().map(|id| {
                let complex = forest.meters[part.place].complex_id;
                Grant {
                    role: Role::EnergyManager,
                    scope: Scope::Establishment { id: *id, complex },
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
        Ok(())
    }
}

/// A part that is told to its owner.
struct Part {
    place: Place,
    /// Whose meters it is weighed by; empty when it rests on the shared meter alone.
    weighing: BTreeSet<Id<Establishment>>,
}

impl Part {
    fn is_plain(&self) -> bool {
        self.weighing.is_empty()
    }
}

fn told(ctx: &Ctx, forest: &Forest, place: Place) -> Option<Part> {
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
            BTreeSet::new()
        }
        MeterAllocationKey::Metered => {
            let all = weighing(forest, *of)?;
            let others = all.iter().filter(|id| **id != owner).count();
            if others < HIDDEN_OWNERS_MIN {
                return None;
            }
            all
        }
    };
    Some(Part { place, weighing })
}

/// The owners of the meters that a whole is shared out by; none when one of these is calculated.
fn weighing(forest: &Forest, whole: Id<Meter>) -> Option<BTreeSet<Id<Establishment>>> {
    let mut owners = BTreeSet::new();
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
        owners.extend(by.establishment_id);
    }
    Some(owners)
}
