//! The decoded payload of a device as numbers by key.

use serde_json::{Map, Value};

use super::{SIGNAL_NOISE, SIGNAL_STRENGTH};

/// Most numbers of one message.
pub(super) const VALUES_MAX: usize = 256;
/// Deepest nesting that is read.
const DEPTH_MAX: usize = 4;
/// Longest key.
const KEY_BYTES_MAX: usize = 64;

/// Collects the numbers of `object`: nested keys are joined by `.`, lists by their places; truth is 1 or
/// 0. Keys are brought into the form of point keys: lower case, anything else than `a-z0-9._-` is `_`.
pub(super) fn numbers(object: &Map<String, Value>) -> (Vec<(String, f64)>, Vec<String>) {
    let (mut values, mut ignored) = (Vec::new(), Vec::new());
    for (key, value) in object {
        collect(&point_key(key), value, 1, &mut values, &mut ignored);
    }
    (values, ignored)
}

fn collect(
    key: &str,
    value: &Value,
    depth: usize,
    values: &mut Vec<(String, f64)>,
    ignored: &mut Vec<String>,
) {
    if values.len() + ignored.len() >= VALUES_MAX {
        return;
    }
    let inner = |name: &str| format!("{key}.{name}");
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(number) => values.push((key.to_owned(), number)),
            None => ignored.push(key.to_owned()),
        },
        Value::Bool(truth) => values.push((key.to_owned(), f64::from(u8::from(*truth)))),
        Value::Object(object) if depth < DEPTH_MAX => {
            for (name, value) in object {
                collect(&inner(&point_key(name)), value, depth + 1, values, ignored);
            }
        }
        Value::Array(list) if depth < DEPTH_MAX => {
            for (place, value) in list.iter().enumerate() {
                collect(&inner(&place.to_string()), value, depth + 1, values, ignored);
            }
        }
        Value::Null => {}
        Value::String(_) | Value::Object(_) | Value::Array(_) => ignored.push(key.to_owned()),
    }
}

fn point_key(key: &str) -> String {
    let plain = |c: char| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '.' | '_' | '-') => c,
        _ => '_',
    };
    key.chars().take(KEY_BYTES_MAX).map(plain).collect()
}

/// A DevEUI as the key of a device: sixteen hexadecimal digits, lower case.
pub(super) fn device_key(eui: &str) -> Option<String> {
    let is_eui = eui.len() == 16 && eui.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_eui.then(|| eui.to_ascii_lowercase())
}

/// The best gateway's view of the signal in a list of gateways; the ratio has one of these names. A value
/// of 0 is left out by the senders, as protobuf does.
pub(super) fn radio(gateways: Option<&Value>, ratio: &[&str]) -> Vec<(String, f64)> {
    let gateways = gateways.and_then(Value::as_array).into_iter().flatten();
    let rssi = |gateway: &Value| gateway.get("rssi").and_then(Value::as_f64);
    let best = gateways.filter_map(|gateway| Some((rssi(gateway)?, gateway)));
    let Some((rssi, gateway)) = best.max_by(|a, b| a.0.total_cmp(&b.0)) else { return Vec::new() };
    let snr = ratio.iter().find_map(|name| gateway.get(name)?.as_f64());
    vec![(SIGNAL_STRENGTH.to_owned(), rssi), (SIGNAL_NOISE.to_owned(), snr.unwrap_or(0.0))]
}
