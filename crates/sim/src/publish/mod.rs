//! The way out: readings over MQTT as real devices send them, and history over HTTP.
//!
//! Every device has a connection of its own and signs in with its own credential (user name: its key).
//! A message is published with QoS 1 and kept until the broker acknowledges it; after a break it is sent
//! again, so that a restart of the server loses nothing.

mod backfill;
mod count;
pub(crate) mod link;
mod live;
mod obey;
mod pace;
#[cfg(test)]
mod tests;

pub use backfill::{Backfill, backfill};
pub use count::{Counts, Tally};
pub use live::{Live, live};
pub use pace::Pace;

use crate::world::Reading;

/// The topic that `device` sends its readings to.
pub(crate) fn topic(device: &str) -> String {
    format!("sandan/v1/{device}/readings")
}

/// The body of a message: `[{"point", "at", "value"}]`, with `at` in milliseconds since 1970.
pub(crate) fn body<'a>(readings: impl IntoIterator<Item = &'a Reading>) -> serde_json::Value {
    let entry = |reading: &Reading| {
        serde_json::json!({
            "point": reading.point,
            "at": reading.at_ms,
            "value": reading.value,
        })
    };
    readings.into_iter().map(entry).collect()
}
