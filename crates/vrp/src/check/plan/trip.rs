//! What is aboard: load, skills, hire, goods, last in first out, release, backhauls.

use std::collections::{BTreeMap, BTreeSet};

use super::{PlanFault, PlanReport};
use crate::model::{Problem, Request, Route, StopKind, Vehicle, Visit, VisitKind};

/// From one loading to the next: when it starts, where its visits begin in the tour, its visits.
struct Trip<'a> {
    route: usize,
    start_s: i64,
    first: usize,
    visits: &'a [Visit],
}

pub(super) fn judge(problem: &Problem, tour: &Route, route: usize, report: &mut PlanReport) {
    let vehicle = &problem.vehicles[tour.vehicle];
    let trips = split(tour, route);
    let most = vehicle.reload.as_ref().map_or(1, |reload| reload.max_trips);
    if trips.len() > usize::try_from(most).unwrap_or(usize::MAX) {
        report.faults.push(PlanFault::Trips { route, trips: trips.len(), most });
    }
    let mut trip_of = BTreeMap::new();
    for (number, trip) in trips.iter().enumerate() {
        let aboard = requests(trip);
        for &request in &aboard {
            if *trip_of.entry(request).or_insert(number) != number {
                report.faults.push(PlanFault::PartedTrips { request });
            }
        }
        for dimension in 0..problem.dimensions {
            load(problem, vehicle, trip, &aboard, dimension, report);
        }
        may_carry(problem, vehicle, trip, &aboard, report);
        lifo(problem, trip, report);
        backhaul(problem, trip, report);
    }
}

fn split(tour: &Route, route: usize) -> Vec<Trip<'_>> {
    let mut trips = Vec::new();
    let (mut first, mut start_s) = (0, tour.start_s);
    for (at, visit) in tour.visits.iter().enumerate() {
        if matches!(visit.kind, VisitKind::Reload { .. }) {
            trips.push(Trip { route, start_s, first, visits: &tour.visits[first..at] });
            (first, start_s) = (at + 1, visit.leave_s);
        }
    }
    trips.push(Trip { route, start_s, first, visits: &tour.visits[first..] });
    trips
}

/// Position in the tour, request and stop of each stop of a trip.
fn stops<'a>(trip: &'a Trip<'_>) -> impl Iterator<Item = (usize, usize, usize)> + 'a {
    trip.visits.iter().enumerate().filter_map(|(at, visit)| match visit.kind {
        VisitKind::Stop { request, stop } => Some((trip.first + at, request, stop)),
        VisitKind::Reload { .. } | VisitKind::Break { .. } => None,
    })
}

fn requests(trip: &Trip<'_>) -> BTreeSet<usize> {
    stops(trip).map(|(_, request, _)| request).collect()
}

fn change(request: &Request, stop: usize, dimension: usize) -> i64 {
    let stop = &request.stops[stop];
    match stop.kind {
        StopKind::Pickup => stop.amounts[dimension],
        StopKind::Delivery => -stop.amounts[dimension],
        StopKind::Service => 0,
    }
}

/// What a request needs aboard before its first stop, so that it never delivers what it has not.
fn loaded_first(request: &Request, dimension: usize) -> i64 {
    let mut level = 0;
    let levels = (0..request.stops.len()).map(|stop| {
        level += change(request, stop, dimension);
        level
    });
    -levels.fold(0, i64::min)
}

fn load(
    problem: &Problem,
    vehicle: &Vehicle,
    trip: &Trip<'_>,
    aboard: &BTreeSet<usize>,
    dimension: usize,
    report: &mut PlanReport,
) {
    let capacity = vehicle.capacity[dimension];
    let route = trip.route;
    let mut level: i64 =
        aboard.iter().map(|request| loaded_first(&problem.requests[*request], dimension)).sum();
    let mut judge = |at: usize, load: i64| {
        if load > capacity || load < 0 {
            report.faults.push(PlanFault::Load { route, at, dimension, load, capacity });
        }
    };
    judge(trip.first, level);
    for (at, request, stop) in stops(trip) {
        level += change(&problem.requests[request], stop, dimension);
        judge(at, level);
    }
}

/// Skills, the hire rule, release at the depot, goods that may not meet.
fn may_carry(
    problem: &Problem,
    vehicle: &Vehicle,
    trip: &Trip<'_>,
    aboard: &BTreeSet<usize>,
    report: &mut PlanReport,
) {
    let route = trip.route;
    for &request in aboard {
        let asked = &problem.requests[request];
        if asked.needs & !vehicle.skills != 0 {
            report.faults.push(PlanFault::Skills { route, request });
        }
        if asked.for_hire && !vehicle.hire_allowed {
            report.faults.push(PlanFault::Hire { route, request });
        }
        if trip.start_s < asked.release_s {
            let (release_s, start_s) = (asked.release_s, trip.start_s);
            report.faults.push(PlanFault::Release { route, request, release_s, start_s });
        }
        for &other in aboard {
            let class = problem.requests[other].goods_class.filter(|class| *class < 64);
            let meets = class.is_some_and(|class| asked.incompatible_classes >> class & 1 == 1);
            if other != request && meets {
                report.faults.push(PlanFault::Goods { route, request, other });
            }
        }
    }
}

/// When a delivery of a last-in-first-out request is made, nothing that another request picked up
/// after it may still be aboard.
fn lifo(problem: &Problem, trip: &Trip<'_>, report: &mut PlanReport) {
    let kind = |request: usize, stop: usize| problem.requests[request].stops[stop].kind;
    let all: Vec<(usize, usize, usize)> = stops(trip).collect();
    for (index, &(_, request, stop)) in all.iter().enumerate() {
        if !problem.requests[request].lifo || kind(request, stop) != StopKind::Delivery {
            continue;
        }
        let own = |&(_, other, at): &(usize, usize, usize)| {
            other == request && kind(request, at) == StopKind::Pickup
        };
        let loaded = all[..index].iter().rposition(own).map_or(0, |at| at + 1);
        let mut above = BTreeSet::new();
        for &(_, other, at) in &all[loaded..index] {
            match kind(other, at) {
                StopKind::Pickup if other != request => {
                    above.insert(other);
                }
                StopKind::Delivery => {
                    above.remove(&other);
                }
                StopKind::Pickup | StopKind::Service => {}
            }
        }
        for other in above {
            report.faults.push(PlanFault::Lifo { route: trip.route, request, other });
        }
    }
}

/// Lone deliveries before lone pickups, and no trip with pickups only, where the rules say so.
fn backhaul(problem: &Problem, trip: &Trip<'_>, report: &mut PlanReport) {
    let lone = |request: usize| match problem.requests[request].stops.as_slice() {
        [only] => Some(only.kind),
        _ => None,
    };
    let mut pickups = 0;
    let mut deliveries = 0;
    for (at, request, _) in stops(trip) {
        match lone(request) {
            Some(StopKind::Pickup) => pickups += 1,
            Some(StopKind::Delivery) => {
                deliveries += 1;
                if pickups > 0 && problem.rules.deliveries_first {
                    report.faults.push(PlanFault::PickupFirst { route: trip.route, at });
                }
            }
            Some(StopKind::Service) | None => {}
        }
    }
    if pickups > 0 && deliveries == 0 && !problem.rules.pickup_only_trips {
        report.faults.push(PlanFault::PickupsOnly { route: trip.route });
    }
}
