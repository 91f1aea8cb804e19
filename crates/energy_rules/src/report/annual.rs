//! The energy report of a year (에너지사용량): kWh, toe and carbon by month and quarter.

use jiff::civil::DateTime;

use super::monthly::{carbon_remarks, is_over};
use super::{Carbon, Remark, ReportingRules, Threshold, carbon};
use crate::bill::{Bill, BillMonth};
use crate::carbon::Factors;

/// Quarters of a year.
pub const QUARTERS: usize = 4;
const MONTHS: i8 = 12;

/// A month of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AnnualMonth {
    /// The month.
    pub month: BillMonth,
    /// Wh; none where there is no bill.
    pub wh: Option<i64>,
    /// 청구금액, won.
    pub total_won: Option<i64>,
    /// The largest slot, W.
    pub peak_w: Option<i64>,
    /// Slots without a value.
    pub missing_slots: u32,
    /// The month is over.
    pub is_over: bool,
    /// Earlier peaks are not known: the bill may be larger.
    pub provisional: bool,
}

/// Whether the electricity alone makes a large user (에너지다소비사업자).
#[derive(Debug, Clone, PartialEq)]
pub struct LargeUser {
    /// From how many toe a year.
    pub threshold: Threshold,
    /// Whether the electricity alone reaches it. If not, nothing is said: other carriers count too.
    pub is_reached_by_electricity: bool,
}

/// The report of a year.
#[derive(Debug, Clone, PartialEq)]
pub struct AnnualReport {
    /// The year.
    pub year: i16,
    /// Its twelve months.
    pub months: Vec<AnnualMonth>,
    /// Wh of each quarter; none when a month of it is not known.
    pub quarters_wh: [Option<i64>; QUARTERS],
    /// Wh of the months that are known.
    pub wh: i64,
    /// Won of the months that are known.
    pub total_won: i64,
    /// All twelve months are over, known and whole.
    pub is_complete: bool,
    /// Carbon and oil equivalent of the months that are known.
    pub carbon: Carbon,
    /// The threshold.
    pub large_user: LargeUser,
    /// What a reader must know.
    pub remarks: Vec<Remark>,
}

/// The report of a year; none for a year that no calendar has.
pub fn annual(
    year: i16,
    bills: &[Bill],
    reading_day: u8,
    (factors, rules): (&Factors, &ReportingRules),
    now: DateTime,
) -> Option<AnnualReport> {
    let first = BillMonth::new(year, 1)?;
    let months: Vec<_> = (1..=MONTHS)
        .filter_map(|month| BillMonth::new(year, month))
        .map(|month| of_month(month, bills, reading_day, now))
        .collect();
    let wh = months.iter().filter_map(|month| month.wh).sum();
    let carbon = carbon(wh, first, factors, now.date());
    let mut quarters_wh = [None; QUARTERS];
    for (quarter, of) in quarters_wh.iter_mut().zip(months.chunks(3)) {
        *quarter = of.iter().map(|month| month.wh).sum();
    }
    let is_whole =
        |month: &AnnualMonth| month.is_over && month.wh.is_some() && month.missing_slots == 0;
    let threshold = rules.large_user_toe.clone();
    let reached = carbon.toe.as_ref().is_ok_and(|toe| toe.toe >= threshold.value);
    let mut report = AnnualReport {
        year,
        quarters_wh,
        wh,
        total_won: months.iter().filter_map(|month| month.total_won).sum(),
        is_complete: months.iter().all(is_whole),
        carbon,
        large_user: LargeUser { threshold, is_reached_by_electricity: reached },
        months,
        remarks: Vec::new(),
    };
    report.remarks = remarks(&report, reading_day);
    Some(report)
}

fn of_month(month: BillMonth, bills: &[Bill], reading_day: u8, now: DateTime) -> AnnualMonth {
    let bill = bills.iter().find(|bill| bill.month == month);
    AnnualMonth {
        month,
        wh: bill.map(|bill| bill.wh),
        total_won: bill.map(|bill| bill.total_won),
        peak_w: bill.and_then(|bill| bill.peaks.all).map(|peak| peak.w),
        missing_slots: bill.map_or(0, |bill| bill.peaks.missing_slots),
        is_over: is_over(month.period(reading_day).last, now),
        provisional: bill.is_some_and(|bill| bill.provisional),
    }
}

fn remarks(report: &AnnualReport, reading_day: u8) -> Vec<Remark> {
    let of = |wanted: fn(&AnnualMonth) -> bool| -> Vec<BillMonth> {
        report.months.iter().filter(|month| wanted(month)).map(|month| month.month).collect()
    };
    let unknown = of(|month| month.wh.is_none());
    let gaps = of(|month| month.is_over && month.wh.is_some() && month.missing_slots > 0);
    let running = report.months.iter().find(|month| !month.is_over && month.wh.is_some());
    let mut remarks = vec![Remark::FormUnverified, Remark::ElectricityOnly];
    if let Some(month) = running {
        remarks.push(Remark::Running { last: month.month.period(reading_day).last });
    }
    if !unknown.is_empty() {
        remarks.push(Remark::Unknown { months: unknown });
    }
    if !gaps.is_empty() {
        remarks.push(Remark::Gaps { months: gaps });
    }
    let threshold = &report.large_user.threshold;
    remarks.push(Remark::LargeUser { toe: threshold.value, status: threshold.status });
    remarks.extend(carbon_remarks(&report.carbon, reading_day));
    remarks
}
