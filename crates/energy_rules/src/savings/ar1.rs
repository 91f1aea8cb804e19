//! Generalised least squares for errors that depend on the ones before them (AR(1)): Prais and
//! Winsten's transformation, with the correlation estimated in turns with the coefficients
//! (Cochrane and Orcutt's rounds).
//!
//! Ordinary least squares on such a series has honest coefficients and standard errors that are too
//! small. A period after a gap begins a new run: it is not set against the one before the gap.

use super::goodness::AUTOCORRELATION_MAX;
use super::least_squares::{Solution, solve};
use super::regression::{BASE, check, check_values, coefficients};
use super::{Column, Fit, Goodness, SavingsError};

/// Rounds until the correlation must have settled.
const ROUNDS_MAX: usize = 200;
/// It has settled when it moves by less than this.
const SETTLED: f64 = 1e-10;

/// How the errors of a fit depend on each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ar1 {
    /// Correlation of an error with the one before it, -1 to 1.
    pub rho: f64,
    /// Rounds that its estimate took.
    pub rounds: usize,
}

/// A fit by generalised least squares. Its goodness compares what was observed with what the
/// coefficients say, as for ordinary least squares, so that the same gates hold; its standard
/// errors are those of the transformed series.
#[derive(Debug, Clone, PartialEq)]
pub struct Ar1Fit {
    /// Coefficients, goodness and fitted values.
    pub fit: Fit,
    /// The errors.
    pub ar1: Ar1,
}

/// Fits a base load and one slope for each column, for errors of the form
/// `e[t] = rho * e[t - 1] + u[t]`. `runs[t]` is true where period `t` does not follow the one before
/// it directly; the first always begins a run.
pub fn fit_ar1(kwh: &[f64], columns: &[Column], runs: &[bool]) -> Result<Ar1Fit, SavingsError> {
    check_values("energy", kwh)?;
    check(columns, kwh.len())?;
    if runs.len() != kwh.len() {
        let (column, found) = ("the runs".to_owned(), runs.len());
        return Err(SavingsError::Lengths { column, found, expected: kwh.len() });
    }
    let needed = columns.len() + 3;
    if kwh.len() < needed {
        return Err(SavingsError::TooFew { found: kwh.len(), needed });
    }
    let series = Series::new(kwh, columns, runs);
    let mut rho = 0.0;
    for round in 1..=ROUNDS_MAX {
        let found = series.solve(rho)?;
        let next = series.correlation(&found.errors);
        if (next - rho).abs() < SETTLED || round == 1 && next == 0.0 {
            let ar1 = Ar1 { rho, rounds: round };
            return Ok(Ar1Fit { fit: series.fit(columns, found)?, ar1 });
        }
        rho = next;
    }
    Err(SavingsError::NoConvergence { rounds: ROUNDS_MAX })
}

/// Energy and regressors of consecutive periods, the base among the regressors.
struct Series<'a> {
    kwh: &'a [f64],
    design: Vec<Vec<f64>>,
    runs: &'a [bool],
    names: Vec<String>,
}

/// Coefficients for one correlation.
struct Found {
    values: Vec<f64>,
    /// The diagonal of the covariance of the coefficients.
    variances: Vec<f64>,
    fitted: Vec<f64>,
    /// Observed less fitted, before the transformation.
    errors: Vec<f64>,
}

impl<'a> Series<'a> {
    fn new(kwh: &'a [f64], columns: &[Column], runs: &'a [bool]) -> Self {
        let mut design = vec![vec![1.0; kwh.len()]];
        design.extend(columns.iter().map(|column| column.values.clone()));
        let mut names = vec![BASE.to_owned()];
        names.extend(columns.iter().map(|column| column.name.clone()));
        Self { kwh, design, runs, names }
    }

    fn begins(&self, place: usize) -> bool {
        place == 0 || self.runs[place]
    }

    /// A series less `rho` times the one before it; the first of a run is scaled to the same
    /// variance.
    fn whitened(&self, values: &[f64], rho: f64) -> Vec<f64> {
        let scale = (1.0 - rho * rho).sqrt();
        let places = 0..values.len();
        let white = places.map(|place| {
            let value = values[place];
            if self.begins(place) { scale * value } else { value - rho * values[place - 1] }
        });
        white.collect()
    }

