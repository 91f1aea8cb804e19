//! The stored solutions of the literature are plans without a fault; each kind of fault is found.

use super::*;
use crate::check::tests::shared;
use crate::format::{Family, Format, Solution};
use crate::model::{
    Break, ExecutedStop, Lock, Objective, Profile, Reason, Reload, Request, Route, Site, Stop,
    StopKind, Unserved, Vehicle, Visit, Window,
};

/// Drives tours as early as possible, after a start as late as that end allows.
pub(crate) fn drive(problem: &Problem, tours: &[(usize, Vec<VisitKind>)]) -> Plan {
    let routes: Vec<Route> =
        tours.iter().map(|(kind, tour)| tour_of(problem, *kind, tour)).collect();
    Plan {
        distance_m: routes.iter().map(|route| route.distance_m).sum(),
        cost_units: routes.iter().map(|route| route.cost_units).sum(),
        routes,
        unserved: Vec::new(),
        prizes_lost_won: 0,
        change_won: 0,
    }
}

/// Earliest start, service and place of a visit when the vehicle arrives at `arrive_s`.
fn service(problem: &Problem, vehicle: &Vehicle, kind: VisitKind, arrive_s: i64) -> (i64, i64) {
    match kind {
        VisitKind::Stop { request, stop } => {
            let stop = &problem.requests[request].stops[stop];
            let fits = stop.windows.iter().find(|window| window.to_s >= arrive_s);
            (fits.map_or(arrive_s, |window| window.from_s.max(arrive_s)), stop.service_s)
        }
        VisitKind::Reload { .. } => {
            (arrive_s, vehicle.reload.as_ref().map_or(0, |reload| reload.service_s))
        }
        VisitKind::Break { index } => {
            let pause = vehicle.breaks[index];
            (arrive_s.max(pause.window.from_s), pause.duration_s)
        }
    }
}

fn tour_of(problem: &Problem, kind: usize, tour: &[VisitKind]) -> Route {
    let vehicle = &problem.vehicles[kind];
    let profile = &problem.profiles[vehicle.profile];
    let place = |visit: &VisitKind| match *visit {
        VisitKind::Stop { request, stop } => Some(problem.requests[request].stops[stop].site),
        VisitKind::Reload { site } => Some(site),
        VisitKind::Break { .. } => None,
    };
    let released = |from: usize| {
        let trip =
            tour[from..].iter().take_while(|visit| !matches!(visit, VisitKind::Reload { .. }));
        let release = trip.map(|visit| match *visit {
            VisitKind::Stop { request, .. } => problem.requests[request].release_s,
            VisitKind::Reload { .. } | VisitKind::Break { .. } => 0,
        });
        release.max().unwrap_or(0)
    };
    let depot = vehicle.start.map(|site| problem.sites[site].place).unwrap();
    let forward = |start_s: i64| {
        let (mut here, mut now, mut distance_m) = (depot, start_s, 0);
        let mut visits = Vec::new();
        for (at, kind) in tour.iter().enumerate() {
            let there = place(kind).map_or(here, |site| problem.sites[site].place);
            let arrive_s = profile.arrival_s(here, there, now);
            let (mut start_s, service_s) = service(problem, vehicle, *kind, arrive_s);
            if matches!(kind, VisitKind::Reload { .. }) {
                start_s = start_s.max(released(at + 1) - service_s);
            }
            distance_m += profile.metres(here, there);
            (here, now) = (there, start_s + service_s);
            visits.push(Visit { kind: *kind, arrive_s, start_s, leave_s: now });
        }
        let end_s = profile.arrival_s(here, depot, now);
        (visits, end_s, distance_m + profile.metres(here, depot))
    };
    let earliest = vehicle.shift.from_s.max(released(0));
    let (_, end_s, _) = forward(earliest);
    // The latest start with the same end, by halving: leaving later never arrives earlier, and the
    // windows of the literature are single.
    let (mut low, mut high) = (earliest, end_s);
    while vehicle.max_duration_s.is_some() && low < high {
        let middle = low + (high - low + 1) / 2;
        let (visits, end, _) = forward(middle);
        let timely = visits.iter().all(|visit| match visit.kind {
            VisitKind::Stop { request, stop } => problem.requests[request].stops[stop]
                .windows
                .iter()
                .all(|window| window.to_s >= visit.start_s),
            VisitKind::Reload { .. } | VisitKind::Break { .. } => true,
        });
        if timely && end <= end_s { low = middle } else { high = middle - 1 }
    }
    let (visits, end_s, distance_m) = forward(low);
    let duration_s = end_s - low;
    let cost_units = crate::model::cost_units(vehicle, distance_m, duration_s);
    Route { vehicle: kind, start_s: low, end_s, visits, distance_m, cost_units }
}

