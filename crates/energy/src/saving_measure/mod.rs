//! A saving measure (절감 조치): what was done to draw less, how its saving is measured, and who signed for it.
//!
//! ```text
//!               change, adjust
//!                  ┌───┐
//!                  ▼   │     submit                sign (not by who submitted)
//!  ┌────────────► draft ┴──────────► submitted ──────────────► signed_off
//!  │                ▲                 │  │   ▲
//!  │                └──── withdraw ───┘  │   │
//!  │                                return   submit
//!  │  change, adjust                     ▼   │
//!  └───────────────────────────────────  returned
//! ```
//! # Invariants
//! - A measure belongs to whom its electricity contract belongs to: roles held for the tenant see and write it.
//! - The complex's office sees a tenant's measure only after it was submitted, and of it only the result that was
//!   frozen then: never entered series, readings, contract or other measures. Taking it back, or its return, takes
//!   the figures away again, and what is worked on after a return is a draft.
//! - What is submitted carries a frozen result with the fingerprint of its input; who signs, names that fingerprint.
//! - Nobody signs what he submitted himself. What is signed does not change any more.
//!
//! Deliberately absent: options A, B and D of IPMVP are names without a computation; files as evidence (a text
//! says where it is kept).

pub(crate) mod api;
mod demo;
mod input;
mod option;
mod plan;
mod read;
#[cfg(test)]
mod rule_tests;
pub(crate) mod rules;
mod step_api;
pub(crate) mod store;
#[cfg(test)]
mod tests;
mod view;

use base::noun::{Complex, Establishment};
use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant, Scope};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use demo::DemoMeasure;
pub use option::{MeasureBasis, MeasureCalibration, StipulatedParameter};
pub use plan::{
    EnteredValue, MeasureEstimator, MeasureInterval, MeasureOption, MeasurePeriod, MeasurePlan,
    MeasureVariable, VariableRole, VariableSource,
};
pub use view::{MeasureConfidence, MeasureResult};

use crate::electricity_contract::{self, ElectricityContract};

/// Measures of one complex at most.
pub const MEASURES_PER_COMPLEX_MAX: usize = 5_000;
/// Measures of one establishment at most, so that no tenant takes the room of the others.
pub const MEASURES_PER_ESTABLISHMENT_MAX: usize = 100;
/// Non-routine adjustments of a measure.
pub const ADJUSTMENTS_MAX: usize = 20;
/// Submissions, returns and signatures of a measure.
pub const STEPS_MAX: usize = 100;
/// The longest text, in characters.
pub const TEXT_CHARS_MAX: usize = 2_000;

/// Where a measure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureState {
    /// Written, seen by the tenant alone (작성 중).
    Draft,
    /// Laid before the complex's office (제출).
    Submitted,
    /// Given back by the office with a reason (반려).
    Returned,
    /// Signed off by the office (확인 서명).
    SignedOff,
}

impl MeasureState {
    /// The stable word in tables and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Returned => "returned",
            Self::SignedOff => "signed_off",
        }
    }
}

/// What may be done to a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureAct {
    /// Write its plan anew.
    Change,
    /// Enter or strike out a non-routine adjustment.
    Adjust,
    /// Lay it before the office, and let it see the result.
    Submit,
    /// Take it back.
    Withdraw,
    /// Give it back to the tenant.
    Return,
    /// Sign for its figures.
    Sign,
}

/// A measure at its present version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavingMeasure {
    /// Its id.
    pub id: Id<SavingMeasure>,
    /// The complex.
    pub complex_id: Id<Complex>,
    /// The tenant; absent: the complex itself.
    pub establishment_id: Option<Id<Establishment>>,
    /// The contract whose meter is looked at.
    pub contract_id: Id<ElectricityContract>,
    /// What was done and how it is measured.
    pub plan: MeasurePlan,
    /// Non-routine adjustments, the oldest first.
    pub adjustments: Vec<MeasureAdjustment>,
    /// Where it stands.
    pub state: MeasureState,
    /// Submissions, withdrawals, returns and signatures, the oldest first.
    pub steps: Vec<MeasureStep>,
    /// The result as it was submitted.
    pub frozen: Option<FrozenResult>,
    /// Rises by one with each change.
    pub version: u32,
    /// When this version was written.
    pub updated_at: Instant,
    /// Who wrote it.
    pub updated_by: Actor,
}

