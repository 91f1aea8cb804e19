//! A connection to a demand response server (수요반응 서버 연결): somebody else's server (VTN) of OpenADR 3.1 whose events
//! a contract follows as its client (VEN).
//!
//! ```text
//!  connection (on) ──► one task: name itself ─► programs ─► events ──► proposals of calls ──► a person decides
//!       │                              └──► reports of what was drawn, where the customer said so
//!       └ fails: back-off with jitter, words in the status
//! ```
//! # Invariants
//! - It is off until a person of the customer turns it on, and only hosts that the operator named (`--vtn-hosts`) are
//!   called: a tenant cannot have the platform call just anything.
//! - The secret is sealed for this connection, its addresses and its client id; it is told to nobody, and another
//!   address of tokens asks for it again.
//! - Its server, client id and program stay: what came of one server is never told to another.
//! - A connection and all that comes of it is seen and written by whoever sees and manages the contract.
//! - Nothing is reported unless the customer turned that on, and then only what the customer may read itself.
//!
//! How a connection is doing is kept in memory, since the start of this process. Deliberately absent: subscriptions and
//! MQTT; a client may poll (OpenADR 3.1).

pub(crate) mod api;
mod poll;
mod report;
pub(crate) mod rules;
mod status;
pub(crate) mod store;
#[cfg(test)]
mod tests;
mod work;

pub(crate) use status::Statuses;
pub use status::{VtnConnectionState, VtnConnectionStatus};

use base::noun::Complex;
use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::electricity_contract::ElectricityContract;

/// Connections of one contract at most.
pub const CONNECTIONS_PER_CONTRACT_MAX: usize = 4;
/// Connections of one complex at most: each that is on has a task of its own.
pub const CONNECTIONS_PER_COMPLEX_MAX: usize = 400;
/// The shortest time between two calls, seconds.
pub const INTERVAL_S_MIN: u32 = 10;
/// The longest, seconds.
pub const INTERVAL_S_MAX: u32 = 3_600;
/// The longest secret, bytes.
pub const SECRET_MAX: usize = 1_000;

/// A connection at its present version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VtnConnection {
    /// Its id.
    pub id: Id<VtnConnection>,
    /// The contract that follows it.
    pub contract_id: Id<ElectricityContract>,
    /// The complex.
    pub complex_id: Id<Complex>,
    /// Where it is and how it is followed.
    pub terms: VtnConnectionTerms,
    /// Rises by one with each change.
    pub version: u32,
    /// When this version was written.
    pub updated_at: Instant,
    /// Who wrote it.
    pub updated_by: Actor,
}

/// Where a server is and how it is followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VtnConnectionTerms {
    /// A name for people, such as the aggregator's (수요관리사업자).
    pub name: String,
    /// The address that `programs` and `events` stand below: `https://HOST/PATH/`.
    pub base_url: String,
    /// Where tokens are given; `auth/token` below the address when absent.
    #[serde(default)]
    pub token_url: Option<String>,
    /// The client id that the server gave.
    pub client_id: String,
    /// The name that we go by there (venName).
    pub ven_name: String,
    /// The program to follow, by its name or id; all that we may see when absent.
    #[serde(default)]
    pub program: Option<String>,
    /// Seconds between two calls, 10 to 3600.
    #[serde(default = "a_minute")]
    #[schema(required = false)]
    pub interval_s: u32,
    /// Whether it is called.
    #[serde(default)]
    #[schema(required = false)]
    pub enabled: bool,
    /// Whether reports that its events ask for are sent: what the meter counted during a call.
    #[serde(default)]
    #[schema(required = false)]
    pub sends_reports: bool,
}

fn a_minute() -> u32 {
    60
}

/// Why an operation on a connection was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VtnConnectionError {
    /// No such connection of this contract.
    #[error("there is no connection {0} of this contract: read the list again")]
    NotFound(Id<VtnConnection>),
    /// Something about it is wrong.
    #[error("the connection cannot be kept: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// It was changed in between.
    #[error(
        "you changed version {given} of this connection, but it is at {current}: load it again"
    )]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// It would follow another server with what came of this one.
    #[error(
        "the server, the client id and the program of a connection stay as they are: make a new connection \
         and delete this one"
    )]
    Fixed,
    /// Too many.
    #[error(
        "this contract has {CONNECTIONS_PER_CONTRACT_MAX} connections, the most there may be: delete one"
    )]
    TooMany,
    /// Too many of the complex.
    #[error("this complex has {CONNECTIONS_PER_COMPLEX_MAX} connections, the most there may be")]
    TooManyOfComplex,
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for VtnConnectionError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Stale { .. } | Self::Fixed | Self::TooMany | Self::TooManyOfComplex => {
                ErrorKind::Conflict
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "vtn_connection.not_found",
            Self::Invalid(_) => "vtn_connection.invalid",
            Self::Stale { .. } => "vtn_connection.stale",
            Self::Fixed => "vtn_connection.fixed",
            Self::TooMany => "vtn_connection.too_many",
            Self::TooManyOfComplex => "vtn_connection.too_many_of_complex",
        }
    }
}