/// Proves that the model means what the literature means: each stored solution, stated as a plan of
/// the converted problem, has no fault here and comes to the same length as the plain checker counts.
#[test]
fn stored_solutions_are_plans_without_a_fault() {
    let Some(folder) = shared() else { return };
    let mut judged = 0;
    for family in ["cvrp", "hfvrp", "mtvrptwr", "mdvrptw", "vrpb", "homberger"] {
        for path in
            std::fs::read_dir(folder.join(family)).unwrap().map(|entry| entry.unwrap().path())
        {
            let name = path.to_string_lossy().into_owned();
            let Some(stem) = name.strip_suffix(".sol") else { continue };
            let text = |path: &str| std::fs::read_to_string(path).unwrap();
            let solution = Solution::read(&text(&name)).unwrap();
            let (file, convention) = match stem.strip_suffix(".dimacs") {
                Some(stem) => (format!("{stem}.txt"), Some(crate::format::Convention::Tenths)),
                None => (format!("{stem}.vrp"), None),
            };
            let text = text(&file);
            let instance = Format::guess(&text).read(&text).unwrap();
            let convention = convention.unwrap_or(instance.family.convention());
            let stated = crate::format::problem(&instance, convention, Objective::Cost).unwrap();
            stated.problem.validate().unwrap();
            let plan = drive(&stated.problem, &tours(&stated, &instance, &solution));
            let report = super::plan(&stated.problem, &plan);
            assert_eq!(report.faults, [], "{name}");
            let plain = crate::check::routes(&instance, &solution, convention);
            #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
            let counted = report.distance_m as f64;
            assert!((counted - plain.distance).abs() < 0.5, "{name}");
            if instance.family == Family::Hfvrp {
                #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
                let won = (report.cost_units / 18_000) as f64;
                assert!((won - plain.cost).abs() < 0.5, "{name}");
            }
            // And back: the plan's plain routes are the routes of the file.
            let again = stated.solution(&plan);
            let filled = solution.routes.iter().filter(|route| !route.is_empty());
            assert!(again.routes.iter().eq(filled), "{name}");
            judged += 1;
        }
    }
    assert_eq!(judged, 42);
}

fn tours(
    stated: &crate::format::Converted,
    instance: &crate::format::Instance,
    solution: &Solution,
) -> Vec<(usize, Vec<VisitKind>)> {
    let mut visit_of = BTreeMap::new();
    for (request, chain) in stated.nodes.iter().enumerate() {
        for (stop, node) in chain.iter().enumerate() {
            visit_of.insert(*node, VisitKind::Stop { request, stop });
        }
    }
    let visit = |node: &usize| {
        if *node < instance.depots { VisitKind::Reload { site: *node } } else { visit_of[node] }
    };
    let used =
        solution.routes.iter().zip(&solution.vehicles).filter(|(route, _)| !route.is_empty());
    used.map(|(route, vehicle)| {
        let kind = stated.first.partition_point(|first| first <= vehicle) - 1;
        (kind, route.iter().map(visit).collect())
    })
    .collect()
}

const DEPOT: usize = 0;

