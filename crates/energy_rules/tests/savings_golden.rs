//! Models of opendsm's sample meters (Apache-2.0) against the figures measured once and for all.

use energy_rules::savings::{
    Case, Confidence, Doubt, Estimator, Gate, Goodness, Hour, HourlyModel, Interval, IpmvpOption,
    Limit, Measured, Model, Observations, Periods, Saving, Scale, Search, Shape,
};

mod shared_data;
use shared_data::meters::{days, hours};

fn close(found: f64, expect: f64, within: f64, what: &str) {
    assert!((found - expect).abs() < within, "{what}: {found}, not {expect}");
}

#[test]
fn the_daily_change_points_agree_with_the_golden_case() {
    let end = shared_data::utc_hour(2016, 12, 26);
    let Some((kwh, temperature)) = days(end - 365 * 24, end) else { return };
    let baseline = Observations { kwh, temperature, others: vec![] };
    let model = Model::search(&baseline, &Search::FAHRENHEIT).unwrap();
    assert_eq!((model.shape, model.candidates), (Shape::HeatingAndCooling, 1546));
    assert_eq!((model.heating_point, model.cooling_point), (Some(53.0), Some(67.0)));
    let goodness = model.fit.goodness;
    assert_eq!(goodness.n, 365);
    let value = |place: usize| model.fit.coefficients[place].value;
    close(value(0), 12.943_486_360_907_604, 1e-6, "base");
    close(value(1), 1.135_723_102_164_818, 1e-6, "heating slope");
    close(value(2), 2.353_578_460_909_953_5, 1e-6, "cooling slope");
    close(goodness.adjusted_r2, 0.774_827_996_398_205, 1e-6, "adjusted R2");
    close(goodness.cvrmse, 0.251_144_759_289_617_9, 1e-6, "CV(RMSE)");
    close(goodness.cvrmse_population, 0.250_110_528_021_621, 1e-6, "CV(RMSE) over n");
    close(goodness.mean_kwh, 28.515_205_479_452_053, 1e-6, "mean");

    let start = shared_data::utc_hour(2017, 1, 4);
    let (observed, temperature) = days(start, start + 365 * 24).unwrap();
    let predicted = model.predict(&temperature, &[]).unwrap();
    let measured = Measured {
        baseline: &goodness,
        interval: Interval::Daily,
        months: 12,
        predicted: &predicted,
        observed: &observed,
    };
    let option = IpmvpOption::WholeFacility;
    let saving = Saving::of(&measured, option, vec![], Confidence::P90).unwrap();
    close(saving.predicted_kwh(), 9_918.794_307_481_381, 1e-6, "predicted");
    close(saving.observed_kwh(), 9082.24, 1e-6, "observed");
    close(saving.kwh(), 836.554_307_481_381, 1e-6, "saving");
    close(saving.ratio().unwrap(), 0.084_340_322_175_085, 1e-8, "share");
    // The truth by construction is 10 %.
    let (low, high) = saving.interval_kwh();
    assert!((low..high).contains(&(0.10 * saving.predicted_kwh())), "{low} {high}");
    assert!(saving.is_shown());
}

fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_a, mean_b) = (mean(a), mean(b));
    let both: f64 = a.iter().zip(b).map(|(a, b)| (a - mean_a) * (b - mean_b)).sum();
    let square = |values: &[f64], mean: f64| values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    both / (square(a, mean_a) * square(b, mean_b)).sqrt()
}

