//! Least squares with any regressors: production, hours of operation, degree days.

use super::least_squares::solve;
use super::{Goodness, SavingsError};

/// The name of the coefficient that stands for the base load.
pub(super) const BASE: &str = "base";

/// Values of one regressor, one a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// What it is, such as `production_t`.
    pub name: String,
    /// The values.
    pub values: Vec<f64>,
}

impl Column {
    /// A column of a name.
    pub fn new(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self { name: name.into(), values }
    }
}

/// One coefficient of a fit.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    /// `base` or the name of the column.
    pub name: String,
    /// kWh per unit of the column.
    pub value: f64,
    /// Standard error, in the unit of the value.
    pub standard_error: f64,
}

impl Coefficient {
    /// Value over standard error: below about 2 the regressor explains nothing.
    pub fn t(&self) -> f64 {
        self.value / self.standard_error
    }
}

/// A base load and one slope for each regressor.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// The base first, then the columns in order.
    pub coefficients: Vec<Coefficient>,
    /// How well it explains.
    pub goodness: Goodness,
    /// What it says for the periods it was fitted to, kWh.
    pub fitted: Vec<f64>,
}

impl Fit {
    /// What it says for other periods, from the same columns in the same order.
    pub fn predict(&self, columns: &[Column], periods: usize) -> Result<Vec<f64>, SavingsError> {
        let names = |columns: Vec<&str>| columns.join(", ");
        let expected = names(self.coefficients[1..].iter().map(|c| c.name.as_str()).collect());
        let found = names(columns.iter().map(|column| column.name.as_str()).collect());
        if expected != found {
            return Err(SavingsError::OtherRegressors { expected, found });
        }
        check(columns, periods)?;
        let mut predicted = vec![self.coefficients[0].value; periods];
        for (column, coefficient) in columns.iter().zip(&self.coefficients[1..]) {
            for (kwh, value) in predicted.iter_mut().zip(&column.values) {
                *kwh += coefficient.value * value;
            }
        }
        Ok(predicted)
    }
}

/// Fits a base load and one slope for each column.
pub fn fit(kwh: &[f64], columns: &[Column]) -> Result<Fit, SavingsError> {
    check_values("energy", kwh)?;
    check(columns, kwh.len())?;
    let parameters = columns.len() + 1;
    if kwh.len() <= parameters + 1 {
        return Err(SavingsError::TooFew { found: kwh.len(), needed: parameters + 2 });
    }
    let mut design = vec![vec![1.0; kwh.len()]];
    design.extend(columns.iter().map(|column| column.values.clone()));
    let solution = solve(&design, kwh);
    let mut fitted = vec![0.0; kwh.len()];
    let mut names = Vec::with_capacity(parameters);
    let mut values = Vec::with_capacity(parameters);
    for (place, (column, value)) in design.iter().zip(&solution.coefficients).enumerate() {
        let name = if place == 0 { BASE } else { &columns[place - 1].name };
        let Some(value) = *value else {
            return Err(SavingsError::Dependent { column: name.to_owned() });
        };
        fitted.iter_mut().zip(column).for_each(|(kwh, x)| *kwh += value * x);
        names.push(name.to_owned());
        values.push(value);
    }
    let goodness = Goodness::of(kwh, &fitted, parameters)?;
    let errors = solution.variances.iter().map(|variance| goodness.rmse_kwh * variance.sqrt());
    let coefficients = coefficients(&names, &values, errors);
    Ok(Fit { coefficients, goodness, fitted })
}

/// Names, values and standard errors as coefficients.
pub(super) fn coefficients(
    names: &[String],
    values: &[f64],
    errors: impl Iterator<Item = f64>,
) -> Vec<Coefficient> {
    let rows = names.iter().zip(values).zip(errors);
    rows.map(|((name, value), standard_error)| {
        let (name, value) = (name.clone(), *value);
        Coefficient { name, value, standard_error }
    })
    .collect()
}

/// Refuses columns of another length and values that are no numbers.
pub(super) fn check(columns: &[Column], periods: usize) -> Result<(), SavingsError> {
    for column in columns {
        if column.values.len() != periods {
            let (column, found) = (column.name.clone(), column.values.len());
            return Err(SavingsError::Lengths { column, found, expected: periods });
        }
        check_values(&column.name, &column.values)?;
    }
    Ok(())
}

/// Refuses values that are no numbers.
pub(super) fn check_values(name: &str, values: &[f64]) -> Result<(), SavingsError> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(place) => Err(SavingsError::NotFinite { column: name.to_owned(), place }),
        None => Ok(()),
    }
}
