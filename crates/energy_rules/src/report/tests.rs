//! Reports of a plant that works by day, of products, and of a year.

use jiff::civil::{DateTime, date};
use proptest::prelude::*;

use super::*;
use crate::bill::{Bill, CustomerContract, History, PowerFactor, Terms, bills};
use crate::calendar::Calendar;
use crate::load::Load;
use crate::tariff::{Adders, Band, Class, Tariffs};

struct Desk {
    tariffs: Tariffs,
    adders: Adders,
    calendar: Calendar,
    contract: CustomerContract,
}

impl Desk {
    fn new(reading_day: u8) -> Self {
        let tariffs = Tariffs::shipped();
        let class = Class::IndustrialB;
        let from = date(2024, 10, 24);
        let mut contract =
            CustomerContract::following(&tariffs, class, "hv-a-2", 700_000, from, false);
        contract.reading_day = reading_day;
        Self { tariffs, adders: Adders::shipped(), calendar: Calendar::shipped(), contract }
    }

    fn terms(&self) -> Terms<'_> {
        let choices = crate::bill::Choices { power_factor: PowerFactor::Deemed, rules_of: None };
        Terms {
            tariffs: &self.tariffs,
            adders: &self.adders,
            calendar: &self.calendar,
            contract: &self.contract,
            choices,
        }
    }

    fn bills(&self, load: &Load) -> Vec<Bill> {
        bills(load, &self.terms(), &History::default()).unwrap()
    }
}

fn month(text: &str) -> BillMonth {
    text.parse().unwrap()
}

fn noon(year: i16, month: i8, day: i8) -> DateTime {
    date(year, month, day).at(12, 0, 0, 0)
}

/// So many days from 2025-09-01: 20 kWh a slot, 50 by day; 90 on the fourth slot of a day's tenth
/// hour that grows by its number.
fn plant(days: usize) -> Load {
    let slot = |at: usize| {
        let (day, of_day) = (at / 96, at % 96);
        let wh = match of_day {
            43 => 90_000 + i64::try_from(day % 28).unwrap() * 100,
            32..72 => 50_000,
            _ => 20_000,
        };
        Some(wh)
    };
    Load::active(date(2025, 9, 1), (0..days * 96).map(slot).collect())
}

fn report_of<'a>(
    terms: &'a Terms<'a>,
    bills: &'a [Bill],
    load: &'a Load,
    factors: &'a Factors,
    (of, now): (&str, DateTime),
) -> Result<MonthlyReport<'a>, crate::bill::BillError> {
    monthly(&MonthlyInput { month: month(of), bills, load, terms, factors, now })
}

#[test]
fn the_report_of_a_month_agrees_with_its_bill() {
    let (desk, load, factors) = (Desk::new(0), plant(426), Factors::shipped());
    let (terms, bills) = (desk.terms(), desk.bills(&load));
    let asked = ("2026-10", noon(2026, 11, 26));
    let report = report_of(&terms, &bills, &load, &factors, asked).unwrap();
    assert!(!report.is_running);
    assert_eq!(report.days.len(), 31);
    assert_eq!(report.slots.len(), 31 * 96);
    let by_day: i64 = report.days.iter().map(Day::total_wh).sum();
    let by_band: i64 = report.bands.iter().map(|band| band.wh).sum();
    assert_eq!((by_day, by_band), (report.bill.wh, report.bill.wh));
    let won: i64 = report.bands.iter().map(|band| band.won.unwrap()).sum();
    assert_eq!(Some(won), report.bill.won(crate::bill::Group::Energy));
    for (place, band) in Band::ALL.into_iter().enumerate() {
        let by_day: i64 = report.days.iter().map(|day| day.wh[place]).sum();
        let found = report.bands.iter().find(|of| of.band == Some(band)).unwrap();
        assert_eq!(found.wh, by_day, "{band:?}");
    }
    let [before, year_before] = report.comparisons;
    assert_eq!((before.month, year_before.month), (month("2026-09"), month("2025-10")));
    let figures = before.figures.unwrap();
    let bill = bills.iter().find(|bill| bill.month == before.month).unwrap();
    assert_eq!((figures.wh, figures.total_won), (bill.wh, bill.total_won));
    assert!(year_before.figures.is_some());
    assert_eq!(report.quality, Quality { slots: 2_976, missing_slots: 0, longest_gap: None });
    // 90 kWh and more in a quarter of an hour: the largest of each day stand in order.
    assert_eq!(report.peaks.len(), PEAKS);
    assert!(report.peaks.is_sorted_by(|a, b| a.w >= b.w));
    assert_eq!(report.peaks[0].w, report.bill.peaks.all.unwrap().w);
    let emission = report.carbon.emission.as_ref().unwrap();
    assert!((emission.tco2e - report.bill.wh as f64 / 1e6 * 0.4173).abs() < 1e-9);
    let toe = report.carbon.toe.as_ref().unwrap();
    assert!((toe.toe - report.bill.wh as f64 / 1e6 * 0.213).abs() < 1e-9);
    assert!(report.remarks.iter().any(|remark| remark.ko().contains("미확인")));
}