/// A depot and three places on a line, 1,000 m and 100 s apart; two requests.
fn line() -> Problem {
    let at = |place: usize| 1_000 * i32::try_from(place).unwrap();
    let metres: Vec<i32> =
        (0..4).flat_map(|a| (0..4).map(move |b| (at(a) - at(b)).abs())).collect();
    let seconds = metres.iter().map(|metres| metres / 10).collect();
    let mut problem = Problem::new(1, Profile::new(4, metres, seconds));
    problem.sites = (0..4).map(|place| Site::open(place.to_string(), place)).collect();
    let stop = |kind, site, amount| Stop {
        kind,
        site,
        windows: Vec::new(),
        service_s: 60,
        amounts: vec![amount],
    };
    problem.requests = vec![
        Request::new("delivery", vec![stop(StopKind::Delivery, 1, 4)]),
        Request::new("pair", vec![stop(StopKind::Pickup, 2, 5), stop(StopKind::Delivery, 3, 5)]),
        Request::new("pickup", vec![stop(StopKind::Pickup, 3, 3)]),
    ];
    let mut vehicle = Vehicle::at("van", DEPOT, vec![10], Window::new(0, 10_000));
    vehicle.won_per_h = 20_000;
    vehicle.fixed_won = 7;
    problem.vehicles = vec![vehicle];
    problem
}

const fn at(request: usize, stop: usize) -> VisitKind {
    VisitKind::Stop { request, stop }
}

/// Deliver, load, pick up, unload.
fn tour() -> Vec<VisitKind> {
    vec![at(0, 0), at(1, 0), at(2, 0), at(1, 1)]
}

/// A change, and the fault that must be found after it.
type Case<T> = (fn(&mut T), PlanFault);

/// What is found in the good plan of a problem that was made stricter.
fn with(change: impl FnOnce(&mut Problem)) -> Vec<PlanFault> {
    let plan = drive(&line(), &[(0, tour())]);
    let mut problem = line();
    change(&mut problem);
    super::plan(&problem, &plan).faults
}

/// What is found in a plan that was falsified.
fn falsified(change: impl FnOnce(&mut Plan)) -> Vec<PlanFault> {
    let mut plan = drive(&line(), &[(0, tour())]);
    change(&mut plan);
    super::plan(&line(), &plan).faults
}

#[test]
fn a_good_plan_has_no_fault() {
    let plan = drive(&line(), &[(0, tour())]);
    let report = super::plan(&line(), &plan);
    assert_eq!(report.faults, []);
    assert_eq!(report.distance_m, 6_000);
    // 7 won, 6 km at 1,000 won, 840 s at 20,000 won an hour.
    assert_eq!(report.cost_units, (7 + 6_000) * 18_000 + 840 * 20_000 * 5);
}

#[test]
fn stricter_problems_refuse_the_plan() {
    let strict: &[Case<Problem>] = &[
        (
            |p| p.requests[1].stops[0].windows = vec![Window::new(0, 10)],
            PlanFault::Window { route: 0, at: 1 },
        ),
        (|p| p.sites[1].hours = vec![Window::new(0, 120)], PlanFault::Closed { route: 0, at: 0 }),
        (|p| p.vehicles[0].shift.to_s = 839, PlanFault::Shift { route: 0 }),
        (
            |p| p.vehicles[0].max_duration_s = Some(839),
            PlanFault::Duration { route: 0, duration_s: 840, most_s: 839 },
        ),
        (
            |p| p.vehicles[0].max_distance_m = Some(5_999),
            PlanFault::Distance { route: 0, distance_m: 6_000, most_m: 5_999 },
        ),
        (
            |p| p.vehicles[0].capacity = vec![7],
            PlanFault::Load { route: 0, at: 2, dimension: 0, load: 8, capacity: 7 },
        ),
        (
            |p| (p.requests[2].needs, p.vehicles[0].skills) = (2, 1),
            PlanFault::Skills { route: 0, request: 2 },
        ),
        (
            |p| (p.requests[2].for_hire, p.vehicles[0].hire_allowed) = (true, false),
            PlanFault::Hire { route: 0, request: 2 },
        ),
        (
            |p| {
                p.requests[0].goods_class = Some(3);
                p.requests[1].incompatible_classes = 1 << 3;
            },
            PlanFault::Goods { route: 0, request: 1, other: 0 },
        ),
        (|p| p.requests[1].lifo = true, PlanFault::Lifo { route: 0, request: 1, other: 2 }),
        (
            |p| p.requests[0].release_s = 5,
            PlanFault::Release { route: 0, request: 0, release_s: 5, start_s: 0 },
        ),
        (
            |p| p.vehicles[0].breaks = vec![Break { window: Window::new(0, 10), duration_s: 5 }],
            PlanFault::BreakMissing { route: 0, index: 0 },
        ),
        (
            |p| p.locks = vec![Lock::NotAfter { request: 1, stop: 1, at_s: 300 }],
            PlanFault::Lock { lock: 0 },
        ),
        (
            |p| p.locks = vec![Lock::NotBefore { request: 0, stop: 0, at_s: 101 }],
            PlanFault::Lock { lock: 0 },
        ),
        (|p| p.locks = vec![Lock::Order { earlier: 1, later: 0 }], PlanFault::Lock { lock: 0 }),
        (
            |p| p.locks = vec![Lock::NotOnVehicle { request: 2, vehicle: 0 }],
            PlanFault::Lock { lock: 0 },
        ),
        (
            |p| {
                let stops = vec![ExecutedStop { request: 1, stop: 0, start_s: None }];
                p.locks = vec![Lock::Prefix { vehicle: 0, stops }];
            },
            PlanFault::Lock { lock: 0 },
        ),
    ];
    for (number, (change, fault)) in strict.iter().enumerate() {
        assert_eq!(with(change), std::slice::from_ref(fault), "case {number}");
    }
}