    fn solve(&self, rho: f64) -> Result<Found, SavingsError> {
        let design: Vec<_> = self.design.iter().map(|x| self.whitened(x, rho)).collect();
        let target = self.whitened(self.kwh, rho);
        let Solution { coefficients, variances } = solve(&design, &target);
        let mut values = Vec::with_capacity(coefficients.len());
        for (name, value) in self.names.iter().zip(coefficients) {
            let fault = || SavingsError::Dependent { column: name.clone() };
            values.push(value.ok_or_else(fault)?);
        }
        let says = |columns: &[Vec<f64>]| {
            let at = |place: usize| columns.iter().zip(&values).map(move |(x, b)| x[place] * b);
            (0..self.kwh.len()).map(|place| at(place).sum::<f64>()).collect::<Vec<f64>>()
        };
        let white = target.iter().zip(says(&design)).map(|(y, p)| (y - p).powi(2)).sum::<f64>();
        let square = white / (self.kwh.len() - values.len()) as f64;
        let fitted = says(&self.design);
        let errors = self.kwh.iter().zip(&fitted).map(|(y, p)| y - p).collect();
        let variances = variances.into_iter().map(|variance| variance * square).collect();
        Ok(Found { values, variances, fitted, errors })
    }

    /// The slope of each error on the one before it, within runs.
    fn correlation(&self, errors: &[f64]) -> f64 {
        let (mut both, mut before) = (0.0, 0.0);
        for place in (1..errors.len()).filter(|place| !self.begins(*place)) {
            both += errors[place] * errors[place - 1];
            before += errors[place - 1].powi(2);
        }
        let within = AUTOCORRELATION_MAX;
        if before > 0.0 { (both / before).clamp(-within, within) } else { 0.0 }
    }

