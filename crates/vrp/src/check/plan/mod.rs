//! Judges a plan of the general model: every constraint, every reported figure.
//!
//! Own arithmetic throughout: nothing of the search, and of the model only its data.

mod dock;
mod fault;
mod lock;
mod tour;
mod trip;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::FAULTS_MAX;
use crate::model::{Plan, Problem, VisitKind};

pub use fault::PlanFault;

/// What a plan comes to, as counted here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlanReport {
    /// Metres of all tours.
    pub distance_m: i64,
    /// Money of all tours, in 1/18,000 won.
    pub cost_units: i128,
    /// Everything that is not possible or not as reported.
    pub faults: Vec<PlanFault>,
}

/// Where a stop is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    route: usize,
    at: usize,
}

/// Places of all stops that are in range: by request and stop.
type Places = BTreeMap<(usize, usize), Place>;

/// Judges `plan`, an answer to `problem`, which must be valid.
pub fn plan(problem: &Problem, plan: &Plan) -> PlanReport {
    let mut report = PlanReport::default();
    if !in_range(problem, plan, &mut report) {
        return report;
    }
    let places = served(problem, plan, &mut report);
    fleet(problem, plan, &mut report);
    let facts = lock::facts(problem, plan, &places);
    for number in 0..plan.routes.len() {
        tour::judge(problem, plan, number, &facts, &mut report);
        trip::judge(problem, &plan.routes[number], number, &mut report);
    }
    dock::judge(problem, plan, &facts, &mut report);
    lock::judge(problem, plan, &places, &mut report);
    totals(problem, plan, &mut report);
    report.faults.truncate(FAULTS_MAX);
    report
}

/// Whether every index names something; nothing else can be judged before.
fn in_range(problem: &Problem, plan: &Plan, report: &mut PlanReport) -> bool {
    for (route, tour) in plan.routes.iter().enumerate() {
        let Some(vehicle) = problem.vehicles.get(tour.vehicle) else {
            report.faults.push(PlanFault::NoVehicle { route, vehicle: tour.vehicle });
            continue;
        };
        for (at, visit) in tour.visits.iter().enumerate() {
            let known = match visit.kind {
                VisitKind::Stop { request, stop } => {
                    problem.requests.get(request).is_some_and(|known| stop < known.stops.len())
                }
                VisitKind::Reload { site } => site < problem.sites.len(),
                VisitKind::Break { index } => index < vehicle.breaks.len(),
            };
            if !known {
                report.faults.push(PlanFault::NoSuchVisit { route, at });
            }
        }
    }
    for unserved in &plan.unserved {
        if unserved.request >= problem.requests.len() {
            report.faults.push(PlanFault::NoRequest { request: unserved.request });
        }
    }
    report.faults.is_empty()
}

/// Each request wholly on one route in its order, or listed as left out; nothing twice.
fn served(problem: &Problem, plan: &Plan, report: &mut PlanReport) -> Places {
    let mut places = Places::new();
    for (route, tour) in plan.routes.iter().enumerate() {
        for (at, visit) in tour.visits.iter().enumerate() {
            let VisitKind::Stop { request, stop } = visit.kind else { continue };
            if places.insert((request, stop), Place { route, at }).is_some() {
                report.faults.push(PlanFault::Twice { request, stop });
            }
        }
    }
    let mut left_out = BTreeSet::new();
    for unserved in &plan.unserved {
        if !left_out.insert(unserved.request) {
            report.faults.push(PlanFault::ListedTwice { request: unserved.request });
        }
    }
    for (request, asked) in problem.requests.iter().enumerate() {
        let done: Vec<Place> = (0..asked.stops.len())
            .filter_map(|stop| places.get(&(request, stop)).copied())
            .collect();
        match (done.is_empty(), left_out.contains(&request)) {
            (true, true) => {}
            (true, false) => report.faults.push(PlanFault::Missing { request }),
            (false, true) => report.faults.push(PlanFault::ServedAndListed { request }),
            (false, false) => whole(request, asked.stops.len(), &done, report),
        }
    }
    places
}

fn whole(request: usize, stops: usize, done: &[Place], report: &mut PlanReport) {
    if done.len() < stops {
        report.faults.push(PlanFault::Partly { request });
    }
    if done.iter().any(|place| place.route != done[0].route) {
        report.faults.push(PlanFault::Parted { request });
    } else if done.is_sorted_by(|a, b| a.at < b.at) {
        // As it should be.
    } else {
        report.faults.push(PlanFault::Disordered { request });
    }
}

fn fleet(problem: &Problem, plan: &Plan, report: &mut PlanReport) {
    for (vehicle, kind) in problem.vehicles.iter().enumerate() {
        let used = plan.routes.iter().filter(|route| route.vehicle == vehicle).count();
        if used > usize::try_from(kind.count).unwrap_or(usize::MAX) {
            report.faults.push(PlanFault::TooManyVehicles { vehicle, used, count: kind.count });
        }
    }
}

/// What the plan says of itself, counted again.
fn totals(problem: &Problem, plan: &Plan, report: &mut PlanReport) {
    let mut figure = |what: &'static str, said: i128, counted: i128| {
        if said != counted {
            report.faults.push(PlanFault::Figure { what, said, counted });
        }
    };
    figure("distance_m", plan.distance_m.into(), report.distance_m.into());
    figure("cost_units", plan.cost_units.into(), report.cost_units);
    let lost = plan.unserved.iter().filter_map(|left| problem.requests[left.request].prize_won);
    figure("prizes_lost_won", plan.prizes_lost_won.into(), lost.map(i128::from).sum());
}
