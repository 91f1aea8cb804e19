//! Sharing (공유): what of a tenant's values others may see, and how coarse.
//!
//! A tenant chooses a [`Level`]; each level opens one thing more. Values of one tenant leave in the
//! [`Resolution`] of a grant and in whole buckets only ([`coarsen`]). Sums leave only of groups that are
//! fixed for their month and disjoint, with [`MEMBERS_MIN`] members of whom none holds more than
//! [`SHARE_MAX_PERCENT`] of the sum ([`Group`]); what was published never changes. So no two published
//! sums differ by a few tenants, and their difference tells of none.
//!
//! Deliberately absent: differential privacy. Groups here are of 5 to 30 firms; Eibl and Engel
//! (Differential privacy for real smart metering data, 2017) need thousands for noise that hides a
//! household and leaves the sum useful.

mod benchmark;
mod coarse;
mod group;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use benchmark::{Benchmark, Compared, Figures, Metric, MonthLoad, benchmark};
pub use coarse::{Bucket, Passed, coarsen};
pub use group::{Decision, Group, REST, Reason, differs_by_few, freeze, held_since, partition};

/// Members of a group at least.
pub const MEMBERS_MIN: usize = 5;
/// The largest share that one member may have of a published sum, percent.
pub const SHARE_MAX_PERCENT: i64 = 25;
/// Days for which a late value is waited for. Until then an incomplete sum is not told: told again when it
/// is complete, the difference would be the late value.
pub const SETTLE_DAYS: i64 = 3;

/// How much a tenant shares; each level opens one thing more than the one below.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(into = "u8", try_from = "u8")]
pub enum Level {
    /// 0: nothing.
    #[default]
    None,
    /// 1: it counts in the sums of its group.
    Total,
    /// 2: it is compared with its group, and is part of what others are compared with.
    Benchmark,
    /// 3: values of days and months to offices, by grants.
    Office,
    /// 4: values of hours and quarters of an hour, and to partners, by grants.
    Partner,
}

/// A number that is no level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no level of sharing: give 0 to 4")]
pub struct InvalidLevel(u8);

impl From<Level> for u8 {
    fn from(level: Level) -> Self {
        match level {
            Level::None => 0,
            Level::Total => 1,
            Level::Benchmark => 2,
            Level::Office => 3,
            Level::Partner => 4,
        }
    }
}

impl TryFrom<u8> for Level {
    type Error = InvalidLevel;

    fn try_from(number: u8) -> Result<Self, InvalidLevel> {
        let all = [Self::None, Self::Total, Self::Benchmark, Self::Office, Self::Partner];
        all.get(usize::from(number)).copied().ok_or(InvalidLevel(number))
    }
}

impl Level {
    /// Whether a grant of this resolution is open at this level; `to_office`: its recipient is the office of
    /// the complex or an organisation, not another firm.
    pub fn opens(self, to_office: bool, resolution: Resolution) -> bool {
        match self {
            Self::None | Self::Total | Self::Benchmark => false,
            Self::Office => to_office && resolution >= Resolution::Day,
            Self::Partner => true,
        }
    }

    /// The lowest level that opens a grant.
    pub fn needed(to_office: bool, resolution: Resolution) -> Self {
        let is_office_enough = Self::Office.opens(to_office, resolution);
        if is_office_enough { Self::Office } else { Self::Partner }
    }
}

/// How coarse shared values are, the finest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// 15 minutes.
    QuarterHour,
    /// An hour.
    Hour,
    /// A day of Korea.
    Day,
    /// A calendar month of Korea.
    Month,
}
