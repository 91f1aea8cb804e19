//! Secrets of sessions and tokens: 256 random bits, stored as SHA-256. They are not guessable, so a slow
//! hash would add cost to each request and no safety.

use base::Clock;
use sha2::{Digest, Sha256};

use base::hex;

/// A new secret with a `prefix` that tells what it is for, so that scanners can find a leaked one.
pub fn new_secret(clock: &dyn Clock, prefix: &str) -> String {
    let mut bytes = [0; 32];
    clock.random(&mut bytes);
    format!("{prefix}{}", hex(&bytes))
}

/// What is stored of a secret.
pub fn secret_hash(secret: &str) -> String {
    hex(&Sha256::digest(secret))
}
