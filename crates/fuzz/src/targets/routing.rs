//! Instances, plans and VROOM's JSON; what is read is also solved for a moment, and the plan judged.

use vrp::format::{Format, Instance, PlanFile, Solution, vroom};
use vrp::model::{Objective, Problem};
use vrp::search::{Budget, Options, Solver};

use super::Signature;

/// Stops up to which an instance is solved.
const STOPS_MAX: usize = 40;
/// Vehicles up to which an instance is solved.
const VEHICLES_MAX: u64 = 200;
/// Iterations of a search.
const ITERATIONS: u64 = 30;

/// A text as each of the formats, and as a `.sol` file.
pub(super) fn instance(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return Signature::new("no text").value() };
    let mut signature = Signature::new("instance");
    for format in [Format::Solomon, Format::Lilim, Format::Vrplib] {
        signature = match format.read(text) {
            Ok(instance) => read(&instance, signature.count(instance.nodes.len())),
            Err(wrong) => signature.text(&wrong.what),
        };
    }
    match Solution::read(text) {
        Ok(solution) => signature.count(solution.routes.len()).value(),
        Err(wrong) => signature.text(&wrong.what).value(),
    }
}

fn read(instance: &Instance, signature: Signature) -> Signature {
    let convention = instance.family.convention();
    let alone = instance.customers().map(|customer| vec![customer]).collect();
    let report = vrp::check::routes(instance, &Solution::in_order(alone), convention);
    let signature = signature.count(report.faults.len());
    match vrp::format::problem(instance, convention, Objective::Cost) {
        Ok(stated) => solve(&stated.problem, signature),
        Err(wrong) => signature.text(&wrong.to_string()),
    }
}

/// Whatever the problem: it is refused with words, or its plan has no fault.
fn solve(problem: &Problem, signature: Signature) -> Signature {
    let stops: usize = problem.requests.iter().map(|request| request.stops.len()).sum();
    let vehicles: u64 = problem.vehicles.iter().map(|vehicle| u64::from(vehicle.count)).sum();
    if stops > STOPS_MAX || vehicles > VEHICLES_MAX {
        return signature.text("large");
    }
    let mut solver = match Solver::new(problem, Options::default()) {
        Ok(solver) => solver,
        Err(wrong) => return signature.text(&wrong.to_string()),
    };
    let budget = Budget { iterations: Some(ITERATIONS), ..Budget::default() };
    let plan = solver.run(budget, &mut || std::time::Duration::ZERO, &mut |_| ());
    let report = vrp::check::plan(problem, &plan);
    assert_eq!(report.faults, [], "a plan that is not possible");
    signature.count(plan.routes.len()).count(plan.unserved.len())
}

/// VROOM's input.
pub(super) fn of_vroom(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return Signature::new("no text").value() };
    let stated = vroom::Input::read(text).and_then(vroom::problem);
    match stated {
        Ok(stated) => solve(&stated.problem, Signature::new("vroom")).value(),
        Err(wrong) => Signature::failed(&wrong),
    }
}

/// The file of a plan, judged on an instance of two customers.
pub(super) fn plan(input: &[u8]) -> u64 {
    const INSTANCE: &str = "2 10 1\n0 0 0 0 0 99 0 0 0\n1 3 4 5 0 99 1 0 2\n2 6 8 -5 0 99 1 1 0\n";
    let Ok(text) = std::str::from_utf8(input) else { return Signature::new("no text").value() };
    let instance = Format::Lilim.read(INSTANCE).expect("a good instance");
    match PlanFile::read(text) {
        Ok(file) => {
            let convention = instance.family.convention();
            let report = vrp::check::routes(&instance, &file.solution(), convention);
            let signature = Signature::new("plan").count(report.faults.len());
            match report.faults.first() {
                Some(fault) => signature.text(&fault.to_string()).value(),
                None => signature.value(),
            }
        }
        Err(wrong) => Signature::failed(&wrong),
    }
}