    fn fit(&self, columns: &[Column], found: Found) -> Result<Fit, SavingsError> {
        let goodness = Goodness::of(self.kwh, &found.fitted, columns.len() + 1)?;
        let errors = found.variances.iter().map(|variance| variance.sqrt());
        let coefficients = coefficients(&self.names, &found.values, errors);
        Ok(Fit { coefficients, goodness, fitted: found.fitted })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fit;
    use super::*;

    fn close(found: f64, expect: f64) {
        assert!((found - expect).abs() < 1e-9 * expect.abs().max(1.0), "{found}, not {expect}");
    }

    const KWH: [f64; 8] = [10.0, 12.0, 11.0, 14.0, 13.0, 17.0, 15.0, 18.0];
    const X: [f64; 8] = [1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 7.0];
    const ONE_RUN: [bool; 8] = [true, false, false, false, false, false, false, false];

    /// `(X' W X)^-1 X' W y` with the inverse of the AR(1) correlation matrix written out: it has
    /// `1 + rho^2` on its diagonal, 1 in its corners, and `-rho` beside it.
    fn written_out(rho: f64) -> ([f64; 2], [f64; 2]) {
        let weight = |a: usize, b: usize| match a.abs_diff(b) {
            0 if a == 0 || a == 7 => 1.0,
            0 => 1.0 + rho * rho,
            1 => -rho,
            _ => 0.0,
        };
        let product = |u: &dyn Fn(usize) -> f64, v: &dyn Fn(usize) -> f64| -> f64 {
            let pairs = (0..8).flat_map(|a| (0..8).map(move |b| (a, b)));
            pairs.map(|(a, b)| u(a) * weight(a, b) * v(b)).sum()
        };
        let (one, x, kwh) = (|_| 1.0, |i: usize| X[i], |i: usize| KWH[i]);
        let (n, sum, squares) = (product(&one, &one), product(&one, &x), product(&x, &x));
        let (first, second) = (product(&one, &kwh), product(&x, &kwh));
        let det = n * squares - sum * sum;
        let base = (squares * first - sum * second) / det;
        let slope = (n * second - sum * first) / det;
        let error = |i: usize| KWH[i] - base - slope * X[i];
        let square = product(&error, &error) / 6.0;
        ([base, slope], [(square * squares / det).sqrt(), (square * n / det).sqrt()])
    }

    #[test]
    fn for_a_given_correlation_it_is_the_matrix_formula() {
        let columns = [Column::new("x", X.to_vec())];
        let series = Series::new(&KWH, &columns, &ONE_RUN);
        for rho in [-0.6, -0.2, 0.0, 0.3, 0.5, 0.9] {
            let found = series.solve(rho).unwrap();
            let (values, errors) = written_out(rho);
            for place in 0..2 {
                close(found.values[place], values[place]);
                close(found.variances[place].sqrt(), errors[place]);
            }
        }
    }

    #[test]
    fn the_mean_alone_is_the_one_of_the_textbook() {
        // Best mean under AR(1): ends count 1, the others 1 - rho, over 2 + (n - 2)(1 - rho).
        let series = Series::new(&KWH, &[], &ONE_RUN);
        let inner: f64 = KWH[1..7].iter().sum();
        for rho in [0.0, 0.4, 0.8] {
            let expect = (KWH[0] + KWH[7] + (1.0 - rho) * inner) / (2.0 + 6.0 * (1.0 - rho));
            close(series.solve(rho).unwrap().values[0], expect);
        }
    }

    #[test]
    fn the_rounds_end_where_correlation_and_coefficients_agree() {
        let columns = [Column::new("x", X.to_vec())];
        let found = fit_ar1(&KWH, &columns, &ONE_RUN).unwrap();
        let (values, errors) = written_out(found.ar1.rho);
        for (place, coefficient) in found.fit.coefficients.iter().enumerate() {
            close(coefficient.value, values[place]);
            close(coefficient.standard_error, errors[place]);
        }
        let errors: Vec<f64> = KWH.iter().zip(&found.fit.fitted).map(|(y, p)| y - p).collect();
        let both: f64 = errors.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let before: f64 = errors[..7].iter().map(|error| error * error).sum();
        assert!((both / before - found.ar1.rho).abs() < 1e-8, "{:?}", found.ar1);
        assert!(found.ar1.rho < 0.0, "these errors alternate");
    }

    #[test]
    fn dependent_errors_make_the_standard_errors_larger_and_a_gap_ends_the_dependence() {
        // Errors that stay for ten days each, on a load that rises with x.
        let x: Vec<f64> = (0..200).map(f64::from).collect();
        let kwh: Vec<f64> = (0..200_u32)
            .map(|day| 50.0 + 0.1 * f64::from(day) + [3.0, -2.0, 1.0, -2.0][day as usize / 10 % 4])
            .collect();
        let columns = [Column::new("x", x)];
        let plain = fit(&kwh, &columns).unwrap();
        let mut runs = vec![false; 200];
        let found = fit_ar1(&kwh, &columns, &runs).unwrap();
        assert!(found.ar1.rho > 0.8, "{:?}", found.ar1);
        let errors = |fit: &Fit| fit.coefficients[1].standard_error;
        assert!(errors(&found.fit) > 2.0 * errors(&plain), "{found:?}");
        for begin in runs.iter_mut().step_by(10) {
            *begin = true;
        }
        let apart = fit_ar1(&kwh, &columns, &runs).unwrap();
        assert!(apart.ar1.rho > found.ar1.rho, "within a run the errors stay the same");
        let every = vec![true; 200];
        assert_eq!(fit_ar1(&kwh, &columns, &every).unwrap().fit, plain, "no run, no dependence");
    }

    proptest! {
        #[test]
        fn without_correlation_it_is_ordinary_least_squares(
            rows in prop::collection::vec((1.0..100.0f64, -5.0..35.0f64), 5..40),
        ) {
            let (kwh, x): (Vec<f64>, Vec<f64>) = rows.into_iter().unzip();
            let columns = [Column::new("x", x)];
            let runs = vec![true; kwh.len()];
            match (fit(&kwh, &columns), fit_ar1(&kwh, &columns, &runs)) {
                (Ok(plain), Ok(found)) => {
                    prop_assert!(found.ar1.rho.abs() < f64::EPSILON);
                    for (a, b) in plain.coefficients.iter().zip(&found.fit.coefficients) {
                        prop_assert!((a.value - b.value).abs() <= 1e-9 * a.value.abs().max(1.0));
                        let (a, b) = (a.standard_error, b.standard_error);
                        prop_assert!((a - b).abs() <= 1e-6 * a.abs().max(1e-3), "{} {}", a, b);
                    }
                }
                (plain, found) => prop_assert_eq!(plain.is_err(), found.is_err()),
            }
        }

        #[test]
        fn any_series_gives_a_fit_or_an_error_and_never_a_panic(
            rows in prop::collection::vec((-10.0..100.0f64, -5.0..35.0f64, any::<bool>()), 0..40),
        ) {
            let kwh: Vec<f64> = rows.iter().map(|row| row.0).collect();
            let runs: Vec<bool> = rows.iter().map(|row| row.2).collect();
            let columns = [Column::new("x", rows.iter().map(|row| row.1).collect())];
            if let Ok(found) = fit_ar1(&kwh, &columns, &runs) {
                prop_assert!(found.ar1.rho.abs() <= AUTOCORRELATION_MAX);
                prop_assert!(found.fit.fitted.iter().all(|kwh| kwh.is_finite()));
            }
        }
    }
}
