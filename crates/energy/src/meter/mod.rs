//! A meter in its tree (계량 트리): what counts what, whose it is, and what is calculated from it.
//!
//! ```text
//!  readings of points ──► counts ──► energy_rules::meter_tree: balance, virtual meters ──► what is unexplained
//!         meters (kind, parent, formula, days) ──┘
//! ```
//! # Invariants
//! - Who sees the register of a complex sees its meters; a tenant sees its own. What a meter counted is
//!   seen by who may read its point: a balance says how many meters are hidden, never what they count.
//! - All meters of a complex make one good tree at every version ([`energy_rules::meter_tree::Tree`]).
//! - A point stands in one meter at a time.
//!
//! Deliberately absent: what a tenant pays of the landlord's bill; meters for gas and heat (later).

pub(crate) mod api;
pub(crate) mod balance;
pub(crate) mod count;
pub(crate) mod demo;
pub(crate) mod flow;
pub(crate) mod latest;
pub(crate) mod rules;
mod share;
pub(crate) mod store;
#[cfg(test)]
mod tests;

pub use demo::DemoMeter;

use base::noun::{Complex, Establishment, Point};
use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant, Scope};
use energy_rules::meter_tree::NODES_MAX;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Meters of one complex at most: closed ones too.
pub const METERS_PER_COMPLEX_MAX: usize = NODES_MAX;
/// Meters of one establishment at most, closed ones too, so that no tenant takes the room of the others.
pub const METERS_PER_ESTABLISHMENT_MAX: usize = 200;
/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 120;
/// Meters that one formula names at most.
pub const INPUTS_MAX: usize = 200;
/// A rest above so many percent of what came in is pointed out when nothing else is said. A habit of this
/// product, not a rule.
pub const REST_LIMIT_PERCENT_DEFAULT: u8 = 10;

/// A meter at its present version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Meter {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Meter>,
    /// The complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<Complex>,
    /// Whose it is; absent: the complex's own.
    #[schema(value_type = Option<uuid::Uuid>)]
    pub establishment_id: Option<Id<Establishment>>,
    /// What it is.
    pub terms: MeterTerms,
    /// Rises by one with each change.
    pub version: u32,
    /// When this version was written.
    pub updated_at: Instant,
    /// Who wrote it.
    pub updated_by: Actor,
}

/// What sort of meter it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeterKind {
    /// Counts what comes from the grid (모계량기): nothing is above it.
    Main,
    /// Counts a part of another meter's load (자계량기).
    Sub,
    /// Counts what a plant generates.
    Generator,
    /// Counts what a battery takes and gives.
    Battery,
    /// Is calculated from other meters (가상 계량기).
    Virtual,
}

/// Where a plant's energy goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeterDisposal {
    /// Used behind the meter that it stands below (자가소비).
    OwnUse,
    /// Sold, through a connection of its own (판매).
    Sold,
}

/// By what a part of a whole is reckoned (배분 기준).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeterAllocationKey {
    /// Floor space, m2.
    Area,
    /// People.
    Headcount,
    /// Shares that were agreed on.
    Fixed,
    /// What the meter `by` counted in the same quarter of an hour.
    Metered,
}

/// How a virtual meter is calculated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum MeterFormula {
    /// All of these together.
    Sum {
        /// The meters.
        #[schema(value_type = Vec<uuid::Uuid>)]
        of: Vec<Id<Meter>>,
    },
    /// One less others.
    Difference {
        /// What there is.
        #[schema(value_type = uuid::Uuid)]
        from: Id<Meter>,
        /// What is taken off.
        #[schema(value_type = Vec<uuid::Uuid>)]
        minus: Vec<Id<Meter>>,
    },
    /// A part of one: all parts of the same meter together are the whole, to the Wh.
    Allocation {
        /// What is shared out.
        #[schema(value_type = uuid::Uuid)]
        of: Id<Meter>,
        /// By what.
        key: MeterAllocationKey,
        /// This part's m2, people or shares; not for key `metered`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        weight: Option<u32>,
        /// The meter of this part, for key `metered`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<uuid::Uuid>)]
        by: Option<Id<Meter>>,
    },
}

