//! The mapping of a device profile (전문 변환식): a `jaq` expression that turns a message of a device, whatever
//! its maker made it say, into a list of readings.
//!
//! An expression is written by a person and can be wrong in any way: endless, ever growing, too deep for the
//! stack. None of that can be stopped inside a process, so expressions run in a process of their own
//! ([`worker`]), which is killed when it takes too long and started again. Nothing but bytes goes in and out
//! of it; it has no environment, and the language has no way to files or the network.
//!
//! ```text
//! message ─► Mapper (queue, deadline) ─► worker process: program(message) ─► JSON list ─► the usual decoder
//! ```

mod api;
mod mapper;
mod program;
#[cfg(test)]
mod tests;
mod worker;

use serde::{Deserialize, Serialize};

pub(crate) use api::Mapped;
pub use api::{map_raw, routes};
pub use mapper::Mapper;
pub use program::{Program, compile};
pub use worker::run as run_worker;

/// Longest message that is mapped.
pub const PAYLOAD_BYTES_MAX: usize = 256 * 1024;
/// Most readings of one message.
pub const READINGS_MAX: usize = 10_000;
/// Longest expression.
pub const MAPPING_BYTES_MAX: usize = 8 * 1024;
/// Deepest nesting of brackets in an expression: the parser of the language is recursive.
pub const NESTING_MAX: usize = 64;

/// Why a message was not turned into readings. `what` is stable.
#[derive(
    Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, utoipa::ToSchema,
)]
#[error("{detail}")]
pub struct MappingError {
    /// The sort of fault.
    pub what: MappingFault,
    /// What is wrong and what to do.
    pub detail: String,
    /// Where in the expression, in characters from its beginning, if it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<usize>,
}

/// The sorts of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MappingFault {
    /// The expression cannot be read.
    Syntax,
    /// The message is no JSON, or too long.
    Payload,
    /// The expression failed on this message.
    Failed,
    /// What came out is no list of readings.
    Result,
    /// It took too long or too much memory, and was ended.
    Ended,
    /// Too much is waiting; the message was not looked at.
    Busy,
}

impl MappingError {
    pub(crate) fn new(what: MappingFault, detail: impl Into<String>) -> Self {
        Self { what, detail: detail.into(), place: None }
    }
}
