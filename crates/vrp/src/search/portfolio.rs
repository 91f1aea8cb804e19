//! Several searches side by side, merged the same way every time.

use std::time::Duration;

use crate::model::{Objective, Plan, Problem, ProblemError};

use super::solver::{Budget, Options, Solver};

/// Most searches side by side.
pub const THREADS: usize = 256;

/// Searches with the seeds `seed .. seed + threads`, each with the whole budget, and gives the best
/// plan; of equals the one of the smallest seed. With a budget of iterations the plan depends on
/// the problem, the options and the number of searches alone. `clock` is asked by all threads.
///
/// # Errors
/// What [`Problem::validate`] finds.
pub fn portfolio(
    problem: &Problem,
    options: Options,
    budget: Budget,
    threads: usize,
    clock: &(dyn Fn() -> Duration + Sync),
) -> Result<Plan, ProblemError> {
    problem.validate()?;
    let search = |number: usize| -> Result<(_, Plan), ProblemError> {
        let seed = options.seed.wrapping_add(number as u64);
        let mut solver = Solver::new(problem, Options { seed, ..options })?;
        let plan = solver.run(budget, &mut || clock(), &mut |_| {});
        let first = problem.objective == Objective::VehiclesFirst;
        let tours = if first { plan.routes.len() } else { 0 };
        Ok(((solver.best.worth.unserved, tours, solver.best.worth.cost, number), plan))
    };
    let threads = threads.clamp(1, THREADS);
    if threads == 1 {
        return search(0).map(|(_, plan)| plan);
    }
    let mut found = std::thread::scope(|scope| {
        let search = &search;
        let running: Vec<_> =
            (0..threads).map(|number| scope.spawn(move || search(number))).collect();
        let results = running.into_iter().filter_map(|thread| thread.join().ok());
        results.collect::<Result<Vec<_>, _>>()
    })?;
    found.sort_by_key(|(worth, _)| *worth);
    match found.into_iter().next() {
        Some((_, plan)) => Ok(plan),
        // Every thread ended early: search here.
        None => search(0).map(|(_, plan)| plan),
    }
}
