//! An OPC UA server at a machine or a control system, to whose nodes the platform subscribes; it tells each
//! change by itself.
//!
//! Invariants: a value carries the time of its source; `Uncertain` becomes the flag `doubtful`, `Bad` a
//! reject. With the SHA-256 of the server's certificate every message is signed and encrypted
//! (Basic256Sha256), and no other server is spoken to; without it nothing is protected: keep that to the
//! plant's own network. Deliberately absent: writing, methods, history, events, certificate authorities.

mod identity;
pub mod rules;
#[cfg(test)]
mod tests;
pub mod value;
pub(crate) mod work;

use serde::{Deserialize, Serialize};

/// Most nodes of one source.
pub const NODES_MAX: usize = 1_000;
/// What the name of an environment variable with a password begins with, so that nobody sends another
/// secret of the server away by naming it here.
pub const PASSWORD_ENV_PREFIX: &str = "SANDAN_OPCUA_";

/// How an OPC UA server is subscribed to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OpcuaConnection {
    /// `opc.tcp://host:port/path`.
    pub endpoint: String,
    /// User name, if the server wants one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Environment variable of the server that holds the password: `SANDAN_OPCUA_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_env: Option<String>,
    /// SHA-256 of the certificate of the server (DER), 64 hexadecimal digits with or without colons: messages
    /// are signed and encrypted, and no other certificate is trusted. Absent: nothing is protected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_certificate_sha256: Option<String>,
    /// How often the server looks and tells, 100 to 60,000 ms; 1,000 when absent.
    #[serde(default = "second")]
    #[schema(required = false)]
    pub publish_ms: u32,
    /// The nodes, 1 to 1,000.
    pub nodes: Vec<Node>,
}

fn second() -> u32 {
    1_000
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
