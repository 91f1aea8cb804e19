//! The exact plan equals the optima that HiGHS 1.13.1 found for the same linear program.

use energy_rules::dispatch::{Battery, BatterySpec, DemandTerms, End, Plan, Site, Task, plan};

use super::steel;

fn solve(site: &Site, kwh: f64, kw: f64, terms: &DemandTerms) -> Plan {
    let battery = Battery::new(BatterySpec::usual(kwh, kw)).unwrap();
    let half = 0.5 * kwh;
    let end = End::Exactly(half);
    plan(&Task { site, battery: &battery, terms, stored_kwh: half, end }).unwrap()
}

fn to_one_won(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1.0, "{found} won, expected {expected}");
}

#[test]
fn single_months_equal_the_linear_program_to_one_won() {
    let Some(load) = steel::load() else { return };
    for (month, kwh, total, demand_kw, energy_alone) in [
        (7, 500.0, 17_711_789.0, 318.6, 15_015_352.0),
        (7, 1_000.0, 16_548_353.0, 282.2, 14_118_956.0),
        (11, 500.0, 18_757_328.0, 378.7, 15_571_486.0),
        (11, 1_000.0, 17_441_997.0, 273.7, 14_851_297.0),
    ] {
        let site = steel::site(&load, steel::slots_of(month, month));
        let calendar = u8::try_from(month).unwrap();
        let with = solve(&site, kwh, kwh / 2.0, &DemandTerms::alone(calendar, steel::CHARGE));
        to_one_won(with.costs.total_won(), total);
        assert!((with.demand_kw[0] - demand_kw).abs() < 0.05, "{}", with.demand_kw[0]);
        assert!(with.gap_won < 0.5, "{}", with.gap_won);
        let without = solve(&site, kwh, kwh / 2.0, &DemandTerms::alone(calendar, 0.0));
        to_one_won(without.costs.energy_won, energy_alone);
    }
}

#[test]
fn the_year_with_its_ratchet_equals_the_linear_program_to_one_won() {
    let Some(load) = steel::load() else { return };
    let site = steel::site(&load, steel::slots_of(1, 12));
    let terms = DemandTerms::repeating_year(steel::CHARGE, steel::FLOOR_KW);
    let year = solve(&site, 500.0, 250.0, &terms);
    to_one_won(year.base.energy_won, 166_940_072.67);
    to_one_won(year.base.total_won(), 228_232_514.0);
    to_one_won(year.costs.total_won(), 200_096_142.0);
    assert!(year.billed_kw.iter().all(|kw| (kw - 404.3).abs() < 0.05), "{:?}", year.billed_kw);
    assert!(year.gap_won < 0.5, "{}", year.gap_won);
}