/// What a meter is, since when, below which other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeterTerms {
    /// Its name, as its people call it.
    pub name: String,
    /// What sort.
    pub kind: MeterKind,
    /// The meter that counts it too; absent at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub parent_id: Option<Id<Meter>>,
    /// The point that counts what it draws, generates or charges, kWh, as intervals of 15 minutes or as a counter
    /// read as often; not for a virtual meter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub point_id: Option<Id<Point>>,
    /// The point that counts the other way: what is fed back (역송), or discharged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub back_point_id: Option<Id<Point>>,
    /// How a virtual meter is calculated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<MeterFormula>,
    /// Where a generator's energy goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disposal: Option<MeterDisposal>,
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day; absent while it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// A rest above so many percent of what came in is pointed out; 10 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_limit_percent: Option<u8>,
}

/// A meter as somebody writes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeterNew {
    /// The complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<Complex>,
    /// Whose it is; absent: the complex's own.
    #[serde(default)]
    #[schema(value_type = Option<uuid::Uuid>)]
    pub establishment_id: Option<Id<Establishment>>,
    /// What it is.
    pub terms: MeterTerms,
}

/// A change of a meter.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeterChange {
    /// The version that was read.
    pub version: u32,
    /// All of what it is.
    pub terms: MeterTerms,
}

/// The end of a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeterClose {
    /// The version that was read.
    pub version: u32,
    /// The last day on which it counts.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
}

impl Meter {
    /// Whom it belongs to.
    pub fn scope(&self) -> Scope {
        scope(self.complex_id, self.establishment_id)
    }
}

/// Whom a meter of this complex and tenant belongs to.
pub(crate) fn scope(complex: Id<Complex>, establishment: Option<Id<Establishment>>) -> Scope {
    establishment.map_or(Scope::Complex(complex), |id| Scope::Establishment { id, complex })
}

/// Why an operation on a meter was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MeterError {
    /// No such meter, or none that the reader may know of.
    #[error("there is no meter {0} that you may see")]
    NotFound(Id<Meter>),
    /// Something about it is wrong.
    #[error("the meter cannot be kept: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// It was changed in between.
    #[error("you changed version {given} of this meter, but it is at {current}: load it again")]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// Other meters need it.
    #[error("meter '{name}' {detail}: close or change that one first")]
    Needed {
        /// The name of the other.
        name: String,
        /// What would be wrong with it.
        detail: String,
    },
    /// Too many.
    #[error("this complex has {METERS_PER_COMPLEX_MAX} meters, the most there may be")]
    TooMany,
    /// Too many of one establishment.
    #[error("this establishment has {METERS_PER_ESTABLISHMENT_MAX} meters, the most there may be")]
    TooManyOwn,
    /// No balance without meters below.
    #[error("nothing stands below meter '{0}': choose a main meter or one with sub-meters")]
    NothingBelow(String),
    /// What it counted is not the reader's to see.
    #[error(
        "what meter '{0}' counts is its owner's alone: a role held for the owner (에너지 관리자) reads it"
    )]
    Hidden(String),
    /// Too much at once.
    #[error(
        "this would read {values} values of {meters} meters, more than {max}: ask for fewer days"
    )]
    TooLong {
        /// Values.
        values: usize,
        /// Meters.
        meters: usize,
        /// The limit.
        max: usize,
    },
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for MeterError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) | Self::NothingBelow(_) | Self::TooLong { .. } => ErrorKind::Invalid,
            Self::Stale { .. } | Self::TooMany | Self::TooManyOwn | Self::Needed { .. } => {
                ErrorKind::Conflict
            }
            Self::Hidden(_) => ErrorKind::Forbidden,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "meter.not_found",
            Self::Invalid(_) => "meter.invalid",
            Self::Stale { .. } => "meter.stale",
            Self::Needed { .. } => "meter.needed",
            Self::TooMany => "meter.too_many",
            Self::TooManyOwn => "meter.too_many_own",
            Self::NothingBelow(_) => "meter.nothing_below",
            Self::Hidden(_) => "meter.hidden",
            Self::TooLong { .. } => "meter.too_long",
        }
    }
}
