//! The steel plant (2018 calendar and holidays, HV-A II) against table 2.8 of the reference.

use super::{Desk, NEW, OLD, month};
use crate::bill::*;
use crate::demand::{Basis, KnownDemand};
use crate::money::NANO_WON;
use crate::steel::steel;
use crate::tariff::{Band, Status};

/// kWh light, mid, peak in the new hours; kW; won new, won old: all in hundredths.
type Row = (i64, i64, i64, i64, i64, i64);

const TABLE: [Row; 12] = [
    (2_399_459, 5_526_890, 4_697_480, 61_256, 2_339_381_431, 2_406_531_602),
    (1_855_982, 4_080_653, 3_213_099, 58_204, 1_683_009_209, 1_727_845_074),
    (929_273, 4_398_851, 2_694_917, 60_524, 1_200_542_894, 1_265_185_866),
    (783_357, 4_210_494, 2_883_129, 55_612, 1_180_699_493, 1_243_486_848),
    (1_210_893, 3_828_427, 2_866_608, 56_016, 1_179_335_340, 1_239_906_043),
    (915_956, 3_256_467, 2_368_041, 53_540, 1_273_508_076, 1_337_782_393),
    (1_101_367, 4_085_013, 2_981_061, 48_672, 1_593_890_844, 1_650_788_840),
    (709_010, 3_670_911, 2_476_022, 53_480, 1_346_532_622, 1_409_844_799),
    (622_300, 3_115_878, 2_050_129, 51_048, 865_744_752, 918_209_226),
    (1_006_752, 4_483_404, 2_976_409, 55_772, 1_264_821_777, 1_323_301_144),
    (949_526, 4_167_317, 3_505_278, 62_872, 1_638_121_259, 1_692_517_874),
    (774_472, 2_652_008, 2_517_198, 59_672, 1_128_419_571, 1_167_010_410),
];

/// Half-price kWh of March, April, May, September and October, in hundredths.
const HALF_PRICE: [(usize, i64); 5] =
    [(2, 209_932), (3, 270_102), (4, 247_732), (8, 196_694), (9, 279_141)];

fn variable_nano(bill: &Bill) -> i128 {
    [Group::Energy, Group::Climate, Group::Fuel].into_iter().map(|g| bill.nano_won(g)).sum()
}

/// Half up to hundredths.
fn cents(nano: i128) -> i64 {
    i64::try_from((nano + NANO_WON / 200).div_euclid(NANO_WON / 100)).unwrap()
}

fn band_wh(bill: &Bill, band: Band) -> i64 {
    let of = |line: &&Line| matches!(line.code, Item::Energy(_, Some(b)) if b == band);
    bill.lines.iter().filter(of).map(|line| line.quantity.milli).sum()
}

#[test]
fn the_year_of_the_steel_plant_agrees_with_the_table_to_a_hundredth_of_a_won() {
    let Some(load) = steel() else { return };
    let (new, old) = (Desk::of(NEW, "hv-a-2", 700), Desk::of(OLD, "hv-a-2", 700));
    let new = bills(&load, &new.terms(), &History::default()).unwrap();
    let old = bills(&load, &old.terms(), &History::default()).unwrap();
    assert_eq!((new.len(), old.len()), (12, 12));
    for ((new, old), row) in new.iter().zip(&old).zip(TABLE) {
        let found = (
            band_wh(new, Band::Light) / 10,
            band_wh(new, Band::Mid) / 10,
            band_wh(new, Band::Peak) / 10,
            new.peaks.basis.unwrap().w / 10,
            cents(variable_nano(new)),
            cents(variable_nano(old)),
        );
        assert_eq!(found, row, "{}", new.month);
        assert_eq!(new.peaks.basis, new.peaks.all, "all maxima fall in mid or peak");
    }
    for (at, wh) in HALF_PRICE {
        let of = |line: &&Line| matches!(line.code, Item::Discount(..));
        let sum: i64 = new[at].lines.iter().filter(of).map(|line| line.quantity.milli).sum();
        assert_eq!(sum / 10, wh, "{}", new[at].month);
    }
    let year = |bills: &[Bill]| cents(bills.iter().map(variable_nano).sum());
    assert_eq!((year(&new), year(&old)), (16_694_007_267, 17_382_410_120));
    assert_eq!(new.iter().map(|bill| bill.wh).sum::<i64>(), 959_640_310);
}

