//! The credential of a device (장치 인증정보): 160 random bits, shown once, kept as SHA-256.

use base::{Clock, Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, WriteTx};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

platform::statements! {
    /// Sets or replaces the credential of a device.
    SAVE = "INSERT INTO device_credential (device_id, secret_sha256, created_at) VALUES ($1, $2, $3)
      ON CONFLICT (device_id) DO UPDATE SET
        secret_sha256 = excluded.secret_sha256, created_at = excluded.created_at";
    /// The hash of a device's secret.
    FIND = "SELECT secret_sha256 FROM device_credential WHERE device_id = $1";
}

/// The shortest secret that a seed may bring, in characters.
pub const SECRET_MIN: usize = 16;
/// The longest secret, in characters.
pub const SECRET_MAX: usize = 128;

/// The SHA-256 of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// Hashes a secret. A fast hash is right here: the secret has 160 random bits.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret).into())
    }

    /// Whether this is the hash of `secret`, in a time that does not tell how much of it fits.
    pub fn fits(&self, secret: &str) -> bool {
        self.0.ct_eq(&Self::of(secret).0).into()
    }

    pub(crate) fn bytes(self) -> [u8; 32] {
        self.0
    }

    pub(crate) fn hex(&self) -> String {
        base::hex(&self.0)
    }

    /// Reads the stored text; `None` when it is no SHA-256.
    pub(crate) fn parse(hex: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if hex.len() != 64 || !hex.is_ascii() {
            return None;
        }
        for (byte, at) in bytes.iter_mut().zip((0..64).step_by(2)) {
            *byte = u8::from_str_radix(&hex[at..at + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// A new secret of 160 random bits, in lower-case hexadecimal.
pub(crate) fn new_secret(clock: &dyn Clock) -> String {
    let mut bytes = [0; 20];
    clock.random(&mut bytes);
    base::hex(&bytes)
}

/// Sets or replaces the credential of a device; the old secret is refused from now on.
pub(crate) async fn save(
    tx: &mut WriteTx,
    device: Id<noun::Device>,
    secret: SecretHash,
    now: Instant,
) -> Result<(), DbError> {
    tx.run(SAVE, args![device, secret.hex(), now]).await.map(drop)
}

/// Whether the device has a credential.
pub(crate) async fn exists(tx: &mut ReadTx, device: Id<noun::Device>) -> Result<bool, DbError> {
    Ok(tx.one(FIND, args![device]).await?.is_some())
}
