//! The vectors of the reference: ratchet 2.4, power factor 2.5, excess use 2.6, rounding 2.7.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::{Desk, NEW, month};
use crate::bill::*;
use crate::demand::{KnownDemand, Peak, billing_demand};
use crate::load::Load;
use crate::money::Rate;
use crate::tariff::Tariff;

/// W of every month but those named.
fn demands(most: (&str, i64)) -> BTreeMap<BillMonth, KnownDemand> {
    let mut before = BTreeMap::new();
    let mut at = month("2022-01");
    while at <= month("2024-12") {
        before.insert(at, KnownDemand { w: 3_000_000, at: None });
        at = at.next();
    }
    before.insert(month(most.0), KnownDemand { w: most.1, at: None });
    before
}

#[test]
fn a_peak_of_a_demand_month_is_carried_over_eleven_months() {
    let tariffs = Tariffs::shipped();
    let rule = tariffs.get(NEW).unwrap().demand.as_ref().unwrap();
    for (peak_in, billed, kw) in [
        ("2023-07", "2023-07", 5_000),
        ("2023-07", "2024-06", 5_000),
        ("2023-07", "2024-07", 3_000),
        ("2023-10", "2023-10", 5_000),
        ("2023-10", "2023-11", 3_000),
        ("2023-12", "2024-11", 5_000),
        ("2023-09", "2024-08", 5_000),
        ("2023-06", "2023-07", 3_000),
        ("2023-11", "2023-12", 3_000),
    ] {
        let before = demands((peak_in, 5_000_000));
        let own = Peak { w: before[&month(billed)].w, at: date(2024, 1, 2).at(9, 0, 0, 0) };
        let found = billing_demand(rule, month(billed), Some(own), &before, 5_000_000);
        assert_eq!(found.w, kw * 1_000, "peak {peak_in}, bill {billed}");
        assert!(found.unknown.is_empty());
    }
}

#[test]
fn a_month_without_use_pays_for_the_floor_of_the_contract() {
    let tariffs = Tariffs::shipped();
    let rule = tariffs.get(NEW).unwrap().demand.as_ref().unwrap();
    let found = billing_demand(rule, month("2026-07"), None, &BTreeMap::new(), 700_000);
    assert_eq!(found.w, 210_000);
    let unknown: Vec<_> = found.unknown.iter().map(ToString::to_string).collect();
    assert_eq!(unknown, ["2025-08", "2025-09", "2025-12", "2026-01", "2026-02"]);
}

#[test]
fn the_power_factor_moves_the_basic_charge_between_its_floor_and_its_cap() {
    let tariffs = Tariffs::shipped();
    let rule = &tariffs.get(NEW).unwrap().power_factor;
    let effect = |lagging, leading, day| {
        let (lagging_milli, leading_milli) = (Some(lagging), Some(leading));
        let found =
            power_factor_effect(rule, MonthPowerFactor { lagging_milli, leading_milli }, day);
        (found.lagging_ppm, found.leading_ppm)
    };
    let today = date(2026, 7, 1);
    for (lagging, leading, expected) in [
        (92_000, 95_000, (0, 0)),
        (60_000, 60_000, (64_000, 70_000)),
        (12_000, 5_000, (64_000, 70_000)),
        (97_000, 100_000, (-10_000, 0)),
        (100_000, 97_000, (-10_000, 0)),
        (91_000, 94_000, (2_000, 2_000)),
    ] {
        assert_eq!(effect(lagging, leading, today), expected, "{lagging} {leading}");
    }
    // 90 % was the standard before February 2025.
    assert_eq!(effect(91_000, 95_000, date(2025, 1, 31)), (-2_000, 0));
    assert_eq!(effect(91_000, 95_000, date(2025, 2, 1)), (2_000, 0));
}

#[test]
fn use_beyond_the_contract_rises_in_steps() {
    let tariffs = Tariffs::shipped();
    let rule = tariffs.get(NEW).unwrap().excess.as_ref().unwrap();
    for (percent, tenths) in
        [(10, 15), (20, 20), (25, 20), (30, 25), (35, 25), (45, 30), (55, 35), (70, 40)]
    {
        let step = excess_step(rule, percent * 10_000, 1_000_000).unwrap();
        assert_eq!(step.tenths, tenths, "{percent} %");
    }
    assert_eq!(excess_step(rule, 0, 1_000_000), None);
    assert_eq!(excess_step(rule, 199_999, 1_000_000).unwrap().tenths, 15);
}

