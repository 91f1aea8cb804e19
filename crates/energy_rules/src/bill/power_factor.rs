//! The power factor (역률), terms art. 41 to 43, on sums of 30 minutes.
//!
//! By day (08-22 h) the lagging one (지상역률) counts, with surcharge and rebate; by night the leading
//! one (진상역률), with a surcharge only. A half hour of night that is lagging counts as 100 %. Whether
//! a month is the mean of its half hours or the ratio of its sums, and how it is rounded, is
//! unverified and stands in the tariff data. No floating point: a power factor is a whole root in
//! millionths.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::SLOTS_PER_DAY;
use crate::tariff::{self, Average, PfReading, PowerFactorRule};

/// A power factor of one, in millionths.
const ONE: u64 = 1_000_000;
/// Energy of half an hour that the square of still fits, Wh; far above any plant.
const WH_MAX: i64 = 1_000_000_000_000;
/// Slots of half an hour.
const HALF: usize = 2;

/// Where the power factor of a bill comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerFactor {
    /// From the reactive energy of the load; without any, deemed.
    #[default]
    Metered,
    /// At the standard, whatever was metered: no surcharge, no rebate.
    Deemed,
    /// As read off an invoice, in thousandths of a per cent.
    Stated {
        /// 지상역률.
        lagging_milli: i64,
        /// 진상역률.
        leading_milli: i64,
    },
}

/// The power factors of a month, thousandths of a per cent; none where they are deemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MonthPowerFactor {
    /// 지상역률 by day.
    pub lagging_milli: Option<i64>,
    /// 진상역률 by night.
    pub leading_milli: Option<i64>,
}

/// What the power factors do to the basic charge, in millionths of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Effect {
    /// Above 0 a surcharge, below a rebate.
    pub lagging_ppm: i64,
    /// Never below 0.
    pub leading_ppm: i64,
}

/// The effect of a month's power factors under the standards of a day.
pub fn effect(rule: &PowerFactorRule, month: MonthPowerFactor, date: Date) -> Effect {
    let (lagging, leading) = (&rule.lagging, &rule.leading);
    let milli = |percent: u8| i64::from(percent) * 1_000;
    let ppm = |points_milli: i64| points_milli * rule.ppm_per_percent / 1_000;
    let lagging_ppm = month.lagging_milli.map_or(0, |value| {
        let value = value.clamp(milli(lagging.floor_percent), milli(lagging.cap_percent));
        ppm(milli(tariff::standard_on(&lagging.standards, date)) - value)
    });
    let leading_ppm = month.leading_milli.map_or(0, |value| {
        let value = value.max(milli(leading.floor_percent));
        ppm((milli(tariff::standard_on(&leading.standards, date)) - value).max(0))
    });
    Effect { lagging_ppm, leading_ppm }
}

/// Sums of the half hours of a month.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HalfHours {
    lagging: Sums,
    leading: Sums,
    /// Half hours with a gap in any of their values.
    pub(crate) missing: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    millionths: u64,
    count: u64,
    wh: i64,
    varh: i64,
}

/// A day of a load with reactive energy; an empty slice is not metered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReactiveDay<'a> {
    pub(crate) wh: &'a [Option<i64>],
    pub(crate) lagging: &'a [Option<i64>],
    pub(crate) leading: &'a [Option<i64>],
}

impl<'a> ReactiveDay<'a> {
    /// The day that begins at a slot.
    pub(crate) fn slots(all: &'a [Option<i64>], start: usize) -> &'a [Option<i64>] {
        let end = (start + SLOTS_PER_DAY).min(all.len());
        all.get(start..end).unwrap_or_default()
    }
}

impl HalfHours {
    /// Adds the half hours of a day.
    pub(crate) fn add(&mut self, day: &ReactiveDay<'_>, rule: &PowerFactorRule) {
        if day.lagging.is_empty() && day.leading.is_empty() {
            return;
        }
        for half in 0..SLOTS_PER_DAY / HALF {
            let by_day = hours_hold(rule.lagging.hours, half / HALF);
            let by_night = hours_hold(rule.leading.hours, half / HALF);
            let Some(wh) = sum(day.wh, half) else {
                self.missing += 1;
                continue;
            };
            let lagging = sum(day.lagging, half);
            let leading = sum(day.leading, half);
            if by_day {
                match lagging {
                    Some(varh) => self.lagging.add(wh, varh, 0),
                    None => self.missing += u32::from(!day.lagging.is_empty()),
                }
            }
            if by_night {
                match leading {
                    Some(varh) if varh > lagging.unwrap_or(0) => {
                        self.leading.add(wh, varh, u64::from(rule.leading.floor_percent) * 10_000);
                    }
                    Some(_) => self.leading.add(wh, 0, 0),
                    None => self.missing += u32::from(!day.leading.is_empty()),
                }
            }
        }
    }

    /// The power factors of the month; none where nothing was metered.
    pub(crate) fn month(&self, reading: &PfReading) -> MonthPowerFactor {
        MonthPowerFactor {
            lagging_milli: self.lagging.milli(reading),
            leading_milli: self.leading.milli(reading),
        }
    }
}

impl Sums {
    fn add(&mut self, wh: i64, varh: i64, least: u64) {
        self.wh = self.wh.saturating_add(wh);
        self.varh = self.varh.saturating_add(varh);
        if let Some(value) = millionths(wh, varh) {
            self.millionths += value.max(least);
            self.count += 1;
        }
    }

    fn milli(&self, reading: &PfReading) -> Option<i64> {
        let (sum, count) = match reading.average {
            Average::MeanOfHalfHours => (self.millionths, self.count),
            Average::RatioOfSums => (millionths(self.wh, self.varh)?, 1),
        };
        if count == 0 {
            return None;
        }
        // Millionths of one are ten-thousandths of a per cent.
        let digits = u32::from(reading.decimals.min(3));
        let step = 10_u64.pow(4 - digits) * count;
        let rounded = (2 * sum + step) / (2 * step);
        i64::try_from(rounded * 10_u64.pow(3 - digits)).ok()
    }
}

/// `wh / sqrt(wh² + varh²)` in millionths, cut; none when nothing flowed.
fn millionths(wh: i64, varh: i64) -> Option<u64> {
    let (wh, varh) = (wh.clamp(0, WH_MAX), varh.clamp(0, WH_MAX));
    if varh == 0 {
        return (wh > 0).then_some(ONE);
    }
    let (active, reactive) = (u128::from(wh.unsigned_abs()), u128::from(varh.unsigned_abs()));
    let square = active * active;
    let share = square * u128::from(ONE * ONE) / (square + reactive * reactive);
    Some(u64::try_from(share).expect("a share of 10^12").isqrt())
}

fn sum(slots: &[Option<i64>], half: usize) -> Option<i64> {
    let first = (*slots.get(half * HALF)?)?;
    let second = (*slots.get(half * HALF + 1)?)?;
    Some(first.saturating_add(second))
}

/// Whether an hour lies in `[from, to)`, which may go over midnight.
fn hours_hold([from, to]: [u8; 2], hour: usize) -> bool {
    let (from, to) = (usize::from(from), usize::from(to));
    if from <= to { (from..to).contains(&hour) } else { hour >= from || hour < to }
}
