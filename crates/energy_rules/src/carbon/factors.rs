//! Factors as data: `data/emission_factors.json`.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::CarbonError;

/// What a grid factor is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Reports and disclosure: the newest published value.
    Disclosure,
    /// Settlement in the emissions trading scheme (배출권거래제): the value at allocation.
    KEts,
    /// For comparison only; settles nothing.
    Informative,
}

/// What is burnt or drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// Electricity, kWh at the point of use.
    Electricity,
    /// City gas (LNG), Nm3.
    CityGas,
}

/// The greenhouse gas of a MWh from the grid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct GridFactor {
    /// What it is for.
    pub purpose: Purpose,
    /// The year whose energy it is used on.
    pub year_of_use: i16,
    /// When it was published; unknown for informative values.
    pub published_on: Option<Date>,
    /// Tonnes of CO2 equivalent per MWh at the point of use.
    pub tco2e_per_mwh: f64,
    /// The years that it describes.
    pub reference: String,
    /// Where it was read.
    pub source: String,
    /// How well it is known.
    pub status: String,
}

/// The heat value of a carrier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HeatFactor {
    /// The carrier.
    pub carrier: Carrier,
    /// The unit that amounts are in.
    pub unit: String,
    /// MJ of one unit.
    pub mj_per_unit: f64,
    /// toe of one unit where the law states it rounded.
    pub toe_per_unit: Option<f64>,
    /// Where it was read.
    pub source: String,
    /// How well it is known.
    pub status: String,
}

/// All factors that are known.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Factors {
    grid: Vec<GridFactor>,
    heat: Vec<HeatFactor>,
}

/// Factors that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FactorsFault {
    /// No JSON of factors.
    #[error("the factors cannot be read: {0}; compare with data/emission_factors.json")]
    Unreadable(String),
    /// A factor that is not above zero.
    #[error("a factor of '{source_text}' is not above zero; correct it")]
    NotAboveZero {
        /// The source of the row.
        source_text: String,
    },
    /// Two factors under one key.
    #[error("two grid factors have the key {purpose:?}, {year}, {published_on:?}; keep one")]
    Twice {
        /// What they are for.
        purpose: Purpose,
        /// Their year.
        year: i16,
        /// Their day.
        published_on: Option<Date>,
    },
}

/// The factors that the product ships.
const SHIPPED: &str = include_str!("../../data/emission_factors.json");

impl Factors {
    /// The factors that the product ships.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).expect("a test reads the shipped factors")
    }

    /// Reads factors.
    pub fn parse(json: &str) -> Result<Self, FactorsFault> {
        let factors: Self = serde_json::from_str(json)
            .map_err(|error| FactorsFault::Unreadable(error.to_string()))?;
        let grid = factors.grid.iter().map(|row| (row.tco2e_per_mwh, &row.source));
        let heat = factors.heat.iter().map(|row| (row.mj_per_unit, &row.source));
        for (value, source) in grid.chain(heat) {
            if !(value.is_finite() && value > 0.0) {
                return Err(FactorsFault::NotAboveZero { source_text: source.clone() });
            }
        }
        let key = |row: &GridFactor| (row.purpose, row.year_of_use, row.published_on);
        for (place, row) in factors.grid.iter().enumerate() {
            if factors.grid[..place].iter().any(|other| key(other) == key(row)) {
                let (purpose, year, published_on) = key(row);
                return Err(FactorsFault::Twice { purpose, year, published_on });
            }
        }
        Ok(factors)
    }

    /// The grid factor for a purpose and a year: the newest that was published by `as_of`. With the
    /// day of allocation as `as_of` the factor stays what it was then, whatever is published later.
    pub fn grid(
        &self,
        purpose: Purpose,
        year: i16,
        as_of: Date,
    ) -> Result<&GridFactor, CarbonError> {
        let rows = self.grid.iter().filter(|row| {
            row.purpose == purpose
                && row.year_of_use == year
                && row.published_on.is_none_or(|day| day <= as_of)
        });
        rows.max_by_key(|row| row.published_on).ok_or(CarbonError::NoFactor {
            purpose,
            year,
            as_of,
        })
    }

    /// Every grid factor, for a page that lists them.
    pub fn all_grid(&self) -> &[GridFactor] {
        &self.grid
    }

    /// The heat value of a carrier.
    pub fn heat(&self, carrier: Carrier) -> Result<&HeatFactor, CarbonError> {
        let row = self.heat.iter().find(|row| row.carrier == carrier);
        row.ok_or(CarbonError::NoHeatValue { carrier })
    }
}
