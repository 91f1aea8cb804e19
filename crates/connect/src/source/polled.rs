//! Values that the platform fetched itself go the way of all readings: the same body, the same judgement,
//! the same rejects.

use base::noun::Device;
use base::{Actor, Id, Instant};
use serde_json::{Value as Json, json};
use telemetry::ingress::Ingest;

/// One value of a device.
pub(crate) struct Entry<'a> {
    /// Key of the point.
    pub(crate) point: &'a str,
    /// When it was measured.
    pub(crate) at: Instant,
    /// What.
    pub(crate) value: Value,
    /// The device itself is not sure.
    pub(crate) doubtful: bool,
}

/// What a device gave.
pub(crate) enum Value {
    /// A finite number.
    Number(f64),
    /// None, in the words of the device: becomes a reject.
    None(String),
}

/// What became of the entries.
pub(crate) struct Settled {
    /// Durable now.
    pub(crate) accepted: usize,
    /// Refused, and counted as such.
    pub(crate) rejected: usize,
    /// Why the first was refused.
    pub(crate) reason: Option<String>,
}

/// Sends the entries on their way and waits until they are durable.
pub(crate) async fn send<'a>(
    ingest: &Ingest,
    device: Id<Device>,
    entries: impl Iterator<Item = Entry<'a>>,
    arrived: Instant,
    actor: &Actor,
) -> Result<Settled, String> {
    let key = ingest.directory().snapshot().device(device).map(|device| device.key.clone());
    let key = key.ok_or_else(|| format!("the device {device} is no longer registered"))?;
    let body = body(entries).to_string();
    let outcome = ingest.message(&key, body.as_bytes(), arrived, actor).await;
    let outcome = outcome.map_err(|error| error.to_string())?;
    let rejected = outcome.rejected.iter().map(|reject| reject.count).sum::<u64>();
    let reason = outcome.rejected.first().map(|reject| {
        let point = reject.point.as_deref().unwrap_or("all");
        let sample = &reject.sample;
        format!("point {point}: {} ({}) {sample}", reject.detail, reject.code)
    });
    let rejected = usize::try_from(rejected).unwrap_or(usize::MAX);
    Ok(Settled { accepted: outcome.accepted, rejected, reason })
}

fn body<'a>(entries: impl Iterator<Item = Entry<'a>>) -> Json {
    entries
        .map(|entry| {
            let value = match entry.value {
                Value::Number(value) => json!(value),
                Value::None(words) => json!(words),
            };
            let quality: &[&str] = if entry.doubtful { &["doubtful"] } else { &[] };
            let at = entry.at.as_millis();
            json!({ "point": entry.point, "at": at, "value": value, "quality": quality })
        })
        .collect()
}
