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

/// Fewer neighbours than this do not tell how errors hang together: our own choice, no norm's.
const PAIRS_MIN: usize = 10;

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
            autocorrelation: autocorrelation(&errors, |_| false),
        })
    }

    /// The same figures where not every period follows the one before it: only neighbours tell how errors hang
    /// together. `runs[i]` is true where period `i` does not follow period `i - 1` directly.
    #[must_use]
    pub fn over_gaps(self, observed: &[f64], predicted: &[f64], runs: &[bool]) -> Self {
        let errors: Vec<f64> = observed.iter().zip(predicted).map(|(y, p)| y - p).collect();
        let begins = |place: usize| runs.get(place).copied().unwrap_or(false);
        Self { autocorrelation: autocorrelation(&errors, begins), ..self }
    }

    /// Independent periods that the fitted ones are worth: `n (1 - rho) / (1 + rho)`.
    pub fn independent_n(&self) -> f64 {
        self.n as f64 * (1.0 - self.autocorrelation) / (1.0 + self.autocorrelation)
    }
}

/// Correlation at lag 1 of neighbours, `begins` tells which periods have none before them; a negative one is taken
/// as none, which never makes a saving surer. Pairs that gaps took away are made up for by the mean of the others. Where
/// fewer than [`PAIRS_MIN`] are left it is unknown, and the value over periods one after the other stands in, as if
/// there were no gaps: not 0, which would make every period an independent one.
fn autocorrelation(errors: &[f64], begins: impl Fn(usize) -> bool) -> f64 {
    let mean = errors.iter().sum::<f64>() / errors.len() as f64;
    let total: f64 = errors.iter().map(|error| (error - mean).powi(2)).sum();
    let mut pairs: Vec<usize> = (1..errors.len()).filter(|place| !begins(*place)).collect();
    if pairs.len() < PAIRS_MIN {
        pairs = (1..errors.len()).collect();
    }
    if total <= 0.0 || pairs.is_empty() {
        return 0.0;
    }
    let product = |place: &usize| (errors[*place - 1] - mean) * (errors[*place] - mean);
    let next: f64 = pairs.iter().map(product).sum();
    let whole = (errors.len() - 1) as f64 / pairs.len() as f64;
    (next / total * whole).clamp(0.0, AUTOCORRELATION_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two days alike, then a gap, then two days alike the other way.
    fn pairs() -> (Vec<f64>, Vec<f64>, Vec<bool>) {
        let sign = |day: usize| if (day / 2).is_multiple_of(2) { 1.0 } else { -1.0 };
        let observed = (0..40).map(|day| 100.0 + sign(day)).collect();
        (observed, vec![100.0; 40], (0..40).map(|day| day % 2 == 0).collect())
    }

    #[test]
    fn days_on_both_sides_of_a_gap_are_no_neighbours() {
        let (observed, predicted, runs) = pairs();
        let blind = Goodness::of(&observed, &predicted, 1).unwrap();
        assert!(blind.autocorrelation < 0.05, "taken for neighbours they cancel out");
        let seeing = blind.over_gaps(&observed, &predicted, &runs);
        assert!(seeing.autocorrelation > 0.9, "{}", seeing.autocorrelation);
        assert!(seeing.independent_n() < blind.independent_n());
        let whole = blind.over_gaps(&observed, &predicted, &[false; 40]);
        assert_eq!(whole, blind, "without gaps nothing changes");
        let apart = blind.over_gaps(&observed, &predicted, &[true; 40]);
        assert_eq!(apart, blind, "no neighbours: as if there were no gaps");
        let slow = (0..40).map(|day| if day < 20 { 101.0 } else { 99.0 }).collect::<Vec<_>>();
        let blind = Goodness::of(&slow, &predicted, 1).unwrap();
        let apart = blind.over_gaps(&slow, &predicted, &[true; 40]);
        assert!(apart.autocorrelation > 0.9, "unknown is not 0: {}", apart.autocorrelation);
    }
}
