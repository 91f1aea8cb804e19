//! Reads what counts of a certificate out of its PEM.

use base::Instant;
use sha2::{Digest, Sha256};

use crate::error::RegistryError;

/// The longest PEM.
const PEM_BYTES_MAX: usize = 16 * 1024;
/// The longest subject that is kept, in characters.
const SUBJECT_CHARS_MAX: usize = 200;

/// What counts of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Read {
    pub(crate) fingerprint: String,
    pub(crate) subject: String,
    pub(crate) valid_from: Instant,
    pub(crate) valid_until: Instant,
}

/// Reads one certificate; a private key in the text is refused in words, so that nobody leaves one here.
pub(crate) fn read(pem: &str) -> Result<Read, RegistryError> {
    let refuse = |detail: &str| RegistryError::field("/pem", detail);
    if pem.len() > PEM_BYTES_MAX {
        return Err(refuse("give one certificate of at most 16 KiB"));
    }
    if pem.contains("PRIVATE KEY") {
        return Err(refuse(
            "this holds a private key: keep it on the device, change it if it was shown, and give the \
             certificate only",
        ));
    }
    let words = "give one certificate in PEM, from -----BEGIN CERTIFICATE----- to its END";
    let (_, block) = x509_parser::pem::parse_x509_pem(pem.as_bytes()).map_err(|_| refuse(words))?;
    if block.label != "CERTIFICATE" || pem.matches("-----BEGIN").count() != 1 {
        return Err(refuse(words));
    }
    let certificate = block.parse_x509().map_err(|error| {
        refuse(&format!("the certificate cannot be read ({error}): export it again as PEM"))
    })?;
    let valid = certificate.validity();
    let (from, until) = (valid.not_before.timestamp(), valid.not_after.timestamp());
    if from >= until {
        return Err(refuse("the certificate ends before it begins: issue another"));
    }
    let subject = certificate.subject().to_string();
    let subject = subject.chars().filter(|c| !c.is_control()).take(SUBJECT_CHARS_MAX).collect();
    Ok(Read {
        fingerprint: base::hex(&Sha256::digest(&block.contents)),
        subject,
        valid_from: seconds(from),
        valid_until: seconds(until),
    })
}

fn seconds(seconds: i64) -> Instant {
    Instant::from_micros(seconds.saturating_mul(1_000_000))
}
