//! The Things Stack: a webhook with JSON; fields of its envelope that are "", 0 or false are left out.

use base::Instant;
use serde_json::Value;

use super::payload::{device_key, numbers, radio};
use super::{Call, Uplink};

/// Reads the body of one call; an error says what is wrong with it.
///
/// Format: the uplink message of The Things Stack 3 (`end_device_ids.dev_eui`,
/// `uplink_message.decoded_payload`, `received_at`); other messages hold no readings.
pub fn decode(body: &[u8]) -> Result<Call, String> {
    let body: Value =
        serde_json::from_slice(body).map_err(|error| format!("the body is no JSON: {error}"))?;
    let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
    let ids = body.get("end_device_ids").ok_or("end_device_ids is missing: is this a webhook?")?;
    let Some(uplink) = body.get("uplink_message") else { return Ok(Call::Other) };
    let eui = ids.get("dev_eui").and_then(Value::as_str);
    let device = eui.and_then(device_key).ok_or(
        "end_device_ids.dev_eui is missing or not sixteen hexadecimal digits: a device without \
         DevEUI cannot be told apart",
    )?;
    let at = text("/uplink_message/received_at").or_else(|| text("/received_at"));
    let payload = uplink.get("decoded_payload").and_then(Value::as_object);
    let (mut values, ignored) = payload.map(numbers).unwrap_or_default();
    values.extend(radio(uplink.get("rx_metadata"), &["snr"]));
    let at = at.and_then(|time| time.parse::<Instant>().ok());
    Ok(Call::Uplink(Uplink { device, at, values, ignored }))
}
