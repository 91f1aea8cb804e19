//! Secrets that the platform must be able to say again, such as the password of a service that it calls: sealed in
//! the store, opened in memory only.
//!
//! AES-256-GCM with a random nonce. What a secret is for is bound to it: one that was moved to another row, or whose row
//! was pointed at another address, does not open. The key is a file of the data folder and in no copy of the store.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use base::Clock;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Bytes of a key.
const KEY_LEN: usize = 32;

/// Seals and opens secrets. Cheap to clone.
#[derive(Clone)]
pub struct Seal {
    key: Arc<LessSafeKey>,
}

impl Seal {
    /// With a key that ends with the process: for tests, and until a file is named.
    pub fn passing(clock: &dyn Clock) -> Self {
        let mut key = [0; KEY_LEN];
        clock.random(&mut key);
        Self::with_key(&key)
    }

    /// With the key in this file, which is made, for its owner alone, where there is none.
    pub fn at(path: &Path, clock: &dyn Clock) -> io::Result<Self> {
        let mut key = [0; KEY_LEN];
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(path) {
            Ok(mut file) => {
                clock.random(&mut key);
                io::Write::write_all(&mut file, &key)?;
                file.sync_all()?;
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let mut bytes = Vec::new();
                let most = u64::try_from(KEY_LEN).unwrap_or(u64::MAX) + 1;
                std::fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
                key = bytes.try_into().map_err(|_| {
                    let words = "the key of the secrets is not 32 bytes long: put back the file of a backup, or \
                                 remove it and enter the secrets anew";
                    io::Error::new(io::ErrorKind::InvalidData, words)
                })?;
            }
            Err(error) => return Err(error),
        }
        Ok(Self::with_key(&key))
    }

    fn with_key(key: &[u8; KEY_LEN]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, key).expect("the key has its length");
        Self { key: Arc::new(LessSafeKey::new(key)) }
    }

    /// Seals a secret for a purpose; the text is of letters and digits.
    ///
    /// # Panics
    /// When the secret is larger than memory.
    pub fn seal(&self, clock: &dyn Clock, purpose: &str, secret: &str) -> String {
        let mut nonce = [0; NONCE_LEN];
        clock.random(&mut nonce);
        let mut bytes = secret.as_bytes().to_vec();
        let purpose = Aad::from(purpose.as_bytes());
        let sealed = Nonce::assume_unique_for_key(nonce);
        self.key.seal_in_place_append_tag(sealed, purpose, &mut bytes).expect("it is short");
        let mut text = String::with_capacity(2 * (NONCE_LEN + bytes.len()));
        for byte in nonce.iter().chain(&bytes) {
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Opens what was sealed for this purpose with this key.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        let digits = sealed.as_bytes().chunks_exact(2);
        let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        let mut bytes = digits.map(byte).collect::<Option<Vec<u8>>>()?;
        let nonce: [u8; NONCE_LEN] = bytes.get(..NONCE_LEN)?.try_into().ok()?;
        let nonce = Nonce::assume_unique_for_key(nonce);
        let body = bytes.get_mut(NONCE_LEN..)?;
        let plain = self.key.open_in_place(nonce, Aad::from(purpose.as_bytes()), body).ok()?;
        String::from_utf8(plain.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::testing::temp_dir;

    #[test]
    fn a_secret_opens_with_its_key_and_for_its_purpose_alone() {
        let path = temp_dir("seal").join("secret.key");
        let seal = Seal::at(&path, &SystemClock).unwrap();
        let sealed = seal.seal(&SystemClock, "a", "비밀 1");
        assert!(
            !sealed.contains("비밀") && sealed.bytes().all(|b| b.is_ascii_hexdigit()),
            "{sealed}"
        );
        assert_ne!(sealed, seal.seal(&SystemClock, "a", "비밀 1"), "never the same twice");
        let again = Seal::at(&path, &SystemClock).unwrap();
        assert_eq!(again.open("a", &sealed).as_deref(), Some("비밀 1"));
        assert_eq!(again.open("b", &sealed), None);
        assert_eq!(Seal::passing(&SystemClock).open("a", &sealed), None);
        for bad in ["", "00", "zz", &sealed[2..], &sealed[..sealed.len() - 2]] {
            assert_eq!(again.open("a", bad), None, "{bad}");
        }
        std::fs::write(&path, "short").unwrap();
        assert!(Seal::at(&path, &SystemClock).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let path = temp_dir("seal").join("secret.key");
        let _ = Seal::at(&path, &SystemClock).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
