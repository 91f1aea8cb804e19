//! A device certificate (장치 인증서): with this X.509 client certificate a device proves itself to the
//! broker. A device may hold several, so that the next one is known before the last one ends.
//!
//! Invariants: a fingerprint belongs to one device for good, revoked ones too; what counts is the SHA-256
//! of the whole certificate, so no authority is asked and none can lend a name. Deliberately absent:
//! issuing certificates, and lists of revocations of others.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, Instant, noun};
use serde::Serialize;
use utoipa::ToSchema;

/// Marks identifiers of device certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DeviceCertificateNoun;

/// The most certificates of a device that are not revoked.
pub const CERTIFICATES_MAX: usize = 8;

/// A client certificate of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeviceCertificate {
    /// Identifier.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<DeviceCertificateNoun>,
    /// The device.
    #[schema(value_type = uuid::Uuid)]
    pub device_id: Id<noun::Device>,
    /// SHA-256 of the certificate, in lower-case hexadecimal.
    pub fingerprint: String,
    /// The subject that stands in it.
    pub subject: String,
    /// Since when it is valid.
    pub valid_from: Instant,
    /// Until when it is valid.
    pub valid_until: Instant,
    /// Who added it.
    pub added_by: String,
    /// When it was added.
    pub created_at: Instant,
    /// Since when it is refused; absent while it is not.
    pub revoked_at: Option<Instant>,
}
