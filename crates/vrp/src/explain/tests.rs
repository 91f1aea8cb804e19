//! Cases worked by hand on a line, and plans of the search that are changed as the notes say and laid
//! before the checker.

use std::time::Duration;

use proptest::prelude::*;

use super::timing::Ground;
use super::*;
use crate::check;
use crate::model::{
    Lock, Profile, Reason, Request, Site, Stop, StopKind, Unserved, Vehicle, Window,
};
use crate::search::{Budget, Options, Solver};

/// Places on a line, 1,000 m and 100 s apart, with a site each; the depot is at `depot`.
fn line(depot: usize, requests: Vec<Request>) -> Problem {
    let at = |place: usize| 1_000 * i32::try_from(place).unwrap();
    let metres: Vec<i32> =
        (0..4).flat_map(|a| (0..4).map(move |b| (at(a) - at(b)).abs())).collect();
    let seconds = metres.iter().map(|metres| metres / 10).collect();
    let mut problem = Problem::new(1, Profile::new(4, metres, seconds));
    problem.sites = (0..4).map(|place| Site::open(place.to_string(), place)).collect();
    problem.requests = requests;
    problem.vehicles = vec![Vehicle::at("van", depot, vec![10], Window::new(0, 1_000))];
    problem
}

fn delivery(id: &str, site: usize, amount: i64, service_s: i64, to_s: i64) -> Request {
    let windows = vec![Window::new(0, to_s)];
    let amounts = vec![amount];
    Request::new(id, vec![Stop { kind: StopKind::Delivery, site, windows, service_s, amounts }])
}

const fn stop(request: usize) -> VisitKind {
    VisitKind::Stop { request, stop: 0 }
}

/// A plan with one tour of the first vehicle through these requests.
fn plan_of(problem: &Problem, served: &[usize]) -> Plan {
    let order: Vec<VisitKind> = served.iter().map(|request| stop(*request)).collect();
    let ground = Ground::new(problem);
    let mut plan = Plan {
        routes: vec![ground.drive(0, &order, None, &timing::Docked::new()).route],
        unserved: Vec::new(),
        distance_m: 0,
        cost_units: 0,
        prizes_lost_won: 0,
        change_won: 0,
    };
    let out = (0..problem.requests.len()).filter(|request| !served.contains(request));
    plan.unserved.extend(out.map(|request| Unserved { request, reason: Reason::FleetBusy }));
    total(problem, &mut plan);
    assert_eq!(check::plan(problem, &plan).faults, []);
    plan
}

/// Depot at 0: `a` at 1 until 200 s, `b` at 3 until 500 s; a third request, and a bike beside the van.
fn day(third: Request) -> (Problem, Plan) {
    let a = delivery("a", 1, 4, 60, 200);
    let b = delivery("b", 3, 4, 60, 500);
    let mut problem = line(0, vec![a, b, third]);
    let mut bike = problem.vehicles[0].clone();
    (bike.id, bike.skills) = ("bike".into(), 1);
    problem.vehicles.push(bike);
    let plan = plan_of(&problem, &[0, 1]);
    (problem, plan)
}

#[test]
fn slack_and_cost_of_each_stop_by_hand() {
    let (mut problem, _) = day(delivery("c", 2, 4, 60, 900));
    // A won a second.
    problem.vehicles[0].won_per_h = 3_600;
    let plan = plan_of(&problem, &[0, 1]);
    // 100 a 160, 360 b 420, 720 home.
    let note = |at, slack_s, won: i64, request_m| StopNote {
        route: 0,
        at,
        request: at,
        stop: 0,
        slack_s,
        request_units: won * 18_000,
        request_m,
    };
    // Without `a` the way is as long and 60 s shorter; without `b` it is 2,000 m and 260 s.
    assert_eq!(stops(&problem, &plan), [note(0, 100, 60, 0), note(1, 140, 4_460, 4_000)]);
    // The window of `b` is what keeps `a`, then the shift.
    problem.requests[0].stops[0].windows.clear();
    assert_eq!(stops(&problem, &plan)[0].slack_s, 140);
    problem.requests[1].stops[0].windows.clear();
    assert_eq!(stops(&problem, &plan)[0].slack_s, 280);
    problem.vehicles[0].max_duration_s = Some(750);
    assert_eq!(stops(&problem, &plan)[0].slack_s, 30);
    problem.sites[3].hours = vec![Window::new(0, 430)];
    assert_eq!(stops(&problem, &plan)[1].slack_s, 10);
}

