//! Forecasts of made-up plants, refusals, and properties.

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::calendar::Calendar;
use crate::load::Load;

/// Monday 2018-07-02; July 2018 has no holiday, August one (the 15th).
const FIRST: Date = date(2018, 7, 2);

fn day(place: i64) -> Date {
    FIRST + jiff::Span::new().days(place)
}

/// A plant that idles at 2 kWh a slot and draws `kwh(day)` from 08:00 to 18:00 on working days.
fn plant(days: usize, kwh: impl Fn(usize) -> i64) -> Load {
    let slots = (0..days * 96).map(|place| {
        let (n, slot) = (place / 96, place % 96);
        let working = n % 7 < 5;
        Some(if working && (32..72).contains(&slot) { kwh(n) * 1000 } else { 2000 })
    });
    Load::active(FIRST, slots.collect())
}

fn check(load: &Load, plan: &Plan, place: i64, expect_noon_kwh: f64) -> Forecast {
    let forecast = forecast(load, &Calendar::shipped(), plan, day(place)).unwrap();
    let noon = forecast.p50[48];
    assert!((noon - expect_noon_kwh).abs() < 1e-9, "{noon}, not {expect_noon_kwh}");
    assert!((forecast.p50[0] - 2.0).abs() < 1e-9);
    forecast
}

#[test]
fn a_steady_plant_is_forecast_by_the_type_of_the_day() {
    let load = plant(28, |_| 20);
    let none = Plan::default();
    let monday = check(&load, &none, 28, 20.0);
    assert_eq!(monday.day_type, DayType::Monday);
    assert!((monday.peak.p50_kw - 80.0).abs() < 1e-9, "{:?}", monday.peak);
    // Days of the past are forecast from the days before them.
    assert_eq!(check(&load, &none, 26, 2.0).day_type, DayType::Saturday);
    assert_eq!(check(&load, &none, 20, 2.0).day_type, DayType::Off);
    // 15 August is a holiday, though it has never been seen idle.
    let holiday = check(&plant(44, |_| 20), &none, 44, 2.0);
    assert_eq!((holiday.day, holiday.day_type), (date(2018, 8, 15), DayType::Off));
}

#[test]
fn a_planned_shutdown_and_a_planned_factor_are_followed() {
    let load = plant(28, |_| 20);
    let mut plan = Plan::default();
    plan.set(day(28), Planned::Shutdown).unwrap();
    check(&load, &plan, 28, 2.0);
    plan.set(day(28), Planned::Factor(0.5)).unwrap();
    check(&load, &plan, 28, 11.0);
    let fault = plan.set(day(28), Planned::Factor(0.0)).unwrap_err();
    assert!(fault.to_string().contains("pass 0.05 to 5"), "{fault}");
}

#[test]
fn days_run_at_half_are_no_lesson_for_a_day_at_full() {
    let half = |n: usize| if n >= 14 { 11 } else { 20 };
    let load = plant(28, half);
    let mut plan = Plan::default();
    for place in 14..28 {
        plan.set(day(place), Planned::Factor(0.5)).unwrap();
    }
    check(&load, &plan, 28, 20.0);
}

#[test]
fn the_model_is_used_only_where_it_was_better_and_the_errors_are_shown() {
    let calendar = Calendar::shipped();
    let choice = |load: &Load, place| {
        forecast(load, &calendar, &Plan::default(), day(place)).unwrap().choice
    };
    let steady = choice(&plant(70, |_| 20), 70);
    assert_eq!((steady.model, steady.days), (Model::Base, 42));
    // Weeks of high and low load by turns: the days before tell which one it is.
    let turns = choice(&plant(140, |n| if n / 7 % 2 == 0 { 10 } else { 30 }), 140);
    assert_eq!(turns.model, Model::SimilarDays);
    assert!(turns.mae_model < turns.mae_base, "{turns:?}");
    let short = choice(&plant(15, |n| if n % 2 == 0 { 10 } else { 30 }), 15);
    assert_eq!((short.model, short.days), (Model::Base, 8));
}

