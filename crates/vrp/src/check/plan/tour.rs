//! Drives one tour: ways, windows, hours, shift, breaks, limits, money.

use super::{PlanFault, PlanReport, lock::Facts};
use crate::model::{Plan, Problem, Profile, Route, Vehicle, Visit, VisitKind, Window};

pub(super) fn judge(
    problem: &Problem,
    plan: &Plan,
    route: usize,
    facts: &Facts,
    report: &mut PlanReport,
) {
    let tour = &plan.routes[route];
    let vehicle = &problem.vehicles[tour.vehicle];
    let profile = &problem.profiles[vehicle.profile];
    if tour.start_s < vehicle.shift.from_s || tour.end_s > vehicle.shift.to_s {
        report.faults.push(PlanFault::Shift { route });
    }
    let place_of = |site: usize| problem.sites[site].place;
    let mut here = vehicle.start.map(place_of);
    let mut leave_s = tour.start_s;
    let mut distance_m = 0;
    for (at, visit) in tour.visits.iter().enumerate() {
        let there = site_of(problem, visit).map(place_of).or(here);
        let mut earliest_s = leave_s;
        if let (Some(from), Some(to)) = (here, there) {
            distance_m += way(profile, &profile.distance_m, from, to);
            earliest_s = arrival(profile, from, to, leave_s);
        }
        let fact = facts.contains(&(route, at));
        if visit.arrive_s < earliest_s && !fact {
            let arrive_s = visit.arrive_s;
            report.faults.push(PlanFault::TooSoon { route, at, arrive_s, earliest_s });
        }
        self::visit(problem, vehicle, route, at, visit, fact, report);
        here = there;
        leave_s = visit.leave_s;
    }
    let mut earliest_s = leave_s;
    if let (Some(from), Some(to)) = (here, vehicle.end.map(place_of)) {
        distance_m += way(profile, &profile.distance_m, from, to);
        earliest_s = arrival(profile, from, to, leave_s);
    }
    if tour.end_s < earliest_s {
        report.faults.push(PlanFault::EndTooSoon { route, end_s: tour.end_s, earliest_s });
    }
    breaks(vehicle, tour, route, report);
    limits(vehicle, tour, route, distance_m, report);
}

/// Where a visit is; a break is where the vehicle stands.
fn site_of(problem: &Problem, visit: &Visit) -> Option<usize> {
    match visit.kind {
        VisitKind::Stop { request, stop } => Some(problem.requests[request].stops[stop].site),
        VisitKind::Reload { site } => Some(site),
        VisitKind::Break { .. } => None,
    }
}

fn way(profile: &Profile, matrix: &[i32], from: usize, to: usize) -> i64 {
    i64::from(matrix[from * profile.places + to])
}

/// When a vehicle that leaves at `leave_s` arrives: every second of an hour does `permille / 1000` of
/// a second of the way; a broken second counts as a whole one.
fn arrival(profile: &Profile, from: usize, to: usize, leave_s: i64) -> i64 {
    let mut left = 1000 * way(profile, &profile.duration_s, from, to);
    if profile.hour_speed_permille.is_empty() {
        return leave_s + left / 1000;
    }
    let mut now = leave_s;
    while left > 0 {
        let hour = now.div_euclid(3600);
        let speed = profile.hour_speed_permille[usize::try_from(hour.rem_euclid(24)).unwrap_or(0)];
        let speed = i64::from(speed).max(1);
        let until_next = (hour + 1) * 3600 - now;
        let spent = until_next.min(left.div_euclid(speed) + i64::from(left % speed > 0));
        left -= spent * speed;
        now += spent;
    }
    now
}

/// Service, windows and opening hours of one visit.
fn visit(
    problem: &Problem,
    vehicle: &Vehicle,
    route: usize,
    at: usize,
    visit: &Visit,
    fact: bool,
    report: &mut PlanReport,
) {
    let within = |windows: &[Window]| {
        windows.is_empty() || windows.iter().any(|window| window.contains(visit.start_s))
    };
    let open = |site: usize| {
        let hours = &problem.sites[site].hours;
        let lies = |hours: &Window| hours.contains(visit.start_s) && hours.contains(visit.leave_s);
        hours.is_empty() || hours.iter().any(lies)
    };
    if visit.start_s < visit.arrive_s && !fact {
        report.faults.push(PlanFault::BeforeArrival { route, at });
    }
    let wanted_s = match visit.kind {
        VisitKind::Stop { request, stop } => {
            let stop = &problem.requests[request].stops[stop];
            if !fact && !within(&stop.windows) {
                report.faults.push(PlanFault::Window { route, at });
            }
            if !fact && !open(stop.site) {
                report.faults.push(PlanFault::Closed { route, at });
            }
            stop.service_s
        }
        VisitKind::Reload { site } => {
            let reload = vehicle.reload.as_ref().filter(|reload| reload.sites.contains(&site));
            if reload.is_none() {
                report.faults.push(PlanFault::Reload { route, at });
            }
            if !open(site) {
                report.faults.push(PlanFault::Closed { route, at });
            }
            reload.map_or(0, |reload| reload.service_s)
        }
        VisitKind::Break { index } => {
            if !vehicle.breaks[index].window.contains(visit.start_s) {
                report.faults.push(PlanFault::BreakWindow { route, at });
            }
            vehicle.breaks[index].duration_s
        }
    };
    if visit.leave_s - visit.start_s < wanted_s {
        report.faults.push(PlanFault::Service { route, at, wanted_s });
    }
}

/// A break is owed when the tour ends after its window, and taken at most once.
fn breaks(vehicle: &Vehicle, tour: &Route, route: usize, report: &mut PlanReport) {
    for (index, pause) in vehicle.breaks.iter().enumerate() {
        let taken = tour.visits.iter().filter(|visit| visit.kind == VisitKind::Break { index });
        match taken.count() {
            0 if tour.end_s > pause.window.to_s => {
                report.faults.push(PlanFault::BreakMissing { route, index });
            }
            0 | 1 => {}
            _ => report.faults.push(PlanFault::BreakTwice { route, index }),
        }
    }
}

fn limits(vehicle: &Vehicle, tour: &Route, route: usize, distance_m: i64, report: &mut PlanReport) {
    let duration_s = tour.end_s - tour.start_s;
    if let Some(most_s) = vehicle.max_duration_s.filter(|most_s| duration_s > *most_s) {
        report.faults.push(PlanFault::Duration { route, duration_s, most_s });
    }
    if let Some(most_m) = vehicle.max_distance_m.filter(|most_m| distance_m > *most_m) {
        report.faults.push(PlanFault::Distance { route, distance_m, most_m });
    }
    let (metres, seconds) = (i128::from(distance_m), i128::from(duration_s));
    // A won is 18,000 units; so a metre at 1 won/km is 18, a second at 1 won/h is 5.
    let money = i128::from(vehicle.fixed_won) * 18_000
        + metres * i128::from(vehicle.won_per_km) * 18
        + seconds * i128::from(vehicle.won_per_h) * 5;
    report.distance_m += distance_m;
    report.cost_units += money;
    for (what, said, counted) in [
        ("distance_m", tour.distance_m.into(), metres),
        ("cost_units", tour.cost_units.into(), money),
    ] {
        if said != counted {
            report.faults.push(PlanFault::RouteFigure { route, what, said, counted });
        }
    }
}
