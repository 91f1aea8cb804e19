//! Every plan of the search is judged by the checker, which shares no code with it.

mod explain;

use std::time::Duration;

use proptest::prelude::*;

use super::super::portfolio::portfolio;
use super::super::rng::Rng;
use super::{Budget, Options, Solver};
use crate::check::{self, PlanFault};
use crate::format::{Convention, Format, problem};
use crate::model::*;

fn still() -> impl FnMut() -> Duration {
    || Duration::ZERO
}

fn solve(problem: &Problem, seed: u64, iterations: u64) -> Plan {
    let options = Options { seed, ..Options::default() };
    let mut solver = Solver::new(problem, options).expect("the problem of the test is valid");
    let budget = Budget { iterations: Some(iterations), ..Budget::default() };
    let mut worst = (i64::MAX, i64::MAX);
    let fleet_first = problem.objective == Objective::VehiclesFirst;
    solver.run(budget, &mut still(), &mut |found| {
        let now = (found.unserved_weight, if fleet_first { 0 } else { found.cost_units });
        assert!(now <= worst, "worse than before: {now:?} after {worst:?}");
        worst = now;
    })
}

fn assert_valid(problem: &Problem, plan: &Plan) {
    let report = check::plan(problem, plan);
    // A begun tour that breaks a rule itself cannot be in a plan; the plan says so.
    let impossible = |fault: &PlanFault| match fault {
        PlanFault::Lock { lock } => match &problem.locks[*lock] {
            Lock::Prefix { stops, .. } => {
                stops.iter().any(|s| plan.unserved.iter().any(|u| u.request == s.request))
            }
            _ => false,
        },
        _ => false,
    };
    let faults: Vec<_> = report.faults.iter().filter(|fault| !impossible(fault)).collect();
    assert!(faults.is_empty(), "{faults:?}\n{:?}", problem.locks);
}

/// Which rules a random problem has.
#[expect(clippy::struct_excessive_bools, reason = "every rule alone")]
#[derive(Debug, Clone, Copy, Default)]
struct Spice {
    windows: bool,
    pairs: bool,
    chains: bool,
    pickups: bool,
    docks: bool,
    breaks: bool,
    hours: bool,
    trips: bool,
    goods: bool,
    lifo: bool,
    money: bool,
    limits: bool,
    prizes: bool,
    baseline: bool,
    locks: bool,
    open_ends: bool,
    crooked: bool,
}

impl Spice {
    fn draw(rng: &mut Rng) -> Self {
        let mut coin = || rng.below(4) == 0;
        Self {
            windows: !coin(),
            pairs: coin(),
            chains: coin(),
            pickups: coin(),
            docks: coin(),
            breaks: coin(),
            hours: coin(),
            trips: coin(),
            goods: coin(),
            lifo: coin(),
            money: coin(),
            limits: coin(),
            prizes: coin(),
            baseline: coin(),
            locks: coin(),
            open_ends: coin(),
            crooked: coin(),
        }
    }
}

fn random(seed: u64, spice: Spice) -> Problem {
    let mut rng = Rng::new(seed);
    let places = 6 + rng.below(12) as usize;
    let mut problem = Problem::new(1 + rng.below(2) as usize, ways(&mut rng, places, spice));
    problem.sites = (0..places).map(|i| site(&mut rng, i, spice)).collect();
    let requests = 4 + rng.below(16) as usize;
    problem.requests = (0..requests).map(|i| request(&mut rng, i, &problem, spice)).collect();
    let vehicles = 1 + rng.below(4) as usize;
    problem.vehicles = (0..vehicles).map(|i| vehicle(&mut rng, i, &problem, spice)).collect();
    problem.objective =
        [Objective::Cost, Objective::Distance, Objective::VehiclesFirst][rng.below(3) as usize];
    if spice.baseline {
        problem.baseline = Some(Baseline {
            vehicle_of: (0..requests)
                .map(|_| (rng.below(3) > 0).then(|| rng.below(vehicles as u32) as usize))
                .collect(),
            won_per_move: i64::from(rng.below(5000)),
        });
    }
    if spice.pickups && rng.below(2) == 0 && !spice.pairs && !spice.chains {
        problem.rules.deliveries_first = true;
        problem.rules.pickup_only_trips = rng.below(2) == 0;
    }
    if spice.locks {
        locks(&mut rng, &mut problem);
    }
    problem
}

