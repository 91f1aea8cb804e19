//! A device claim (장치 등록 코드): a device that was registered ahead waits for its installer. Whoever
//! holds the code of its label gets the credential, once.
//!
//! ```text
//! issued ──code──► claimed        a new code, or withdrawing it, ends an open one
//!    └──time──► expired
//! ```
//! Invariants: a code works once and until it expires; only its SHA-256 is kept; it is shown once, with
//! its QR; every answer to a wrong, used or expired code is the same, and wrong ones are limited.
//! Deliberately absent: claiming a device that nobody registered (see the module `quarantined_device`).

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, Instant, noun};
use serde::Serialize;
use utoipa::ToSchema;

/// The claim of a device, without its code.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DeviceClaim {
    /// The device.
    #[schema(value_type = uuid::Uuid)]
    pub device_id: Id<noun::Device>,
    /// Who issued the code.
    pub created_by: String,
    /// When it was issued.
    pub created_at: Instant,
    /// Until when it works.
    pub expires_at: Instant,
    /// When it was used; absent while it waits.
    pub claimed_at: Option<Instant>,
}
