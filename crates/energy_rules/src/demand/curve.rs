//! What the peaks of a load look like: the load-duration curve, and the largest slot of every day.

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::SLOTS_PER_HOUR;
use crate::SLOTS_PER_DAY;
use crate::bill::{BillError, Period, Terms, first_slot, start_of};
use crate::load::Load;
use crate::tariff::{Band, BasicOn, Season};

/// Points of a curve; more than a screen is wide.
pub const CURVE_POINTS_MAX: usize = 2_000;

/// A point of the load-duration curve (부하지속곡선): so many slots had at least so much power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct CurvePoint {
    /// How many slots of 15 minutes.
    pub slots: u32,
    /// W.
    pub w: i64,
}

/// The load-duration curve in at most so many points, from the largest slot to the smallest.
pub fn duration_curve(load: &Load, points: usize) -> Vec<CurvePoint> {
    let mut values: Vec<i64> = load.wh.iter().flatten().copied().collect();
    values.sort_unstable_by(|a, b| b.cmp(a));
    let points = points.min(CURVE_POINTS_MAX).min(values.len());
    let Some(last) = values.len().checked_sub(1) else { return Vec::new() };
    let place = |point: usize| point * last / points.saturating_sub(1).max(1);
    let point = |at: usize| CurvePoint {
        slots: u32::try_from(at + 1).unwrap_or(u32::MAX),
        w: values[at].saturating_mul(SLOTS_PER_HOUR),
    };
    (0..points).map(place).map(point).collect()
}

/// The largest slot of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct DayPeak {
    /// The day.
    pub date: Date,
    /// W.
    pub w: i64,
    /// The start of the slot.
    pub at: DateTime,
    /// Its season.
    pub season: Season,
    /// Its band, in a tariff with time of use.
    pub band: Option<Band>,
    /// Whether such a slot can set the billing demand.
    pub counts: bool,
    /// Slots of the day without a value; with any, the peak is a lower bound.
    pub missing_slots: u32,
}

/// The peak of every day (최대수요 달력) that the load and the contract cover.
pub fn peak_calendar(load: &Load, terms: &Terms<'_>) -> Result<Vec<DayPeak>, BillError> {
    terms.contract.check(terms.tariffs)?;
    let Some(last) = load.wh.len().checked_sub(1) else { return Ok(Vec::new()) };
    let whole = Period { first: load.first_day, last: load.day_of(last) };
    let mut peaks = Vec::with_capacity(load.days());
    for span in terms.contract.spans(whole, terms.tariffs)? {
        for date in span.days.iter() {
            let Some(start) = first_slot(load, date) else { continue };
            let end = (start + SLOTS_PER_DAY).min(load.wh.len());
            let slots = &load.wh[start..end];
            let known = slots.iter().enumerate().filter_map(|(slot, wh)| Some(((*wh)?, slot)));
            // The first of equal slots.
            let Some((wh, slot)) = known.max_by_key(|(wh, slot)| (*wh, std::cmp::Reverse(*slot)))
            else {
                continue;
            };
            let cell = span.tariff.day(date, terms.calendar.tariff_day(date)).0[slot];
            let rule = span.tariff.demand.as_ref();
            let counts = match span.tariff.basic_on {
                BasicOn::BillingDemand => {
                    let in_rule = |band| rule.is_some_and(|rule| rule.bands.contains(&band));
                    cell.band().is_some_and(in_rule)
                }
                BasicOn::Contract => false,
            };
            let known = slots.iter().flatten().count();
            peaks.push(DayPeak {
                date,
                w: wh.saturating_mul(SLOTS_PER_HOUR),
                at: start_of(date, slot),
                season: cell.season(),
                band: cell.band(),
                counts,
                missing_slots: u32::try_from(SLOTS_PER_DAY - known).unwrap_or(0),
            });
        }
    }
    Ok(peaks)
}
