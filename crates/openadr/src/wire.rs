//! The objects of OpenADR 3.1 on the wire, as far as the server looks into them.

use base::FieldError;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};

use crate::{Kind, Object};

/// The longest name or identifier, in bytes.
const NAME_MAX: usize = 128;
/// Intervals of one event or resource.
const INTERVALS_MAX: usize = 1_000;
/// Anything else that is counted: targets, payloads, descriptors, resources.
const PARTS_MAX: usize = 100;

/// A programme.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Program {
    /// Its name.
    pub program_name: String,
    /// When it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_period: Option<IntervalPeriod>,
    /// Where it is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub program_descriptions: Option<Vec<Value>>,
    /// What its events and reports hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_descriptors: Option<Vec<Value>>,
    /// What else is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<ValuesMap>>,
    /// Whom it is for; nobody named: everybody.
    #[serde(default, deserialize_with = "nothing_is_empty")]
    pub targets: Vec<String>,
}

/// An event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The programme that it belongs to.
    #[serde(rename = "programID")]
    pub program_id: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event_name: Option<String>,
    /// How long it is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
    /// 0 is the most important.
    #[serde(default)]
    pub priority: Option<u32>,
    /// Whom it is for; nobody named: everybody of the programme.
    #[serde(default, deserialize_with = "nothing_is_empty")]
    pub targets: Vec<String>,
    /// What is to be reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_descriptors: Option<Vec<Value>>,
    /// What its payloads are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_descriptors: Option<Vec<Value>>,
    /// When its intervals begin and how long each is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_period: Option<IntervalPeriod>,
    /// What is asked for, interval by interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intervals: Option<Vec<Interval>>,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// The event that it is of.
    #[serde(rename = "eventID")]
    pub event_id: String,
    /// The client's name for itself.
    pub client_name: String,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report_name: Option<String>,
    /// What its payloads are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload_descriptors: Option<Vec<Value>>,
    /// The figures, resource by resource.
    pub resources: Vec<ReportResource>,
}

/// A resource of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportResource {
    /// Its name.
    pub resource_name: String,
    /// When its intervals begin and how long each is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_period: Option<IntervalPeriod>,
    /// The figures.
    pub intervals: Vec<Interval>,
}

/// A client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ven {
    /// The token that it signs in with; its own when absent.
    #[serde(rename = "clientID", default)]
    pub client_id: String,
    /// Its name.
    pub ven_name: String,
    /// The targets that it belongs to.
    #[serde(default, deserialize_with = "nothing_is_empty")]
    pub targets: Vec<String>,
    /// What else is said of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Vec<ValuesMap>>,
}

/// A stretch of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct IntervalPeriod {
    /// When it begins.
    pub start: Timestamp,
    /// How long it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<Duration>,
    /// By how much its beginning may be moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub randomize_start: Option<Duration>,
}

/// A duration as ISO 8601 writes it: `PT1H`. Kept as it was written, once it can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Duration(String);

impl Duration {
    /// Its length, where months and years do not make it vary; absent too beyond some thousand years.
    pub fn seconds(&self) -> Option<i64> {
        let rest = self.0.strip_prefix('P')?;
        let (date, time) = rest.split_once('T').unwrap_or((rest, ""));
        let date = length(
            date,
            &[('Y', None), ('M', None), ('W', Some(604_800.0)), ('D', Some(86_400.0))],
        );
        let time = length(time, &[('H', Some(3_600.0)), ('M', Some(60.0)), ('S', Some(1.0))]);
        let seconds = date? + time?;
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
        (0.0..=1e11).contains(&seconds).then_some(seconds.round() as i64)
    }
}

/// Seconds of a part of a duration; absent where a unit without a fixed length is not 0.
fn length(mut text: &str, units: &[(char, Option<f64>)]) -> Option<f64> {
    let mut seconds = 0.0;
    while !text.is_empty() {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, rest) = text.split_at(digits);
        let number: f64 = number.parse().ok()?;
        let unit = rest.chars().next()?;
        match units.iter().find(|(letter, _)| *letter == unit)?.1 {
            Some(each) => seconds += number * each,
            None if number == 0.0 => {}
            None => return None,
        }
        text = &rest[1..];
    }
    Some(seconds)
}

/// An interval and what it holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Interval {
    /// Its number.
    pub id: i32,
    /// When it is, where it does not follow from the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub interval_period: Option<IntervalPeriod>,
    /// What it holds.
    pub payloads: Vec<ValuesMap>,
}

/// Values and what they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ValuesMap {
    /// What they are: `DISPATCH_SETPOINT`, `USAGE`.
    #[serde(rename = "type")]
    pub value_type: String,
    /// Numbers, texts, truth values, points.
    pub values: Vec<Value>,
}