#[test]
fn falsified_plans_are_refused() {
    let wrong: &[Case<Plan>] = &[
        (
            |p| p.routes[0].visits[1].arrive_s -= 1,
            PlanFault::TooSoon { route: 0, at: 1, arrive_s: 259, earliest_s: 260 },
        ),
        (
            |p| p.routes[0].end_s -= 1,
            PlanFault::EndTooSoon { route: 0, end_s: 839, earliest_s: 840 },
        ),
        (|p| p.routes[0].visits[0].start_s -= 1, PlanFault::BeforeArrival { route: 0, at: 0 }),
        (
            |p| p.routes[0].visits[0].leave_s -= 1,
            PlanFault::Service { route: 0, at: 0, wanted_s: 60 },
        ),
        (|p| p.routes[0].vehicle = 9, PlanFault::NoVehicle { route: 0, vehicle: 9 }),
        (|p| p.routes[0].visits[0].kind = at(0, 7), PlanFault::NoSuchVisit { route: 0, at: 0 }),
        (|p| p.routes[0].visits[0].kind = at(2, 0), PlanFault::Twice { request: 2, stop: 0 }),
        (|p| p.routes[0].visits[0].kind = at(2, 0), PlanFault::Missing { request: 0 }),
        (|p| p.routes[0].visits[3].kind = at(2, 0), PlanFault::Partly { request: 1 }),
        (|p| p.routes[0].visits.swap(1, 3), PlanFault::Disordered { request: 1 }),
        (
            |p| p.unserved.push(Unserved { request: 0, reason: Reason::FleetBusy }),
            PlanFault::ServedAndListed { request: 0 },
        ),
        (
            |p| p.unserved.push(Unserved { request: 9, reason: Reason::FleetBusy }),
            PlanFault::NoRequest { request: 9 },
        ),
        (
            |p| p.routes.push(p.routes[0].clone()),
            PlanFault::TooManyVehicles { vehicle: 0, used: 2, count: 1 },
        ),
        (|p| p.distance_m = 1, PlanFault::Figure { what: "distance_m", said: 1, counted: 6_000 }),
        (
            |p| p.routes[0].cost_units = 1,
            PlanFault::RouteFigure { route: 0, what: "cost_units", said: 1, counted: 192_126_000 },
        ),
    ];
    for (number, (change, fault)) in wrong.iter().enumerate() {
        let faults = falsified(change);
        assert!(faults.contains(fault), "case {number}: {faults:?}");
    }
}

