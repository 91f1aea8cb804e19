//! An OPC UA source (OPC UA 수집원): a server at a machine or a control system, to whose nodes the platform
//! subscribes; it tells each change by itself.
//!
//! Invariants: the platform calls only what stands enabled in this table; a value carries the time of its
//! source; `Uncertain` becomes the flag `doubtful`, `Bad` a reject. A password stands in the environment of
//! the server, never in the table. Deliberately absent: writing, methods, history, events, and for now
//! encryption: keep it to the plant's own network.

pub(crate) mod api;
pub mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub mod value;
pub(crate) mod work;

use base::noun::{Complex, Device};
use base::{Coded, ErrorKind, FieldError, Id, Instant};
use serde::{Deserialize, Serialize};

/// Most sources of a complex; each holds a connection.
pub const SOURCES_PER_COMPLEX_MAX: usize = 100;
/// Most nodes of one source.
pub const NODES_MAX: usize = 1_000;
/// What the name of an environment variable with a password begins with, so that nobody sends another
/// secret of the server away by naming it here.
pub const PASSWORD_ENV_PREFIX: &str = "SANDAN_OPCUA_";

/// An OPC UA server that the platform subscribes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OpcuaSource {
    /// Identifier.
    #[schema(value_type = Uuid)]
    pub id: Id<OpcuaSource>,
    /// Its complex.
    #[schema(value_type = Uuid)]
    pub complex_id: Id<Complex>,
    /// The device whose points get the values.
    #[schema(value_type = Uuid)]
    pub device_id: Id<Device>,
    /// A name for people.
    pub name: String,
    /// `opc.tcp://host:port/path`.
    pub endpoint: String,
    /// User name, if the server wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Environment variable of the server that holds the password: `SANDAN_OPCUA_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_env: Option<String>,
    /// How often the server looks and tells, milliseconds.
    pub publish_ms: u32,
    /// Whether it is subscribed to.
    pub enabled: bool,
    /// The nodes.
    pub nodes: Vec<Node>,
    /// Rises by one with each change; give it back with the next.
    pub version: u32,
    /// When it was changed last.
    pub updated_at: Instant,
}

/// One node of the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OpcuaNode)]
pub struct Node {
    /// Node id, such as `ns=2;s=Line1.Power`.
    pub node: String,
    /// Key of the point within the device.
    pub point: String,
    /// value = number × scale + offset.
    #[serde(default = "one")]
    #[schema(required = false)]
    pub scale: f64,
    /// value = number × scale + offset.
    #[serde(default)]
    #[schema(required = false)]
    pub offset: f64,
    /// A change smaller than this is not told; 0: every change.
    #[serde(default)]
    #[schema(required = false)]
    pub deadband: f64,
}

fn one() -> f64 {
    1.0
}

/// What it takes to subscribe to an OPC UA server.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpcuaSourceNew {
    /// The device whose points get the values.
    #[schema(value_type = Uuid)]
    pub device_id: Id<Device>,
    /// A name for people.
    pub name: String,
    /// `opc.tcp://host:port/path`.
    pub endpoint: String,
    /// User name, if the server wants one.
    pub username: Option<String>,
    /// Environment variable of the server that holds the password: `SANDAN_OPCUA_…`.
    pub password_env: Option<String>,
    /// 100 to 60,000 ms; 1,000 when absent.
    #[serde(default = "second")]
    #[schema(required = false)]
    pub publish_ms: u32,
    /// Whether it is subscribed to from now on; true when absent.
    #[serde(default = "yes")]
    #[schema(required = false)]
    pub enabled: bool,
    /// The nodes, 1 to 1,000.
    pub nodes: Vec<Node>,
}

fn second() -> u32 {
    1_000
}

fn yes() -> bool {
    true
}

/// What to change of a source: absent keeps.
#[derive(Debug, Clone, PartialEq, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpcuaSourceChange {
    /// The version that the change was made from.
    pub version: u32,
    /// A name for people.
    pub name: Option<String>,
    /// `opc.tcp://host:port/path`.
    pub endpoint: Option<String>,
    /// User name.
    pub username: Option<String>,
    /// Environment variable with the password.
    pub password_env: Option<String>,
    /// How often the server looks and tells.
    pub publish_ms: Option<u32>,
    /// Whether it is subscribed to.
    pub enabled: Option<bool>,
    /// The whole node list.
    pub nodes: Option<Vec<Node>>,
}

/// Why a source was not kept.
#[derive(Debug, thiserror::Error)]
pub enum OpcuaSourceError {
    /// No such source, or none that the reader may know of.
    #[error("there is no OPC UA source {0}, or you may not see it")]
    NotFound(Id<OpcuaSource>),
    /// Somebody else changed it.
    #[error(
        "the OPC UA source is at version {current} and you gave {given}: read it again and repeat \
         your change"
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
        "the complex has {SOURCES_PER_COMPLEX_MAX} OPC UA sources already: change one that is no \
         longer used"
    )]
    TooMany,
}

impl Coded for OpcuaSourceError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Stale { .. } => ErrorKind::Conflict,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::TooMany => ErrorKind::TooMany,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "opcua_source.not_found",
            Self::Stale { .. } => "opcua_source.stale",
            Self::Invalid(_) => "invalid",
            Self::TooMany => "opcua_source.too_many",
        }
    }
}
