//! Tariff data: what is shipped can be read, what is wrong is named.

use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::calendar::DayKind;

const NEW: &str = "kepco-industrial-b-2026-04-16";

#[test]
fn every_shipped_tariff_reads_and_names_its_sources() {
    let tariffs = Tariffs::shipped();
    let ids: Vec<_> = tariffs.iter().map(|tariff| tariff.id.as_str()).collect();
    assert_eq!(ids.len(), 5);
    for tariff in tariffs.iter() {
        assert!(!tariff.source.is_empty(), "{}", tariff.id);
        let sourced = |option: &OptionRates| !option.source.is_empty();
        assert!(tariff.options.iter().all(sourced), "{}", tariff.id);
    }
    for class in Class::ALL {
        assert!(!tariffs.versions(class).is_empty(), "{}", class.code());
    }
    let adders = Adders::shipped();
    let fund = |day| adders.on(Adder::Fund, day).unwrap().rate.to_string();
    for (day, percent) in [
        (date(2024, 6, 30), "3.7"),
        (date(2024, 7, 1), "3.2"),
        (date(2025, 6, 30), "3.2"),
        (date(2025, 7, 1), "2.7"),
    ] {
        assert_eq!(fund(day), percent, "{day}");
    }
    // What the reference does not confirm stays unverified.
    let fuel = adders.on(Adder::Fuel, date(2026, 4, 1)).unwrap();
    assert_eq!(fuel.status, Status::Unverified);
    assert_eq!(adders.on(Adder::Climate, date(2022, 12, 31)), None);
}

#[test]
fn a_slot_is_classified_by_its_start() {
    let tariffs = Tariffs::shipped();
    let (new, old) = (tariffs.get(NEW).unwrap(), "kepco-industrial-b-2024-10-24");
    let old = tariffs.get(old).unwrap();
    let (light, mid, peak) = (Band::Light, Band::Mid, Band::Peak);
    let july = date(2026, 7, 1);
    let january = date(2026, 1, 5);
    for (tariff, day, kind, slot, band, half) in [
        (new, july, DayKind::Weekday, 31, light, false),
        (new, july, DayKind::Weekday, 32, mid, false),
        (new, july, DayKind::Weekday, 59, mid, false),
        (new, july, DayKind::Weekday, 60, peak, false),
        (new, july, DayKind::Weekday, 84, mid, false),
        (new, july, DayKind::Weekday, 88, light, false),
        (new, july, DayKind::Saturday, 60, mid, false),
        (new, july, DayKind::Sunday, 60, light, false),
        (old, july, DayKind::Weekday, 44, peak, false),
        (old, july, DayKind::Weekday, 48, mid, false),
        (new, january, DayKind::Weekday, 36, peak, false),
        (new, january, DayKind::Weekday, 48, mid, false),
        (new, date(2026, 5, 2), DayKind::Saturday, 43, mid, false),
        (new, date(2026, 5, 2), DayKind::Saturday, 44, mid, true),
        (new, date(2026, 5, 2), DayKind::Saturday, 55, mid, true),
        (new, date(2026, 5, 2), DayKind::Saturday, 56, mid, false),
        (new, date(2026, 5, 5), DayKind::Holiday, 44, light, true),
        (new, date(2026, 5, 6), DayKind::Weekday, 44, mid, false),
        (new, date(2030, 10, 27), DayKind::Sunday, 44, light, true),
        (new, date(2031, 3, 2), DayKind::Sunday, 44, light, false),
        (old, date(2026, 5, 2), DayKind::Saturday, 44, mid, false),
    ] {
        let cell = tariff.day(day, kind).0[slot];
        assert_eq!(cell.band(), Some(band), "{} {day} {slot}", tariff.id);
        assert_eq!(cell.discount().is_some(), half, "{} {day} {slot}", tariff.id);
        assert_eq!(cell.season(), tariff.season(day));
    }
}

fn shipped(id: &str) -> Value {
    serde_json::to_value(Tariffs::shipped().get(id).unwrap()).unwrap()
}

#[test]
fn a_tariff_that_is_wrong_is_refused_with_the_place_and_what_to_do() {
    let check = |edit: &dyn Fn(&mut Value), expected: &str| {
        let mut json = shipped(NEW);
        edit(&mut json);
        let fault = Tariff::parse(&json.to_string()).unwrap_err().to_string();
        assert!(fault.contains(expected), "{fault}");
    };
    check(&|t| t["seasons"]["summer"] = json!([6, 7]), "month 8 has no season");
    check(&|t| t["seasons"]["summer"] = json!([5, 6, 7, 8]), "month 5 stands in two");
    check(&|t| t["seasons"]["summer"] = json!([6, 7, 8, 13]), "13 is not a month");
    check(&|t| t["hours"]["winter"]["mid"] = json!([[8, 9]]), "the hour 12-13 has no band");
    check(&|t| t["hours"]["winter"]["mid"] = json!([[8, 20]]), "the hour 9-10 has two bands");
    check(&|t| t["hours"]["winter"]["light"] = json!([[22, 8]]), "split it at midnight");
    check(&|t| t["days"] = Value::Null, "needs the rules of days");
    check(&|t| t["demand"] = Value::Null, "needs its rule");
    check(&|t| t["discounts"][0]["percent"] = json!(101), "101 % cannot be taken off");
    check(&|t| t["effective_to"] = json!("2026-01-01"), "lies before the first day");
    check(&|t| t["options"] = json!([]), "give 1 to 40 options");
    check(&|t| t["excess"]["steps"] = json!([]), "begin at 0 per cent");
    check(&|t| t["surprise"] = json!(1), "unknown field `surprise`");
    let rates = |t: &mut Value, rates: Value| {
        t["options"][1]["energy_won_per_kwh"]["summer"] = rates;
    };
    check(&|t| rates(t, json!(["116", "229", "163.8"])), "options.hv-a-2.summer: light < mid");
    check(&|t| rates(t, json!(["116", "163.8"])), "2 rates where 3 are expected");
    check(&|t| rates(t, json!([116, 163, 229])), "expected a string");
    check(&|t| rates(t, json!(["116", "1e2", "229"])), "write a decimal in quotes");
}

/// Any JSON, of a depth that parsers see.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[-0-9.]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{0,9}", inner, 0..6)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

/// The places of a JSON value, as pointers.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    if let Value::Object(map) = value {
        map.iter().for_each(|(key, inner)| places(inner, &format!("{at}/{key}"), into));
    }
    if let Value::Array(list) = value {
        let each = |(index, inner): (usize, &Value)| places(inner, &format!("{at}/{index}"), into);
        list.iter().enumerate().for_each(each);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn parsing_never_panics(
        text in ".{0,80}",
        json in any_json(),
        place in any::<prop::sample::Index>(),
    ) {
        let _ = (Tariff::parse(&text), Adders::parse(&text), Tariff::parse(&json.to_string()));
        // A shipped tariff with one thing replaced is refused, or bills every slot of a year.
        let mut tariff = shipped(NEW);
        let mut all = Vec::new();
        places(&tariff, "", &mut all);
        *tariff.pointer_mut(&all[place.index(all.len())]).unwrap() = json;
        if let Ok(tariff) = Tariff::parse(&tariff.to_string()) {
            for cell in tariff.day(date(2026, 5, 5), DayKind::Holiday).0 {
                let _ = tariff.options[0].energy(cell.season(), cell.band());
            }
        }
    }
}