#[test]
fn a_month_that_runs_misses_nothing_that_is_yet_to_come() {
    let (desk, mut load, factors) = (Desk::new(0), plant(445), Factors::shipped());
    // 2026-11-19 is the last day; three slots of the 10th are not known.
    let hole = (load.days() - 10) * 96 + 20;
    load.wh[hole..hole + 3].fill(None);
    let (terms, bills) = (desk.terms(), desk.bills(&load));
    let asked = ("2026-11", noon(2026, 11, 19));
    let report = report_of(&terms, &bills, &load, &factors, asked).unwrap();
    assert!(report.is_running);
    assert_eq!(report.slots.len(), 18 * 96 + 48);
    assert_eq!(report.quality.missing_slots, 3);
    let gap = report.quality.longest_gap.unwrap();
    assert_eq!((gap.from.to_string().as_str(), gap.slots), ("2026-11-10T05:00:00", 3));
    assert!(matches!(report.remarks[0], Remark::Running { .. }));

    let asked = ("2025-09", noon(2026, 11, 19));
    let first = report_of(&terms, &bills, &load, &factors, asked).unwrap();
    let not_compared = |remark: &&Remark| matches!(remark, Remark::NotCompared { .. });
    assert_eq!(first.remarks.iter().filter(not_compared).count(), 2);
    let asked = ("2024-11", noon(2026, 11, 19));
    let fault = report_of(&terms, &bills, &load, &factors, asked).unwrap_err();
    assert!(fault.to_string().contains("no value in 2024-11"), "{fault}");
}

#[test]
fn a_year_without_a_factor_has_no_carbon_and_says_why() {
    let carbon = carbon(1_000_000, month("2024-12"), &Factors::shipped(), date(2026, 11, 26));
    let fault = carbon.emission.unwrap_err().to_string();
    assert!(fault.contains("2024"), "{fault}");
    assert!(carbon.toe.is_ok());
    assert_eq!(change_percent(110, 100), Some(10.0));
    assert_eq!(change_percent(110, 0), None);
}

fn made(product: &str, month_of: &str, tonnes: i64, share: Share) -> Made {
    let (product, month) = (product.to_owned(), month(month_of));
    Made { product, code: Some("7326".into()), month, kg: tonnes * 1_000, share }
}

#[test]
fn products_are_given_energy_by_meter_by_share_and_by_tonnes() {
    let of = |share| made("a", "2026-10", 1, share);
    let meter = |wh| Share::Meter { wh, missing_slots: 0 };
    for (case, shares, wh, unallocated, over) in [
        ("alone", vec![Share::Mass], vec![Some(1_000)], 0, 0),
        ("shares leave a rest", vec![Share::Ppm(250_000)], vec![Some(250)], 750, 0),
        (
            "tonnes take what is left",
            vec![meter(Some(400)), Share::Ppm(300_000), Share::Mass],
            vec![Some(400), Some(300), Some(300)],
            0,
            0,
        ),
        (
            "three thirds of a thousand",
            vec![Share::Mass, Share::Mass, Share::Mass],
            vec![Some(334), Some(333), Some(333)],
            0,
            0,
        ),
        (
            "meters beyond the whole",
            vec![meter(Some(1_200)), Share::Mass],
            vec![Some(1_200), None],
            0,
            200,
        ),
        ("a silent meter", vec![meter(None), Share::Mass], vec![None, None], 0, 0),
    ] {
        let made: Vec<_> = shares.into_iter().map(of).collect();
        let found = allocate(1_000, &made);
        assert_eq!(found, Allocation { wh, unallocated_wh: unallocated, over_wh: over }, "{case}");
    }
}

