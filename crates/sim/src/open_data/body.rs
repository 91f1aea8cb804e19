//! The bodies: pure, with invented values.

use std::collections::HashMap;

use jiff::civil::DateTime;
use jiff::{Timestamp, ToSpan as _, tz};
use serde_json::{Map, Value, json};

use super::OpenDataFault;
use crate::dice::Dice;

pub(super) const AIR_PATH: &str = "/B552584/ArpltnInforInqireSvc/getMsrstnAcctoRltmMesureDnsty";
pub(super) const GRID_PATH: &str = "/1360000/VilageFcstInfoService_2.0/getUltraSrtNcst";
pub(super) const STATION_PATH: &str = "/1360000/AsosHourlyInfoService/getWthrDataList";

/// Stations of air quality whose names begin with this exist (시연: invented); others have no rows.
pub const STATION_PREFIX: &str = "시연";

/// What a station of air quality measures: the beginning of its field, its lowest and highest value, and
/// its decimals.
pub const AIR_FIELDS: [(&str, f64, f64, usize); 7] = [
    ("pm10", 15.0, 60.0, 0),
    ("pm25", 5.0, 34.0, 0),
    ("o3", 0.010, 0.060, 3),
    ("no2", 0.005, 0.030, 3),
    ("so2", 0.002, 0.006, 3),
    ("co", 0.3, 0.8, 1),
    ("khai", 40.0, 95.0, 0),
];

/// What weather is made of: the word in the grid, the word of a station, lowest, highest, decimals.
const WEATHER_FIELDS: [(&str, &str, f64, f64, usize); 10] = [
    ("T1H", "ta", -5.0, 30.0, 1),
    ("RN1", "", 0.0, 0.0, 0),
    ("UUU", "", -3.0, 3.0, 1),
    ("VVV", "", -3.0, 3.0, 1),
    ("REH", "hm", 30.0, 90.0, 0),
    ("PTY", "", 0.0, 0.0, 0),
    ("VEC", "wd", 0.0, 359.0, 0),
    ("WSD", "ws", 0.0, 8.0, 1),
    ("", "pa", 1_000.0, 1_020.0, 1),
    ("", "icsr", 0.0, 3.0, 2),
];

const HOUR_MS: i64 = 3_600_000;
const DAY_HOURS: i64 = 24;

/// The published text of an air quality field at this hour (milliseconds).
pub fn air(field: &str, hour_ms: i64) -> Option<String> {
    let found = AIR_FIELDS.iter().find(|(name, ..)| *name == field);
    found.map(|&(name, low, high, decimals)| invented(name, hour_ms, low, high, decimals))
}

/// The published text of a weather field, by its word in the grid or of a station, at this hour.
pub fn weather(field: &str, hour_ms: i64) -> Option<String> {
    let found = WEATHER_FIELDS
        .iter()
        .find(|(grid, station, ..)| !field.is_empty() && (*grid == field || *station == field));
    // The same value under both names.
    found.map(|&(grid, station, low, high, decimals)| {
        invented(&format!("{grid}{station}"), hour_ms, low, high, decimals)
    })
}

fn invented(label: &str, hour_ms: i64, low: f64, high: f64, decimals: usize) -> String {
    let share = Dice::new(hour_ms.unsigned_abs(), label).unit();
    format!("{:.decimals$}", low + (high - low) * share)
}

/// The wall clock of Korea.
fn kst(at_ms: i64) -> DateTime {
    let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    tz::offset(9).to_datetime(at)
}

fn hour_of(at_ms: i64) -> i64 {
    at_ms.div_euclid(HOUR_MS) * HOUR_MS
}

/// Midnight is hour 24 of the day before.
fn data_time(hour_ms: i64) -> String {
    let wall = kst(hour_ms);
    if wall.hour() != 0 {
        return wall.strftime("%Y-%m-%d %H:00").to_string();
    }
    let before = wall.checked_sub(1.day()).unwrap_or(wall);
    before.strftime("%Y-%m-%d 24:00").to_string()
}

/// The rows of a station, the newest first.
pub(super) fn air_quality(
    asked: &HashMap<String, String>,
    now_ms: i64,
    fault: Option<OpenDataFault>,
) -> String {
    let text = |name: &str| asked.get(name).map_or("", String::as_str);
    if text("returnType") != "json" || text("stationName").is_empty() {
        return envelope("11", "NO_MANDATORY_REQUEST_PARAMETERS_ERROR", &json!(""));
    }
    if !text("stationName").starts_with(STATION_PREFIX) {
        return envelope("00", "NORMAL_CODE", &json!([]));
    }
    let rows = text("numOfRows").parse().unwrap_or(10).clamp(1, DAY_HOURS);
    let newest = hour_of(now_ms);
    let items: Vec<Value> = (0..rows)
        .map(|back| {
            let hour = newest - back * HOUR_MS;
            let is_struck = back == 0 && fault == Some(OpenDataFault::Missing);
            air_row(text("stationName"), hour, is_struck)
        })
        .collect();
    envelope("00", "NORMAL_CODE", &Value::Array(items))
}

