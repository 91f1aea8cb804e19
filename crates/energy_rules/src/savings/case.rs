//! A whole case: a measure's two periods and its variables in, a saving that says how sure it is out.

use super::gate::Limit;
use super::{
    Adjustment, Ar1, Coefficient, Column, Confidence, Gate, Goodness, Interval, IpmvpOption,
    Measured, Model, Observations, Saving, SavingsError, Search, Shape, fit, fit_ar1,
    half_width_kwh, period_half_width_kwh,
};

/// How coefficients are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimator {
    /// Ordinary least squares.
    Ols,
    /// Generalised least squares for errors that depend on the ones before them.
    GlsAr1,
}

/// What was measured in the whole known periods of a stretch of time.
#[derive(Debug, Clone, PartialEq)]
pub struct Periods {
    /// Energy, kWh.
    pub kwh: Vec<f64>,
    /// Mean outside temperature, °C; `None` where the measure has no such variable.
    pub temperature: Option<Vec<f64>>,
    /// The other variables, the same in both stretches.
    pub others: Vec<Column>,
    /// Whether a period does not follow the one before it directly.
    pub runs: Vec<bool>,
}

/// What a saving is computed from.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Days or months.
    pub interval: Interval,
    /// How coefficients are estimated.
    pub estimator: Estimator,
    /// The way of IPMVP; only C is computed.
    pub option: IpmvpOption,
    /// Before the measure.
    pub baseline: Periods,
    /// After it.
    pub reporting: Periods,
    /// Months of the reporting period.
    pub months: u32,
    /// What changed and has nothing to do with the measure.
    pub adjustments: Vec<Adjustment>,
}

/// Why a saving is not demonstrated (입증되지 않음).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// A gate that is not passed.
    Gate(Limit),
    /// More was drawn than the baseline says, or as much.
    NoSaving,
}

/// Periods of the report in which a variable lies where the baseline has never been.
#[derive(Debug, Clone, PartialEq)]
pub struct Outside {
    /// The variable.
    pub name: String,
    /// Its least value in the baseline.
    pub least: f64,
    /// Its greatest value in the baseline.
    pub greatest: f64,
    /// Periods of the report outside of these.
    pub periods: usize,
}

/// The saving until the end of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// kWh, adjustments in equal parts.
    pub kwh: f64,
    /// Half the width of its interval at 90 %, kWh.
    pub plus_minus_kwh: f64,
}

/// What a case comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Shape and balance points; `None` without temperature.
    pub shape: Option<(Shape, Option<f64>, Option<f64>)>,
    /// The base first.
    pub coefficients: Vec<Coefficient>,
    /// How well the model explains its baseline.
    pub goodness: Goodness,
    /// For generalised least squares.
    pub ar1: Option<Ar1>,
    /// What the model says for the baseline, kWh a period.
    pub fitted: Vec<f64>,
    /// What it says for the report, kWh a period.
    pub predicted: Vec<f64>,
    /// Half the width of the interval of one period at 90 %, kWh.
    pub period_plus_minus_kwh: f64,
    /// The same saving at 68, 90 and 95 %.
    pub savings: [Saving; 3],
    /// The saving, period by period.
    pub steps: Vec<Step>,
    /// Where the model is asked for what it never saw.
    pub outside: Vec<Outside>,
}

impl Outcome {
    /// Why the saving is not demonstrated; empty when it is.
    pub fn doubts(&self) -> Vec<Doubt> {
        let saving = &self.savings[0];
        let failed = saving.gates().iter().filter(|gate| !gate.passes());
        let mut doubts: Vec<_> = failed.map(|gate: &Gate| Doubt::Gate(gate.limit)).collect();
        if saving.kwh() <= 0.0 {
            doubts.push(Doubt::NoSaving);
        }
        doubts
    }

    /// Whether every gate is passed and something was saved.
    pub fn is_demonstrated(&self) -> bool {
        self.doubts().is_empty()
    }
}