#[test]
fn a_tonne_of_product_has_its_kwh_and_its_carbon_or_none() {
    let (factors, rules) = (Factors::shipped(), ReportingRules::shipped());
    let energy = |of: &str, wh, missing_slots| ProductMonth { month: month(of), wh, missing_slots };
    let rows = [
        made("강관", "2026-09", 100, Share::Mass),
        made("강관", "2026-10", 300, Share::Ppm(500_000)),
        made("볼트", "2026-11", 10, Share::Mass),
        made("옛 제품", "2024-05", 10, Share::Mass),
    ];
    let months = [
        energy("2026-09", 50_000_000, 0),
        energy("2026-10", 100_000_000, 7),
        energy("2024-05", 9, 0),
    ];
    let report = products(&rows, &months, &factors, &rules, date(2026, 11, 26));
    let of = |name: &str| report.products.iter().find(|of| of.product == name).unwrap();
    let pipe = of("강관");
    assert_eq!((pipe.kg, pipe.wh, pipe.missing_slots), (400_000, Some(100_000_000), 7));
    assert_eq!(pipe.bases, [Basis::Mass, Basis::Share]);
    assert!((pipe.kwh_per_t.unwrap() - 250.0).abs() < 1e-9);
    assert!((pipe.kgco2e_per_t.unwrap() - 250.0 * 0.4173).abs() < 1e-9);
    assert_eq!(
        (of("볼트").wh, of("볼트").kwh_per_t),
        (None, None),
        "no energy is known of November"
    );
    let old = of("옛 제품");
    assert!(old.kwh_per_t.is_some() && old.tco2e.is_none(), "2024 has no factor");
    assert_eq!(report.unallocated_wh, 50_000_000);
    let words: Vec<_> = report.remarks.iter().map(Remark::ko).collect();
    for part in ["2026-11", "미확인", "가정", "50 t", "2025/2621"] {
        assert!(words.iter().any(|word| word.contains(part)), "{part}: {words:?}");
    }
}

#[test]
fn what_a_gappy_meter_failed_to_count_is_marked_where_it_goes() {
    let (factors, rules) = (Factors::shipped(), ReportingRules::shipped());
    // A took 60,000 kWh, of which its meter counted half: B is given 70,000 and not 40,000.
    let report = |missing_slots, b| {
        let meter = Share::Meter { wh: Some(30_000_000), missing_slots };
        let rows = [made("A", "2026-10", 100, meter), made("B", "2026-10", 100, b)];
        let of = month("2026-10");
        let energy = [ProductMonth { month: of, wh: 100_000_000, missing_slots: 0 }];
        products(&rows, &energy, &factors, &rules, date(2026, 11, 26))
    };
    let inexact = Remark::RestInexact { months: vec![month("2026-10")] };
    let of_b = |report: &ProductReport| {
        let b = &report.products[1];
        (b.wh, b.missing_slots, report.remarks.contains(&inexact))
    };
    assert_eq!(of_b(&report(1_488, Share::Mass)), (Some(70_000_000), 1_488, true));
    assert_eq!(of_b(&report(0, Share::Mass)), (Some(70_000_000), 0, false));
    // A stated share is of the whole: another product's meter does not touch it.
    assert_eq!(of_b(&report(1_488, Share::Ppm(400_000))), (Some(40_000_000), 0, false));
}

