//! A source (수집원): something that does not send by itself, so that the platform asks it, or subscribes
//! to it, and puts what it says into the points of one device.
//!
//! ```text
//!  source ──► one task for each lane ──► its protocol: modbus, opcua, airkorea, kma ──► the way in of all readings
//!                     │ fails: back-off with jitter, words in the status
//! ```
//! Invariants: the platform calls only what stands enabled in this table; what a source marks as "none" is
//! a reject, never a reading; a secret stands in the environment of the server, never in the table, an
//! answer or a log. How a source is doing is counted in memory, since the start of this process.
//! A protocol brings its connection (what to ask, and where), what makes a good one, and the asking itself;
//! all else is here once.

pub mod airkorea;
pub(crate) mod api;
mod backoff;
pub mod kma;
pub mod modbus;
pub mod opcua;
pub mod open_data;
mod polled;
pub mod rules;
pub mod status;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub(crate) mod work;

use std::collections::BTreeMap;

use base::noun::{Complex, Device};
use base::{Coded, ErrorKind, FieldError, Id, Instant};
use serde::{Deserialize, Serialize};

use airkorea::AirkoreaConnection;
use kma::KmaConnection;
use modbus::ModbusConnection;
use opcua::OpcuaConnection;

/// Something that the platform asks by itself.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Source {
    /// Identifier.
    #[schema(value_type = Uuid)]
    pub id: Id<Source>,
    /// Its complex.
    #[schema(value_type = Uuid)]
    pub complex_id: Id<Complex>,
    /// The device whose points get the values.
    #[schema(value_type = Uuid)]
    pub device_id: Id<Device>,
    /// A name for people.
    pub name: String,
    /// Whether it is asked.
    pub enabled: bool,
    /// Where it is, how it is spoken to, and what is asked.
    pub connection: Connection,
    /// Rises by one with each change; give it back with the next.
    pub version: u32,
    /// When it was changed last.
    pub updated_at: Instant,
}

/// Where a source is, how it is spoken to, and what is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = SourceConnection)]
pub enum Connection {
    /// A meter or gateway that is asked for registers.
    Modbus(ModbusConnection),
    /// A server to whose nodes the platform subscribes.
    Opcua(OpcuaConnection),
    /// Air quality of a station of AirKorea.
    Airkorea(AirkoreaConnection),
    /// Weather of the Korea Meteorological Administration.
    Kma(KmaConnection),
}

impl Connection {
    /// Its kind.
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Modbus(_) => SourceKind::Modbus,
            Self::Opcua(_) => SourceKind::Opcua,
            Self::Airkorea(_) => SourceKind::Airkorea,
            Self::Kma(_) => SourceKind::Kma,
        }
    }

    /// The points that it names, each with its place within the connection.
    pub fn points(&self) -> Vec<(String, &str)> {
        fn of_list<'a>(
            list: &str,
            points: impl Iterator<Item = &'a String>,
        ) -> Vec<(String, &'a str)> {
            let place = |(i, point): (usize, &'a String)| (format!("/{list}/{i}/point"), &**point);
            points.enumerate().map(place).collect()
        }
        fn of_table<F: Serialize>(points: &BTreeMap<F, String>) -> Vec<(String, &str)> {
            let place = |field| format!("/points/{}", open_data::rules::word(field));
            points.iter().map(|(field, point)| (place(field), &**point)).collect()
        }
        match self {
            Self::Modbus(it) => of_list("polls", it.polls.iter().map(|line| &line.point)),
            Self::Opcua(it) => of_list("nodes", it.nodes.iter().map(|line| &line.point)),
            Self::Airkorea(it) => of_table(&it.points),
            Self::Kma(it) => of_table(&it.points),
        }
    }
}

/// The kinds of source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Modbus over TCP.
    Modbus,
    /// OPC UA.
    Opcua,
    /// AirKorea.
    Airkorea,
    /// The Korea Meteorological Administration.
    Kma,
}

impl SourceKind {
    /// The stable word in tables, JSON and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Modbus => "modbus",
            Self::Opcua => "opcua",
            Self::Airkorea => "airkorea",
            Self::Kma => "kma",
        }
    }

    /// Most sources of this kind in a complex; fewer where each holds a connection, or shares the few
    /// calls of a key.
    pub const fn per_complex_max(self) -> usize {
        match self {
            Self::Modbus => 1_000,
            Self::Opcua => 100,
            Self::Airkorea | Self::Kma => 20,
        }
    }
}

/// What it takes to have something asked.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceNew {
    /// The device whose points get the values.
    #[schema(value_type = Uuid)]
    pub device_id: Id<Device>,
    /// A name for people, 1 to 100 characters.
    pub name: String,
    /// Whether it is asked from now on; true when absent.
    #[serde(default = "yes")]
    #[schema(required = false)]
    pub enabled: bool,
    /// Where it is, how it is spoken to, and what is asked.
    pub connection: Connection,
}

fn yes() -> bool {
    true
}

/// What to change of a source: absent keeps.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceChange {
    /// The version that the change was made from.
    pub version: u32,
    /// A name for people.
    pub name: Option<String>,
    /// Whether it is asked.
    pub enabled: Option<bool>,
    /// The whole connection, of the same kind.
    pub connection: Option<Connection>,
}

/// Why a source was not kept.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// No such source, or none that the reader may know of.
    #[error("there is no source {0}, or you may not see it")]
    NotFound(Id<Source>),
    /// Somebody else changed it.
    #[error(
        "the source is at version {current} and you gave {given}: read it again and repeat your change"
    )]
    Stale {
        /// The version that was given.
        given: u32,
        /// The version that stands.
        current: u32,
    },
    /// Fields are wrong.
    #[error("{}", .0.iter().map(|field| format!("{}: {}", field.pointer, field.detail))
        .collect::<Vec<_>>().join("; "))]
    Invalid(Vec<FieldError>),
    /// The complex has as many as it may.
    #[error(
        "the complex has {} sources of kind {} already: delete one that is no longer used",
        .0.per_complex_max(), .0.as_str()
    )]
    TooMany(SourceKind),
}

impl Coded for SourceError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Stale { .. } => ErrorKind::Conflict,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::TooMany(_) => ErrorKind::TooMany,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "source.not_found",
            Self::Stale { .. } => "source.stale",
            Self::Invalid(_) => "invalid",
            Self::TooMany(_) => "source.too_many",
        }
    }
}
