//! What makes a good company.

use super::Company;
use crate::error::{Checks, RegistryError};

/// Refuses a company with a bad name or number.
pub(crate) fn check(company: &Company) -> Result<(), RegistryError> {
    Checks::default()
        .name("/name", &company.name)
        .that(
            company.registration_number.as_deref().is_none_or(is_registration_number),
            "/registration_number",
            "give the 10 digits of the 사업자등록번호, without hyphens",
        )
        .done()
}

/// Ten digits, as they are stored.
pub(crate) fn is_registration_number(text: &str) -> bool {
    text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit())
}
