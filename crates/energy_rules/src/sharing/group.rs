//! Groups whose sums are published: fixed for their month, disjoint, large enough, dominated by nobody.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Level, MEMBERS_MIN, SHARE_MAX_PERCENT};

/// The group of those whose industry has too few members, or who name no industry.
pub const REST: &str = "rest";
/// Digits of an industry code that make a group: the division (중분류).
const DIGITS: usize = 2;

/// Why a sum is not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Fewer than [`MEMBERS_MIN`] members.
    TooFew,
    /// One member has more than [`SHARE_MAX_PERCENT`] of it, or there is nothing to have a share of.
    Dominated,
    /// Values of a member did not come in time; without them the sum would be that of fewer.
    MissingValues,
    /// A member has left: its month is not shown any more.
    MemberLeft,
    /// It would differ by few members from another sum.
    Differencing,
}

/// What became of an hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Not over yet, or values are waited for.
    #[default]
    Open,
    /// The sum, Wh.
    Published(i64),
    /// It is not published, for good.
    Suppressed(Reason),
}

/// A group in its month, and what was published of it. Members do not change; a decision is never taken
/// back and never taken twice.
///
/// ```text
///  Open ──► Published(sum)
///   └─────► Suppressed(why)
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group<T> {
    /// Its industry: two digits of KSIC, or [`REST`].
    pub code: String,
    members: Vec<T>,
    refused: Option<Reason>,
    hours: Vec<Decision>,
}

/// Whether two different sets differ by so few that the difference of their sums tells of somebody.
pub fn differs_by_few<T: Ord>(one: &BTreeSet<T>, other: &BTreeSet<T>) -> bool {
    (1..MEMBERS_MIN).contains(&one.symmetric_difference(other).count())
}

/// The members by industry; industries with too few, and those without one, become [`REST`].
pub fn partition<T: Ord + Clone>(
    candidates: &BTreeMap<T, Option<String>>,
) -> BTreeMap<String, BTreeSet<T>> {
    let mut groups: BTreeMap<String, BTreeSet<T>> = BTreeMap::new();
    for (member, code) in candidates {
        let code = code.as_deref().and_then(|code| code.get(..DIGITS)).unwrap_or(REST);
        groups.entry(code.to_owned()).or_default().insert(member.clone());
    }
    let mut rest = groups.remove(REST).unwrap_or_default();
    groups.retain(|_, members| {
        let is_large = members.len() >= MEMBERS_MIN;
        if !is_large {
            rest.append(members);
        }
        is_large
    });
    if !rest.is_empty() {
        groups.insert(REST.to_owned(), rest);
    }
    groups
}

/// Fixes the groups of a month of so many hours. Called once for a month; the groups are kept.
pub fn freeze<T: Ord + Clone>(
    candidates: &BTreeMap<T, Option<String>>,
    hours: usize,
) -> Vec<Group<T>> {
    let mut released: Vec<BTreeSet<T>> = Vec::new();
    let mut groups = Vec::new();
    for (code, members) in partition(candidates) {
        // Disjoint groups of five never differ by few; the guard holds if the way they are made changes.
        let refused = if members.len() < MEMBERS_MIN {
            Some(Reason::TooFew)
        } else if released.iter().any(|other| differs_by_few(other, &members)) {
            Some(Reason::Differencing)
        } else {
            None
        };
        if refused.is_none() {
            released.push(members.clone());
        }
        let (members, hours) = (members.into_iter().collect(), vec![Decision::Open; hours]);
        groups.push(Group { code, members, refused, hours });
    }
    groups
}

/// Whether somebody has been at `needed` or above since `since`, without a break. `changes` are the levels
/// by the time they were chosen, the earliest first: who joins later counts from the next month on, and who
/// left and came back does too.
pub fn held_since<I: PartialOrd>(changes: &[(I, Level)], since: &I, needed: Level) -> bool {
    let later = changes.partition_point(|(at, _)| at <= since);
    let Some(before) = later.checked_sub(1) else { return false };
    changes[before..].iter().all(|(_, level)| *level >= needed)
}

impl<T: PartialEq> Group<T> {
    /// Its members, in order.
    pub fn members(&self) -> &[T] {
        &self.members
    }

    /// Whether its sums may be decided on at all.
    pub fn is_refused(&self) -> bool {
        self.refused.is_some()
    }

    /// The first hour that is not decided.
    pub fn first_open(&self) -> Option<usize> {
        if self.is_refused() {
            return None;
        }
        self.hours.iter().position(|hour| *hour == Decision::Open)
    }

    /// Decides on an hour that is over, if it is open: `wh` are the values of the members, in their order.
    /// While values are missing it stays open, until `is_settled`.
    pub fn decide(&mut self, hour: usize, wh: &[Option<i64>], is_settled: bool) {
        if self.is_refused() || wh.len() != self.members.len() {
            return;
        }
        let Some(decision) = self.hours.get_mut(hour).filter(|hour| **hour == Decision::Open)
        else {
            return;
        };
        let known: Option<Vec<i64>> = wh.iter().map(|wh| wh.filter(|wh| *wh >= 0)).collect();
        *decision = match known {
            Some(known) => sum(&known).map_or_else(Decision::Suppressed, Decision::Published),
            None if is_settled => Decision::Suppressed(Reason::MissingValues),
            None => Decision::Open,
        };
    }

    /// What may be shown now, hour by hour; or why nothing is. `holds` tells whether a member still shares.
    pub fn shown(&self, holds: impl Fn(&T) -> bool) -> Result<&[Decision], Reason> {
        if let Some(reason) = self.refused {
            return Err(reason);
        }
        if self.members.iter().all(holds) { Ok(&self.hours) } else { Err(Reason::MemberLeft) }
    }
}

/// The sum of the members, if none dominates it.
fn sum(wh: &[i64]) -> Result<i64, Reason> {
    let total: i128 = wh.iter().copied().map(i128::from).sum();
    let largest = wh.iter().copied().max().map_or(0, i128::from);
    if wh.len() < MEMBERS_MIN {
        return Err(Reason::TooFew);
    }
    // A sum of zero tells that every member drew nothing.
    if total == 0 || largest * 100 > total * i128::from(SHARE_MAX_PERCENT) {
        return Err(Reason::Dominated);
    }
    i64::try_from(total).map_err(|_| Reason::Dominated)
}
