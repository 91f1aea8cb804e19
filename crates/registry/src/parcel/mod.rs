//! A parcel (필지): a lot of land, known by its PNU.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::{Id, noun};

/// Marks identifiers of parcels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParcelNoun;

crate::noun::noun! {
    /// A parcel (필지).
    Parcel of ParcelNoun;
    /// What it takes to register a parcel.
    ParcelCreate;
    /// What to change of a parcel: absent keeps, `null` clears.
    ParcelUpdate;
    at_birth {
        /// Its complex.
        #[schema(value_type = uuid::Uuid)]
        complex_id: Id<noun::Complex>,
        /// 필지고유번호: legal dong 10, land type 1, main number 4, sub number 4 digits. Unique.
        pnu: String,
    }
    any_time {
        /// Area in square metres.
        #[schema(value_type = Option<f64>)]
        area_m2: Option<f64>,
        /// 지번주소.
        #[schema(value_type = Option<String>)]
        lot_address: Option<String>,
    }
    afterwards {}
}
