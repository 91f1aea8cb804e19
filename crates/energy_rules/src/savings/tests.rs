//! Models of made-up sites, refusals, and properties.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

/// Temperatures of a year in °C, day by day, without noise.
fn temperatures() -> Vec<f64> {
    (0..365).map(|day| 12.0 - 14.0 * (f64::from(day) * 0.0172).cos()).collect()
}

/// A small wave that no regressor explains, so that no fit is perfect.
fn wave(day: usize) -> f64 {
    [0.4, -0.3, 0.1, -0.2][day % 4]
}

fn site(heating: f64, cooling: f64, per_tonne: f64) -> Observations {
    let temperature = temperatures();
    let tonnes: Vec<f64> = (0..365).map(|day| f64::from((day * 7) % 11)).collect();
    let kwh = temperature.iter().zip(&tonnes).enumerate().map(|(day, (t, tonnes))| {
        let heat = heating * (8.0 - t).max(0.0);
        20.0 + heat + cooling * (t - 18.0).max(0.0) + per_tonne * tonnes + wave(day)
    });
    let kwh = kwh.collect();
    Observations { kwh, temperature, others: vec![Column::new("production_t", tonnes)] }
}

fn check(observations: &Observations, shape: Shape, points: (Option<f64>, Option<f64>)) {
    let model = Model::search(observations, &Search::CELSIUS).unwrap();
    assert_eq!(
        (model.shape, model.heating_point, model.cooling_point),
        (shape, points.0, points.1)
    );
    assert!(model.fit.goodness.r2 > 0.99, "{:?}", model.fit.goodness);
}

#[test]
fn the_shape_and_the_balance_points_of_a_site_are_found_beside_its_production() {
    check(&site(2.0, 0.0, 1.5), Shape::Heating, (Some(8.0), None));
    check(&site(0.0, 3.0, 1.5), Shape::Cooling, (None, Some(18.0)));
    check(&site(2.0, 3.0, 1.5), Shape::HeatingAndCooling, (Some(8.0), Some(18.0)));
}

#[test]
fn production_has_a_slope_with_a_small_error_and_predicts_other_days() {
    let site = site(0.0, 0.0, 1.5);
    let fit = fit(&site.kwh, &site.others).unwrap();
    let slope = &fit.coefficients[1];
    assert_eq!(slope.name, "production_t");
    assert!((slope.value - 1.5).abs() < 0.02 && slope.t() > 100.0, "{slope:?}");
    let doubled = [Column::new("production_t", vec![20.0])];
    assert!((fit.predict(&doubled, 1).unwrap()[0] - 50.0).abs() < 0.5);
    let error = fit.predict(&[Column::new("hours", vec![1.0])], 1).unwrap_err();
    assert!(error.to_string().contains("fitted with production_t"), "{error}");
}

#[test]
fn refusals_name_the_column_and_say_what_to_do() {
    let column = |values: Vec<f64>| Column::new("hours", values);
    let rising: Vec<f64> = (0..10).map(f64::from).collect();
    let dependent = [column(rising.clone()), column(rising.clone())];
    for (kwh, columns, expect) in [
        (vec![1.0; 3], vec![column(vec![1.0; 2])], "hours holds 2 values and the energy 3"),
        (vec![1.0, f64::NAN], vec![], "value 1 of energy is not a number"),
        (vec![1.0; 2], vec![], "2 periods are too few for this model, which needs 3"),
        (vec![5.0; 10], vec![], "the energy never changes"),
        (vec![0.0; 10], vec![], "not above zero"),
        (rising.clone(), dependent.to_vec(), "hours is a combination of the other regressors"),
    ] {
        let error = fit(&kwh, &columns).unwrap_err();
        assert!(error.to_string().contains(expect), "{error}, not {expect}");
    }
    let grid = Search { step: 0.0, ..Search::CELSIUS };
    let error = Model::search(&site(1.0, 1.0, 1.0), &grid).unwrap_err();
    assert!(matches!(error, SavingsError::Grid { .. }), "{error}");
}

/// A saving of `saved` of the load over a year of days, measured with the made-up site.
fn saving(saved: f64, adjustments: Vec<Adjustment>) -> Saving {
    let site = site(2.0, 3.0, 1.5);
    let model = Model::search(&site, &Search::CELSIUS).unwrap();
    let observed: Vec<f64> = site.kwh.iter().map(|kwh| kwh * (1.0 - saved)).collect();
    let measured = Measured {
        baseline: &model.fit.goodness,
        interval: Interval::Daily,
        months: 12,
        predicted: &model.predict(&site.temperature, &site.others).unwrap(),
        observed: &observed,
    };
    Saving::of(&measured, IpmvpOption::WholeFacility, adjustments, Confidence::P90).unwrap()
}

#[test]
fn a_saving_comes_with_its_interval_and_its_gates() {
    let tenth = saving(0.10, vec![]);
    assert!((tenth.ratio().unwrap() - 0.10).abs() < 0.001, "{tenth:?}");
    let (low, high) = tenth.interval_kwh();
    assert!(low < tenth.kwh() && tenth.kwh() < high && tenth.is_shown());
    assert_eq!(tenth.gates().len(), 4);
    assert!(tenth.gates().iter().all(Gate::passes), "{:?}", tenth.gates());
    assert_eq!(tenth.option().letter(), 'C');

    let none = saving(0.0, vec![]);
    assert!(!none.is_shown());
    let more = saving(-0.05, vec![]);
    assert!(more.kwh() < 0.0 && more.uncertainty().fraction.is_none());
    assert!(more.gates().iter().any(|gate| !gate.passes()));
}