fn ways(rng: &mut Rng, places: usize, spice: Spice) -> Profile {
    let spots: Vec<(i64, i64)> =
        (0..places).map(|_| (i64::from(rng.below(2000)), i64::from(rng.below(2000)))).collect();
    let mut metres = vec![0; places * places];
    let mut seconds = vec![0; places * places];
    for a in 0..places {
        for b in (0..places).filter(|b| *b != a) {
            let way = (spots[a].0 - spots[b].0).abs() + (spots[a].1 - spots[b].1).abs();
            let bend = if spice.crooked { i64::from(rng.below(3000)) } else { 0 };
            metres[a * places + b] = (way + bend) as i32;
            seconds[a * places + b] = (way + if spice.crooked { bend / 2 } else { 0 }) as i32;
        }
    }
    let mut profile = Profile::new(places, metres, seconds);
    if spice.hours {
        profile.hour_speed_permille = (0..24).map(|_| 400 + rng.below(1200)).collect();
    }
    profile
}

fn site(rng: &mut Rng, place: usize, spice: Spice) -> Site {
    let mut site = Site::open(format!("site {place}"), place);
    if spice.docks && rng.below(2) == 0 {
        site.docks = Some(1 + rng.below(2));
    }
    if spice.windows && rng.below(6) == 0 {
        let begin = i64::from(rng.below(10_000));
        site.hours = vec![Window::new(begin, begin + 15_000), Window::new(begin + 16_000, 90_000)];
    }
    site
}

fn stop(rng: &mut Rng, kind: StopKind, problem: &Problem, spice: Spice, amounts: &[i64]) -> Stop {
    let mut windows = Vec::new();
    if spice.windows && rng.below(2) == 0 {
        let begin = i64::from(rng.below(20_000));
        windows.push(Window::new(begin, begin + 1000 + i64::from(rng.below(10_000))));
        if rng.below(3) == 0 {
            windows.push(Window::new(begin + 14_000, begin + 18_000));
        }
    }
    Stop {
        kind,
        site: rng.below(problem.sites.len() as u32) as usize,
        windows,
        service_s: i64::from(rng.below(900)),
        amounts: amounts.to_vec(),
    }
}

fn request(rng: &mut Rng, number: usize, problem: &Problem, spice: Spice) -> Request {
    let amounts: Vec<i64> = (0..problem.dimensions).map(|_| i64::from(rng.below(20))).collect();
    let kinds: &[StopKind] = match rng.below(4) {
        0 if spice.pairs => &[StopKind::Pickup, StopKind::Delivery],
        1 if spice.chains => [
            &[StopKind::Pickup, StopKind::Delivery, StopKind::Pickup][..],
            &[StopKind::Delivery, StopKind::Pickup],
        ][rng.below(2) as usize],
        2 if spice.pickups => &[StopKind::Pickup],
        _ => &[StopKind::Delivery],
    };
    let stops = kinds.iter().map(|kind| stop(rng, *kind, problem, spice, &amounts)).collect();
    let mut request = Request::new(format!("request {number}"), stops);
    if spice.prizes && rng.below(2) == 0 {
        request.prize_won = Some(i64::from(rng.below(5_000)));
    }
    request.priority = rng.below(3) as u8;
    if spice.goods {
        request.goods_class = Some(rng.below(3) as u8);
        request.incompatible_classes = u64::from(rng.below(8) & rng.below(8));
        request.needs = u64::from(rng.below(4) & rng.below(4));
        request.for_hire = rng.below(4) == 0;
    }
    request.lifo = spice.lifo && rng.below(2) == 0;
    if spice.trips && rng.below(3) == 0 {
        request.release_s = i64::from(rng.below(8_000));
    }
    request
}

