//! Network servers of LoRaWAN that call us with what their devices sent: ChirpStack and The Things Stack.
//!
//! The device is the one whose key is its DevEUI in lower case. Numbers of the decoded payload become
//! readings of the points with the same key; signal strength and the like go to points that the device
//! has for them. The server is answered when the readings are durable.
//!
//! Neither server tries again for long when we do not answer: prefer MQTT where a reading must not be
//! missed (`docs/connect.md`).

mod api;
mod chirpstack;
mod payload;
#[cfg(test)]
mod tests;
mod the_things_stack;

use base::Instant;

pub use api::routes;
pub use chirpstack::decode as decode_chirpstack;
pub use the_things_stack::decode as decode_the_things_stack;

/// What a device sent, as its network server tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Uplink {
    /// Key of the device: its DevEUI in lower case.
    pub device: String,
    /// When the network received it; absent: now.
    pub at: Option<Instant>,
    /// Numbers by key, those of the radio included.
    pub values: Vec<(String, f64)>,
    /// Keys of the payload that are no numbers, and so no readings.
    pub ignored: Vec<String>,
}

/// What a call is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Call {
    /// Readings.
    Uplink(Uplink),
    /// Something that holds no readings: a join, an acknowledgement.
    Other,
}

/// Key of the point that holds the strength of the radio signal, in dBm.
pub const SIGNAL_STRENGTH: &str = "signal_strength";
/// Key of the point that holds the signal-to-noise ratio, in dB.
pub const SIGNAL_NOISE: &str = "signal_noise";
/// Key of the point that holds the charge of the battery, in percent.
pub const BATTERY: &str = "battery";

/// Whether the platform adds a value itself: it is dropped where the device has no point for it.
fn is_of_the_radio(key: &str) -> bool {
    [SIGNAL_STRENGTH, SIGNAL_NOISE].contains(&key)
}