#[test]
fn an_adjustment_has_a_sign_a_reason_and_evidence() {
    let added = Adjustment::new(500.0, "second shift from July", "payroll 2018-07").unwrap();
    assert!(added.raises_saving());
    let with = saving(0.10, vec![added.clone()]);
    assert!((with.kwh() - saving(0.10, vec![]).kwh() - 500.0).abs() < 1e-6);
    assert_eq!(with.adjustments(), [added]);
    for (kwh, reason, evidence, fault) in [
        (0.0, "a", "b", AdjustmentFault::NoEnergy),
        (f64::NAN, "a", "b", AdjustmentFault::NoEnergy),
        (1.0, " ", "b", AdjustmentFault::NoReason),
        (1.0, "a", "", AdjustmentFault::NoEvidence),
    ] {
        assert_eq!(Adjustment::new(kwh, reason, evidence), Err(fault));
    }
}

#[test]
fn gates_follow_the_interval_and_the_length_of_the_report() {
    let goodness = saving_goodness(0.18);
    for (interval, months, passes) in [
        (Interval::Hourly, 6, [true, true, true]),
        (Interval::Daily, 12, [true, true, true]),
        (Interval::Monthly, 12, [false, true, true]),
    ] {
        let gates = gates(&goodness, interval, months);
        assert_eq!(gates.iter().map(Gate::passes).collect::<Vec<_>>(), passes, "{interval:?}");
    }
    let prescriptive = |months| gates(&goodness, Interval::Hourly, months)[2].at_most;
    for (months, limit) in [(11, 0.20), (60, 0.25), (61, 0.30)] {
        assert!((prescriptive(months) - limit).abs() < 1e-12, "{months}");
    }
}

fn saving_goodness(cvrmse: f64) -> Goodness {
    let site = site(2.0, 3.0, 1.5);
    let fitted = Model::search(&site, &Search::CELSIUS).unwrap();
    Goodness { cvrmse, ..fitted.fit.goodness }
}

/// Hours of a year from 2018-01-01 with a day shift and heating below 10 °C.
fn hours() -> Vec<Hour> {
    let days = temperatures();
    let hours = (0..8760u32).map(|hour| {
        let at = date(2018, 1, 1).at(0, 0, 0, 0) + jiff::Span::new().hours(i64::from(hour));
        let temperature = days[hour as usize / 24];
        let shift = if (8..18).contains(&at.hour()) { 6.0 } else { 1.0 };
        let noise = wave((hour * 13 % 29) as usize);
        Hour { at, temperature, kwh: shift + 0.2 * (10.0 - temperature).max(0.0) + noise }
    });
    hours.collect()
}

#[test]
fn a_day_shift_and_heating_are_modelled_hour_by_hour() {
    let hours = hours();
    let model = HourlyModel::fit(&hours, Scale::Celsius).unwrap();
    let goodness = model.goodness(&hours).unwrap();
    assert!(goodness.r2 > 0.95 && goodness.nmbe.abs() < 0.01, "{goodness:?}");
    let warmer = model.predict(date(2019, 1, 9).at(10, 0, 0, 0), 0.0).unwrap();
    let colder = model.predict(date(2019, 1, 9).at(10, 0, 0, 0), -2.0).unwrap();
    assert!((colder - warmer - 0.4).abs() < 0.1, "{warmer} {colder}");
}

#[test]
fn an_hourly_model_says_nothing_for_a_month_it_never_saw() {
    let hours = hours();
    let model = HourlyModel::fit(&hours[..24 * 90], Scale::Celsius).unwrap();
    assert!(model.predict(date(2019, 2, 1).at(10, 0, 0, 0), 5.0).is_some());
    assert_eq!(model.predict(date(2019, 7, 1).at(10, 0, 0, 0), 25.0), None);
    let error = HourlyModel::fit(&hours[..100], Scale::Celsius).unwrap_err();
    assert_eq!(error, SavingsError::TooFew { found: 100, needed: 336 });
}

proptest! {
    #[test]
    fn any_series_gives_a_model_or_an_error_and_never_a_panic(
        kwh in prop::collection::vec(
            prop_oneof![8 => -10.0..100.0f64, 1 => Just(f64::NAN), 1 => Just(0.0)], 0..40,
        ),
        x in prop::collection::vec(prop_oneof![9 => -5.0..35.0f64, 1 => Just(7.0)], 0..40),
    ) {
        let columns = [Column::new("x", x.clone())];
        if let Ok(fit) = fit(&kwh, &columns) {
            prop_assert!(fit.fitted.iter().all(|kwh| kwh.is_finite()));
        }
        let search = Search { step: 8.0, periods_min: 2, ..Search::CELSIUS };
        let _ = Model::search(&Observations { kwh, temperature: x, others: vec![] }, &search);
    }

    #[test]
    fn more_noise_never_makes_a_saving_surer(low in 0.01..0.2f64, more in 0.0..0.3f64) {
        let goodness = |cvrmse: f64| Goodness {
            n: 365, parameters: 3, mean_kwh: 100.0, rmse_kwh: 100.0 * cvrmse, r2: 0.8,
            adjusted_r2: 0.8, cvrmse, cvrmse_population: cvrmse, nmbe: 0.0, autocorrelation: 0.3,
        };
        let half = |goodness: &Goodness| {
            let measured = Measured {
                baseline: goodness, interval: Interval::Daily, months: 12,
                predicted: &[100.0; 30], observed: &[90.0; 30],
            };
            let option = IpmvpOption::WholeFacility;
            let saving = Saving::of(&measured, option, vec![], Confidence::P90).unwrap();
            saving.uncertainty().plus_minus_kwh
        };
        prop_assert!(half(&goodness(low)) <= half(&goodness(low + more)));
    }
}
