//! What a load comes to in a month: energy by cell, peaks, and the half hours of the power factor.
//!
//! 35,040 slots a year: a day is classified once, and its slots are added up through the table.

use jiff::civil::{Date, DateTime};

use super::contract::Span;
use super::month::days_between;
use super::power_factor::{HalfHours, ReactiveDay};
use super::{BillMonth, Period, Terms};
use crate::SLOTS_PER_DAY;
use crate::calendar::DayKind;
use crate::demand::{MonthDemand, Peak, SLOTS_PER_HOUR};
use crate::load::Load;
use crate::tariff::{BasicOn, Cell, DayTable, Tariff};

/// More than any slot can hold, Wh; what lies beyond is a fault of the data, and sums do not
/// overflow.
const WH_MAX: i64 = 1_000_000_000_000;

/// Slots of a day, as they are counted.
const DAY_SLOTS: u32 = 96;

/// Energy of some days of a month under one row, Wh by cell.
#[derive(Debug, Clone)]
pub(crate) struct Part<'a> {
    pub(crate) span: Span<'a>,
    pub(crate) wh: [i64; Cell::COUNT],
    /// The largest slot of all.
    pub(crate) all: Option<Peak>,
}

/// A month of a load.
#[derive(Debug, Clone)]
pub(crate) struct Measured<'a> {
    pub(crate) month: BillMonth,
    pub(crate) period: Period,
    pub(crate) parts: Vec<Part<'a>>,
    pub(crate) demand: MonthDemand,
    pub(crate) half_hours: HalfHours,
    /// Slots that have a value.
    pub(crate) known_slots: u32,
}

impl Measured<'_> {
    pub(crate) fn total_wh(&self) -> i64 {
        self.parts.iter().flat_map(|part| &part.wh).sum()
    }
}

/// Adds up a month. `parts` are its spans, split wherever a rate per kWh changes.
pub(crate) fn measure<'a>(
    load: &Load,
    month: BillMonth,
    spans: Vec<Span<'a>>,
    terms: &Terms<'_>,
    reactive: bool,
) -> Measured<'a> {
    let mut gather = Gather {
        load,
        demand: MonthDemand::default(),
        half_hours: HalfHours::default(),
        known: 0,
        reactive,
    };
    let parts = spans.into_iter().map(|span| gather.part(span, terms)).collect();
    Measured {
        month,
        period: month.period(terms.contract.reading_day),
        parts,
        demand: gather.demand,
        half_hours: gather.half_hours,
        known_slots: gather.known,
    }
}

struct Gather<'l> {
    load: &'l Load,
    demand: MonthDemand,
    half_hours: HalfHours,
    known: u32,
    reactive: bool,
}

/// The largest slot so far: Wh and its number in the day.
type Top = Option<(i64, usize)>;

impl Gather<'_> {
    fn part<'a>(&mut self, span: Span<'a>, terms: &Terms<'_>) -> Part<'a> {
        let mut part = Part { span, wh: [0; Cell::COUNT], all: None };
        let counts = counted(span.tariff);
        for date in span.days.iter() {
            let kind = terms.calendar.tariff_day(date);
            self.day(&mut part, &counts, date, kind);
        }
        part
    }

    fn day(&mut self, part: &mut Part<'_>, counts: &[bool], date: Date, kind: DayKind) {
        let Some(start) = first_slot(self.load, date) else {
            self.demand.missing_slots += DAY_SLOTS;
            return;
        };
        let table = part.span.tariff.day(date, kind);
        let end = (start + SLOTS_PER_DAY).min(self.load.wh.len());
        let slots = &self.load.wh[start..end];
        let (known, basis, all) = add_up(slots, &table, counts, &mut part.wh);
        self.known += known;
        self.demand.missing_slots += DAY_SLOTS - known;
        keep(&mut self.demand.basis, peak(basis, date));
        keep(&mut self.demand.all, peak(all, date));
        keep(&mut part.all, peak(all, date));
        if self.reactive {
            let of = |all| ReactiveDay::slots(all, start);
            let day = ReactiveDay {
                wh: slots,
                lagging: of(&self.load.lagging_varh),
                leading: of(&self.load.leading_varh),
            };
            self.half_hours.add(&day, &part.span.tariff.power_factor);
        }
    }
}

fn add_up(
    slots: &[Option<i64>],
    table: &DayTable,
    counts: &[bool],
    sums: &mut [i64; Cell::COUNT],
) -> (u32, Top, Top) {
    let (mut known, mut basis, mut all): (u32, Top, Top) = (0, None, None);
    for (slot, (wh, cell)) in slots.iter().zip(&table.0).enumerate() {
        let Some(wh) = *wh else { continue };
        known += 1;
        let wh = wh.clamp(-WH_MAX, WH_MAX);
        let index = cell.index();
        sums[index] += wh;
        if all.is_none_or(|(most, _)| wh > most) {
            all = Some((wh, slot));
        }
        if counts[index] && basis.is_none_or(|(most, _)| wh > most) {
            basis = Some((wh, slot));
        }
    }
    (known, basis, all)
}

/// Which cells set the billing demand.
fn counted(tariff: &Tariff) -> [bool; Cell::COUNT] {
    let mut counts = [false; Cell::COUNT];
    for (index, counts) in counts.iter_mut().enumerate() {
        let band = Cell::at(index).and_then(Cell::band);
        *counts = match (&tariff.demand, tariff.basic_on) {
            (Some(rule), BasicOn::BillingDemand) => {
                band.is_some_and(|band| rule.bands.contains(&band))
            }
            (None, _) | (Some(_), BasicOn::Contract) => false,
        };
    }
    counts
}

/// The place of a day's first slot in the load; none when the load has nothing of that day.
pub(crate) fn first_slot(load: &Load, date: Date) -> Option<usize> {
    let days = usize::try_from(days_between(load.first_day, date)).ok()?;
    let start = days.checked_mul(SLOTS_PER_DAY)?;
    (start < load.wh.len()).then_some(start)
}

fn peak(top: Top, date: Date) -> Option<Peak> {
    let (wh, slot) = top?;
    Some(Peak { w: wh.saturating_mul(SLOTS_PER_HOUR), at: start_of(date, slot) })
}

/// The civil time at which a slot of a day begins.
pub(crate) fn start_of(date: Date, slot: usize) -> DateTime {
    let slot = i8::try_from(slot % SLOTS_PER_DAY).expect("96 slots a day");
    date.at(slot / 4, slot % 4 * 15, 0, 0)
}

fn keep(best: &mut Option<Peak>, peak: Option<Peak>) {
    if let Some(peak) = peak
        && best.is_none_or(|best| peak.w > best.w)
    {
        *best = Some(peak);
    }
}
