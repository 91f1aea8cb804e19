//! Passwords: argon2id with the parameters of OWASP (19 MiB, two passes).

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base::Clock;

/// Fewest characters of a password.
const LENGTH_MIN: usize = 10;
/// Most bytes, so that hashing a "password" cannot eat the machine.
const BYTES_MAX: usize = 256;

/// A password that is long enough to keep. Never printed.
pub struct Password(String);

/// The password cannot be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Too short.
    #[error("the password is too short: use at least 10 characters")]
    Short,
    /// Too long.
    #[error("the password is too long: use at most 256 bytes")]
    Long,
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// Checks the length.
    pub fn new(text: String) -> Result<Self, PasswordError> {
        if text.len() > BYTES_MAX {
            return Err(PasswordError::Long);
        }
        if text.chars().count() < LENGTH_MIN {
            return Err(PasswordError::Short);
        }
        Ok(Self(text))
    }

    /// The hash to store. Takes some 50 ms of one core, on a thread of its own.
    pub async fn hash(self, clock: &dyn Clock) -> String {
        let mut salt = [0; 16];
        clock.random(&mut salt);
        blocking(move || {
            Argon2::default()
                .hash_password_with_salt(self.0.as_bytes(), &salt)
                .expect("a 16-byte salt and the default parameters are valid")
                .to_string()
        })
        .await
    }
}

/// Whether `text` is the password behind `hash`. With no hash the same work is done, so that the time
/// does not tell whether an account exists.
pub(super) async fn verify(text: String, hash: Option<String>) -> bool {
    const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$\
        AAAAAAAAAAAAAAAAAAAAAA$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
    if text.len() > BYTES_MAX {
        return false;
    }
    blocking(move || {
        let exists = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
        Argon2::default().verify_password(text.as_bytes(), hash.as_str()).is_ok() && exists
    })
    .await
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    tokio::task::spawn_blocking(work).await.expect("hashing does not panic and is not aborted")
}