#[test]
fn what_an_unserved_request_misses_by_hand() {
    let mut asked = delivery("c", 2, 4, 60, 900);
    asked.needs = 2;
    let (problem, plan) = day(asked);
    let offers = unserved(&problem, &plan, 2, 9);
    let found: Vec<_> =
        offers.iter().map(|offer| (offer.vehicle, offer.route, offer.misses.clone())).collect();
    let expected = [
        (0, Some(0), vec![Miss::Capacity { dimension: 0, over: 2 }]),
        (0, None, vec![Miss::NoVehicleFree]),
        (1, None, vec![Miss::Skills { missing: 2 }]),
    ];
    assert_eq!(found, expected);
    assert_eq!((offers[0].positions.as_slice(), offers[0].added_m), (&[1][..], 0));
    assert_eq!(offers[2].added_m, 4_000);
    assert_eq!(unserved(&problem, &plan, 2, 1).len(), 1);
    assert_eq!(offers[0].misses[0].to_string(), "2 too much in dimension 0 of the load");
}

#[test]
fn a_window_that_is_missed_and_what_widening_it_does() {
    let (problem, plan) = day(delivery("d", 2, 1, 60, 50));
    let offers = unserved(&problem, &plan, 2, 9);
    let late = |visit, seconds, visits| Miss::Late { visit: stop(visit), seconds, visits };
    // Alone at 200 s; before `a`, that is at 360 s and `b` late, too; the van itself is on its way.
    assert_eq!(offers[0].misses, [late(2, 150, 1)]);
    assert_eq!(offers[1].misses, [late(0, 160, 3)]);
    assert_eq!(offers[2].misses, [Miss::NoVehicleFree, late(2, 150, 1)]);
    let wider = widened(&problem, &plan, (2, 0), &[0, 149, 150, 209, 210], 2);
    let place = |at: usize| {
        let offer = wider[at].offer.as_ref().unwrap();
        offer.misses.is_empty().then_some((offer.vehicle, offer.route, offer.added_m))
    };
    let places: Vec<_> = (0..5).map(place).collect();
    let (bike, van) = (Some((1, None, 4_000)), Some((0, Some(0), 0)));
    assert_eq!(places, [None, None, bike, bike, van]);
}

#[test]
fn a_wider_window_of_a_served_stop_shortens_its_tour() {
    // Depot at 1: `y` at 2 by 100 s, then back to `x` at 0 by 300 s, then `z` at 3.
    let asked = [("y", 2, 100), ("x", 0, 300), ("z", 3, 900)];
    let asked = asked.map(|(id, site, to_s)| delivery(id, site, 1, 0, to_s));
    let problem = line(1, asked.to_vec());
    let plan = plan_of(&problem, &[0, 1, 2]);
    assert_eq!(plan.distance_m, 8_000);
    let saved: Vec<i64> = widened(&problem, &plan, (1, 0), &[0, 199, 200], 1)
        .iter()
        .map(|wider| wider.saved_m)
        .collect();
    assert_eq!(saved, [0, 0, 2_000]);
}

#[test]
fn an_optional_request_says_what_its_prize_is_short_of() {
    let mut asked = delivery("c", 2, 2, 60, 900);
    asked.prize_won = Some(3_900);
    let (mut problem, _) = day(asked);
    problem.vehicles[0].capacity = vec![9];
    let plan = plan_of(&problem, &[0, 1]);
    let offers = unserved(&problem, &plan, 2, 9);
    let alone = |offer: &&Offer| offer.vehicle == 1;
    let bike = offers.iter().find(alone).unwrap();
    assert_eq!(bike.misses, [Miss::Prize { short: 100 }]);
    problem.locks.push(Lock::NotOnVehicle { request: 2, vehicle: 1 });
    let offers = unserved(&problem, &plan, 2, 9);
    assert!(offers.iter().find(alone).unwrap().misses.contains(&Miss::Lock { lock: 0 }));
}

#[test]
fn a_dock_that_another_tour_needs_ends_the_slack() {
    let requests = vec![delivery("a", 2, 1, 60, 900), delivery("b", 2, 1, 60, 900)];
    let mut problem = line(0, requests);
    problem.vehicles[0].count = 2;
    problem.sites[2].docks = Some(1);
    let mut plan = plan_of(&problem, &[0]);
    let mut other = plan_of(&problem, &[1]).routes.remove(0);
    for time in [&mut other.start_s, &mut other.end_s] {
        *time += 90;
    }
    for visit in &mut other.visits {
        (visit.arrive_s, visit.start_s) = (visit.arrive_s + 90, visit.start_s + 90);
        visit.leave_s += 90;
    }
    plan.routes.push(other);
    plan.unserved.clear();
    total(&problem, &mut plan);
    assert_eq!(check::plan(&problem, &plan).faults, []);
    // 200 a 260, 290 b 350, home at 550 of 1,000.
    let slack: Vec<i64> = stops(&problem, &plan).iter().map(|note| note.slack_s).collect();
    assert_eq!(slack, [30, 450]);
}

