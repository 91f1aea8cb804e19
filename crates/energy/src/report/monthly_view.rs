//! The report of a month as the API shows it.

use energy_rules::bill::BillMonth;
use energy_rules::demand::DayPeak;
use energy_rules::report::{
    BandEnergy, Comparison, Day, MonthFigures, MonthlyReport, Quality, Remark, change_percent,
};
use energy_rules::tariff::Band;
use jiff::civil::{Date, DateTime};
use serde::Serialize;
use utoipa::ToSchema;

use super::gather::Gathered;
use super::view::{ReportCarbon, ReportHead, ReportRemark};
use crate::bill::{BillView, decimal_kilo};
use crate::electricity_contract::ContractTermsRow;

/// The report of a month (월간 보고서).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonthlyReportView {
    /// Whose it is.
    pub(crate) head: ReportHead,
    /// The month: `2026-10`.
    #[schema(value_type = String)]
    pub(crate) month: BillMonth,
    /// The month is not over.
    pub(crate) is_running: bool,
    /// The terms on its last day.
    pub(crate) terms: Option<ContractTermsRow>,
    /// Its bill, line by line, with the billing demand and what set it.
    pub(crate) bill: BillView,
    /// The power factors, per cent.
    pub(crate) power_factor: ReportPowerFactor,
    /// Energy and won by band.
    pub(crate) bands: Vec<ReportBand>,
    /// The month before, and the same month of the year before.
    pub(crate) comparisons: Vec<ReportComparison>,
    /// The largest quarters of an hour, one of a day, the largest first.
    pub(crate) peaks: Vec<ReportPeak>,
    /// What went wrong and what it cost; absent when it could not be looked for.
    pub(crate) anomalies: Option<Vec<ReportAnomaly>>,
    /// Greenhouse gas and oil equivalent.
    pub(crate) carbon: ReportCarbon,
    /// Every day that has come.
    pub(crate) days: Vec<ReportDay>,
    /// How whole the data are.
    pub(crate) quality: ReportQuality,
    /// What a reader must know, beside the notes of the bill.
    pub(crate) remarks: Vec<ReportRemark>,
}

/// Power factors (역률), per cent; absent where they are deemed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportPowerFactor {
    /// 지상역률 by day.
    pub(crate) lagging_percent: Option<f64>,
    /// 진상역률 by night.
    pub(crate) leading_percent: Option<f64>,
}

/// Energy of a band.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportBand {
    /// `light`, `mid`, `peak`; absent without time of use.
    #[schema(value_type = Option<String>)]
    pub(crate) band: Option<Band>,
    /// kWh.
    pub(crate) kwh: f64,
    /// Share of the month's energy, per cent.
    pub(crate) percent: Option<f64>,
    /// Its energy charge, discounts taken off, won; absent when it cannot be computed.
    pub(crate) won: Option<i64>,
}

/// The month beside another; figures are absent where nothing is known.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportComparison {
    /// `month_before` (전월) or `year_before` (전년 동월).
    pub(crate) with: &'static str,
    /// The other month.
    #[schema(value_type = String)]
    pub(crate) month: BillMonth,
    /// Its energy, kWh.
    pub(crate) kwh: Option<f64>,
    /// What was to be paid, won.
    pub(crate) total_won: Option<i64>,
    /// Its largest quarter of an hour, kW.
    pub(crate) peak_kw: Option<f64>,
    /// Its billing demand, kW.
    pub(crate) demand_kw: Option<f64>,
    /// How much more energy this month took, per cent.
    pub(crate) kwh_change_percent: Option<f64>,
    /// How much more is to be paid, per cent.
    pub(crate) won_change_percent: Option<f64>,
    /// How much larger the largest quarter of an hour is, per cent.
    pub(crate) peak_change_percent: Option<f64>,
    /// Quarters of an hour that the other month misses.
    pub(crate) missing_slots: Option<u32>,
    /// Whether peaks before the other month are not known, so that its bill may be larger.
    pub(crate) provisional: Option<bool>,
}

/// A large quarter of an hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportPeak {
    /// Its start, civil time of Korea.
    #[schema(value_type = String)]
    pub(crate) at: DateTime,
    /// kW.
    pub(crate) kw: f64,
    /// Its band.
    #[schema(value_type = Option<String>)]
    pub(crate) band: Option<Band>,
    /// Whether it can set the billing demand.
    pub(crate) counts: bool,
}

/// Something that went wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportAnomaly {
    /// `base_load_on`, `stuck_meter`, `outage`, `spike`, `unusual_day`.
    pub(crate) kind: &'static str,
    /// When it began, civil time of Korea.
    #[schema(value_type = String)]
    pub(crate) from: DateTime,
    /// When it ended, excluded.
    #[schema(value_type = String)]
    pub(crate) until: DateTime,
    /// Energy drawn, kWh.
    pub(crate) actual_kwh: f64,
    /// What days like it draw, kWh.
    pub(crate) expected_kwh: f64,
    /// What the difference costs, won; below zero less was drawn. Absent where the contract has no terms
    /// for a part of it.
    pub(crate) cost_won: Option<i64>,
}

