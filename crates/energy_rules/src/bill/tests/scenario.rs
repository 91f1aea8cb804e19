//! What-if: options, contracts and shifts of load.

use super::{Desk, NEW};
use crate::bill::what_if::{Before, Scenario, compare};
use crate::bill::*;
use crate::steel::steel;
use crate::tariff::Band;

fn named(name: &str) -> Scenario {
    Scenario { name: name.to_owned(), ..Scenario::default() }
}

#[test]
fn the_steel_plant_under_other_options_contracts_and_hours() {
    let Some(load) = steel() else { return };
    let desk = Desk::of(NEW, "hv-a-2", 700);
    let scenarios = [
        named("same"),
        Scenario { option: Some("hv-a-1".to_owned()), ..named("I") },
        Scenario { contract_w: Some(2_200_000), ..named("2,200 kW") },
        Scenario {
            shift: Some(Shift::Bands { from: Band::Peak, to: Band::Light, percent: 10 }),
            ..named("to the night")
        },
    ];
    let found = compare(&load, &desk.terms(), Before::SameYear, &scenarios).unwrap();
    let [same, one, floor, night] = found.scenarios.as_slice() else { panic!("four") };
    assert_eq!((same.difference_won, same.total_won), (0, found.base.total_won));
    assert_eq!(found.base.months.len(), 12);
    // Option I trades 1,100 won/kW for 5.5 won/kWh (half of it on 12,036 kWh): cheap at few hours.
    let kwh_won = (959_640 - 12_036 / 2) * 55 / 10;
    let kw_won = (612_560 * 11 + 628_720) * 1_100 / 1_000;
    let expected = (kwh_won - kw_won) * 1_127 / 1_000;
    assert!((one.difference_won - expected).abs() < 2_000, "{}", one.difference_won);
    // 30 % of 2,200 kW is 660 kW in every month.
    assert!(floor.months.iter().all(|month| month.demand_w == Some(660_000)));
    assert!(night.difference_won < 0, "{}", night.difference_won);
}

#[test]
fn a_month_without_a_reading_is_unknown_in_the_same_year_and_not_0_w() {
    let desk = Desk::of(NEW, "hv-a-2", 700);
    let first = jiff::civil::date(2026, 1, 1);
    let mut load = crate::load::Load::active(first, vec![Some(100_000); 365 * 96]);
    // Nothing of August, whose peaks carry over.
    load.wh[212 * 96..243 * 96].fill(None);
    let found = bills(&load, &desk.terms(), &History::default()).unwrap();
    let history = what_if::same_year(&found);
    let known: Vec<_> = history.demands.keys().map(ToString::to_string).collect();
    assert_eq!(known.len(), 11, "{known:?}");
    assert!(!known.contains(&"2025-08".to_owned()), "{known:?}");
    assert!(history.demands.values().all(|known| known.w > 0), "nothing is not 0 W");
    let compared = compare(&load, &desk.terms(), Before::SameYear, &[named("same")]).unwrap();
    let march = &compared.base.months[2];
    assert!(march.provisional, "last August may have set what March pays: {march:?}");
}

#[test]
fn a_shift_keeps_the_energy_of_every_day() {
    let desk = Desk::of(NEW, "hv-a-2", 700);
    let first = jiff::civil::date(2026, 6, 1);
    let wh: Vec<_> = (0..14 * 96).map(|slot| Some(1_000 + slot % 97)).collect();
    let load = crate::load::Load::active(first, wh);
    for shift in [
        Shift::Bands { from: Band::Peak, to: Band::Mid, percent: 33 },
        Shift::Slots { from: vec![60, 61], to: vec![0, 1, 2], percent: 100 },
        Shift::Power { from: vec![60, 61], to: vec![0, 1, 2], w: 2_000, working_days: true },
    ] {
        let moved = shift.apply(&load, &desk.terms()).unwrap();
        assert_ne!(moved, load);
        for (before, after) in load.wh.chunks(96).zip(moved.wh.chunks(96)) {
            let sum = |slots: &[Option<i64>]| slots.iter().flatten().sum::<i64>();
            assert_eq!(sum(before), sum(after));
        }
    }
    let many = vec![named("x"); 51];
    let fault = compare(&load, &desk.terms(), Before::SameYear, &many).unwrap_err();
    assert_eq!(fault.to_string(), "51 scenarios are too many: give at most 50");
    let twice = Shift::Slots { from: vec![1], to: vec![1], percent: 10 };
    let fault = twice.apply(&load, &desk.terms()).unwrap_err();
    assert!(fault.to_string().contains("a slot cannot both give and take"), "{fault}");
}

#[test]
fn so_much_power_is_moved_on_working_days_as_far_as_there_was_so_much() {
    let desk = Desk::of(NEW, "hv-a-2", 700);
    // Monday 1 to Sunday 7 June 2026: 3 June are local elections, 6 June is Memorial Day.
    let first = jiff::civil::date(2026, 6, 1);
    let mut load = crate::load::Load::active(first, vec![Some(10_000); 7 * 96]);
    load.wh[60] = Some(1_500);
    let power = |w, working_days| Shift::Power {
        from: vec![60, 61],
        to: vec![90, 91, 92, 93],
        w,
        working_days,
    };
    // 20 kW are 5,000 Wh a slot; the first slot of Monday has 1,500 only.
    let moved = power(20_000, true).apply(&load, &desk.terms()).unwrap();
    assert_eq!(moved.wh[60..62], [Some(0), Some(5_000)]);
    assert_eq!(moved.wh[90..94], [Some(11_625); 4]);
    let day = |day: usize| moved.wh[day * 96 + 60] != load.wh[day * 96 + 60];
    assert_eq!([1, 2, 3, 4, 5, 6].map(day), [true, false, true, true, false, false]);
    let every = power(20_000, false).apply(&load, &desk.terms()).unwrap();
    assert_eq!(every.wh[6 * 96 + 60], Some(5_000));
    for w in [0, -1, SHIFT_W_MAX + 1] {
        let fault = power(w, true).apply(&load, &desk.terms()).unwrap_err();
        assert!(fault.to_string().contains("more than 0 kW"), "{fault}");
    }
}

proptest::proptest! {
    #[test]
    fn power_that_is_moved_never_makes_a_day_lose_energy_or_a_slot_negative(
        wh in proptest::collection::vec(proptest::option::weighted(0.9, 0i64..50_000), 96..400),
        take in 0u8..48, give in 48u8..96, w in 1i64..400_000,
    ) {
        let desk = Desk::of(NEW, "hv-a-2", 700);
        let load = crate::load::Load::active(jiff::civil::date(2026, 6, 8), wh);
        let shift =
            Shift::Power { from: vec![take], to: vec![give], w, working_days: false };
        let moved = shift.apply(&load, &desk.terms()).unwrap();
        for (before, after) in load.wh.chunks(96).zip(moved.wh.chunks(96)) {
            let sum = |slots: &[Option<i64>]| slots.iter().flatten().sum::<i64>();
            proptest::prop_assert_eq!(sum(before), sum(after));
            proptest::prop_assert!(after.iter().flatten().all(|wh| *wh >= 0));
        }
    }
}
