//! `sandan vrp bench`: every set, our solver and its peers, one run after the other.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use ::vrp::check::Report;
use ::vrp::format::{Convention, Instance, Solution};
use anyhow::{Context as _, Result};
use clap::Args;
use serde::{Deserialize, Serialize};

use super::input::{self, ObjectiveArg};
use super::sets::{self, Known, Set};
use super::solve::Limits;
use super::{peer, solve, table};

/// Instances of a set in a smoke run.
const SMOKE_INSTANCES: usize = 3;
/// Our own name in results and table.
pub(super) const OWN: &str = "sandan";

#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Three instances of each set and one seed.
    #[arg(long)]
    smoke: bool,
    /// Folder with `bks.csv` and a folder for each family; without it SANDAN_SHARED, else `../shared`.
    #[arg(long)]
    data: Option<PathBuf>,
    /// Sets to run, separated by commas; all without it.
    #[arg(long, value_delimiter = ',')]
    sets: Vec<String>,
    /// Seeds, from 1.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=100))]
    seeds: u64,
    /// Part of the seconds of the goals, for a quick look: 0.1 is a tenth.
    #[arg(long, default_value_t = 1.0)]
    part: f64,
    /// Results, one JSON object a line: runs that stand there are not run again.
    #[arg(long, default_value = "vrp-bench.jsonl")]
    results: PathBuf,
    /// Peers beside: pyvrp, ortools, vroom, separated by commas; they need --python.
    #[arg(long, value_delimiter = ',', value_parser = ["pyvrp", "ortools", "vroom"])]
    peers: Vec<String>,
    /// A Python that has the peers' packages: see `bench/vrp_peers.py`.
    #[arg(long, default_value = ".dev/vrp-peers/bin/python")]
    python: PathBuf,
    /// Run the peers alone.
    #[arg(long, requires = "peers")]
    peers_only: bool,
    /// Print the table of the results and run nothing.
    #[arg(long)]
    table_only: bool,
}

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Outcome {
    pub(super) set: String,
    pub(super) instance: String,
    pub(super) solver: String,
    pub(super) seed: u64,
    pub(super) seconds: f64,
    /// CPU seconds used.
    pub(super) cpu_s: f64,
    pub(super) iterations: Option<u64>,
    pub(super) vehicles: usize,
    /// As published for the set.
    pub(super) cost: f64,
    /// Part above the best known cost; negative: below.
    pub(super) gap: Option<f64>,
    pub(super) known_vehicles: Option<usize>,
    pub(super) faults: usize,
    /// Why there is no plan.
    pub(super) declined: Option<String>,
}

type Key = (String, String, String, u64, u64);

impl Outcome {
    fn key(&self) -> Key {
        key(&self.set, &self.instance, &self.solver, self.seed, self.seconds)
    }
}

fn key(set: &str, instance: &str, solver: &str, seed: u64, seconds: f64) -> Key {
    (set.to_owned(), instance.to_owned(), solver.to_owned(), seed, seconds.to_bits())
}

pub(super) fn run(args: &BenchArgs) -> Result<()> {
    let data = args.data.clone().unwrap_or_else(|| {
        let shared = std::env::var_os("SANDAN_SHARED").unwrap_or_else(|| "../shared".into());
        PathBuf::from(shared).join("data/vrp")
    });
    let mut done = read(&args.results)?;
    if !args.table_only {
        let python = &args.python;
        if !args.peers.is_empty() {
            anyhow::ensure!(
                python.exists(),
                "{} is not there: see the head of bench/vrp_peers.py",
                python.display()
            );
        }
        for set in sets::named(&args.sets)? {
            run_set(args, &data, &set, &mut done)?;
        }
    }
    print!("{}", table::of(done.values()));
    Ok(())
}

fn read(path: &Path) -> Result<BTreeMap<Key, Outcome>> {
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let text = input::text(path)?;
    let rows = text.lines().enumerate().map(|(number, line)| {
        let outcome: Outcome = serde_json::from_str(line).with_context(|| {
            format!("{}, line {}: remove the line to run it again", path.display(), number + 1)
        })?;
        Ok((outcome.key(), outcome))
    });
    rows.collect()
}