impl<'de> Deserialize<'de> for Duration {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        if text.len() <= NAME_MAX && is_duration(&text) {
            return Ok(Self(text));
        }
        let words = format!("'{text}' is no duration: write it as PT1H");
        Err(serde::de::Error::custom(words))
    }
}

/// Every unit at most once and in order, each with a number that may have a fraction: clients write
/// `P0Y0M0DT1.5H0M0S` as well as `PT1H`, and `P9999Y` for ever.
fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else { return false };
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) if !time.is_empty() => (date, time),
        Some(_) => return false,
        None => (rest, ""),
    };
    !rest.is_empty() && has_units(date, "YMWD") && has_units(time, "HMS")
}

fn has_units(mut text: &str, mut units: &str) -> bool {
    while !text.is_empty() {
        let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let (number, rest) = text.split_at(digits);
        let Some(unit) = rest.chars().next() else { return false };
        let Some(place) = units.find(unit) else { return false };
        if number.is_empty() || number.parse::<f64>().is_err() {
            return false;
        }
        (text, units) = (&rest[1..], &units[place + 1..]);
    }
    true
}

/// Some clients write `null` for no targets.
fn nothing_is_empty<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Ok(Option::<Vec<String>>::deserialize(from)?.unwrap_or_default())
}

impl Kind {
    /// The kind that a collection of the protocol holds.
    pub fn of_collection(name: &str) -> Option<Self> {
        match name {
            "programs" => Some(Self::Program),
            "events" => Some(Self::Event),
            "reports" => Some(Self::Report),
            "vens" => Some(Self::Ven),
            _ => None,
        }
    }

    /// The collection that holds it.
    pub fn collection(self) -> &'static str {
        match self {
            Self::Program => "programs",
            Self::Event => "events",
            Self::Report => "reports",
            Self::Ven => "vens",
        }
    }

    /// The name of the protocol.
    pub fn object_type(self) -> &'static str {
        match self {
            Self::Program => "PROGRAM",
            Self::Event => "EVENT",
            Self::Report => "REPORT",
            Self::Ven => "VEN",
        }
    }
}

/// Reads an object and drops what the protocol does not name.
pub fn read(kind: Kind, body: &Value) -> Result<Value, Vec<FieldError>> {
    let (read, wrong) = match kind {
        Kind::Program => {
            let read: Program = parse(body)?;
            let wrong = [name("/programName", &read.program_name), targets(&read.targets)].concat();
            (json!(read), wrong)
        }
        Kind::Event => {
            let read: Event = parse(body)?;
            let more = read.intervals.as_deref().unwrap_or_default();
            let wrong = [
                identifier("/programID", &read.program_id),
                targets(&read.targets),
                intervals("/intervals", more),
            ];
            (json!(read), wrong.concat())
        }
        Kind::Report => {
            let read: Report = parse(body)?;
            let mut wrong = [
                identifier("/eventID", &read.event_id),
                name("/clientName", &read.client_name),
                count("/resources", read.resources.len(), PARTS_MAX),
            ]
            .concat();
            for resource in &read.resources {
                wrong.extend(name("/resources/resourceName", &resource.resource_name));
                wrong.extend(intervals("/resources/intervals", &resource.intervals));
            }
            (json!(read), wrong)
        }
        Kind::Ven => {
            let read: Ven = parse(body)?;
            (json!(read), [name("/venName", &read.ven_name), targets(&read.targets)].concat())
        }
    };
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}

fn parse<'a, T: Deserialize<'a>>(body: &'a Value) -> Result<T, Vec<FieldError>> {
    T::deserialize(body).map_err(|fault| vec![FieldError::new("", fault.to_string())])
}

fn name(field: &str, text: &str) -> Vec<FieldError> {
    if (1..=NAME_MAX).contains(&text.len()) {
        return Vec::new();
    }
    vec![FieldError::new(field, format!("give 1 to {NAME_MAX} bytes"))]
}

/// Identifiers are of letters, digits, `_` and `-`.
fn identifier(field: &str, text: &str) -> Vec<FieldError> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if (1..=NAME_MAX).contains(&text.len()) && text.bytes().all(plain) {
        return Vec::new();
    }
    let detail = format!("give 1 to {NAME_MAX} letters, digits, '_' or '-'");
    vec![FieldError::new(field, detail)]
}

fn targets(all: &[String]) -> Vec<FieldError> {
    let wrong = all.iter().flat_map(|target| identifier("/targets", target)).take(1);
    wrong.chain(count("/targets", all.len(), PARTS_MAX)).collect()
}

