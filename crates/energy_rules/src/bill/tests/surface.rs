//! What readers see: codes, sentences, statuses, and the half hours of the power factor.

use jiff::civil::date;

use super::{Desk, NEW, OLD, month};
use crate::bill::*;
use crate::load::Load;
use crate::tariff::Status;

fn june(wh: i64, lagging: i64, leading: i64) -> Load {
    let slots = 30 * 96;
    Load {
        first_day: date(2026, 6, 1),
        wh: vec![Some(wh); slots],
        lagging_varh: vec![Some(lagging); slots],
        leading_varh: vec![Some(leading); slots],
    }
}

fn bill_of(load: &Load, edit: impl Fn(&mut Desk)) -> Bill {
    let mut desk = Desk::of(NEW, "hv-a-2", 700);
    desk.choices = Choices::default();
    edit(&mut desk);
    let noticed = History {
        power_factor_notice: Some(month("2026-01")),
        excess_notice: Some(month("2026-01")),
        ..History::default()
    };
    bill(load, month("2026-06"), &desk.terms(), &noticed).unwrap()
}

fn line(bill: &Bill, code: &str) -> Line {
    let found = bill.lines.iter().find(|line| line.code.to_string() == code);
    found.unwrap_or_else(|| panic!("no line {code}")).clone()
}

#[test]
fn the_power_factor_is_read_off_half_hours_by_day_and_night() {
    for (lagging, leading, by_day, by_night, ppm) in [
        // 80 %: twelve points below 92.
        (75_000, 0, 80_000, 100_000, (24_000, 0)),
        (0, 0, 100_000, 100_000, (-10_000, 0)),
        // 60 % at night, and what is lower counts as 60.
        (0, 133_333, 100_000, 60_000, (-10_000, 70_000)),
        (0, 900_000, 100_000, 60_000, (-10_000, 70_000)),
        // A half hour with more lagging than leading is lagging: 100 % at night.
        (75_000, 74_000, 80_000, 100_000, (24_000, 0)),
    ] {
        let bill = bill_of(&june(100_000, lagging, leading), |_| {});
        assert_eq!(bill.power_factor.lagging_milli, Some(by_day), "{lagging} {leading}");
        assert_eq!(bill.power_factor.leading_milli, Some(by_night), "{lagging} {leading}");
        let basic = line(&bill, "basic").nano_won;
        assert_eq!(line(&bill, "power_factor.lagging").nano_won, basic * ppm.0 / 1_000_000);
        assert_eq!(line(&bill, "power_factor.leading").nano_won, basic * ppm.1 / 1_000_000);
    }
    let unmetered = bill_of(&Load::active(date(2026, 6, 1), vec![Some(1); 2_880]), |_| {});
    assert_eq!(unmetered.power_factor, MonthPowerFactor::default());
    let deemed = line(&unmetered, "power_factor.lagging");
    assert_eq!(deemed.rule, Rule::PowerFactorDeemed { side: Side::Lagging, standard: 92 });
    assert_eq!((deemed.won, deemed.quantity.milli), (Some(0), 92_000));
}

#[test]
fn half_hours_with_gaps_are_left_out_and_said() {
    let mut load = june(100_000, 75_000, 0);
    load.lagging_varh[40] = None;
    load.wh[50] = None;
    let bill = bill_of(&load, |_| {});
    assert_eq!(bill.power_factor.lagging_milli, Some(80_000));
    assert!(bill.notes.contains(&Note::PowerFactorGaps { half_hours: 2 }), "{:?}", bill.notes);
}

#[test]
fn what_the_reference_leaves_open_stays_open_in_the_lines() {
    let load = june(100_000, 0, 0);
    let status = |bill: &Bill, code: &str| line(bill, code).status;
    let new = bill_of(&load, |_| {});
    assert_eq!(status(&new, "energy.summer.peak"), Status::Reported);
    assert_eq!(status(&new, "fuel"), Status::Unverified, "not confirmed after 2026Q1");
    assert_eq!(status(&new, "power_factor.lagging"), Status::Unverified, "how it is averaged");
    assert_eq!(status(&new, "total"), Status::Unverified);
    let old = bill_of(&load, |desk| {
        desk.contract.rows[0].version = OLD.to_owned();
        desk.contract.rows[0].option = "hv-b-1".to_owned();
    });
    assert_eq!(status(&old, "energy.summer.peak"), Status::Unverified, "derived rates");
    // 400 kW on 275 kW is 45 % beyond: a step that is inferred.
    let excess = bill_of(&load, |desk| desk.contract.rows[0].contract_w = 275_000);
    let line_of = line(&excess, "excess");
    assert_eq!((line_of.status, line_of.won), (Status::Unverified, Some(125 * 8_320 * 3)));
    assert_eq!(line_of.decided_at, Some(date(2026, 6, 1).at(0, 0, 0, 0)), "nights count too");
}

#[test]
fn a_contract_kw_customer_pays_for_the_contract_and_by_season() {
    let bill = bill_of(&june(10_000, 0, 0), |desk| {
        let tariff = desk.tariffs.get("kepco-industrial-a1-2024-10-24").unwrap();
        desk.contract = CustomerContract::single(tariff, "low", 100_000, date(2026, 1, 1));
    });
    assert_eq!(line(&bill, "basic").won, Some(100 * 5_550));
    assert_eq!(line(&bill, "basic").rule.ko(), "계약전력 100 kW");
    assert_eq!(line(&bill, "energy.summer.all").won, Some(28_800 * 1_162 / 10));
    assert_eq!(line(&bill, "excess").won, None);
    assert_eq!(bill.won(Group::Excess), None);
    assert_eq!((bill.demand, bill.provisional), (None, false));
}

#[test]
fn a_console_can_render_a_bill_from_its_json() {
    let bill = bill_of(&june(100_000, 75_000, 74_000), |_| {});
    let json = serde_json::to_value(&bill).unwrap();
    let basic = &json["lines"][0];
    assert_eq!(basic["code"], "basic");
    assert_eq!(basic["rate"], "8320");
    assert_eq!(basic["rule"]["code"], "basic");
    assert_eq!(basic["rule"]["basis"], "month_peak");
    assert_eq!(basic["rule"]["at"], "2026-06-01T08:00:00");
    assert_eq!(basic["status"], "reported");
    assert_eq!(json["month"], "2026-06");
    for line in &bill.lines {
        assert!(!line.source.is_empty(), "{}", line.code);
        assert!(!line.rule.ko().is_empty() && !line.rule.en().is_empty(), "{}", line.code);
        assert_eq!(line.code.to_string().parse::<Item>(), Ok(line.code));
    }
    assert!(bill.notes.iter().all(|note| !note.ko().is_empty() && !note.en().is_empty()));
    assert!("energy.autumn.peak".parse::<Item>().unwrap_err().to_string().contains("basic"));
}