#[test]
fn a_load_from_before_all_known_adders_is_billed_by_those_of_its_version_and_says_so() {
    let Some(load) = steel() else { return };
    let mut desk = Desk::of(NEW, "hv-a-2", 700);
    let asked = bills(&load, &desk.terms(), &History::default()).unwrap();
    desk.choices.rules_of = None;
    let found = bills(&load, &desk.terms(), &History::default()).unwrap();
    assert_eq!(found, asked);
    let told = Note::RulesOf { date: jiff::civil::date(2026, 4, 16) };
    assert!(found.iter().all(|bill| bill.notes.contains(&told)));
    let climate = |bill: &Bill| {
        bill.lines.iter().find(|line| line.code == Item::Climate).map(|line| line.status)
    };
    assert!(found.iter().all(|bill| climate(bill) == Some(Status::Unverified)));
}

#[test]
fn the_july_bill_of_the_steel_plant_is_22_526_930_won() {
    let Some(load) = steel() else { return };
    let desk = Desk::of(NEW, "hv-a-2", 700);
    // July alone: nothing is carried over.
    let bill = bill(&july(&load), month("2018-07"), &desk.terms(), &History::default()).unwrap();
    let won = |group| bill.won(group).unwrap();
    assert_eq!(won(Group::Basic), 4_049_510);
    assert_eq!(won(Group::PowerFactor), 0);
    assert_eq!(won(Group::Energy), 14_795_466);
    assert_eq!(won(Group::Climate), 735_069);
    assert_eq!(won(Group::Fuel), 408_372);
    assert_eq!(won(Group::Excess), 0);
    assert_eq!(bill.charge_won, 19_988_417);
    assert_eq!((bill.vat_won, bill.fund_won), (1_998_842, 539_680));
    assert_eq!(bill.total_won, 22_526_930);
    assert!(bill.provisional, "eleven months before are not known");
    assert_eq!(bill.demand.as_ref().unwrap().w, 486_720);
    let basic = &bill.lines[0];
    assert_eq!(basic.decided_at.unwrap().to_string(), "2018-07-05T08:45:00");
    assert_eq!(basic.rule.ko(), "요금적용전력 486.72 kW: 이 달 2018-07-05 08:45의 최대수요");
}

fn july(load: &crate::load::Load) -> crate::load::Load {
    let days = 31 + 28 + 31 + 30 + 31 + 30;
    let slots = days * 96..(days + 31) * 96;
    crate::load::Load::active(jiff::civil::date(2018, 7, 1), load.wh[slots].to_vec())
}

#[test]
fn a_cyclic_year_of_700_kw_costs_228_232_514_won_before_tax() {
    let Some(load) = steel() else { return };
    let desk = Desk::of(NEW, "hv-a-2", 700);
    let first = bills(&load, &desk.terms(), &History::default()).unwrap();
    // The year before is taken to be the same.
    let mut history = History::default();
    for bill in &first {
        let peak = bill.peaks.basis.unwrap();
        history
            .demands
            .insert(bill.month.earlier(12), KnownDemand { w: peak.w, at: Some(peak.at) });
    }
    let year = bills(&load, &desk.terms(), &history).unwrap();
    for bill in &year {
        let expected = if bill.month == month("2018-11") { 628_720 } else { 612_560 };
        let demand = bill.demand.as_ref().unwrap();
        assert_eq!(demand.w, expected, "{}", bill.month);
        assert!(!bill.provisional, "{}", bill.month);
    }
    let july = year[6].demand.as_ref().unwrap();
    let january = month("2018-01");
    assert!(matches!(july.basis, Basis::CarriedOver { from, .. } if from == january));
    let basic: i128 = year.iter().map(|bill| bill.nano_won(Group::Basic)).sum();
    let all: i128 = basic + year.iter().map(variable_nano).sum::<i128>();
    assert_eq!(cents(basic), 6_129_244_160);
    assert_eq!(crate::money::half_up(basic), 61_292_442);
    assert_eq!(crate::money::half_up(all), 228_232_514);
}
