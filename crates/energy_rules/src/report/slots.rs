//! A month quarter of an hour by quarter of an hour: what days, bands and the quality of data are
//! read off.

use jiff::civil::{Date, DateTime};

use crate::SLOTS_PER_DAY;
use crate::bill::{BillError, Period, Terms, first_slot, start_of};
use crate::demand::{Peak, SLOTS_PER_HOUR};
use crate::load::Load;
use crate::tariff::Band;

const SLOT: jiff::SignedDuration = jiff::SignedDuration::from_mins(15);

/// A quarter of an hour of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot {
    /// Its start, civil time of Asia/Seoul.
    pub at: DateTime,
    /// Active energy, Wh; none where nothing is known.
    pub wh: Option<i64>,
    /// Lagging reactive energy, varh.
    pub lagging_varh: Option<i64>,
    /// Leading reactive energy, varh.
    pub leading_varh: Option<i64>,
    /// Its band, in a tariff with time of use.
    pub band: Option<Band>,
}

/// A day of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The day.
    pub date: Date,
    /// Energy in the light, mid and peak bands, Wh.
    pub wh: [i64; 3],
    /// Energy without a band, Wh.
    pub flat_wh: i64,
    /// The largest slot; with missing ones a lower bound.
    pub peak: Option<Peak>,
    /// Slots that have come and are not known.
    pub missing_slots: u32,
}

impl Day {
    /// Energy of the day, Wh.
    pub fn total_wh(&self) -> i64 {
        self.wh.iter().sum::<i64>() + self.flat_wh
    }
}

/// A stretch without values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gap {
    /// The start of its first slot.
    pub from: DateTime,
    /// How many slots.
    pub slots: u32,
}

/// How whole the data of a month are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Quality {
    /// Slots of the month that have come.
    pub slots: u32,
    /// Those of which nothing is known.
    pub missing_slots: u32,
    /// The longest stretch of them, the first of equal ones.
    pub longest_gap: Option<Gap>,
}

/// The slots of a period that the contract covers and that have ended by `now`, in order.
pub fn slots(
    load: &Load,
    terms: &Terms<'_>,
    period: Period,
    now: DateTime,
) -> Result<Vec<Slot>, BillError> {
    let mut rows = Vec::new();
    for span in terms.contract.spans(period, terms.tariffs)? {
        for date in span.days.iter() {
            let table = span.tariff.day(date, terms.calendar.tariff_day(date));
            let start = first_slot(load, date);
            for (slot, cell) in table.0.iter().enumerate().take(SLOTS_PER_DAY) {
                let at = start_of(date, slot);
                if at.saturating_add(SLOT) > now {
                    return Ok(rows);
                }
                let value = |of: &[Option<i64>]| of.get(start? + slot).copied().flatten();
                rows.push(Slot {
                    at,
                    wh: value(&load.wh),
                    lagging_varh: value(&load.lagging_varh),
                    leading_varh: value(&load.leading_varh),
                    band: cell.band(),
                });
            }
        }
    }
    Ok(rows)
}

/// The days of some slots, in order.
pub fn days(slots: &[Slot]) -> Vec<Day> {
    let of_day = slots.chunk_by(|a, b| a.at.date() == b.at.date());
    of_day.map(day).collect()
}

fn day(slots: &[Slot]) -> Day {
    let mut day =
        Day { date: slots[0].at.date(), wh: [0; 3], flat_wh: 0, peak: None, missing_slots: 0 };
    for slot in slots {
        let Some(wh) = slot.wh else {
            day.missing_slots += 1;
            continue;
        };
        match slot.band {
            Some(band) => day.wh[band as usize] += wh,
            None => day.flat_wh += wh,
        }
        let w = wh.saturating_mul(SLOTS_PER_HOUR);
        if day.peak.is_none_or(|peak| w > peak.w) {
            day.peak = Some(Peak { w, at: slot.at });
        }
    }
    day
}

/// How whole some slots are.
pub fn quality(slots: &[Slot]) -> Quality {
    let count = |of: usize| u32::try_from(of).unwrap_or(u32::MAX);
    let runs = slots.chunk_by(|a, b| a.wh.is_none() == b.wh.is_none());
    let mut quality = Quality { slots: count(slots.len()), ..Quality::default() };
    for run in runs.filter(|run| run[0].wh.is_none()) {
        let gap = Gap { from: run[0].at, slots: count(run.len()) };
        quality.missing_slots += gap.slots;
        if quality.longest_gap.is_none_or(|longest| gap.slots > longest.slots) {
            quality.longest_gap = Some(gap);
        }
    }
    quality
}
