//! The published vector, look-ups by date, refusals.

use jiff::civil::date;

use super::*;

fn check(year: i16, kwh: f64, expect_t: f64) {
    let factors = Factors::shipped();
    let factor = factors.grid(Purpose::Disclosure, year, date(2026, 11, 26)).unwrap();
    let emission = emission(kwh, factor).unwrap();
    assert!((emission.tco2e - expect_t).abs() < 0.005, "{emission:?}");
    assert_eq!(&emission.factor, factor, "the factor is stored with the figure");
}

#[test]
fn the_published_vector_is_met_with_both_factors() {
    check(2026, 93_732.0, 39.11);
    check(2025, 93_732.0, 42.56);
}

#[test]
fn a_factor_is_found_as_of_a_day() {
    let row = |published: &str, value: f64| {
        format!(
            r#"{{"purpose":"k_ets","year_of_use":2026,"published_on":{published},
            "tco2e_per_mwh":{value},"reference":"","source":"s","status":""}}"#
        )
    };
    let json = |rows: &[String]| format!(r#"{{"grid":[{}],"heat":[]}}"#, rows.join(","));
    let rows = [row("\"2025-03-01\"", 0.45), row("\"2025-12-17\"", 0.42)];
    let factors = Factors::parse(&json(&rows)).unwrap();
    for (as_of, value) in [(date(2025, 12, 16), 0.45), (date(2025, 12, 17), 0.42)] {
        let found = factors.grid(Purpose::KEts, 2026, as_of).unwrap();
        assert!((found.tco2e_per_mwh - value).abs() < 1e-12);
    }
    let early = factors.grid(Purpose::KEts, 2026, date(2025, 1, 1)).unwrap_err();
    assert!(early.to_string().contains("no grid factor for KEts in 2026"), "{early}");
    let shipped = Factors::shipped();
    assert!(shipped.grid(Purpose::KEts, 2026, date(2026, 11, 26)).is_err(), "no default");

    let twice = [rows[0].clone(), rows[0].clone()];
    let twice = Factors::parse(&json(&twice)).unwrap_err();
    assert!(matches!(twice, FactorsFault::Twice { year: 2026, .. }), "{twice}");
    let zero = Factors::parse(&json(&[row("null", 0.0)])).unwrap_err();
    assert!(zero.to_string().contains("not above zero"), "{zero}");
    assert!(matches!(Factors::parse("{"), Err(FactorsFault::Unreadable(_))));
}

#[test]
fn oil_equivalent_follows_the_stated_or_the_reckoned_value() {
    let factors = Factors::shipped();
    let toe_of = |carrier, amount| toe(amount, factors.heat(carrier).unwrap()).unwrap();
    assert!((toe_of(Carrier::Electricity, 1_000.0) - 0.213).abs() < 1e-12);
    assert!((toe_of(Carrier::CityGas, 1_000.0) - 1.019_87).abs() < 1e-5);
}

#[test]
fn a_product_has_an_intensity_unless_none_was_made() {
    let factors = Factors::shipped();
    let factor = factors.grid(Purpose::Disclosure, 2026, date(2026, 1, 1)).unwrap();
    let emission = emission(50_000.0, factor).unwrap();
    let found = intensity(&emission, 100.0).unwrap();
    assert!((found.kwh_per_t - 500.0).abs() < 1e-9);
    assert!((found.kgco2e_per_t - 208.65).abs() < 1e-9);
    for tonnes in [0.0, -1.0, f64::NAN] {
        assert!(intensity(&emission, tonnes).is_err());
    }
    for kwh in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(super::emission(kwh, factor).is_err());
    }
}