#[test]
fn the_hourly_model_fails_the_gate_and_still_finds_the_golden_saving() {
    let end = shared_data::utc_hour(2016, 12, 26);
    let Some(baseline) = hours(end - 365 * 24, end - 1) else { return };
    assert_eq!(baseline.len(), 8759);
    let observed: f64 = baseline.iter().map(|hour| hour.kwh).sum();
    close(observed, 10_409.64, 0.005, "observed baseline");
    let model = HourlyModel::fit(&baseline, Scale::Fahrenheit).unwrap();
    let predict = |hour: &Hour| model.predict(hour.at, hour.temperature).unwrap();
    let goodness: Goodness = model.goodness(&baseline).unwrap();
    close(goodness.cvrmse_population, 1.074_758, 1e-6, "CV(RMSE)");
    close(goodness.nmbe, -0.006_853, 1e-6, "NMBE");
    let said: Vec<f64> = baseline.iter().map(predict).collect();
    close(said.iter().sum(), 10_480.980_347, 1e-6, "predicted baseline");
    // opendsm's R2 is the square of the correlation.
    let read: Vec<f64> = baseline.iter().map(|hour| hour.kwh).collect();
    close(correlation(&read, &said).powi(2), 0.322_646, 1e-6, "R2");

    let start = shared_data::utc_hour(2017, 1, 4);
    let report = hours(start, start + 8761).unwrap();
    assert_eq!(report.len(), 8761);
    let predicted: Vec<f64> = report.iter().map(predict).collect();
    let observed: Vec<f64> = report.iter().map(|hour| hour.kwh).collect();
    let measured = Measured {
        baseline: &goodness,
        interval: Interval::Hourly,
        months: 12,
        predicted: &predicted,
        observed: &observed,
    };
    let option = IpmvpOption::WholeFacility;
    let saving = Saving::of(&measured, option, vec![], Confidence::P90).unwrap();
    close(saving.observed_kwh(), 9078.80, 0.005, "observed");
    close(saving.predicted_kwh(), 10_180.501, 0.001, "predicted");
    close(saving.ratio().unwrap(), 0.1082, 0.0001, "share");
    let failed: Vec<Limit> =
        saving.gates().iter().filter(|gate| !gate.passes()).map(|gate| gate.limit).collect();
    assert!(failed.contains(&Limit::CvRmse), "a failed gate is shown: {failed:?}");
    assert!(saving.gates().iter().any(Gate::passes));
}

/// The same meter as a measure sees it: degrees Celsius, the balance points half a degree apart.
#[test]
fn a_measure_of_the_golden_meter_is_near_the_golden_saving_and_shows_the_gate_that_fails() {
    let end = shared_data::utc_hour(2016, 12, 26);
    let start = shared_data::utc_hour(2017, 1, 4);
    let Some(before) = days(end - 365 * 24, end) else { return };
    let after = days(start, start + 365 * 24).unwrap();
    let periods = |(kwh, fahrenheit): (Vec<f64>, Vec<f64>)| Periods {
        runs: vec![false; kwh.len()],
        kwh,
        temperature: Some(fahrenheit.iter().map(|f| (f - 32.0) / 1.8).collect()),
        others: vec![],
    };
    let (baseline, reporting) = (periods(before), periods(after));
    let mut fits = Vec::new();
    for estimator in [Estimator::Ols, Estimator::GlsAr1] {
        let case = Case {
            interval: Interval::Daily,
            estimator,
            option: IpmvpOption::WholeFacility,
            baseline: baseline.clone(),
            reporting: reporting.clone(),
            months: 12,
            adjustments: vec![],
        };
        let outcome = case.outcome().unwrap();
        let saving = outcome.savings[1].clone();
        close(saving.ratio().unwrap(), 0.0843, 0.004, "share");
        assert!(outcome.doubts().contains(&Doubt::Gate(Limit::PrescriptiveCvRmse)));
        let (low, high) = saving.interval_kwh();
        assert!((low..high).contains(&(0.10 * saving.predicted_kwh())), "{low} {high}");
        fits.push(outcome);
    }
    let (plain, general) = (&fits[0], &fits[1]);
    assert_eq!(plain.shape, general.shape, "the search is the same");
    for (a, b) in plain.coefficients.iter().zip(&general.coefficients) {
        let apart = (a.value - b.value).abs();
        assert!(apart < 2.0 * a.standard_error, "two estimators of one thing: {a:?} {b:?}");
    }
}
