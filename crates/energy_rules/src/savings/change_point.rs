//! Change-point models: a base load that rises below one outside temperature and above another.
//!
//! The search follows CalTRACK's daily method: every pair of whole balance points is fitted, models
//! whose base load or slopes have the wrong sign are thrown away, and the best adjusted R² stays.
//! Other regressors (production, hours) may stand beside the temperature.

use super::regression::{check, check_values};
use super::{Ar1, Ar1Fit, Column, Fit, SavingsError, fit, fit_ar1};

/// A candidate must beat those before it by more than this.
const BETTER: f64 = 1e-12;
/// Balance points that are tried at most.
const POINTS_MAX: usize = 500;
/// The names of the two columns of degrees.
const HEATING: &str = "heating_degrees";
const COOLING: &str = "cooling_degrees";

/// How the load answers to outside temperature. Order of preference when two explain alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// Not at all.
    Flat,
    /// It rises below a balance point: three parameters.
    Heating,
    /// It rises above a balance point: three parameters.
    Cooling,
    /// It rises below one and above another: five parameters.
    HeatingAndCooling,
}

/// What was measured in a baseline, one value a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Observations {
    /// Energy, kWh.
    pub kwh: Vec<f64>,
    /// Mean outside temperature, in the unit of the balance points.
    pub temperature: Vec<f64>,
    /// Other regressors, in every candidate.
    pub others: Vec<Column>,
}

/// Which balance points are tried and when a slope may be fitted at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Search {
    /// The lowest balance point.
    pub first: f64,
    /// The highest.
    pub last: f64,
    /// The step between them.
    pub step: f64,
    /// Periods with any degrees that a slope needs.
    pub periods_min: usize,
    /// Degrees in sum that a slope needs.
    pub degrees_min: f64,
}

impl Search {
    /// CalTRACK 2.0, 3.2 and 3.3.4: 30 to 90 °F by 1; 10 days and 20 degree days.
    pub const FAHRENHEIT: Self =
        Self { first: 30.0, last: 90.0, step: 1.0, periods_min: 10, degrees_min: 20.0 };
    /// The same range in °C by 0.5; the degree days are those of CalTRACK, converted.
    pub const CELSIUS: Self =
        Self { first: -1.0, last: 32.0, step: 0.5, periods_min: 10, degrees_min: 20.0 / 1.8 };

    /// Months in °C: the slope needs degrees in three months. Of our own choosing; CalTRACK's counts
    /// are those of days.
    pub const CELSIUS_MONTHS: Self =
        Self { first: -1.0, last: 32.0, step: 0.5, periods_min: 3, degrees_min: 3.0 };

    fn points(&self) -> Result<Vec<f64>, SavingsError> {
        let fault = SavingsError::Grid { first: self.first, last: self.last, step: self.step };
        let count = ((self.last - self.first) / self.step).floor();
        // A NaN fails the test as well.
        if !(self.step > 0.0 && (0.0..POINTS_MAX as f64).contains(&count)) {
            return Err(fault);
        }
        let points = (0..POINTS_MAX).map(|place| self.first + self.step * place as f64);
        Ok(points.take_while(|point| *point <= self.last + 1e-9).collect())
    }

    fn allows(&self, degrees: &[f64]) -> bool {
        let periods = degrees.iter().filter(|degrees| **degrees > 0.0).count();
        periods >= self.periods_min && degrees.iter().sum::<f64>() >= self.degrees_min
    }
}

/// The model that explains best.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// Its shape.
    pub shape: Shape,
    /// Below this temperature heating begins.
    pub heating_point: Option<f64>,
    /// Above this temperature cooling begins.
    pub cooling_point: Option<f64>,
    /// Base, heating slope, cooling slope (those that the shape has), then the other regressors.
    pub fit: Fit,
    /// Models that were fitted.
    pub candidates: usize,
}

impl Model {
    /// Searches balance points for the best adjusted R².
    pub fn search(observations: &Observations, search: &Search) -> Result<Self, SavingsError> {
        Self::search_up_to(observations, search, Shape::HeatingAndCooling)
    }

    /// The same with coefficients by generalised least squares, for errors that depend on the ones
    /// before them. Where these turn a slope below zero, which `search` forbids, simpler shapes are
    /// searched; the balance points stay those of ordinary least squares. `runs[i]` is true where
    /// period `i` does not follow the one before it.
    pub fn search_ar1(
        observations: &Observations,
        search: &Search,
        runs: &[bool],
    ) -> Result<(Self, Ar1), SavingsError> {
        for most in [Shape::HeatingAndCooling, Shape::Cooling, Shape::Flat] {
            match Self::search_up_to(observations, search, most)?.with_ar1(observations, runs) {
                Err(SavingsError::NoModel) => {}
                found => return found,
            }
        }
        Err(SavingsError::NoModel)
    }