fn run_set(
    args: &BenchArgs,
    data: &Path,
    set: &Set,
    done: &mut BTreeMap<Key, Outcome>,
) -> Result<()> {
    let known = sets::known(data, set)?;
    let instances = set.instances(data)?;
    let (most, seeds) =
        if args.smoke { (SMOKE_INSTANCES, 1) } else { (instances.len(), args.seeds) };
    let seconds = set.seconds * args.part;
    let own = (!args.peers_only).then_some(OWN);
    let solvers: Vec<&str> = own.into_iter().chain(args.peers.iter().map(String::as_str)).collect();
    for (name, path) in spread(&instances, most) {
        let instance = input::instance(path, None)?;
        let known = known.get(name);
        for seed in 1..=seeds {
            for &solver in &solvers {
                let key = key(set.name, name, solver, seed, seconds);
                if done.contains_key(&key) {
                    continue;
                }
                let run = Run { set, name, instance: &instance, known, seed, seconds };
                let outcome = run.by(solver, &args.python)?;
                append(&args.results, &outcome)?;
                eprintln!("{}", table::line(&outcome));
                done.insert(key, outcome);
            }
        }
    }
    Ok(())
}

/// `most` instances, spread over the whole list so that no type is left out.
fn spread(all: &BTreeMap<String, PathBuf>, most: usize) -> Vec<(&String, &PathBuf)> {
    let entries: Vec<_> = all.iter().collect();
    let most = most.min(entries.len());
    (0..most).map(|at| entries[at * entries.len() / most]).collect()
}

fn append(path: &Path, outcome: &Outcome) -> Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    writeln!(file, "{}", serde_json::to_string(outcome)?)?;
    Ok(())
}

struct Run<'a> {
    set: &'a Set,
    name: &'a str,
    instance: &'a Instance,
    known: Option<&'a Known>,
    seed: u64,
    seconds: f64,
}

impl Run<'_> {
    /// Convention of the search: whole numbers for a mixed fleet.
    fn searched_in(&self) -> Convention {
        self.set.convention.unwrap_or(self.instance.family.convention())
    }

    /// Convention of the published value.
    fn published_in(&self) -> Convention {
        let decimals = self.known.is_some_and(|known| known.decimals);
        let mixed = if decimals { Convention::Exact } else { Convention::Thousandths };
        self.set.convention.unwrap_or(mixed)
    }

    fn by(&self, solver: &str, python: &Path) -> Result<Outcome> {
        if solver == OWN {
            return self.own();
        }
        let first = self.set.objective == ObjectiveArg::VehiclesFirst;
        let convention = self.searched_in();
        let answer =
            peer::solve(python, solver, self.instance, convention, first, self.seconds, self.seed);
        // A peer that breaks off is a result too.
        let (solution, cpu_s, declined) = match answer {
            Ok(answer) => {
                let (cpu_s, declined) = (answer.cpu_s, answer.declined.clone());
                (answer.solution(), cpu_s, declined)
            }
            Err(error) => (Solution::default(), 0.0, Some(error.to_string())),
        };
        Ok(self.outcome(solver, &solution, cpu_s, None, declined))
    }

    fn own(&self) -> Result<Outcome> {
        let convention = self.searched_in();
        let stated = ::vrp::format::problem(self.instance, convention, self.set.objective.into())?;
        let limits = Limits { seconds: Some(self.seconds), iterations: None, by_cpu_alone: true };
        let found = solve::searched(&stated.problem, self.seed, limits, None)?;
        let solution = stated.solution(&found.plan);
        Ok(self.outcome(OWN, &solution, found.cpu_s, Some(found.iterations), None))
    }

    fn outcome(
        &self,
        solver: &str,
        solution: &Solution,
        cpu_s: f64,
        iterations: Option<u64>,
        declined: Option<String>,
    ) -> Outcome {
        let report: Report = ::vrp::check::routes(self.instance, solution, self.published_in());
        let cost = report.published(self.instance.family);
        let complete = declined.is_none() && report.faults.is_empty();
        Outcome {
            set: self.set.name.to_owned(),
            instance: self.name.to_owned(),
            solver: solver.to_owned(),
            seed: self.seed,
            seconds: self.seconds,
            cpu_s,
            iterations,
            vehicles: report.vehicles,
            cost,
            gap: self.known.filter(|_| complete).map(|known| cost / known.cost - 1.0),
            known_vehicles: self.known.map(|known| known.vehicles),
            faults: if declined.is_some() { 0 } else { report.faults.len() },
            declined,
        }
    }
}
