//! What keeps a request off a tour, with its number.

use std::collections::BTreeSet;
use std::fmt;

use super::timing::{Ground, Timed};
use crate::check::PlanFault;
use crate::model::{Lock, Problem, Vehicle, VisitKind};

/// One constraint that a tour would break, and by how much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Miss {
    /// All vehicles of the kind are in use, or there are none.
    NoVehicleFree,
    /// The vehicle may not carry the goods of others for pay.
    Hire,
    /// The vehicle lacks these skills (bit set).
    Skills {
        /// What it lacks.
        missing: u64,
    },
    /// A lock (index) keeps the request off the vehicle.
    Lock {
        /// Index of the lock.
        lock: usize,
    },
    /// More aboard than the vehicle holds.
    Capacity {
        /// Dimension of the load.
        dimension: usize,
        /// How much too much.
        over: i64,
    },
    /// Hours, windows and locks of a visit leave no time for its service.
    NeverOpen {
        /// The visit.
        visit: VisitKind,
    },
    /// A visit begins after its last window, hours or lock.
    Late {
        /// The latest visit.
        visit: VisitKind,
        /// Seconds too late.
        seconds: i64,
        /// How many visits of the tour are late.
        visits: usize,
    },
    /// A break begins after its window.
    Break {
        /// Seconds too late.
        seconds: i64,
    },
    /// The tour ends after the shift, or leaves before it.
    Shift {
        /// Seconds outside.
        seconds: i64,
    },
    /// The tour takes longer than it may.
    Duration {
        /// Seconds too long.
        seconds: i64,
    },
    /// The tour is longer than it may be.
    Distance {
        /// Metres too long.
        metres: i64,
    },
    /// It fits, but costs more than the prize of an optional request.
    Prize {
        /// Won that the prize is short of (metres, if the objective counts metres), rounded up.
        short: i64,
    },
    /// A rule without a number: the fault that the checker finds. Its route is the index in the plan, or
    /// the one behind the last.
    Rule {
        /// What the checker says.
        fault: PlanFault,
    },
}

impl Miss {
    /// Size of the miss in thousandths of what there is; 1,000 for what is there or not.
    pub(super) fn permille(&self, vehicle: &Vehicle) -> i64 {
        let of = |over: i64, all: i64| over.saturating_mul(1000) / all.max(1);
        match self {
            Self::Capacity { dimension, over } => of(*over, vehicle.capacity[*dimension]),
            Self::Late { seconds, .. } | Self::Break { seconds } | Self::Shift { seconds } => {
                of(*seconds, vehicle.shift.to_s - vehicle.shift.from_s)
            }
            Self::Duration { seconds } => of(*seconds, vehicle.max_duration_s.unwrap_or(0)),
            Self::Distance { metres } => of(*metres, vehicle.max_distance_m.unwrap_or(0)),
            Self::Prize { .. } => 0,
            Self::NoVehicleFree
            | Self::Hire
            | Self::Skills { .. }
            | Self::Lock { .. }
            | Self::NeverOpen { .. }
            | Self::Rule { .. } => 1000,
        }
    }
}

impl fmt::Display for Miss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoVehicleFree => write!(f, "no vehicle of this kind is free"),
            Self::Hire => write!(f, "the vehicle may not carry for pay"),
            Self::Skills { missing } => write!(f, "skills {missing:#b} are missing"),
            Self::Lock { lock } => write!(f, "lock {lock} forbids it"),
            Self::Capacity { dimension, over } => {
                write!(f, "{over} too much in dimension {dimension} of the load")
            }
            Self::NeverOpen { .. } => write!(f, "hours and windows leave no time for the service"),
            Self::Late { seconds, visits, .. } => {
                write!(f, "{seconds} s too late ({visits} late visits)")
            }
            Self::Break { seconds } => write!(f, "a break {seconds} s too late"),
            Self::Shift { seconds } => write!(f, "{seconds} s outside the shift"),
            Self::Duration { seconds } => write!(f, "{seconds} s longer than a tour may take"),
            Self::Distance { metres } => write!(f, "{metres} m longer than a tour may be"),
            Self::Prize { short } => write!(f, "costs {short} more than its prize"),
            Self::Rule { fault } => write!(f, "{fault}"),
        }
    }
}

