//! A meter or gateway that is asked for registers over Modbus TCP, at the pace of its register list.
//!
//! ```text
//!  source ──► plan: few reads ──► one connection for each host:port ──► decode ──► the way in
//! ```
//! Invariants: one connection for each `host:port`, because cheap gateways take no second; a unit that is
//! silent does not hold up its neighbours behind the same gateway; a value that the meter itself marks as
//! "none" is a reject, never a reading. Deliberately absent: writing registers, Modbus RTU, TLS.
//!
//! Sketch: 200 meters with 30 registers a minute are 200 × 2 reads a minute; one read takes some 20 ms of
//! a gateway's time and nothing of ours.

pub mod decode;
pub mod plan;
pub mod rules;
#[cfg(test)]
mod tests;
pub(crate) mod work;

use serde::{Deserialize, Serialize};

/// Most registers lines of one source.
pub const POLLS_MAX: usize = 500;
/// Most values that a line may name as "no value".
pub const ERROR_VALUES_MAX: usize = 8;
/// The longest interval of a line: a day.
pub const INTERVAL_S_MAX: u32 = 86_400;

/// How a unit is asked over Modbus TCP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModbusConnection {
    /// Host name or address of the meter or gateway.
    pub host: String,
    /// TCP port; 502 when absent.
    #[serde(default = "port")]
    #[schema(required = false)]
    pub port: u16,
    /// Unit behind the gateway, 0 to 255; a meter of its own often answers to any. 1 when absent.
    #[serde(default = "unit")]
    #[schema(required = false)]
    pub unit: u8,
    /// How long it may take to answer, 100 to 60,000 ms; 2,000 when absent.
    #[serde(default = "timeout_ms")]
    #[schema(required = false)]
    pub timeout_ms: u32,
    /// Registers between two lines that may be read along with them to save a read, 0 to 100; 0, also
    /// when absent: none, because many meters refuse registers that they do not have.
    #[serde(default)]
    #[schema(required = false)]
    pub gap_max: u16,
    /// The register list, 1 to 500 lines.
    pub polls: Vec<Poll>,
}

fn port() -> u16 {
    502
}

fn unit() -> u8 {
    1
}

fn timeout_ms() -> u32 {
    2_000
}

/// One line of the register list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ModbusPoll)]
pub struct Poll {
    /// Key of the point within the device.
    pub point: String,
    /// Which table of the device.
    pub function: Function,
    /// Address in that table, from 0: "40001" of a manual is holding register 0.
    pub register: u16,
    /// What the registers hold.
    #[serde(rename = "type")]
    pub kind: RegisterType,
    /// Order of bytes, for numbers of several registers.
    #[serde(default)]
    #[schema(required = false)]
    pub order: WordOrder,
    /// For `bit` of a register: which, 0 (lowest) to 15.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bit: Option<u8>,
    /// value = number × scale + offset.
    #[serde(default = "one")]
    #[schema(required = false)]
    pub scale: f64,
    /// value = number × scale + offset.
    #[serde(default)]
    #[schema(required = false)]
    pub offset: f64,
    /// Seconds between two readings, 1 to 86,400.
    #[serde(default = "minute")]
    #[schema(required = false)]
    pub interval_s: u32,
    /// Numbers that mean "no value", before scale and offset, such as 65535: counted as rejects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub error_values: Vec<f64>,
}

fn one() -> f64 {
    1.0
}

fn minute() -> u32 {
    60
}

/// The four tables of a Modbus device.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = ModbusFunction)]
pub enum Function {
    /// Holding registers, function 3.
    Holding,
    /// Input registers, function 4.
    Input,
    /// Coils, function 1.
    Coil,
    /// Discrete inputs, function 2.
    Discrete,
}

impl Function {
    /// All tables.
    pub const ALL: [Self; 4] = [Self::Holding, Self::Input, Self::Coil, Self::Discrete];

    /// Whether its cells are single bits.
    pub const fn is_bits(self) -> bool {
        matches!(self, Self::Coil | Self::Discrete)
    }

    /// Words for messages.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Holding => "holding registers",
            Self::Input => "input registers",
            Self::Coil => "coils",
            Self::Discrete => "discrete inputs",
        }
    }
}

/// What the registers of a line hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ModbusType)]
pub enum RegisterType {
    /// One register without sign.
    U16,
    /// One register with sign.
    I16,
    /// Two registers without sign.
    U32,
    /// Two registers with sign.
    I32,
    /// Two registers, IEEE 754.
    F32,
    /// Four registers without sign; above 2^53 the last digits are lost.
    U64,
    /// Four registers with sign; beyond 2^53 the last digits are lost.
    I64,
    /// Four registers, IEEE 754.
    F64,
    /// One bit: 0 or 1.
    Bit,
}

impl RegisterType {
    /// All types.
    pub const ALL: [Self; 9] = [
        Self::U16,
        Self::I16,
        Self::U32,
        Self::I32,
        Self::F32,
        Self::U64,
        Self::I64,
        Self::F64,
        Self::Bit,
    ];

    /// How many cells of its table it takes.
    pub const fn cells(self) -> u16 {
        match self {
            Self::U16 | Self::I16 | Self::Bit => 1,
            Self::U32 | Self::I32 | Self::F32 => 2,
            Self::U64 | Self::I64 | Self::F64 => 4,
        }
    }
}

/// In which order the bytes of a number come, A being the highest. For four registers the same rule
/// goes on: `CDAB` is the lowest register first, `BADC` has the two bytes of each register swapped.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[schema(as = ModbusWordOrder)]
pub enum WordOrder {
    /// Highest register first, as the standard says.
    #[default]
    #[serde(rename = "ABCD")]
    Abcd,
    /// Lowest register first.
    #[serde(rename = "CDAB")]
    Cdab,
    /// Highest register first, its bytes swapped.
    #[serde(rename = "BADC")]
    Badc,
    /// Lowest byte first.
    #[serde(rename = "DCBA")]
    Dcba,
}

impl WordOrder {
    /// All orders.
    pub const ALL: [Self; 4] = [Self::Abcd, Self::Cdab, Self::Badc, Self::Dcba];
}
