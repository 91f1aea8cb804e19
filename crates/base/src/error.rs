//! What every error of a noun can tell: its kind and a stable code. HTTP codes live in `platform` only.

use serde::{Deserialize, Serialize};

/// What sort of failure it was, from the reader's side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The input is wrong; the reader can mend it.
    Invalid,
    /// Nobody is signed in, or the credentials are wrong.
    Unauthenticated,
    /// Signed in, but not permitted.
    Forbidden,
    /// No such thing, or none that the reader may know of.
    NotFound,
    /// The thing is in a state, or at a version, that does not allow this.
    Conflict,
    /// More bytes, rows or items than the named limit.
    TooLarge,
    /// Too often; try again later.
    TooMany,
    /// A part is down or busy; try again later.
    Unavailable,
    /// Our fault; the log has the cause.
    Internal,
}

/// An error that knows its kind and its stable code; its `Display` is the sentence for the user.
pub trait Coded: std::fmt::Display {
    /// The sort of failure.
    fn kind(&self) -> ErrorKind;
    /// Stable, dotted, never translated: `alarm.already_acknowledged`.
    fn code(&self) -> &'static str;
}

/// One bad field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// JSON pointer to the field (RFC 6901), such as `/limit`.
    pub pointer: String,
    /// What is wrong and what to give instead.
    pub detail: String,
}

impl FieldError {
    /// A complaint about the field at `pointer`.
    pub fn new(pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), detail: detail.into() }
    }
}
