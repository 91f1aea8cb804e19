//! Greenhouse gas and tonnes of oil equivalent (toe) of energy, each with the dated factor it came
//! from.
//!
//! A factor is found by purpose, year of use and date of publication, because the emissions trading
//! scheme settles with the factor that was in force at allocation, while disclosure takes the
//! newest. There is no "the" factor and no default: what is not in the data is refused.
//!
//! Absent on purpose: a factor for K-ETS. Each company's is in its notice of allocation and is
//! entered there.

mod factors;

pub use factors::{Carrier, Factors, FactorsFault, GridFactor, HeatFactor, Purpose};

/// MJ of one tonne of oil equivalent: 10^7 kcal.
pub const MJ_PER_TOE: f64 = 41_868.0;

/// Why there is no figure.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CarbonError {
    /// No such factor.
    #[error(
        "no grid factor for {purpose:?} in {year} was published by {as_of}; \
         add it to the factors with its source"
    )]
    NoFactor {
        /// What it is for.
        purpose: Purpose,
        /// The year of use.
        year: i16,
        /// The day as of which it was looked for.
        as_of: jiff::civil::Date,
    },
    /// No heat value of the carrier.
    #[error("no heat value of {carrier:?} is known; add it to the factors with its source")]
    NoHeatValue {
        /// The carrier.
        carrier: Carrier,
    },
    /// Energy or product that cannot be.
    #[error("{what} is {value}; energy is zero or more, product is above zero")]
    Value {
        /// What it is.
        what: &'static str,
        /// What was given.
        value: f64,
    },
}

/// Greenhouse gas of electricity, with the factor that made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Emission {
    /// Electricity, kWh.
    pub kwh: f64,
    /// Tonnes of CO2 equivalent.
    pub tco2e: f64,
    /// The factor, to be stored with the figure.
    pub factor: GridFactor,
}

/// The emission of electricity by a factor.
pub fn emission(kwh: f64, factor: &GridFactor) -> Result<Emission, CarbonError> {
    let kwh = energy(kwh)?;
    Ok(Emission { kwh, tco2e: kwh / 1000.0 * factor.tco2e_per_mwh, factor: factor.clone() })
}

/// Tonnes of oil equivalent of an amount of a carrier, in the unit of its heat value.
pub fn toe(amount: f64, heat: &HeatFactor) -> Result<f64, CarbonError> {
    Ok(energy(amount)? * heat.toe_per_unit.unwrap_or(heat.mj_per_unit / MJ_PER_TOE))
}

/// What a tonne of product takes, for CBAM and for the customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Intensity {
    /// kWh per tonne of product.
    pub kwh_per_t: f64,
    /// kg of CO2 equivalent per tonne of product.
    pub kgco2e_per_t: f64,
    /// The factor, to be stored with the figure.
    pub factor: GridFactor,
}

/// The intensity of a product.
pub fn intensity(emission: &Emission, product_t: f64) -> Result<Intensity, CarbonError> {
    if !(product_t.is_finite() && product_t > 0.0) {
        return Err(CarbonError::Value { what: "the product, t,", value: product_t });
    }
    Ok(Intensity {
        kwh_per_t: emission.kwh / product_t,
        kgco2e_per_t: emission.tco2e * 1000.0 / product_t,
        factor: emission.factor.clone(),
    })
}

fn energy(value: f64) -> Result<f64, CarbonError> {
    if value.is_finite() && value >= 0.0 {
        Ok(value)
    } else {
        Err(CarbonError::Value { what: "the energy", value })
    }
}

#[cfg(test)]
mod tests;