#[test]
fn a_year_is_summed_by_month_and_quarter() {
    let (desk, load) = (Desk::new(0), plant(487));
    let (factors, rules) = (Factors::shipped(), ReportingRules::shipped());
    let bills = desk.bills(&load);
    let of = |year, now| annual(year, &bills, 0, (&factors, &rules), now).unwrap();
    let year = of(2026, noon(2027, 1, 10));
    assert_eq!(year.months.len(), 12);
    assert!(year.is_complete);
    let quarters: i64 = year.quarters_wh.iter().map(|wh| wh.unwrap()).sum();
    let months: i64 = year.months.iter().map(|month| month.wh.unwrap()).sum();
    assert_eq!((quarters, months), (year.wh, year.wh));
    let toe = year.carbon.toe.as_ref().unwrap().toe;
    assert!((toe - year.wh as f64 / 1e6 * 0.213).abs() < 1e-9);
    assert!(!year.large_user.is_reached_by_electricity, "{toe} toe are below 2,000");
    // Of 2025 only four months are known, and of the running year not all.
    let first = of(2025, noon(2027, 1, 10));
    assert!(!first.is_complete);
    assert_eq!(first.quarters_wh.map(|wh| wh.is_some()), [false, false, false, true]);
    assert!(first.remarks.iter().any(|remark| matches!(remark, Remark::Unknown { .. })));
    assert!(!of(2026, noon(2026, 12, 31)).is_complete, "December goes on");
    assert!(annual(9_999, &bills, 0, (&factors, &rules), noon(2026, 1, 1)).is_none());
}

#[test]
fn a_reading_day_inside_the_month_is_said() {
    let (desk, load, factors) = (Desk::new(15), plant(426), Factors::shipped());
    let (terms, bills) = (desk.terms(), desk.bills(&load));
    let asked = ("2026-10", noon(2026, 11, 26));
    let report = report_of(&terms, &bills, &load, &factors, asked).unwrap();
    assert_eq!(report.days[0].date, date(2026, 9, 15));
    assert_eq!(report.days.len(), 30);
    assert!(report.remarks.contains(&Remark::YearOfMonth));
}

#[test]
fn every_remark_speaks_both_languages() {
    let months = vec![month("2026-10")];
    for remark in [
        Remark::Hidden,
        Remark::OffGrid { readings: 3 },
        Remark::NoAnomalies { why: "x".into() },
        Remark::TooFewDays { days: 30, needed: 90 },
        Remark::RestInexact { months: months.clone() },
        Remark::OverAllocated { months: months.clone() },
        Remark::Gaps { months: months.clone() },
        Remark::NoEnergy { months },
        Remark::NoToe { why: "x".into() },
        Remark::YearOfMonth,
        Remark::FormUnverified,
    ] {
        assert!(!remark.en().is_empty() && remark.en().is_ascii(), "{remark:?}");
        assert!(!remark.ko().is_ascii(), "{remark:?}");
    }
}

fn any_share() -> impl Strategy<Value = Share> {
    prop_oneof![
        (0..200_000_i64).prop_map(|wh| Share::Meter { wh: Some(wh), missing_slots: 0 }),
        (0..400_000_u32).prop_map(Share::Ppm),
        Just(Share::Mass),
    ]
}

proptest! {
    /// Nothing is lost and nothing is made: what products are given, what nobody is given and what
    /// is given twice come to the whole.
    #[test]
    fn what_is_given_adds_up_to_the_whole(
        total in 0..1_000_000_000_i64,
        parts in prop::collection::vec((1..1_000_000_i64, any_share()), 0..12),
    ) {
        let made: Vec<_> = parts.iter().map(|(kg, share)| Made {
            product: "p".into(), code: None, month: BillMonth::new(2026, 1).unwrap(), kg: *kg,
            share: *share,
        }).collect();
        let found = allocate(total, &made);
        let given: i64 = found.wh.iter().flatten().sum();
        prop_assert_eq!(given + found.unallocated_wh - found.over_wh, total);
        prop_assert!(found.unallocated_wh >= 0 && found.over_wh >= 0);
        prop_assert!(found.wh.iter().flatten().all(|wh| *wh >= 0));
    }
}