fn vehicle(rng: &mut Rng, number: usize, problem: &Problem, spice: Spice) -> Vehicle {
    let capacity = (0..problem.dimensions).map(|_| 30 + i64::from(rng.below(60))).collect();
    let shift = Window::new(i64::from(rng.below(2000)), 30_000 + i64::from(rng.below(30_000)));
    let mut vehicle = Vehicle::at(format!("vehicle {number}"), 0, capacity, shift);
    vehicle.count = if spice.locks { 1 } else { 1 + rng.below(3) };
    vehicle.skills = u64::from(rng.below(4));
    vehicle.hire_allowed = rng.below(3) > 0;
    if spice.open_ends {
        vehicle.start = (rng.below(2) == 0).then_some(1);
        vehicle.end = (rng.below(2) == 0).then_some(2);
    }
    if spice.money {
        vehicle.fixed_won = i64::from(rng.below(2000));
        vehicle.won_per_km = 100 + i64::from(rng.below(2000));
        vehicle.won_per_h = i64::from(rng.below(2000));
    }
    if spice.limits {
        vehicle.max_duration_s = Some(8_000 + i64::from(rng.below(20_000)));
        vehicle.max_distance_m = Some(6_000 + i64::from(rng.below(20_000)));
    }
    if spice.breaks {
        let begin = 4_000 + i64::from(rng.below(6_000));
        let window = Window::new(begin, begin + 4_000);
        vehicle.breaks = vec![Break { window, duration_s: 600 + i64::from(rng.below(1200)) }];
    }
    if spice.trips {
        vehicle.reload = Some(Reload {
            sites: if rng.below(2) == 0 { vec![0] } else { vec![0, 3] },
            service_s: i64::from(rng.below(600)),
            max_trips: 1 + rng.below(4),
        });
    }
    vehicle
}

