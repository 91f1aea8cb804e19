//! What makes a good person.

use super::Person;
use crate::error::{Checks, RegistryError};
use crate::organisation::rules::is_phone;

/// Refuses a person of no house or of two, and bad names, numbers and addresses.
pub(crate) fn check(person: &Person) -> Result<(), RegistryError> {
    Checks::default()
        .that(
            person.establishment_id.is_some() != person.organisation_id.is_some(),
            "/establishment_id",
            "give either the establishment or the organisation that the person works for",
        )
        .name("/name", &person.name)
        .text("/role", person.role.as_deref())
        .that(
            person.phone.as_deref().is_none_or(is_phone),
            "/phone",
            "give 2 to 20 digits, with '-', '+' or spaces between, such as 010-0000-0000",
        )
        .that(
            person.email.as_deref().is_none_or(is_email),
            "/email",
            "give an address such as name@example.com",
        )
        .done()
}

fn is_email(text: &str) -> bool {
    let plain = text.len() <= 254 && !text.chars().any(|c| c.is_whitespace() || c.is_control());
    let parts = text.split_once('@');
    plain
        && parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@') && !host.starts_with('.')
        })
}
