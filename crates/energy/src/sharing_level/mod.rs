//! The level of sharing (공유 단계) of a tenant: 0 nothing, 1 sums, 2 benchmark, 3 days to offices, 4 partners.
//!
//! # Invariants
//! - Who has chosen nothing shares nothing.
//! - Only roles of the tenant itself see and change its level.
//! - Every choice is kept with its time: who joins counts from the next month on, who leaves at once.

pub(crate) mod api;
pub(crate) mod store;

use base::noun::{Complex, Establishment};
use base::{Actor, Coded, ErrorKind, Id, Instant};
use energy_rules::sharing::Level;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Choices of one tenant at most.
pub const CHOICES_MAX: u32 = 1_000;
/// The largest floor space, m2.
pub const FLOOR_AREA_M2_MAX: f64 = 1e7;

/// How much a tenant shares now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SharingLevel {
    /// The tenant.
    #[schema(value_type = uuid::Uuid)]
    pub establishment_id: Id<Establishment>,
    /// Its complex.
    #[schema(value_type = uuid::Uuid)]
    pub complex_id: Id<Complex>,
    /// The tenant's name.
    pub name: String,
    /// 0 nothing, 1 sums of the complex, 2 benchmark, 3 days and months to offices, 4 all to partners.
    #[schema(value_type = u8, minimum = 0, maximum = 4)]
    pub level: Level,
    /// Floor space, m2, for kWh/m2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor_area_m2: Option<f64>,
    /// Rises by one with each choice; 0 before the first.
    pub version: u32,
    /// When it was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen_at: Option<Instant>,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chosen_by: Option<Actor>,
}

/// The levels that you may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct SharingLevelList {
    /// Of each of your establishments.
    pub items: Vec<SharingLevel>,
}

/// A tenant chooses.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharingLevelChange {
    /// The version that was read; 0 before the first choice.
    pub version: u32,
    /// 0 to 4.
    #[schema(value_type = u8, minimum = 0, maximum = 4)]
    pub level: Level,
    /// Floor space, m2; absent: not known.
    #[serde(default)]
    pub floor_area_m2: Option<f64>,
}

/// Why a choice was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SharingLevelError {
    /// It was changed in between.
    #[error("you changed version {given} of this level, but it is at {current}: load it again")]
    Stale {
        /// What the writer had read.
        given: u32,
        /// What stands.
        current: u32,
    },
    /// Not a floor space.
    #[error(
        "{0} m2 is no floor space: give more than 0 and at most {FLOOR_AREA_M2_MAX}, or leave it out"
    )]
    FloorArea(f64),
    /// Too many choices.
    #[error("the level was changed {CHOICES_MAX} times, the most there may be")]
    TooMany,
}

impl Coded for SharingLevelError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Stale { .. } | Self::TooMany => ErrorKind::Conflict,
            Self::FloorArea(_) => ErrorKind::Invalid,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Stale { .. } => "sharing_level.stale",
            Self::FloorArea(_) => "sharing_level.floor_area",
            Self::TooMany => "sharing_level.too_many",
        }
    }
}
