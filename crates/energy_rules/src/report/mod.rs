//! Reports (보고서): what a tenant hands on of a month, of its products and of a year.
//!
//! ```text
//! bills + load + factors          -> monthly: the month beside others, peaks, days, carbon, gaps
//! bills + tonnes made             -> products: kWh and kgCO2e of a tonne
//! bills + factors, twelve months  -> annual: kWh, toe and carbon by month and quarter
//! ```
//! Invariants: a figure that is not known is none, never 0; what rests on an unverified rule says so
//! in a [`Remark`]; energy is whole Wh, and what products are given adds up to the whole.
//!
//! Absent on purpose: other carriers than electricity, direct emissions of a process, and the form
//! of any authority: its fields were not read at the source.

mod annual;
mod monthly;
mod product;
mod remark;
mod rules_data;
mod slots;
#[cfg(test)]
mod tests;

pub use annual::{AnnualMonth, AnnualReport, LargeUser, QUARTERS, annual};
pub use monthly::{
    BandEnergy, Compared, Comparison, MonthFigures, MonthlyInput, MonthlyReport, PEAKS, monthly,
};
pub use product::{
    Allocation, Basis, Made, PRODUCTS_MAX, ProductFigures, ProductMonth, ProductReport, Share,
    allocate, products,
};
pub use remark::Remark;
pub use rules_data::{ReportingRules, Threshold};
pub use slots::{Day, Gap, Quality, Slot, days, quality, slots};

use crate::bill::BillMonth;
use crate::carbon::{CarbonError, Carrier, Emission, Factors, HeatFactor, Purpose, emission, toe};

/// Electricity as carbon and as oil, each with its factor or with why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Carbon {
    /// Greenhouse gas, by the factor for disclosure of the year of use.
    pub emission: Result<Emission, CarbonError>,
    /// Tonnes of oil equivalent.
    pub toe: Result<Toe, CarbonError>,
}

/// Tonnes of oil equivalent, with the heat value that made them.
#[derive(Debug, Clone, PartialEq)]
pub struct Toe {
    /// Tonnes.
    pub toe: f64,
    /// The heat value, to be stored with the figure.
    pub factor: HeatFactor,
}

/// The carbon of a month's electricity. The year of use is that of the month that names the bill.
pub fn carbon(wh: i64, month: BillMonth, factors: &Factors, as_of: jiff::civil::Date) -> Carbon {
    let kwh = kwh(wh);
    let grid = factors.grid(Purpose::Disclosure, month.year(), as_of);
    let heat = factors.heat(Carrier::Electricity);
    Carbon {
        emission: grid.and_then(|factor| emission(kwh, factor)),
        toe: heat.and_then(|heat| Ok(Toe { toe: toe(kwh, heat)?, factor: heat.clone() })),
    }
}

/// How much larger a figure is than another, per cent; none when there is nothing to compare with.
pub fn change_percent(now: i64, before: i64) -> Option<f64> {
    (before > 0).then(|| (now - before) as f64 / before as f64 * 100.0)
}

/// Wh as kWh: for reports, not for sums.
pub(crate) fn kwh(wh: i64) -> f64 {
    wh as f64 / 1_000.0
}
