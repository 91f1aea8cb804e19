//! Distances and times under a convention.

use crate::format::{Convention, Instance};

/// Measures an instance. Every value is in units of the convention; under all but
/// [`Convention::Exact`] they are whole numbers, which a double holds exactly.
#[derive(Debug)]
pub struct Ruler<'a> {
    instance: &'a Instance,
    convention: Convention,
}

impl<'a> Ruler<'a> {
    /// A ruler for `instance`.
    pub const fn new(instance: &'a Instance, convention: Convention) -> Self {
        Self { instance, convention }
    }

    /// From one node to another.
    pub fn leg(&self, from: usize, to: usize) -> f64 {
        let nodes = &self.instance.nodes;
        let euclidean = || {
            let (a, b) = (&nodes[from], &nodes[to]);
            ((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).sqrt()
        };
        let matrix = self.instance.matrix.as_ref();
        let plain = matrix.map_or_else(euclidean, |matrix| matrix[from * nodes.len() + to]);
        match self.convention {
            Convention::Exact => plain,
            Convention::Tenths => (plain * 10.0).floor(),
            Convention::Rounded => (plain + 0.5).floor(),
            Convention::Thousandths => (plain * 1000.0).round(),
        }
    }

    /// A time or distance of the file in units of the convention.
    pub fn value(&self, of_file: f64) -> f64 {
        of_file * self.convention.scale()
    }

    /// What rounding of doubles may add up to on one route.
    pub const fn tolerance(&self) -> f64 {
        match self.convention {
            Convention::Exact => 1e-6,
            Convention::Tenths | Convention::Rounded | Convention::Thousandths => 1e-9,
        }
    }
}
