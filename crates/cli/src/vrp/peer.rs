//! Peers: other solvers, called through `bench/vrp_peers.py`.

use std::path::Path;
use std::process::Command;

use ::vrp::format::{Convention, Group, Instance, Node, Solution};
use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

/// What a peer answers.
#[derive(Deserialize)]
pub(super) struct Answer {
    /// Why it did not try.
    pub(super) declined: Option<String>,
    #[serde(default)]
    routes: Vec<Vec<usize>>,
    #[serde(default)]
    route_vehicles: Vec<usize>,
    #[serde(default)]
    pub(super) cpu_s: f64,
}

impl Answer {
    pub(super) fn solution(self) -> Solution {
        let mut solution = Solution::in_order(self.routes);
        solution.vehicles =
            self.route_vehicles.iter().map(|number| number.wrapping_sub(1)).collect();
        solution
    }
}

/// VROOM counts in 32 bits: tenths are what fits.
const VROOM_PARTS: f64 = 10.0;
/// Parts of a unit under doubles: what PyVRP's own reader takes.
const PEER_PARTS: f64 = 1_000.0;
/// Price of a vehicle in units of the file where vehicles come first: a peer has no such objective.
const VEHICLE: f64 = 10_000.0;

/// Lets `name` solve `instance`.
pub(super) fn solve(
    python: &Path,
    name: &str,
    instance: &Instance,
    convention: Convention,
    vehicles_first: bool,
    seconds: f64,
    seed: u64,
) -> Result<Answer> {
    let file = std::env::temp_dir().join(format!("sandan-vrp-{}.json", std::process::id()));
    let problem = problem(instance, convention, vehicles_first, name == "vroom");
    std::fs::write(&file, problem.to_string())?;
    let output = Command::new(python)
        .arg("bench/vrp_peers.py")
        .arg(name)
        .arg(&file)
        .args([seconds.to_string(), seed.to_string()])
        .env("OMP_NUM_THREADS", "1")
        .output()
        .with_context(|| format!("{} cannot be started", python.display()))?;
    std::fs::remove_file(&file)?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{name} failed: {}", said.lines().last().unwrap_or(""));
    serde_json::from_slice(&output.stdout).with_context(|| format!("{name} answered no plan"))
}

fn problem(instance: &Instance, convention: Convention, first: bool, vroom: bool) -> Value {
    let (scale, round, time) = match convention {
        Convention::Exact if vroom => (VROOM_PARTS, "half_up", "ceil"),
        Convention::Exact => (PEER_PARTS, "half_up", "ceil"),
        Convention::Tenths => (10.0, "floor", "floor"),
        Convention::Rounded => (1.0, "half_up", "half_up"),
        Convention::Thousandths => (1_000.0, "half_up", "half_up"),
    };
    let node = |node: &Node| {
        let due = node.due.is_finite().then(|| (node.due * scale + 1e-6).floor());
        json!({
            "x": node.x, "y": node.y, "demand": node.demand, "backhaul": node.backhaul,
            "ready": whole((node.ready * scale - 1e-6).ceil()), "due": due.map(whole),
            "service": whole((node.service * scale - 1e-6).ceil()),
            "release": whole((node.release * scale - 1e-6).ceil()), "mate": node.mate,
        })
    };
    let group = |group: &Group| {
        #[expect(clippy::cast_precision_loss, reason = "at most 1e9")]
        let fixed = if first { VEHICLE } else { group.fixed as f64 };
        let limit = |most: Option<f64>| most.map(|most| whole((most * scale + 1e-6).floor()));
        json!({
            "count": group.count, "capacity": group.capacity, "depot": group.depot,
            "fixed": whole(fixed * scale), "per_distance": group.per_distance,
            "max_duration": limit(group.max_duration), "max_distance": limit(group.max_distance),
            "reload": group.reload,
        })
    };
    json!({
        "name": instance.name,
        "family": format!("{:?}", instance.family).to_lowercase(),
        "scale": scale, "round": round, "round_time": time, "depots": instance.depots,
        "nodes": instance.nodes.iter().map(node).collect::<Vec<_>>(),
        "fleet": instance.fleet.iter().map(group).collect::<Vec<_>>(),
        "matrix": instance.matrix,
    })
}

#[expect(clippy::cast_possible_truncation, reason = "at most 1e9 times 10,000, rounded")]
const fn whole(value: f64) -> i64 {
    value as i64
}
