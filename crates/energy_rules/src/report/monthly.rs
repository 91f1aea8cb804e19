//! The report of a month.

use jiff::civil::{Date, DateTime};

use super::{Carbon, Day, Quality, Remark, Slot, carbon, days, quality, slots};
use crate::bill::{Bill, BillError, BillMonth, Item, Terms};
use crate::carbon::Factors;
use crate::demand::{DayPeak, peak_calendar};
use crate::load::Load;
use crate::tariff::Band;

/// Peaks of a report; one of a day, so that a single hour does not fill the list.
pub const PEAKS: usize = 5;

/// What the report of a month is made of.
#[derive(Debug, Clone, Copy)]
pub struct MonthlyInput<'a> {
    /// The month.
    pub month: BillMonth,
    /// Bills that are known: the month's own, and others to compare with.
    pub bills: &'a [Bill],
    /// The load; it holds the days of the month that have come.
    pub load: &'a Load,
    /// What the bills were made by.
    pub terms: &'a Terms<'a>,
    /// Emission factors and heat values.
    pub factors: &'a Factors,
    /// Civil time of Asia/Seoul: later slots are not missed, and later factors not used.
    pub now: DateTime,
}

/// The report of a month.
#[derive(Debug, Clone)]
pub struct MonthlyReport<'a> {
    /// The month's bill: won by line, the billing demand and what set it, the power factor.
    pub bill: &'a Bill,
    /// The month is not over.
    pub is_running: bool,
    /// Energy and won by band.
    pub bands: Vec<BandEnergy>,
    /// The month before, and the same month of the year before.
    pub comparisons: [Comparison; 2],
    /// The largest slots, one of a day, the largest first.
    pub peaks: Vec<DayPeak>,
    /// Every day that has come.
    pub days: Vec<Day>,
    /// Every slot that has come.
    pub slots: Vec<Slot>,
    /// What is missing.
    pub quality: Quality,
    /// Carbon and oil equivalent.
    pub carbon: Carbon,
    /// What a reader must know beside the notes of the bill.
    pub remarks: Vec<Remark>,
}

/// Energy of a month in a band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BandEnergy {
    /// The band; none without time of use.
    pub band: Option<Band>,
    /// Wh.
    pub wh: i64,
    /// What the energy charge of the band came to, discounts taken off, won; none when a line of it
    /// cannot be computed.
    pub won: Option<i64>,
}

/// Which month is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// The month before (전월).
    MonthBefore,
    /// The same month of the year before (전년 동월).
    YearBefore,
}

impl Compared {
    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::MonthBefore => "month_before",
            Self::YearBefore => "year_before",
        }
    }
}

/// A month beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comparison {
    /// Which.
    pub with: Compared,
    /// The other month.
    pub month: BillMonth,
    /// Its figures; none where there is no bill of it.
    pub figures: Option<MonthFigures>,
}

/// The figures of a month that others are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthFigures {
    /// Wh.
    pub wh: i64,
    /// 청구금액.
    pub total_won: i64,
    /// The largest slot of all, W.
    pub peak_w: Option<i64>,
    /// 요금적용전력, W.
    pub demand_w: Option<i64>,
    /// Slots that are missing: with any, energy and peak are lower bounds.
    pub missing_slots: u32,
    /// Earlier peaks are not known: the bill may be larger.
    pub provisional: bool,
}

impl From<&Bill> for MonthFigures {
    fn from(bill: &Bill) -> Self {
        Self {
            wh: bill.wh,
            total_won: bill.total_won,
            peak_w: bill.peaks.all.map(|peak| peak.w),
            demand_w: bill.demand.as_ref().map(|demand| demand.w),
            missing_slots: bill.peaks.missing_slots,
            provisional: bill.provisional,
        }
    }
}

