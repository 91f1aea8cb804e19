//! Loads with one thing wrong each.

use jiff::civil::date;

use super::*;
use crate::steel::steel;

/// Two weeks of a plant of 400 kW that opens at 08:00.
fn plant() -> Load {
    let slot = |slot: i64| {
        let hour = slot % 96 / 4;
        Some(if (8..20).contains(&hour) { 90_000 + slot % 7 * 1_000 } else { 10_000 })
    };
    Load::active(date(2026, 6, 1), (0..14 * 96).map(slot).collect())
}

const EXPECTED: Expected =
    Expected { contract_w: Some(500_000), invoiced_wh: None, opens_at_slot: Some(32) };

fn check(load: &Load, expected: &[Finding]) {
    let found = inspect(load, &EXPECTED);
    assert_eq!(found, expected);
    assert!(found.iter().all(|f| !f.ko().is_empty() && !f.en().is_empty()));
}

#[test]
fn a_sound_load_has_no_finding() {
    check(&plant(), &[]);
}

#[test]
fn a_finding_says_where_and_how_much() {
    let mut load = plant();
    load.wh[100..103].fill(None);
    load.wh[200] = Some(-5);
    load.wh[300] = Some(90_000_000);
    load.wh[960..1056].fill(Some(0));
    let at = |slot: usize| start_of(load.day_of(slot), slot);
    check(
        &load,
        &[
            Finding::Gap { from: date(2026, 6, 2).at(1, 0, 0, 0), slots: 3 },
            Finding::Negative { at: at(200), wh: -5 },
            Finding::Reset { at: at(300), wh: 90_000_000, ordinary_wh: 96_000 },
            Finding::ZeroDay { date: date(2026, 6, 11) },
        ],
    );
    let negative = Finding::Negative { at: at(200), wh: -5 };
    assert_eq!(negative.repaired(&load).wh[200], None);
}

#[test]
fn units_that_were_mixed_up_are_found_and_mended() {
    for (multiply, divide, mix_up) in
        [(4, 1, MixUp::KwAsKwh), (1_000, 1, MixUp::WhAsKwh), (1, 1_000, MixUp::ThousandTooSmall)]
    {
        let mut load = plant();
        for wh in load.wh.iter_mut().flatten() {
            *wh = *wh * multiply / divide;
        }
        let finding = Finding::Unit { divide: multiply, multiply: divide, mix_up };
        check(&load, std::slice::from_ref(&finding));
        assert_eq!(finding.repaired(&load), plant());
        let sum = plant().wh.iter().flatten().sum();
        let invoiced = Expected { invoiced_wh: Some(sum), ..Expected::default() };
        assert_eq!(inspect(&load, &invoiced), [finding]);
    }
}

#[test]
fn a_file_that_is_a_slot_off_is_found_by_the_opening_of_the_plant() {
    for (moved, back) in [(1, -1), (-1, 1)] {
        let load = plant().moved(moved);
        let found = inspect(&load, &EXPECTED);
        assert!(
            found.contains(&Finding::ShiftedByASlot { slots: back, days: 14 }),
            "{moved}: {found:?}"
        );
    }
}

#[test]
fn the_steel_plant_is_sound() {
    let Some(load) = steel() else { return };
    let expected = Expected { contract_w: Some(700_000), ..Expected::default() };
    let found: Vec<_> = inspect(&load, &expected).iter().map(Finding::en).collect();
    assert!(found.len() <= 1, "{found:?}");
}

#[test]
fn the_bill_is_shown_with_and_without_the_repair() {
    use crate::bill::{Choices, CustomerContract};
    use crate::calendar::Calendar;
    use crate::tariff::{Adders, Tariffs};
    let (tariffs, adders, calendar) = (Tariffs::shipped(), Adders::shipped(), Calendar::shipped());
    let tariff = tariffs.get("kepco-industrial-b-2026-04-16").unwrap();
    let contract = CustomerContract::single(tariff, "hv-a-2", 500_000, date(2026, 1, 1));
    let terms = Terms {
        tariffs: &tariffs,
        adders: &adders,
        calendar: &calendar,
        contract: &contract,
        choices: Choices::default(),
    };
    let mut load = plant();
    load.wh[300] = Some(90_000_000);
    let findings = inspect(&load, &EXPECTED);
    let both = bills_both_ways(&load, &findings, &terms, &History::default()).unwrap();
    assert_eq!(both.as_is[0].wh - both.repaired[0].wh, 90_000_000);
    assert!(both.as_is[0].total_won - both.repaired[0].total_won > 90_000 * 116);
}
