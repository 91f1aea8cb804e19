//! What makes a good organisation.

use super::Organisation;
use crate::error::{Checks, RegistryError};

/// Refuses an organisation with a bad name or telephone number.
pub(crate) fn check(organisation: &Organisation) -> Result<(), RegistryError> {
    Checks::default()
        .name("/name", &organisation.name)
        .that(
            organisation.phone.as_deref().is_none_or(is_phone),
            "/phone",
            "give 2 to 20 digits, with '-', '+' or spaces between, such as 063-200-0000",
        )
        .done()
}

/// A telephone number as people write it; 119 is one too.
pub(crate) fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"-+ ()".contains(&b));
    plain && (2..=20).contains(&digits)
}
