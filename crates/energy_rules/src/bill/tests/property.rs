//! What holds for every load and every contract.

use jiff::civil::date;
use proptest::prelude::*;

use super::{Desk, NEW, month};
use crate::bill::*;
use crate::load::Load;

fn slots(days: usize) -> impl Strategy<Value = Vec<Option<i64>>> {
    let slot = prop_oneof![9 => (0_i64..400_000).prop_map(Some), 1 => Just(None)];
    prop::collection::vec(slot, days * 96)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_row_that_changes_nothing_changes_no_bill(wh in slots(30), day in 2_i8..30) {
        let mut desk = Desk::of(NEW, "hv-a-2", 700);
        desk.choices = Choices::default();
        let load = Load::active(date(2026, 9, 1), wh);
        let whole = bills(&load, &desk.terms(), &History::default()).unwrap();
        let mut later = desk.contract.rows[0].clone();
        later.from = date(2026, 9, day);
        desk.contract.rows[0].to = Some(date(2026, 9, day - 1));
        desk.contract.rows.push(later);
        let split = bills(&load, &desk.terms(), &History::default()).unwrap();
        prop_assert_eq!(whole, split);
    }

    #[test]
    fn more_load_never_lowers_a_charge(
        wh in slots(28),
        at in 0_usize..28 * 96,
        more in 1_i64..1_000_000,
    ) {
        let mut desk = Desk::of(NEW, "hv-a-2", 700);
        desk.choices.power_factor = PowerFactor::Deemed;
        let less = Load::active(date(2026, 3, 1), wh);
        let mut more_load = less.clone();
        more_load.wh[at] = Some(less.wh[at].unwrap_or(0) + more);
        let bill_of = |load: &Load| {
            bill(load, month("2026-03"), &desk.terms(), &History::default()).unwrap()
        };
        let (less, more) = (bill_of(&less), bill_of(&more_load));
        for group in [Group::Basic, Group::Energy, Group::Climate, Group::Total] {
            prop_assert!(less.won(group) <= more.won(group), "{}", group.code());
        }
    }

    #[test]
    fn no_load_makes_a_bill_fail(
        first in 0_i64..20_000,
        wh in prop::collection::vec(prop::option::of(any::<i64>()), 0..5_000),
        varh in prop::collection::vec(prop::option::of(any::<i64>()), 0..5_000),
        reading_day in 0_u8..=31,
    ) {
        let mut desk = Desk::of(NEW, "hv-a-2", 700);
        desk.choices.power_factor = PowerFactor::Metered;
        desk.contract.reading_day = reading_day;
        let day = date(2015, 1, 1).saturating_add(jiff::SignedDuration::from_hours(24 * first));
        let load = Load { first_day: day, wh, lagging_varh: varh.clone(), leading_varh: varh };
        let bills = bills(&load, &desk.terms(), &History::default()).unwrap();
        prop_assert!(bills.iter().all(|bill| bill.total_won % 10 == 0));
        let findings = crate::inspect::inspect(&load, &crate::inspect::Expected::default());
        prop_assert!(findings.len() <= 400);
        crate::demand::duration_curve(&load, 500);
        crate::demand::peak_calendar(&load, &desk.terms()).unwrap();
    }

    #[test]
    fn the_sums_of_a_bill_are_the_sums_of_its_lines(wh in slots(31), reading_day in 0_u8..=31) {
        let mut desk = Desk::of(NEW, "hv-b-1", 300);
        desk.choices = Choices::default();
        desk.contract.reading_day = reading_day;
        let load = Load::active(date(2026, 8, 15), wh);
        let bills = bills(&load, &desk.terms(), &History::default()).unwrap();
        prop_assert_eq!(
            bills.iter().map(|bill| bill.wh).sum::<i64>(),
            load.wh.iter().flatten().sum::<i64>()
        );
        for bill in bills {
            let parts = Group::ALL.into_iter().filter(|group| group.is_charge_part());
            let sum: i64 = parts.filter_map(|group| bill.won(group)).sum();
            prop_assert_eq!(sum, bill.charge_won);
            let with_taxes = bill.charge_won + bill.vat_won + bill.fund_won;
            prop_assert_eq!(bill.total_won, with_taxes / 10 * 10);
        }
    }
}
