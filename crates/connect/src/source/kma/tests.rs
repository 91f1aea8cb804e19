//! Rows as they are published become values, the questions are for the right hour, and what cannot work is
//! refused.

use std::collections::BTreeMap;

use base::Instant;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::decode::read;
use super::rules::check;
use super::{KmaConnection, KmaField, KmaPlace};
use crate::source::open_data::Published as _;
use crate::source::open_data::reply::Item;

const GRID: KmaPlace = KmaPlace::Grid { nx: 63, ny: 89 };
const STATION: KmaPlace = KmaPlace::Station { station: 146 };

fn points(fields: &[KmaField]) -> BTreeMap<KmaField, String> {
    fields.iter().map(|field| (*field, format!("{field:?}"))).collect()
}

fn item(value: Value) -> Item {
    let Value::Object(item) = value else { panic!("{value}") };
    item
}

fn category(category: &str, value: &str) -> Item {
    item(json!({
        "baseDate": "20261125", "baseTime": "0900", "category": category, "nx": 63, "ny": 89,
        "obsrValue": value,
    }))
}

fn connection(place: &Value) -> KmaConnection {
    serde_json::from_value(json!({
        "service": { "key_env": "SANDAN_OPEN_DATA_KEY" }, "place": place,
        "points": { "temperature": "temp" },
    }))
    .unwrap()
}

/// The values of the parameters with these names, of each question.
fn asked(connection: &KmaConnection, now: &str, names: &[&str]) -> Vec<Vec<String>> {
    let now: Instant = now.parse().unwrap();
    let of = |query: &[(&str, String)], name: &str| {
        query.iter().find(|(key, _)| *key == name).unwrap().1.clone()
    };
    let questions = connection.questions(now);
    questions.iter().map(|q| names.iter().map(|name| of(&q.query, name)).collect()).collect()
}

#[test]
fn a_cell_gives_a_value_for_each_category_that_is_wanted() {
    let rows = [category("T1H", "-1.5"), category("WSD", "3"), category("REH", "-998.9")];
    let wanted = points(&[KmaField::Temperature, KmaField::Humidity, KmaField::Rain1h]);
    let read = read(GRID, &wanted, &rows);
    let told: Vec<_> = read.told.iter().map(|told| (&*told.point, told.value.clone())).collect();
    let missing = Err("missing ('-998.9')".to_owned());
    assert_eq!(told, [("Temperature", Ok(-1.5)), ("Humidity", missing)]);
    assert_eq!(read.told[0].at.to_string(), "2026-11-25T00:00:00Z");
}

#[test]
fn a_station_gives_what_was_observed_and_says_what_is_wrong_with_it() {
    let rows = [item(json!({
        "tm": "2026-11-24 23:00", "stnId": "146", "ta": "3.4", "taQcflg": "", "hm": "55",
        "hmQcflg": "1", "ws": "", "wsQcflg": "9", "rn": "", "rnQcflg": "", "pa": "1013.2",
    }))];
    let read = read(STATION, &points(&KmaField::ALL), &rows);
    let told: Vec<_> =
        read.told.iter().map(|t| (&*t.point, t.value.clone().ok(), t.doubtful)).collect();
    let expect = [
        ("Temperature", Some(3.4), false),
        ("Humidity", Some(55.0), true),
        ("WindSpeed", None, false),
        ("Pressure", Some(1_013.2), false),
    ];
    assert_eq!(told, expect, "rain without rain is no value and no complaint");
}

#[test]
fn the_hour_of_korea_is_asked_for_and_then_the_one_before() {
    let grid = connection(&json!({ "product": "grid", "nx": 63, "ny": 89 }));
    let names = ["base_date", "base_time", "nx", "ny"];
    let midnight = asked(&grid, "2026-11-25T15:05:00Z", &names);
    assert_eq!(midnight, [["20261126", "0000", "63", "89"], ["20261125", "2300", "63", "89"]]);
}

#[test]
fn a_station_is_asked_for_three_days_until_yesterday() {
    let station = connection(&json!({ "product": "station", "station": 146 }));
    let names = ["startDt", "startHh", "endDt", "endHh", "stnIds"];
    let days = asked(&station, "2026-11-25T15:05:00Z", &names);
    assert_eq!(days, [["20261123", "00", "20261125", "23", "146"]]);
}

#[test]
fn every_bad_field_is_named() {
    let grid = |nx: u32, ny: u32| json!({ "product": "grid", "nx": nx, "ny": ny });
    let cases = [
        ("/place/nx", grid(0, 89)),
        ("/place/ny", grid(63, 254)),
        ("/place/station", json!({ "product": "station", "station": 0 })),
    ];
    for (pointer, place) in cases {
        let wrong: Vec<_> = check(&connection(&place)).into_iter().map(|(at, _)| at).collect();
        assert_eq!(wrong, [pointer]);
    }
    let mut grid = connection(&grid(63, 89));
    assert_eq!(check(&grid), vec![]);
    grid.points.insert(KmaField::Pressure, "pa".into());
    assert_eq!(check(&grid)[0].0, "/points/pressure");
}

proptest! {
    #[test]
    fn no_row_makes_the_decoder_fail(
        date in ".{0,10}", time in ".{0,6}", value in ".{0,10}", flag in ".{0,4}",
    ) {
        let rows = [item(json!({
            "baseDate": date, "baseTime": time, "category": "T1H", "obsrValue": value,
            "tm": format!("{date} {time}"), "ta": value, "taQcflg": flag,
        }))];
        for place in [GRID, STATION] {
            for told in read(place, &points(&KmaField::ALL), &rows).told {
                prop_assert!(told.value.as_ref().map_or(true, |value| value.is_finite()));
            }
        }
    }
}
