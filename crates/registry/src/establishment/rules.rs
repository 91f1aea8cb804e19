//! What makes a good establishment.

use super::{Establishment, EstablishmentState};
use crate::error::{Checks, RegistryError};

/// Refuses an establishment with bad names, codes, dates or position.
pub(crate) fn check(establishment: &Establishment) -> Result<(), RegistryError> {
    let e = establishment;
    let closed = e.state == EstablishmentState::Closed;
    Checks::default()
        .name("/name", &e.name)
        .text("/lot_address", e.lot_address.as_deref())
        .text("/road_address", e.road_address.as_deref())
        .that(
            e.ksic_code.as_deref().is_none_or(is_ksic),
            "/ksic_code",
            "give the 2 to 5 digits of the KSIC code, such as 17110",
        )
        .that(
            e.ksic_code.is_some() == e.ksic_revision.is_some(),
            "/ksic_revision",
            "give the revision with the code (11 since 2024-07-01), or neither",
        )
        .that(
            e.ksic_revision.is_none_or(|revision| (8..=20).contains(&revision)),
            "/ksic_revision",
            "give the number of the revision, such as 11",
        )
        .position(e.position)
        .that(
            closed || e.closed_on.is_none(),
            "/closed_on",
            "an open establishment has no closing day: set state to closed, or clear the day",
        )
        .that(
            match (e.opened_on, e.closed_on) {
                (Some(opened), Some(closed)) => opened <= closed,
                (_, _) => true,
            },
            "/closed_on",
            "the closing day lies before the opening day: mend one of them",
        )
        .done()
}

/// A KSIC code of any level below the section: 2 to 5 digits.
pub(crate) fn is_ksic(text: &str) -> bool {
    (2..=5).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}
