//! The load of tomorrow in quarters of an hour, as P10, P50 and P90, seen from the midnight before.
//!
//! Two forecasts compete on the tenant's own past, and the better one is used:
//! - the **base**, the median of the last eight days of the same type, which needs no history to
//!   speak of;
//! - **similar days**: a weighted median of all days of the type, where a day counts more the later
//!   it is and the more the evening and the days before it resemble those before the day that is
//!   forecast.
//!
//! P10 and P90 are taken where they would have held on the last weeks (distributional conformal
//! prediction; Chernozhukov, Wüthrich, Zhu 2021, PNAS 118), so their coverage follows the plant.
//!
//! Measured on one steel plant (UCI 851), last 60 days of 2018, settings chosen on days before
//! them: see `examples/forecast_bench.rs`. Boosted trees with 30 columns on top of it gained 0.3 %
//! on the days before and nothing on the last 60, for 100 times the work; so there are none.
//!
//! Sketch: a day looks at 60 to 100 days x 96 slots x 3 neighbours, sorted: 1 ms; a forecast looks
//! back at [`TRIAL_DAYS`] such days: 50 ms.
//!
//! Absent on purpose: weather, prices, and any knowledge of the day itself.

mod base;
mod expectation;
mod past;
mod plan;
mod similar;
mod spread;
mod walk;

pub(crate) use expectation::Expectation;
pub use past::DayType;
pub use plan::{Plan, PlanFault, Planned};
pub use walk::{TRIAL_DAYS, forecast, forecast_counting, walk};

use jiff::civil::Date;

use crate::SLOTS_PER_DAY;
use crate::profiles::LoadFault;

/// Days of history with data without which nothing is forecast.
pub const HISTORY_DAYS_MIN: usize = 7;

/// The forecast of one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// The day.
    pub day: Date,
    /// Its type by calendar and plan.
    pub day_type: DayType,
    /// kWh a slot that one slot in ten stays below.
    pub p10: Vec<f64>,
    /// kWh a slot that half of the slots stay below; its errors are the smallest.
    pub p50: Vec<f64>,
    /// kWh a slot that nine slots in ten stay below: what alarms look at.
    pub p90: Vec<f64>,
    /// The peak of the day, of all its hours.
    pub peak: Peak,
    /// The peak of the hours that count for the billing demand; none when none counts or was asked
    /// for ([`forecast_counting`]).
    pub counting_peak: Option<Peak>,
    /// Which forecast it is and why.
    pub choice: Choice,
}

/// The highest 15-minute mean power of a day, kW. It is asked of whole days: the highest P90 of the
/// slots would lie far above most days' peak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// One day in ten stays below.
    pub p10_kw: f64,
    /// Half of the days stay below.
    pub p50_kw: f64,
    /// Nine days in ten stay below: what an alarm of the evening before looks at.
    pub p90_kw: f64,
}

/// The forecasts that compete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Model {
    /// The median of the last eight days of the same type.
    Base,
    /// The weighted median of similar days.
    SimilarDays,
}

/// Which forecast is used, with the errors on the tenant's own last days that decided it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Choice {
    /// The one used.
    pub model: Model,
    /// Mean absolute error of the base, kWh a slot; 0 when no day could be tried.
    pub mae_base: f64,
    /// The same of similar days.
    pub mae_model: f64,
    /// Days that both were tried on.
    pub days: usize,
}

/// Why there is no forecast.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// Too little history.
    #[error(
        "{found} days before {day} hold readings and a forecast needs {HISTORY_DAYS_MIN}; \
         import more history"
    )]
    TooShort {
        /// The day to forecast.
        day: Date,
        /// Days with readings before it.
        found: usize,
    },
    /// The day lies beyond the day after the load.
    #[error(
        "{day} lies more than one day beyond {last}, the last day of the load; \
         import the days between, or forecast the day after {last}"
    )]
    TooFar {
        /// The day to forecast.
        day: Date,
        /// The last day of the load.
        last: Date,
    },
    /// A slot that no day of the history knows.
    #[error("slot {slot} (of {SLOTS_PER_DAY}) was never read before {day}; fill the gap first")]
    NeverRead {
        /// The day to forecast.
        day: Date,
        /// The slot.
        slot: usize,
    },
    /// The load cannot be read.
    #[error(transparent)]
    Load(#[from] LoadFault),
}

#[cfg(test)]
mod tests;
