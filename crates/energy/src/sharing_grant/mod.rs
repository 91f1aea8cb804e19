//! A sharing grant (공유 허락): a tenant lets somebody read some of its values, coarse as it says, for a
//! purpose and a time.
//!
//! ```text
//!  not begun ──► open ──► ended
//!      └──────────┴─────► revoked (for good)      level too low ◄──► open (by the tenant's level)
//! ```
//! # Invariants
//! - Only a role of the owner grants and revokes; a grant is of the owner's points, so nobody passes on what
//!   he was granted.
//! - The state is asked at every request, and once more before the answer leaves.
//! - A grant never changes: to change one, revoke it and make another.
//!
//! Deliberately absent: grants without end, grants to everybody.

pub(crate) mod api;
pub(crate) mod rules;
pub(crate) mod store;
#[cfg(test)]
pub(crate) mod tests;

use base::noun::{Complex, Establishment, Point};
use base::{Actor, Coded, ErrorKind, FieldError, Id, Instant, Scope};
use energy_rules::sharing::{Level, Resolution};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::shared_reading::SharingRead;

/// Grants of one tenant at most, old ones too.
pub const GRANTS_PER_TENANT_MAX: usize = 1_000;
/// Points of one grant.
pub const POINTS_MAX: usize = 50;
/// The longest purpose, in characters.
pub const PURPOSE_CHARS_MAX: usize = 500;
/// Days of a term.
pub const TERM_DAYS_MAX: i32 = 3 * 366;

/// A grant as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharingGrant {
    /// Its id.
    pub id: Id<SharingGrant>,
    /// The owner's complex.
    pub complex_id: Id<Complex>,
    /// The owner.
    pub establishment_id: Id<Establishment>,
    /// What was agreed on.
    pub terms: SharingTerms,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: Actor,
    /// When it was revoked.
    pub revoked_at: Option<Instant>,
    /// By whom.
    pub revoked_by: Option<Actor>,
}

/// Who may read what, how coarse, what for and how long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharingTerms {
    /// Who may read. `complex:ID`: its energy office and programme manager; `organisation:ID`: its people;
    /// `establishment:ID@COMPLEX`: the energy manager of another firm.
    pub recipient: Scope,
    /// These points; or a `quantity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<uuid::Uuid>>)]
    pub points: Option<Vec<Id<Point>>>,
    /// All the owner's points of this quantity that count quarters of an hour: `active_energy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// `quarter_hour`, `hour`, `day` or `month`: nothing finer is told.
    #[schema(value_type = String)]
    pub resolution: Resolution,
    /// What for, in the owner's words.
    pub purpose: String,
    /// The first day on which it may be read.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last one.
    #[schema(value_type = String, format = Date)]
    pub until: Date,
    /// Values since this day; since `from` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub values_from: Option<Date>,
}

/// A grant as somebody makes it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharingGrantNew {
    /// The owner.
    #[schema(value_type = uuid::Uuid)]
    pub establishment_id: Id<Establishment>,
    /// What is agreed on.
    pub terms: SharingTerms,
}

/// Whether a grant may be used now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SharingGrantState {
    /// It may be read.
    Open,
    /// Its first day has not come.
    NotBegun,
    /// Its last day is over.
    Ended,
    /// The owner took it back.
    Revoked,
    /// The owner has lowered the level of sharing since.
    LevelTooLow,
}

/// A grant as owner and recipient see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SharingGrantView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<SharingGrant>,
    /// The owner's complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<Complex>,
    /// The owner.
    #[schema(value_type = uuid::Uuid)]
    pub establishment_id: Id<Establishment>,
    /// The owner's name.
    pub owner_name: String,
    /// The recipient's name.
    pub recipient_name: String,
    /// What was agreed on.
    pub terms: SharingTerms,
    /// Whether it may be used now.
    pub state: SharingGrantState,
    /// Whether you act for the owner.
    pub is_owner: bool,
    /// Whether you are among the recipients.
    pub is_recipient: bool,
    /// When it was made.
    pub created_at: Instant,
    /// By whom.
    pub created_by: Actor,
    /// When it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Instant>,
}

/// A grant that was taken back, and what had been read by then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SharingRevocation {
    /// The grant.
    pub grant: SharingGrantView,
    /// How often it was read.
    pub read_count: i64,
    /// How many values left in all.
    pub value_count: i64,
    /// The latest reads, the newest first, 100 at most; `GET /api/v1/sharing_reads` has all.
    pub reads: Vec<SharingRead>,
}

impl SharingTerms {
    /// The first day whose values may be read.
    pub fn first_day(&self) -> Date {
        self.values_from.unwrap_or(self.from)
    }

    /// Whether the recipient is an office rather than another firm.
    pub fn is_to_office(&self) -> bool {
        match self.recipient {
            Scope::Complex(_) | Scope::Organisation(_) => true,
            Scope::System | Scope::Establishment { .. } => false,
        }
    }
}

impl SharingGrant {
    /// Whom the values belong to.
    pub fn scope(&self) -> Scope {
        Scope::Establishment { id: self.establishment_id, complex: self.complex_id }
    }
}

/// Why an operation on a grant was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SharingGrantError {
    /// No such grant, or none that the reader may know of.
    #[error("there is no sharing grant {0} that you may see")]
    NotFound(Id<SharingGrant>),
    /// Something about it is wrong.
    #[error("the grant cannot be made: {}", list(.0))]
    Invalid(Vec<FieldError>),
    /// The tenant's level does not open such a grant.
    #[error(
        "this grant needs level {} of sharing, and yours is {}: raise the level first",
        u8::from(*needed), u8::from(*level)
    )]
    LevelTooLow {
        /// What it takes.
        needed: Level,
        /// What the tenant chose.
        level: Level,
    },
    /// Too many.
    #[error("this establishment has {GRANTS_PER_TENANT_MAX} grants, the most there may be")]
    TooMany,
    /// It may not be used now.
    #[error("the owner's grant is not open ({}): ask the owner for a new one", words(*.0))]
    Closed(SharingGrantState),
}

fn words(state: SharingGrantState) -> &'static str {
    match state {
        SharingGrantState::Open => "open",
        SharingGrantState::NotBegun => "its first day has not come",
        SharingGrantState::Ended => "its last day is over",
        SharingGrantState::Revoked => "it was revoked",
        SharingGrantState::LevelTooLow => "the owner shares less now",
    }
}

fn list(fields: &[FieldError]) -> String {
    let lines = fields.iter().map(|field| format!("{} {}", field.pointer, field.detail));
    lines.collect::<Vec<_>>().join("; ")
}

impl Coded for SharingGrantError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound(_) => ErrorKind::NotFound,
            Self::Invalid(_) => ErrorKind::Invalid,
            Self::LevelTooLow { .. } | Self::TooMany => ErrorKind::Conflict,
            Self::Closed(_) => ErrorKind::Forbidden,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotFound(_) => "sharing_grant.not_found",
            Self::Invalid(_) => "sharing_grant.invalid",
            Self::LevelTooLow { .. } => "sharing_grant.level_too_low",
            Self::TooMany => "sharing_grant.too_many",
            Self::Closed(_) => "sharing_grant.closed",
        }
    }
}
