//! A unit (호실) of a building: what one tenant occupies.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;

use base::{Id, noun};

use crate::building::BuildingNoun;

/// Marks identifiers of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitNoun;

crate::noun::noun! {
    /// A unit (호실).
    Unit of UnitNoun;
    /// What it takes to register a unit.
    UnitCreate;
    /// What to change of a unit: absent keeps, `null` clears.
    UnitUpdate;
    at_birth {
        /// Its complex; the same as its building's.
        #[schema(value_type = uuid::Uuid)]
        complex_id: Id<noun::Complex>,
        /// Its building.
        #[schema(value_type = uuid::Uuid)]
        building_id: Id<BuildingNoun>,
    }
    any_time {
        /// Floor as people say it: `3`, `B1`.
        #[schema(value_type = Option<String>)]
        floor: Option<String>,
        /// Name, unique within its building: `301호`.
        name: String,
    }
    afterwards {}
}
