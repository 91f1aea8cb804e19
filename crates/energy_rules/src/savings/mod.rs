//! Measurement and verification (M&V): what a site would have drawn, what it drew, and how sure the
//! difference is.
//!
//! - A [`Saving`] cannot be made without its uncertainty, its gates and the name of its IPMVP
//!   option.
//! - A failed gate is shown, never hidden: it does not stop a saving from being computed.
//! - Every non-routine adjustment carries a reason, evidence and a sign.
//!
//! Gates, uncertainty and change-point rules are those of ASHRAE Guideline 14-2014 and CalTRACK;
//! each limit says whether it was read at the source ([`Standing`]). Regressors are the caller's:
//! degree days, production, hours of operation. Option D (calibrated simulation) is named but not
//! computed here.

mod adjustment;
mod ar1;
mod case;
mod change_point;
mod gate;
mod goodness;
mod hourly;
mod least_squares;
mod regression;
mod saving;
mod student;

pub use adjustment::{Adjustment, AdjustmentFault};
pub use ar1::{Ar1, Ar1Fit, fit_ar1};
pub use case::{Case, Doubt, Estimator, Outcome, Outside, Periods, Step};
pub use change_point::{Model, Observations, Search, Shape};
pub use gate::{Gate, Interval, Limit, Standing, gates};
pub use goodness::Goodness;
pub use hourly::{Hour, HourlyModel, Scale};
pub use regression::{Coefficient, Column, Fit, fit};
pub use saving::{
    Confidence, IpmvpOption, Measured, Saving, Uncertainty, half_width_kwh, period_half_width_kwh,
};

/// Why there is no model or no saving.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SavingsError {
    /// Columns do not fit together.
    #[error("{column} holds {found} values and the energy {expected}; pass one value a period")]
    Lengths {
        /// The column.
        column: String,
        /// Its values.
        found: usize,
        /// The values of energy.
        expected: usize,
    },
    /// A value that is no number.
    #[error("value {place} of {column} is not a number; leave out the periods that are not known")]
    NotFinite {
        /// The column.
        column: String,
        /// Counted from 0.
        place: usize,
    },
    /// Too few periods for the number of coefficients.
    #[error(
        "{found} periods are too few for this model, which needs {needed}; extend the baseline"
    )]
    TooFew {
        /// Periods given.
        found: usize,
        /// Periods needed.
        needed: usize,
    },
    /// The energy never changes.
    #[error("the energy never changes, so that there is nothing to explain; check the meter")]
    Constant,
    /// A regressor says nothing that the others do not say.
    #[error("{column} is a combination of the other regressors; leave it out")]
    Dependent {
        /// The column.
        column: String,
    },
    /// The mean of the energy is not above zero, so that no ratio exists.
    #[error("the energy of the baseline is not above zero; errors cannot be set against it")]
    NoEnergy,
    /// A regressor that the model was fitted with is not among those given, or one too many is.
    #[error("the model was fitted with {expected}, and {found} was given; pass the same, in order")]
    OtherRegressors {
        /// The names of the fit.
        expected: String,
        /// The names given.
        found: String,
    },
    /// The grid of balance points is empty or endless.
    #[error("the balance points {first} to {last} by {step} make no grid of 1 to 500 points")]
    Grid {
        /// The lowest.
        first: f64,
        /// The highest.
        last: f64,
        /// The step.
        step: f64,
    },
    /// The search for the autocorrelation does not settle.
    #[error(
        "the autocorrelation of the errors does not settle in {rounds} rounds; use ordinary least squares"
    )]
    NoConvergence {
        /// Rounds that were tried.
        rounds: usize,
    },
    /// Another option of IPMVP than the one that is computed here.
    #[error(
        "option {0} of IPMVP is not computed here, only C (the meter of the whole facility); keep the \
         figures of another way with the measure's evidence"
    )]
    NotComputed(char),
    /// No candidate obeys the rules of signs.
    #[error("no model has a base load and slopes above zero; add the regressor that is missing")]
    NoModel,
}

#[cfg(test)]
mod tests;
