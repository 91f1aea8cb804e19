//! The sets of the bench: which instances, which objective, how long, what is best known.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ::vrp::format::Convention;
use anyhow::{Context as _, Result, bail, ensure};

use super::input::ObjectiveArg;

/// One set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Set {
    /// Its name on the command line.
    pub(super) name: &'static str,
    /// Folder of its instances.
    folder: &'static str,
    /// Which file names belong to it.
    belongs: fn(&str) -> bool,
    pub(super) objective: ObjectiveArg,
    /// `None`: by the decimals of the best known value (mixed fleet).
    pub(super) convention: Option<Convention>,
    pub(super) seconds: f64,
}

const fn all(_: &str) -> bool {
    true
}

fn sized(name: &str, size: &str) -> bool {
    name.contains(size)
}

/// Every set, with the seconds of the goals.
pub(super) const SETS: &[Set] = &[
    set("gh1000", "homberger", |name| sized(name, "_10_"), Distance, Some(Tenths), 60.0),
    set("gh200", "homberger", |name| sized(name, "_2_"), VehiclesFirst, Some(Exact), 30.0),
    set("gh400", "homberger", |name| sized(name, "_4_"), VehiclesFirst, Some(Exact), 60.0),
    set("solomon", "solomon", all, VehiclesFirst, Some(Exact), 30.0),
    set("lilim100", "lilim", |name| !name.contains('_'), VehiclesFirst, Some(Exact), 30.0),
    set("lilim200", "lilim", |name| sized(name, "_2_"), VehiclesFirst, Some(Exact), 60.0),
    set("lilim400", "lilim", |name| sized(name, "_4_"), VehiclesFirst, Some(Exact), 120.0),
    set("lilim1000", "lilim", |name| sized(name, "_10_"), VehiclesFirst, Some(Exact), 300.0),
    set("mtvrptwr", "mtvrptwr", all, Distance, Some(Tenths), 60.0),
    set("hfvrp", "hfvrp", all, Cost, None, 60.0),
    set("vrpb", "vrpb", all, Distance, Some(Rounded), 60.0),
    set("cvrp", "cvrp", all, Distance, Some(Rounded), 60.0),
    set("mdvrptw", "mdvrptw", all, Distance, Some(Thousandths), 60.0),
];

use Convention::{Exact, Rounded, Tenths, Thousandths};
use ObjectiveArg::{Cost, Distance, VehiclesFirst};

const fn set(
    name: &'static str,
    folder: &'static str,
    belongs: fn(&str) -> bool,
    objective: ObjectiveArg,
    convention: Option<Convention>,
    seconds: f64,
) -> Set {
    Set { name, folder, belongs, objective, convention, seconds }
}

/// The sets that are named; all without a name.
pub(super) fn named(names: &[String]) -> Result<Vec<Set>> {
    if names.is_empty() {
        return Ok(SETS.to_vec());
    }
    let known: Vec<&str> = SETS.iter().map(|set| set.name).collect();
    let find = |name: &String| {
        let set = SETS.iter().find(|set| set.name == name).copied();
        set.with_context(|| format!("there is no set `{name}`: {}", known.join(", ")))
    };
    names.iter().map(find).collect()
}

impl Set {
    /// Paths of its instances by name.
    pub(super) fn instances(&self, data: &Path) -> Result<BTreeMap<String, PathBuf>> {
        let folder = data.join(self.folder);
        let entries = std::fs::read_dir(&folder)
            .with_context(|| format!("{} cannot be read: give --data", folder.display()))?;
        let mut found = BTreeMap::new();
        for entry in entries {
            let path = entry?.path();
            let kind = path.extension().unwrap_or_default();
            let Some(name) = path.file_stem().and_then(|name| name.to_str()) else { continue };
            if (kind == "txt" || kind == "vrp") && (self.belongs)(name) {
                found.insert(name.to_owned(), path.clone());
            }
        }
        ensure!(!found.is_empty(), "{} has no instance of `{}`", folder.display(), self.name);
        Ok(found)
    }

    /// Whether a row of the best known values is of this set's objective.
    fn fits(&self, objective: &str) -> bool {
        match (self.objective, self.folder) {
            (VehiclesFirst, _) => objective.starts_with("vehicles-first"),
            (_, "homberger") => objective.contains("DIMACS"),
            _ => objective.starts_with("see PROVENANCE"),
        }
    }
}

/// A best known value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) vehicles: usize,
    pub(super) cost: f64,
    pub(super) decimals: bool,
}

/// The best known values of `bks.csv` for a set, by instance.
pub(super) fn known(data: &Path, set: &Set) -> Result<BTreeMap<String, Known>> {
    let path = data.join("bks.csv");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{} cannot be read: give --data", path.display()))?;
    let mut found = BTreeMap::new();
    for (number, row) in text.lines().enumerate().skip(1) {
        let fields = fields(row);
        let [_, family, instance, objective, vehicles, cost, ..] = fields.as_slice() else {
            bail!("{}, line {}: 8 fields are expected", path.display(), number + 1);
        };
        if family == set.folder && set.fits(objective) {
            let wrong = || format!("{}, line {}: not a number", path.display(), number + 1);
            let known = Known {
                vehicles: vehicles.parse().with_context(wrong)?,
                cost: cost.parse().with_context(wrong)?,
                decimals: cost.contains('.'),
            };
            found.insert(instance.clone(), known);
        }
    }
    Ok(found)
}

/// Fields of a row; quotes hold commas together.
fn fields(row: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for letter in row.chars() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            letter => fields.last_mut().expect("begins with one").push(letter),
        }
    }
    fields
}
