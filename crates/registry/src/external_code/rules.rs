//! What makes a good external code, and when two of them collide.

use jiff::civil::Date;

use super::ExternalCode;
use crate::error::{Checks, RegistryError};

/// Refuses a code with a bad system, text or validity.
pub(crate) fn check(code: &ExternalCode) -> Result<(), RegistryError> {
    Checks::default()
        .that(
            is_system(&code.code_system),
            "/code_system",
            "give 2 to 40 of a-z, 0-9 and '_', a letter first, such as factory_management_no",
        )
        .that(
            !code.code.trim().is_empty() && code.code.chars().count() <= 64,
            "/code",
            "give the code, 1 to 64 characters",
        )
        .that(
            match (code.valid_from, code.valid_until) {
                (Some(from), Some(until)) => from < until,
                (_, _) => true,
            },
            "/valid_until",
            "the first day without validity lies before the first day of validity: mend one of them",
        )
        .text("/source", code.source.as_deref())
        .done()
}

fn is_system(text: &str) -> bool {
    (2..=40).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Whether two validities share a day; a missing bound lasts for ever.
pub(crate) fn overlap(
    (a_from, a_until): (Option<Date>, Option<Date>),
    (b_from, b_until): (Option<Date>, Option<Date>),
) -> bool {
    let before = |until: Option<Date>, from: Option<Date>| match (until, from) {
        (Some(until), Some(from)) => until <= from,
        (_, _) => false,
    };
    !before(a_until, b_from) && !before(b_until, a_from)
}
