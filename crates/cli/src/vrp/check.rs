//! `sandan vrp check`: the judge that knows nothing of the search.

use std::path::PathBuf;

use ::vrp::check::Report;
use ::vrp::format::{Convention, PlanFile, Solution};
use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::input::{self, ConventionArg, FormatArg};

/// Faults that are printed.
const SHOWN_MAX: usize = 20;

#[derive(Args)]
pub(crate) struct CheckArgs {
    /// The instance.
    #[arg(long)]
    input: PathBuf,
    /// The plan: what `solve` writes, or a `.sol` file.
    #[arg(long)]
    solution: PathBuf,
    /// Format of the input; without it by what the file looks like.
    #[arg(long, value_enum)]
    format: Option<FormatArg>,
    /// How distances and times are measured; without it as the plan says, else as the family is published.
    #[arg(long, value_enum)]
    convention: Option<ConventionArg>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &CheckArgs) -> Result<()> {
    let instance = input::instance(&args.input, args.format)?;
    let text = input::text(&args.solution)?;
    let (solution, said) = if args.solution.extension().is_some_and(|end| end == "sol") {
        let solution = Solution::read(&text);
        (solution.with_context(|| format!("{} is not understood", args.solution.display()))?, None)
    } else {
        let file = PlanFile::read(&text)?;
        (file.solution(), Some(file))
    };
    let convention = convention(args, said.as_ref())?.unwrap_or(instance.family.convention());
    let report = ::vrp::check::routes(&instance, &solution, convention);
    let wrong = said.as_ref().map_or_else(Vec::new, |file| figures(file, &report));
    if args.json {
        let faults = report.faults.iter().map(ToString::to_string).chain(wrong.iter().cloned());
        let faults: Vec<String> = faults.collect();
        let answer = serde_json::json!({
            "feasible": faults.is_empty(), "convention": convention.name(),
            "distance": report.distance_in_file_units(), "vehicles": report.vehicles,
            "cost": report.published(instance.family), "faults": faults,
        });
        println!("{answer}");
    } else {
        println!(
            "{} vehicles, distance {:.4} ({}), cost as published {}",
            report.vehicles,
            report.distance_in_file_units(),
            convention.name(),
            report.published(instance.family)
        );
        for fault in report.faults.iter().take(SHOWN_MAX) {
            println!("  {fault}");
        }
        for figure in &wrong {
            println!("  {figure}");
        }
    }
    let faults = report.faults.len() + wrong.len();
    if faults > 0 {
        bail!("the plan is not possible: {faults} faults");
    }
    Ok(())
}

fn convention(args: &CheckArgs, said: Option<&PlanFile>) -> Result<Option<Convention>> {
    if let Some(given) = args.convention {
        return Ok(Some(given.into()));
    }
    let Some(name) = said.and_then(|file| file.convention.as_deref()) else { return Ok(None) };
    let known = Convention::from_name(name);
    known
        .map(Some)
        .with_context(|| format!("the plan names the convention `{name}`, which is none"))
}

/// Part by which a stated distance may differ: it may have been printed with few digits.
const PART: f64 = 1e-6;

/// What the plan says of itself and is not so.
fn figures(file: &PlanFile, report: &Report) -> Vec<String> {
    let mut wrong = Vec::new();
    let counted = report.distance_in_file_units();
    let named = file.convention.as_deref() == Some(report.convention.name());
    if named && (file.distance - counted).abs() > PART * counted.max(1.0) {
        wrong.push(format!("the plan says distance {}, counted {counted}", file.distance));
    }
    if file.vehicles != report.vehicles {
        wrong
            .push(format!("the plan says {} vehicles, counted {}", file.vehicles, report.vehicles));
    }
    wrong
}
