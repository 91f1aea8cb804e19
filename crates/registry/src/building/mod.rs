//! A building (건물) on a parcel. One building may hold 21 firms behind one meter.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;

use base::{Id, Position, noun};

use crate::parcel::ParcelNoun;

/// Marks identifiers of buildings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BuildingNoun;

crate::noun::noun! {
    /// A building (건물).
    Building of BuildingNoun;
    /// What it takes to register a building.
    BuildingCreate;
    /// What to change of a building: absent keeps, `null` clears.
    BuildingUpdate;
    at_birth {
        /// Its complex; the same as its parcel's.
        #[schema(value_type = uuid::Uuid)]
        complex_id: Id<noun::Complex>,
        /// Its parcel.
        #[schema(value_type = uuid::Uuid)]
        parcel_id: Id<ParcelNoun>,
    }
    any_time {
        /// Name, unique within its complex.
        name: String,
        /// Where it stands.
        #[schema(value_type = Option<Position>)]
        position: Option<Position>,
    }
    afterwards {}
}