fn locks(rng: &mut Rng, problem: &mut Problem) {
    let vehicles = problem.vehicles.len() as u32;
    let mut request = 0;
    if rng.below(2) == 0 {
        let vehicle = rng.below(vehicles) as usize;
        let start_s = (rng.below(2) == 0).then_some(3_000);
        let stops = vec![ExecutedStop { request, stop: 0, start_s }];
        problem.locks.push(Lock::Prefix { vehicle, stops });
    }
    request += 1;
    let vehicle = rng.below(vehicles) as usize;
    problem.locks.push(match rng.below(4) {
        0 => Lock::OnVehicle { request, vehicle },
        1 => Lock::NotOnVehicle { request, vehicle },
        2 => Lock::NotBefore { request, stop: 0, at_s: 9_000 },
        _ => Lock::NotAfter { request, stop: 0, at_s: 9_000 },
    });
    if rng.below(2) == 0 {
        problem.locks.push(Lock::Order { earlier: 2, later: 3 });
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Whatever the rules, no plan breaks one, and all its figures are right.
    #[test]
    fn every_plan_passes_the_independent_checker(seed in any::<u64>()) {
        let spice = Spice::draw(&mut Rng::new(seed ^ 0xABCD));
        let problem = random(seed, spice);
        problem.validate().expect("the generator makes valid problems");
        let plan = solve(&problem, seed, 150);
        assert_valid(&problem, &plan);
    }

    /// The same without any rich rule: the constant-time tests alone are exact.
    #[test]
    fn plans_of_the_constant_time_tests_pass_the_checker(seed in any::<u64>()) {
        let mut rng = Rng::new(seed ^ 0x1234);
        let mut spice = Spice { pickups: rng.below(2) == 0, ..Spice::default() };
        match rng.below(4) {
            0 => spice.trips = true,
            1 => (spice.money, spice.limits) = (true, true),
            2 => spice.pairs = true,
            _ => spice.crooked = true,
        }
        let mut problem = random(seed, spice);
        for stop in problem.requests.iter_mut().flat_map(|r| &mut r.stops) {
            let begin = i64::from(rng.below(20_000));
            stop.windows = vec![Window::new(begin, begin + 8_000)];
        }
        let plan = solve(&problem, seed, 300);
        assert_valid(&problem, &plan);
    }

    #[test]
    fn the_same_seed_and_iterations_give_the_same_plan(seed in any::<u64>()) {
        let problem = random(seed, Spice::draw(&mut Rng::new(seed)));
        prop_assert_eq!(solve(&problem, 5, 60), solve(&problem, 5, 60));
    }
}

#[test]
fn going_on_never_makes_the_plan_worse() {
    let spice = Spice { windows: true, ..Spice::default() };
    for seed in 0..20 {
        let mut problem = random(seed, spice);
        problem.objective = Objective::Distance;
        let mut solver = Solver::new(&problem, Options::default()).expect("valid");
        let budget = Budget { iterations: Some(100), ..Budget::default() };
        let mut last = (usize::MAX, i64::MAX);
        for _ in 0..5 {
            let plan = solver.run(budget, &mut still(), &mut |_| {});
            let now = (plan.unserved.len(), plan.distance_m);
            assert!(now.0 < last.0 || now <= last, "{now:?} after {last:?}");
            last = now;
        }
    }
}

#[test]
fn a_request_that_fits_no_vehicle_says_why() {
    let mut problem = random(3, Spice::default());
    problem.vehicles.iter_mut().for_each(|v| (v.skills, v.hire_allowed) = (1, false));
    problem.requests[0].stops[0].amounts[0] = 10_000;
    problem.requests[1].needs = 4;
    problem.requests[2].for_hire = true;
    problem.requests[3].stops[0].windows = vec![Window::new(0, 0)];
    problem.requests[3].stops[0].site = 5;
    problem.vehicles.iter_mut().for_each(|v| v.shift.from_s = 10);
    let plan = solve(&problem, 1, 50);
    let why = |request| plan.unserved.iter().find(|u| u.request == request).map(|u| u.reason);
    assert_eq!(why(0), Some(Reason::Capacity(0)));
    assert_eq!(why(1), Some(Reason::Skills));
    assert_eq!(why(2), Some(Reason::Hire));
    assert_eq!(why(3), Some(Reason::Window));
    assert_valid(&problem, &plan);
}

#[test]
fn problems_with_nothing_in_them_give_plans_with_nothing_in_them() {
    let mut problem = Problem::new(1, Profile::new(1, vec![0], vec![0]));
    problem.sites.push(Site::open("depot", 0));
    assert!(solve(&problem, 1, 10).routes.is_empty());
    problem.requests = random(1, Spice::default()).requests;
    for stop in problem.requests.iter_mut().flat_map(|r| &mut r.stops) {
        stop.site = 0;
        stop.amounts.truncate(1);
    }
    let plan = solve(&problem, 1, 10);
    assert_eq!(plan.unserved.len(), problem.requests.len());
    assert!(plan.unserved.iter().all(|u| u.reason == Reason::NoVehicle));
}

#[test]
fn numbers_that_are_too_large_or_negative_are_refused_by_name() {
    let good = random(1, Spice::default());
    let refused = |change: &dyn Fn(&mut Problem), part: &str| {
        let mut problem = good.clone();
        change(&mut problem);
        let error = Solver::new(&problem, Options::default()).err().map(|e| e.to_string());
        assert!(error.as_ref().is_some_and(|e| e.contains(part)), "{part}: {error:?}");
    };
    refused(&|p| p.profiles[0].distance_m[1] = -1, "distance from place 0 to place 1 is -1");
    refused(&|p| p.profiles[0].duration_s[0] = 5, "0 on the diagonal");
    refused(&|p| p.profiles[0].distance_m.truncate(3), "distance has 3 entries");
    refused(&|p| p.requests[1].id = p.requests[0].id.clone(), "two requests are called");
    refused(&|p| p.requests[0].stops[0].site = 99, "site 99 does not exist");
    refused(&|p| p.requests[0].stops[0].amounts[0] = i64::MAX, "amount is 9223372036854775807");
    refused(&|p| p.requests[0].stops[0].service_s = i64::MAX, "service_s is");
    refused(&|p| p.vehicles[0].won_per_km = -5, "won_per_km is -5");
    refused(&|p| p.vehicles[0].shift = Window::new(9, 3), "ends at 3 s, before it begins");
    refused(&|p| p.requests[0].stops.clear(), "no stop of a request");
    refused(&|p| p.dimensions = 9, "9 dimensions of the load, at most 4");
}

#[test]
fn a_search_from_a_plan_begins_no_worse_and_survives_a_lost_vehicle() {
    for seed in 0..60 {
        let spice = Spice { locks: false, ..Spice::draw(&mut Rng::new(seed)) };
        let mut problem = random(seed, spice);
        let before = solve(&problem, seed, 100);
        let resumed = Solver::resume(&problem, Options::default(), &before).expect("valid").plan();
        assert_valid(&problem, &resumed);
        assert!(
            spice.docks || resumed.unserved.len() <= before.unserved.len(),
            "seed {seed}: {} out after {}",
            resumed.unserved.len(),
            before.unserved.len()
        );
        problem.vehicles[0].count -= 1;
        let event = Solver::resume(&problem, Options::default(), &before).expect("valid").plan();
        assert_valid(&problem, &event);
    }
}

#[test]
fn a_portfolio_gives_the_same_plan_every_time_and_none_worse_than_its_first_search() {
    let mut problem = random(11, Spice { windows: true, ..Spice::default() });
    problem.objective = Objective::Distance;
    let budget = Budget { iterations: Some(80), ..Budget::default() };
    let run = |threads| {
        portfolio(&problem, Options::default(), budget, threads, &|| Duration::ZERO).expect("valid")
    };
    let three = run(3);
    assert_eq!(three, run(3));
    assert_valid(&problem, &three);
    let key = |plan: &Plan| (plan.unserved.len(), plan.distance_m);
    assert!(key(&three) <= key(&run(1)));
}

/// The folder of the instances, which are not part of the repository.
#[expect(clippy::print_stderr, reason = "a test that was left out says so")]
fn shared() -> Option<std::path::PathBuf> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared");
    let root =
        std::env::var_os("SANDAN_SHARED").map_or_else(|| beside.into(), std::path::PathBuf::from);
    let folder = root.join("data/vrp");
    if folder.join("bks.csv").exists() {
        return Some(folder);
    }
    eprintln!("skipped: no instances in {} (set SANDAN_SHARED)", folder.display());
    None
}