/// 산업용(갑)I 저압 of 2022-04, as the vector has it.
fn low_voltage_2022() -> (Tariff, Adders) {
    let tariffs = Tariffs::shipped();
    let mut json =
        serde_json::to_value(tariffs.get("kepco-industrial-a1-2024-10-24").unwrap()).unwrap();
    json["id"] = "vector".into();
    json["effective_from"] = "2022-04-01".into();
    json["options"][0]["basic_won_per_kw"] = "6160".into();
    let energy = serde_json::json!({
        "summer": ["105.6"], "spring_autumn": ["65.1"], "winter": ["92.2"]
    });
    json["options"][0]["energy_won_per_kwh"] = energy;
    let mut adders = Adders::shipped();
    adders.climate[0].from = date(2022, 4, 1);
    adders.climate[0].won_per_kwh = Rate::parse("7.3").unwrap();
    (Tariff::parse(&json.to_string()).unwrap(), adders)
}

#[test]
fn a_month_of_100_kwh_over_two_seasons_costs_48_560_won() {
    let (tariff, adders) = low_voltage_2022();
    let mut desk = Desk::of(NEW, "hv-a-2", 5);
    desk.contract = CustomerContract::single(&tariff, "low", 5_000, date(2022, 4, 1));
    desk.contract.reading_day = 11;
    desk.tariffs.add(tariff);
    desk.adders = adders;
    desk.choices = Choices {
        rules_of: None,
        power_factor: PowerFactor::Stated { lagging_milli: 71_000, leading_milli: 91_000 },
    };
    let noticed = History { power_factor_notice: Some(month("2022-08")), ..History::default() };
    let bill = bill_of_total(100_000, month("2022-09"), &desk.terms(), &noticed).unwrap();
    let won: Vec<_> = Group::ALL.into_iter().map(|group| bill.won(group)).collect();
    let expected = [30_800, 1_416, 9_264, 730, 500].map(Some);
    assert_eq!(won[..5], expected);
    assert_eq!(won[5], None, "the excess of a contract-kW class is not computed, never 0");
    assert_eq!(won[6..], [42_710, 4_271, 1_580, 48_560].map(Some));
    let kwh: Vec<_> = bill
        .lines
        .iter()
        .filter(|line| line.code.group() == Group::Energy)
        .map(|line| line.quantity.milli)
        .collect();
    assert_eq!(kwh, [68_000, 32_000]);

    // The same month as the first one below the standard is a notice only.
    let first = bill_of_total(100_000, month("2022-09"), &desk.terms(), &History::default());
    let first = first.unwrap();
    assert_eq!(first.won(Group::PowerFactor), Some(0));
    assert!(first.notes.contains(&Note::FirstMonthAssumed), "{:?}", first.notes);
}

/// A month of equal slots.
fn flat(first: Date, days: usize, wh: i64) -> Load {
    Load::active(first, vec![Some(wh); days * 96])
}

#[test]
fn the_first_month_beyond_the_contract_is_a_notice_and_the_second_costs() {
    let mut desk = Desk::of(NEW, "hv-a-2", 300);
    desk.choices.rules_of = None;
    // 400 kW: 33 % beyond 300 kW, so 2.5 times the basic rate.
    let load = flat(date(2026, 5, 1), 61, 100_000);
    let bills = bills(&load, &desk.terms(), &History::default()).unwrap();
    assert_eq!(bills[0].won(Group::Excess), Some(0));
    assert_eq!(bills[1].won(Group::Excess), Some(100 * 8_320 * 5 / 2));
    let line = bills[1].lines.iter().find(|line| line.code == Item::Excess).unwrap();
    assert_eq!(line.rule.en(), "100 kW beyond the contract of 300 kW: 2.5 times the basic rate");
}

#[test]
fn a_contract_changed_inside_a_month_is_prorated_by_days() {
    let mut desk = Desk::of(NEW, "hv-a-2", 1_000);
    desk.choices.rules_of = None;
    let mut later = desk.contract.rows[0].clone();
    desk.contract.rows[0].to = Some(date(2026, 6, 10));
    later.from = date(2026, 6, 11);
    later.option = "hv-a-1".to_owned();
    later.contract_w = 2_000_000;
    desk.contract.rows.push(later);
    // 40 kW: the floor of 30 % is billed, 300 kW for 10 days and 600 kW for 20.
    let load = flat(date(2026, 6, 1), 30, 10_000);
    let bill = bill(&load, month("2026-06"), &desk.terms(), &History::default()).unwrap();
    assert_eq!(bill.won(Group::Basic), Some(300 * 8_320 / 3 + 600 * 7_220 * 2 / 3));
    assert_eq!(bill.demand.unwrap().w, 600_000);
}

