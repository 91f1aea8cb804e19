//! Slack and cost of each stop of a plan.

use super::timing::{Begin, Docked, Ground};
use super::way::arrival;
use super::{order, without};
use crate::model::{Plan, Problem, Route, Visit, VisitKind, cost_units};

/// What a stop costs, and how late it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopNote {
    /// Index of the tour in the plan.
    pub route: usize,
    /// Index of the visit in the tour.
    pub at: usize,
    /// Index of the request.
    pub request: usize,
    /// Index of the stop in the request.
    pub stop: usize,
    /// Seconds by which its service may begin later than planned, so that it and all that follows on
    /// the tour stay possible; what comes before, and all other tours, stay as planned. With several
    /// windows up to the end of the one it is planned in. 0 for a stop that has happened.
    pub slack_s: i64,
    /// Money of the tour less that of the tour without the **whole request**, in 1/18,000 won; both
    /// driven anew, in the planned order. Less than 0 where a way round is cheaper than the straight one.
    pub request_units: i64,
    /// The same in metres.
    pub request_m: i64,
}

/// A note for each stop of the plan, in the order of its tours.
///
/// The costs do not add up to the cost of the plan: two stops side by side share the way to them, so
/// that either alone saves little.
pub fn stops(problem: &Problem, plan: &Plan) -> Vec<StopNote> {
    let ground = Ground::new(problem);
    let mut notes = Vec::new();
    for (route, tour) in plan.routes.iter().enumerate() {
        let docked = ground.docked(plan, Some(route));
        let start_s = ground.begun(plan, route);
        let order = order(plan, route);
        let cost = |order: &[VisitKind]| {
            if order.is_empty() {
                return (0, 0);
            }
            let driven = ground.drive(tour.vehicle, order, start_s, &docked).route;
            (driven.cost_units, driven.distance_m)
        };
        let with = cost(&order);
        for (at, visit) in tour.visits.iter().enumerate() {
            let VisitKind::Stop { request, stop } = visit.kind else { continue };
            let less = cost(&without(&order, request));
            notes.push(StopNote {
                route,
                at,
                request,
                stop,
                slack_s: slack(&ground, tour, at, &docked),
                request_units: with.0 - less.0,
                request_m: with.1 - less.1,
            });
        }
    }
    notes
}

fn slack(ground: &Ground<'_>, tour: &Route, at: usize, docked: &Docked) -> i64 {
    let visit = &tour.visits[at];
    let windows = ground.begins(tour.vehicle, visit.kind);
    let window = windows.iter().find(|window| window.contains(visit.start_s));
    let happened = ground.fact(tour.vehicle, visit.kind).is_some();
    let (Some(window), false) = (window, happened) else { return 0 };
    // The tour ends no sooner than the service.
    let shift_s = ground.problem.vehicles[tour.vehicle].shift.to_s - visit.leave_s;
    let mut most = (window.to_s - visit.start_s).min(shift_s);
    most = most.min(dock_room(ground, visit, docked).unwrap_or(most)).max(0);
    // Who leaves later never arrives earlier: what is possible ends once.
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if delayed(ground, tour, at, middle, docked).1 {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// Seconds until the dock of a visit is needed by another tour.
fn dock_room(ground: &Ground<'_>, visit: &Visit, docked: &Docked) -> Option<i64> {
    let site = ground.site(visit.kind).filter(|_| visit.leave_s > visit.start_s)?;
    let docks = usize::try_from(ground.problem.sites[site].docks?).ok()?;
    let taken = docked.get(&site)?;
    let full = |at_s: i64| taken.iter().filter(|t| t.0 <= at_s && t.1 > at_s).count() >= docks;
    let begins = taken.iter().map(|t| t.0).filter(|from_s| *from_s >= visit.leave_s);
    begins.filter(|from_s| full(*from_s)).min().map(|from_s| from_s - visit.leave_s)
}

/// The tour with visit `at` begun `by_s` later and all that follows as soon after its planned time as it
/// can; and whether that is possible. Where it is not, the tour goes on late.
pub(super) fn delayed(
    ground: &Ground<'_>,
    tour: &Route,
    at: usize,
    by_s: i64,
    docked: &Docked,
) -> (Route, bool) {
    let vehicle = &ground.problem.vehicles[tour.vehicle];
    let profile = &ground.problem.profiles[vehicle.profile];
    let place = |site: Option<usize>| site.map(|site| ground.problem.sites[site].place);
    let mut late = tour.clone();
    let mut possible = true;
    let delayed = &mut late.visits[at];
    delayed.start_s += by_s;
    delayed.leave_s += by_s;
    let mut now_s = delayed.leave_s;
    let mut before = tour.visits[..=at].iter().rev();
    let mut here = before.find_map(|v| ground.place(v.kind)).or(place(vehicle.start));
    for visit in &mut late.visits[at + 1..] {
        let there = ground.place(visit.kind).or(here);
        let arrive_s = arrival(profile, here, there, now_s);
        let took_s = visit.leave_s - visit.start_s;
        let wanted_s = visit.start_s.max(arrive_s);
        visit.arrive_s = arrive_s;
        visit.start_s = match ground.begin(tour.vehicle, visit.kind, wanted_s, docked) {
            Begin::At(start_s) => start_s,
            Begin::Late(_) | Begin::Never => {
                possible = false;
                wanted_s
            }
        };
        visit.leave_s = visit.start_s + took_s;
        (here, now_s) = (there, visit.leave_s);
    }
    late.end_s = late.end_s.max(arrival(profile, here, place(vehicle.end), now_s));
    let took_s = late.end_s - late.start_s;
    late.cost_units = cost_units(vehicle, late.distance_m, took_s);
    let owed = vehicle.breaks.iter().enumerate().any(|(index, pause)| {
        let taken = |visit: &Visit| visit.kind == VisitKind::Break { index };
        late.end_s > pause.window.to_s && !late.visits.iter().any(taken)
    });
    let timely = late.end_s <= vehicle.shift.to_s;
    let short = vehicle.max_duration_s.is_none_or(|most_s| took_s <= most_s);
    (late, possible && timely && short && !owed)
}
