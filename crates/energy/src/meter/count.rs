//! What meters counted, as far as the reader may know it.

use base::noun::Complex;
use base::{FieldError, Id};
use energy_rules::SLOTS_PER_DAY;
use energy_rules::meter_tree::{Counts, Place, Series};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Problem};

use super::rules::{self, Forest};
use super::{Meter, MeterError, store};
use crate::Energy;
use crate::load::{PointLoad, today};

/// Days of one answer at most.
pub(crate) const DAYS_MAX: usize = 366;
/// Values that one answer reads and calculates at most: a year of a hundred meters.
pub(crate) const VALUES_MAX: usize = 100 * DAYS_MAX * SLOTS_PER_DAY;

/// What the meters that were asked for counted.
pub(crate) struct MeterCounts {
    pub(crate) counts: Counts,
    /// Of some meter a part of the time is not the reader's to see.
    pub(crate) hidden_partly: bool,
}

/// The days that are asked for: `default` days that end with yesterday when nothing is said.
pub(crate) fn days(
    ctx: &Ctx,
    (from, to): (Option<Date>, Option<Date>),
    default: i64,
) -> ApiResult<(Date, usize)> {
    let yesterday = today(ctx).yesterday().unwrap_or(Date::MIN);
    let to = to.unwrap_or_else(|| yesterday.max(from.unwrap_or(Date::MIN)));
    let from = from.unwrap_or_else(|| to.saturating_sub(jiff::Span::new().days(default - 1)));
    let days = usize::try_from(i64::from((to - from).get_days()) + 1).unwrap_or(0);
    if !(1..=DAYS_MAX).contains(&days) {
        let detail = format!("give a `from` that is not after `to`, and at most {DAYS_MAX} days");
        return Err(Problem::invalid(vec![FieldError::new("/from", detail)]));
    }
    Ok((from, days))
}

/// The last of some days.
pub(crate) fn last_day((first, days): (Date, usize)) -> Date {
    let days = i64::try_from(days).unwrap_or(1);
    first.saturating_add(jiff::Span::new().days(days - 1))
}

impl Energy {
    /// All meters of a complex, in their tree.
    pub(crate) async fn forest(&self, complex: Id<Complex>) -> ApiResult<Forest> {
        let mut tx = self.platform.db.read().await?;
        Ok(rules::forest(store::all(&mut tx, complex).await?, None)?)
    }

    /// What some meters counted on some days, the virtual ones calculated; and the reader's own parts of what the
    /// complex shares out.
    pub(crate) async fn counts(
        &self,
        ctx: &Ctx,
        forest: &Forest,
        wanted: &[Place],
        days: (Date, usize),
    ) -> ApiResult<MeterCounts> {
        let mut found = self.counts_as(ctx, forest, wanted, days).await?;
        self.add_own_parts(ctx, forest, wanted, days, &mut found).await?;
        Ok(found)
    }

    /// The same by what `ctx` may read of every input.
    pub(super) async fn counts_as(
        &self,
        ctx: &Ctx,
        forest: &Forest,
        wanted: &[Place],
        (first, days): (Date, usize),
    ) -> ApiResult<MeterCounts> {
        let needed = forest.tree.needed_for(wanted);
        let slots = days * SLOTS_PER_DAY;
        let values = needed.len() * slots;
        if values > VALUES_MAX {
            let meters = needed.len();
            return Err(MeterError::TooLong { values, meters, max: VALUES_MAX }.into());
        }
        let mut counts =
            Counts { first_day: first, slots, series: vec![None; forest.meters.len()] };
        let mut hidden_partly = false;
        for place in &needed {
            let meter = &forest.meters[*place];
            let Some(read) = self.series(ctx, meter, (first, days)).await? else { continue };
            hidden_partly |= read.1;
            counts.series[*place] = Some(read.0);
        }
        Ok(MeterCounts { counts: forest.tree.calculated(counts, &needed), hidden_partly })
    }

    /// What one meter counted, and whether a part of it is hidden; `None` when all is.
    async fn series(
        &self,
        ctx: &Ctx,
        meter: &Meter,
        days: (Date, usize),
    ) -> ApiResult<Option<(Series, bool)>> {
        let Some(id) = meter.terms.point_id else { return Ok(None) };
        let Some(forward) = self.point_load(ctx, id, days).await? else { return Ok(None) };
        let back = match meter.terms.back_point_id {
            None => PointLoad { wh: Vec::new(), hidden: false },
            Some(id) => match self.point_load(ctx, id, days).await? {
                Some(back) => back,
                None => return Ok(None),
            },
        };
        let hidden = forward.hidden || back.hidden;
        let mut series = Series { forward: forward.wh, back: back.wh };
        let (first, count) = days;
        for day in 0..count {
            let date =
                first.saturating_add(jiff::Span::new().days(i64::try_from(day).unwrap_or(0)));
            if meter.terms.from <= date && meter.terms.to.is_none_or(|to| date <= to) {
                continue;
            }
            let slots = day * SLOTS_PER_DAY..(day + 1) * SLOTS_PER_DAY;
            series.forward[slots.clone()].fill(None);
            if !series.back.is_empty() {
                series.back[slots].fill(None);
            }
        }
        Ok(Some((series, hidden)))
    }
}
