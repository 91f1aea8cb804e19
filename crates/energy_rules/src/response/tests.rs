//! Baselines of made-up loads, refusals, and properties.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::calendar::Calendar;
use crate::load::Load;

const PLAIN: Rules = Rules {
    method: Method::MeanOf10,
    ranking: Ranking::ByHour,
    adjustment: Adjustment::None,
    exclusions: Exclusions::Reductions,
};

/// A load whose every slot of day `n` holds `kwh(n)`, from Monday 2018-07-02 on (no holiday in
/// July).
fn history(days: usize, kwh: impl Fn(usize) -> i64, reductions: &[Date]) -> History {
    let wh = (0..days * 96).map(|slot| Some(kwh(slot / 96) * 1000)).collect();
    let load = Load::active(date(2018, 7, 2), wh);
    let reductions: BTreeSet<Date> = reductions.iter().copied().collect();
    History::new(&load, &Calendar::shipped(), &reductions).unwrap()
}

fn check(history: &History, rules: Rules, day: Date, expect_kwh: f64) {
    let line = baseline(history, rules, day, Hours::new(13, 15).unwrap()).unwrap();
    assert_eq!(line.kwh.len(), 2);
    for kwh in &line.kwh {
        assert!((kwh - expect_kwh).abs() < 1e-9, "{rules:?}: {kwh}, not {expect_kwh}");
    }
}

#[test]
fn each_method_drops_what_it_says() {
    // Weekdays of three weeks: days 0-4, 7-11, 14-18; slot kWh = the day's number.
    let history = history(21, |day| i64::try_from(day).unwrap(), &[]);
    let monday = date(2018, 7, 23);
    for (method, days) in [
        // The last five weekdays are 14..=18; without 14 the mean is 16.5.
        (Method::Max4Of5, 16.5),
        // The last ten are 7..=11 and 14..=18, symmetric about 12.5.
        (Method::Mid6Of10, 12.5),
        (Method::Mid8Of10, 12.5),
        (Method::MeanOf10, 12.5),
    ] {
        for ranking in [Ranking::ByHour, Ranking::ByDay] {
            check(&history, Rules { method, ranking, ..PLAIN }, monday, days * 4.0);
        }
    }
}

#[test]
fn days_of_a_reduction_and_odd_days_are_left_out() {
    let odd = |day: usize| if day == 15 { 1 } else { 10 };
    let reduced = history(21, odd, &[date(2018, 7, 17)]);
    let monday = date(2018, 7, 23);
    check(&reduced, PLAIN, monday, 40.0);
    let kept = history(21, odd, &[]);
    check(&kept, PLAIN, monday, 4.0 * (9.0 * 10.0 + 1.0) / 10.0);
    check(&kept, Rules { exclusions: Exclusions::LowDays, ..PLAIN }, monday, 40.0);
    let high = history(21, |day| if day == 15 { 30 } else { 10 }, &[]);
    check(&high, Rules { exclusions: Exclusions::LowDays, ..PLAIN }, monday, 48.0);
    check(&high, Rules { exclusions: Exclusions::Factory, ..PLAIN }, monday, 40.0);
}

#[test]
fn the_morning_moves_the_baseline_but_never_below_zero() {
    let rules = Rules { adjustment: Adjustment::SameDay, ..PLAIN };
    check(&history(22, |day| if day == 21 { 12 } else { 10 }, &[]), rules, date(2018, 7, 23), 48.0);
    check(&history(22, |day| if day == 21 { 0 } else { 10 }, &[]), rules, date(2018, 7, 23), 0.0);
}

#[test]
fn refusals_say_what_to_do() {
    let history = history(21, |_| 10, &[]);
    let day = date(2018, 7, 9);
    let hours = Hours::new(13, 15).unwrap();
    let error = baseline(&history, PLAIN, day, hours).unwrap_err();
    let expect = "2018-07-09 has 5 usable working days before it and Mean(10) needs 10; \
                  load more history or fill its gaps";
    assert_eq!(error.to_string(), expect);
    let rules = Rules { adjustment: Adjustment::SameDay, ..PLAIN };
    for first in [2, 13] {
        let hours = Hours::new(first, 15).unwrap();
        let error = baseline(&history, rules, date(2018, 7, 23), hours).unwrap_err();
        assert!(matches!(error, ResponseError::NoMorning { .. }), "{error}");
    }
    assert_eq!(Hours::new(20, 25), Err(ResponseError::Hours { first: 20, end: 25 }));
    let period = Period { first: date(2019, 1, 1), last: date(2019, 1, 31), hours };
    let error = fitness(&history, PLAIN, &period).unwrap_err();
    assert!(matches!(error, ResponseError::NothingMeasured { .. }), "{error}");
}

#[test]
fn a_steady_customer_passes_and_an_erratic_one_fails_with_reasons() {
    let period = |first, last| Period { first, last, hours: Hours::new(9, 20).unwrap() };
    let july = period(date(2018, 7, 16), date(2018, 7, 31));
    let steady = fitness(&history(30, |_| 10, &[]), PLAIN, &july).unwrap();
    assert_eq!((steady.verdict, steady.reasons.as_slice()), (Verdict::WouldPass, [].as_slice()));
    assert_eq!((steady.days, steady.hours), (12, 132));
    let erratic = history(30, |day| if day % 2 == 0 { 2 } else { 18 }, &[]);
    let erratic = fitness(&erratic, PLAIN, &july).unwrap();
    assert_eq!(erratic.verdict, Verdict::WouldFail);
    let reasons: Vec<String> = erratic.reasons.iter().map(ToString::to_string).collect();
    assert!(reasons[0].contains("the gate is 30 %"), "{reasons:?}");
    assert!(reasons.iter().any(|reason| reason.contains("25 % off")), "{reasons:?}");
}

proptest! {
    #[test]
    fn a_baseline_lies_between_the_lowest_and_the_highest_day(
        kwh in prop::collection::vec(0i64..1000, 22),
        method in prop::sample::select(Method::ALL.to_vec()),
    ) {
        let history = history(22, |day| kwh[day], &[]);
        let rules = Rules { method, ..PLAIN };
        let line = baseline(&history, rules, date(2018, 7, 23), Hours::new(9, 10).unwrap());
        let kwh = line.unwrap().kwh[0] / 4.0;
        prop_assert!((0.0..1000.0).contains(&kwh), "{kwh}");
    }
}

proptest! {
    // Each case measures eight baselines over weeks.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn gaps_and_short_histories_are_refused_and_never_panic(
        wh in prop::collection::vec(prop::option::weighted(0.97, -1i64..1_000_000), 0..1500),
        exclusions in prop::sample::select(
            vec![Exclusions::Reductions, Exclusions::LowDays, Exclusions::Factory]
        ),
    ) {
        let load = Load::active(date(2018, 7, 2), wh.clone());
        let read = History::new(&load, &Calendar::shipped(), &BTreeSet::new());
        prop_assert_eq!(read.is_err(), wh.iter().flatten().any(|wh| *wh < 0));
        let Ok(history) = read else { return Ok(()) };
        let period = Period {
            first: date(2018, 7, 1),
            last: date(2018, 8, 1),
            hours: Hours::new(0, 24).unwrap(),
        };
        let _ = compare(&history, &period, Ranking::ByDay, exclusions);
    }
}