fn intervals(field: &str, all: &[Interval]) -> Vec<FieldError> {
    let mut wrong = count(field, all.len(), INTERVALS_MAX);
    for interval in all {
        if interval.payloads.is_empty() || interval.payloads.len() > PARTS_MAX {
            let detail = format!("interval {}: give 1 to {PARTS_MAX} payloads", interval.id);
            wrong.push(FieldError::new(field, detail));
            break;
        }
    }
    wrong
}

fn count(field: &str, count: usize, most: usize) -> Vec<FieldError> {
    if count <= most {
        return Vec::new();
    }
    vec![FieldError::new(field, format!("give at most {most}, not {count}"))]
}

/// An object as the server answers it.
pub fn write(object: &Object) -> Value {
    let mut answer = object.body.clone();
    answer["objectType"] = json!(object.kind.object_type());
    answer["id"] = json!(object.id.to_string());
    answer["createdDateTime"] = json!(object.created_at.timestamp().to_string());
    answer["modificationDateTime"] = json!(object.modified_at.timestamp().to_string());
    if matches!(object.kind, Kind::Report | Kind::Ven) {
        answer["clientID"] = json!(object.client_id);
    }
    answer
}

/// An object as a server answered it.
#[derive(Debug, Clone, PartialEq)]
pub struct Received<T> {
    /// The server's id of it.
    pub id: String,
    /// When it was changed last, as the server wrote it.
    pub modified: String,
    /// What it says.
    pub content: T,
}

/// Reads an object that a server answered, by the same rules as [`read`]; what is wrong comes in words.
pub fn receive<T: serde::de::DeserializeOwned>(
    kind: Kind,
    body: &Value,
) -> Result<Received<T>, String> {
    let words = |wrong: Vec<FieldError>| {
        let first = wrong.first().map(|field| format!("{} {}", field.pointer, field.detail));
        first.unwrap_or_default()
    };
    let id = body["id"].as_str().unwrap_or_default();
    let wrong = identifier("/id", id);
    if !wrong.is_empty() {
        return Err(words(wrong));
    }
    let kept = read(kind, body).map_err(words)?;
    let content = T::deserialize(kept).map_err(|fault| fault.to_string())?;
    let modified = body["modificationDateTime"].as_str().unwrap_or_default();
    let modified = modified.chars().take(NAME_MAX).collect();
    Ok(Received { id: id.to_owned(), modified, content })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_length_unless_it_has_months() {
        for (text, seconds) in [
            ("PT1H", Some(3_600)),
            ("P0Y0M0DT1.5H0M0S", Some(5_400)),
            ("P1W", Some(604_800)),
            ("P1DT2H", Some(93_600)),
            ("PT15M", Some(900)),
            ("P1M", None),
            ("P9999Y", None),
        ] {
            assert_eq!(Duration(text.to_owned()).seconds(), seconds, "{text}");
        }
    }

    #[test]
    fn durations_are_read_as_clients_write_them() {
        for good in ["PT1H", "P0Y0M0DT1.5H0M0S", "P9999Y0M0DT0H0M0S", "P1W", "PT15M", "P1DT2H"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in
            ["", "P", "PT", "1H", "PT1", "PTH", "PT1H2H", "PT1M2H", "P1H", "PT1..5H", "PT1H "]
        {
            assert!(!is_duration(bad), "{bad}");
        }
    }

    #[test]
    fn an_object_is_checked_and_what_the_protocol_does_not_name_is_dropped() {
        let body = json!({ "programName": "낮 시간 감축", "coffee": true, "targets": null });
        let read = read(Kind::Program, &body).unwrap();
        assert_eq!(read, json!({ "programName": "낮 시간 감축", "targets": [] }));
        let event = |more: Value| {
            let mut event = json!({ "programID": "p-1", "intervals": [
                { "id": 0, "payloads": [{ "type": "DISPATCH_SETPOINT", "values": [50] }] },
            ] });
            event.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            super::read(Kind::Event, &event)
        };
        assert_eq!(event(json!({})).unwrap()["priority"], json!(null));
        for (more, field, words) in [
            (json!({ "programID": "p 1" }), "/programID", "letters, digits"),
            (json!({ "targets": ["a b"] }), "/targets", "letters, digits"),
            (json!({ "targets": vec!["a"; 101] }), "/targets", "at most 100"),
            (json!({ "intervals": [{ "id": 1, "payloads": [] }] }), "/intervals", "interval 1"),
            (json!({ "duration": "an hour" }), "", "write it as PT1H"),
            (json!({ "intervalPeriod": { "start": "noon" } }), "", "as year"),
        ] {
            let wrong = event(more).unwrap_err();
            assert_eq!(wrong[0].pointer, field, "{wrong:?}");
            assert!(wrong[0].detail.contains(words), "{wrong:?}");
        }
    }
}
