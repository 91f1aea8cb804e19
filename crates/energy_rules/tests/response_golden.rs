//! Baselines of the steel plant's 2018 against the figures measured once and for all.

use std::collections::BTreeSet;

use energy_rules::calendar::Calendar;
use energy_rules::response::{
    Adjustment, Exclusions, History, Hours, Method, Period, Ranking, Rules, Verdict, compare,
    fitness,
};
use jiff::civil::date;

mod shared_data;

fn history() -> Option<History> {
    let load = shared_data::steel()?;
    Some(History::new(&load, &Calendar::shipped(), &BTreeSet::new()).expect("the file is whole"))
}

fn period() -> Period {
    Period {
        first: date(2018, 3, 2),
        last: date(2018, 12, 31),
        hours: Hours::new(9, 20).expect("hours of a day"),
    }
}

#[test]
fn the_plant_fails_the_gate_under_every_method_by_the_golden_figures() {
    let Some(history) = history() else { return };
    for (method, adjustment, rrmse, bias_percent) in [
        (Method::Max4Of5, Adjustment::None, 0.415_623_687_0, 9.38),
        (Method::Max4Of5, Adjustment::SameDay, 0.362_280_517_3, 3.81),
        (Method::Mid6Of10, Adjustment::None, 0.403_317_251_2, -1.19),
        (Method::Mid6Of10, Adjustment::SameDay, 0.354_928_174_8, 1.72),
        (Method::Mid8Of10, Adjustment::None, 0.402_986_342_2, 0.34),
        (Method::Mid8Of10, Adjustment::SameDay, 0.353_757_490_6, 1.71),
        (Method::MeanOf10, Adjustment::None, 0.401_848_160_1, 1.58),
        (Method::MeanOf10, Adjustment::SameDay, 0.351_763_954_6, 1.58),
    ] {
        let ranking = Ranking::ByHour;
        let rules = Rules { method, ranking, adjustment, exclusions: Exclusions::Reductions };
        let found = fitness(&history, rules, &period()).unwrap();
        assert_eq!((found.days, found.hours), (206, 2266));
        assert!((found.rrmse - rrmse).abs() < 1e-9, "{rules:?}: {}, not {rrmse}", found.rrmse);
        let bias = found.bias * 100.0;
        assert!((bias - bias_percent).abs() < 0.005_001, "{rules:?}: {bias}, not {bias_percent}");
        assert_eq!(found.verdict, Verdict::WouldFail);
        assert!(!found.reasons.is_empty());
    }
}

#[test]
fn days_ranked_as_a_whole_agree_with_the_measured_file() {
    let Some(history) = history() else { return };
    for (method, adjustment, rrmse, bias_percent, mae) in [
        (Method::Max4Of5, Adjustment::None, 0.4102, 7.1, 69.66),
        (Method::Max4Of5, Adjustment::SameDay, 0.3649, 3.41, 60.84),
        (Method::Mid6Of10, Adjustment::None, 0.407, 0.5, 66.4),
        (Method::Mid6Of10, Adjustment::SameDay, 0.3591, 1.8, 58.98),
        (Method::Mid8Of10, Adjustment::None, 0.4034, 1.13, 66.3),
        (Method::Mid8Of10, Adjustment::SameDay, 0.354, 1.75, 57.81),
    ] {
        let ranking = Ranking::ByDay;
        let rules = Rules { method, ranking, adjustment, exclusions: Exclusions::Reductions };
        let found = fitness(&history, rules, &period()).unwrap();
        let figures = (found.rrmse, found.bias * 100.0, found.mae_kwh);
        assert!((figures.0 - rrmse).abs() < 6e-5, "{rules:?}: {figures:?}");
        assert!((figures.1 - bias_percent).abs() < 0.006, "{rules:?}: {figures:?}");
        assert!((figures.2 - mae).abs() < 0.006, "{rules:?}: {figures:?}");
    }
}

#[test]
fn the_best_method_comes_first() {
    let Some(history) = history() else { return };
    let short = Period { first: date(2018, 11, 1), ..period() };
    let all = compare(&history, &short, Ranking::ByHour, Exclusions::Reductions).unwrap();
    assert_eq!(all.len(), 8);
    assert!(all.is_sorted_by(|a, b| a.rrmse <= b.rrmse));
}
