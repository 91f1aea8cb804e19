//! Instances of the literature, read strictly: an error names the line, what stands there and what
//! was expected. No file is opened here; the caller passes the text.
//!
//! [`Instance`] is what every text format comes to. It knows nothing of the model or the search, so
//! that [`crate::check`] can judge a plan without them. Numbers of customers are positions in
//! [`Instance::nodes`]: the number that a `.sol` file and the files of Solomon and of Li & Lim use.

mod convert;
mod lilim;
mod lines;
mod plan;
mod solomon;
mod solution;
pub mod vroom;
mod vrplib;
mod vrplib_build;

#[cfg(test)]
mod tests;

use thiserror::Error;

pub use convert::{ConvertError, Converted, EXACT_PARTS, problem};
pub use plan::{PlanFile, PlanFileError};
pub use solution::Solution;

/// Most bytes of one file: a matrix of 4,000 nodes fits.
pub const INPUT_BYTES_MAX: usize = 256 << 20;
/// Most nodes of an instance, depots included.
pub const NODES_MAX: usize = 100_000;
/// Most nodes of an instance that brings its own matrix.
pub const MATRIX_NODES_MAX: usize = 4_000;
/// Most vehicles of a fleet that is listed.
pub const VEHICLES_MAX: usize = 1_000_000;
/// Largest coordinate, distance, time, demand or cost of a file.
pub const VALUE_MAX: f64 = 1e9;

/// Why a file was refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {what}")]
pub struct ReadError {
    /// Line of the file, from 1; 0 when the fault is of the file as a whole.
    pub line: usize,
    /// What stands there and what was expected.
    pub what: String,
}

/// How an instance measures a leg. State it beside every figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Convention {
    /// Euclidean, double precision (SINTEF lists; vehicles first).
    Exact,
    /// Truncated to one decimal, in tenths; travel time too (DIMACS, CVRPLIB's VRPTW; MTVRPTWR).
    Tenths,
    /// Rounded to the nearest integer, halves up (CVRPLIB's CVRP; VRPB).
    Rounded,
    /// Rounded to the nearest thousandth, in thousandths (MDVRPTW and HFVRP of PyVRP's dialect).
    Thousandths,
}

impl Convention {
    /// Units of this convention in one unit of the file.
    pub const fn scale(self) -> f64 {
        match self {
            Self::Exact | Self::Rounded => 1.0,
            Self::Tenths => 10.0,
            Self::Thousandths => 1000.0,
        }
    }

    /// Its name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Tenths => "dimacs",
            Self::Rounded => "rounded",
            Self::Thousandths => "thousandths",
        }
    }

    /// The convention of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Exact, Self::Tenths, Self::Rounded, Self::Thousandths]
            .into_iter()
            .find(|convention| convention.name() == name)
    }
}

/// The problem that a file states.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Deliveries with time windows (Solomon; Gehring & Homberger; VRPLIB `VRPTW`).
    Vrptw,
    /// Pairs of a pickup and a delivery with time windows (Li & Lim).
    Pdptw,
    /// Deliveries by equal vehicles, no windows.
    Cvrp,
    /// Deliveries by vehicles of different size and cost.
    Hfvrp,
    /// Several trips of a vehicle, windows, goods that are released at the depot.
    Mtvrptwr,
    /// Several depots, windows, longest duration of a route.
    Mdvrptw,
    /// Deliveries first, then pickups on the way back.
    Vrpb,
}

impl Family {
    /// The convention in which the family's best known distances are published.
    pub const fn convention(self) -> Convention {
        match self {
            Self::Vrptw | Self::Pdptw => Convention::Exact,
            Self::Cvrp | Self::Vrpb => Convention::Rounded,
            Self::Mtvrptwr => Convention::Tenths,
            Self::Hfvrp | Self::Mdvrptw => Convention::Thousandths,
        }
    }
}

/// A depot or a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Coordinate, in units of the file.
    pub x: f64,
    /// Coordinate, in units of the file.
    pub y: f64,
    /// What is delivered here; of a pair, what is loaded (positive) or unloaded (negative).
    pub demand: i64,
    /// What is picked up here and brought to the depot.
    pub backhaul: i64,
    /// Earliest start of service.
    pub ready: f64,
    /// Latest start of service; of a depot, latest return. Infinite where the file has none.
    pub due: f64,
    /// Time of service.
    pub service: f64,
    /// The goods leave the depot no earlier.
    pub release: f64,
    /// The other end of the pair.
    pub mate: Option<usize>,
}

/// Equal vehicles that follow each other in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// How many; `None`: as many as are needed.
    pub count: Option<usize>,
    /// Most load of a trip.
    pub capacity: i64,
    /// Position of the depot where it starts and ends.
    pub depot: usize,
    /// Cost of use, in units of the file.
    pub fixed: i64,
    /// Cost of a unit of distance.
    pub per_distance: i64,
    /// Longest duration of its route, waiting included.
    pub max_duration: Option<f64>,
    /// Longest distance of its route.
    pub max_distance: Option<f64>,
    /// It may load again at its depot.
    pub reload: bool,
}

/// What a text format comes to.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// As the file calls itself.
    pub name: String,
    /// The problem.
    pub family: Family,
    /// Depots first, then customers.
    pub nodes: Vec<Node>,
    /// How many of the first nodes are depots.
    pub depots: usize,
    /// The fleet, in the order of the file.
    pub fleet: Vec<Group>,
    /// Distances row by row where the file brings its own; else Euclidean.
    pub matrix: Option<Vec<f64>>,
}

impl Instance {
    /// Vehicles of the fleet, `None` where it is not limited.
    pub fn vehicles(&self) -> Option<usize> {
        self.fleet.iter().map(|group| group.count).sum()
    }

    /// The group of vehicle `number`, counted from 0 over the fleet.
    pub fn vehicle(&self, number: usize) -> Option<&Group> {
        let mut before = 0_usize;
        self.fleet.iter().find(|group| {
            before = before.saturating_add(group.count.unwrap_or(usize::MAX));
            number < before
        })
    }

    /// Numbers of the customers.
    pub const fn customers(&self) -> std::ops::Range<usize> {
        self.depots..self.nodes.len()
    }
}

/// A text format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Solomon; Gehring & Homberger.
    Solomon,
    /// Li & Lim.
    Lilim,
    /// CVRPLIB, VRPLIB and the sections of PyVRP's dialect.
    Vrplib,
}

impl Format {
    /// What a text looks like: a VRPLIB file has `KEY : value`, Li & Lim begins with numbers.
    pub fn guess(text: &str) -> Self {
        let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
        if first.contains(':') {
            Self::Vrplib
        } else if first.split_whitespace().count() == 3
            && first.split_whitespace().all(|word| word.parse::<f64>().is_ok())
        {
            Self::Lilim
        } else {
            Self::Solomon
        }
    }

    /// Reads `text`.
    pub fn read(self, text: &str) -> Result<Instance, ReadError> {
        if text.len() > INPUT_BYTES_MAX {
            let what = format!("the file has {} bytes, at most {INPUT_BYTES_MAX}", text.len());
            return Err(ReadError { line: 0, what });
        }
        match self {
            Self::Solomon => solomon::read(text),
            Self::Lilim => lilim::read(text),
            Self::Vrplib => vrplib::read(text),
        }
    }
}
