//! The protobuf of Sparkplug B (`org.eclipse.tahu.protobuf.Payload`), as far as numbers go: other fields
//! are skipped. Pure, total, never a panic; a message is bounded by the broker (1 MiB).

use prost::Message as _;

/// Metrics of one message that are read; more are counted and left.
pub const METRICS_MAX: usize = 10_000;
/// Longest name of a metric, bytes.
pub const NAME_BYTES_MAX: usize = 128;

/// A message.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Payload {
    /// When it was sent, milliseconds.
    #[prost(uint64, optional, tag = "1")]
    pub timestamp: Option<u64>,
    /// The metrics.
    #[prost(message, repeated, tag = "2")]
    pub metrics: Vec<Metric>,
    /// 0 to 255, one more with each message of a node.
    #[prost(uint64, optional, tag = "3")]
    pub seq: Option<u64>,
}

/// One metric.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Metric {
    /// Its name; left out where the birth gave an alias.
    #[prost(string, optional, tag = "1")]
    pub name: Option<String>,
    /// A number in the place of the name.
    #[prost(uint64, optional, tag = "2")]
    pub alias: Option<u64>,
    /// When, milliseconds; that of the message where it is left out.
    #[prost(uint64, optional, tag = "3")]
    pub timestamp: Option<u64>,
    /// What sort of value.
    #[prost(uint32, optional, tag = "4")]
    pub datatype: Option<u32>,
    /// The node has no value.
    #[prost(bool, optional, tag = "7")]
    pub is_null: Option<bool>,
    /// Words about the value.
    #[prost(message, optional, tag = "9")]
    pub properties: Option<Properties>,
    /// The value; other sorts than these are skipped.
    #[prost(oneof = "Value", tags = "10, 11, 12, 13, 14, 15")]
    pub value: Option<Value>,
}

/// The value of a metric.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Value {
    /// Of 8, 16 and 32 bits; signed ones as two's complement.
    #[prost(uint32, tag = "10")]
    Int(u32),
    /// Of 64 bits.
    #[prost(uint64, tag = "11")]
    Long(u64),
    /// A float.
    #[prost(float, tag = "12")]
    Float(f32),
    /// A double.
    #[prost(double, tag = "13")]
    Double(f64),
    /// A truth value.
    #[prost(bool, tag = "14")]
    Bool(bool),
    /// A text.
    #[prost(string, tag = "15")]
    Text(String),
}

/// Properties of a metric: names and values, one to one.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Properties {
    /// The names.
    #[prost(string, repeated, tag = "1")]
    pub keys: Vec<String>,
    /// The values.
    #[prost(message, repeated, tag = "2")]
    pub values: Vec<Property>,
}

/// One property; only whole numbers are read.
#[derive(Clone, PartialEq, prost::Message)]
pub struct Property {
    /// Of 32 bits.
    #[prost(uint32, optional, tag = "3")]
    pub int: Option<u32>,
    /// Of 64 bits.
    #[prost(uint64, optional, tag = "4")]
    pub long: Option<u64>,
}

/// Data types whose values are signed.
const INT8: u32 = 1;
const INT16: u32 = 2;
const INT32: u32 = 3;
const INT64: u32 = 4;
/// The property `Quality` of a value that can be believed (OPC's 192).
const GOOD: u64 = 192;

/// Reads a message.
pub fn decode(bytes: &[u8]) -> Result<Payload, prost::DecodeError> {
    Payload::decode(bytes)
}

/// The message that asks a node for a new birth.
pub fn rebirth(now_ms: i64) -> Vec<u8> {
    let timestamp = u64::try_from(now_ms).ok();
    let metric = Metric {
        name: Some("Node Control/Rebirth".to_owned()),
        timestamp,
        datatype: Some(11),
        value: Some(Value::Bool(true)),
        ..Metric::default()
    };
    Payload { timestamp, metrics: vec![metric], seq: None }.encode_to_vec()
}

impl Metric {
    /// The value as a number; `None` when it is none, or absent. `datatype` is that of the birth where the
    /// metric tells none.
    #[expect(clippy::cast_precision_loss, reason = "a reading is a double, as everywhere")]
    #[expect(clippy::cast_possible_wrap, reason = "two's complement is what the standard sends")]
    #[expect(clippy::cast_possible_truncation, reason = "the sort tells how many bits count")]
    pub fn number(&self, datatype: Option<u32>) -> Option<f64> {
        if self.is_null == Some(true) {
            return None;
        }
        let number = match (self.value.as_ref()?, self.datatype.or(datatype)) {
            (Value::Int(int), Some(INT8)) => f64::from(*int as i8),
            (Value::Int(int), Some(INT16)) => f64::from(*int as i16),
            (Value::Int(int), Some(INT32)) => f64::from(*int as i32),
            (Value::Int(int), _) => f64::from(*int),
            (Value::Long(long), Some(INT64)) => *long as i64 as f64,
            (Value::Long(long), _) => *long as f64,
            (Value::Float(float), _) => f64::from(*float),
            (Value::Double(double), _) => *double,
            (Value::Bool(truth), _) => f64::from(u8::from(*truth)),
            (Value::Text(_), _) => return None,
        };
        number.is_finite().then_some(number)
    }

    /// Whether the node itself doubts the value.
    pub fn is_doubtful(&self) -> bool {
        let Some(properties) = &self.properties else { return false };
        let pairs = properties.keys.iter().zip(&properties.values);
        let quality = pairs.into_iter().find(|(key, _)| key.eq_ignore_ascii_case("quality"));
        let number = quality.and_then(|(_, value)| value.long.or(value.int.map(u64::from)));
        number.is_some_and(|quality| quality != GOOD)
    }
}
