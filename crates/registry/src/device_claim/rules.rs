//! Codes of claims: 80 random bits that a person can read out and type.

use std::time::Duration;

use base::{Clock, Instant};

use super::DeviceClaim;
use crate::device::credential::SecretHash;
use crate::error::RegistryError;

/// Crockford's base 32: no I, L, O or U, which people mix up. 32 letters, so that 5 bits are one of them.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Letters of a code.
const CODE_LETTERS: usize = 16;
/// The longest life of a code, in hours: a year.
pub(crate) const LIFE_H_MAX: u32 = 366 * 24;
/// The life of a code unless another is asked for: 30 days.
pub(crate) const LIFE_H: u32 = 30 * 24;
/// The longest address of a console.
const BASE_URL_BYTES_MAX: usize = 200;

/// A new code, such as `7K3M-0QXA-9V2D-ZZ1B`.
pub(crate) fn new_code(clock: &dyn Clock) -> String {
    let mut bytes = [0; CODE_LETTERS];
    clock.random(&mut bytes);
    let mut code = String::with_capacity(CODE_LETTERS + 3);
    for (at, byte) in bytes.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(LETTERS[usize::from(byte % 32)]));
    }
    code
}

/// A code as it is compared: capitals, no separators, letters that people mix up made one. `None` when it
/// can be none.
pub(crate) fn normal(text: &str) -> Option<String> {
    let plain = text.chars().filter(|c| !matches!(c, '-' | ' ' | '\t' | '\n' | '\r'));
    let mut code = String::with_capacity(CODE_LETTERS);
    for letter in plain.take(CODE_LETTERS + 1) {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        };
        if !u8::try_from(letter).is_ok_and(|letter| LETTERS.contains(&letter)) {
            return None;
        }
        code.push(letter);
    }
    (code.len() == CODE_LETTERS).then_some(code)
}

/// What is kept of a code that [`normal`] gave. A fast hash is right here: it has 80 random bits.
pub(crate) fn hash(normal: &str) -> String {
    SecretHash::of(normal).hex()
}

/// When a code that is issued now ends.
pub(crate) fn expiry(hours: Option<u32>, now: Instant) -> Result<Instant, RegistryError> {
    let hours = hours.unwrap_or(LIFE_H);
    if !(1..=LIFE_H_MAX).contains(&hours) {
        return Err(RegistryError::field("/expires_in_h", "give 1 to 8784 hours"));
    }
    Ok(now + Duration::from_hours(u64::from(hours)))
}

/// Whether a code still works.
pub(crate) fn is_open(claim: &DeviceClaim, now: Instant) -> bool {
    claim.claimed_at.is_none() && now < claim.expires_at
}

/// What the QR says: the page of the console where the code is used, or the bare code.
pub(crate) fn link(base_url: Option<&str>, code: &str) -> Result<String, RegistryError> {
    let Some(base) = base_url.map(|url| url.trim_end_matches('/')) else {
        return Ok(code.to_owned());
    };
    let host = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:[]/_".contains(c);
    let good = base.len() <= BASE_URL_BYTES_MAX
        && host.is_some_and(|host| !host.is_empty() && host.chars().all(plain));
    if !good {
        let detail = "give the address of the console, such as https://sandan.example.kr";
        return Err(RegistryError::field("/base_url", detail));
    }
    Ok(format!("{base}/claim#{code}"))
}

/// The QR of a text as SVG.
pub(crate) fn qr_svg(text: &str) -> Result<String, RegistryError> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M)
        .map_err(|error| RegistryError::field("/base_url", format!("it makes no QR: {error}")))?;
    let svg = code
        .render::<qrcode::render::svg::Color<'_>>()
        .min_dimensions(200, 200)
        .dark_color(qrcode::render::svg::Color("#000000"))
        .light_color(qrcode::render::svg::Color("#ffffff"))
        .build();
    Ok(svg)
}