/// Something that changed at the site and has nothing to do with the measure (비일상 조정).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureAdjustment {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<MeasureAdjustment>,
    /// kWh added to the baseline of the whole reporting period: above zero the saving grows.
    pub kwh: f64,
    /// What changed.
    pub reason: String,
    /// How its energy is known, and where that is kept.
    pub evidence: String,
    /// Who answers for it.
    pub by: Actor,
    /// When it was written.
    pub at: Instant,
}

/// Who did what on the way of a measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureStep {
    /// What.
    pub act: MeasureAct,
    /// Who.
    pub by: Actor,
    /// When.
    pub at: Instant,
    /// Why, for a return.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A result as it stood when the measure was submitted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FrozenResult {
    /// SHA-256 of everything it was computed from, hexadecimal.
    pub fingerprint: String,
    /// When it was computed.
    pub at: Instant,
    /// The figures.
    pub result: MeasureResult,
}

impl SavingMeasure {
    /// Whom it belongs to.
    pub fn scope(&self) -> Scope {
        electricity_contract::scope(self.complex_id, self.establishment_id)
    }
}

/// Why an operation on a measure was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SavingMeasureError {
    /// No such measure, or none that the reader may know of.
    #[error("there is no saving measure {0} that you may see")]
    NotFound(Id<SavingMeasure>),
    /// Something about it is wrong.
    #[error("the measure cannot be kept: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// It was changed in between.
    #[error("you changed version {given} of this measure, but it is at {current}: load it again")]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// Too many.
    #[error("there are {0} of {1}, the most there may be")]
    TooMany(usize, &'static str),
    /// Its state does not allow it.
    #[error("a measure that is {} cannot be changed by {act:?}: load it again", .state.as_str())]
    NotNow {
        /// Where it stands.
        state: MeasureState,
        /// What was asked.
        act: MeasureAct,
    },
    /// The reporting period goes on.
    #[error("the reporting period ends on {0}: submit the measure after that day")]
    NotOver(jiff::civil::Date),
    /// Who submitted would sign.
    #[error("{0} submitted this measure: somebody else of the complex's office must sign it")]
    OwnSignature(String),
    /// The figures are not those that the signer saw.
    #[error(
        "you sign for the figures {given}, but {current} were submitted: load the result again"
    )]
    OtherFigures {
        /// What the signer saw.
        given: String,
        /// What stands.
        current: String,
    },
    /// There is nothing to compute, or it cannot be.
    #[error("the saving cannot be computed: {0}")]
    NoResult(String),
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for SavingMeasureError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) | Self::NoResult(_) => ErrorKind::Invalid,
            Self::OwnSignature(_) => ErrorKind::Forbidden,
            Self::Stale { .. }
            | Self::TooMany(..)
            | Self::NotNow { .. }
            | Self::NotOver(_)
            | Self::OtherFigures { .. } => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "saving_measure.not_found",
            Self::Invalid(_) => "saving_measure.invalid",
            Self::Stale { .. } => "saving_measure.stale",
            Self::TooMany(..) => "saving_measure.too_many",
            Self::NotNow { .. } => "saving_measure.not_now",
            Self::NotOver(_) => "saving_measure.not_over",
            Self::OwnSignature(_) => "saving_measure.own_signature",
            Self::OtherFigures { .. } => "saving_measure.other_figures",
            Self::NoResult(_) => "saving_measure.no_result",
        }
    }
}
