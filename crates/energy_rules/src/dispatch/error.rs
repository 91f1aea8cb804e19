//! What is wrong with an input of the dispatch, and what the caller can do.

use base::{Coded, ErrorKind};

/// An input that no plan can be made from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DispatchError {
    /// Nothing to plan.
    #[error("the horizon has no slot: give at least one quarter of an hour of load")]
    Empty,
    /// More slots than a plan takes.
    #[error("the horizon has {slots} slots, at most {max}: plan a shorter time")]
    TooLong {
        /// Slots given.
        slots: usize,
        /// Slots taken at most.
        max: usize,
    },
    /// Vectors that must be equally long are not.
    #[error("{name} has {found} values and must have {expected}, one for each")]
    Length {
        /// Which input.
        name: &'static str,
        /// How many there must be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// A value of a vector is not a finite number.
    #[error("{name} at place {at} is not a finite number: fill the gap before planning")]
    NotFinite {
        /// Which input.
        name: &'static str,
        /// Where, counted from 0.
        at: usize,
    },
    /// A single value is out of its bounds.
    #[error("{name} is {value} and must be {allowed}")]
    OutOfBounds {
        /// Which input.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// The month of a slot is not one of the terms, or goes back in time.
    #[error(
        "slot {at} is of month number {month}; months count from 0 to {last} and never go back"
    )]
    Month {
        /// The slot.
        at: usize,
        /// Its month.
        month: usize,
        /// The last month that the demand terms name.
        last: usize,
    },
}

impl Coded for DispatchError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Empty | Self::Length { .. } | Self::NotFinite { .. } | Self::Month { .. } => {
                "dispatch.series"
            }
            Self::TooLong { .. } => "dispatch.too_long",
            Self::OutOfBounds { .. } => "dispatch.out_of_bounds",
        }
    }
}

/// Says whether a single value holds to its bounds.
pub(super) fn bounded(
    name: &'static str,
    value: f64,
    allowed: &'static str,
    holds: bool,
) -> Result<(), DispatchError> {
    if value.is_finite() && holds {
        return Ok(());
    }
    Err(DispatchError::OutOfBounds { name, value, allowed })
}

/// Says whether a vector has the length that it must have and only finite numbers.
pub(super) fn finite(
    name: &'static str,
    values: &[f64],
    expected: usize,
) -> Result<(), DispatchError> {
    same_length(name, values.len(), expected)?;
    match values.iter().position(|value| !value.is_finite()) {
        Some(at) => Err(DispatchError::NotFinite { name, at }),
        None => Ok(()),
    }
}

/// Says whether a vector is as long as it must be.
pub(super) fn same_length(
    name: &'static str,
    found: usize,
    expected: usize,
) -> Result<(), DispatchError> {
    if found == expected { Ok(()) } else { Err(DispatchError::Length { name, expected, found }) }
}
