//! Several points as one figure: by tenant, complex or quantity. Pure.

use std::collections::BTreeMap;

use base::noun::{Complex, Establishment};
use base::{Id, PointKind};
use registry::directory::PointInfo;

use super::fill::Cell;
use crate::Aggregate;

/// What becomes one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Group {
    /// Each point stays by itself.
    #[default]
    Point,
    /// The points of a tenant, by the owner at the time; those of the complex are one more.
    Establishment,
    /// The points of a complex.
    Complex,
    /// All points of a quantity.
    Quantity,
}

/// How the points of a group become one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Across {
    /// Their sum.
    Sum,
    /// Their mean.
    Avg,
    /// The least.
    Min,
    /// The greatest.
    Max,
}

/// One group: what its points have in common. Units never mix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) establishment: Option<Id<Establishment>>,
    pub(super) complex: Option<Id<Complex>>,
    pub(super) quantity: String,
    pub(super) unit: String,
}

impl Key {
    pub(super) fn of(group: Group, point: &PointInfo, owner: Option<Id<Establishment>>) -> Self {
        Self {
            establishment: owner.filter(|_| group == Group::Establishment),
            complex: Some(point.complex).filter(|_| group != Group::Quantity),
            quantity: point.quantity.to_string(),
            unit: point.unit.to_string(),
        }
    }
}

/// How points of this kind become one figure when the asker does not say: amounts add up, states do not.
pub(super) fn across(kind: PointKind, aggregate: Aggregate) -> Across {
    match (kind, aggregate) {
        (_, Aggregate::Count) | (PointKind::Interval, Aggregate::Sum) => Across::Sum,
        _ => Across::Avg,
    }
}

/// A group while its points are added.
#[derive(Debug, Default)]
pub(super) struct Total {
    cells: BTreeMap<i64, Cell>,
    points: usize,
}

impl Total {
    /// Adds the cells of one point.
    pub(super) fn add(&mut self, cells: &[Cell], across: Across) {
        self.points += 1;
        for cell in cells {
            let Some(value) = cell.value else { continue };
            self.cells
                .entry(cell.start_ms)
                .and_modify(|total| {
                    let held = total.value.unwrap_or(value);
                    total.value = Some(match across {
                        Across::Sum | Across::Avg => held + value,
                        Across::Min => held.min(value),
                        Across::Max => held.max(value),
                    });
                    total.quality = total.quality.with(cell.quality);
                    total.points += 1;
                })
                .or_insert(Cell { points: 1, ..*cell });
        }
    }

    /// The figures by time, and how many points they are of.
    pub(super) fn finish(self, across: Across) -> (Vec<Cell>, usize) {
        let mean =
            |cell: Cell| Cell { value: cell.value.map(|sum| sum / f64::from(cell.points)), ..cell };
        let cells = self.cells.into_values();
        let cells = match across {
            Across::Avg => cells.map(mean).collect(),
            Across::Sum | Across::Min | Across::Max => cells.collect(),
        };
        (cells, self.points)
    }
}