/// One instance of every set: after a few thousand iterations the plan is valid for the checker of
/// the model and for that of the instance, and not far from the best known.
#[test]
fn instances_of_every_set_are_solved_within_a_tenth_of_the_best_known() {
    let Some(folder) = shared() else { return };
    let set = [
        ("solomon/R101.txt", Convention::Exact, Objective::VehiclesFirst, 1650.80),
        ("lilim/lr112.txt", Convention::Exact, Objective::VehiclesFirst, 1003.77),
        ("cvrp/X-n153-k22.vrp", Convention::Rounded, Objective::Distance, 21_220.0),
        ("mtvrptwr/R203R0.75.vrp", Convention::Tenths, Objective::Distance, 13_947.0),
        ("mdvrptw/PR11A.vrp", Convention::Thousandths, Objective::Distance, 6_655_548.0),
    ];
    for (name, convention, objective, known) in set {
        let text = std::fs::read_to_string(folder.join(name)).expect("the instance is there");
        let instance = Format::guess(&text).read(&text).expect("the instance is well formed");
        let stated = problem(&instance, convention, objective).expect("the instance fits");
        let plan = solve(&stated.problem, 1, 20_000);
        assert_valid(&stated.problem, &plan);
        assert!(plan.unserved.is_empty(), "{name}: {:?}", plan.unserved);
        let report = check::routes(&instance, &stated.solution(&plan), convention);
        assert!(report.faults.is_empty(), "{name}: {:?}", report.faults);
        let value = report.published(instance.family);
        assert!(value < known * 1.1, "{name}: {value} against {known}");
    }
}
