//! Buckets without a reading, and what stands in their place: pure. What is put in says so.

use base::Quality;

/// What stands where no reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fill {
    /// Nothing: the bucket is left out.
    #[default]
    None,
    /// An empty value.
    Null,
    /// The value of the bucket before.
    Previous,
    /// The straight line between the neighbours.
    Linear,
}

/// The buckets of a time.
#[expect(clippy::struct_field_names, reason = "each is a time, and its unit belongs in its name")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Grid {
    /// Any moment at which a bucket begins.
    pub(super) origin_ms: i64,
    /// Length of a bucket.
    pub(super) step_ms: i64,
    /// From here; the first bucket may begin before it.
    pub(super) from_ms: i64,
    /// Until here, excluded.
    pub(super) until_ms: i64,
}

/// The figure of one bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cell {
    /// When it begins.
    pub(super) start_ms: i64,
    /// The figure; nothing where nothing was measured and nothing is put in.
    pub(super) value: Option<f64>,
    /// All flags of its readings.
    pub(super) quality: Quality,
    /// Points with a reading in it.
    pub(super) points: u32,
    /// Whether the figure was not measured.
    pub(super) filled: bool,
}

impl Grid {
    /// When the first bucket begins.
    pub(super) fn first_ms(&self) -> i64 {
        let since = self.from_ms.saturating_sub(self.origin_ms);
        self.from_ms.saturating_sub(since.rem_euclid(self.step_ms))
    }

    /// How many buckets there are.
    pub(super) fn buckets(&self) -> i64 {
        let length = self.until_ms.saturating_sub(self.first_ms()).max(0);
        length / self.step_ms + i64::from(length % self.step_ms != 0)
    }
}

/// The cells, by time, with those that are missing in the grid put in.
pub(super) fn fill(cells: Vec<Cell>, grid: Grid, how: Fill) -> Vec<Cell> {
    if how == Fill::None {
        return cells;
    }
    let mut measured = cells.into_iter().peekable();
    let mut last: Option<Cell> = None;
    let first_ms = grid.first_ms();
    (0..grid.buckets())
        .map(|number| {
            let start_ms = first_ms + number * grid.step_ms;
            if let Some(cell) = measured.next_if(|cell| cell.start_ms == start_ms) {
                last = Some(cell);
                return cell;
            }
            let value = match how {
                Fill::None | Fill::Null => None,
                Fill::Previous => last.and_then(|cell| cell.value),
                Fill::Linear => last
                    .zip(measured.peek().copied())
                    .and_then(|(before, after)| between(before, after, start_ms)),
            };
            Cell { start_ms, value, quality: Quality::GOOD, points: 0, filled: true }
        })
        .collect()
}

fn between(before: Cell, after: Cell, at_ms: i64) -> Option<f64> {
    let (from, to) = (before.value?, after.value?);
    let share = (at_ms - before.start_ms) as f64 / (after.start_ms - before.start_ms) as f64;
    Some(from + (to - from) * share)
}
