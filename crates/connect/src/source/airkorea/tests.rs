//! Rows as they are published become values, and what cannot work is refused.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::decode::read;
use super::rules::check;
use super::{AirkoreaConnection, AirkoreaField};
use crate::source::open_data::reply::Item;

fn row(changes: &Value) -> Item {
    let mut row = json!({
        "dataTime": "2026-11-25 14:00", "stationName": "시연 1", "mangName": "도시대기",
        "pm10Value": "31", "pm10Flag": null, "pm25Value": "12", "pm25Flag": null,
        "o3Value": "0.031", "coValue": "0.4", "coFlag": "", "so2Value": "0.003", "no2Value": "0.012",
        "khaiValue": "61",
    });
    for (name, value) in changes.as_object().unwrap() {
        row[name] = value.clone();
    }
    row.as_object().unwrap().clone()
}

fn points(fields: &[AirkoreaField]) -> BTreeMap<AirkoreaField, String> {
    fields.iter().map(|field| (*field, field.stem().to_owned())).collect()
}

#[test]
fn every_field_is_read_at_the_hour_as_published() {
    let read = read(&points(&AirkoreaField::ALL), &[row(&json!({}))]);
    let values: Vec<_> =
        read.told.iter().map(|told| (&*told.point, told.value.clone().unwrap())).collect();
    let expect = [
        ("pm10", 31.0),
        ("pm25", 12.0),
        ("o3", 0.031),
        ("no2", 0.012),
        ("so2", 0.003),
        ("co", 0.4),
        ("khai", 61.0),
    ];
    assert_eq!(values, expect);
    assert!(read.told.iter().all(|told| !told.doubtful));
    assert_eq!(read.told[0].at.to_string(), "2026-11-25T05:00:00Z");
    assert_eq!(read.unread, None);
}

#[test]
fn a_missing_value_keeps_the_words_of_the_service_and_a_marked_one_is_doubtful() {
    let pm10 = points(&[AirkoreaField::Pm10]);
    let cases = [
        (
            json!({ "pm10Value": "-", "pm10Flag": "통신장애" }),
            Err("no value ('-'): 통신장애"),
            false,
        ),
        (json!({ "pm10Value": "-" }), Err("no value ('-'): no reason given"), false),
        (json!({ "pm10Value": null }), Err("no value (''): no reason given"), false),
        (json!({ "pm10Value": "NaN" }), Err("no value ('NaN'): no reason given"), false),
        (json!({ "pm10Value": "31", "pm10Flag": "점검및교정" }), Ok(31.0), true),
        (json!({ "pm10Value": 31, "pm10Flag": "-" }), Ok(31.0), false),
    ];
    for (changes, value, doubtful) in cases {
        let told = &read(&pm10, &[row(&changes)]).told[0];
        assert_eq!(told.value, value.map_err(str::to_owned), "{changes}");
        assert_eq!(told.doubtful, doubtful, "{changes}");
    }
}

#[test]
fn hour_24_is_midnight_and_a_time_that_is_none_costs_only_its_row() {
    let rows = [
        row(&json!({ "dataTime": "2026-11-25 24:00" })),
        row(&json!({ "dataTime": "2026-11-25 29:00" })),
        row(&json!({ "dataTime": "2026-11-25 23:00" })),
    ];
    let read = read(&points(&[AirkoreaField::Pm25]), &rows);
    let hours: Vec<_> = read.told.iter().map(|told| told.at.to_string()).collect();
    assert_eq!(hours, ["2026-11-25T15:00:00Z", "2026-11-25T14:00:00Z"]);
    assert!(read.unread.unwrap().contains("29:00"));
}

#[test]
fn every_bad_field_is_named() {
    let good = json!({
        "service": { "key_env": "SANDAN_OPEN_DATA_KEY" }, "station": "시연 1",
        "points": { "pm10": "pm10", "pm25": "pm25" },
    });
    let read = |it: &Value| serde_json::from_value::<AirkoreaConnection>(it.clone());
    assert_eq!(check(&read(&good).unwrap()), vec![]);
    let cases = [
        ("/service/key_env", json!("DATABASE_URL")),
        ("/service/key_env", json!("SANDAN_OPCUA_LINE1")),
        ("/service/base_url", json!("ftp://x")),
        ("/service/base_url", json!("https://user@x")),
        ("/service/base_url", json!("https://x/?a=b")),
        ("/service/base_url", json!("https:///path")),
        ("/service/interval_s", json!(60)),
        ("/service/timeout_ms", json!(10)),
        ("/station", json!(" ")),
        ("/points", json!({})),
        ("/points/pm25", json!("pm10")),
        ("/points/pm10", json!("")),
    ];
    for (pointer, value) in cases {
        let mut bad = good.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        bad.pointer_mut(parent).unwrap()[field] = value;
        let wrong: Vec<_> = check(&read(&bad).unwrap()).into_iter().map(|(at, _)| at).collect();
        assert_eq!(wrong, [pointer]);
    }
    let mut unknown = good;
    unknown["points"]["h2s"] = json!("x");
    assert!(read(&unknown).is_err());
}

proptest! {
    #[test]
    fn no_row_makes_the_decoder_fail(time in ".{0,20}", value in ".{0,10}", flag in ".{0,80}") {
        let row = row(&json!({ "dataTime": time, "pm10Value": value, "pm10Flag": flag }));
        for told in read(&points(&AirkoreaField::ALL), &[row]).told {
            prop_assert!(told.value.is_ok_and(f64::is_finite) || told.point == "pm10");
        }
    }
}
