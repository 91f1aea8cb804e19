//! The stand-in says the same twice, and knows the oddities.

use std::collections::HashMap;

use serde_json::Value;

use super::OpenDataFault;
use super::body::{air, air_quality, grid, station, weather};

/// 2026-11-25T15:20:00Z, twenty minutes past midnight in Korea.
const NOW_MS: i64 = 1_795_620_000_000;
const MIDNIGHT_MS: i64 = 1_795_618_800_000;

fn asked(pairs: &[(&str, &str)]) -> HashMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn items(body: &str) -> Vec<Value> {
    let body: Value = serde_json::from_str(body).unwrap();
    let items = &body["response"]["body"]["items"];
    items.get("item").unwrap_or(items).as_array().cloned().unwrap_or_default()
}

#[test]
fn midnight_is_hour_24_of_the_day_before() {
    let query = asked(&[("returnType", "json"), ("stationName", "시연 1"), ("numOfRows", "2")]);
    let rows = items(&air_quality(&query, NOW_MS, None));
    assert_eq!(rows[0]["dataTime"], "2026-11-25 24:00");
    assert_eq!(rows[1]["dataTime"], "2026-11-25 23:00");
    assert_eq!(rows[0]["pm10Value"], air("pm10", MIDNIGHT_MS).unwrap());
    assert_eq!(rows.len(), 2);
}

#[test]
fn the_fault_strikes_the_newest_row_only() {
    let query = asked(&[("returnType", "json"), ("stationName", "시연 1"), ("numOfRows", "2")]);
    let rows = items(&air_quality(&query, NOW_MS, Some(OpenDataFault::Missing)));
    assert_eq!((&rows[0]["pm10Value"], &rows[0]["pm10Flag"]), (&"-".into(), &"통신장애".into()));
    assert_eq!(rows[1]["pm10Flag"], Value::Null);
}

#[test]
fn an_hour_of_the_grid_is_there_or_not_yet() {
    let query = asked(&[
        ("dataType", "JSON"),
        ("nx", "63"),
        ("ny", "89"),
        ("base_date", "20261126"),
        ("base_time", "0000"),
    ]);
    let rows = items(&grid(&query, NOW_MS, None));
    assert_eq!(rows[0]["obsrValue"], weather("T1H", MIDNIGHT_MS).unwrap());
    assert_eq!(rows.len(), 8);
    assert!(grid(&query, NOW_MS, Some(OpenDataFault::Behind)).contains("\"03\""));
}

#[test]
fn a_staffed_station_knows_yesterday_and_not_today() {
    let mut query = asked(&[
        ("dataType", "JSON"),
        ("dataCd", "ASOS"),
        ("dateCd", "HR"),
        ("startDt", "20261124"),
        ("endDt", "20261125"),
        ("numOfRows", "100"),
        ("stnIds", "999"),
    ]);
    let rows = items(&station(&query, NOW_MS, None));
    assert_eq!((rows.len(), &rows[0]["tm"]), (48, &"2026-11-24 00:00".into()));
    query.insert("endDt".to_owned(), "20261126".to_owned());
    assert!(items(&station(&query, NOW_MS, None)).is_empty());
}
