//! The billing demand that stands before a day, and what more costs.

use energy_rules::bill::{Choices, CustomerContract, History, PowerFactor, Terms, bills};
use energy_rules::calendar::Calendar;
use energy_rules::demand::KnownDemand;
use energy_rules::load::Load;
use energy_rules::tariff::{Adders, Tariffs};
use jiff::civil::{Date, date};

use super::rules::{billed, months, raised, standing};

/// 200 kW from 1 June to 30 November 2026, with a peak of 500 kW in July and of 600 kW in November.
fn load() -> Load {
    let first = date(2026, 6, 1);
    let mut load = Load::active(first, vec![Some(50_000); 183 * 96]);
    let mut at = |day: Date, wh: i64| {
        let days = usize::try_from((day - first).get_days()).unwrap();
        load.wh[days * 96 + 60] = Some(wh);
    };
    at(date(2026, 7, 15), 125_000);
    at(date(2026, 11, 4), 150_000);
    load
}

#[test]
fn a_new_month_carries_over_the_peaks_of_demand_months_alone() {
    let (tariffs, adders, calendar) = (Tariffs::shipped(), Adders::shipped(), Calendar::shipped());
    let tariff = tariffs.get("kepco-industrial-b-2026-04-16").unwrap();
    let contract = CustomerContract::single(tariff, "hv-a-2", 700_000, date(2026, 4, 16));
    let choices = Choices { power_factor: PowerFactor::Deemed, ..Choices::default() };
    let terms = Terms {
        tariffs: &tariffs,
        adders: &adders,
        calendar: &calendar,
        contract: &contract,
        choices,
    };
    let load = load();
    let mut history = History::default();
    let check = |day: Date, history: &History, expect_kw: i64, unknown: usize| {
        let bills = bills(&load, &terms, history).unwrap();
        let billed = billed(&contract, &tariffs, day).unwrap();
        let month = day.strftime("%Y-%m").to_string().parse().unwrap();
        let found = standing(&billed, month, &bills, history);
        assert_eq!((found.w, found.unknown.len()), (expect_kw * 1_000, unknown), "{day}");
        (billed, month)
    };
    // November's own peak stands in November; December, of which nothing is read yet, carries July's.
    check(date(2026, 11, 30), &history, 600, 3);
    let (of_december, december) = check(date(2026, 12, 1), &history, 500, 2);
    // An invoice knows more of a month that was not read, and nothing of one that was.
    let known = |kw: i64| KnownDemand { w: kw * 1_000, at: None };
    history.demands.insert("2026-02".parse().unwrap(), known(550));
    history.demands.insert("2026-08".parse().unwrap(), known(650));
    check(date(2026, 12, 1), &history, 550, 1);

    assert_eq!(months(&of_december, december), 12);
    let raise = raised(&of_december, december, 500_000, 510.0).unwrap();
    assert_eq!((raise.month_won, raise.won), (83_200, 83_200 * 12));
    assert_eq!(raised(&of_december, december, 500_000, 499.9), None);
    assert!(billed(&contract, &tariffs, date(2026, 4, 15)).is_none(), "before the terms");
}

#[test]
fn a_month_with_gaps_or_without_a_slot_that_counts_is_not_known() {
    let (tariffs, adders, calendar) = (Tariffs::shipped(), Adders::shipped(), Calendar::shipped());
    let tariff = tariffs.get("kepco-industrial-b-2026-04-16").unwrap();
    let contract = CustomerContract::single(tariff, "hv-a-2", 700_000, date(2026, 4, 16));
    let choices = Choices { power_factor: PowerFactor::Deemed, ..Choices::default() };
    let terms = Terms {
        tariffs: &tariffs,
        adders: &adders,
        calendar: &calendar,
        contract: &contract,
        choices,
    };
    let mut load = load();
    let slot = |day: Date| usize::try_from((day - load.first_day).get_days()).unwrap() * 96;
    let (july, august) = (slot(date(2026, 7, 1)), slot(date(2026, 8, 1)));
    // Of July one night's slot is known, of August all but three.
    load.wh[july + 1..august].fill(None);
    load.wh[august + 40..august + 43].fill(None);
    let found = |history: &History| {
        let bills = bills(&load, &terms, history).unwrap();
        let billed = billed(&contract, &tariffs, date(2026, 12, 1)).unwrap();
        let found = standing(&billed, "2026-12".parse().unwrap(), &bills, history);
        let unknown: Vec<_> = found.unknown.iter().map(ToString::to_string).collect();
        (found.w, unknown.join(" "))
    };
    let mut history = History::default();
    assert_eq!(found(&history), (210_000, "2026-01 2026-02 2026-07 2026-08".to_owned()));
    for month in ["2026-07", "2026-08"] {
        history.demands.insert(month.parse().unwrap(), KnownDemand { w: 550_000, at: None });
    }
    assert_eq!(found(&history), (550_000, "2026-01 2026-02".to_owned()));
}
