//! What makes a good parcel.

use super::Parcel;
use crate::error::{Checks, RegistryError};

/// Refuses a parcel with a bad PNU or area.
pub(crate) fn check(parcel: &Parcel) -> Result<(), RegistryError> {
    Checks::default()
        .that(
            is_pnu(&parcel.pnu),
            "/pnu",
            "give 19 digits: legal dong 10, land type 1 (1 lot, 2 mountain), main number 4 (not 0000), \
             sub number 4, such as 5211310800101230004",
        )
        .that(
            parcel.area_m2.is_none_or(|area| area.is_finite() && area > 0.0),
            "/area_m2",
            "give square metres above 0",
        )
        .text("/lot_address", parcel.lot_address.as_deref())
        .done()
}

/// 필지고유번호. Land type 2 (mountain) is taken from memory of the land register; all rows seen have 1.
pub(crate) fn is_pnu(text: &str) -> bool {
    text.len() == 19
        && text.bytes().all(|b| b.is_ascii_digit())
        && !text.starts_with("00")
        && matches!(text.as_bytes()[10], b'1' | b'2')
        && &text[11..15] != "0000"
}
