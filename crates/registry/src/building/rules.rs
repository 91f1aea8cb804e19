//! What makes a good building.

use super::Building;
use crate::error::{Checks, RegistryError};

/// Refuses a building with a bad name or position.
pub(crate) fn check(building: &Building) -> Result<(), RegistryError> {
    Checks::default().name("/name", &building.name).position(building.position).done()
}
