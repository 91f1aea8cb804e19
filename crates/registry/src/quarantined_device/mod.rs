//! A quarantined device (미등록 장치): a sender that proved itself for a complex (a token of role `ingest`,
//! a gateway, a network server), under a key that no device has. Its messages are refused and counted; a
//! person adopts it, and from then on its readings are taken, or refuses it.
//!
//! ```text
//! waiting ──adopt──► adopted (a device)
//!    └──refuse──► refused ──adopt──► adopted
//! ```
//! Invariants: [`Quarantine::note`] never waits and never grows beyond [`NOTED_MAX`] keys of a complex
//! between two writes; a complex keeps at most [`KEPT_MAX`] of them, later ones are counted only; of a
//! message the first [`SAMPLE_CHARS_MAX`] characters are kept. Deliberately absent: keeping the readings.

pub(crate) mod api;
mod note;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, Instant, noun};
use serde::Serialize;
use utoipa::ToSchema;

pub use note::{FLUSH_EVERY, NOTED_MAX, Quarantine, SAMPLE_CHARS_MAX};

/// The most quarantined devices that a complex keeps.
pub const KEPT_MAX: i64 = 1_000;

/// Marks identifiers of quarantined devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QuarantinedDeviceNoun;

crate::noun::words! {
    /// What became of it.
    QuarantineState, "state of a quarantined device" {
        /// Nobody has decided.
        Waiting = "waiting",
        /// It became a device.
        Adopted = "adopted",
        /// It is none of ours.
        Refused = "refused",
    }
}

/// A sender whose key no device has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuarantinedDevice {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<QuarantinedDeviceNoun>,
    /// The complex that the sender proved itself for.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<noun::Complex>,
    /// The key that it sends under.
    pub key: String,
    /// How it sends: `http`, `mqtt`, `lorawan`.
    pub protocol: String,
    /// What became of it.
    pub state: QuarantineState,
    /// Messages since it was seen first.
    pub messages: i64,
    /// The beginning of its last message.
    pub sample: String,
    /// When it was seen first.
    pub first_at: Instant,
    /// When it was seen last.
    pub last_at: Instant,
    /// The device that it became.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub device_id: Option<Id<noun::Device>>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Instant>,
}
