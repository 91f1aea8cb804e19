//! Locks: what happened, what is promised, who drives what, what comes first.

use std::collections::BTreeSet;

use super::{Place, Places, PlanFault, PlanReport};
use crate::model::{ExecutedStop, Lock, Plan, Problem, VisitKind};

/// Visits that happened (route and position): windows, hours, docks and ways are not asked.
pub(super) type Facts = BTreeSet<(usize, usize)>;

pub(super) fn facts(problem: &Problem, plan: &Plan, places: &Places) -> Facts {
    let prefixes = problem.locks.iter().filter_map(|lock| match lock {
        Lock::Prefix { vehicle, stops } => Some((*vehicle, stops)),
        _ => None,
    });
    let mut facts = Facts::new();
    for (vehicle, stops) in prefixes {
        for done in stops.iter().filter(|done| done.start_s.is_some()) {
            if let Some(place) = places.get(&(done.request, done.stop))
                && plan.routes[place.route].vehicle == vehicle
            {
                facts.insert((place.route, place.at));
            }
        }
    }
    facts
}

pub(super) fn judge(problem: &Problem, plan: &Plan, places: &Places, report: &mut PlanReport) {
    for (lock, fixed) in problem.locks.iter().enumerate() {
        if !holds(problem, plan, places, fixed) {
            report.faults.push(PlanFault::Lock { lock });
        }
    }
}

fn holds(problem: &Problem, plan: &Plan, places: &Places, lock: &Lock) -> bool {
    let first = |request: usize| places.get(&(request, 0)).copied();
    let last = |request: usize| {
        let stops = problem.requests.get(request).map_or(0, |asked| asked.stops.len());
        places.get(&(request, stops.saturating_sub(1))).copied()
    };
    let vehicle_of = |place: Place| plan.routes[place.route].vehicle;
    let start_of = |place: Place| plan.routes[place.route].visits[place.at].start_s;
    let start = |request: usize, stop: usize| places.get(&(request, stop)).copied().map(start_of);
    match lock {
        Lock::Prefix { vehicle, stops } => begins(plan, *vehicle, stops),
        Lock::OnVehicle { request, vehicle } => {
            first(*request).is_none_or(|place| vehicle_of(place) == *vehicle)
        }
        Lock::NotOnVehicle { request, vehicle } => {
            first(*request).is_none_or(|place| vehicle_of(place) != *vehicle)
        }
        Lock::NotBefore { request, stop, at_s } => {
            start(*request, *stop).is_none_or(|start_s| start_s >= *at_s)
        }
        Lock::NotAfter { request, stop, at_s } => {
            start(*request, *stop).is_none_or(|start_s| start_s <= *at_s)
        }
        Lock::Order { earlier, later } => match (last(*earlier), first(*later)) {
            (Some(one), Some(two)) => one.route == two.route && one.at < two.at,
            _ => true,
        },
    }
}

/// Whether the tour of `vehicle` begins with these stops, at the times that are facts.
fn begins(plan: &Plan, vehicle: usize, stops: &[ExecutedStop]) -> bool {
    if stops.is_empty() {
        return true;
    }
    let Some(tour) = plan.routes.iter().find(|tour| tour.vehicle == vehicle) else { return false };
    let mut done = tour.visits.iter().filter_map(|visit| match visit.kind {
        VisitKind::Stop { request, stop } => Some((request, stop, visit.start_s)),
        VisitKind::Reload { .. } | VisitKind::Break { .. } => None,
    });
    stops.iter().all(|wanted| {
        done.next().is_some_and(|(request, stop, start_s)| {
            (request, stop) == (wanted.request, wanted.stop)
                && wanted.start_s.is_none_or(|fact| fact == start_s)
        })
    })
}
