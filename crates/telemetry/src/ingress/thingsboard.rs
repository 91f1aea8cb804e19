//! Telemetry as devices made for ThingsBoard send it: pure, total, never a panic.
//!
//! A body is `{"key": value, ..}` (the time is that of arrival), `{"ts": milliseconds, "values": {..}}`, or
//! a list of these. Keys are brought into the form of point keys: lower case, anything else than
//! `a-z0-9._-` becomes `_`. Numbers are taken, truth as 1 and 0, and a text that holds a number; what
//! remains is a reject that names the key, and never costs its neighbours.
//!
//! A gateway sends an object that holds such a body for each device behind it, by its name.

use std::collections::HashSet;

use base::{Instant, Quality};
use serde_json::{Map, Value};

use super::decode::{
    POINT_KEY_BYTES_MAX, READINGS_PER_MESSAGE_MAX, RawReading, Refusal, check_at, limit_rejects,
};
use crate::reject::{Reject, RejectCode, cut};

/// Devices of one message of a gateway.
pub const GATEWAY_DEVICES_MAX: usize = 1_000;
/// Longest name of a device that is looked up.
const DEVICE_NAME_CHARS_MAX: usize = 128;

/// Reads a body.
pub fn decode(bytes: &[u8], now: Instant) -> (Vec<RawReading>, Vec<Reject>) {
    let mut reader = Reader::new(now);
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => reader.group(&object),
        Ok(Value::Array(list)) => {
            for entry in &list {
                match entry {
                    Value::Object(object) => reader.group(object),
                    other => reader.refuse_entry(other),
                }
            }
        }
        Ok(_) => return (Vec::new(), vec![malformed(bytes, "it is neither object nor list")]),
        Err(error) => return (Vec::new(), vec![malformed(bytes, &error.to_string())]),
    }
    reader.end()
}

/// What a gateway sends of one device.
#[derive(Debug, PartialEq)]
pub struct OfDevice {
    /// Its name.
    pub name: String,
    /// The beginning of what was sent.
    pub sample: String,
    /// Readings.
    pub readings: Vec<RawReading>,
    /// What was refused.
    pub rejects: Vec<Reject>,
}

/// Reads a body of the gateway API. `Err`: nothing of it can be read.
pub fn decode_gateway(bytes: &[u8], now: Instant) -> Result<Vec<OfDevice>, Reject> {
    let body = match serde_json::from_slice(bytes) {
        Ok(Value::Object(body)) => body,
        Ok(_) => return Err(no_devices(bytes, "it is no object")),
        Err(error) => return Err(no_devices(bytes, &error.to_string())),
    };
    if body.len() > GATEWAY_DEVICES_MAX {
        let detail = format!(
            "a message may hold {GATEWAY_DEVICES_MAX} devices, this one holds {}: send several",
            body.len()
        );
        return Err(Reject::body(RejectCode::TooMany, detail, bytes));
    }
    let devices = body.into_iter().map(|(name, telemetry)| {
        let text = telemetry.to_string();
        let (readings, rejects) = decode(text.as_bytes(), now);
        OfDevice {
            name: cut(&name, DEVICE_NAME_CHARS_MAX),
            sample: cut(&text, 256),
            readings,
            rejects,
        }
    });
    Ok(devices.collect())
}

fn no_devices(bytes: &[u8], why: &str) -> Reject {
    let detail = format!(
        "the body is no telemetry of devices behind a gateway: {why}; send \
         {{\"DEVICE\": [{{\"ts\": 1795564800000, \"values\": {{\"pm25\": 12.5}}}}]}}"
    );
    Reject::body(RejectCode::MalformedJson, detail, bytes)
}

fn malformed(bytes: &[u8], why: &str) -> Reject {
    let detail = format!(
        "the body is no telemetry: {why}; send {{\"pm25\": 12.5}} or \
         {{\"ts\": 1795564800000, \"values\": {{\"pm25\": 12.5}}}}"
    );
    Reject::body(RejectCode::MalformedJson, detail, bytes)
}