/// Backhaul rules: a lone pickup before a lone delivery, and a trip with lone pickups only.
#[test]
fn backhauls_come_last_and_not_alone() {
    let mut problem = line();
    problem.rules.deliveries_first = true;
    problem.rules.pickup_only_trips = false;
    assert_eq!(with(|strict| strict.rules = problem.rules), []);
    let plan = drive(&problem, &[(0, vec![at(1, 0), at(1, 1), at(2, 0), at(0, 0)])]);
    let first = PlanFault::PickupFirst { route: 0, at: 3 };
    assert_eq!(super::plan(&problem, &plan).faults, [first]);
    problem.vehicles[0].count = 2;
    let plan = drive(&problem, &[(0, vec![at(0, 0), at(1, 0), at(1, 1)]), (0, vec![at(2, 0)])]);
    assert_eq!(super::plan(&problem, &plan).faults, [PlanFault::PickupsOnly { route: 1 }]);
}

/// Two vehicles at a site with one dock: one second of overlap is found, touching is none.
#[test]
fn docks_are_counted_to_the_second() {
    let mut problem = line();
    problem.vehicles[0].count = 2;
    problem.sites[3].docks = Some(1);
    problem.requests.truncate(1);
    problem.requests[0].stops[0].site = 3;
    let mut second = problem.requests[0].clone();
    second.id = "second".to_owned();
    problem.requests.push(second);
    let mut plan = drive(&problem, &[(0, vec![at(0, 0)]), (0, vec![at(1, 0)])]);
    let shift = |plan: &mut Plan, by: i64| {
        let route = &mut plan.routes[1];
        route.visits[0].start_s += by;
        route.visits[0].leave_s += by;
        route.end_s += by;
        let more = by * 20_000 * 5;
        route.cost_units += more;
        plan.cost_units += more;
    };
    shift(&mut plan, 59);
    let fault = PlanFault::Docks { site: 3, at_s: 359, docks: 1, vehicles: 2 };
    assert_eq!(super::plan(&problem, &plan).faults, [fault]);
    shift(&mut plan, 1);
    assert_eq!(super::plan(&problem, &plan).faults, []);
}

/// Two trips: the reload must be allowed, not too often, and not part a pair.
#[test]
fn trips_are_judged_one_by_one() {
    let reload = VisitKind::Reload { site: DEPOT };
    let mut problem = line();
    let tours = [(0, vec![at(0, 0), reload, at(1, 0), at(1, 1), at(2, 0)])];
    let plan = drive(&problem, &tours);
    let faults = super::plan(&problem, &plan).faults;
    let trips = PlanFault::Trips { route: 0, trips: 2, most: 1 };
    assert_eq!(faults, [PlanFault::Reload { route: 0, at: 1 }, trips]);
    problem.vehicles[0].reload = Some(Reload { sites: vec![DEPOT], service_s: 30, max_trips: 2 });
    let plan = drive(&problem, &tours);
    assert_eq!(super::plan(&problem, &plan).faults, []);
    let parted = [(0, vec![at(0, 0), at(1, 0), reload, at(1, 1), at(2, 0)])];
    let plan = drive(&problem, &parted);
    let faults = super::plan(&problem, &plan).faults;
    assert!(faults.contains(&PlanFault::PartedTrips { request: 1 }), "{faults:?}");
}

/// An hour at half speed takes twice as long, and a break is driven around.
#[test]
fn slow_hours_and_breaks_take_time() {
    let mut problem = line();
    problem.profiles[0].hour_speed_permille = vec![500; 24];
    problem.vehicles[0].breaks = vec![Break { window: Window::new(0, 1_000), duration_s: 600 }];
    let mut visits = tour();
    visits.insert(2, VisitKind::Break { index: 0 });
    let plan = drive(&problem, &[(0, visits)]);
    assert_eq!(plan.routes[0].end_s, 1_200 + 240 + 600);
    assert_eq!(super::plan(&problem, &plan).faults, []);
    problem.vehicles[0].breaks[0].window.to_s = 100;
    let fault = PlanFault::BreakWindow { route: 0, at: 2 };
    assert_eq!(super::plan(&problem, &plan).faults, [fault]);
}
