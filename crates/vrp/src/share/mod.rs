//! What a driven route costs each owner, and what it emits for each shipment.
//!
//! ```text
//! shapley::of_route ─► rational::limit (nobody pays more than alone) ─► remainder::to_won
//!                         └─► coalition::worst (who would be better off apart?)
//! emission::of_round ─► grams by tonne-kilometres
//! ```
//! Pure functions of integers: every share can be computed again from what the statement shows.
//! Sums are exact; the last step rounds to the won by largest remainder.

pub mod coalition;
pub mod emission;
pub mod integer;
pub mod rational;
pub mod remainder;
pub mod shapley;

#[cfg(test)]
mod tests;

use thiserror::Error;

/// Most owners on one route: their factorials stay within exact integers.
pub const OWNERS_MAX: usize = 200;
/// Most stops of one route.
pub const STOPS_MAX: usize = 1_000;

/// Why nothing was shared.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ShareError {
    /// The matrix has not a row and a column for each place.
    #[error("the matrix has {found} values, {wanted} are expected")]
    Matrix {
        /// Values given.
        found: usize,
        /// Values expected.
        wanted: usize,
    },
    /// Too many stops.
    #[error("the route has {0} stops, at most {STOPS_MAX}")]
    Stops(usize),
    /// Too many owners.
    #[error("{0} owners, at most {OWNERS_MAX}")]
    Owners(usize),
    /// A distance or a cost is negative or too large.
    #[error("value {0} is negative or beyond 1e15")]
    Value(i64),
    /// Two lists that belong together differ in length.
    #[error("{found} values for {wanted} owners")]
    Length {
        /// Values given.
        found: usize,
        /// Values expected.
        wanted: usize,
    },
    /// The parts of a whole are all nothing.
    #[error("the parts are all 0: there is nothing to share by")]
    NothingToShareBy,
    /// Alone all owners together pay less than the route costs.
    #[error("the route costs {cost}, alone all pay {alone}: do not pool")]
    DoNotPool {
        /// Cost of the route.
        cost: i64,
        /// Sum of the costs alone.
        alone: i64,
    },
}

/// Largest distance or cost.
pub const VALUE_MAX: i64 = 1_000_000_000_000_000;

fn value(given: i64) -> Result<i64, ShareError> {
    if (0..=VALUE_MAX).contains(&given) { Ok(given) } else { Err(ShareError::Value(given)) }
}