/// What the vehicle itself lacks for a request.
pub(super) fn of_vehicle(problem: &Problem, vehicle: usize, request: usize) -> Vec<Miss> {
    let asked = &problem.requests[request];
    let kind = &problem.vehicles[vehicle];
    let mut misses = Vec::new();
    if asked.for_hire && !kind.hire_allowed {
        misses.push(Miss::Hire);
    }
    let missing = asked.needs & !kind.skills;
    if missing != 0 {
        misses.push(Miss::Skills { missing });
    }
    let forbids = |lock: &Lock| match lock {
        Lock::OnVehicle { request: r, vehicle: v } => *r == request && *v != vehicle,
        Lock::NotOnVehicle { request: r, vehicle: v } => *r == request && *v == vehicle,
        Lock::Prefix { vehicle: v, stops } => {
            *v != vehicle && stops.iter().any(|done| done.request == request)
        }
        Lock::NotBefore { .. } | Lock::NotAfter { .. } | Lock::Order { .. } => false,
    };
    misses.extend(problem.locks.iter().position(forbids).map(|lock| Miss::Lock { lock }));
    misses
}

/// What a driven tour misses: load first, then times in the order in which they are met.
pub(super) fn of_tour(ground: &Ground<'_>, order: &[VisitKind], timed: &Timed) -> Vec<Miss> {
    let kind = &ground.problem.vehicles[timed.route.vehicle];
    let mut misses = Vec::new();
    for (dimension, capacity) in kind.capacity.iter().enumerate() {
        let over = most_aboard(ground.problem, order, dimension) - capacity;
        if over > 0 {
            misses.push(Miss::Capacity { dimension, over });
        }
    }
    misses.extend(timed.never.map(|visit| Miss::NeverOpen { visit }));
    if let Some((visit, seconds)) = timed.late {
        misses.push(Miss::Late { visit, seconds, visits: timed.late_visits });
    }
    let mut over = |excess: i64, miss: fn(i64) -> Miss| {
        if excess > 0 {
            misses.push(miss(excess));
        }
    };
    let route = &timed.route;
    let outside_s = (route.end_s - kind.shift.to_s).max(kind.shift.from_s - route.start_s);
    over(timed.pause_late_s, |seconds| Miss::Break { seconds });
    over(outside_s, |seconds| Miss::Shift { seconds });
    let took_s = route.end_s - route.start_s;
    if let Some(most_s) = kind.max_duration_s {
        over(took_s - most_s, |seconds| Miss::Duration { seconds });
    }
    if let Some(most_m) = kind.max_distance_m {
        over(route.distance_m - most_m, |metres| Miss::Distance { metres });
    }
    misses
}

/// The largest load of a tour in one dimension.
fn most_aboard(problem: &Problem, order: &[VisitKind], dimension: usize) -> i64 {
    let mut most = 0;
    for trip in order.split(|kind| matches!(kind, VisitKind::Reload { .. })) {
        let stops = || {
            trip.iter().filter_map(|kind| match *kind {
                VisitKind::Stop { request, stop } => Some((request, stop)),
                VisitKind::Reload { .. } | VisitKind::Break { .. } => None,
            })
        };
        let aboard: BTreeSet<usize> = stops().map(|(request, _)| request).collect();
        let loaded = aboard.iter().map(|r| problem.requests[*r].loaded_at_depot(dimension));
        let mut level: i64 = loaded.sum();
        most = most.max(level);
        for (request, stop) in stops() {
            level += problem.requests[request].stops[stop].signed(dimension);
            most = most.max(level);
        }
    }
    most
}