/// A fitted baseline, with temperature or without.
struct Fitted {
    shape: Option<(Shape, Option<f64>, Option<f64>)>,
    fit: super::Fit,
    ar1: Option<Ar1>,
    predicted: Vec<f64>,
}

impl Case {
    /// Fits the baseline and compares the report with it.
    pub fn outcome(&self) -> Result<Outcome, SavingsError> {
        if self.option != IpmvpOption::WholeFacility {
            return Err(SavingsError::NotComputed(self.option.letter()));
        }
        let Fitted { shape, fit, ar1, predicted } = match &self.baseline.temperature {
            Some(temperature) => self.on_temperature(temperature)?,
            None => self.without_temperature()?,
        };
        let Periods { kwh, runs, .. } = &self.baseline;
        let goodness = fit.goodness.over_gaps(kwh, &fit.fitted, runs);
        let measured = Measured {
            baseline: &goodness,
            interval: self.interval,
            months: self.months,
            predicted: &predicted,
            observed: &self.reporting.kwh,
        };
        let at = |sure| Saving::of(&measured, self.option, self.adjustments.clone(), sure);
        let savings = [at(Confidence::P68)?, at(Confidence::P90)?, at(Confidence::P95)?];
        Ok(Outcome {
            shape,
            coefficients: fit.coefficients,
            goodness,
            ar1,
            fitted: fit.fitted,
            period_plus_minus_kwh: period_half_width_kwh(&goodness, Confidence::P90),
            steps: self.steps(&goodness, &predicted),
            predicted,
            savings,
            outside: self.outside(),
        })
    }

    fn on_temperature(&self, temperature: &[f64]) -> Result<Fitted, SavingsError> {
        let (kwh, others) = (self.baseline.kwh.clone(), self.baseline.others.clone());
        let observations = Observations { kwh, temperature: temperature.to_vec(), others };
        let search = match self.interval {
            Interval::Monthly => Search::CELSIUS_MONTHS,
            Interval::Hourly | Interval::Daily => Search::CELSIUS,
        };
        let (model, ar1) = match self.estimator {
            Estimator::Ols => (Model::search(&observations, &search)?, None),
            Estimator::GlsAr1 => {
                let runs = &self.baseline.runs;
                let (model, ar1) = Model::search_ar1(&observations, &search, runs)?;
                (model, Some(ar1))
            }
        };
        let later = self.reporting.temperature.as_deref().unwrap_or_default();
        if later.len() != self.reporting.kwh.len() {
            let (column, found) = ("temperature".to_owned(), later.len());
            let expected = self.reporting.kwh.len();
            return Err(SavingsError::Lengths { column, found, expected });
        }
        let predicted = model.predict(later, &self.reporting.others)?;
        let shape = (model.shape, model.heating_point, model.cooling_point);
        Ok(Fitted { shape: Some(shape), fit: model.fit, ar1, predicted })
    }

    fn without_temperature(&self) -> Result<Fitted, SavingsError> {
        let Periods { kwh, others, runs, .. } = &self.baseline;
        let (fit, ar1) = match self.estimator {
            Estimator::Ols => (fit(kwh, others)?, None),
            Estimator::GlsAr1 => {
                let found = fit_ar1(kwh, others, runs)?;
                (found.fit, Some(found.ar1))
            }
        };
        let predicted = fit.predict(&self.reporting.others, self.reporting.kwh.len())?;
        Ok(Fitted { shape: None, fit, ar1, predicted })
    }

    fn steps(&self, goodness: &Goodness, predicted: &[f64]) -> Vec<Step> {
        let adjusted: f64 = self.adjustments.iter().map(Adjustment::kwh).sum();
        let part = adjusted / predicted.len().max(1) as f64;
        let (mut kwh, mut said) = (0.0, 0.0);
        let rows = predicted.iter().zip(&self.reporting.kwh).enumerate();
        rows.map(|(place, (predicted, observed))| {
            kwh += predicted - observed + part;
            said += predicted;
            let half = half_width_kwh(goodness, said, place + 1, Confidence::P90);
            Step { kwh, plus_minus_kwh: half }
        })
        .collect()
    }

