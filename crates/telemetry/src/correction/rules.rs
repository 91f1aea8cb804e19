//! What a correction makes of a reading: pure.

use base::{Coded, ErrorKind, Reading};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{IN_FORCE_MAX, READINGS_MAX};

/// What becomes of the readings.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Change {
    /// This value.
    Set(f64),
    /// The value times `scale`, then plus `offset`.
    Linear {
        /// The factor; a wrong transformer ratio, for example.
        scale: f64,
        /// What is added afterwards.
        offset: f64,
    },
    /// Struck out: it is still shown, and counted in no figure.
    Void,
}

/// Why readings cannot be corrected.
#[derive(Debug, thiserror::Error, PartialEq)]
pub(crate) enum CorrectionError {
    /// No reading lies in the span.
    #[error("no reading lies in this span: correct what stands there, or widen the span")]
    Nothing,
    /// Too many readings at once.
    #[error("more than {READINGS_MAX} readings lie in this span: correct it in parts")]
    TooMany,
    /// Too many corrections in force.
    #[error(
        "{IN_FORCE_MAX} corrections are in force, more are not kept: correct the device's unit or \
         scale at its source, and undo what is not needed"
    )]
    Full,
    /// The figure is none.
    #[error("{value} becomes no finite number: give another value, scale or offset")]
    NotFinite {
        /// The value before.
        value: f64,
    },
    /// Another correction, or an undoing, came in between.
    #[error("this correction is not in force any more: load the list again")]
    NotInForce,
}

impl Coded for CorrectionError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Nothing | Self::TooMany | Self::NotFinite { .. } => ErrorKind::Invalid,
            Self::Full | Self::NotInForce => ErrorKind::Conflict,
        }
    }
    fn code(&self) -> &'static str {
        match self {
            Self::Nothing => "correction.nothing",
            Self::TooMany => "correction.too_many",
            Self::Full => "correction.full",
            Self::NotFinite { .. } => "correction.not_finite",
            Self::NotInForce => "correction.not_in_force",
        }
    }
}

/// The value that takes the place of a reading's; `None` strikes it out.
pub(crate) fn changed(change: Change, reading: &Reading) -> Result<Option<f64>, CorrectionError> {
    let value = match change {
        Change::Void => return Ok(None),
        Change::Set(value) => value,
        Change::Linear { scale, offset } => reading.value * scale + offset,
    };
    if value.is_finite() {
        Ok(Some(value))
    } else {
        Err(CorrectionError::NotFinite { value: reading.value })
    }
}
