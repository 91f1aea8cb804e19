//! An alarm rule says when readings need a response, how bad that is, and what the operator shall do.
//!
//! # Invariants
//! - No rule without its rationalisation record (cause, consequence, corrective action, time to
//!   respond): what has none is an event, and belongs in a chart, not in front of an operator.
//! - Target and sort of condition are fixed for life; limits, delays, grade and texts change under a
//!   new version, and every version is kept.
//! - A rule is never deleted, only disabled: its alarms point at it.
//!
//! Deliberately absent: schedules, rates of change, composites and expressions (later issues).

pub(crate) mod api;
pub mod defaults;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
mod tests;

use base::noun::{Complex, Point};
use base::{Actor, Coded, ErrorKind, FieldError, Grade, Id, Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Rules of one complex at most.
pub const RULES_PER_COMPLEX_MAX: usize = 1_000;
/// The longest delay or silence, in seconds: a week.
pub const DELAY_S_MAX: u32 = 7 * 86_400;
/// The longest text of a rule, in characters.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// The longest name of a rule, in characters.
pub const NAME_CHARS_MAX: usize = 120;

/// A rule at its present version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AlarmRule {
    /// Its id.
    #[schema(value_type = Uuid)]
    pub id: Id<AlarmRule>,
    /// The complex whose points it watches.
    #[schema(value_type = Uuid)]
    pub complex_id: Id<Complex>,
    /// Its name, as the operator reads it.
    pub name: String,
    /// Whether it is watching.
    pub enabled: bool,
    /// Which points it watches.
    pub target: Target,
    /// What it waits for.
    pub condition: RuleCondition,
    /// How bad that is.
    pub grade: Grade,
    /// Whether its alarms stay until somebody resets them.
    pub latched: bool,
    /// Why it exists and what to do.
    pub rationale: Rationale,
    /// Where its figures come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// Rises by one with each change.
    pub version: u32,
    /// When it was written.
    pub created_at: Instant,
    /// When this version was written.
    pub updated_at: Instant,
    /// Who wrote this version.
    pub updated_by: Actor,
}

/// Which points a rule watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[schema(as = AlarmRuleTarget)]
pub enum Target {
    /// One point.
    Point {
        /// The point.
        #[schema(value_type = Uuid)]
        point_id: Id<Point>,
    },
    /// Every point of the complex that fits all that is given; at least one must be. (Not by device
    /// profile yet: the directory does not carry it.)
    Matching {
        /// Code of the quantity: `pm25`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        quantity: Option<String>,
        /// Kind of the device: `sensor`, `meter` …
        #[serde(default, skip_serializing_if = "Option::is_none")]
        device_kind: Option<String>,
    },
}

/// Above or below the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlarmRuleDirection)]
pub enum Direction {
    /// Alarm when greater than the limit.
    Above,
    /// Alarm when less than the limit.
    Below,
}

/// What a rule waits for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
#[schema(as = AlarmRuleCondition)]
pub enum RuleCondition {
    /// The value stays beyond a limit.
    Threshold {
        /// Which side is bad.
        direction: Direction,
        /// The limit, in the unit of the point; the limit itself is still good.
        limit: f64,
        /// How far the value must come back behind the limit before it counts as good.
        #[serde(default)]
        hysteresis: f64,
        /// Seconds that it must stay beyond the limit before the alarm.
        #[serde(default)]
        on_delay_s: u32,
        /// Seconds that it must stay good before the return to normal.
        #[serde(default)]
        off_delay_s: u32,
        /// Seconds after its arrival for which a value counts; absent: until the next one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stale_after_s: Option<u32>,
    },
    /// No reading arrives.
    Absence {
        /// Seconds of silence after the last arrival.
        after_s: u32,
    },
}

impl RuleCondition {
    /// The stable word for the sort of condition: what alarms carry as `kind`, and the code of their
    /// title.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Threshold { direction: Direction::Above, .. } => "above",
            Self::Threshold { direction: Direction::Below, .. } => "below",
            Self::Absence { .. } => "absent",
        }
    }
}

/// The rationalisation record of a rule (ISA-18.2): mandatory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AlarmRationale)]
pub struct Rationale {
    /// What makes the condition come.
    pub cause: String,
    /// What happens if nobody responds.
    pub consequence: String,
    /// What the operator shall do.
    pub corrective_action: String,
    /// Within how many seconds.
    pub time_to_respond_s: u32,
}

/// Where a figure comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AlarmRuleBasis)]
pub struct Basis {
    /// Law, standard, manual or decision, with its place.
    pub source: String,
    /// Whether somebody read it there.
    pub status: BasisStatus,
}

/// How sure a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlarmRuleBasisStatus)]
pub enum BasisStatus {
    /// Read at the source.
    Verified,
    /// Read in a copy or a report.
    Reported,
    /// From memory, or our own choice: check before relying on it.
    Unverified,
}

/// A rule as somebody writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmRuleNew {
    /// The complex.
    #[schema(value_type = Uuid)]
    pub complex_id: Id<Complex>,
    /// Its name.
    pub name: String,
    /// Whether it starts watching at once; yes when absent.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// Which points.
    pub target: Target,
    /// What it waits for.
    pub condition: RuleCondition,
    /// How bad that is.
    pub grade: Grade,
    /// Whether its alarms stay until somebody resets them.
    #[serde(default)]
    pub latched: bool,
    /// Why it exists and what to do; a rule without it is refused.
    #[serde(default)]
    pub rationale: Option<Rationale>,
    /// Where its figures come from.
    #[serde(default)]
    pub basis: Option<Basis>,
}

const fn yes() -> bool {
    true
}

/// What to change of a rule; what is absent stays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlarmRuleChange {
    /// The version that was read.
    pub version: u32,
    /// Its name.
    pub name: Option<String>,
    /// Whether it is watching. Disabling returns its alarms to normal.
    pub enabled: Option<bool>,
    /// Limits and delays; the sort of condition stays.
    pub condition: Option<RuleCondition>,
    /// How bad that is.
    pub grade: Option<Grade>,
    /// Whether its alarms stay until somebody resets them.
    pub latched: Option<bool>,
    /// Why it exists and what to do.
    pub rationale: Option<Rationale>,
    /// Where its figures come from.
    pub basis: Option<Basis>,
}

/// Why an operation on a rule was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AlarmRuleError {
    /// No such rule, or none that the reader may know of.
    #[error("there is no alarm rule {0} that you may see")]
    NotFound(Id<AlarmRule>),
    /// Something about it is wrong.
    #[error("the rule cannot be kept: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// It was changed in between.
    #[error("you changed version {given} of this rule, but it is at {current}: load it again")]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// Too many.
    #[error("this complex has {RULES_PER_COMPLEX_MAX} rules, the most there may be: change one")]
    TooMany,
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for AlarmRuleError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::Stale { .. } | Self::TooMany => ErrorKind::Conflict,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "alarm_rule.not_found",
            Self::Invalid(_) => "alarm_rule.invalid",
            Self::Stale { .. } => "alarm_rule.stale",
            Self::TooMany => "alarm_rule.too_many",
        }
    }
}
