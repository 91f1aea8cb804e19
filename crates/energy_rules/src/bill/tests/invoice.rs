//! Invoices that were billed another way: the check finds the line and the way.

use jiff::civil::date;

use super::{Desk, NEW, OLD, month};
use crate::bill::invoice::{Invoice, InvoiceLine, check};
use crate::bill::*;
use crate::load::Load;
use crate::tariff::Adder;

/// Two months of a plant that works by day and sleeps by night and on Sundays.
fn plant() -> Load {
    let mut load = Load::active(date(2026, 5, 1), Vec::new());
    for slot in 0..61 * 96_i64 {
        let hour = slot % 96 / 4;
        let busy = if (8..22).contains(&hour) { 90_000 } else { 10_000 };
        load.wh.push(Some(busy + slot * 7_919 % 30_011));
        load.lagging_varh.push(Some(slot * 104_729 % 120_011));
        load.leading_varh.push(Some(slot * 1_299_709 % 9_001));
    }
    load
}

fn desk() -> Desk {
    let mut desk = Desk::of(NEW, "hv-a-2", 700);
    desk.choices = Choices::default();
    desk
}

/// The invoice that a desk would print for June.
fn printed(load: &Load, desk: &Desk, history: &History) -> Invoice {
    let bill = bill(load, month("2026-06"), &desk.terms(), history).unwrap();
    let line = |group: Group| {
        let won = bill.won(group)?;
        Some(InvoiceLine { code: group.code().parse().unwrap(), won, quantity_milli: None })
    };
    let lines = Group::ALL.into_iter().filter_map(line).collect();
    Invoice { month: month("2026-06"), lines }
}

fn check_cause(invoice: &Invoice, load: &Load, desk: &Desk, expected: &str) {
    let checked = check(invoice, load, &desk.terms(), &History::default()).unwrap();
    let causes: Vec<_> = checked.causes.iter().map(Cause::en).collect();
    assert!(causes.first().is_some_and(|c| c.contains(expected)), "{expected}: {causes:?}");
    assert!(checked.causes.iter().all(|cause| !cause.ko().is_empty()));
}

#[test]
fn an_invoice_of_absurd_sums_is_compared_without_a_panic() {
    let (load, desk) = (plant(), desk());
    for won in [i64::MIN, i64::MAX] {
        let mut invoice = printed(&load, &desk, &History::default());
        invoice.lines[0].won = won;
        let checked = check(&invoice, &load, &desk.terms(), &History::default()).unwrap();
        let row = checked.differences[0];
        let computed = row.computed_won.unwrap();
        assert_eq!(row.difference_won, Some(won.saturating_sub(computed)));
    }
}

#[test]
fn an_invoice_that_fits_has_no_cause() {
    let (load, desk) = (plant(), desk());
    let mut invoice = printed(&load, &desk, &History::default());
    invoice.lines[2].quantity_milli = Some(1_000);
    let checked = check(&invoice, &load, &desk.terms(), &History::default()).unwrap();
    assert_eq!(checked.causes, []);
    assert!(checked.differences.iter().all(|row| row.difference_won == Some(0)));
    let wh = checked.bill.wh;
    assert_eq!(checked.differences[2].difference_milli, Some(1_000 - wh));
}

#[test]
fn a_wrong_option_or_version_is_named() {
    let (load, own) = (plant(), desk());
    let mut other = desk();
    other.contract.rows[0].option = "hv-a-3".to_owned();
    let invoice = printed(&load, &other, &History::default());
    check_cause(&invoice, &load, &own, "billed by the option hv-a-3: 0 won");

    let mut other = desk();
    other.contract.rows[0].version = OLD.to_owned();
    let invoice = printed(&load, &other, &History::default());
    check_cause(&invoice, &load, &own, "the hours and rates of kepco-industrial-b-2024-10-24");
}

#[test]
fn other_days_dates_and_slots_are_named() {
    let load = plant();
    // Declare a working day of June a temporary holiday.
    let mut own = desk();
    own.calendar = Calendar::parse("2026-06-10,temporary,x\n").unwrap();
    let mut other = desk();
    other.calendar = Calendar::parse("2026-06-10,public,x\n").unwrap();
    let invoice = printed(&load, &other, &History::default());
    check_cause(&invoice, &load, &own, "a temporary holiday was billed as a holiday: 0 won");

    let own = desk();
    let mut other = desk();
    other.choices.power_factor = PowerFactor::Deemed;
    let noticed = History { power_factor_notice: Some(month("2026-01")), ..History::default() };
    // June alone, as May would already be the notice.
    let mut june = load.clone();
    june.first_day = date(2026, 6, 1);
    let invoice = printed(&june, &own, &noticed);
    check_cause(&invoice, &june, &own, "without a month of notice");

    let invoice = printed(&load.moved(1), &other, &History::default());
    check_cause(&invoice, &load, &other, "one slot off (moved by +1 they fit)");

    // The fund of before July 2025.
    let before = other.adders.rows(Adder::Fund).nth(1).unwrap().from;
    let mut late = desk();
    late.choices = Choices { rules_of: Some(before), power_factor: PowerFactor::Deemed };
    let invoice = printed(&load, &late, &History::default());
    check_cause(&invoice, &load, &other, "standards of 2024-07-01");
}
