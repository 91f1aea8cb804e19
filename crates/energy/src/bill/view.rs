//! A bill as the API shows it: decimals as numbers for charts, won as whole numbers, sentences in both languages.

use energy_rules::bill::{Bill, Group, Line, Note, Unit};
use energy_rules::demand::{BillingDemand, MonthDemand, Peak};
use energy_rules::tariff::Status;
use jiff::civil::{Date, DateTime};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// The bill of a month.
#[derive(Debug, Serialize, ToSchema)]
pub struct BillView {
    /// The month that names it: `2026-07`.
    month: String,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Energy, kWh.
    pub(crate) kwh: f64,
    /// The lines, as an invoice has them.
    lines: Vec<BillLine>,
    /// Charge for electricity (전기요금계), won.
    charge_won: i64,
    /// Value-added tax, won.
    vat_won: i64,
    /// Levy for the electricity industry (전력산업기반기금), won.
    fund_won: i64,
    /// What is to be paid (청구금액), won.
    pub(crate) total_won: i64,
    /// What the basic charge is paid for.
    demand: Option<BillDemand>,
    /// The month's own peak among the hours that count, and of all hours.
    peaks: BillPeaks,
    /// Months are missing that might raise the billing demand.
    pub(crate) provisional: bool,
    /// What a reader must know.
    notes: Vec<BillSentence>,
    /// The least sure of its lines: `verified`, `reported` or `unverified`.
    #[schema(value_type = String)]
    status: Status,
}

/// One line of a bill.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillLine {
    /// Stable code: `energy.summer.peak`.
    code: String,
    /// What invoices print it under: `energy`.
    #[schema(value_type = String)]
    group: Group,
    /// The Korean name of that.
    name_ko: &'static str,
    /// The English name of that.
    name_en: &'static str,
    /// How much.
    quantity: f64,
    /// Of what: `kwh`, `kw`, `percent`, `won`.
    #[schema(value_type = String)]
    unit: Unit,
    /// At which rate, a decimal.
    rate: String,
    /// Won; absent when it cannot be computed, which is not 0.
    won: Option<i64>,
    /// How it came about.
    rule: BillSentence,
    /// Where rate and rule were read.
    source: String,
    /// How sure they are.
    #[schema(value_type = String)]
    status: Status,
    /// Start of the quarter of an hour that decided it, civil time of Korea.
    #[schema(value_type = Option<String>)]
    decided_at: Option<DateTime>,
}

/// A sentence with its stable code and its parameters.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillSentence {
    /// Code and parameters.
    parameters: Value,
    /// In Korean.
    ko: String,
    /// In English.
    en: String,
}

/// The billing demand (요금적용전력).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillDemand {
    /// kW.
    kw: f64,
    /// What it rests on, with `basis`: `month_peak`, `carried_over`, `floor`, `contract`.
    basis: Value,
    /// Earlier months that count and of which nothing is known.
    unknown: Vec<String>,
}

/// Peaks of a month.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillPeaks {
    /// The largest quarter of an hour among those that set the billing demand.
    counting: Option<BillPeak>,
    /// The largest of all.
    all: Option<BillPeak>,
    /// Quarters of an hour of which nothing is known: with any, the peaks are lower bounds.
    missing_slots: u32,
}

/// The mean power of a quarter of an hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillPeak {
    /// kW.
    kw: f64,
    /// Its start, civil time of Korea.
    #[schema(value_type = String)]
    at: DateTime,
}

/// Thousandths as a number: for people and charts, not for sums.
pub(crate) fn decimal_kilo(thousandths: i64) -> f64 {
    thousandths as f64 / 1_000.0
}

impl From<&Bill> for BillView {
    fn from(bill: &Bill) -> Self {
        Self {
            month: bill.month.to_string(),
            from: bill.period.first,
            to: bill.period.last,
            kwh: decimal_kilo(bill.wh),
            lines: bill.lines.iter().map(line).collect(),
            charge_won: bill.charge_won,
            vat_won: bill.vat_won,
            fund_won: bill.fund_won,
            total_won: bill.total_won,
            demand: bill.demand.as_ref().map(demand),
            peaks: peaks(&bill.peaks),
            provisional: bill.provisional,
            notes: bill.notes.iter().map(note).collect(),
            status: bill.status,
        }
    }
}

fn line(line: &Line) -> BillLine {
    BillLine {
        code: line.code.to_string(),
        group: line.code.group(),
        name_ko: line.code.group().ko(),
        name_en: line.code.group().en(),
        quantity: decimal_kilo(line.quantity.milli),
        unit: line.quantity.unit,
        rate: line.rate.to_string(),
        won: line.won,
        rule: BillSentence {
            parameters: parameters(&line.rule),
            ko: line.rule.ko(),
            en: line.rule.en(),
        },
        source: line.source.clone(),
        status: line.status,
        decided_at: line.decided_at,
    }
}

fn note(note: &Note) -> BillSentence {
    BillSentence { parameters: parameters(note), ko: note.ko(), en: note.en() }
}

pub(crate) fn demand(demand: &BillingDemand) -> BillDemand {
    BillDemand {
        kw: decimal_kilo(demand.w),
        basis: parameters(&demand.basis),
        unknown: demand.unknown.iter().map(ToString::to_string).collect(),
    }
}

fn peaks(peaks: &MonthDemand) -> BillPeaks {
    let peak = |peak: Peak| BillPeak { kw: decimal_kilo(peak.w), at: peak.at };
    BillPeaks {
        counting: peaks.basis.map(peak),
        all: peaks.all.map(peak),
        missing_slots: peaks.missing_slots,
    }
}

fn parameters(of: &impl Serialize) -> Value {
    serde_json::to_value(of).unwrap_or(Value::Null)
}