/// A day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub(crate) date: Date,
    /// Light load, kWh.
    pub(crate) light_kwh: f64,
    /// Mid load, kWh.
    pub(crate) mid_kwh: f64,
    /// Peak load, kWh.
    pub(crate) peak_kwh: f64,
    /// Energy without a band, kWh.
    pub(crate) flat_kwh: f64,
    /// All of it, kWh.
    pub(crate) kwh: f64,
    /// The largest quarter of an hour, kW.
    pub(crate) peak_kw: Option<f64>,
    /// Its start, civil time of Korea.
    #[schema(value_type = Option<String>)]
    pub(crate) peak_at: Option<DateTime>,
    /// Quarters of an hour of which nothing is known.
    pub(crate) missing_slots: u32,
}

/// How whole the data of the month are.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReportQuality {
    /// Quarters of an hour that have come.
    pub(crate) slots: u32,
    /// Those of which nothing is known.
    pub(crate) missing_slots: u32,
    /// Where the longest stretch of them begins, civil time of Korea.
    #[schema(value_type = Option<String>)]
    pub(crate) longest_gap_from: Option<DateTime>,
    /// How many it holds.
    pub(crate) longest_gap_slots: Option<u32>,
    /// Readings that do not begin on a quarter of an hour and are left out, of all that was read.
    pub(crate) off_grid_readings: u32,
}

/// A report as the API shows it.
pub(crate) fn view(
    of: &Gathered,
    report: &MonthlyReport<'_>,
    anomalies: Option<Vec<ReportAnomaly>>,
    more: &[Remark],
) -> MonthlyReportView {
    let power_factor = report.bill.power_factor;
    let own = MonthFigures::from(report.bill);
    let month = report.bill.month;
    let remarks = of.remarks().into_iter().chain(report.remarks.iter().chain(more).cloned());
    MonthlyReportView {
        head: of.into(),
        month,
        is_running: report.is_running,
        terms: of.terms_of(month).cloned(),
        bill: report.bill.into(),
        power_factor: ReportPowerFactor {
            lagging_percent: power_factor.lagging_milli.map(decimal_kilo),
            leading_percent: power_factor.leading_milli.map(decimal_kilo),
        },
        bands: report.bands.iter().map(|band| of_band(band, own.wh)).collect(),
        comparisons: report.comparisons.iter().map(|other| beside(own, other)).collect(),
        peaks: report.peaks.iter().map(peak).collect(),
        anomalies,
        carbon: (&report.carbon).into(),
        days: report.days.iter().map(day).collect(),
        quality: quality(report.quality, of.metered.off_grid),
        remarks: remarks.map(|remark| ReportRemark::from(&remark)).collect(),
    }
}

fn of_band(band: &BandEnergy, whole_wh: i64) -> ReportBand {
    let percent = (whole_wh > 0).then(|| band.wh as f64 / whole_wh as f64 * 100.0);
    ReportBand { band: band.band, kwh: decimal_kilo(band.wh), percent, won: band.won }
}

fn beside(own: MonthFigures, other: &Comparison) -> ReportComparison {
    let figures = other.figures;
    let change = |now: Option<i64>, before: Option<i64>| change_percent(now?, before?);
    ReportComparison {
        with: other.with.code(),
        month: other.month,
        kwh: figures.map(|of| decimal_kilo(of.wh)),
        total_won: figures.map(|of| of.total_won),
        peak_kw: figures.and_then(|of| of.peak_w).map(decimal_kilo),
        demand_kw: figures.and_then(|of| of.demand_w).map(decimal_kilo),
        kwh_change_percent: change(Some(own.wh), figures.map(|of| of.wh)),
        won_change_percent: change(Some(own.total_won), figures.map(|of| of.total_won)),
        peak_change_percent: change(own.peak_w, figures.and_then(|of| of.peak_w)),
        missing_slots: figures.map(|of| of.missing_slots),
        provisional: figures.map(|of| of.provisional),
    }
}

fn peak(day: &DayPeak) -> ReportPeak {
    ReportPeak { at: day.at, kw: decimal_kilo(day.w), band: day.band, counts: day.counts }
}

fn day(day: &Day) -> ReportDay {
    let [light, mid, peak] = day.wh;
    ReportDay {
        date: day.date,
        light_kwh: decimal_kilo(light),
        mid_kwh: decimal_kilo(mid),
        peak_kwh: decimal_kilo(peak),
        flat_kwh: decimal_kilo(day.flat_wh),
        kwh: decimal_kilo(day.total_wh()),
        peak_kw: day.peak.map(|peak| decimal_kilo(peak.w)),
        peak_at: day.peak.map(|peak| peak.at),
        missing_slots: day.missing_slots,
    }
}

fn quality(of: Quality, off_grid_readings: u32) -> ReportQuality {
    ReportQuality {
        slots: of.slots,
        missing_slots: of.missing_slots,
        longest_gap_from: of.longest_gap.map(|gap| gap.from),
        longest_gap_slots: of.longest_gap.map(|gap| gap.slots),
        off_grid_readings,
    }
}