    /// The best among shapes up to one, in their order.
    fn search_up_to(
        observations: &Observations,
        search: &Search,
        most: Shape,
    ) -> Result<Self, SavingsError> {
        check_values("energy", &observations.kwh)?;
        check(&observations.others, observations.kwh.len())?;
        let temperature = [Column::new("temperature", observations.temperature.clone())];
        check(&temperature, observations.kwh.len())?;
        let columns = |degrees: fn(f64, f64) -> f64| -> Result<Vec<_>, SavingsError> {
            let all = search.points()?.into_iter().map(|point| {
                let values = observations.temperature.iter().map(|t| degrees(*t, point));
                (point, values.collect::<Vec<f64>>())
            });
            Ok(all.filter(|(_, values)| search.allows(values)).collect())
        };
        let heating = columns(heating_degrees)?;
        let cooling = columns(cooling_degrees)?;
        let mut best = Best { observations, model: None, candidates: 0 };
        best.consider(Shape::Flat, None, None)?;
        if most >= Shape::Cooling {
            for heat in &heating {
                best.consider(Shape::Heating, Some(heat), None)?;
            }
            for cool in &cooling {
                best.consider(Shape::Cooling, None, Some(cool))?;
            }
        }
        if most >= Shape::HeatingAndCooling {
            for heat in &heating {
                for cool in cooling.iter().filter(|cool| cool.0 >= heat.0) {
                    best.consider(Shape::HeatingAndCooling, Some(heat), Some(cool))?;
                }
            }
        }
        let candidates = best.candidates;
        best.model.map(|model| Self { candidates, ..model }).ok_or(SavingsError::NoModel)
    }

    /// What it says for other periods.
    pub fn predict(
        &self,
        temperature: &[f64],
        others: &[Column],
    ) -> Result<Vec<f64>, SavingsError> {
        check_values("temperature", temperature)?;
        self.fit.predict(&self.columns(temperature, others), temperature.len())
    }

    /// The same shape and balance points, with coefficients by generalised least squares.
    fn with_ar1(
        self,
        observations: &Observations,
        runs: &[bool],
    ) -> Result<(Self, Ar1), SavingsError> {
        let columns = self.columns(&observations.temperature, &observations.others);
        let Ar1Fit { fit, ar1 } = fit_ar1(&observations.kwh, &columns, runs)?;
        let slopes = columns.len() - observations.others.len();
        let rising = fit.coefficients[1..=slopes].iter().all(|slope| slope.value > 0.0);
        if fit.coefficients[0].value < 0.0 || !rising {
            return Err(SavingsError::NoModel);
        }
        Ok((Self { fit, ..self }, ar1))
    }

    /// Degrees from the balance points that the shape has, then the other regressors.
    fn columns(&self, temperature: &[f64], others: &[Column]) -> Vec<Column> {
        let mut columns = Vec::new();
        let mut degrees = |name: &str, point: Option<f64>, degrees: fn(f64, f64) -> f64| {
            if let Some(point) = point {
                let values = temperature.iter().map(|t| degrees(*t, point)).collect();
                columns.push(Column::new(name, values));
            }
        };
        degrees(HEATING, self.heating_point, heating_degrees);
        degrees(COOLING, self.cooling_point, cooling_degrees);
        columns.extend(others.iter().cloned());
        columns
    }
}

/// A balance point and the degrees of every period from it.
type Degrees = (f64, Vec<f64>);

/// The best candidate so far.
struct Best<'a> {
    observations: &'a Observations,
    model: Option<Model>,
    candidates: usize,
}

impl Best<'_> {
    /// Fits one candidate; a dependent regressor in it is a fault only if no degrees stand beside
    /// it.
    fn consider(
        &mut self,
        shape: Shape,
        heat: Option<&Degrees>,
        cool: Option<&Degrees>,
    ) -> Result<(), SavingsError> {
        self.candidates += 1;
        let mut columns = Vec::new();
        columns.extend(heat.map(|(_, values)| Column::new(HEATING, values.clone())));
        columns.extend(cool.map(|(_, values)| Column::new(COOLING, values.clone())));
        let slopes = columns.len();
        columns.extend(self.observations.others.iter().cloned());
        let fit = match fit(&self.observations.kwh, &columns) {
            Ok(fit) => fit,
            Err(SavingsError::Dependent { .. }) if slopes > 0 => return Ok(()),
            Err(other) => return Err(other),
        };
        let base = fit.coefficients[0].value;
        let rising = fit.coefficients[1..=slopes].iter().all(|slope| slope.value > 0.0);
        let better = self
            .model
            .as_ref()
            .is_none_or(|best| fit.goodness.adjusted_r2 > best.fit.goodness.adjusted_r2 + BETTER);
        if base >= 0.0 && rising && better {
            let (heating_point, cooling_point) = (heat.map(|h| h.0), cool.map(|c| c.0));
            self.model = Some(Model { shape, heating_point, cooling_point, fit, candidates: 0 });
        }
        Ok(())
    }
}

fn heating_degrees(temperature: f64, point: f64) -> f64 {
    (point - temperature).max(0.0)
}

fn cooling_degrees(temperature: f64, point: f64) -> f64 {
    (temperature - point).max(0.0)
}