struct Reader {
    now: Instant,
    /// Values seen so far, taken or not.
    seen: usize,
    surplus: u64,
    keys: HashSet<(String, i64)>,
    good: Vec<RawReading>,
    rejects: Vec<Reject>,
}

impl Reader {
    fn new(now: Instant) -> Self {
        let (good, rejects, keys) = (Vec::new(), Vec::new(), HashSet::new());
        Self { now, seen: 0, surplus: 0, keys, good, rejects }
    }

    /// One object: values with their time, or bare values of now.
    fn group(&mut self, object: &Map<String, Value>) {
        let (at, values) = match (object.get("ts"), object.get("values")) {
            (Some(ts), Some(Value::Object(values))) => (read_ts(ts, self.now), values),
            _ => (Ok(self.now.as_millis()), object),
        };
        let at_ms = match at {
            Ok(at_ms) => at_ms,
            Err((code, detail)) => {
                let sample = Value::Object(object.clone()).to_string();
                let mut reject = Reject::entry(self.seen, None, code, detail, &sample);
                reject.count = (values.len() as u64).max(1);
                self.seen += values.len();
                self.rejects.push(reject);
                return;
            }
        };
        for (key, value) in values {
            self.value(key, value, at_ms);
        }
    }

    fn value(&mut self, key: &str, value: &Value, at_ms: i64) {
        let index = self.seen;
        self.seen += 1;
        if index >= READINGS_PER_MESSAGE_MAX {
            self.surplus += 1;
            return;
        }
        match read_value(key, value) {
            Ok((point, value)) if self.keys.insert((point.clone(), at_ms)) => {
                self.good.push(RawReading { index, point, at_ms, value, quality: Quality::GOOD });
            }
            Ok((point, _)) => {
                let detail =
                    "the same key and time stand earlier in this message; the first was kept";
                let code = RejectCode::DuplicateInMessage;
                let sample = value.to_string();
                self.rejects.push(Reject::entry(index, Some(&point), code, detail, &sample));
            }
            Err((code, detail)) => {
                let (point, sample) = (cut(key, POINT_KEY_BYTES_MAX), value.to_string());
                self.rejects.push(Reject::entry(index, Some(&point), code, detail, &sample));
            }
        }
    }

    fn refuse_entry(&mut self, entry: &Value) {
        let detail = "an entry of the list is no object";
        let code = RejectCode::MalformedReading;
        self.rejects.push(Reject::entry(self.seen, None, code, detail, &entry.to_string()));
        self.seen += 1;
    }

    fn end(mut self) -> (Vec<RawReading>, Vec<Reject>) {
        limit_rejects(&mut self.rejects);
        if self.surplus > 0 {
            let detail = format!(
                "a message may hold {READINGS_PER_MESSAGE_MAX} values; {} more were not read: send \
                 them in a further message",
                self.surplus
            );
            let mut reject = Reject::body(RejectCode::TooMany, detail, b"");
            reject.count = self.surplus;
            self.rejects.push(reject);
        }
        (self.good, self.rejects)
    }
}

fn read_ts(ts: &Value, now: Instant) -> Result<i64, Refusal> {
    let at_ms = ts.as_i64().ok_or((
        RejectCode::TimeUnreadable,
        "`ts` must be whole milliseconds since 1970".to_owned(),
    ))?;
    check_at(at_ms, now)?;
    Ok(at_ms)
}

fn read_value(key: &str, value: &Value) -> Result<(String, f64), Refusal> {
    if key.is_empty() || key.len() > POINT_KEY_BYTES_MAX {
        let detail = format!("a key has 1 to {POINT_KEY_BYTES_MAX} bytes");
        return Err((RejectCode::TooMany, detail));
    }
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let finite = number.filter(|number| number.is_finite());
    let number = finite.ok_or((RejectCode::NotANumber, "the value is no number".to_owned()))?;
    Ok((point_key(key), number))
}

/// A foreign name in the form of point keys.
pub(crate) fn point_key(key: &str) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '.' | '_' | '-') => c,
        _ => '_',
    };
    key.chars().map(plain).collect()
}
