//! The gates that a baseline model is held against, each with where its limit comes from.

use super::Goodness;

/// The interval of the periods of a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// An hour.
    Hourly,
    /// A day.
    Daily,
    /// A month.
    Monthly,
}

/// How well a limit is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Read at its source.
    Verified,
    /// Second-hand.
    Reported,
    /// From memory; to be checked at its source.
    Unverified,
    /// The source has no limit for this interval; the hourly one is used.
    ByAnalogy,
}

/// What a gate limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// CV(RMSE) of a calibrated model.
    CvRmse,
    /// Size of NMBE of a calibrated model.
    Nmbe,
    /// CV(RMSE) of the prescriptive whole-building path, by months of the reporting period.
    PrescriptiveCvRmse,
    /// Fractional uncertainty of the saving at 68 % confidence.
    FractionalUncertainty,
}

/// One gate and what a model or a saving has to show for it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gate {
    /// What is limited.
    pub limit: Limit,
    /// The highest value that passes, a ratio.
    pub at_most: f64,
    /// What was found, a ratio; `None` when it cannot be told.
    pub found: Option<f64>,
    /// How well the limit is known.
    pub standing: Standing,
}

impl Gate {
    /// Whether it is passed; what cannot be told does not pass.
    pub fn passes(&self) -> bool {
        self.found.is_some_and(|found| found <= self.at_most)
    }
}

/// The gates of a baseline model for a reporting period of some months.
pub fn gates(goodness: &Goodness, interval: Interval, reporting_months: u32) -> Vec<Gate> {
    // ASHRAE Guideline 14-2014: hourly 30 % and 10 %, monthly 15 % and 5 %.
    let (cvrmse, nmbe, standing) = match interval {
        Interval::Hourly => (0.30, 0.10, Standing::Verified),
        Interval::Daily => (0.30, 0.10, Standing::ByAnalogy),
        Interval::Monthly => (0.15, 0.05, Standing::Verified),
    };
    let prescriptive = match reporting_months {
        0..12 => 0.20,
        12..=60 => 0.25,
        61.. => 0.30,
    };
    vec![
        Gate { limit: Limit::CvRmse, at_most: cvrmse, found: Some(goodness.cvrmse), standing },
        Gate { limit: Limit::Nmbe, at_most: nmbe, found: Some(goodness.nmbe.abs()), standing },
        Gate {
            limit: Limit::PrescriptiveCvRmse,
            at_most: prescriptive,
            found: Some(goodness.cvrmse),
            standing: Standing::Unverified,
        },
    ]
}

/// The gate of a saving: uncertain by less than half of itself at 68 % confidence.
pub(super) fn uncertainty_gate(fraction: Option<f64>) -> Gate {
    let limit = Limit::FractionalUncertainty;
    Gate { limit, at_most: 0.50, found: fraction, standing: Standing::Reported }
}
