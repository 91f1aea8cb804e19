//! What an OPC UA server tells becomes a value with its time and its quality: pure, total.

use base::Instant;
use opcua_types::{DataValue, DateTime, NodeId, StatusCode, Variant};

use super::Node;

/// 1970-01-01 in ticks of 100 ns since 1601-01-01 (OPC UA part 6, 5.2.2.5).
const UNIX_EPOCH_TICKS: i64 = 116_444_736_000_000_000;

/// What one notification gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// When the source measured, or when the server noticed; `None`: neither says.
    pub at: Option<Instant>,
    /// The scaled number, or why there is none.
    pub value: Result<f64, String>,
    /// The server itself is not sure.
    pub doubtful: bool,
}

/// The value of a node in a notification.
pub fn told(node: &Node, data: &DataValue) -> Told {
    let status = data.status.unwrap_or(StatusCode::Good);
    let at = data.source_timestamp.as_ref().or(data.server_timestamp.as_ref()).map(instant);
    let number = match &data.value {
        _ if status.is_bad() => Err(format!("status {status}")),
        Some(Variant::Boolean(on)) => Ok(f64::from(u8::from(*on))),
        Some(value) => value.as_f64().ok_or_else(|| "no number".to_owned()),
        None => Err("empty".to_owned()),
    };
    let value = number.and_then(|number| {
        let value = number * node.scale + node.offset;
        if value.is_finite() { Ok(value) } else { Err(format!("not finite ({number})")) }
    });
    Told { at, value, doubtful: status.is_uncertain() }
}

fn instant(time: &DateTime) -> Instant {
    Instant::from_micros((time.ticks() - UNIX_EPOCH_TICKS) / 10)
}

/// The node id in a text.
pub fn node_id(text: &str) -> Option<NodeId> {
    (text.len() <= 500).then(|| text.parse().ok()).flatten()
}
