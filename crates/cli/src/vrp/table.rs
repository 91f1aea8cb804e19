//! The table of a bench, in Markdown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::bench::{OWN, Outcome};
use super::input::ObjectiveArg;
use super::sets::SETS;

/// One run in a line.
pub(super) fn line(run: &Outcome) -> String {
    let gap = run.gap.map_or_else(|| "-".to_owned(), |gap| format!("{:+.2} %", 100.0 * gap));
    let why = run.declined.as_deref().unwrap_or("");
    format!(
        "{} {} {} seed {}: {} vehicles, {:.2}, gap {gap}, {:.1} CPU s, {} faults {why}",
        run.set, run.instance, run.solver, run.seed, run.vehicles, run.cost, run.cpu_s, run.faults
    )
}

/// A table by set, then one by instance.
pub(super) fn of<'a>(runs: impl Iterator<Item = &'a Outcome>) -> String {
    let mut by_set: BTreeMap<(usize, u64), Vec<&Outcome>> = BTreeMap::new();
    for run in runs {
        let at = SETS.iter().position(|set| set.name == run.set).unwrap_or(SETS.len());
        by_set.entry((at, run.seconds.to_bits())).or_default().push(run);
    }
    let mut text = String::from(
        "| set | s | solver | instances | runs | no plan | vehicles | best known | of these in as few | mean gap \
         | worst | CPU s | iterations/s |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
    );
    for runs in by_set.values() {
        rows(&mut text, runs);
    }
    text.push_str("\n| instance | s | solver | vehicles | best known | mean cost | mean gap |\n");
    text.push_str("|---|---|---|---|---|---|---|\n");
    for runs in by_set.values() {
        instances(&mut text, runs);
    }
    text
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (mut sum, mut count) = (0.0, 0.0);
    for value in values {
        sum += value;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count)
}

fn percent(part: Option<f64>) -> String {
    part.map_or_else(|| "-".to_owned(), |part| format!("{:.2} %", 100.0 * part))
}

/// Our solver first, peers by name.
fn solvers<'a>(runs: &[&'a Outcome]) -> Vec<&'a str> {
    let names: BTreeSet<&str> = runs.iter().map(|run| run.solver.as_str()).collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_by_key(|name| (*name != OWN, *name));
    names
}

/// Where vehicles come first, a gap counts only beside as few vehicles.
fn comparable(run: &Outcome) -> bool {
    let first =
        SETS.iter().any(|set| set.name == run.set && set.objective == ObjectiveArg::VehiclesFirst);
    let few = run.known_vehicles.is_none_or(|known| run.vehicles <= known);
    run.gap.is_some() && (few || !first)
}

fn rows(text: &mut String, runs: &[&Outcome]) {
    for solver in solvers(runs) {
        let own: Vec<&Outcome> = runs.iter().filter(|run| run.solver == solver).copied().collect();
        let good: Vec<&Outcome> = own.iter().filter(|run| run.gap.is_some()).copied().collect();
        let gaps = || good.iter().filter(|run| comparable(run)).filter_map(|run| run.gap);
        let instances: BTreeSet<&str> = own.iter().map(|run| run.instance.as_str()).collect();
        let seeds = own.iter().map(|run| run.seed).collect::<BTreeSet<_>>().len().max(1);
        let per_seed = |sum: usize| format!("{:.1}", sum as f64 / seeds as f64);
        let known = good.iter().filter_map(|run| run.known_vehicles).sum();
        let speed = own.iter().filter_map(|run| Some(run.iterations? as f64 / run.cpu_s.max(1e-9)));
        let _ = writeln!(
            text,
            "| {} | {} | {solver} | {} | {} | {} | {} | {} | {} | {} | {} | {:.1} | {} |",
            own[0].set,
            own[0].seconds,
            instances.len(),
            own.len(),
            own.len() - good.len(),
            per_seed(good.iter().map(|run| run.vehicles).sum()),
            per_seed(known),
            gaps().count(),
            percent(mean(gaps())),
            percent(gaps().max_by(f64::total_cmp)),
            mean(own.iter().map(|run| run.cpu_s)).unwrap_or(0.0),
            mean(speed).map_or_else(|| "-".to_owned(), |speed| format!("{speed:.0}")),
        );
    }
}

fn instances(text: &mut String, runs: &[&Outcome]) {
    let names: BTreeSet<&str> = runs.iter().map(|run| run.instance.as_str()).collect();
    for name in names {
        let of: Vec<&Outcome> = runs.iter().filter(|run| run.instance == name).copied().collect();
        for solver in solvers(&of) {
            let good = || of.iter().filter(|run| run.solver == solver && run.gap.is_some());
            let figure = |value: Option<f64>, digits: usize| {
                value.map_or_else(|| "-".to_owned(), |value| format!("{value:.digits$}"))
            };
            let known = of[0].known_vehicles;
            let _ = writeln!(
                text,
                "| {name} | {} | {solver} | {} | {} | {} | {} |",
                of[0].seconds,
                figure(mean(good().map(|run| run.vehicles as f64)), 1),
                known.map_or_else(|| "-".to_owned(), |known| known.to_string()),
                figure(mean(good().map(|run| run.cost)), 2),
                percent(mean(good().filter_map(|run| run.gap))),
            );
        }
    }
}