#[test]
fn a_forecast_knows_nothing_of_the_day_and_of_the_days_after() {
    let calendar = Calendar::shipped();
    let load = plant(70, |n| 10 + i64::try_from(n * 7 % 13).unwrap());
    let mut other = load.clone();
    for wh in &mut other.wh[60 * 96..] {
        *wh = None;
    }
    let forecast = |load: &Load| forecast(load, &calendar, &Plan::default(), day(60)).unwrap();
    assert_eq!(forecast(&load), forecast(&other));
}

#[test]
fn refusals_say_what_to_do() {
    let calendar = Calendar::shipped();
    let load = plant(28, |_| 20);
    let refuse = |load: &Load, place: i64| {
        forecast(load, &calendar, &Plan::default(), day(place)).unwrap_err().to_string()
    };
    assert!(refuse(&load, 40).contains("import the days between"), "{}", refuse(&load, 40));
    assert!(refuse(&load, 3).contains("3 days before 2018-07-05 hold readings"));
    assert!(refuse(&load, -3).contains("import more history"));
    assert!(refuse(&Load::active(FIRST, vec![]), 0).contains("import more history"));
    let mut gap = load.clone();
    for day in 0..28 {
        for slot in 40..44 {
            gap.wh[day * 96 + slot] = None;
        }
    }
    assert!(refuse(&gap, 28).contains("slot 41 (of 96) was never read before 2018-07-30"));
    let mut negative = load;
    negative.wh[5] = Some(-1);
    assert!(refuse(&negative, 28).contains("never negative"));
}

#[test]
fn the_peak_of_the_hours_that_count_is_asked_of_whole_days_too() {
    // The plant draws 20 kWh a slot by day, and 35 for an hour of each night.
    let mut load = plant(70, |n| 18 + i64::try_from(n * 7 % 5).unwrap());
    for day in 0..70 {
        load.wh[day * 96 + 8..day * 96 + 12].fill(Some(35_000));
    }
    let by_day: Vec<bool> = (0..96).map(|slot| (32..72).contains(&slot)).collect();
    let ask = |counts: &[bool]| {
        forecast_counting(&load, &Calendar::shipped(), &Plan::default(), day(70), counts).unwrap()
    };
    let found = ask(&by_day);
    assert!((found.peak.p50_kw - 140.0).abs() < 1e-9, "{:?}", found.peak);
    let counting = found.counting_peak.unwrap();
    assert!((72.0..=88.0).contains(&counting.p50_kw), "{counting:?}");
    assert!(counting.p10_kw <= counting.p50_kw && counting.p50_kw <= counting.p90_kw);
    assert!(counting.p90_kw < 100.0, "{counting:?}");
    assert_eq!(ask(&[true; 96]).counting_peak, Some(found.peak));
    assert_eq!(ask(&[false; 96]).counting_peak, None);
    assert_eq!(ask(&[]).p50, found.p50);
}

proptest! {
    // Each case looks back over weeks.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn quantiles_are_ordered_and_finite_whatever_the_gaps(
        wh in prop::collection::vec(prop::option::weighted(0.8, 0i64..200_000), 0..2400),
        place in 0i64..30,
    ) {
        let load = Load::active(FIRST, wh);
        let found = forecast(&load, &Calendar::shipped(), &Plan::default(), day(place));
        if let Ok(forecast) = found {
            for slot in 0..SLOTS_PER_DAY {
                let three = [forecast.p10[slot], forecast.p50[slot], forecast.p90[slot]];
                prop_assert!(three.iter().all(|kwh| kwh.is_finite() && *kwh >= 0.0), "{three:?}");
                prop_assert!(three.is_sorted(), "{three:?}");
            }
            let peak = [forecast.peak.p10_kw, forecast.peak.p50_kw, forecast.peak.p90_kw];
            prop_assert!(peak.iter().all(|kw| kw.is_finite() && *kw >= 0.0), "{peak:?}");
            prop_assert!(peak.is_sorted(), "{peak:?}");
        }
    }
}
