//! How well a model explains the energy it was fitted to.

use super::SavingsError;
use super::regression::check_values;

/// Figures of fit. Ratios, not percent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goodness {
    /// Periods.
    pub n: usize,
    /// Coefficients, the base load among them.
    pub parameters: usize,
    /// Mean energy of a period, kWh.
    pub mean_kwh: f64,
    /// Root of the mean square error over `n - parameters`, kWh.
    pub rmse_kwh: f64,
    /// Share of the variance that is explained.
    pub r2: f64,
    /// The same, corrected for the number of coefficients.
    pub adjusted_r2: f64,
    /// `rmse_kwh / mean_kwh`, as Guideline 14 defines it.
    pub cvrmse: f64,
    /// The same over `n`: what CalTRACK's reports print.
    pub cvrmse_population: f64,
    /// `sum(observed - predicted) / sum(observed)`.
    pub nmbe: f64,
    /// Correlation of each error with the one before it, 0 to below 1.
    pub autocorrelation: f64,
}

/// The highest autocorrelation that is reckoned with: at 1 no information would be left.
pub(super) const AUTOCORRELATION_MAX: f64 = 0.999;

impl Goodness {
    /// Compares what was observed with what a model of `parameters` coefficients says.
    pub fn of(
        observed: &[f64],
        predicted: &[f64],
        parameters: usize,
    ) -> Result<Self, SavingsError> {
        check_values("the energy", observed)?;
        check_values("the prediction", predicted)?;
        let n = observed.len();
        if predicted.len() != n {
            let (column, found) = ("the prediction".to_owned(), predicted.len());
            return Err(SavingsError::Lengths { column, found, expected: n });
        }
        if n <= parameters + 1 {
            return Err(SavingsError::TooFew { found: n, needed: parameters + 2 });
        }
        let count = n as f64;
        let sum: f64 = observed.iter().sum();
        let mean_kwh = sum / count;
        if mean_kwh <= 0.0 || !mean_kwh.is_finite() {
            return Err(SavingsError::NoEnergy);
        }
        let errors: Vec<f64> = observed.iter().zip(predicted).map(|(y, p)| y - p).collect();
        let squares: f64 = errors.iter().map(|error| error * error).sum();
        let total: f64 = observed.iter().map(|y| (y - mean_kwh).powi(2)).sum();
        if total <= 0.0 {
            return Err(SavingsError::Constant);
        }
        let free = (n - parameters) as f64;
        let r2 = 1.0 - squares / total;
        let rmse_kwh = (squares / free).sqrt();
        Ok(Self {
            n,
            parameters,
            mean_kwh,
            rmse_kwh,
            r2,
            adjusted_r2: 1.0 - (1.0 - r2) * (count - 1.0) / free,
            cvrmse: rmse_kwh / mean_kwh,
            cvrmse_population: (squares / count).sqrt() / mean_kwh,
            nmbe: errors.iter().sum::<f64>() / sum,
            autocorrelation: autocorrelation(&errors),
        })
    }

    /// Independent periods that the fitted ones are worth: `n (1 - rho) / (1 + rho)`.
    pub fn independent_n(&self) -> f64 {
        self.n as f64 * (1.0 - self.autocorrelation) / (1.0 + self.autocorrelation)
    }
}

/// Correlation at lag 1; a negative one is taken as none, which never makes a saving surer.
fn autocorrelation(errors: &[f64]) -> f64 {
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let total: f64 = errors.iter().map(|error| (error - mean).powi(2)).sum();
    let next = errors.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>();
    if total > 0.0 { (next / total).clamp(0.0, AUTOCORRELATION_MAX) } else { 0.0 }
}
