//! Files and the words of the command line.

use std::path::Path;

use ::vrp::format::{Convention, Family, Format, Instance};
use ::vrp::model::Objective;
use anyhow::{Context as _, Result, bail};
use clap::ValueEnum;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FormatArg {
    /// Solomon; Gehring & Homberger.
    Solomon,
    /// Li & Lim.
    Lilim,
    /// CVRPLIB, VRPLIB and PyVRP's further sections.
    Vrplib,
    /// VROOM's JSON.
    Vroom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ObjectiveArg {
    /// Least distance, whatever the vehicles.
    Distance,
    /// Fewest vehicles, then least distance.
    VehiclesFirst,
    /// Least cost: fixed costs and costs of distance.
    Cost,
}

impl From<ObjectiveArg> for Objective {
    fn from(given: ObjectiveArg) -> Self {
        match given {
            ObjectiveArg::Distance => Self::Distance,
            ObjectiveArg::VehiclesFirst => Self::VehiclesFirst,
            ObjectiveArg::Cost => Self::Cost,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ConventionArg {
    /// Euclidean in double precision (SINTEF).
    Exact,
    /// Distances and times truncated to one decimal (DIMACS).
    Dimacs,
    /// Rounded to whole units (CVRPLIB).
    Rounded,
    /// Rounded to thousandths (PyVRP's multi-depot and mixed fleet sets).
    Thousandths,
}

impl From<ConventionArg> for Convention {
    fn from(given: ConventionArg) -> Self {
        match given {
            ConventionArg::Exact => Self::Exact,
            ConventionArg::Dimacs => Self::Tenths,
            ConventionArg::Rounded => Self::Rounded,
            ConventionArg::Thousandths => Self::Thousandths,
        }
    }
}

/// The text of a file.
pub(super) fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))
}

/// The instance of a file; without a format by what the file looks like.
pub(super) fn instance(path: &Path, format: Option<FormatArg>) -> Result<Instance> {
    let text = text(path)?;
    let format = match format {
        None => Format::guess(&text),
        Some(FormatArg::Solomon) => Format::Solomon,
        Some(FormatArg::Lilim) => Format::Lilim,
        Some(FormatArg::Vrplib) => Format::Vrplib,
        Some(FormatArg::Vroom) => bail!("{} is read by `solve` only", path.display()),
    };
    format.read(&text).with_context(|| format!("{} is not understood", path.display()))
}

/// Customers up to which the literature publishes Solomon's least distances in doubles.
const DOUBLES_MAX: usize = 100;

/// The convention in which the literature publishes this objective.
pub(super) fn convention(instance: &Instance, objective: ObjectiveArg) -> Convention {
    let large = instance.customers().len() > DOUBLES_MAX;
    match (instance.family, objective) {
        (Family::Vrptw, ObjectiveArg::Distance) if large => Convention::Tenths,
        (family, _) => family.convention(),
    }
}