    fn outside(&self) -> Vec<Outside> {
        let named = |periods: &Periods| {
            let warm = periods.temperature.iter();
            let warm = warm.map(|values| ("temperature".to_owned(), values.clone()));
            let others = periods.others.iter().map(|c| (c.name.clone(), c.values.clone()));
            warm.chain(others).collect::<Vec<_>>()
        };
        let pairs = named(&self.baseline).into_iter().zip(named(&self.reporting));
        let found = pairs.map(|((name, before), (_, after))| {
            let least = before.iter().copied().fold(f64::INFINITY, f64::min);
            let greatest = before.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let periods = after.iter().filter(|v| **v < least || **v > greatest).count();
            Outside { name, least, greatest, periods }
        });
        found.filter(|outside| outside.periods > 0).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Days of a made-up works: 1.5 kWh a tonne, cooling above 18 °C, `factor` of all of it.
    fn days(count: u32, factor: f64, noise: f64) -> Periods {
        let temperature: Vec<f64> =
            (0..count).map(|day| 12.0 - 14.0 * (f64::from(day) * 0.0172).cos()).collect();
        let tonnes: Vec<f64> = (0..count).map(|day| f64::from((day * 7) % 11)).collect();
        let wave = [0.4, -0.3, 0.1, -0.2, 0.6, -0.6, 0.0];
        let kwh = temperature.iter().zip(&tonnes).enumerate().map(|(day, (t, tonnes))| {
            let says = 20.0 + 3.0 * (t - 18.0).max(0.0) + 1.5 * tonnes;
            factor * says + noise * wave[day % 7]
        });
        let (kwh, runs) = (kwh.collect(), vec![false; count as usize]);
        let others = vec![Column::new("production", tonnes)];
        Periods { kwh, temperature: Some(temperature), others, runs }
    }

    fn case(factor: f64, noise: f64, estimator: Estimator) -> Case {
        Case {
            interval: Interval::Daily,
            estimator,
            option: IpmvpOption::WholeFacility,
            baseline: days(365, 1.0, noise),
            reporting: days(365, factor, noise),
            months: 12,
            adjustments: vec![],
        }
    }

    #[test]
    fn a_saving_is_demonstrated_or_says_why_not() {
        use Limit::{CvRmse, FractionalUncertainty, PrescriptiveCvRmse};
        let gate = Doubt::Gate;
        for (factor, noise, doubts) in [
            (0.90, 1.0, vec![]),
            (1.001, 1.0, vec![gate(FractionalUncertainty), Doubt::NoSaving]),
            (1.1, 1.0, vec![gate(FractionalUncertainty), Doubt::NoSaving]),
            (0.999, 8.0, vec![gate(FractionalUncertainty)]),
            (0.80, 30.0, vec![gate(CvRmse), gate(PrescriptiveCvRmse)]),
        ] {
            for estimator in [Estimator::Ols, Estimator::GlsAr1] {
                let outcome = case(factor, noise, estimator).outcome().unwrap();
                assert_eq!(outcome.doubts(), doubts, "{factor} {noise} {estimator:?}");
                assert_eq!(outcome.is_demonstrated(), doubts.is_empty());
            }
        }
    }

    #[test]
    fn gaps_in_the_baseline_do_not_make_days_neighbours() {
        let mut whole = case(0.9, 0.0, Estimator::Ols);
        // What the model cannot know comes in pairs of days, and a gap lies after each pair.
        for (day, kwh) in whole.baseline.kwh.iter_mut().enumerate() {
            let size = if day.is_multiple_of(2) { 2.0 } else { 1.0 };
            *kwh += if (day / 2).is_multiple_of(2) { size } else { -size };
        }
        let mut gappy = whole.clone();
        gappy.baseline.runs = (0..365).map(|day| day % 2 == 0).collect();
        let [whole, gappy] = [whole, gappy].map(|case| case.outcome().unwrap());
        assert!(whole.goodness.autocorrelation < 0.1, "{}", whole.goodness.autocorrelation);
        assert!(gappy.goodness.autocorrelation > 0.7, "{}", gappy.goodness.autocorrelation);
        let half = |outcome: &Outcome| outcome.savings[1].uncertainty().plus_minus_kwh;
        assert!(half(&gappy) > 2.0 * half(&whole), "{} {}", half(&gappy), half(&whole));
    }

    #[test]
    fn the_steps_end_at_the_saving_and_intervals_grow_with_confidence() {
        let mut case = case(0.9, 1.0, Estimator::Ols);
        case.adjustments.push(Adjustment::new(120.0, "a second shift", "payroll").unwrap());
        let outcome = case.outcome().unwrap();
        let [at_68, at_90, at_95] = &outcome.savings;
        let last = outcome.steps.last().unwrap();
        assert!((last.kwh - at_90.kwh()).abs() < 1e-6);
        assert!((last.plus_minus_kwh - at_90.uncertainty().plus_minus_kwh).abs() < 1e-6);
        let half = |saving: &Saving| saving.uncertainty().plus_minus_kwh;
        assert!(half(at_68) < half(at_90) && half(at_90) < half(at_95));
        assert_eq!(outcome.steps.len(), 365);
    }

    #[test]
    fn what_the_baseline_never_saw_is_told() {
        let mut case = case(0.9, 1.0, Estimator::Ols);
        assert_eq!(case.outcome().unwrap().outside, []);
        case.reporting.others[0].values[3] = 14.0;
        case.reporting.temperature.as_mut().unwrap()[0] = -20.0;
        let outside = case.outcome().unwrap().outside;
        let told: Vec<_> = outside.iter().map(|o| (o.name.as_str(), o.periods)).collect();
        assert_eq!(told, [("temperature", 1), ("production", 1)]);
    }

    #[test]
    fn twelve_months_give_a_model_whose_slopes_keep_their_sign() {
        for estimator in [Estimator::Ols, Estimator::GlsAr1] {
            for seed in 0..20_u32 {
                let temperature: Vec<f64> =
                    (0..12).map(|m| 12.0 - 14.0 * (f64::from(m) * 0.52).cos()).collect();
                let kwh = temperature.iter().zip(0..12_u32).map(|(t, month)| {
                    let odd = f64::from((month * 7 + seed * 5) % 11) * 60.0;
                    12_000.0 + 500.0 * (t - 18.0).max(0.0) + odd
                });
                let (kwh, runs) = (kwh.collect(), vec![false; 12]);
                let temperature = Some(temperature);
                let year = Periods { kwh, temperature, others: vec![], runs };
                let (baseline, reporting) = (year.clone(), year);
                let interval = Interval::Monthly;
                let case = Case { interval, baseline, reporting, ..case(1.0, 1.0, estimator) };
                let outcome = case.outcome().unwrap();
                let slopes = &outcome.coefficients[1..];
                assert!(slopes.iter().all(|slope| slope.value > 0.0), "{seed} {slopes:?}");
            }
        }
    }

    #[test]
    fn production_alone_and_other_options() {
        let mut case = case(0.9, 1.0, Estimator::GlsAr1);
        case.baseline.temperature = None;
        case.reporting.temperature = None;
        let outcome = case.outcome().unwrap();
        assert_eq!((outcome.shape, outcome.coefficients.len()), (None, 2));
        for option in
            [IpmvpOption::KeyParameter, IpmvpOption::AllParameters, IpmvpOption::Simulation]
        {
            let error = Case { option, ..case.clone() }.outcome().unwrap_err();
            assert_eq!(error, SavingsError::NotComputed(option.letter()));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn a_smaller_load_is_never_a_smaller_saving(high in 0.7..1.1f64, less in 0.01..0.3f64) {
            let saved = |factor| {
                let mut case = case(factor, 1.0, Estimator::GlsAr1);
                case.baseline.temperature = None;
                case.reporting.temperature = None;
                case.outcome().unwrap().savings[1].kwh()
            };
            prop_assert!(saved(high - less) > saved(high));
        }
    }
}
