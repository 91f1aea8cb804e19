//! ChirpStack: `POST ?event=up` with JSON, version 4; version 3 is told by its field names and read too.

use base::Instant;
use serde_json::{Map, Value};

use super::payload::{device_key, numbers, radio};
use super::{BATTERY, Call, Uplink};

/// Reads the body of one call; an error says what is wrong with it.
///
/// Format: the integration event of ChirpStack 4 (`deviceInfo.devEui`, `object`, `rxInfo`), or that of
/// version 3 (`devEUI` as base64 or hexadecimal, `object` or `objectJSON`).
pub fn decode(event: &str, body: &[u8]) -> Result<Call, String> {
    if !["up", "status"].contains(&event) {
        return Ok(Call::Other);
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| format!("the body is no JSON: {error}; choose JSON as its marshaler"))?;
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let eui = text("/deviceInfo/devEui").or_else(|| text("/devEUI"));
    let eui = eui.ok_or("neither deviceInfo.devEui nor devEUI is there: is this ChirpStack?")?;
    let device = device_key(eui).or_else(|| device_key_of_base64(eui));
    let device = device.ok_or_else(|| {
        let eui: String = eui.chars().take(40).collect();
        format!("'{eui}' is no DevEUI: sixteen hexadecimal digits are")
    })?;
    let at = text("/time").and_then(|time| time.parse::<Instant>().ok());
    let (mut values, ignored) = match event {
        "status" => (status(&body), Vec::new()),
        _ => object(&body)?.map(|object| numbers(&object)).unwrap_or_default(),
    };
    if event == "up" {
        values.extend(radio(body.get("rxInfo"), &["snr", "loRaSNR"]));
    }
    Ok(Call::Uplink(Uplink { device, at, values, ignored }))
}

/// The decoded payload: `object`, in version 3 also as text in `objectJSON`.
fn object(body: &Value) -> Result<Option<Map<String, Value>>, String> {
    if let Some(Value::Object(object)) = body.get("object") {
        return Ok(Some(object.clone()));
    }
    let text = body.get("objectJSON").and_then(Value::as_str).filter(|text| !text.is_empty());
    let Some(text) = text else { return Ok(None) };
    serde_json::from_str(text)
        .map(Some)
        .map_err(|error| format!("objectJSON holds no JSON object: {error}"))
}

/// A status event tells the battery; 0 is external power, and then there is nothing to tell.
fn status(body: &Value) -> Vec<(String, f64)> {
    let flag = |name: &str| body.get(name).and_then(Value::as_bool).unwrap_or(false);
    let level = body.get("batteryLevel").and_then(Value::as_f64);
    let unknown = flag("externalPowerSource") || flag("batteryLevelUnavailable");
    level.filter(|_| !unknown).map(|level| (BATTERY.to_owned(), level)).into_iter().collect()
}

/// Version 3 writes the eight bytes of a DevEUI as base64.
fn device_key_of_base64(text: &str) -> Option<String> {
    let body = text.strip_suffix('=').unwrap_or(text);
    if body.len() != 11 {
        return None;
    }
    let (mut bits, mut count, mut eui) = (0_u32, 0, Vec::new());
    for byte in body.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            eui.extend(u8::try_from(bits >> count & 0xff));
        }
    }
    (eui.len() == 8).then(|| base::hex(&eui))
}