fn air_row(station: &str, hour: i64, is_struck: bool) -> Value {
    let mut row = Map::new();
    row.insert("stationName".to_owned(), station.into());
    row.insert("mangName".to_owned(), "도시대기".into());
    row.insert("dataTime".to_owned(), data_time(hour).into());
    for (field, ..) in AIR_FIELDS {
        let (value, flag) = match field {
            "pm10" if is_struck => (Some("-".to_owned()), Value::from("통신장애")),
            "pm25" if is_struck => (air(field, hour), Value::from("점검및교정")),
            _ => (air(field, hour), Value::Null),
        };
        row.insert(format!("{field}Value"), value.into());
        row.insert(format!("{field}Flag"), flag);
    }
    Value::Object(row)
}

/// One hour of a cell: a row for each category.
pub(super) fn grid(
    asked: &HashMap<String, String>,
    now_ms: i64,
    fault: Option<OpenDataFault>,
) -> String {
    let text = |name: &str| asked.get(name).map_or("", String::as_str);
    let cell = [text("nx"), text("ny")].map(|number| number.parse::<u32>().unwrap_or(0));
    if text("dataType") != "JSON" || cell.contains(&0) {
        return envelope("11", "NO_MANDATORY_REQUEST_PARAMETERS_ERROR", &json!(""));
    }
    let newest = match fault {
        Some(OpenDataFault::Behind) => hour_of(now_ms) - HOUR_MS,
        _ => hour_of(now_ms),
    };
    // Only the last day is kept.
    let hour = (0..DAY_HOURS).map(|back| newest - back * HOUR_MS).find(|&hour| {
        let wall = kst(hour);
        text("base_date") == wall.strftime("%Y%m%d").to_string()
            && text("base_time") == wall.strftime("%H00").to_string()
    });
    let Some(hour) = hour else { return envelope("03", "NO_DATA", &json!("")) };
    let categories = WEATHER_FIELDS.iter().filter(|(grid, ..)| !grid.is_empty());
    let items: Vec<Value> = categories
        .map(|(category, ..)| {
            let is_struck = *category == "T1H" && fault == Some(OpenDataFault::Missing);
            let value = if is_struck { Some("-998.9".to_owned()) } else { weather(category, hour) };
            json!({
                "baseDate": text("base_date"), "baseTime": text("base_time"), "category": category,
                "nx": cell[0], "ny": cell[1], "obsrValue": value,
            })
        })
        .collect();
    envelope("00", "NORMAL_SERVICE", &json!({ "item": items }))
}

/// The hours of a staffed station between two days, not of today.
pub(super) fn station(
    asked: &HashMap<String, String>,
    now_ms: i64,
    fault: Option<OpenDataFault>,
) -> String {
    let text = |name: &str| asked.get(name).map_or("", String::as_str);
    let (from, until) = (text("startDt"), text("endDt"));
    let today = kst(now_ms).strftime("%Y%m%d").to_string();
    let is_asked = text("dataCd") == "ASOS" && text("dateCd") == "HR" && from.len() == 8;
    if text("dataType") != "JSON" || !is_asked || until >= today.as_str() {
        return envelope("11", "NO_MANDATORY_REQUEST_PARAMETERS_ERROR", &json!(""));
    }
    let rows = text("numOfRows").parse().unwrap_or(10);
    let hours = (0..240).rev().map(|back| hour_of(now_ms) - back * HOUR_MS).filter(|&hour| {
        let day = kst(hour).strftime("%Y%m%d").to_string();
        (from..=until).contains(&day.as_str())
    });
    let items: Vec<Value> = hours
        .take(rows)
        .enumerate()
        .map(|(i, hour)| {
            let mut row = Map::new();
            row.insert("tm".to_owned(), kst(hour).strftime("%Y-%m-%d %H:00").to_string().into());
            row.insert("stnId".to_owned(), text("stnIds").into());
            // Without rain the field is empty.
            row.insert("rn".to_owned(), "".into());
            for (_, field, ..) in WEATHER_FIELDS.iter().filter(|(_, field, ..)| !field.is_empty()) {
                row.insert((*field).to_owned(), weather(field, hour).into());
                row.insert(format!("{field}Qcflg"), "".into());
            }
            if i == 0 && fault == Some(OpenDataFault::Missing) {
                row.insert("ta".to_owned(), "".into());
                row.insert("taQcflg".to_owned(), "9".into());
                row.insert("hmQcflg".to_owned(), "1".into());
            }
            Value::Object(row)
        })
        .collect();
    let code = if items.is_empty() { "03" } else { "00" };
    envelope(code, "NORMAL_SERVICE", &json!({ "item": items }))
}

fn envelope(code: &str, words: &str, items: &Value) -> String {
    json!({ "response": {
        "header": { "resultCode": code, "resultMsg": words },
        "body": { "dataType": "JSON", "items": items, "pageNo": 1, "numOfRows": 100 },
    } })
    .to_string()
}

/// A refusal of the gateway, which does not care for the format that was asked for.
pub(super) fn refusal(code: &str, words: &str) -> String {
    format!(
        "<OpenAPI_ServiceResponse>\n<cmmMsgHeader>\n<errMsg>SERVICE ERROR</errMsg>\n\
         <returnAuthMsg>{words}</returnAuthMsg>\n<returnReasonCode>{code}</returnReasonCode>\n\
         </cmmMsgHeader>\n</OpenAPI_ServiceResponse>"
    )
}

pub(super) fn refusal_json(code: &str, words: &str) -> String {
    json!({ "OpenAPI_ServiceResponse": { "cmmMsgHeader": {
        "errMsg": "SERVICE ERROR", "returnAuthMsg": words, "returnReasonCode": code,
    } } })
    .to_string()
}
