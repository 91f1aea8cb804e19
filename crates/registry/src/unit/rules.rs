//! What makes a good unit.

use super::Unit;
use crate::error::{Checks, RegistryError};

/// Refuses a unit with a bad name or floor.
pub(crate) fn check(unit: &Unit) -> Result<(), RegistryError> {
    Checks::default().name("/name", &unit.name).text("/floor", unit.floor.as_deref()).done()
}