/// A problem with one window a stop and one or two kinds of vehicle, made from a seed.
fn random(seed: u64) -> Problem {
    let mut state = seed | 1;
    let mut below = |most: i64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(state >> 33).unwrap() % most
    };
    let spots: Vec<(i64, i64)> = (0..10).map(|_| (below(2_000), below(2_000))).collect();
    let way = |a: &(i64, i64), b: &(i64, i64)| (a.0 - b.0).abs() + (a.1 - b.1).abs();
    let ways: Vec<i32> = spots
        .iter()
        .flat_map(|a| spots.iter().map(move |b| i32::try_from(way(a, b)).unwrap()))
        .collect();
    let mut problem = Problem::new(1, Profile::new(10, ways.clone(), ways));
    problem.sites = (0..10).map(|place| Site::open(place.to_string(), place)).collect();
    for number in 1..10 {
        let amount = 1 + below(5);
        let mut asked = delivery(&number.to_string(), number, amount, 10 + below(300), 0);
        let from_s = below(9_000);
        asked.stops[0].windows = vec![Window::new(from_s, from_s + 500 + below(6_000))];
        problem.requests.push(asked);
    }
    for id in ["small", "large"].into_iter().take(usize::try_from(1 + below(2)).unwrap()) {
        let mut vehicle = Vehicle::at(id, 0, vec![8 + below(20)], Window::new(0, 20_000));
        vehicle.count = 3;
        vehicle.won_per_h = below(2) * 20_000;
        vehicle.fixed_won = below(500);
        vehicle.max_duration_s = (below(2) == 0).then_some(12_000);
        problem.vehicles.push(vehicle);
    }
    problem
}

fn solved(problem: &Problem) -> Plan {
    let mut solver = Solver::new(problem, Options::default()).unwrap();
    let budget = Budget { iterations: Some(60), ..Budget::default() };
    solver.run(budget, &mut || Duration::ZERO, &mut |_| {})
}

/// Number of faults of the plan if a stop begins later.
pub(crate) fn faults_if_late(problem: &Problem, plan: &Plan, note: &StopNote, by_s: i64) -> usize {
    let ground = Ground::new(problem);
    let docked = ground.docked(plan, Some(note.route));
    let mut plan = plan.clone();
    let tour = &plan.routes[note.route];
    plan.routes[note.route] = stops::delayed(&ground, tour, note.at, by_s, &docked).0;
    total(problem, &mut plan);
    check::plan(problem, &plan).faults.len()
}

/// The plan without a request, its tour driven again.
fn taken_out(problem: &Problem, plan: &Plan, note: &StopNote) -> Plan {
    let mut less = plan.clone();
    let rest = without(&order(plan, note.route), note.request);
    if rest.is_empty() {
        less.routes.remove(note.route);
    } else {
        let docked = timing::Docked::new();
        let vehicle = plan.routes[note.route].vehicle;
        less.routes[note.route] = Ground::new(problem).drive(vehicle, &rest, None, &docked).route;
    }
    less.unserved.push(Unserved { request: note.request, reason: Reason::FleetBusy });
    total(problem, &mut less);
    less
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_stop_may_be_late_by_its_slack_and_not_by_a_second_more(seed in any::<u64>()) {
        let problem = random(seed);
        let plan = solved(&problem);
        prop_assert_eq!(check::plan(&problem, &plan).faults.len(), 0);
        for note in stops(&problem, &plan) {
            prop_assert_eq!(faults_if_late(&problem, &plan, &note, note.slack_s), 0);
            prop_assert!(faults_if_late(&problem, &plan, &note, note.slack_s + 1) > 0);
        }
    }

    #[test]
    fn a_plan_without_a_request_costs_less_by_what_the_request_costs(seed in any::<u64>()) {
        let problem = random(seed);
        let plan = solved(&problem);
        for note in stops(&problem, &plan) {
            let less = taken_out(&problem, &plan, &note);
            let report = check::plan(&problem, &less);
            prop_assert_eq!(report.faults.len(), 0);
            prop_assert_eq!(report.cost_units, i128::from(plan.cost_units - note.request_units));
            prop_assert_eq!(report.distance_m, plan.distance_m - note.request_m);
            // Its old place is one of those tried.
            let best = unserved(&problem, &less, note.request, 1).remove(0);
            prop_assert!(best.misses.is_empty());
            prop_assert!(best.added_units <= note.request_units);
        }
    }
}
