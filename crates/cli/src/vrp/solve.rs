//! `sandan vrp solve`.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ::vrp::format::vroom;
use ::vrp::model::{Objective, Plan, Problem};
use ::vrp::search::{Budget, Improvement, Options, Solver};
use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;

use super::clock::Clock;
use super::input::{self, ConventionArg, FormatArg, ObjectiveArg};

/// Seconds of a search for which nothing is said.
const SECONDS: f64 = 10.0;
/// Most seconds of a search: a day.
const SECONDS_MAX: f64 = 86_400.0;

#[derive(Args)]
pub(crate) struct SolveArgs {
    /// Format of the input.
    #[arg(long, value_enum)]
    format: FormatArg,
    /// What is best.
    #[arg(long, value_enum)]
    objective: ObjectiveArg,
    /// The instance.
    #[arg(long)]
    input: PathBuf,
    /// Where the plan is written.
    #[arg(long)]
    output: PathBuf,
    /// CPU seconds of each thread; on a busy machine at most a quarter more by the wall clock. 10 if neither
    /// this nor --iterations is given.
    #[arg(long, conflicts_with = "iterations", value_parser = seconds)]
    time_limit: Option<f64>,
    /// Iterations of each thread: the same plan on every machine.
    #[arg(long)]
    iterations: Option<u64>,
    /// Searches side by side, with the seeds that follow --seed; the best plan wins, at a tie the lowest seed.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=64))]
    threads: u16,
    /// Seed of all randomness.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How distances and times are measured; without it as the literature publishes the objective.
    #[arg(long, value_enum)]
    convention: Option<ConventionArg>,
    /// Tell every better plan, on standard error.
    #[arg(long)]
    log: bool,
}

/// Seconds of the command line.
pub(super) fn seconds(word: &str) -> Result<f64, String> {
    match word.parse::<f64>() {
        Ok(seconds) if (0.0..=SECONDS_MAX).contains(&seconds) => Ok(seconds),
        _ => Err(format!("0 to {SECONDS_MAX} seconds are possible")),
    }
}

pub(super) fn run(args: &SolveArgs) -> Result<()> {
    let text = match args.format {
        FormatArg::Vroom => of_vroom(args)?,
        FormatArg::Solomon | FormatArg::Lilim | FormatArg::Vrplib => of_literature(args)?,
    };
    std::fs::write(&args.output, text + "\n")
        .with_context(|| format!("{} cannot be written", args.output.display()))
}

fn of_literature(args: &SolveArgs) -> Result<String> {
    let instance = input::instance(&args.input, Some(args.format))?;
    let convention = args.convention.map_or_else(
        || input::convention(&instance, args.objective),
        ::vrp::format::Convention::from,
    );
    let stated = ::vrp::format::problem(&instance, convention, args.objective.into())?;
    let plan = search(&stated.problem, args)?;
    let file = stated.file(&instance, &plan, convention);
    println!(
        "{}: {} vehicles, distance {} ({}), {} unserved",
        name(&args.input),
        file.vehicles,
        file.distance,
        convention.name(),
        file.unserved.len()
    );
    Ok(serde_json::to_string(&file)?)
}

fn of_vroom(args: &SolveArgs) -> Result<String> {
    ensure!(args.convention.is_none(), "--convention is of the formats of the literature");
    let input = vroom::Input::read(&input::text(&args.input)?)?;
    let mut stated = vroom::problem(input)?;
    stated.problem.objective = Objective::from(args.objective);
    let plan = search(&stated.problem, args)?;
    let answer = stated.output(&plan);
    println!("{}: {}", name(&args.input), answer["summary"]);
    Ok(serde_json::to_string(&answer)?)
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn search(problem: &Problem, args: &SolveArgs) -> Result<Plan> {
    let seconds = args.iterations.is_none().then(|| args.time_limit.unwrap_or(SECONDS));
    let one = |seed: u64| {
        let log = args.log.then_some(problem.objective);
        let limits = Limits { seconds, iterations: args.iterations, by_cpu_alone: false };
        searched(problem, seed, limits, log).map(|found| found.plan)
    };
    let seeds = (0..u64::from(args.threads)).map(|more| args.seed.wrapping_add(more));
    let plans: Vec<Result<Plan>> = std::thread::scope(|scope| {
        let started: Vec<_> = seeds.map(|seed| scope.spawn(move || one(seed))).collect();
        let joined = started.into_iter().map(std::thread::ScopedJoinHandle::join);
        joined.map(|plan| plan.unwrap_or_else(|_| bail!("a search broke off"))).collect()
    });
    let mut best: Option<Plan> = None;
    for plan in plans {
        let plan = plan?;
        // The first of equals stays: the lowest seed.
        if best.as_ref().is_none_or(|best| worth(problem, &plan) < worth(problem, best)) {
            best = Some(plan);
        }
    }
    best.context("no search was started")
}

/// Less is better: priorities left out, then what the objective counts.
fn worth(problem: &Problem, plan: &Plan) -> (u64, usize, i64, i64) {
    let left = plan.unserved.iter().map(|left| &problem.requests[left.request]);
    let must = left.filter(|request| request.prize_won.is_none());
    let weight = must.map(|request| 1 + u64::from(request.priority)).sum();
    let money = plan.cost_units / 18_000 + plan.prizes_lost_won + plan.change_won;
    match problem.objective {
        Objective::Cost => (weight, 0, money, plan.cost_units),
        Objective::Distance => (weight, 0, plan.distance_m + plan.prizes_lost_won, 0),
        Objective::VehiclesFirst => (weight, plan.routes.len(), plan.distance_m, 0),
    }
}

/// A plan, and what it took.
pub(super) struct Found {
    pub(super) plan: Plan,
    pub(super) cpu_s: f64,
    pub(super) iterations: u64,
}

/// When a search ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) seconds: Option<f64>,
    pub(super) iterations: Option<u64>,
    /// However long it takes by the wall clock: for figures.
    pub(super) by_cpu_alone: bool,
}

/// Searches in the calling thread. The plan goes through the checker: one that is not possible is an error of
/// the solver and is never handed out.
pub(super) fn searched(
    problem: &Problem,
    seed: u64,
    limits: Limits,
    log: Option<Objective>,
) -> Result<Found> {
    let clock = Clock::start();
    let mut now = || if limits.by_cpu_alone { clock.cpu() } else { clock.limit() };
    let mut solver = Solver::new(problem, Options { seed, ..Options::default() })?;
    let time = limits.seconds.map(Duration::from_secs_f64);
    let budget = Budget {
        iterations: limits.iterations,
        time: time.map(|time| time.saturating_sub(now())),
        target: None,
    };
    let mut heard = |better: Improvement| {
        if let Some(objective) = log {
            tell(seed, &clock, objective, &better);
        }
    };
    let plan = solver.run(budget, &mut now, &mut heard);
    let report = ::vrp::check::plan(problem, &plan);
    if let Some(fault) = report.faults.first() {
        bail!("the solver made a plan that is not possible ({fault}): please report the instance");
    }
    Ok(Found { plan, cpu_s: clock.cpu().as_secs_f64(), iterations: solver.iterations() })
}

fn tell(seed: u64, clock: &Clock, objective: Objective, better: &Improvement) {
    let what = if objective == Objective::Cost { "cost" } else { "distance" };
    eprintln!(
        "{:9.2} s  seed {seed}  iteration {:>9}  {:>5} vehicles  {what} {}  unserved {}",
        clock.cpu().as_secs_f64(),
        better.iteration,
        better.tours,
        better.cost_units / 18_000,
        better.unserved_weight
    );
}
