//! OpenADR 3.1: the demand response server (VTN) of a complex, under `/openadr3`.
//!
//! ```text
//!  energy office (business logic) ──► programs, events, VENs ──┐
//!                                                             ├─► openadr_object
//!  tenant's client (VEN) ◄── programs and events for it ───────┤
//!                        ──► reports ──────────────────────────┘
//! ```
//! A client signs in with one of our API tokens as its client secret. The token's one role says which side it
//! is: the energy office of a complex is the business logic of that complex, one that is held for an establishment
//! is a VEN. Roles from above are of no side (docs/adr/0014). A client reaches its complex and no other.
//!
//! # Invariants
//! - A VEN sees programs and events without targets, or with a target of its own; other targets are not told.
//!   It sees an event only if it sees the event's program too.
//! - The objects of an establishment's clients have limits of their own, however many tokens it has, so that no
//!   tenant takes the room of the others; and so has the number of its requests in a minute.
//! - A VEN sees and changes its own reports only, and writes nothing else.
//! - What breaks the protocol is refused with the field; what the protocol does not name is dropped.
//!
//! [`client`] is the other side: it asks the server of somebody else, as a VEN (docs/adr/0016). It is called by the
//! energy platform alone, for connections that a person made.
//!
//! Deliberately absent: subscriptions, resources and MQTT. The types of the wire are our
//! own, because the public ones bring a second database driver (docs/adr/0015); `bench/openadr_peer` holds
//! them beside each other.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::panic))]

pub(crate) mod api;
pub mod client;
pub mod inside;
mod pace;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;
pub mod timeline;
pub mod wire;

use base::noun::{Complex, Establishment};
use base::{Coded, ErrorKind, FieldError, Id, Instant};
use platform::Platform;
use platform::db::Statement;

/// The tables that this crate writes.
pub const MIGRATIONS: platform::db::MigrationSet =
    platform::migrations!("openadr", "0006_openadr_object", "0007_openadr_establishment");

/// Objects of one kind that a complex may hold.
pub const OBJECTS_MAX: usize = 2_000;
/// VEN objects that the clients of one establishment may have together.
pub const OWN_VENS_MAX: usize = 4;
/// Objects of any other kind that the clients of one establishment may have together.
pub const OWN_OBJECTS_MAX: usize = 100;

/// Every SQL statement of this crate, for the test that prepares all on both engines.
pub fn statements() -> Vec<Statement> {
    store::statements()
}

/// The routes under `/openadr3`. They stand in no OpenAPI description of ours: the protocol has its own.
pub fn routes(platform: &Platform) -> axum::Router {
    api::routes().with_state(platform.clone())
}

/// The kinds of object that the server holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A programme (프로그램) that events belong to.
    Program,
    /// An event (발령).
    Event,
    /// What a client reports of an event.
    Report,
    /// A client (VEN) and the targets that it belongs to.
    Ven,
}

/// An object as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// Its id.
    pub id: Id<Object>,
    /// The complex whose server holds it.
    pub complex_id: Id<Complex>,
    /// What it is.
    pub kind: Kind,
    /// The token that made it; of a VEN, that it is for.
    pub client_id: String,
    /// The protocol's own JSON, checked.
    pub body: serde_json::Value,
    /// The establishment whose client made it; none of what the business logic wrote.
    pub establishment_id: Option<Id<Establishment>>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was changed last.
    pub modified_at: Instant,
}

/// Why the server refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenadrError {
    /// No such collection, or no such object that the client may see.
    #[error("there is no {0} that you may see")]
    NotFound(String),
    /// It breaks the protocol.
    #[error("the object cannot be kept: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// The token is of no side.
    #[error(
        "an OpenADR client needs a token of the energy office of one complex (업무 논리), or one of an \
         establishment (VEN): make one under 설정 > 토큰"
    )]
    NoSide,
    /// The client's side may not do it.
    #[error("a {side} may not write {what}")]
    Side {
        /// Which side.
        side: &'static str,
        /// What it wanted to write.
        what: &'static str,
    },
    /// Something stands on it.
    #[error("{0} still belong to it: delete those first")]
    InUse(&'static str),
    /// Too many.
    #[error(
        "this complex has {OBJECTS_MAX} objects of this kind, the most there may be: delete old ones"
    )]
    TooMany,
    /// Too many requests.
    #[error(
        "more than {most} requests in a minute by your tokens together: go on in {seconds} s, and ask less often"
    )]
    TooOften {
        /// The limit.
        most: u32,
        /// Seconds until the next request is answered.
        seconds: u64,
    },
    /// Too many of one establishment.
    #[error("your clients have {most} {what}, the most of one establishment: delete old ones")]
    TooManyOwn {
        /// The limit.
        most: usize,
        /// Which collection.
        what: &'static str,
    },
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for OpenadrError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::NoSide | Self::Side { .. } => ErrorKind::Forbidden,
            Self::TooOften { .. } => ErrorKind::TooMany,
            Self::InUse(_) | Self::TooMany | Self::TooManyOwn { .. } => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "openadr.not_found",
            Self::Invalid(_) => "openadr.invalid",
            Self::NoSide => "openadr.no_side",
            Self::Side { .. } => "openadr.side",
            Self::InUse(_) => "openadr.in_use",
            Self::TooMany => "openadr.too_many",
            Self::TooOften { .. } => "openadr.too_often",
            Self::TooManyOwn { .. } => "openadr.too_many_own",
        }
    }
}