/// The report of a month; refused where there is no bill of it.
pub fn monthly<'a>(input: &MonthlyInput<'a>) -> Result<MonthlyReport<'a>, BillError> {
    let MonthlyInput { month, bills, load, terms, factors, now } = *input;
    let of = |month| bills.iter().find(move |bill| bill.month == month);
    let first = load.first_day;
    let bill = of(month).ok_or(BillError::NoLoad { month, first })?;
    let slots = slots(load, terms, bill.period, now)?;
    let figures = |month| of(month).map(MonthFigures::from);
    let compare = |with, back| {
        let month = month.earlier(back);
        Comparison { with, month, figures: figures(month) }
    };
    let is_running = bill.period.last >= now.date();
    let carbon = carbon(bill.wh, month, factors, now.date());
    let mut report = MonthlyReport {
        bill,
        is_running,
        bands: bands(bill),
        comparisons: [compare(Compared::MonthBefore, 1), compare(Compared::YearBefore, 12)],
        peaks: peaks(load, terms, bill)?,
        days: days(&slots),
        quality: quality(&slots),
        slots,
        carbon,
        remarks: Vec::new(),
    };
    report.remarks = remarks(&report, terms.contract.reading_day);
    Ok(report)
}

fn bands(bill: &Bill) -> Vec<BandEnergy> {
    let all = [Some(Band::Light), Some(Band::Mid), Some(Band::Peak), None];
    all.into_iter().filter_map(|band| band_energy(bill, band)).collect()
}

fn band_energy(bill: &Bill, asked: Option<Band>) -> Option<BandEnergy> {
    let mut found = BandEnergy { band: asked, wh: 0, won: Some(0) };
    let mut any = false;
    for line in &bill.lines {
        let energy_wh = match line.code {
            Item::Energy(_, band) if band == asked => line.quantity.milli,
            Item::Discount(_, band) if band == asked => 0,
            _ => continue,
        };
        any = true;
        found.wh += energy_wh;
        found.won = found.won.zip(line.won).map(|(sum, won)| sum + won);
    }
    any.then_some(found)
}

fn peaks(load: &Load, terms: &Terms<'_>, bill: &Bill) -> Result<Vec<DayPeak>, BillError> {
    let mut peaks = peak_calendar(load, terms)?;
    peaks.retain(|day| (bill.period.first..=bill.period.last).contains(&day.date));
    peaks.sort_by(|a, b| b.w.cmp(&a.w).then(a.at.cmp(&b.at)));
    peaks.truncate(PEAKS);
    Ok(peaks)
}

fn remarks(report: &MonthlyReport<'_>, reading_day: u8) -> Vec<Remark> {
    let mut remarks = Vec::new();
    if report.is_running {
        remarks.push(Remark::Running { last: report.bill.period.last });
    }
    for other in &report.comparisons {
        match other.figures {
            None => remarks.push(Remark::NotCompared { month: other.month }),
            Some(figures) if figures.missing_slots > 0 => {
                let slots = figures.missing_slots;
                remarks.push(Remark::ComparedWithGaps { month: other.month, slots });
            }
            Some(_) => {}
        }
    }
    remarks.extend(carbon_remarks(&report.carbon, reading_day));
    remarks
}

/// What is to be said of a carbon figure.
pub(super) fn carbon_remarks(carbon: &Carbon, reading_day: u8) -> Vec<Remark> {
    let mut remarks = Vec::new();
    match &carbon.emission {
        Ok(emission) => remarks.push(Remark::GridFactor {
            year: emission.factor.year_of_use,
            status: emission.factor.status.clone(),
        }),
        Err(fault) => remarks.push(Remark::NoCarbon { why: fault.to_string() }),
    }
    match &carbon.toe {
        Ok(toe) => remarks.push(Remark::HeatValue { status: toe.factor.status.clone() }),
        Err(fault) => remarks.push(Remark::NoToe { why: fault.to_string() }),
    }
    if (2..28).contains(&reading_day) {
        remarks.push(Remark::YearOfMonth);
    }
    remarks
}

/// The first day after which nothing of a month is to come.
pub(super) fn is_over(last: Date, now: DateTime) -> bool {
    last < now.date()
}
