//! From a load to its emission: year by year, with the factor of each year.

use energy_rules::SLOTS_PER_DAY;
use energy_rules::carbon::{
    Carrier, Factors, GridFactor, HeatFactor, MJ_PER_TOE, Purpose, emission, toe,
};
use energy_rules::load::Load;
use jiff::civil::Date;
use platform::http::{ApiResult, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::bill::decimal_kilo;

/// A year's factor for electricity from the grid.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EmissionFactor {
    /// What it is for: `disclosure`, `k_ets`, `informative`.
    #[schema(value_type = String)]
    purpose: Purpose,
    /// The year whose energy it is used on.
    year_of_use: i16,
    /// When it was published.
    #[schema(value_type = Option<String>, format = Date)]
    published_on: Option<Date>,
    /// Tonnes of CO2 equivalent per MWh at the point of use.
    tco2e_per_mwh: f64,
    /// The years that it describes.
    reference: String,
    /// Where it was read.
    source: String,
    /// How sure it is: `verified`, `reported` or `unverified`.
    mark: &'static str,
    /// The same in words.
    status: String,
}

/// The heat value that tonnes of oil equivalent are made by.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EmissionHeatFactor {
    /// MJ of a kWh.
    mj_per_kwh: f64,
    /// toe of a kWh.
    toe_per_kwh: f64,
    /// Where it was read.
    source: String,
    /// How sure it is: `verified`, `reported` or `unverified`.
    mark: &'static str,
    /// The same in words.
    status: String,
}

/// The emission of a calendar year, or of the part of it that was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EmissionYear {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    to: Date,
    /// Electricity, kWh.
    kwh: f64,
    /// Quarters of an hour of which nothing is known: with any, all figures are too small.
    missing_slots: usize,
    /// The factor; absent when none is known for the purpose and the year.
    factor: Option<EmissionFactor>,
    /// Tonnes of CO2 equivalent; absent without a factor, which is not 0.
    tco2e: Option<f64>,
}

/// What a tonne of product takes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EmissionProduct {
    /// Tonnes of product that were given.
    tonnes: f64,
    /// kWh per tonne.
    kwh_per_t: f64,
    /// kg of CO2 equivalent per tonne; absent when the factor of a year is not known.
    kgco2e_per_t: Option<f64>,
}

/// The emission of electricity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EmissionReport {
    /// What was drawn by: names of meters or of a contract.
    pub(super) counted_by: Vec<String>,
    /// By calendar year.
    years: Vec<EmissionYear>,
    /// Electricity of all years, kWh.
    kwh: f64,
    /// Tonnes of CO2 equivalent of all years; absent when the factor of one is not known.
    tco2e: Option<f64>,
    /// Tonnes of oil equivalent.
    toe: f64,
    /// The heat value that they are made by.
    heat: EmissionHeatFactor,
    /// What a tonne of product takes, when its tonnes were given.
    product: Option<EmissionProduct>,
    /// Quarters of an hour of which nothing is known: with any, all figures are too small.
    missing_slots: usize,
    /// Quarters of an hour of the time.
    slots: usize,
    /// A part of the time is not yours to see, and is among the missing.
    pub(super) hidden: bool,
}

/// What the factors are looked up by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    pub(super) purpose: Purpose,
    pub(super) as_of: Date,
    pub(super) product_t: Option<f64>,
}

/// The emission of a load.
pub(super) fn report(factors: &Factors, load: &Load, terms: Terms) -> ApiResult<EmissionReport> {
    if terms.product_t.is_some_and(|t| !(t.is_finite() && t > 0.0)) {
        let detail = "give the tonnes that were made, above 0, or leave them out";
        return Err(Problem::invalid_field("/product_t", detail));
    }
    let years = years(factors, load, terms)?;
    let kwh: f64 = years.iter().map(|year| year.kwh).sum();
    let tco2e = years.iter().map(|year| year.tco2e).sum::<Option<f64>>();
    let heat = factors.heat(Carrier::Electricity).map_err(|error| unknown(&error))?;
    let product = terms.product_t.map(|tonnes| EmissionProduct {
        tonnes,
        kwh_per_t: kwh / tonnes,
        kgco2e_per_t: tco2e.map(|t| t * 1_000.0 / tonnes),
    });
    Ok(EmissionReport {
        counted_by: Vec::new(),
        missing_slots: years.iter().map(|year| year.missing_slots).sum(),
        slots: load.wh.len(),
        toe: toe(kwh, heat).map_err(|error| unknown(&error))?,
        heat: heat_view(heat),
        years,
        kwh,
        tco2e,
        product,
        hidden: false,
    })
}

fn years(factors: &Factors, load: &Load, terms: Terms) -> ApiResult<Vec<EmissionYear>> {
    let mut years = Vec::new();
    let mut first = 0;
    while first < load.wh.len() {
        let from = load.day_of(first);
        let days = (first..load.wh.len()).step_by(SLOTS_PER_DAY);
        let days = days.take_while(|slot| load.day_of(*slot).year() == from.year()).count();
        let end = (first + days * SLOTS_PER_DAY).min(load.wh.len());
        let slots = &load.wh[first..end];
        let kwh = decimal_kilo(slots.iter().flatten().sum());
        let factor = factors.grid(terms.purpose, from.year(), terms.as_of).ok();
        let made = factor
            .map(|factor| emission(kwh, factor))
            .transpose()
            .map_err(|error| unknown(&error))?;
        years.push(EmissionYear {
            from,
            to: load.day_of(end.saturating_sub(1)),
            kwh,
            missing_slots: slots.iter().filter(|wh| wh.is_none()).count(),
            factor: factor.map(factor_view),
            tco2e: made.map(|made| made.tco2e),
        });
        first = end;
    }
    Ok(years)
}

fn unknown(error: &energy_rules::carbon::CarbonError) -> Problem {
    Problem::invalid_field("/from", error.to_string())
}

pub(super) fn factor_view(factor: &GridFactor) -> EmissionFactor {
    EmissionFactor {
        purpose: factor.purpose,
        year_of_use: factor.year_of_use,
        published_on: factor.published_on,
        tco2e_per_mwh: factor.tco2e_per_mwh,
        reference: factor.reference.clone(),
        source: factor.source.clone(),
        mark: mark(&factor.status),
        status: factor.status.clone(),
    }
}

pub(super) fn heat_view(heat: &HeatFactor) -> EmissionHeatFactor {
    EmissionHeatFactor {
        mj_per_kwh: heat.mj_per_unit,
        toe_per_kwh: heat.toe_per_unit.unwrap_or(heat.mj_per_unit / MJ_PER_TOE),
        source: heat.source.clone(),
        mark: mark(&heat.status),
        status: heat.status.clone(),
    }
}

/// How sure a factor is, from the first words of its status; what says nothing is not verified, and of
/// what is verified in part only (`value verified; …`) the rest is hearsay.
fn mark(status: &str) -> &'static str {
    if status.starts_with("verified") {
        "verified"
    } else if status.starts_with("value verified") || status.starts_with("reported") {
        "reported"
    } else {
        "unverified"
    }
}