#[test]
fn a_deferred_customer_pays_the_old_version_until_the_end_of_september() {
    use crate::tariff::Class;
    let tariffs = Tariffs::shipped();
    let rows = |deferred| {
        let from = date(2025, 1, 1);
        let class = Class::IndustrialB;
        CustomerContract::following(&tariffs, class, "hv-a-2", 1_000_000, from, deferred).rows
    };
    for (deferred, last, first) in [
        (false, date(2026, 4, 15), date(2026, 4, 16)),
        (true, date(2026, 9, 30), date(2026, 10, 1)),
    ] {
        let rows = rows(deferred);
        assert_eq!((rows[0].to, rows[1].from), (Some(last), first));
        let on = |day| tariffs.in_force(Class::IndustrialB, day, deferred).unwrap().id.as_str();
        assert_eq!((on(last), on(first)), (super::OLD, NEW));
    }
}

#[test]
fn gaps_are_summed_as_they_are_and_said() {
    let desk = Desk::of(NEW, "hv-a-2", 700);
    let mut load = flat(date(2026, 6, 1), 30, 50_000);
    load.wh[100..110].fill(None);
    let bill = bill(&load, month("2026-06"), &desk.terms(), &History::default()).unwrap();
    assert_eq!(bill.wh, (30 * 96 - 10) * 50_000);
    assert!(bill.notes.contains(&Note::Gaps { slots: 10, of_slots: 2_880 }));
    let text = bill.notes.iter().map(Note::en).collect::<Vec<_>>().join("\n");
    assert!(text.contains("the demand is a lower bound"), "{text}");
}

#[test]
fn a_month_without_a_slot_that_counts_is_not_one_of_0_w() {
    let desk = Desk::of(NEW, "hv-a-2", 700);
    // Of July one quarter of an hour at midnight is known, which sets no demand.
    let mut load = flat(date(2026, 7, 1), 62, 50_000);
    load.wh[1..31 * 96].fill(None);
    let of = |history: &History| {
        let bill = bill(&load, month("2026-08"), &desk.terms(), history).unwrap();
        let demand = bill.demand.unwrap();
        (demand.w, demand.unknown.contains(&month("2026-07")))
    };
    let mut history = History::default();
    assert_eq!(of(&history), (210_000, true), "30 % of 700 kW, and July may be more");
    history.demands.insert(month("2026-07"), KnownDemand { w: 600_000, at: None });
    assert_eq!(of(&history), (600_000, false), "an invoice knows");
}

#[test]
fn a_bill_that_cannot_be_made_says_what_to_do() {
    let desk = Desk::of(NEW, "hv-a-2", 700);
    let load = flat(date(2026, 6, 1), 30, 50_000);
    let check = |edit: &dyn Fn(&mut Desk), at: &str, expected: &str| {
        let mut desk = Desk::of(NEW, "hv-a-2", 700);
        desk.choices.rules_of = None;
        edit(&mut desk);
        let fault = bill(&load, month(at), &desk.terms(), &History::default()).unwrap_err();
        assert!(fault.to_string().contains(expected), "{fault}");
    };
    check(&|d| d.contract.rows[0].option = "hv-z".into(), "2026-06", "choose one of hv-a-1");
    check(&|d| d.contract.rows[0].version = "x".into(), "2026-06", NEW);
    check(&|d| d.contract.rows.clear(), "2026-06", "give 1 to");
    check(&|d| d.contract.reading_day = 32, "2026-06", "검침일");
    check(&|d| d.adders.climate[0].from = date(2027, 1, 1), "2026-06", "add a row");
    check(&|d| d.contract.rows[0].from = date(2026, 7, 1), "2026-06", "no row of the contract");
    check(&|_| {}, "2026-08", "the load has no value in 2026-08");
    let total = bill_of_total(1, month("2026-06"), &desk.terms(), &History::default());
    assert!(total.unwrap_err().to_string().contains("15-minute values"));
}
